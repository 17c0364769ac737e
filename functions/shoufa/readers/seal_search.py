"""Where on a page rings may be: correlation of an ink map with ring templates of many radii.

A seal's outline is a thin closed ring with clear paper outside, so the template rewards ink on the ring and
punishes ink just outside it. Radii are searched on two levels, an octave each, so that the ring is always a
few pixels thick.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from shoufa.readers.seal_ink import Gray

LEVEL = 576
"""Long side, in pixels, of the finer level; the coarser has half of it."""
_SMALLEST = 15.0
_STEPS = 9
_OVAL = 0.72
_PENALTY = 0.7


class Ring(NamedTuple):
    """A possible ring in pixels of the searched map.

    Centre, half axes, turn of the first axis, template response.
    """

    x: float
    y: float
    a: float
    b: float
    angle: float
    strength: float

    def scaled(self, by: float, dx: float = 0.0, dy: float = 0.0) -> "Ring":
        """The same ring after the map was scaled, then moved."""
        return self._replace(x=self.x * by + dx, y=self.y * by + dy, a=self.a * by, b=self.b * by)

    @property
    def radius(self) -> float:
        """Mean half axis."""
        return (self.a + self.b) / 2


def soft(plane: Gray, floor: float) -> Gray:
    """An ink map as 0..1: nothing below the noise, full a little above it.

    So pale and strong ink weigh alike.
    """
    return np.asarray(np.clip((plane - floor * 0.6) / (floor * 0.8), 0, 1), np.float32)


@lru_cache(64)
def _kernel(a: float, b: float) -> Gray:
    """The template of one ring: +1 in all on the ring, a penalty just outside."""
    n = int(max(a, b) * 1.15 + 3)
    yy, xx = np.mgrid[-n : n + 1, -n : n + 1].astype(np.float32)
    away = (np.hypot(xx / a, yy / b) - 1) * min(a, b)
    thick = max(1.3, min(a, b) * 0.04)
    on = np.clip(thick + 0.5 - np.abs(away), 0, 1)
    outside = np.clip(thick + 0.5 - np.abs(away - 2 * thick - 1), 0, 1)
    kernel: Gray = (on / on.sum() - _PENALTY * outside / outside.sum()).astype(np.float32)
    return kernel


@lru_cache(1)
def _shapes() -> tuple[tuple[float, float], ...]:
    """Half axes searched on each level: an octave of circles, and lying ovals."""
    rounds = np.exp(np.linspace(np.log(_SMALLEST), np.log(2 * _SMALLEST), _STEPS))
    ovals = np.exp(np.linspace(np.log(_SMALLEST * 1.1), np.log(2 * _SMALLEST * 1.1), _STEPS - 4))
    return (*((float(r), float(r)) for r in rounds), *((float(r), float(r) * _OVAL) for r in ovals))


@lru_cache(128)
def _spectrum(a: float, b: float, height: int, width: int) -> Gray:
    """The template's Fourier transform on a plane of this size, kept because most pages share their size."""
    kernel = _kernel(a, b)
    n = kernel.shape[0] // 2
    plane = np.zeros((height, width), np.float32)
    plane[: kernel.shape[0], : kernel.shape[1]] = kernel
    return np.asarray(cv2.dft(np.roll(plane, (-n, -n), (0, 1))), np.float32)


def _roomy(size: int) -> int:
    """The next size of a short ladder, so that few spectra are kept."""
    return next(
        (s for s in (96, 128, 192, 256, 320, 384, 480, 576, 640) if s >= size),
        int(cv2.getOptimalDFTSize(size)),
    )


def _regions(plane: Gray) -> Iterator[tuple[int, int, int, int]]:
    """Boxes (x0, y0, x1, y1) of inked areas that could hold a ring.

    Far apart, so that empty paper costs nothing.
    """
    height, width = plane.shape
    cell = 12
    small = cv2.resize(
        (plane > 0.5).astype(np.float32),
        (max(1, width // cell), max(1, height // cell)),
        interpolation=cv2.INTER_AREA,
    )
    marked = cv2.dilate((small > 0.004).astype(np.uint8), np.ones((5, 5), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(marked)
    for x, y, w, h, _ in stats[1:count]:
        if max(w, h) * cell > 1.4 * _SMALLEST + 4 * cell:
            yield x * cell, y * cell, min(width, (x + w + 1) * cell), min(height, (y + h + 1) * cell)


def _respond(plane: Gray) -> tuple[Gray, npt.NDArray[np.uint8]]:
    """The best template's response at each point of a plane, and which template that was."""
    height, width = (_roomy(n + int(2 * _SMALLEST * 0.6)) for n in plane.shape)
    wide = np.zeros((height, width), np.float32)
    wide[: plane.shape[0], : plane.shape[1]] = plane
    spectrum = cv2.dft(wide, nonzeroRows=plane.shape[0])
    best = np.full(plane.shape, -1, np.float32)
    which = np.zeros(plane.shape, np.uint8)
    flags = cv2.DFT_INVERSE | cv2.DFT_SCALE | cv2.DFT_REAL_OUTPUT
    for i, (a, b) in enumerate(_shapes()):
        product = cv2.mulSpectrums(spectrum, _spectrum(a, b, height, width), 0, conjB=True)
        response = cv2.dft(product, flags=flags)[: plane.shape[0], : plane.shape[1]]
        better = response > best
        best[better] = response[better]
        which[better] = i
    return best, which


def _peaks(plane: Gray, least: float, most: int) -> list[Ring]:
    """The strongest templates on one level, apart from each other."""
    best, which = _respond(plane)
    found: list[Ring] = []
    while len(found) < most:
        _, value, _, (x, y) = cv2.minMaxLoc(best)
        if value < least:
            break
        a, b = _shapes()[which[y, x]]
        found.append(Ring(x, y, a, b, 0.0, float(value)))
        cv2.circle(best, (x, y), int(a * 0.35), -1.0, -1)
    return found


def rings(plane: Gray, least: float = 0.17, most: int = 16) -> list[Ring]:
    """Possible rings on a soft ink map (float32 0..1, long side `LEVEL`), strongest first.

    At most `most` a level.
    """
    found: list[Ring] = []
    half = cv2.resize(plane, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    for level, scale in ((plane, 1.0), (half, 2.0)):
        here: list[Ring] = []
        for x0, y0, x1, y1 in _regions(level):
            here += [
                r.scaled(1, x0, y0) for r in _peaks(np.ascontiguousarray(level[y0:y1, x0:x1]), least, most)
            ]
        here.sort(key=lambda r: -r.strength)
        found += [r.scaled(scale) for r in here[:most]]
    return sorted(found, key=lambda r: -r.strength)
