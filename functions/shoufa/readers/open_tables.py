"""Tables without upright rules (三线表, or a rule under each row): columns are told from the white between them.

Three or more level rules of one width make such a table, if print stands between them in columns.
"""

import itertools

import cv2
import numpy as np
from numpy.typing import NDArray

from shoufa.readers import ocr, table_rules
from shoufa.readers.ocr import Picture, Quad
from shoufa.readers.ruled import Area, Grid

LEAST_RULES, LEAST_COLUMNS = 3, 3
LEAST_WIDTH = 0.35
"""Share of the page's width that a rule of such a table has at least."""
INSET = 0.26
"""Share of a line's height by which the detector's box stands out over its print on each side."""
Span = tuple[float, float]
Rule = tuple[float, float, float]
"""Height, left and right end in pixels."""


def find_open(
    picture: Picture, region: tuple[int, int, int, int], quads: list[Quad], taken: list[Grid]
) -> list[Grid]:
    """Tables without upright rules outside those that are known, on a straight page with its text lines."""
    free = [q for q in quads if not any(g.holds(q) for g in taken)]
    if len(free) < LEAST_RULES * LEAST_COLUMNS:
        return []
    rules = [r for r in _rules(picture, region) if not any(g.holds(_point(r)) for g in taken)]
    found = (_grid(run, free) for run in _runs(rules))
    return [grid for grid in found if grid is not None]


def _point(rule: Rule) -> Quad:
    return np.full((4, 2), ((rule[1] + rule[2]) / 2, rule[0]), np.float32)


def _rules(picture: Picture, region: tuple[int, int, int, int]) -> list[Rule]:
    """Long level rules from top to bottom, each once."""
    left, top, wide, high = region
    part = cv2.cvtColor(picture[top : top + high, left : left + wide], cv2.COLOR_BGR2GRAY)
    side = max(picture.shape[:2])
    mask = table_rules.level_rules(part, side)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    rules: list[Rule] = []
    least = LEAST_WIDTH * picture.shape[1]
    for x, y, w, h, _ in sorted(stats[1:].tolist(), key=lambda s: s[1]):
        if w < least or h > side / 60:
            continue
        rule = (top + y + h / 2, float(left + x), float(left + x + w))
        if not rules or rule[0] - rules[-1][0] > side / 150:
            rules.append(rule)
    return rules


def _runs(rules: list[Rule]) -> list[list[Rule]]:
    """Rules one below the other that begin and end alike."""
    runs: list[list[Rule]] = []
    for rule in rules:
        slack = 0.03 * (rule[2] - rule[1])
        last = runs[-1][-1] if runs else None
        if last and abs(last[1] - rule[1]) < slack and abs(last[2] - rule[2]) < slack:
            runs[-1].append(rule)
        else:
            runs.append([rule])
    return [run for run in runs if len(run) >= LEAST_RULES]


def _grid(rules: list[Rule], quads: list[Quad]) -> Grid | None:
    left, right = min(r[1] for r in rules), max(r[2] for r in rules)
    top, bottom = rules[0][0], rules[-1][0]
    middles = [q.mean(axis=0) for q in quads]
    inside = [q for q, (x, y) in zip(quads, middles, strict=True) if left < x < right and top < y < bottom]
    if len(inside) < LEAST_RULES * LEAST_COLUMNS:
        return None
    height = float(np.median([ocr.size_of(q)[1] for q in inside]))
    spans = [(float(q[:, 0].min()) + INSET * height, float(q[:, 0].max()) - INSET * height) for q in inside]
    xs = _cuts(spans, (left, right), 0.12 * height)
    if len(xs) < LEAST_COLUMNS + 1:
        return None
    ys = _rows([r[0] for r in rules], inside, xs[1], height)
    areas = tuple(Area(r, c, 1, 1) for r in range(len(ys) - 1) for c in range(len(xs) - 1))
    place = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    return Grid(np.eye(3), tuple(xs), tuple(ys), areas, place)


def _cuts(spans: list[Span], ends: Span, least: float) -> list[float]:
    """Ends, and the middles of the white strips at least so wide between spans.

    One span in twenty-five may cross a strip: cells that stand close are sometimes found as one line.
    """
    places = np.arange(*ends)
    starts, stops = np.array(spans, np.float64).T[:, :, None]
    covered = ((starts <= places) & (places < stops)).sum(axis=0) > len(spans) // 25
    edges = np.diff(np.concatenate(([0], covered.astype(int), [0])))
    begun, ended = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    strips = zip(ended[:-1].tolist(), begun[1:].tolist(), strict=True)
    return [ends[0], *(ends[0] + (a + b) / 2 for a, b in strips if b - a >= least), ends[1]]


def _rows(rules: list[float], inside: list[Quad], first: float, height: float) -> list[float]:
    """Rules, and where only three are drawn a cut between any two entries of the first column."""
    if len(rules) > LEAST_RULES:
        return rules
    middles = [q.mean(axis=0) for q in inside]
    entries = sorted(float(y) for x, y in middles if x < first and y > rules[1])
    spans = _shrunk(inside)
    cuts = [_clearest(spans, above, below) for above, below in itertools.pairwise(entries)]
    return [*rules[:2], *(c for c in cuts if rules[1] + height / 2 < c < rules[2] - height / 2), rules[2]]


def _shrunk(quads: list[Quad]) -> NDArray[np.float64]:
    """Heights between which each line's print stands; a detector's boxes are taller than it."""
    tops = np.array([float(q[:, 1].min()) for q in quads])
    ends = np.array([float(q[:, 1].max()) for q in quads])
    inset = INSET * (ends - tops)
    return np.stack([tops + inset, ends - inset], axis=1)


def _clearest(spans: NDArray[np.float64], above: float, below: float) -> float:
    """The height between two entries at which the fewest lines stand: the middle of the widest stretch."""
    heights = np.arange(above, below, 1.0)
    standing = ((spans[:, :1] < heights) & (heights < spans[:, 1:])).sum(axis=0)
    free = np.concatenate(([0], (standing == standing.min()).astype(int), [0]))
    starts, ends = np.flatnonzero(np.diff(free) == 1), np.flatnonzero(np.diff(free) == -1)
    widest = int(np.argmax(ends - starts))
    return above + float(starts[widest] + ends[widest]) / 2
