"""Reads the name on a seal's ring and the line across its middle, and which kind of seal they betray."""

import functools
import math
import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from shoufa.domain.codes import Ink
from shoufa.readers import ocr_models
from shoufa.readers.seal_across import DEPARTMENT, SPECIAL, crossed, lines_across, names_special, sized
from shoufa.readers.seal_ink import Colour, Paper
from shoufa.readers.seal_merge import Line, alike, lined, merged
from shoufa.readers.seal_search import Ring
from shoufa.readers.seal_signs import PLACE, signs, spelt
from shoufa.readers.seal_unroll import STRIP, Band, Opened, bands, closed_up, open_seal, picture, strip
from shoufa.readers.seal_words import mended

_HAN = re.compile(r"[^\u4e00-\u9fff]")
_END = re.compile(
    r"(厅|局|委员会|委|院|所|公司|大学|学院|馆|中心|部|政府|处|站|校|协会|学会|集团|会|社|厂|办公室|专用章|队|中学|小学|银行|园|社|台|网)$"
)
_HEAD = re.compile(r"^(中国|中共|中华|国家|.{2,6}(省|市)|.{1,6}(县|区|州|盟|旗))")
_DATE = re.compile(r"^[年月日十二三]+$|年.?月|月.?日")
_DIVISION = re.compile(
    r"(局|厅|公司|集团|大学|学院|研究院).{1,8}(处|科|室|股)$|(公司|集团|大学|学院|研究院).{1,8}部$"
)


_SURE, _FAIR, _FIT, _USUAL_LEAST = 0.95, 0.85, 0.7, 6
"""Confidence from which a reading that looks whole needs no second look, no third, from which it may complete
another; its least length."""
_ROOM = 0.3
"""Radians added at both ends of a name for the second look."""
_LOST = 3
"""Characters at most that a name may have lost to a wide gap behind them."""
_SURE_DIVISION = 0.9
"""Confidence of a line across from which it names a division."""


class Recogniser(Protocol):
    """Reads strips of one text line each."""

    def __call__(self, lines: Sequence[Sequence[Colour]]) -> list[Line]:
        """Each line as it is read; a line comes in one or more renderings of the same width."""
        ...


class Reading(NamedTuple):
    """What a seal says: its best name with a score (0..1), other readings, the line across, its place."""

    name: str
    score: float
    others: tuple[str, ...]
    inner: str
    crossed: bool = False
    """Whether a line stands across that was not read as a special seal's or a division's."""


class CtcRecogniser:
    """The small PP-OCRv6 recogniser; several renderings of a line are judged together, frame by frame."""

    def __init__(self) -> None:
        """Open the model (shared with the page reader)."""
        path = ocr_models.recogniser_path(careful=True)
        self._session = ocr_models.session(path)
        self._input = self._session.get_inputs()[0].name
        self._chars = ocr_models.characters(path)

    def __call__(self, lines: Sequence[Sequence[Colour]]) -> list[Line]:
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

    def _decode(self, frames: npt.NDArray[np.float32]) -> Line:
        """The signs of a line, mended where a word asks for it."""
        raw = signs(frames, self._chars)
        return lined(spelt(raw))._replace(signs=tuple(s for s in raw if s.text.strip()))


@functools.cache
def recogniser() -> Recogniser:
    """The process's recogniser, opened at its first use."""
    return CtcRecogniser()


def _worth(text: str, score: float) -> float:
    """How much a reading is believed: confident, not cut short, begins with a place and ends as bodies do."""
    worth: float = score * score * min(len(text), 12) ** 0.5
    return worth * (1.5 if _END.search(text) else 1.0) * (1.2 if _HEAD.match(text) else 1.0)


def _line(
    opened: Opened, band: Band, widen: float = 1.0, gain: float = 1.0, *, close: bool = True
) -> list[Colour]:
    """The ring's text as one strip; `gain` below 1 darkens pale strokes, `close` narrows wide spaces."""
    straight = np.clip(strip(opened.sharp, opened.ring, band, widen), 0, 1) ** np.float32(gain)
    return [picture(closed_up(straight) if close else straight)]


def _vote(readings: Sequence[Line]) -> list[tuple[str, float]]:
    """Distinct Chinese readings with their confidence, the most believed first."""
    best: dict[str, tuple[float, float]] = {}
    for text, score, _ in readings:
        han = _HAN.sub("", text)
        if len(han) >= 2:
            worth = _worth(mended(han), score) + best.get(han, (0.0, 0.0))[0]
            best[han] = (worth, max(score, best.get(han, (0.0, 0.0))[1]))
    ranked = [(t, s) for t, (_, s) in sorted(best.items(), key=lambda i: -i[1][0])]
    together = merged(readings)
    han = _HAN.sub("", together.text) if together else ""
    if together and ranked and alike(han, ranked[0][0]) and _whole(han) >= _whole(ranked[0][0]):
        ranked = [(han, together.score), *(r for r in ranked if r[0] != han)]
    return sorted(ranked, key=lambda r: not (ranked and _completes(r, ranked[0][0])))


def _completes(reading: tuple[str, float], first: str) -> bool:
    """Whether a reading says the first one and more, which is lost sooner than made up.

    One sign more before it, or what gives a name a place to begin with or the end that bodies have. Not where
    the first sign is the last of the name, read twice.
    """
    text, score = reading
    if text == first or first not in text or text[0] == text[-1]:
        return False
    if text[1:] == first and not PLACE.match(first):
        return score >= _FAIR
    return score >= _FIT and _whole(text) > _whole(first)


def _whole(text: str) -> int:
    """How many ends of a name a reading has."""
    name = mended(text)
    return bool(PLACE.match(name)) + bool(_END.search(name))


def read_ring(opened: Opened, cuts: list[Band], read: Recogniser) -> list[tuple[str, float]]:
    """Readings of the ring's text, best first.

    Cut at the likeliest gap; where that is doubtful darker and with room at both ends; then in another way.
    """
    readings = read([_line(opened, cuts[0])])
    if _sure(readings[0], _SURE) and PLACE.match(mended(_HAN.sub("", readings[0][0]))):
        return _vote(readings)
    if not _sure(readings[0], _SURE):
        readings += read([_line(opened, _roomy(cuts[0]), gain=0.7, close=False)])
    if not any(_sure(r, _FAIR) for r in readings) or _leaves_signs(cuts[0]):
        readings += read([_line(opened, cut) for cut in cuts[1:2]])
        readings += _turned(readings[0], readings[-1])
    return _vote(readings)


def _turned(part: Line, whole: Line) -> list[Line]:
    """A name of which one reading lost an end, told by another one of the whole ring cut elsewhere.

    泽省市场监督管理局 and 省市场监督管理局云泽 make 云泽省市场监督管理局; nothing where they do not fit. What was
    lost stood before, unless that is no name and what it makes behind is one.
    """
    short, ring = (tuple(s for s in line.signs if not _HAN.match(s.text)) for line in (part, whole))
    name, turn = ("".join(s.text for s in signs) for signs in (short, ring))
    at = (turn + turn).find(name)
    if not 0 < len(turn) - len(name) <= _LOST or at < 0 or turn[0] == turn[-1]:
        return []  # a sign that stands at both ends was cut through and read twice
    begins = (i % len(ring) for i in (at + len(short), at))
    before, behind = (lined(spelt([*ring[i:], *ring[:i]])) for i in begins)
    return [max(before, behind, key=lambda line: _whole(line.text))]


def _leaves_signs(cut: Band) -> bool:
    """Whether half a sign's width of text or more stands outside a cut: some, set apart, was left out."""
    return cut.left > (cut.outer - cut.inner) / (cut.outer + cut.inner)


def _roomy(band: Band) -> Band:
    """The band with more room at both ends, where there is any."""
    room = min(_ROOM, max(0.0, (2 * math.pi - band.extent) / 2))
    return band._replace(start=band.start - room, extent=band.extent + 2 * room)


def _sure(reading: Line, least: float) -> bool:
    """Whether a reading of this confidence begins and ends as names do, and needs no further look."""
    text = mended(_HAN.sub("", reading.text))
    return (
        reading.score >= least
        and len(text) >= _USUAL_LEAST
        and bool(_END.search(text))
        and bool(_HEAD.match(text) or PLACE.match(text))
    )


def read_across(opened: Opened, band: Band, read: Recogniser) -> str:
    """The straight line under the star (or across the middle), "" if there is none."""
    found = [("", 0.0)]
    for text, score, _ in read([[picture(sized(line))] for line in lines_across(opened, band)]):
        han = _HAN.sub("", text)
        special = names_special(han)
        sure = score > (_SURE_DIVISION if DEPARTMENT.match(han) and not special else 0.35)
        if len(han) >= 2 and sure:
            found.append((han, score * (2 if special else 1)))
    return max(found, key=lambda f: f[1])[0]


def read_seal(bgr: Colour, ground: Paper, ring: Ring, kind: Ink, read: Recogniser) -> Reading:
    """Read the ring and the line across of one seal (ring in page pixels)."""
    opened = open_seal(bgr, ground, ring, kind)
    cuts = bands(opened)
    readings = read_ring(opened, cuts, read)
    inner = read_across(opened, cuts[0], read)
    # under a black seal the printed page shows too: only a line that names a special seal is the seal's own
    if _DATE.search(inner) or (kind is Ink.BLACK and not names_special(inner, 3)):
        inner = ""
    raw, score = readings[0] if readings else ("", 0.0)
    name = mended(raw)
    others = [t for t, _ in (readings if name != raw else readings[1:])]
    unread = kind is not Ink.BLACK and crossed(opened, cuts[0]) and not is_special(name, inner)
    return Reading(name, score, tuple(others[:5]), inner, unread)


def is_body(name: str) -> bool:
    """Whether a reading ends as the names of bodies do."""
    return bool(_END.search(name))


def is_special(name: str, inner: str) -> bool:
    """Whether a seal says of itself that it is not the body's own: a special seal, or a division's."""
    return bool(
        SPECIAL.search(name) or names_special(inner) or DEPARTMENT.match(inner) or _DIVISION.search(name)
    )
