"""What a possible ring looks like.

Its exact ellipse, and the measures that tell a seal from anything else that is round.

All lengths are shares of the ring's radius; the ring itself lies at 1.
"""

from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from shoufa.domain.codes import Ink
from shoufa.readers.seal_ink import Colour, Gray, Paper, flatten, ink, noise_floor
from shoufa.readers.seal_search import Ring, soft

UNIT = 72
"""Radius in pixels at which a ring is examined."""
MARGIN = 1.45
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


def _fits(plane: Gray, many: Params, each: int = 1) -> npt.NDArray[np.float64]:
    """How well each of several ellipses (rows x, y, size, stretch, shear) lies on a ring of ink."""
    x, y, size, e1, e2 = (many[:, i, None] for i in range(5))
    cos, sin = _COS[::each], _SIN[::each]
    px = size * ((1 + e1) * cos + e2 * sin)
    py = size * (e2 * cos + (1 - e1) * sin)
    xs = x[:, None] + _LINES[None, :, None] * px[:, None]
    ys = y[:, None] + _LINES[None, :, None] * py[:, None]
    values = sample(plane, xs.reshape(len(many), -1), ys.reshape(len(many), -1)).reshape(
        len(many), len(_LINES), -1
    )
    on, off = values[:, :3].max(1).mean(1), values[:, 3:].max(1).mean(1)
    return np.asarray(on - 0.5 * off - 0.25 * (np.abs(many[:, 3]) + np.abs(many[:, 4])), np.float64)


_FINE = (0.08, 0.05, 0.03, 0.03, 0.015, 0.015, 0.008, 0.008)
_QUICK = (0.08, 0.05, 0.03)


def refine(plane: Gray, ring: Ring, steps: tuple[float, ...] = _FINE) -> tuple[Ring, float]:
    """Move, size and stretch an ellipse step by step to where the ring of ink (soft plane) is best covered.

    Returns it with its fit, at most 1.
    """
    stretch = (ring.a - ring.b) / (ring.a + ring.b)
    here: Params = np.array([ring.x, ring.y, ring.radius, stretch, 0.0])
    fit = 0.0
    for step in steps:
        scale = np.array([ring.radius, ring.radius, ring.radius, 0.7, 0.7]) * step
        moves = np.vstack([np.zeros(5), np.diag(scale), -np.diag(scale)])
        for _ in range(2):
            many = here + moves
            fits = _fits(plane, many, 2 if steps is _QUICK else 1)
            best = int(np.argmax(fits))
            here, fit = many[best], float(fits[best])
            if best == 0:
                break
    return _as_ring(here, ring.strength), fit


def shortlist(plane: Gray, found: list[Ring], most: int = 8) -> list[Ring]:
    """The likeliest rings on a coarse soft plane, each ellipse once."""
    quick = sorted((refine(plane, r, _QUICK) for r in found), key=lambda f: -f[1])
    kept: list[Ring] = []
    for ring, fit in quick:
        if fit > 0.12 and len(kept) < most and not any(same(ring, k) for k in kept):
            kept.append(ring)
    return kept


def same(one: Ring, other: Ring) -> bool:
    """Whether two rings are nearly the same ellipse."""
    near = 0.12 * other.radius
    return float(np.hypot(one.x - other.x, one.y - other.y)) < near and abs(one.radius - other.radius) < near


def _as_ring(p: Params, strength: float) -> Ring:
    """Half axes and turn of a stretched circle."""
    values, vectors = np.linalg.eigh(np.array([[1 + p[3], p[4]], [p[4], 1 - p[3]]]))
    angle = float(np.arctan2(vectors[1, 1], vectors[0, 1]))
    return Ring(float(p[0]), float(p[1]), float(p[2] * values[1]), float(p[2] * values[0]), angle, strength)


FEATURES = (
    "covered",
    "gap",
    "outside",
    "moat",
    "text",
    "turns",
    "waist",
    "centre",
    "star",
    "level",
    "wobble",
    "fill",
    "strength",
    "inside",
    "excess",
    "aspect",
    "thick",
    "disc",
    "sectors",
    "fit",
)


def _longest_run(hit: Any) -> float:
    """The longest circular run of False, as a share."""
    if hit.all():
        return 0.0
    if not hit.any():
        return 1.0
    places = np.flatnonzero(np.r_[hit, hit])
    return float(np.diff(places).max() - 1) / len(hit)


def _zone(values: npt.NDArray[Any], low: float, high: float) -> npt.NDArray[Any]:
    """The columns of a polar map between two radii."""
    return values[:, (low <= RADII) & (high >= RADII)]


def measure(raw: Gray, floor: float, ring: Ring, inside: float, fit: float) -> dict[str, float]:
    """The measures named in FEATURES, from a polar ink map; `inside`: share of the ring on the page."""
    band = _zone(raw, 0.93, 1.06)
    top = band.max(1)
    level = max(float(np.percentile(top, 70)), floor)
    mark = raw > max(0.45 * level, floor * 0.8)
    hit = _zone(mark, 0.94, 1.05).any(1)
    ridge = band.argmax(1)[hit] * float(RADII[1] - RADII[0])
    text = _zone(mark, 0.58, 0.86)
    column = text.mean(1)
    sectors = (column.reshape(16, -1).mean(1) > 0.08).mean()
    on = np.convolve(np.r_[column[-2:], column, column[:2]], np.ones(3) / 3, "valid") > 0.25
    star = _zone(raw, 0.14, 0.36).mean(1)
    wave = np.abs(np.fft.rfft(star))
    inked = raw[:, (RADII > 0.1) & (RADII < 0.9)]
    inked = inked[inked > max(0.45 * level, floor * 0.8)]
    return {
        "covered": float(hit.mean()),
        "gap": _longest_run(hit),
        "outside": float(_zone(mark, 1.09, 1.24).mean()),
        "moat": float(_zone(mark, 0.88, 0.93).mean()),
        "text": float(text.mean()),
        "turns": float(np.count_nonzero(on[1:] != on[:-1])) / 40,
        "waist": float(_zone(mark, 0.40, 0.52).mean()),
        "centre": float(_zone(mark, 0.0, 0.22).mean()),
        "star": float(wave[5] / (wave[0] + 1e-3)),
        "level": level / 255,
        "wobble": float(ridge.std()) * 10 if len(ridge) > 4 else 1.0,
        "fill": float(_zone(mark, 0.0, 0.88).mean()),
        "strength": ring.strength,
        "inside": inside,
        "excess": float(np.median(inked)) / level if inked.size > 30 else 0.0,
        "aspect": ring.b / ring.a,
        "thick": float(_zone(mark, 0.9, 1.09).sum(1).mean()) / 10,
        "disc": float(_zone(mark, 0.6, 1.0).mean()),
        "sectors": float(sectors),
        "fit": fit,
    }


def inside_share(ring: Ring, width: int, height: int) -> float:
    """How much of the ring lies on the page."""
    x, y = ring.x + ring.a * _COS, ring.y + ring.b * _SIN
    return float(((x >= 0) & (x < width) & (y >= 0) & (y < height)).mean())


def examine(bgr: Colour, ground: Paper, ring: Ring, kind: Ink) -> tuple[Ring, dict[str, float]]:
    """Refine a possible ring (page pixels) and measure it."""
    crop = view(bgr, ground, ring, kind)
    local = ring.scaled(crop.scale, -crop.x0 * crop.scale, -crop.y0 * crop.scale)
    fitted, fit = refine(cv2.GaussianBlur(soft(crop.plane, crop.floor), (0, 0), 1.0), local)
    found = fitted.scaled(1 / crop.scale, crop.x0, crop.y0)
    share = inside_share(found, bgr.shape[1], bgr.shape[0])
    return found, measure(polar(crop.plane, fitted), crop.floor, found, share, fit)
