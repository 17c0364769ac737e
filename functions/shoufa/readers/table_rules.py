"""Rules on a picture of a page, by morphology: long straight strokes, and pieces of broken and dotted ones.

Masks hold 0 or 1; lengths follow the page's long side, since most pages are A4.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]

OFFSET = 12
"""Levels of grey by which a rule is darker than the paper around it."""
CROWDED = 22
"""Percentage of ink around a run of dots from which they are letters."""


def dark(grey: Mask, side: int) -> Mask:
    """What is darker than the paper around it, 0 or 1."""
    block = max(15, side // 50) | 1
    method, kind = cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV
    ink: Mask = cv2.adaptiveThreshold(grey, 1, method, kind, block, OFFSET)
    return ink


def level_rules(grey: Mask, side: int) -> Mask:
    """Mask (0 or 1) of level rules on a part of a page whose long side has `side` pixels."""
    return _run(dark(grey, side), side // 12)


def find(ink: Mask, side: int) -> tuple[Mask, Mask]:
    """Masks (0 or 1) of horizontal and vertical rules, longer than any stroke of a letter."""
    length = max(20, side // 50)
    turned = np.ascontiguousarray(ink.T)
    return _run(ink, length), np.ascontiguousarray(_run(turned, length).T)


def _run(ink: Mask, length: int) -> Mask:
    """Horizontal rules at least so long, with breaks of no more than that."""
    rule = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    rule = cv2.morphologyEx(rule, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    line = np.ones((1, length), np.uint8)  # nothing stands past the edge: a rule must not grow to it
    closed: Mask = cv2.morphologyEx(
        rule, cv2.MORPH_CLOSE, line, borderType=cv2.BORDER_CONSTANT, borderValue=(0,)
    )
    return closed


def with_pieces(rules: Mask, ink: Mask, side: int) -> Mask:
    """Horizontal rules with pieces of broken ones, and runs of dots with clear paper above and below.

    In a line of print letters joined by such gaps make runs too, but ink stands all around them.
    """
    gap, length = max(5, side // 130) | 1, max(20, side // 50)
    lone = ink * (cv2.blur(ink * np.uint8(100), (31, 15)) <= CROWDED).astype(np.uint8)
    dots = cv2.morphologyEx(lone, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    return rules | _run(dots, length) | _run(ink, length // 2)
