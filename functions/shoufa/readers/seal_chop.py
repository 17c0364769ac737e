"""Reads the few characters of a square name chop: two columns from the right, or one row."""

import re

import cv2
import numpy as np

from shoufa.domain.codes import Ink
from shoufa.readers.seal_ink import Colour, Gray, Paper
from shoufa.readers.seal_name import Reading, Recogniser
from shoufa.readers.seal_search import Ring
from shoufa.readers.seal_shape import View, view
from shoufa.readers.seal_unroll import STRIP, picture

_HAN = re.compile(r"[^\u4e00-\u9fff]")
_CUT_IN, _LEAST = 0.5, 12
"""Share of ink of a chop whose characters are cut in; half width in pixels under which none is read."""


def read_chop(bgr: Colour, ground: Paper, ring: Ring, kind: Ink, read: Recogniser) -> Reading:
    """The name on a chop (its ring in page pixels is the box's inner ellipse)."""
    crop = view(bgr, ground, ring, kind, 96)
    inside = _inside(crop, ring)
    if min(ring.a, ring.b) < _LEAST or min(inside.shape) < 24:
        return Reading("", 0.0, (), "")
    lines = [[picture(_row(inside, columns, rows))] for columns, rows in _grids(inside)]
    said = [(_HAN.sub("", text), score) for text, score, _ in read(lines)]
    said.sort(key=lambda s: -s[1] * min(len(s[0]), 4))
    name, score = said[0]
    return Reading(name, score, tuple(t for t, _ in said[1:] if t), "") if name else Reading("", 0.0, (), "")


def _inside(crop: View, ring: Ring) -> Gray:
    """The chop within its frame as ink 0..1; characters cut into a filled chop are turned to ink."""
    local = ring.scaled(crop.scale, -crop.x0 * crop.scale, -crop.y0 * crop.scale)
    a, b = local.a * 0.9, local.b * 0.9
    y0, y1, x0, x1 = (max(0, round(v)) for v in (local.y - b, local.y + b, local.x - a, local.x + a))
    piece = crop.plane[y0:y1, x0:x1]
    if not piece.size:
        return np.zeros((0, 0), np.float32)
    level = max(float(np.percentile(piece, 90)), crop.floor * 1.3)
    ink = np.clip(piece / level, 0, 1).astype(np.float32)
    return np.asarray(1 - ink if float(ink.mean()) > _CUT_IN else ink, np.float32)


def _grids(inside: Gray) -> tuple[tuple[int, int], ...]:
    """How the characters may stand (columns, rows)."""
    height, width = inside.shape
    return (
        ((4, 1), (3, 1))
        if width > 1.5 * height
        else ((1, 3), (1, 4))
        if height > 1.5 * width
        else ((2, 2), (1, 2))
    )


def _row(inside: Gray, columns: int, rows: int) -> Gray:
    """The characters side by side: columns from the right, or one row from the left."""
    height, width = inside.shape
    order = range(columns) if rows == 1 else range(columns - 1, -1, -1)
    tiles = [
        inside[
            height * r // rows : height * (r + 1) // rows, width * c // columns : width * (c + 1) // columns
        ]
        for c in order
        for r in range(rows)
    ]
    return np.hstack([cv2.resize(t, (STRIP, STRIP), interpolation=cv2.INTER_AREA) for t in tiles])
