"""Ruled tables on a picture of a page: rules, the grid they make, and which cells are joined.

Rules (`table_rules`) that touch are one table, the table is laid flat by the perspective of
its four corners, and a rule counts as a border between two cells where it is really drawn.
"""

import itertools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from shoufa.readers import ocr, table_rules
from shoufa.readers.ocr import Picture, Quad

Mask = NDArray[np.uint8]


EXACT = 2
"""Pixels by which pieces of a broken rule lie off its level at most: strokes of letters lie anywhere."""
PAD = 12
"""Pixels kept around a table laid flat, so that its outer rules do not fall off the edge."""
LOW = 7
"""Rows up to so many times the tolerance of a rule's place are low: one line of print fills them."""
MOST_TABLES = 40
"""Tables looked at on one page: bounds the time of a page full of frames."""


@dataclass(frozen=True)
class Area:
    """A cell's place in the grid, in grid units."""

    row: int
    col: int
    rowspan: int
    colspan: int


@dataclass(frozen=True)
class Drawn:
    """Where lying rules are drawn on a flat table: long ones, and shorter pieces of broken ones."""

    rules: Mask
    pieces: Mask
    near: int

    def at(self, level: int, span: tuple[int, int]) -> bool:
        """Whether a border between two cells is drawn; letters are pieces too, but do not fill a span.

        In a row hardly higher than its print, strokes of letters fill most of what is left between the rules:
        there pieces prove nothing, and a border has to run from one rule to the other.
        """
        if span[1] - span[0] < LOW * self.near:
            return _runs_through(self.rules, level, span, self.near)
        return (
            _drawn(self.rules, level, span, self.near) >= 0.5
            or _drawn(self.pieces, level, span, self.near, EXACT) >= 0.9
        )


@dataclass(frozen=True)
class Grid:
    """One table: `flat` maps page pixels to the flat table, in which `xs` and `ys` are the grid's lines."""

    flat: NDArray[np.float64]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    areas: tuple[Area, ...]
    corners: Quad

    def place(self, points: Quad) -> Quad:
        """Page points, shape (n, 2), in the flat table."""
        placed: Quad = cv2.perspectiveTransform(points[None].astype(np.float32), self.flat)[0]
        return placed

    def holds(self, quad: Quad) -> bool:
        """Whether the middle of a text line lies in the table."""
        x, y = self.place(quad.mean(axis=0, keepdims=True))[0]
        return bool(self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1])

    def area_at(self, x: float, y: float) -> Area:
        """The cell at a flat point; points outside belong to the nearest cell."""
        col = int(np.clip(np.searchsorted(self.xs, x) - 1, 0, len(self.xs) - 2))
        row = int(np.clip(np.searchsorted(self.ys, y) - 1, 0, len(self.ys) - 2))
        for area in self.areas:
            if area.row <= row < area.row + area.rowspan and area.col <= col < area.col + area.colspan:
                return area
        return Area(row, col, 1, 1)


def find_grids(picture: Picture, region: tuple[int, int, int, int]) -> list[Grid]:
    """Tables of at least two cells in a region (x, y, width, height) of the page, from top to bottom."""
    left, top, wide, high = region
    if min(wide, high) < 40:
        return []
    side = max(picture.shape[:2])
    grey = cv2.cvtColor(picture[top : top + high, left : left + wide], cv2.COLOR_BGR2GRAY)
    return sorted(_of_rules(grey, (left, top), side), key=lambda g: float(g.corners[:, 1].min()))


def _of_rules(grey: Mask, origin: tuple[int, int], side: int) -> list[Grid]:
    """One table for each set of rules that touch."""
    across, down = table_rules.find(table_rules.dark(grey, side), side)
    joined = cv2.dilate(across | down, np.ones((19, 19), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    grids: list[Grid] = []
    for label, (x, y, w, h, _) in enumerate(stats.tolist()):
        if label == 0 or w < 0.1 * side or h < 0.015 * side or len(grids) >= MOST_TABLES:
            continue
        box = np.s_[y : y + h, x : x + w]
        own = (labels[box] == label).astype(np.uint8)
        if (down[box] & own).any() and (across[box] & own).any():
            corners = _corners((across[box] | down[box]) * own) + np.array([x, y], np.float32)
            grid = _grid(grey, corners, origin, side)
            if grid is not None:
                grids.append(grid)
    return grids


def _corners(mask: Mask) -> Quad:
    """Outermost points of a table, clockwise from the top left."""
    ys, xs = np.nonzero(mask)
    points = np.stack([xs, ys], axis=1).astype(np.float32)
    total, skew = points.sum(axis=1), points[:, 0] - points[:, 1]
    order = (total.argmin(), skew.argmax(), total.argmax(), skew.argmin())
    return points[list(order)]


def _grid(grey: Mask, corners: Quad, origin: tuple[int, int], side: int) -> Grid | None:
    """The table laid flat, its rules looked for again: there they run straight, and faint ones hold."""
    width, height = (round(v) for v in ocr.size_of(corners))
    if min(width, height) < 10 or not _upright(corners):
        return None
    size = (width + 2 * PAD, height + 2 * PAD)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) + PAD
    warp = cv2.getPerspectiveTransform(corners, target)
    flat = cv2.warpPerspective(grey, warp, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    dark = table_rules.dark(flat, side)
    near = max(5, side // 250)
    again = cv2.getPerspectiveTransform(_outer(*table_rules.find(dark, side), near), target)
    dark = cv2.warpPerspective(dark, again, size, flags=cv2.INTER_NEAREST)
    across, down = (cv2.dilate(m, np.ones((3, 3), np.uint8)) for m in table_rules.find(dark, side))
    ys = _levels(across, near, PAD)
    xs = _levels(np.ascontiguousarray(down.T), near, PAD)
    xs, ys = _proven(across, down, xs, ys, near)
    turned, dark_turned = np.ascontiguousarray(down.T), np.ascontiguousarray(dark.T)
    lying = Drawn(across, table_rules.with_pieces(across, dark, side), near)
    standing = Drawn(turned, table_rules.with_pieces(turned, dark_turned, side), near)
    areas = _areas(lying, standing, xs, ys)
    if len(areas) < 2:
        return None
    shift = np.array([[1, 0, -origin[0]], [0, 1, -origin[1]], [0, 0, 1]], np.float64)
    place = corners + np.array(origin, np.float32)
    return Grid(again @ warp @ shift, tuple(map(float, xs)), tuple(map(float, ys)), areas, place)


def _upright(corners: Quad) -> bool:
    """Whether the corners nearly make a rectangle: odd rules and a page's edge that touch make none."""
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.linalg.norm(sides, axis=1)
    alike = (lengths[:2] < 2 * lengths[2:]).all() and (lengths[2:] < 2 * lengths[:2]).all()
    turns = (sides * np.roll(sides, -1, axis=0)).sum(axis=1) / (lengths * np.roll(lengths, -1) + 1e-6)
    return bool(alike and np.abs(turns).max() < 0.35)


def _outer(across: Mask, down: Mask, near: int) -> Quad:
    """Corners of a nearly flat table, where straight lines along its outer rules cross."""
    height, width = across.shape
    turned = np.ascontiguousarray(down.T)
    top, bottom = _edge(across, near), _edge(across[::-1], near)
    left, right = _edge(turned, near), _edge(turned[::-1], near)
    bottom, right = (-bottom[0], height - 1 - bottom[1]), (-right[0], width - 1 - right[1])
    return np.array([_meet(*pair) for pair in ((top, left), (top, right), (bottom, right), (bottom, left))])


def _edge(mask: Mask, near: int) -> tuple[float, float]:
    """Slope and start of the uppermost rule; level at the edge where none is drawn along most of it."""
    strip = mask[: PAD + 3 * near]
    drawn = np.flatnonzero(strip.any(axis=0))
    if len(drawn) < 0.5 * mask.shape[1]:
        return 0.0, float(PAD)
    heights = strip[:, drawn].argmax(axis=0) + 1.0
    rough = np.abs(heights - np.median(heights)) <= near
    slope, start = np.polyfit(drawn[rough], heights[rough], 1)
    return float(slope), float(start)


def _meet(lying: tuple[float, float], standing: tuple[float, float]) -> tuple[np.float32, np.float32]:
    """Where y = a x + b meets x = c y + d."""
    (a, b), (c, d) = lying, standing
    y = (a * d + b) / (1 - a * c)
    return np.float32(c * y + d), np.float32(y)


def _levels(mask: Mask, near: int, pad: int) -> list[int]:
    """Heights of horizontal rules in a flat mask, outer edges always among them."""
    height = mask.shape[0]
    _, _, stats, centres = cv2.connectedComponentsWithStats(mask)
    weights = [(float(c[1]), int(s[2])) for s, c in zip(stats[1:], centres[1:], strict=True)]
    levels: list[list[tuple[float, int]]] = [[(float(pad), 1)]]
    for y, weight in sorted([*weights, (float(height - 1 - pad), 1)]):
        if y - levels[-1][-1][0] <= near:
            levels[-1].append((y, weight))
        else:
            levels.append([(y, weight)])
    return [round(sum(y * w for y, w in level) / sum(w for _, w in level)) for level in levels]


def _drawn(mask: Mask, level: int, span: tuple[int, int], near: int, off: int | None = None) -> float:
    """Share of the span (without its ends) along which a rule no farther `off` than that is really drawn."""
    start, end = span[0] + near, span[1] - near
    off = near if off is None else off
    strip = mask[max(0, level - off) : level + off + 1, start:end]
    return float(strip.any(axis=0).mean()) if strip.size else 1.0


def _runs_through(mask: Mask, level: int, span: tuple[int, int], near: int) -> bool:
    """Whether one straight line, a little off at most, runs from one end of the span to the other."""
    strip = mask[max(0, level - near) : level + near + 1, span[0] + EXACT : span[1] - EXACT]
    return bool(strip.mean(axis=1).max() >= 0.8) if strip.size else True


def _proven(across: Mask, down: Mask, xs: list[int], ys: list[int], near: int) -> tuple[list[int], list[int]]:
    """Drop inner lines that border no cell at all: strokes of letters taken for rules."""
    turned = np.ascontiguousarray(down.T)
    for _ in range(3):
        before = (len(xs), len(ys))
        ys = _kept(across, ys, xs, near)
        xs = _kept(turned, xs, ys, near)
        if (len(xs), len(ys)) == before:
            break
    return xs, ys


def _kept(mask: Mask, levels: list[int], stops: list[int], near: int) -> list[int]:
    spans = list(itertools.pairwise(stops))
    inner = [v for v in levels[1:-1] if any(_drawn(mask, v, span, near) >= 0.8 for span in spans)]
    return [levels[0], *inner, levels[-1]]


def _areas(lying: Drawn, standing: Drawn, xs: list[int], ys: list[int]) -> tuple[Area, ...]:
    """Cells of the grid, each grown right and down until a border is drawn."""
    rows, cols = len(ys) - 1, len(xs) - 1
    right = [[standing.at(xs[c + 1], (ys[r], ys[r + 1])) for c in range(cols)] for r in range(rows)]
    below = [[lying.at(ys[r + 1], (xs[c], xs[c + 1])) for c in range(cols)] for r in range(rows)]
    taken: set[tuple[int, int]] = set()
    areas = []
    for r in range(rows):
        for c in range(cols):
            if (r, c) not in taken:
                area = _grown(r, c, right, below, taken)
                taken.update((y, x) for y in range(r, r + area.rowspan) for x in range(c, c + area.colspan))
                areas.append(area)
    return tuple(areas)


def _grown(
    r: int, c: int, right: list[list[bool]], below: list[list[bool]], taken: set[tuple[int, int]]
) -> Area:
    rows, cols = len(right), len(right[0])
    w, h = 1, 1
    while c + w < cols and not right[r][c + w - 1] and (r, c + w) not in taken:
        w += 1
    while r + h < rows and not any(below[r + h - 1][x] or (r + h, x) in taken for x in range(c, c + w)):
        h += 1
    return Area(r, c, h, w)


def cut_at_rules(quad: Quad, grid: Grid) -> list[Quad]:
    """A text line that runs over borders between cells, cut there; slivers are dropped."""
    left, right = grid.place(np.stack([(quad[0] + quad[3]) / 2, (quad[1] + quad[2]) / 2]))
    width = float(right[0] - left[0])
    slack = 0.5 * ocr.size_of(quad)[1]
    y = float(left[1] + right[1]) / 2
    stops = [0.0]
    for x in grid.xs[1:-1]:
        border = grid.area_at(x - 1, y) != grid.area_at(x + 1, y)
        if border and left[0] + slack < x < right[0] - slack:
            stops.append(float(x - left[0]) / width)
    stops.append(1.0)
    return [_part(quad, a, b) for a, b in itertools.pairwise(stops)]


def _part(quad: Quad, start: float, end: float) -> Quad:
    top, bottom = quad[1] - quad[0], quad[2] - quad[3]
    corners = [quad[0] + start * top, quad[0] + end * top, quad[3] + end * bottom, quad[3] + start * bottom]
    return np.array(corners, np.float32)
