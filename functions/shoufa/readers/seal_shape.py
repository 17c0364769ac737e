"""A seal's exact ellipse on the full page, and which ink it is in.

All lengths are shares of the ring's radius; the ring itself lies at 1.
"""

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from shoufa.domain.codes import Ink
from shoufa.readers.seal_ink import Colour, Gray, Paper, flatten, ink, noise_floor
from shoufa.readers.seal_search import Ring

UNIT = 72
"""Radius in pixels at which a ring is examined."""
MARGIN = 1.45
_LEAST_COLOUR, _TINGE = 14.0, 0.3
"""Colour that an outline must have at least, and its share of the black there: print has neither."""
_LEAST_FIT, _FAR = 0.1, 0.22
ANGLES = 192
RADII = np.linspace(0.04, 1.34, 66).astype(np.float32)
Params = npt.NDArray[np.float64]


class View(NamedTuple):
    """A crop round a possible ring: flattened colours, ink map, ink floor, and the crop's place and scale."""

    flat: Gray
    plane: Gray
    floor: float
    x0: int
    y0: int
    scale: float


def view(bgr: Colour, ground: Paper, ring: Ring, kind: Ink, unit: float = UNIT) -> View:
    """Cut the surroundings of a ring (in page pixels) out of the page.

    Scaled so that its radius is `unit`.
    """
    height, width = bgr.shape[:2]
    reach = max(ring.a, ring.b) * MARGIN
    x0, y0 = max(0, int(ring.x - reach)), max(0, int(ring.y - reach))
    x1, y1 = min(width, int(ring.x + reach) + 1), min(height, int(ring.y + reach) + 1)
    crop = bgr[y0:y1, x0:x1]
    scale = unit / max(ring.a, ring.b)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = (max(2, round((x1 - x0) * scale)), max(2, round((y1 - y0) * scale)))
    flat = flatten(cv2.resize(crop, size, interpolation=way), ground, (x0, y0), scale)
    plane = ink(flat, kind)
    return View(flat, plane, noise_floor(plane, kind), x0, y0, scale)


def sample(plane: Gray, x: npt.NDArray[np.floating], y: npt.NDArray[np.floating]) -> Gray:
    """Bilinear values at points; 0 outside."""
    return np.asarray(
        cv2.remap(
            plane,
            x.astype(np.float32),
            y.astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=0,
        ),
        np.float32,
    )


def polar(plane: Gray, ring: Ring, radii: npt.NDArray[np.floating] = RADII, angles: int = ANGLES) -> Gray:
    """The plane round the ring's centre, angles × radii, in the ring's own ellipse.

    Angle 0 is to the right.
    """
    theta = np.arange(angles) * (2 * np.pi / angles)
    phi = theta - ring.angle
    # the ellipse's point in direction theta, so that angles stay true angles on the page
    far = ring.a * ring.b / np.maximum(1e-6, np.hypot(ring.b * np.cos(phi), ring.a * np.sin(phi)))
    x = ring.x + np.outer(far * np.cos(theta), radii)
    y = ring.y + np.outer(far * np.sin(theta), radii)
    return sample(plane, x, y)


_COS = np.cos(np.arange(96) * (2 * np.pi / 96))
_SIN = np.sin(np.arange(96) * (2 * np.pi / 96))
_LINES = np.array([0.975, 1.0, 1.025, 1.09, 1.14])


def _fits(plane: Gray, many: Params, stretch: float) -> npt.NDArray[np.float64]:
    """How well each of several ellipses (rows x, y, size, stretch, shear) lies on a ring of ink."""
    x, y, size, e1, e2 = (many[:, i, None] for i in range(5))
    px = size * ((1 + e1) * _COS + e2 * _SIN)
    py = size * (e2 * _COS + (1 - e1) * _SIN)
    xs = x[:, None] + _LINES[None, :, None] * px[:, None]
    ys = y[:, None] + _LINES[None, :, None] * py[:, None]
    values = sample(plane, xs.reshape(len(many), -1), ys.reshape(len(many), -1)).reshape(
        len(many), len(_LINES), -1
    )
    on, off = values[:, :3].max(1).mean(1), values[:, 3:].max(1).mean(1)
    return np.asarray(on - 0.5 * off - 0.25 * (np.abs(many[:, 3] - stretch) + np.abs(many[:, 4])), np.float64)


_FINE = (0.05, 0.03, 0.03, 0.015, 0.015, 0.008)


def soft(plane: Gray, floor: float) -> Gray:
    """An ink map as 0..1: nothing below the noise, full a little above it.

    So pale and strong ink weigh alike.
    """
    return np.asarray(np.clip((plane - floor * 0.6) / (floor * 0.8), 0, 1), np.float32)


def refine(plane: Gray, ring: Ring) -> tuple[Ring, float]:
    """Move, size and stretch an ellipse step by step to where the ring of ink (soft plane) is best covered.

    Returns it with its fit, at most 1.
    """
    stretch = (ring.a - ring.b) / (ring.a + ring.b)
    here: Params = np.array([ring.x, ring.y, ring.radius, stretch, 0.0])
    fit = 0.0
    for step in _FINE:
        scale = np.array([ring.radius, ring.radius, ring.radius, 0.7, 0.7]) * step
        moves = np.vstack([np.zeros(5), np.diag(scale), -np.diag(scale)])
        for _ in range(2):
            many = here + moves
            fits = _fits(plane, many, stretch)
            best = int(np.argmax(fits))
            here, fit = many[best], float(fits[best])
            if best == 0:
                break
    return _as_ring(here, ring.strength), fit


def _as_ring(p: Params, strength: float) -> Ring:
    """Half axes and turn of a stretched circle."""
    values, vectors = np.linalg.eigh(np.array([[1 + p[3], p[4]], [p[4], 1 - p[3]]]))
    angle = float(np.arctan2(vectors[1, 1], vectors[0, 1]))
    return Ring(float(p[0]), float(p[1]), float(p[2] * values[1]), float(p[2] * values[0]), angle, strength)


def ink_of(bgr: Colour, ground: Paper, ring: Ring) -> Ink:
    """Red, blue or black: the ink that stands on a seal's outline (ring in page pixels)."""
    crop = view(bgr, ground, ring, Ink.RED)
    local = ring.scaled(crop.scale, -crop.x0 * crop.scale, -crop.y0 * crop.scale)
    strength = {k: _on_line(ink(crop.flat, k), local) for k in (Ink.RED, Ink.BLUE, Ink.BLACK)}
    kind = max((Ink.RED, Ink.BLUE), key=lambda k: strength[k])
    floor = max(_LEAST_COLOUR, 0.7 * noise_floor(ink(crop.flat, kind), kind))
    return kind if strength[kind] > max(floor, _TINGE * strength[Ink.BLACK]) else Ink.BLACK


def _on_line(plane: Gray, ring: Ring) -> float:
    """How strong an ink map is where the outline runs: the upper part of the best radius at each angle."""
    return float(np.percentile(polar(plane, ring, np.linspace(0.9, 1.08, 10)).max(1), 70))


def fitted(bgr: Colour, ground: Paper, ring: Ring, kind: Ink) -> tuple[Ring, float]:
    """A ring (page pixels) moved to where its outline lies, and how well it lies there, at most 1.

    A fit that runs away from where the ring was is not believed: then the ring stays.
    """
    crop = view(bgr, ground, ring, kind)
    local = ring.scaled(crop.scale, -crop.x0 * crop.scale, -crop.y0 * crop.scale)
    found, fit = refine(cv2.GaussianBlur(soft(crop.plane, crop.floor), (0, 0), 1.0), local)
    away = float(np.hypot(found.x - local.x, found.y - local.y)) / local.radius
    if fit < _LEAST_FIT or away > _FAR or abs(found.radius / local.radius - 1) > _FAR:
        return ring, fit
    return found.scaled(1 / crop.scale, crop.x0, crop.y0), fit
