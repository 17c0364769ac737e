"""Ink maps: how much red, blue or dark ink lies on each point of a page, whatever the paper's colour.

A page's paper is not white: scanners, lamps and phones tint it. Every map is taken after each channel was
divided by its local background, so 0 means paper and 255 means full ink.
"""

from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from shoufa.domain.codes import Ink

Gray = npt.NDArray[np.float32]
Colour = npt.NDArray[np.uint8]


class Paper(NamedTuple):
    """The page's background, small: float32 h×w×3 (BGR), and how many page pixels one of its pixels spans."""

    light: Gray
    step: float


@lru_cache(8)
def _disc(size: int) -> npt.NDArray[np.uint8]:
    """A round structuring element."""
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)


def paper(bgr: Colour) -> Paper:
    """Estimate the paper of a page (uint8 H×W×3): a closing that swallows print, then a blur."""
    height, width = bgr.shape[:2]
    step = max(1.0, max(height, width) / 200)
    size = (max(1, round(width / step)), max(1, round(height / step)))
    small = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, _disc(15), borderType=cv2.BORDER_REPLICATE)
    light = cv2.GaussianBlur(closed.astype(np.float32), (0, 0), 5)
    return Paper(np.maximum(light, 25), step)


def flatten(bgr: Colour, ground: Paper, origin: tuple[float, float] = (0, 0), scale: float = 1.0) -> Gray:
    """Divide a page, or a crop of it, by its paper; float32 0..255, BGR.

    `origin` is the crop's top left corner in page pixels, `scale` its pixels per page pixel.
    """
    height, width = bgr.shape[:2]
    unit = ground.step * scale
    move = np.array(
        [
            [unit, 0, (0.5 * ground.step - origin[0]) * scale - 0.5],
            [0, unit, (0.5 * ground.step - origin[1]) * scale - 0.5],
        ],
        np.float32,
    )
    light = cv2.warpAffine(
        ground.light, move, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    flat: Gray = np.minimum(bgr.astype(np.float32) * (255 / light), 255)
    return flat


def ink(flat: Gray, kind: Ink) -> Gray:
    """The ink map of one kind, 0..255, from a flattened image."""
    b, g, r = flat[:, :, 0], flat[:, :, 1], flat[:, :, 2]
    if kind is Ink.BLACK:
        # the brightest channel: what is red or blue is not black
        return np.asarray(255 - np.maximum(np.maximum(b, g), r), np.float32)
    own, other = (r, b) if kind is Ink.RED else (b, r)
    rest = np.maximum(other, g) * np.float32(0.7) + np.minimum(other, g) * np.float32(0.3)
    return np.asarray(np.maximum(own - rest, 0), np.float32)


def noise_floor(plane: Gray, kind: Ink) -> float:
    """The level above which a point of an ink map counts as inked, from the map's own noise."""
    sample = plane[::3, ::3]
    spread = 1.4826 * float(np.median(np.abs(sample - np.median(sample))))
    if kind is Ink.BLACK:
        return float(np.clip(4 * spread + 14, 18, 70))
    # a coloured desk round the sheet, or a red table, must not hide a pale seal
    cast = float(np.minimum(sample, 12).mean())
    return float(np.clip(4 * spread + 1.2 * cast + 8, 12, 30))


def is_grey(flat: Gray) -> bool:
    """Whether a flattened page has no colour at all (a grey or one-bit copy)."""
    sample = flat[::4, ::4]
    chroma = sample.max(2) - sample.min(2)
    return bool((chroma > 30).mean() < 2e-4)


def is_bilevel(bgr: Colour) -> bool:
    """Whether a page has only black and white (a fax, a one-bit scan)."""
    sample = bgr[::3, ::3, 1]
    return bool(((sample > 8) & (sample < 247)).mean() < 1e-3)
