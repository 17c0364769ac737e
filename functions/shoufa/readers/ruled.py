"""Ruled tables on a picture of a page: rules, the grid they make, and which cells are joined.

Rules are found by morphology, rules that touch are one table, the table is laid flat by the perspective of
its four corners, and a rule counts as a border between two cells where it is really drawn.
"""

import itertools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from shoufa.readers import ocr
from shoufa.readers.ocr import Picture, Quad

Mask = NDArray[np.uint8]


@dataclass(frozen=True)
class Area:
    """A cell's place in the grid, in grid units."""

    row: int
    col: int
    rowspan: int
    colspan: int


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
    across, down = _rules(picture[top : top + high, left : left + wide], side)
    joined = cv2.dilate(across | down, np.ones((5, 5), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    grids = []
    for label, (x, y, w, h, _) in enumerate(stats.tolist()):
        if label == 0 or w < 0.1 * side or h < 0.015 * side:
            continue
        box = np.s_[y : y + h, x : x + w]
        own = (labels[box] == label).astype(np.uint8)
        if (down[box] & own).any() and (across[box] & own).any():
            grid = _grid(across[box] * own, down[box] * own, (left + x, top + y), side)
            if grid is not None:
                grids.append(grid)
    return sorted(grids, key=lambda g: float(g.corners[:, 1].min()))


def _rules(picture: Picture, side: int) -> tuple[Mask, Mask]:
    """Masks (0 or 1) of horizontal and vertical rules; strokes of letters are shorter than any rule."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    block = max(15, side // 50) | 1
    dark = cv2.adaptiveThreshold(grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 12)
    length = max(20, side // 50)
    masks = []
    for thick, long in (((1, 3), (length, 1)), ((3, 1), (1, length))):
        rule = cv2.dilate(dark, np.ones(thick[::-1], np.uint8))
        rule = cv2.morphologyEx(rule, cv2.MORPH_OPEN, np.ones(long[::-1], np.uint8))
        masks.append(cv2.morphologyEx(rule, cv2.MORPH_CLOSE, np.ones(long[::-1], np.uint8)))
    return masks[0], masks[1]


def _corners(mask: Mask) -> Quad:
    """Outermost points of a table, clockwise from the top left."""
    ys, xs = np.nonzero(mask)
    points = np.stack([xs, ys], axis=1).astype(np.float32)
    total, skew = points.sum(axis=1), points[:, 0] - points[:, 1]
    order = (total.argmin(), skew.argmax(), total.argmax(), skew.argmin())
    return points[list(order)]


def _grid(across: Mask, down: Mask, origin: tuple[int, int], side: int) -> Grid | None:
    corners = _corners(across | down)
    width, height = (round(v) for v in ocr.size_of(corners))
    if min(width, height) < 10:
        return None
    pad = 6  # so that outer rules do not fall off the flat table's edge
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) + pad
    size = (width + 2 * pad, height + 2 * pad)
    warp = cv2.getPerspectiveTransform(corners, target)
    flat_across, flat_down = (
        cv2.dilate(cv2.warpPerspective(m, warp, size, flags=cv2.INTER_NEAREST), np.ones((3, 3), np.uint8))
        for m in (across, down)
    )
    near = max(5, side // 250)
    ys = _levels(flat_across, near, pad)
    xs = _levels(np.ascontiguousarray(flat_down.T), near, pad)
    xs, ys = _proven(flat_across, flat_down, xs, ys, near)
    areas = _areas(flat_across, flat_down, xs, ys, near)
    if len(areas) < 2:
        return None
    shift = np.array([[1, 0, -origin[0]], [0, 1, -origin[1]], [0, 0, 1]], np.float64)
    place = corners + np.array(origin, np.float32)
    return Grid(warp @ shift, tuple(map(float, xs)), tuple(map(float, ys)), areas, place)


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


def _drawn(mask: Mask, level: int, span: tuple[int, int], near: int) -> float:
    """Share of the span (without its ends) along which the rule at `level` is really drawn."""
    start, end = span[0] + near, span[1] - near
    strip = mask[max(0, level - near) : level + near + 1, start:end]
    return float(strip.any(axis=0).mean()) if strip.size else 1.0


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


def _areas(across: Mask, down: Mask, xs: list[int], ys: list[int], near: int) -> tuple[Area, ...]:
    """Cells of the grid, each grown right and down until a border is drawn."""
    turned = np.ascontiguousarray(down.T)
    rows, cols = len(ys) - 1, len(xs) - 1
    right = [
        [_drawn(turned, xs[c + 1], (ys[r], ys[r + 1]), near) >= 0.5 for c in range(cols)] for r in range(rows)
    ]
    below = [
        [_drawn(across, ys[r + 1], (xs[c], xs[c + 1]), near) >= 0.5 for c in range(cols)] for r in range(rows)
    ]
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
