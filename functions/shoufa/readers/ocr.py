"""Text on a picture of a page: where lines stand (DB detector) and what they say (CTC recogniser).

Both are PP-OCR networks run through onnxruntime; the code around them follows PaddleOCR's published
pre- and post-processing. Pictures are BGR uint8 arrays of shape (height, width, 3); places are pixel corners,
clockwise from the top left, as float32 arrays of shape (4, 2).
"""

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from shoufa.readers import ocr_models

Picture = NDArray[np.uint8]
Quad = NDArray[np.float32]

DETECTION_SIDE = 960
"""Longest side given to the detector: larger costs time and finds no more on office pages."""
LINE_HEIGHT = 48
"""Height of a line as the recogniser was trained."""
BATCH_WIDTH = 6400
"""Pixels of width recognised at once: bounds memory whatever the lines' lengths."""


@dataclass(frozen=True)
class Reading:
    """One line: what it says, how sure the recogniser is (0..1, mean over characters), where it stands.

    `least` is the score of the character it is least sure of.
    """

    text: str
    score: float
    quad: Quad
    least: float = 0.0


class Spoken(NamedTuple):
    """What a recogniser makes of one line: text, mean and least score of its characters, their places.

    `places` are the middles of the characters in pixels of the cut line.
    """

    text: str
    score: float = 0.0
    least: float = 0.0
    places: tuple[float, ...] = ()


def detect(picture: Picture, side: int) -> list[Quad]:
    """Places of text lines, in no particular order.

    On a part of a page whose longest side has `side` pixels.
    """
    height, width = picture.shape[:2]
    scale = min(1.0, DETECTION_SIDE / side)
    size = (max(32, round(width * scale / 32) * 32), max(32, round(height * scale / 32) * 32))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    plane = (small.astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)[None]
    net = ocr_models.session(ocr_models.detector_path())
    heat = net.run(None, {net.get_inputs()[0].name: plane})[0][0, 0]
    stretch = np.array([width / size[0], height / size[1]], np.float32)
    return [quad * stretch for quad in _boxes(heat)]


def _boxes(heat: NDArray[np.float32]) -> list[Quad]:
    """Quads on the detector's heat map: areas above 0.3, kept where their mean is at least 0.5."""
    mask = cv2.dilate((heat > 0.3).astype(np.uint8), np.ones((2, 2), np.uint8))
    outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    quads: list[Quad] = []
    for outline in outlines[:1000]:
        centre, (w, h), angle = cv2.minAreaRect(outline)
        if min(w, h) < 3 or _mean_inside(heat, outline) < 0.5:
            continue
        grow = 1.6 * w * h / (2 * (w + h)) * 2  # DB's unclip of ratio 1.6, on both sides
        quads.append(ordered(cv2.boxPoints((centre, (w + grow, h + grow), angle))))
    return quads


def _mean_inside(heat: NDArray[np.float32], outline: NDArray[np.int32]) -> float:
    x, y, w, h = cv2.boundingRect(outline)
    mask = np.zeros((h, w), np.uint8)
    corners = cv2.boxPoints(cv2.minAreaRect(outline)) - np.array([x, y], np.float32)
    cv2.fillPoly(mask, [corners.astype(np.int32)], 1)
    return float(cv2.mean(heat[y : y + h, x : x + w], mask)[0])


def ordered(corners: Quad) -> Quad:
    """Corners clockwise from the top left: the first side is the one that runs most nearly to the right.

    So a line that stands has its height across, however much the page is askew.
    """
    middle = corners.mean(axis=0)
    around = corners[np.argsort(np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0]))]
    sides = np.roll(around, -1, axis=0) - around
    lengths = np.maximum(np.linalg.norm(sides, axis=1), 1e-6)
    first = int(np.argmax(sides[:, 0] / lengths))
    return np.roll(around, -first, axis=0).astype(np.float32)


def size_of(quad: Quad) -> tuple[float, float]:
    """Width along the line and height across it, in pixels."""
    width = max(float(np.linalg.norm(quad[0] - quad[1])), float(np.linalg.norm(quad[3] - quad[2])))
    height = max(float(np.linalg.norm(quad[0] - quad[3])), float(np.linalg.norm(quad[1] - quad[2])))
    return width, height


def cut(picture: Picture, quad: Quad) -> Picture:
    """The line at `quad`, straightened and brought to the recogniser's height.

    Upright lines are laid down.
    """
    width, height = size_of(quad)
    if height >= 1.5 * width:
        quad = np.roll(quad, -1, axis=0)
        width, height = height, width
    across = max(8, min(BATCH_WIDTH // 2, round(width * LINE_HEIGHT / max(height, 1.0))))
    target = np.array([[0, 0], [across, 0], [across, LINE_HEIGHT], [0, LINE_HEIGHT]], np.float32)
    warp = cv2.getPerspectiveTransform(quad, target)
    size = (across, LINE_HEIGHT)
    line: Picture = cv2.warpPerspective(
        picture, warp, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return line


def recognise(lines: list[Picture], *, careful: bool = False) -> list[Spoken]:
    """What each cut line says, in the order given."""
    path = ocr_models.recogniser_path(careful=careful)
    net, alphabet = ocr_models.session(path), ocr_models.characters(path)
    found = [Spoken("")] * len(lines)
    for batch in _batches([line.shape[1] for line in lines]):
        widest = max(lines[i].shape[1] for i in batch)
        block = np.zeros((len(batch), 3, LINE_HEIGHT, max(64, -(-widest // 16) * 16)), np.float32)
        for row, i in enumerate(batch):
            line = lines[i].astype(np.float32) / 127.5 - 1.0
            block[row, :, :, : line.shape[1]] = line.transpose(2, 0, 1)
        odds = net.run(None, {net.get_inputs()[0].name: block})[0]
        for row, i in enumerate(batch):
            found[i] = _decode(odds[row], alphabet, block.shape[3])
    return found


def _batches(widths: list[int]) -> list[list[int]]:
    """Indices grouped so that lines of like width share a batch: little padding, bounded memory."""
    batches: list[list[int]] = []
    for i in sorted(range(len(widths)), key=widths.__getitem__):
        last = batches[-1] if batches else []
        if last and widths[i] <= 1.25 * widths[last[0]] + 32 and (len(last) + 1) * widths[i] <= BATCH_WIDTH:
            last.append(i)
        else:
            batches.append([i])
    return batches


def _decode(odds: NDArray[np.float32], alphabet: tuple[str, ...], width: int) -> Spoken:
    """Greedy CTC: repeats collapse, blanks vanish."""
    best = odds.argmax(axis=1)
    keep = (best != 0) & np.concatenate(([True], best[1:] != best[:-1]))
    if not keep.any():
        return Spoken("")
    scores = odds[keep].max(axis=1)
    places = (np.flatnonzero(keep) + 0.5) * (width / len(best))
    text = "".join(alphabet[i] for i in best[keep])
    return Spoken(text, float(scores.mean()), float(scores.min()), tuple(places.tolist()))
