"""Check boxes on a line of print, by their looks.

Recognisers drop them, or take a ticked one for an empty one.
"""

import re

import cv2
import numpy as np
from numpy.typing import NDArray

from shoufa.readers.ocr import LINE_HEIGHT, Picture, Spoken

TICKED, EMPTY = "☑", "□"
_SIGNS = set("□☐☑☒■▢◻◼▣")
_LOOKALIKES = set("口囗回日曰ロ")
"""Characters that a box is taken for; they count as one only where a word cannot begin with them."""
_SMALL, _LARGE = 0.4 * LINE_HEIGHT, 0.85 * LINE_HEIGHT
"""Sides of a box on a line of that height."""
_CHOICE = re.compile(r"[□☐☑☒■▢◻◼▣√✓✔]|类型|类别|类\s*别")
"""What a line says that has boxes to tick, even where a recogniser dropped all of them."""
INK_OF_TICK = 0.09
"""Share of a box's inside that is dark from which it is ticked; an empty one holds a few specks of noise."""

Box = tuple[float, float, bool]
"""Left and right edge in pixels of the line, and whether it is ticked."""


def offers_choice(text: str) -> bool:
    """Whether a line offers a choice, by a word or a sign.

    On others, strokes of letters could look like boxes.
    """
    return bool(_CHOICE.search(text))


def with_boxes(line: Picture, spoken: Spoken) -> Spoken:
    """What was recognised on a cut line, with each box that is seen on it as ☑ or □ in its place."""
    found = list(zip(spoken.places, spoken.text, strict=True))
    for left, right, ticked in boxes(line):
        middle, side = (left + right) / 2, right - left
        near = [i for i, (x, _) in enumerate(found) if abs(x - middle) < 0.72 * side]
        sign = (middle, TICKED if ticked else EMPTY)
        if not near:
            found.append(sign)
        elif any(_is_box(found, i) for i in near):
            found = [f for i, f in enumerate(found) if i not in near or not _is_box(found, i)]
            found.append(sign)
        found.sort(key=lambda f: f[0])
    places = tuple(x for x, _ in found)
    return Spoken("".join(s for _, s in found), spoken.score, spoken.least, places)


def _is_box(found: list[tuple[float, str]], index: int) -> bool:
    sign = found[index][1]
    before = found[index - 1][1] if index else " "
    return sign in _SIGNS or (sign in _LOOKALIKES and not before.isalnum())


def boxes(line: Picture) -> list[Box]:
    """Squares about as high as the print, from left to right."""
    grey = cv2.cvtColor(line, cv2.COLOR_BGR2GRAY)
    level, _ = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    ground = float(np.percentile(grey, 90))
    if ground - level < 25:
        return []
    dark = (grey < level + 0.35 * (ground - level)).astype(np.uint8)  # a box is drawn thinner than letters
    strokes = _uprights(dark)
    found: list[Box] = []
    for i, left in enumerate(strokes):
        for right in strokes[i + 1 : i + 6]:
            box = _box(dark, left, right)
            if box is not None and (not found or box[0] >= found[-1][1]):
                found.append(box)
                break
    return found


def _uprights(dark: Picture) -> list[tuple[int, int, int, int]]:
    """Thin upright strokes (x of the middle, top, bottom, width), from left to right."""
    length = round(0.9 * _SMALL)
    thick = cv2.dilate(dark, np.ones((1, 3), np.uint8))
    upright = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(upright)
    strokes = [(x + w // 2, y, y + h, w) for x, y, w, h, _ in stats[1:].tolist() if w <= 0.3 * LINE_HEIGHT]
    return sorted(strokes)


def _box(dark: Picture, left: tuple[int, int, int, int], right: tuple[int, int, int, int]) -> Box | None:
    """The square between two upright strokes, null if they are no sides of one."""
    side = right[0] - left[0]
    top, bottom = max(left[1], right[1]), min(left[2], right[2])
    level = abs(left[1] - right[1]) <= 4 and bottom - top >= 0.8 * side
    if not (_SMALL <= side <= _LARGE and level):
        return None
    inner = dark[:, left[0] : right[0]]
    ends = range(round(top + 0.8 * side), min(len(dark), bottom, round(top + 1.25 * side)) + 1)
    bottom = max(ends, key=lambda y: _across(inner, y - 1), default=top)
    if _across(inner, top + 1) < 0.9 or _across(inner, bottom - 1) < 0.9 or _outside(dark, left, side) > 0.25:
        return None
    inset = max(3, round(0.2 * side))
    inside = dark[top + inset : bottom - inset, left[0] + inset : right[0] - inset]
    return float(left[0]), float(right[0]), bool(inside.size and inside.mean() > INK_OF_TICK)


def _across(inner: NDArray[np.uint8], level: int) -> float:
    """Share of the width along which something dark stands near a height."""
    strip = inner[max(0, level - 2) : level + 3]
    return float(strip.any(axis=0).mean()) if strip.size else 0.0


def _outside(dark: NDArray[np.uint8], left: tuple[int, int, int, int], side: int) -> float:
    """Share of the paper just before a box that is dark: before a letter's stroke there is more letter."""
    reach = max(3, side // 6)
    start = max(0, left[0] - left[3] // 2 - 1 - reach)
    strip = dark[left[1] + 2 : left[2] - 4, start : max(start, left[0] - left[3] // 2 - 1)]
    return float(strip.any(axis=1).mean()) if strip.size else 0.0
