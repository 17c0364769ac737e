"""Reads the name on a seal's ring and the line across its middle, and which kind of seal they betray."""

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
from shoufa.readers.seal_unroll import STRIP, Band, Opened, bands, lean, open_seal, picture, strip

_HAN = re.compile(r"[^\u4e00-\u9fff]")
_END = re.compile(
    r"(厅|局|委员会|委|院|所|公司|大学|学院|馆|中心|部|政府|处|站|校|协会|学会|集团|会|社|厂|办公室|专用章)$"
)
_HEAD = re.compile(r"^(中国|中共|中华|国家|.{1,6}(省|市|县|区|州|盟|旗))")
_SPECIAL = re.compile(r"专用|合同|财务|发票|报关|业务章|法定代表|校对|收文|骑缝")
_DATE = re.compile(r"^[年月日十二三]+$|年.?月|月.?日")
_USUAL = (
    "合同专用章",
    "财务专用章",
    "业务专用章",
    "发票专用章",
    "报关专用章",
    "人事专用章",
    "资料专用章",
    "项目专用章",
)
_DIVISION = re.compile(
    r"(局|厅|公司|集团|大学|学院|研究院).{1,8}(处|科|室|股)$|(公司|集团|大学|学院|研究院).{1,8}部$"
)


class Recogniser(Protocol):
    """Reads strips of one text line each."""

    def __call__(self, lines: Sequence[Sequence[Colour]]) -> list[tuple[str, float]]:
        """Text and confidence 0..1 of each line; a line comes in one or more renderings of the same width."""
        ...


class Reading(NamedTuple):
    """What a seal says: its best name with a score (0..1), other readings, the line across, its place."""

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
        return np.asarray(
            self._session.run(None, {self._input: np.ascontiguousarray(planes)})[0].mean(0), np.float32
        )

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
    worth: float = score * score * min(len(text), 12) ** 0.5
    return worth * (1.5 if _END.search(text) else 1.0) * (1.2 if _HEAD.match(text) else 1.0)


def _level(plane: Gray) -> Gray:
    """Even out pale and strong parts of a strip."""
    small = cv2.resize(plane, (max(4, plane.shape[1] // 8), 6), interpolation=cv2.INTER_AREA)
    local = cv2.GaussianBlur(cv2.dilate(small, np.ones((5, 7), np.uint8)), (0, 0), 1.2)
    wide = cv2.resize(local, (plane.shape[1], plane.shape[0]), interpolation=cv2.INTER_LINEAR)
    even: Gray = plane / np.maximum(wide * 1.6, 0.35)
    return np.minimum(even, 1)


def _line(opened: Opened, band: Band, widen: float = 1.0, gain: float = 1.0) -> list[Colour]:
    """The ring's text as one strip; `gain` below 1 darkens pale strokes."""
    straight = strip(opened.clean, opened.ring, band, widen)
    return [picture(np.clip(straight, 0, 1) ** np.float32(gain))]


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
    """Readings of the ring's text, best first.

    Cut at the likeliest gap, and where that is doubtful in other ways.
    """
    cuts = bands(opened)
    readings = read([_line(opened, cuts[0])])
    text, score = _HAN.sub("", readings[0][0]), readings[0][1]
    if score < 0.96 or not _END.search(text):
        readings += read([_line(opened, cuts[0], gain=0.7), _line(opened, cuts[0], widen=1.25)])
        readings += read([_line(opened, cut) for cut in cuts[1:]])
    return _vote(readings)


def read_across(opened: Opened, read: Recogniser) -> str:
    """The straight line under the star (or across the middle), "" if there is none."""
    found = [("", 0.0)]
    for line in _lines_across(opened):
        wide = cv2.resize(line, None, fx=1.25, fy=1, interpolation=cv2.INTER_LINEAR)
        for text, score in read([[picture(line), picture(_level(line))], [picture(wide)]]):
            han = _HAN.sub("", text)
            if len(han) >= 2 and score > 0.35:
                found.append((han, score * (2 if _names_special(han) else 1)))
    return max(found, key=lambda f: f[1])[0]


def _lines_across(opened: Opened) -> list[Gray]:
    """Crops of straight text lines inside the seal, upright, cut close."""
    ring, turn = opened.ring, lean(opened)[0]
    unit, cos, sin = ring.radius, float(np.cos(turn)), float(np.sin(turn))
    reach = round(unit * 0.9)
    move = np.array(
        [[cos, -sin, ring.x - (cos - sin) * reach], [sin, cos, ring.y - (sin + cos) * reach]], np.float32
    )
    size = (2 * reach, 2 * reach)
    upright = cv2.warpAffine(opened.clean, move, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    mark = upright > 0.3
    core = mark[:, reach - round(0.3 * unit) : reach + round(0.3 * unit)].mean(1)
    lines = []
    for top, bottom in _runs(core > 0.06):
        middle = (top + bottom) / 2 - reach
        if 0.08 * unit < bottom - top < 0.36 * unit and -0.2 * unit < middle < 0.75 * unit:
            half = round(
                float(np.sqrt(max(0.1, 0.8**2 - (max(abs(top - reach), abs(bottom - reach)) / unit) ** 2)))
                * unit
            )
            left, right = _extent(
                mark[top:bottom, reach - half : reach + half].any(0), half, round(0.16 * unit)
            )
            line = upright[max(0, top - 3) : bottom + 3, reach - half + left : reach - half + right]
            if line.shape[1] > 1.8 * (bottom - top):
                lines.append(line)
    below = upright[
        reach + round(0.28 * unit) : reach + round(0.64 * unit),
        reach - round(0.5 * unit) : reach + round(0.5 * unit),
    ]
    if float((below > 0.3).mean()) > 0.04:
        lines.append(below)
    return lines[:2]


def _runs(on: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Runs of True (start, end), those a pixel or two apart joined, the longest first."""
    joined = cv2.morphologyEx(on.astype(np.uint8)[None], cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))[0] > 0
    edges = np.flatnonzero(np.diff(np.r_[False, joined, False].astype(np.int8)))
    return sorted(
        ((int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)), key=lambda r: r[0] - r[1]
    )


def _extent(columns: npt.NDArray[np.bool_], middle: int, gap: int) -> tuple[int, int]:
    """How far a line reaches left and right of the middle before a gap wider than one between characters."""
    ends = []
    for step, side in ((-1, columns[:middle][::-1]), (1, columns[middle:])):
        places = np.flatnonzero(side)
        wide = np.flatnonzero(np.diff(np.r_[0, places]) > gap)
        last = (
            int(places[wide[0] - 1]) if wide.size and wide[0] > 0 else int(places[-1]) if places.size else 0
        )
        ends.append(middle + step * (last + 3))
    return max(0, ends[0]), min(len(columns), ends[1])


def read_seal(bgr: Colour, ground: Paper, ring: Ring, kind: Ink, read: Recogniser) -> Reading:
    """Read the ring and the line across of one seal (ring in page pixels)."""
    opened = open_seal(bgr, ground, ring, kind)
    readings = read_ring(opened, read)
    inner = read_across(opened, read)
    # under a black seal the printed page shows too: only a line that names a special seal is the seal's own
    if _DATE.search(inner) or (kind is Ink.BLACK and not _names_special(inner, 3)):
        inner = ""
    name, score = readings[0] if readings else ("", 0.0)
    return Reading(name, score, tuple(t for t, _ in readings[1:5]), inner)


def _names_special(line: str, least: int = 2) -> bool:
    """Whether a line across a seal is, or in a bad print still resembles (`least` characters).

    A special one.
    """
    return bool(_SPECIAL.search(line)) or any(_common(line, usual) >= least for usual in _USUAL)


def _common(one: str, other: str) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for a in one:
        diagonal = 0
        for j, b in enumerate(other):
            diagonal, row[j + 1] = row[j + 1], diagonal + 1 if a == b else max(row[j + 1], row[j])
    return row[-1]


def is_body(name: str) -> bool:
    """Whether a reading ends as the names of bodies do."""
    return bool(_END.search(name))


def is_special(name: str, inner: str) -> bool:
    """Whether a seal says of itself that it is not the body's own: a special seal, or a division's."""
    return bool(_SPECIAL.search(name) or _names_special(inner) or _DIVISION.search(name))
