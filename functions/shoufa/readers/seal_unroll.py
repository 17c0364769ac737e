"""From a seal's ring to straight strips of text.

An ink image cleaned of printing, cut open at its gap, unrolled.
"""

from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from shoufa.domain.codes import Ink
from shoufa.readers.seal_ink import Colour, Gray, Paper
from shoufa.readers.seal_search import Ring
from shoufa.readers.seal_shape import View, polar, sample, view
from shoufa.readers.seal_strokes import strokes

STRIP = 48
"""Height in pixels of a strip: what text recognisers are trained on."""
_ANGLES = 720
_WIDE = 72
"""Steps (36°) that a gap must have at least to end the name: signs stand wide apart, and one may be pale."""
_INMOST, _INMOST_OVAL, _OVAL = 0.54, 0.36, 0.86
_OUTLINES, _LINED, _WAVERS = 0.8, 0.7, 3
"""Radius beyond which outlines lie, the share of a turn that one covers, and how far it wavers (steps)."""
_PALE = 0.2
"""Ink that an outline has at least, even where it is faded."""
_FILL = 1.2
"""How much ink a hidden place gets, in shares of that beside it."""
_SPACE = 9
"""Pixels of a strip that are left between characters."""
_RADII = np.linspace(0.34, 1.04, 71)


class Band(NamedTuple):
    """Where the text lies on the ring: outer and inner radius (shares), first angle and extent (radians)."""

    outer: float
    inner: float
    start: float
    extent: float
    left: float = 0.0
    """Angle (radians) on which signs may stand outside the band."""


class Opened(NamedTuple):
    """A seal enlarged for reading.

    Its ellipse in the crop; cleaned ink 0..1 (full = the ring's own ink), to find things on it; and the same
    with sharper strokes, to read from.
    """

    ring: Ring
    clean: Gray
    sharp: Gray


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
    line, _ = _levels(crop.plane, local)
    seen = 1 - _cover(crop, kind, max(line, crop.floor * 1.3))
    clean = _lifted(crop.plane, seen, local, crop.floor)
    sharp = clean if kind is Ink.BLACK else _lifted(strokes(crop, local, kind), seen, local, crop.floor, 0.9)
    return Opened(local, clean, sharp)


def _levels(plane: Gray, ring: Ring) -> tuple[float, float]:
    """How strong the outline and the text are on an ink map."""
    around = polar(plane, ring, np.linspace(0.6, 1.02, 30))
    return float(np.percentile(around[:, -6:].max(1), 65)), float(np.percentile(around[:, :18], 97))


def _lifted(plane: Gray, seen: Gray, ring: Ring, floor: float, full: float = 1.15) -> Gray:
    """An ink map as 0..1, what is hidden (`seen` 0) filled from beside it.

    What has `full` times the text's usual ink counts as 1.
    """
    line, text = _levels(plane, ring)
    level, low = max(full * min(text, line * 1.3), floor * 1.8), floor * 0.75
    spread = max(ring.a, ring.b) / 60
    near = cv2.GaussianBlur(plane * seen, (0, 0), spread) / (cv2.GaussianBlur(seen, (0, 0), spread) + 1e-3)
    filled = np.where(seen > 0.5, plane, _FILL * near)
    return np.clip((filled - low) / (level - low), 0, 1).astype(np.float32)


def lean(opened: Opened) -> tuple[float, bool]:
    """How far the seal is turned clockwise by its star (radians within ±36°), and whether a star shows."""
    star = polar(opened.clean, opened.ring, np.linspace(0.12, 0.34, 12), 180).mean(1)
    wave = np.fft.fft(star)
    if abs(wave[5]) < 0.1 * abs(wave[0]) or abs(wave[0]) < 1:
        return 0.0, False
    fifth = 2 * np.pi / 5
    return float((-np.angle(wave[5]) / 5 + np.pi / 2 + fifth / 2) % fifth - fifth / 2), True


def _runs(low: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Circular runs of True: start, length."""
    if low.all() or not low.any():
        return []
    first = int(np.flatnonzero(~low)[0])
    turned = np.r_[False, np.roll(low, -first), False]
    edges = np.flatnonzero(turned[1:] != turned[:-1])
    return [((int(a) + first) % len(low), int(b - a)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _column(mark: npt.NDArray[np.bool_], text: tuple[float, float]) -> npt.NDArray[np.float64]:
    """How much ink that may be signs stands at each angle.

    Signs fill the text's height; a number at the foot only its outer half, a line across only its inner one.
    """
    low, high = text
    halves = ((low, (low + high) / 2), ((low + high) / 2, high))
    ink = [mark[:, (a <= _RADII) & (b > _RADII)].mean(1) for a, b in halves]
    around = [np.convolve(np.r_[i[-8:], i, i[:8]], np.ones(17) / 17, "valid") for i in ink]
    return np.asarray(np.min(around, 0), np.float64)


def _least(column: npt.NDArray[np.float64]) -> float:
    """Ink under which no sign stands."""
    return max(0.04, 0.3 * float(np.percentile(column, 90)))


def _gaps(column: npt.NDArray[np.float64], bottom: float) -> list[tuple[int, int]]:
    """Circular runs (start, length) of angles without text; long ones and those at the seal's foot first."""
    count = len(column)

    def weight(run: tuple[int, int]) -> float:
        off = abs((run[0] + run[1] / 2 - bottom + count / 2) % count - count / 2) - run[1] / 2
        return -run[1] * (1.7 if off < count / 24 else 1.0)

    return sorted(_runs(column < _least(column)), key=weight)


def _segment(gaps: list[tuple[int, int]]) -> tuple[int, int]:
    """The longest stretch of text (start, length) between gaps far wider than those between characters."""
    usual = float(np.median([length for _, length in gaps]))
    wide = sorted(g for g in gaps if g[1] >= max(_WIDE, 1.8 * usual)) or gaps[:1]
    ends = [
        ((s + n) % _ANGLES, (wide[(i + 1) % len(wide)][0] - s - n) % _ANGLES) for i, (s, n) in enumerate(wide)
    ]
    start, length = max(ends, key=lambda e: e[1])
    return start, length or _ANGLES - wide[0][1]


def _edge(mark: npt.NDArray[np.bool_]) -> float:
    """The inner edge of the outline, or of the inner one of two outlines.

    An outline runs all the way round: no eighth of the turn is without it, as text always leaves one.
    """
    near = mark[:, :-2] | mark[:, 1:-1] | mark[:, 2:]
    parts = near.reshape(8, -1, near.shape[1]).mean(1) * (_RADII[1:-1] > _OUTLINES)
    # an outline that is not quite the ellipse wavers from part to part
    lined = np.flatnonzero(np.sort(cv2.dilate(parts, np.ones((1, 2 * _WAVERS + 1))), 0)[1] > _LINED)
    if not lined.size:
        return 0.97 - 0.015
    here = parts[:, lined[0] : lined[0] + 2 * _WAVERS + 1] > _LINED
    inmost = np.sort(np.where(here.any(1), here.argmax(1), 2 * _WAVERS))[1]
    return min(float(_RADII[1 + lined[0] + inmost]), 0.97) - 0.015


def _span(
    rows: npt.NDArray[np.float64], edge: float, inmost: float, share: float = 0.25
) -> tuple[float, float]:
    """Outer and inner radius of the text inside `edge`, from the ink on each radius (ascending).

    Text is where the ink is at least a `share` of the most.
    """
    smooth = np.convolve(np.pad(rows, 1, mode="edge"), np.ones(3) / 3, "valid")
    inside = (inmost + 0.06 < _RADII) & (edge - 0.02 > _RADII)
    if not inside.any():
        return edge, 0.6
    top = int(np.flatnonzero(inside)[np.argmax(smooth[inside])])
    least = share * smooth[top]
    low = top
    while low > 0 and (smooth[low] >= least or _RADII[top] - _RADII[low] < 0.06):
        low -= 1
    high = top
    while high < len(_RADII) - 1 and _RADII[high] < edge and smooth[high] >= least:
        high += 1
    return min(float(_RADII[high]) + 0.02, edge + 0.015), max(float(_RADII[low]) - 0.015, inmost)


def bands(opened: Opened, most: int = 2) -> list[Band]:
    """Where to cut the ring open, the likeliest way first."""
    unrolled = around(opened.sharp, opened.ring, _RADII, _ANGLES)
    mark, edge = unrolled > 0.4, _edge(unrolled > _PALE)
    inmost = _INMOST if is_round(opened.ring) else _INMOST_OVAL
    outer, inner = _span(mark.mean(0).astype(np.float64), edge, inmost, 0.5)
    column = _column(mark, (inner, min(outer - 0.02, edge)))
    bottom = _ANGLES * (0.25 + lean(opened)[0] / (2 * np.pi))
    gaps = _gaps(column, bottom)
    stretches = [_segment(gaps)] if gaps else []
    stretches += [((s + n) % _ANGLES, _ANGLES - n) for s, n in gaps[:most]] or [
        (round(bottom) + 10, _ANGLES - 20)
    ]
    apart = [s for i, s in enumerate(stretches) if s not in stretches[:i]][:most]
    return [_band(mark, (edge, inmost), s)._replace(left=_left(column, s)) for s in apart]


def _left(column: npt.NDArray[np.float64], stretch: tuple[int, int]) -> float:
    """The angle (radians) on which signs may stand outside a stretch."""
    outside = np.roll(column, -stretch[0])[stretch[1] :]
    return float((outside > _least(column)).sum() * 2 * np.pi / _ANGLES)


def _band(mark: npt.NDArray[np.bool_], limits: tuple[float, float], stretch: tuple[int, int]) -> Band:
    """The band of one stretch of angles, its radii measured there, with a little room at both ends."""
    start, length = stretch
    outer, inner = _span(np.roll(mark, -start, 0)[:length].mean(0).astype(np.float64), *limits)
    pad = int(np.clip((_ANGLES - length) // 2 - 1, 0, 24))
    step = 2 * np.pi / _ANGLES
    return Band(outer, inner, (start - pad) * step, (length + 2 * pad) * step)


def _grid(ring: Ring, theta: npt.NDArray[np.floating], rho: npt.NDArray[np.floating]) -> tuple[Gray, Gray]:
    """Points at angles and radii (broadcast): in proportion; on a true oval at even depths.

    On an oval "angle" is the share of the way round from its first axis, for text is spaced along the way.
    """
    if is_round(ring):
        phi = theta - ring.angle
        far = ring.a * ring.b / np.maximum(1e-6, np.hypot(ring.b * np.cos(phi), ring.a * np.sin(phi)))
        return (
            np.asarray(ring.x + rho * far * np.cos(theta), np.float32),
            np.asarray(ring.y + rho * far * np.sin(theta), np.float32),
        )
    depth = (1 - rho) * min(ring.a, ring.b)
    t = _along(ring)(theta)
    u, v = (ring.a - depth) * np.cos(t), (ring.b - depth) * np.sin(t)
    cos, sin = np.cos(ring.angle), np.sin(ring.angle)
    return (
        np.asarray(ring.x + u * cos - v * sin, np.float32),
        np.asarray(ring.y + u * sin + v * cos, np.float32),
    )


def is_round(ring: Ring) -> bool:
    """Whether an ellipse is a circle seen aslant rather than a true oval."""
    return min(ring.a, ring.b) / max(ring.a, ring.b) >= _OVAL


def _along(ring: Ring) -> Callable[[npt.NDArray[np.floating]], npt.NDArray[np.floating]]:
    """From the share of the way round (as an angle) to the ellipse's parameter."""
    t = np.linspace(0, 2 * np.pi, 721)
    a, b = 0.85 * ring.a, ring.b - 0.15 * ring.a
    way = np.r_[0, np.cumsum(np.hypot(np.diff(a * np.cos(t)), np.diff(b * np.sin(t))))]
    return lambda theta: np.interp(np.mod(theta, 2 * np.pi), way / way[-1] * 2 * np.pi, t)


def around(plane: Gray, ring: Ring, radii: npt.NDArray[np.floating], angles: int) -> Gray:
    """The plane unrolled: angles × radii."""
    x, y = _grid(ring, (np.arange(angles) * (2 * np.pi / angles))[:, None], radii[None])
    return sample(plane, x, y)


def strip(plane: Gray, ring: Ring, band: Band, widen: float = 1.0) -> Gray:
    """Unroll a band clockwise, outside up, to `STRIP` rows; proportions as on the band's middle line."""
    middle, high = (band.outer + band.inner) / 2, band.outer - band.inner
    if not is_round(ring):
        depth = (1 - middle) * min(ring.a, ring.b)
        middle = (ring.radius - depth) / min(ring.a, ring.b)
    width = max(STRIP, round(STRIP * widen * band.extent * middle / high))
    theta = band.start + np.arange(width) * (band.extent / width)
    x, y = _grid(ring, theta[None], np.linspace(band.outer, band.inner, STRIP)[:, None])
    return np.asarray(cv2.remap(plane, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.float32)


def closed_up(straight: Gray) -> Gray:
    """A strip with the wide spaces between its characters narrowed, so that it looks like running text."""
    empty = (straight > 0.35).sum(0) < 2
    turned = np.r_[False, empty, False]
    edges = np.flatnonzero(turned[1:] != turned[:-1])
    keep = np.ones(straight.shape[1], bool)
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if end - start > _SPACE:
            keep[start + _SPACE // 2 : end - (_SPACE - _SPACE // 2)] = False
    return np.ascontiguousarray(straight[:, keep])


def picture(plane: Gray, pad: int = 10) -> Colour:
    """An ink strip (0..1) as black on white BGR with clear ends."""
    gray = (255 - np.clip(plane, 0, 1) * 255).astype(np.uint8)
    framed = cv2.copyMakeBorder(gray, 2, 2, pad, pad, cv2.BORDER_CONSTANT, value=255)
    return np.asarray(cv2.cvtColor(framed, cv2.COLOR_GRAY2BGR), np.uint8)
