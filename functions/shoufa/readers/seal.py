"""Finds and reads the seals on one page image: the one public door of the seal reader.

Steps: a small copy of the page gives ink maps (`seal_ink`); rings are searched on them (`seal_search`);
each is examined on the full page (`seal_shape`), scored (`seal_score`) and read (`seal_unroll`,
`seal_name`). A red or blue ring is looked for first; a black one (a copy of a sealed page) only where no
coloured one was found.
"""

from typing import NamedTuple

import cv2
import numpy as np

from shoufa.domain.codes import Ink, Shape
from shoufa.domain.facts import Seal
from shoufa.readers.seal_ink import (
    Colour,
    Gray,
    Paper,
    flatten,
    ink,
    is_bilevel,
    is_grey,
    noise_floor,
    paper,
    without_print,
)
from shoufa.readers.seal_name import Reading, Recogniser, is_body, is_special, read_seal, recogniser
from shoufa.readers.seal_score import (
    CLAIM,
    FAINT,
    FAINT_BLACK,
    UNREAD_BLACK,
    WORTH_READING,
    is_part,
    probability,
    with_name,
)
from shoufa.readers.seal_search import LEVEL, Ring, rings, soft
from shoufa.readers.seal_shape import examine, shortlist

_LEAST_SIDE = 500
_MOST_SIDE = 3600
_DARK = 60
_OVAL = 0.86
_MOST = 12
_DOUBTFUL = 4


class Found(NamedTuple):
    """A ring on the page (page pixels), its ink, how likely it is a seal or a part of one."""

    ring: Ring
    kind: Ink
    score: float
    part: bool


def find_seals(
    bgr: Colour, page: int, read: Recogniser | None = None
) -> tuple[tuple[Seal, ...], tuple[Seal, ...], bool]:
    """Find the seals on a page (uint8 H×W×3, BGR, 100 to 600 dpi), and read their names.

    Returns the seals, the places where one may be but cannot be claimed, and whether the page could be
    searched at all (it is not when it is too small or too dark). `read` replaces the recogniser.
    """
    cv2.setNumThreads(1)
    side = max(bgr.shape[:2])
    if side < _LEAST_SIDE:
        return (), (), False
    if side > _MOST_SIDE:
        shrink = _MOST_SIDE / side
        bgr = np.asarray(cv2.resize(bgr, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)
    scale = LEVEL / max(bgr.shape[:2])
    small = cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ground = paper(small)
    if float(np.median(ground.light)) < _DARK:
        return (), (), False
    flat = flatten(small, ground)
    full = Paper(ground.light, ground.step / scale)
    found = _locate(bgr, flat, ground, scale)
    seals = [_seal(bgr, full, one, page, read or recogniser()) for one in found]
    black = FAINT if is_bilevel(bgr) else FAINT_BLACK
    faint = [s for s in seals if (black if s.ink is Ink.BLACK else FAINT) <= s.score < CLAIM]
    return tuple(s for s in seals if s.score >= CLAIM), tuple(faint), True


def _locate(bgr: Colour, flat: Gray, ground: Paper, scale: float) -> list[Found]:
    """Rings worth reading, likeliest first, each once: coloured ones.

    On a grey page, or failing them, black ones.
    """
    found: list[Found] = []
    if not is_grey(flat):
        found = _search(bgr, flat, ground, scale, (Ink.RED, Ink.BLUE))
    elif (wiped := without_print(bgr)) is not None:
        size = (flat.shape[1], flat.shape[0])
        pale = flatten(cv2.resize(wiped, size, interpolation=cv2.INTER_AREA), ground)
        found = _search(wiped, pale, ground, scale, (Ink.BLACK,))
    if not any(f.score >= CLAIM and f.kind is not Ink.BLACK for f in found):
        found += _search(bgr, flat, ground, scale, (Ink.BLACK,))
    return _distinct(found)


def _search(bgr: Colour, flat: Gray, ground: Paper, scale: float, kinds: tuple[Ink, ...]) -> list[Found]:
    """Rings in one or more inks, with scores."""
    found = []
    full = Paper(ground.light, ground.step / scale)
    for kind in kinds:
        plane = ink(flat, kind)
        level = soft(plane, noise_floor(plane, kind))
        for ring in shortlist(level, rings(level)):
            exact, measures = examine(bgr, full, ring.scaled(1 / scale), kind)
            coloured = kind is not Ink.BLACK
            found.append(
                Found(exact, kind, probability(measures, coloured=coloured), coloured and is_part(measures))
            )
    return [f for f in found if f.score >= WORTH_READING or f.part]


def _distinct(found: list[Found]) -> list[Found]:
    """The likeliest of rings that overlap; seals may touch, but their centres keep apart."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda f: -f.score):
        r = one.ring
        if all(np.hypot(r.x - k.ring.x, r.y - k.ring.y) > 0.6 * max(r.radius, k.ring.radius) for k in kept):
            kept.append(one)
    likely = [f for f in kept if f.score >= CLAIM]
    return (likely + [f for f in kept if f.score < CLAIM][:_DOUBTFUL])[:_MOST]


def _seal(bgr: Colour, ground: Paper, found: Found, page: int, read: Recogniser) -> Seal:
    """Read one ring and say all that is known of it."""
    said: Reading = read_seal(bgr, ground, found.ring, found.kind, read)
    score = with_name(found.score, said.name, said.score, body=is_body(said.name))
    if found.part:
        score = max(score, FAINT)
    if found.kind is Ink.BLACK and len(said.name) < 3:
        score = min(score, UNREAD_BLACK)
    return Seal(
        page=page,
        box=_box(found.ring, bgr.shape[1], bgr.shape[0]),
        shape=Shape.OVAL if found.ring.b / found.ring.a < _OVAL else Shape.ROUND,
        ink=found.kind,
        name=said.name,
        name_score=round(said.score, 3),
        inner=said.inner,
        score=round(score, 3),
        official=False if is_special(said.name, said.inner) else None,
        candidates=said.others,
    )


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
