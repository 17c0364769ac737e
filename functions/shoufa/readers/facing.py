"""Two pages on one sheet: an A3 scan of two A4 pages side by side, or an open booklet.

They part where no line and no rule crosses a wide white strip in the sheet's middle. A wide table never
parts: its rules cross the middle, or its title does, or its columns stand closer than two margins of paper.
"""

import cv2
import numpy as np

from shoufa.readers import ocr
from shoufa.readers.ocr import Quad
from shoufa.readers.paper import Sheet
from shoufa.readers.ruled import Grid

LEAST_ASPECT, MOST_ASPECT = 1.2, 1.75
LEAST_STRIP, WIDE_STRIP = 0.05, 0.09
"""Width of the strip as a share of the sheet's: two margins of 10 and of 19 mm on A3."""
OFF_MIDDLE = 0.06
"""Share of the width by which the strip's middle may lie off the sheet's."""
LEAST_LINES = 3
LEAST_REACH = 0.42
"""Share of its half that the widest line or table of a page covers."""
MOST_HEIGHT = 0.035
"""Height of usual print as a share of the sheet's: on a slide it is larger."""


def parting(sheet: Sheet, grids: list[Grid]) -> float | None:
    """Where the left page of an upright sheet ends and the right one begins (pixels).

    Null if it is one page. `grids` are the tables drawn on it.
    """
    height, width = sheet.colour.shape[:2]
    if not LEAST_ASPECT <= width / height <= MOST_ASPECT or len(sheet.quads) < 2 * LEAST_LINES:
        return None
    if float(np.median([ocr.size_of(q)[1] for q in sheet.quads])) > MOST_HEIGHT * height:
        return None
    blocks = [*sheet.quads, *(grid.corners for grid in grids)]
    left, right = _strip(blocks, width)
    share = (right - left) / width
    if share < LEAST_STRIP:
        return None
    inset = LEAST_STRIP / 2 * width
    middle = float(np.clip(width / 2, left + inset, right - inset))
    if abs(middle - width / 2) > OFF_MIDDLE * width or _crossed(sheet, round(middle)):
        return None
    sides = [[q for q in blocks if (q[:, 0].mean() < middle) == first] for first in (True, False)]
    full = sum(_is_page(quads, width / 2) for quads in sides)  # a cover is not full, but its margins are wide
    enough = min(map(len, sides)) >= LEAST_LINES
    return middle if full == len(sides) or (full and enough and share >= WIDE_STRIP) else None


def _strip(quads: list[Quad], width: int) -> tuple[float, float]:
    """Left and right edge of the white strip between what stands in the left and in the right half."""
    spans = [(float(q[:, 0].min()), float(q[:, 0].max())) for q in quads]
    left = max((end for start, end in spans if start + end < width), default=0.0)
    right = min((start for start, end in spans if start + end >= width), default=float(width))
    return left, right


def _crossed(sheet: Sheet, middle: int) -> bool:
    """Whether a level rule runs through the strip, as a table's or a head's does."""
    width = sheet.lifted.shape[1]
    reach = round(LEAST_STRIP * width / 2)
    strip = cv2.cvtColor(sheet.lifted[:, middle - reach : middle + reach], cv2.COLOR_BGR2GRAY)
    rows = strip.mean(axis=1)
    around = cv2.medianBlur(rows.astype(np.uint8)[:, None], 31)[:, 0]
    thin = around.astype(np.float32) - rows > 12
    dark = (strip < around[:, None].astype(np.int16) - 15).mean(axis=1) > 0.8
    return bool((thin & dark)[8:-8].any())


def _is_page(quads: list[Quad], half: float) -> bool:
    """Whether one half is a page: lines enough, and together they are as wide as a page's print."""
    if len(quads) < LEAST_LINES:
        return False
    points = np.concatenate(quads)
    block = float(np.ptp(points[:, 0]))
    widest = max(ocr.size_of(q)[0] for q in quads)
    return block >= 0.55 * half and widest >= LEAST_REACH * half
