"""What a person is shown of a seal: a small picture of it, and its ring unrolled (kept by steps/files.py)."""

from collections.abc import Iterable

import cv2
import numpy as np

from shoufa.domain.codes import Shape
from shoufa.domain.facts import Seal
from shoufa.readers.limits import SHOWN_BYTES
from shoufa.readers.seal_ink import Colour, Paper, paper
from shoufa.readers.seal_search import Ring
from shoufa.readers.seal_shape import fitted
from shoufa.readers.seal_unroll import bands, open_seal, picture, strip

_SIDE = 420
_LEAST = 8
"""Pixels of a seal's shorter side under which there is nothing to see."""
_MARGIN = 0.12
_SMALL = 1000


def evidence(page: Colour, seals: Iterable[Seal]) -> list[tuple[bytes, bytes]]:
    """JPEGs of each seal and of its unrolled ring, each of at most `SHOWN_BYTES`.

    b"" in place of the ring of a square one, and of both where the seal is a speck. `page` is the upright
    page (BGR) on which the seals' boxes were found.
    """
    ground: Paper | None = None
    found = []
    for seal in seals:
        ground = ground or _ground(page)
        found.append(_shown(page, ground, seal))
    return found


def _ground(page: Colour) -> Paper:
    """The page's paper, by a reduced picture of it."""
    scale = min(1.0, _SMALL / max(page.shape[:2]))
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ground = paper(np.asarray(small, np.uint8))
    return Paper(ground.light, ground.step / scale)


def _shown(page: Colour, ground: Paper, seal: Seal) -> tuple[bytes, bytes]:
    height, width = page.shape[:2]
    x0, y0, x1, y1 = seal.box
    if min((x1 - x0) * width, (y1 - y0) * height) < _LEAST:
        return b"", b""
    ring = b"" if seal.shape is Shape.SQUARE else _jpeg(_unrolled(page, ground, seal))
    return _jpeg(_cut(page, seal)), ring


def _cut(page: Colour, seal: Seal) -> Colour:
    """The seal with some paper round it."""
    height, width = page.shape[:2]
    x0, y0, x1, y1 = seal.box
    dx, dy = (x1 - x0) * _MARGIN, (y1 - y0) * _MARGIN
    left, top = int(max(0, x0 - dx) * width), int(max(0, y0 - dy) * height)
    right, bottom = int(min(1, x1 + dx) * width) + 1, int(min(1, y1 + dy) * height) + 1
    crop = page[top:bottom, left:right]
    scale = min(1.0, _SIDE / max(crop.shape[:2]))
    return np.asarray(cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def _unrolled(page: Colour, ground: Paper, seal: Seal) -> Colour:
    """The ring as it is read."""
    height, width = page.shape[:2]
    x0, y0, x1, y1 = (v * s for v, s in zip(seal.box, (width, height, width, height), strict=True))
    rough = Ring((x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2, (y1 - y0) / 2, 0.0, 1.0)
    ring, _ = fitted(page, ground, rough, seal.ink)
    opened = open_seal(page, ground, ring, seal.ink)
    return picture(strip(opened.clean, opened.ring, bands(opened, 1)[0]))


def _jpeg(image: Colour) -> bytes:
    """Encoded as well as the limit allows."""
    for quality in (85, 70, 55, 40, 25):
        data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
        if len(data) <= SHOWN_BYTES:
            return data
    return _jpeg(np.asarray(cv2.resize(image, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA), np.uint8))
