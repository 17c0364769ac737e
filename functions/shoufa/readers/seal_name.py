"""Reads the name on a seal's ring, and the line across its middle, and says which kinds of seal they betray."""

import functools
import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from shoufa.domain.codes import Ink
from shoufa.readers import ocr_models
from shoufa.readers.seal_ink import Colour, Gray, Paper
from shoufa.readers.seal_search import Ring
from shoufa.readers.seal_unroll import STRIP, Opened, bands, open_seal, picture, strip

_HAN = re.compile(r"[^\u4e00-\u9fff]")
_END = re.compile(r"(厅|局|委员会|委|院|所|公司|大学|学院|馆|中心|部|政府|处|站|校|协会|学会|集团|会|社|厂|办公室|专用章)$")
_HEAD = re.compile(r"^(中国|中共|中华|国家|.{1,6}(省|市|县|区|州|盟|旗))")
_SPECIAL = re.compile(r"专用|合同|财务|发票|报关|业务章|法定代表|校对|收文|骑缝")
_DIVISION = re.compile(r"(局|厅|委|会|府|院|公司|中心|集团|大学|部).{1,8}(处|科|室|股|部)$")


class Recogniser(Protocol):
    """Reads strips of one text line each."""

    def __call__(self, lines: Sequence[Sequence[Colour]]) -> list[tuple[str, float]]:
        """Text and confidence 0..1 of each line; a line comes in one or more renderings of the same width."""
        ...


class Reading(NamedTuple):
    """What a seal says: best name with its score 0..1, other readings best first, the line across, and its place."""

    name: str
    score: float
    others: tuple[str, ...]
    inner: str


class CtcRecogniser:
    """The small PP-OCRv6 recogniser; several renderings of a line are judged together, frame by frame."""

    def __init__(self) -> None:
        """Open the model (shared with the page reader)."""
        path = ocr_models.recogniser_path(careful=True)
        self._session = ocr_models.session(path)
        self._input = self._session.get_inputs()[0].name
        self._chars = ocr_models.characters(path)

    def __call__(self, lines: Sequence[Sequence[Colour]]) -> list[tuple[str, float]]:
        """See `Recogniser`."""
        return [self._decode(self._frames(line)) for line in lines]

    def _frames(self, line: Sequence[Colour]) -> npt.NDArray[np.float32]:
        """Class probabilities of each frame, averaged over the renderings."""
        height, width = line[0].shape[:2]
        size = (max(STRIP, round(width * STRIP / height)), STRIP)
        batch = np.stack([cv2.resize(p, size, interpolation=cv2.INTER_AREA) for p in line]).astype(np.float32)
        planes = (batch / 127.5 - 1).transpose(0, 3, 1, 2)
        return np.asarray(self._session.run(None, {self._input: np.ascontiguousarray(planes)})[0].mean(0), np.float32)

    def _decode(self, frames: npt.NDArray[np.float32]) -> tuple[str, float]:
        """Greedy CTC."""
        best = frames.argmax(1)
        keep = (best != 0) & np.r_[True, best[1:] != best[:-1]]
        if not keep.any():
            return "", 0.0
        return "".join(self._chars[i] for i in best[keep]), float(frames.max(1)[keep].mean())


@functools.cache
def recogniser() -> Recogniser:
    """The process's recogniser, opened at its first use."""
    return CtcRecogniser()


def _worth(text: str, score: float) -> float:
    """How much a reading is believed: confident, not cut short, begins with a place and ends as bodies do."""
    worth = score * score * min(len(text), 12) ** 0.5
    return worth * (1.5 if _END.search(text) else 1.0) * (1.2 if _HEAD.match(text) else 1.0)


def _level(plane: Gray) -> Gray:
    """Even out pale and strong parts of a strip."""
    small = cv2.resize(plane, (max(4, plane.shape[1] // 8), 6), interpolation=cv2.INTER_AREA)
    local = cv2.GaussianBlur(cv2.dilate(small, np.ones((5, 7), np.uint8)), (0, 0), 1.2)
    wide = cv2.resize(local, (plane.shape[1], plane.shape[0]), interpolation=cv2.INTER_LINEAR)
    even: Gray = plane / np.maximum(wide * 1.6, 0.35)
    return np.minimum(even, 1)


def _ring_lines(opened: Opened, widen: float) -> list[list[Colour]]:
    """The ring's text, cut open at each likely gap, each in several renderings."""
    lines = []
    for band in bands(opened):
        clean = strip(opened.clean, opened.ring, band, widen)
        bare = strip(opened.bare, opened.ring, band, widen)
        lines.append([picture(clean), picture(_level(clean)), picture(_level(bare))])
    return lines


def _vote(readings: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Distinct Chinese readings with their confidence, the most believed first."""
    best: dict[str, tuple[float, float]] = {}
    for text, score in readings:
        han = _HAN.sub("", text)
        if len(han) >= 2:
            worth = _worth(han, score) + best.get(han, (0.0, 0.0))[0]
            best[han] = (worth, max(score, best.get(han, (0.0, 0.0))[1]))
    return [(t, s) for t, (_, s) in sorted(best.items(), key=lambda i: -i[1][0])]


def read_ring(opened: Opened, read: Recogniser) -> list[tuple[str, float]]:
    """Readings of the ring's text, best first: the likeliest gap, and when that is doubtful, other cuts."""
    lines = _ring_lines(opened, 1.0)
    readings = read(lines[:1])
    text, score = _HAN.sub("", readings[0][0]), readings[0][1]
    if score < 0.9 or not _END.search(text):
        readings += read(lines[1:] + _ring_lines(opened, 1.25)[:1])
    return _vote(readings)


def read_across(opened: Opened, turn: float, read: Recogniser) -> str:
    """The straight line under the star (or across the middle), "" if there is none."""
    ring = opened.ring
    size = (round(ring.radius * 1.5), round(ring.radius * 0.62))
    down = (-np.sin(turn), np.cos(turn))
    right = (np.cos(turn), np.sin(turn))
    found: list[tuple[str, float]] = []
    for depth in (0.5,):
        middle = (ring.x + down[0] * ring.radius * depth, ring.y + down[1] * ring.radius * depth)
        move = np.array([[right[0], down[0], middle[0] - right[0] * size[0] / 2 - down[0] * size[1] / 2],
                         [right[1], down[1], middle[1] - right[1] * size[0] / 2 - down[1] * size[1] / 2]], np.float32)
        part = cv2.warpAffine(opened.clean, move, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        line = _trimmed(part)
        if line is not None:
            found += read([[picture(line), picture(_level(line))]])
    return next((h for t, s in found if len(h := _HAN.sub("", t)) >= 2 and s > 0.5), "")


def _trimmed(part: Gray) -> Gray | None:
    """The one text line in a crop: rows and columns with ink, cut close; None if there is no such line."""
    mark = part > 0.4
    rows = mark.mean(1)
    if rows.max() < 0.08:
        return None
    top = int(rows.argmax())
    low = high = top
    while low > 0 and rows[low - 1] > 0.04:
        low -= 1
    while high < len(rows) - 1 and rows[high + 1] > 0.04:
        high += 1
    if high - low < 8 or high - low > 0.75 * len(rows):
        return None
    columns = np.flatnonzero(mark[low:high + 1].any(0))
    line: Gray = part[low:high + 1, max(0, columns[0] - 2):columns[-1] + 3]
    return line if line.shape[1] > 1.5 * line.shape[0] else None


def read_seal(bgr: Colour, ground: Paper, ring: Ring, kind: Ink, read: Recogniser) -> Reading:
    """Read the ring and the line across of one seal (ring in page pixels)."""
    opened = open_seal(bgr, ground, ring, kind)
    readings = read_ring(opened, read)
    cut = bands(opened, 1)[0]
    turn = cut.start + cut.extent / 2 + np.pi / 2
    inner = read_across(opened, turn, read)
    name, score = readings[0] if readings else ("", 0.0)
    return Reading(name, score, tuple(t for t, _ in readings[1:5]), inner)


def is_special(name: str, inner: str) -> bool:
    """Whether a seal says of itself that it is not the body's own: a special seal, or a division's."""
    return bool(_SPECIAL.search(name) or _SPECIAL.search(inner) or _DIVISION.search(name))
