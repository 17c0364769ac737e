"""Finds and reads the seals on one page image: the one public door of the seal reader.

Steps: a small copy of the page, divided by its paper (`seal_ink`), is looked at by a net (`seal_search`);
each place is fitted on the full page (`seal_shape`), read (`seal_unroll`, `seal_name`, `seal_chop`) and
scored with curves measured for pages of its tone (`seal_score`): claimed, left to a person, or dropped.
"""

from typing import NamedTuple

import cv2
import numpy as np

from shoufa.domain.codes import Ink, Shape
from shoufa.domain.facts import Seal
from shoufa.readers.seal_chop import read_chop
from shoufa.readers.seal_ink import Colour, Paper, flatten, is_bilevel, is_grey, paper
from shoufa.readers.seal_name import Reading, Recogniser, is_body, is_special, read_seal, recogniser
from shoufa.readers.seal_score import WORTH_NAMING, Evidence, Tone, claimed, doubtful, probability, rule
from shoufa.readers.seal_search import LEVEL, Place, Ring, places
from shoufa.readers.seal_shape import fitted, ink_of

_LEAST_SIDE = 500
_MOST_SIDE = 3600
_DARK = 60
_OVAL = 0.86
_DOUBTFUL = 4
_CHOP, _BODY, _FULL = 4, 5, 8
"""Characters: most on a chop, fewest of a body's name, and from which a ring is taken as fully read."""


class Sheet(NamedTuple):
    """A page made ready: picture, its paper, its tone, and how many net pixels one of its pixels is."""

    bgr: Colour
    ground: Paper
    tone: Tone
    scale: float


class Judged(NamedTuple):
    """A place that was read, what speaks for it, and the seal it is if it is one."""

    place: Place
    evidence: Evidence
    seal: Seal


def find_seals(
    bgr: Colour, page: int, read: Recogniser | None = None
) -> tuple[tuple[Seal, ...], tuple[Seal, ...], bool]:
    """Find the seals on a page (uint8 H×W×3, BGR, 60 to 600 dpi), and read their names.

    Returns the seals, the places where one may be but cannot be claimed, and whether the page could be
    searched at all (it is not when it is too small or too dark). `read` replaces the recogniser.
    """
    cv2.setNumThreads(1)
    if max(bgr.shape[:2]) < _LEAST_SIDE:
        return (), (), False
    sheet, found = look(bgr)
    if sheet is None:
        return (), (), False
    judged = [judge(sheet, place, page, read or recogniser()) for place in _worth_reading(found, sheet.tone)]
    seals = [j.seal for j in judged if claimed(j.seal.score, sheet.tone)]
    faint = [j for j in judged if not claimed(j.seal.score, sheet.tone)]
    faint = [j for j in faint if doubtful(j.seal.score, j.place, sheet.tone)]
    return tuple(seals), tuple(j.seal for j in faint[:_DOUBTFUL]), True


def look(bgr: Colour) -> tuple[Sheet | None, list[Place]]:
    """The page made ready, None if it is too dark; and the places on it that may hold a seal (net pixels)."""
    while max(bgr.shape[:2]) > _MOST_SIDE:  # halves are far cheaper than any other share
        even = bgr[: bgr.shape[0] // 2 * 2, : bgr.shape[1] // 2 * 2]
        half = (even.shape[1] // 2, even.shape[0] // 2)
        bgr = np.asarray(cv2.resize(even, half, interpolation=cv2.INTER_AREA), np.uint8)
    scale = LEVEL / max(bgr.shape[:2])
    small = np.asarray(cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    ground = paper(small)
    if float(np.median(ground.light)) < _DARK:
        return None, []
    flat = flatten(small, ground)
    tone = Tone.ONE_BIT if is_bilevel(bgr) else Tone.GREY if is_grey(flat) else Tone.COLOUR
    return Sheet(bgr, Paper(ground.light, ground.step / scale), tone, scale), places(flat, WORTH_NAMING)


def _worth_reading(found: list[Place], tone: Tone) -> list[Place]:
    """The places that a name could make a seal or a doubt of."""
    least = rule(tone).faint
    best = Evidence(0.0, 0.0, 1.0, 1.0)
    return [
        p
        for p in found
        if max(p.whole, p.part) >= least
        or probability(best._replace(whole=p.whole, part=p.part, square=float(p.square > 0.5)), tone) >= least
    ]


def judge(sheet: Sheet, place: Place, page: int, read: Recogniser) -> Judged:
    """Fit, read and score one place."""
    rough = place.ring.scaled(1 / sheet.scale)
    kind = Ink.BLACK if sheet.tone is not Tone.COLOUR else ink_of(sheet.bgr, sheet.ground, rough)
    square = place.square > 0.5
    ring = rough if square else fitted(sheet.bgr, sheet.ground, rough, kind)[0]
    said = (read_chop if square else read_seal)(sheet.bgr, sheet.ground, ring, kind, read)
    evidence = _evidence(place, said, square=square)
    score = probability(evidence, sheet.tone)
    seal = Seal(
        page=page,
        box=_box(ring, sheet.bgr.shape[1], sheet.bgr.shape[0]),
        shape=Shape.SQUARE
        if square
        else Shape.OVAL
        if min(ring.a, ring.b) / max(ring.a, ring.b) < _OVAL
        else Shape.ROUND,
        ink=kind,
        name=said.name,
        name_score=round(said.score, 3),
        inner=said.inner,
        score=round(score, 3),
        official=False if square or is_special(said.name, said.inner) else None,
        candidates=said.others,
        crossed=said.crossed,
    )
    return Judged(place, evidence, seal)


def _evidence(place: Place, said: Reading, *, square: bool) -> Evidence:
    """What the net and the reading say together; a chop names nobody's body, but most say 印 of themselves."""
    if square:
        short = said.score if 2 <= len(said.name) <= _CHOP else 0.0
        return Evidence(place.whole, place.part, short if "印" in said.name else 0.0, short, 1.0)
    named = said.score if is_body(said.name) and len(said.name) >= _BODY else 0.0
    text = said.score * min(1.0, len(said.name) / _FULL)
    return Evidence(place.whole, place.part, named, text)


def _box(ring: Ring, width: int, height: int) -> tuple[float, float, float, float]:
    """The ellipse's bounding box in page fractions, cut at the page."""
    half_x = float(np.hypot(ring.a * np.cos(ring.angle), ring.b * np.sin(ring.angle)))
    half_y = float(np.hypot(ring.a * np.sin(ring.angle), ring.b * np.cos(ring.angle)))
    values = (
        (ring.x - half_x) / width,
        (ring.y - half_y) / height,
        (ring.x + half_x) / width,
        (ring.y + half_y) / height,
    )
    x0, y0, x1, y1 = (round(min(1.0, max(0.0, v)), 4) for v in values)
    return x0, y0, x1, y1
