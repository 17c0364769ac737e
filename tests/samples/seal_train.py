"""Train the net that finds seals: `python tests/samples/seal_train.py OUT.onnx [STEPS]`.

Draws the labelled pages of `PAGES` (none with the looks held back) on two cores, trains on crops of them, one
core cutting and one learning, and writes the net of `shoufa.readers.seal_search`. The seeds and the number of
steps decide everything but the rounding. Needs CJK fonts and `requirements/train.txt`; on two idle cores about
ten minutes to draw and an hour for 20,000 steps.
"""

import functools
import math
import multiprocessing
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, IterableDataset

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "functions")]
from samples import seal_labelled  # noqa: E402
from shoufa.readers.seal_ink import flatten, paper  # noqa: E402

LEVEL, STRIDE, SIDE, BATCH, BODY = 640, 8, 192, 16, 48
CONDITIONS = (
    *("photo", "bw", "grey", "colour"),
    *("photo", "grey", "bw", "colour"),
    *("photo", "grey", "colour", "bw"),
    *("grey", "photo"),
)


STEPS, PEAK = 20_000, 4e-3
"""Steps of `BATCH` crops, and the highest rate of learning."""


class Pages(NamedTuple):
    """Pages to draw: first seed, how many, whether rich in seals, and how often each counts."""

    first: int
    count: int
    rich: bool
    times: int


PAGES = (Pages(20_000_000, 3600, False, 1), Pages(24_000_000, 1200, True, 1))


class Row(NamedTuple):
    """One page as the net sees it (PNG of the flattened picture) and its seals x, y, a, b, square, visible."""

    png: bytes
    seals: list[tuple[float, float, float, float, bool, float]]


class Net(nn.Module):
    """Heat of whole seals and of parts, place and half axes, squareness, on every eighth pixel."""

    def __init__(self) -> None:
        super().__init__()
        widths = ((3, 16, 2), (16, 24, 2), (24, 24, 1), (24, BODY, 2))
        self.stem = nn.Sequential(
            *[
                m
                for a, b, s in widths
                for m in (nn.Conv2d(a, b, 3, s, 1, bias=False), nn.BatchNorm2d(b), nn.ReLU())
            ]
        )
        self.body = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(BODY, BODY, 3, 1, d, dilation=d, bias=False), nn.BatchNorm2d(BODY), nn.ReLU()
            )
            for d in (1, 2, 4, 1, 2, 4)
        )
        self.head = nn.Conv2d(BODY, 7, 1)
        with torch.no_grad():
            self.head.bias[:2] = -4.0
            self.head.bias[4:6] = 3.2

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Ink (1 - flat/255), N×3×H×W, to N×7×H/8×W/8."""
        x = self.stem(x)
        for block in self.body:
            x = x + block(x)
        return self.head(x)


def rows(pages: Pages) -> list[Row]:
    """Draw pages."""
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(2) as pool:
        work = functools.partial(row, first=pages.first, rich=pages.rich)
        out = []
        for one in pool.imap(work, range(pages.count), 8):
            out.append(one)
            if len(out) % 200 == 0:
                print(f"drawn {len(out)} of {pages.count}", flush=True)
    return out * pages.times


def row(i: int, first: int, rich: bool) -> Row:
    """Draw one page."""
    cv2.setNumThreads(1)
    page = seal_labelled.drawn(first + i, CONDITIONS[i % len(CONDITIONS)], held=False, rich=rich)
    k = LEVEL / max(page.image.shape[:2])
    small = cv2.resize(page.image, None, fx=k, fy=k, interpolation=cv2.INTER_AREA)
    flat = flatten(small, paper(small)).astype(np.uint8)
    png = cv2.imencode(".png", flat, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()
    return Row(
        png, [(s.x * k, s.y * k, s.a * k, s.b * k, s.shape == "square", s.visible) for s in page.seals]
    )


@functools.lru_cache(4000)
def opened(png: bytes) -> np.ndarray:
    """The picture, kept open."""
    return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)


def crop(row: Row, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A random piece of a page, turned, scaled and toned at random, and its target maps."""
    page = opened(row.png)
    height, width = page.shape[:2]
    scale = float(np.exp(rng.normal(0, 0.13)))
    spin = float(rng.choice([0, 90, 180, 270], p=[0.7, 0.1, 0.1, 0.1]) + rng.normal(0, 2))
    if row.seals and rng.random() < 0.7:
        s = row.seals[int(rng.integers(len(row.seals)))]
        x, y = s[0] + rng.uniform(-72, 72), s[1] + rng.uniform(-72, 72)
    else:
        x, y = rng.uniform(60, max(61, width - 60)), rng.uniform(60, max(61, height - 60))
    matrix = cv2.getRotationMatrix2D((x, y), spin, scale)
    matrix[:, 2] += (SIDE / 2 - x, SIDE / 2 - y)
    piece = 255 - cv2.warpAffine(255 - page, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
    ink = 1 - toned(piece, rng).astype(np.float32) / 255
    return ink.transpose(2, 0, 1), target(row, matrix, scale, spin, (width, height))


def toned(piece: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Now and then grey, paler, or noisier."""
    if rng.random() < 0.12:
        piece = cv2.cvtColor(cv2.cvtColor(piece, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    if rng.random() < 0.25:
        piece = 255 - ((255 - piece) * rng.uniform(0.5, 1.0)).astype(np.uint8)
    if rng.random() < 0.15:
        piece = np.clip(
            piece + rng.normal(0, rng.uniform(2, 14), piece.shape[:2])[:, :, None], 0, 255
        ).astype(np.uint8)
    return piece


def on_page(seal: tuple[float, ...], size: tuple[int, int]) -> tuple[float, float, float, float]:
    """Middle and half axes; of the part on the page where the middle is off it."""
    x, y, a, b = seal
    if 0 <= x < size[0] and 0 <= y < size[1]:
        return x, y, a, b
    x0, x1, y0, y1 = max(0.0, x - a), min(size[0], x + a), max(0.0, y - b), min(size[1], y + b)
    return (x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2, (y1 - y0) / 2


def target(row: Row, matrix: np.ndarray, scale: float, spin: float, size: tuple[int, int]) -> np.ndarray:
    """Heat of wholes and parts, offsets, logarithms of half axes, squareness, weight of the last five."""
    cells = SIDE // STRIDE
    maps = np.zeros((8, cells, cells), np.float32)
    grid = np.arange(cells, dtype=np.float32)
    swap = abs(round(spin / 90)) % 2 == 1
    for seal in row.seals:
        square, visible = seal[4:]
        x, y, a, b = on_page(seal[:4], size)
        a, b = (b, a) if swap else (a, b)
        cx, cy = (matrix @ (x, y, 1)) / STRIDE - 0.5
        column, line = round(float(cx)), round(float(cy))
        spread = max(0.55, 0.16 * min(a, b) * scale / STRIDE)
        heat = np.exp(-((grid[None] - column) ** 2 + (grid[:, None] - line) ** 2) / (2 * spread**2))
        kind = 0 if visible >= seal_labelled.COUNTED else 1
        maps[kind] = np.maximum(maps[kind], heat)
        near = heat > 0.4
        gx, gy = np.meshgrid(grid, grid)
        maps[2][near], maps[3][near] = (cx - gx)[near], (cy - gy)[near]
        maps[4][near], maps[5][near] = math.log(max(2.0, a * scale)), math.log(max(2.0, b * scale))
        maps[6][near], maps[7][near] = float(square), 1.0
        if 0 <= line < cells and 0 <= column < cells:
            maps[kind, line, column] = 1.0
    return maps


def loss(said: torch.Tensor, true: torch.Tensor) -> torch.Tensor:
    """Focal loss on heat, absolute error on place and size near centres."""
    p = torch.sigmoid(said[:, :2]).clamp(1e-5, 1 - 1e-5)
    t = true[:, :2]
    peak = (t > 0.999).float()
    heat = -(peak * (1 - p) ** 2 * p.log() + (1 - peak) * (1 - t) ** 4 * p**2 * (1 - p).log())
    weight = true[:, 7:8]
    count = weight.sum() + 1
    place = ((said[:, 2:4] - true[:, 2:4]).abs() * weight).sum() + 3 * (
        (said[:, 4:6] - true[:, 4:6]).abs() * weight
    ).sum()
    square = nn.functional.binary_cross_entropy_with_logits(
        said[:, 6:7], true[:, 6:7], weight, reduction="sum"
    )
    return heat.sum() / (peak.sum() + 4) + (0.6 * place + 0.3 * square) / count


class Batches(IterableDataset):  # type: ignore[type-arg]
    """Endless batches of crops, cut in a process of their own."""

    def __init__(self, data: list[Row], seed: int) -> None:
        """Crops of these pages, drawn with this seed."""
        self.data, self.seed = data, seed

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Ink N×3×H×W and target maps N×8×H/8×W/8."""
        cv2.setNumThreads(1)
        rng = np.random.default_rng(self.seed)
        while True:
            pieces = [crop(self.data[int(rng.integers(len(self.data)))], rng) for _ in range(BATCH)]
            ink, maps = (torch.from_numpy(np.stack(v)) for v in zip(*pieces, strict=True))
            yield ink, maps


def train(data: list[Row], steps: int, seed: int) -> Net:
    """Adam with a one-cycle rate."""
    net = Net().to(memory_format=torch.channels_last)
    net.train()
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=1e-4)
    mean = 0.0
    batches = iter(DataLoader(Batches(data, seed), batch_size=None, num_workers=1, prefetch_factor=8))
    for step in range(1, steps + 1):
        done = step / steps
        rate = PEAK * min(1.0, done / 0.03 + 0.05) * (0.5 * (1 + math.cos(math.pi * done)) + 0.002)
        for group in optimiser.param_groups:
            group["lr"] = rate
        ink, maps = next(batches)
        value = loss(net(ink.contiguous(memory_format=torch.channels_last)), maps)
        optimiser.zero_grad()
        value.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        mean = 0.995 * mean + 0.005 * value.item()
        if step % 200 == 0:
            print(f"step {step} {done:.0%} loss {mean / (1 - 0.995**step):.3f}", flush=True)
    return net


def export(net: Net, path: Path) -> None:
    """Write the net for onnxruntime, any page size."""
    net.eval()
    axes = {"ink": {2: "height", 3: "width"}, "maps": {2: "lines", 3: "columns"}}
    torch.onnx.export(
        net, (torch.zeros(1, 3, 640, 456),), str(path), input_names=["ink"], output_names=["maps"], dynamic_axes=axes,
        opset_version=17, dynamo=False,
    )  # fmt: skip


def main(argv: list[str]) -> None:
    """Draw, train, write."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(1)
    print("generator", seal_labelled.generator_hash())
    data = [row for pages in PAGES for row in rows(pages)]
    steps = int(argv[2]) if len(argv) > 2 else STEPS
    export(train(data, steps, 1), Path(argv[1]))


if __name__ == "__main__":
    main(sys.argv)
