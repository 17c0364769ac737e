"""The straight line across a seal: 合同专用章 under the star or in the middle, a department's name."""

import math
import re

import cv2
import numpy as np

from shoufa.readers.seal_ink import Gray
from shoufa.readers.seal_shape import polar
from shoufa.readers.seal_unroll import STRIP, Band, Opened, is_round, lean

SPECIAL = re.compile(r"专用|合同|财务|发票|报关|业务章|法定代表|校对|收文|骑缝")
_USUAL = (
    "合同专用章",
    "财务专用章",
    "业务专用章",
    "发票专用章",
    "报关专用章",
    "人事专用章",
    "资料专用章",
    "项目专用章",
    "收文专用章",
    "标准化专用章",
)
_ZONES = ((0.34, 0.72), (-0.2, 0.3))
"""Where lines stand, in radii under the middle: below a star, or across an empty middle."""
_HALF = 0.72
_UNDER_STAR, _CORE, _CROSSED = (0.38, 0.68), 0.22, 0.03
"""Rows and half width (in radii) that the ends of a long name never reach; share of ink that is a line."""
_INK, _LEAST_INK = 0.4, 0.14
"""Share of a line's own ink from which a pixel belongs to it; ink under which there is no line."""
_SOLID = 0.72
"""Ink in the very middle from which a star or an emblem stands there, and no line."""
_TILTS = tuple(math.radians(d) for d in range(-20, 21, 4))
DEPARTMENT = re.compile(r"^(.{1,6}(处|科|室|部|股)|.{0,6}(技术中心|办公室))$")
"""A line across that names a division of the body."""


def turned(opened: Opened, band: Band) -> float:
    """How far the seal is turned clockwise (radians): its name stands at the top, a star points up."""
    middle = band.start + band.extent / 2
    if not is_round(opened.ring):
        head = np.sin(middle) < 0
        return float(opened.ring.angle + (0.0 if head else np.pi))
    by_name = middle + np.pi / 2
    star, seen = lean(opened)
    if not seen or not _solid(opened):
        return float(by_name)
    fifth = 2 * np.pi / 5
    return float(star + round((by_name - star) / fifth) * fifth)


def _solid(opened: Opened) -> bool:
    """Whether a star or an emblem fills the very middle."""
    centre = polar(opened.clean, opened.ring, np.linspace(0, 0.1, 5), 24)
    return float(centre.mean()) > _SOLID


def lines_across(opened: Opened, band: Band) -> list[Gray]:
    """Straight pieces of the seal's inside that may hold a line of text, upright, cut close to the ink."""
    unit, turn = min(opened.ring.a, opened.ring.b), turned(opened, band)
    oval = not is_round(opened.ring)
    half = _HALF * (opened.ring.radius if oval else unit)
    lines = []
    for low, high in _ZONES[1:] if oval else _ZONES[: 1 if _solid(opened) else 2]:
        rows = (low * unit, high * unit)
        piece = max((_piece(opened.sharp, opened, turn + tilt, rows, half) for tilt in _TILTS), key=_ruled)
        close = _close(piece)
        if close is not None and close.shape[1] > 1.5 * close.shape[0]:
            lines.append(close)
    return lines


def _ruled(piece: Gray) -> float:
    """How sharply a piece's rows part into a line and what is above and below it."""
    core = piece[:, piece.shape[1] // 5 : -piece.shape[1] // 5].mean(1)
    return float(np.square(np.diff(core)).sum())


def crossed(opened: Opened, band: Band) -> bool:
    """Whether something stands in the middle under the star, where only a special seal has a line.

    Measured on 148 seals of scans in colour: at most 0.001 of ink without a line, at least 0.08 with one.
    """
    unit = min(opened.ring.a, opened.ring.b)
    if not is_round(opened.ring) or not lean(opened)[1]:
        return False
    low, high = _UNDER_STAR
    middle = _piece(opened.clean, opened, turned(opened, band), (low * unit, high * unit), _CORE * unit)
    return float(middle.mean()) >= _CROSSED


def _piece(ink: Gray, opened: Opened, turn: float, rows: tuple[float, float], half: float) -> Gray:
    """An upright rectangle of the seal: rows under its middle, columns to both sides, in pixels."""
    cos, sin = float(np.cos(turn)), float(np.sin(turn))
    size = (round(2 * half), max(4, round(rows[1] - rows[0])))
    x0 = opened.ring.x - half * cos - rows[0] * sin
    y0 = opened.ring.y - half * sin + rows[0] * cos
    move = np.array([[cos, -sin, x0], [sin, cos, y0]], np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.clip(np.asarray(cv2.warpAffine(ink, move, size, flags=flags), np.float32), 0, 1)


def _close(piece: Gray) -> Gray | None:
    """The part of a piece that holds the line, at full ink.

    Its densest run of rows, then columns without wide gaps.
    """
    centre = piece[:, piece.shape[1] // 4 : -piece.shape[1] // 4]
    full = float(np.percentile(centre, 95))
    if full < _LEAST_INK:
        return None
    even = np.asarray(np.minimum(piece / full, 1), np.float32)
    mark = even > _INK
    rows = _longest(np.asarray(mark[:, mark.shape[1] // 4 : -mark.shape[1] // 4].mean(1) > 0.06), 2)
    if rows is None or rows[1] - rows[0] < 7:
        return None
    columns = _longest(np.asarray(mark[rows[0] : rows[1]].any(0)), rows[1] - rows[0])
    if columns is None:
        return None
    return np.asarray(even[max(0, rows[0] - 2) : rows[1] + 2, max(0, columns[0] - 3) : columns[1] + 3])


def _longest(on: np.ndarray, gap: int) -> tuple[int, int] | None:
    """The longest run of True (start, end) where gaps up to `gap` are bridged; None if there is none."""
    places = np.flatnonzero(on)
    if not places.size:
        return None
    groups = np.split(places, np.flatnonzero(np.diff(places) > gap + 1) + 1)
    best = max(groups, key=lambda g: int(g[-1] - g[0]))
    return int(best[0]), int(best[-1]) + 1


def sized(line: Gray) -> Gray:
    """A line brought to the height that recognisers read."""
    width = max(STRIP, round(line.shape[1] * STRIP / line.shape[0]))
    big = cv2.resize(line, (width, STRIP), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(big, 0, 1), np.float32)


def names_special(line: str, least: int = 2) -> bool:
    """Whether a line is, or in a bad print still resembles (`least` characters), that of a special seal."""
    return bool(SPECIAL.search(line)) or any(_common(line, usual) >= least for usual in _USUAL)


def _common(one: str, other: str) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for a in one:
        diagonal = 0
        for j, b in enumerate(other):
            diagonal, row[j + 1] = row[j + 1], diagonal + 1 if a == b else max(row[j + 1], row[j])
    return row[-1]
