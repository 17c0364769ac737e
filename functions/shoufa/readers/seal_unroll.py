"""From a seal's ring to straight strips of text.

An ink image cleaned of printing, cut open at its gap, unrolled.
"""

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from shoufa.domain.codes import Ink
from shoufa.readers.seal_ink import Colour, Gray, Paper
from shoufa.readers.seal_search import Ring
from shoufa.readers.seal_shape import View, polar, view

STRIP = 48
"""Height in pixels of a strip: what text recognisers are trained on."""
_ANGLES = 720
_RADII = np.linspace(0.44, 1.04, 61)


class Band(NamedTuple):
    """Where the text lies on the ring: outer and inner radius (shares), first angle and extent (radians)."""

    outer: float
    inner: float
    start: float
    extent: float


class Opened(NamedTuple):
    """A seal enlarged for reading.

    Its ellipse in the crop, cleaned ink 0..1 (full = the ring's own ink), colours.
    """

    ring: Ring
    clean: Gray
    bare: Gray
    colours: Gray


def _cover(crop: View, kind: Ink, level: float) -> Gray:
    """Where other printing hides the seal: black strokes on a coloured one, darker strokes on a grey one."""
    if kind is Ink.BLACK:
        # a copy whose seal is as black as its text cannot be told apart
        hidden = crop.plane > (1.45 * level if level < 165 else 256)
    else:
        own = crop.flat[:, :, 2 if kind is Ink.RED else 0]
        hidden = own < 115
    return np.asarray(cv2.dilate(hidden.astype(np.float32), np.ones((3, 3), np.uint8)), np.float32)


def open_seal(bgr: Colour, ground: Paper, ring: Ring, kind: Ink) -> Opened:
    """Enlarge a seal (page pixels) and lift its ink off the paper and out of what is printed over it."""
    unit = float(np.clip(max(ring.a, ring.b), 140, 210))
    crop = view(bgr, ground, ring, kind, unit)
    local = ring.scaled(crop.scale, -crop.x0 * crop.scale, -crop.y0 * crop.scale)
    around = polar(crop.plane, local, np.linspace(0.6, 1.02, 30))
    line = float(np.percentile(around[:, -6:].max(1), 65))
    seen = 1 - _cover(crop, kind, max(line, crop.floor * 1.3))
    text = float(np.percentile(around[:, :18], 97))
    level = max(1.15 * min(text, line * 1.3), crop.floor * 1.8)
    spread = unit / 60
    near = cv2.GaussianBlur(crop.plane * seen, (0, 0), spread) / (
        cv2.GaussianBlur(seen, (0, 0), spread) + 1e-3
    )
    filled = np.where(seen > 0.5, crop.plane, near)
    low = crop.floor * 0.75
    clean = np.clip((filled - low) / (level - low), 0, 1).astype(np.float32)
    bare = np.clip((crop.plane * seen - low) / (level - low), 0, 1).astype(np.float32)
    return Opened(local, clean, bare, crop.flat)


def lean(opened: Opened) -> tuple[float, bool]:
    """How far the seal is turned clockwise by its star (radians within ±36°), and whether a star shows."""
    star = polar(opened.clean, opened.ring, np.linspace(0.12, 0.34, 12), 180).mean(1)
    wave = np.fft.fft(star)
    if abs(wave[5]) < 0.1 * abs(wave[0]) or abs(wave[0]) < 1:
        return 0.0, False
    fifth = 2 * np.pi / 5
    return float((-np.angle(wave[5]) / 5 + np.pi / 2 + fifth / 2) % fifth - fifth / 2), True


def _gaps(column: npt.NDArray[np.float64], bottom: float) -> list[tuple[int, int]]:
    """Circular runs (start, length) of angles without text; long ones and those at the seal's foot first."""
    smooth = np.convolve(np.r_[column[-8:], column, column[:8]], np.ones(17) / 17, "valid")
    low = smooth < max(0.05, 0.2 * float(np.percentile(smooth, 90)))
    if low.all() or not low.any():
        return []
    first = int(np.flatnonzero(~low)[0])
    turned = np.r_[False, np.roll(low, -first), False]
    edges = np.flatnonzero(turned[1:] != turned[:-1])
    runs = [((int(a) + first) % len(low), int(b - a)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    count = len(low)

    def weight(run: tuple[int, int]) -> float:
        off = abs((run[0] + run[1] / 2 - bottom + count / 2) % count - count / 2) - run[1] / 2
        return -run[1] * (1.7 if off < count / 24 else 1.0)

    return sorted(runs, key=weight)


def _edge(cover: npt.NDArray[np.float64]) -> float:
    """The inner edge of the outline, or of the inner one of two outlines, from the ink on each radius."""
    ringed = [float(r) for r, c in zip(_RADII, cover, strict=True) if r > 0.8 and c > 0.6]
    return min(min(ringed, default=0.97), 0.97) - 0.015


def _span(rows: npt.NDArray[np.float64], edge: float) -> tuple[float, float]:
    """Outer and inner radius of the text inside `edge`, from the ink on each radius (ascending)."""
    smooth = np.convolve(np.pad(rows, 1, mode="edge"), np.ones(3) / 3, "valid")
    inside = (_RADII > 0.55) & (edge - 0.02 > _RADII)
    if not inside.any():
        return edge, 0.6
    top = int(np.flatnonzero(inside)[np.argmax(smooth[inside])])
    least = 0.2 * smooth[top]
    low = top
    while low > 0 and (smooth[low] >= least or _RADII[top] - _RADII[low] < 0.06):
        low -= 1
    high = top
    while high < len(_RADII) - 1 and _RADII[high] < edge and smooth[high] >= least:
        high += 1
    return min(float(_RADII[high]) + 0.02, 0.985), max(float(_RADII[low]) - 0.015, 0.44)


def bands(opened: Opened, most: int = 2) -> list[Band]:
    """Where to cut the ring open, the likeliest gap first."""
    mark = polar(opened.clean, opened.ring, _RADII, _ANGLES) > 0.4
    edge = _edge(mark.mean(0).astype(np.float64))
    outer, inner = _span(mark.mean(0).astype(np.float64), edge)
    high = inner + 0.35 * (outer - inner)
    column = mark[:, (high < _RADII) & (min(outer - 0.02, edge) > _RADII)].mean(1).astype(np.float64)
    found = []
    step = 2 * np.pi / _ANGLES
    bottom = _ANGLES * (0.25 + lean(opened)[0] / (2 * np.pi))
    for start, length in _gaps(column, bottom)[:most] or [(round(bottom) - 10, 20)]:
        used = np.roll(mark, -(start + length), 0)[: _ANGLES - length]
        outer, inner = _span(used.mean(0).astype(np.float64), edge)
        pad = min(36, length // 2 - 1)
        found.append(Band(outer, inner, (start + length - pad) * step, (_ANGLES - length + 2 * pad) * step))
    return found


def strip(plane: Gray, ring: Ring, band: Band, widen: float = 1.0) -> Gray:
    """Unroll a band clockwise, outside up, to `STRIP` rows; proportions as on the band's middle line."""
    middle, high = (band.outer + band.inner) / 2, band.outer - band.inner
    width = max(STRIP, round(STRIP * widen * band.extent * middle / high))
    theta = band.start + np.arange(width) * (band.extent / width)
    phi = theta - ring.angle
    far = ring.a * ring.b / np.maximum(1e-6, np.hypot(ring.b * np.cos(phi), ring.a * np.sin(phi)))
    rho = np.linspace(band.outer, band.inner, STRIP)[:, None]
    x = (ring.x + rho * far * np.cos(theta)).astype(np.float32)
    y = (ring.y + rho * far * np.sin(theta)).astype(np.float32)
    return np.asarray(cv2.remap(plane, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.float32)


def picture(plane: Gray, pad: int = 10) -> Colour:
    """An ink strip (0..1) as black on white BGR with clear ends."""
    gray = (255 - np.clip(plane, 0, 1) * 255).astype(np.uint8)
    framed = cv2.copyMakeBorder(gray, 2, 2, pad, pad, cv2.BORDER_CONSTANT, value=255)
    return np.asarray(cv2.cvtColor(framed, cv2.COLOR_GRAY2BGR), np.uint8)
