"""Where a photographed sheet ends: its four corners, on a table darker or lighter than it.

An edge of paper is a step: what lies outside looks different along all four sides. A table's frame is a line
with the same paper on both sides. A coloured box is a step too; it is told from a sheet by what stands around
it: around a sheet there is nothing to read, or what there is lies at another angle.
"""

import itertools

import cv2
import numpy as np
from numpy.typing import NDArray

from shoufa.readers import ocr
from shoufa.readers.ocr import Picture, Quad

SIDE = 480
"""Long side in pixels at which edges are looked for."""
LEAST_SHARE = 0.2
"""Share of the picture that a sheet covers at least."""
STEP = 5.0
"""Difference (CIE Lab, 8 bit) between the two sides of an edge of paper."""
HELD = 0.7
"""Share of a side along which the step is seen."""
MOST_LINES = 6
"""Lines tried for each pair of sides: bounds the time of a picture full of edges."""
INSET = 0.992
"""Size of what is kept of a sheet: its very edge would look like a rule."""
SAMPLES = 32
WHITE = 232
"""Lightness (CIE Lab, 8 bit) of a scanner's lid."""
BRIGHTER = 12.0
"""Lightness (CIE Lab, 8 bit) by which a sheet stands out of a table on which there may be anything."""
TEXT_AROUND = 3
"""Lines of print around such a sheet from which the picture shows more than the sheet and its table."""
Plane = NDArray[np.float32]
Line = tuple[float, float, float]
"""a, b, c of ax + by = c, with a² + b² = 1."""


def corners(picture: Picture) -> Quad | None:
    """Corners of the sheet, clockwise from the top left; null if the picture is all sheet or shows none."""
    height, width = picture.shape[:2]
    scale = SIDE / max(height, width)
    if scale > 1:
        return None
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    lab = cv2.cvtColor(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2LAB)
    if _scanned(lab):
        return None
    smooth = cv2.medianBlur(lab, 9)  # takes away print and thin rules
    best = _best(smooth)
    if best is None:
        return None
    middle = best.mean(axis=0)
    quad = np.asarray((middle + INSET * (best - middle)) / np.float32(scale), np.float32)
    outside = _outside(lab, best)
    if outside.sum() < 0.01 * outside.size or _plain(lab, outside):
        return quad
    lighter = min(by for _, by in _steps(smooth.astype(np.float32), best)) >= BRIGHTER
    return quad if _stands_apart(picture, quad, TEXT_AROUND if lighter else 1) else None


def _scanned(lab: Picture) -> bool:
    """Whether the rim is white nearly all around: the lid of a scanner, or paper up to the edge."""
    light = lab[:, :, 0]
    rim = np.concatenate([light[:4].ravel(), light[-4:].ravel(), light[:, :4].ravel(), light[:, -4:].ravel()])
    return float((rim > WHITE).mean()) > 0.9


def _best(smooth: Picture) -> Quad | None:
    """The four-sided area with the clearest step all around."""
    height, width = smooth.shape[:2]
    lying, standing = _lines(smooth)
    planes = smooth.astype(np.float32)
    found: list[tuple[float, Quad]] = []
    for top, bottom in itertools.combinations(lying, 2):
        for left, right in itertools.combinations(standing, 2):
            quad = _crossed(top, bottom, left, right)
            if quad is None or not _plausible(quad, width, height):
                continue
            steps = _steps(planes, quad)
            if min(held for held, _ in steps) >= HELD:  # a shadow's edge on the sheet is a step too
                share = cv2.contourArea(quad) / (width * height)
                clear = sum(held + min(abs(by), 40.0) / 80 for held, by in steps)
                found.append((clear + share, quad))
    return max(found, key=lambda f: f[0])[1] if found else None


def _lines(smooth: Picture) -> tuple[list[Line], list[Line]]:
    """Lying and standing edges, those first along which the step is long and high."""
    edges = np.zeros(smooth.shape[:2], np.uint8)
    for channel in cv2.split(smooth):
        edges |= cv2.Canny(channel, 12, 30)
    side = max(smooth.shape[:2])
    found = cv2.HoughLinesP(edges, 1, np.pi / 360, 50, minLineLength=0.16 * side, maxLineGap=0.05 * side)
    if found is None:
        return [], []
    runs = found.reshape(-1, 4).astype(np.float64)
    lengths = np.hypot(runs[:, 2] - runs[:, 0], runs[:, 3] - runs[:, 1])
    lying: list[Line] = []
    standing: list[Line] = []
    for i in np.argsort(-lengths * _heights(smooth.astype(np.float32), runs))[:400]:
        x0, y0, x1, y1 = runs[i]
        dx, dy = (x1 - x0) / lengths[i], (y1 - y0) / lengths[i]
        group = lying if abs(dx) > abs(dy) else standing
        sign = (1.0 if -dy >= 0 else -1.0) if group is standing else (1.0 if dx >= 0 else -1.0)
        line = (-dy * sign, dx * sign, (-dy * x0 + dx * y0) * sign)
        if len(group) < MOST_LINES and not any(_same(line, other, smooth.shape) for other in group):
            group.append(line)
    return lying, standing


def _heights(planes: Plane, runs: NDArray[np.float64]) -> NDArray[np.float64]:
    """For runs x0, y0, x1, y1 the usual difference between their two sides, at most 50."""
    limits = np.array(planes.shape[1::-1]) - 1
    along = np.linspace(0.1, 0.9, 12)[None, :, None]
    start, end = runs[:, None, :2], runs[:, None, 2:]
    normal = np.flip(end - start, axis=2) * (1, -1) / np.linalg.norm(end - start, axis=2, keepdims=True)
    sides = []
    for away in (4, -4):
        at = np.rint(start + along * (end - start) + away * normal).astype(int).clip(0, limits)
        sides.append(planes[at[..., 1], at[..., 0]])
    usual = np.median(sides[0] - sides[1], axis=1)
    heights: NDArray[np.float64] = np.minimum(np.linalg.norm(usual, axis=1), 50.0)
    return heights


def _same(one: Line, other: Line, shape: tuple[int, ...]) -> bool:
    """Whether two lines run within six pixels of each other through the picture's middle, at like angles."""
    x, y = shape[1] / 2, shape[0] / 2
    away = [line[0] * x + line[1] * y - line[2] for line in (one, other)]
    return abs(away[0] - away[1]) < 6 and abs(one[0] * other[1] - one[1] * other[0]) < 0.04


def _crossed(top: Line, bottom: Line, left: Line, right: Line) -> Quad | None:
    points = []
    for one, other in ((top, left), (top, right), (bottom, right), (bottom, left)):
        matrix = np.array([one[:2], other[:2]])
        if abs(np.linalg.det(matrix)) < 0.5:
            return None
        points.append(np.linalg.solve(matrix, [one[2], other[2]]))
    return ocr.ordered(np.array(points, np.float32))


def _plausible(quad: Quad, width: int, height: int) -> bool:
    """Whether a sheet can look so: inside the picture, large enough, opposite sides of like length."""
    inside = (quad.min(axis=0) > -4).all() and quad[:, 0].max() < width + 4 and quad[:, 1].max() < height + 4
    if not inside or not cv2.isContourConvex(quad) or cv2.contourArea(quad) < LEAST_SHARE * width * height:
        return False
    sides = np.linalg.norm(np.roll(quad, -1, axis=0) - quad, axis=1)
    alike = min(sides[0], sides[2]) > 0.6 * max(sides[0], sides[2]) and min(sides[1], sides[3]) > 0.6 * max(
        sides[1], sides[3]
    )
    across, down = (sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2
    return bool(alike and 0.4 < across / down < 2.5)


def _steps(planes: Plane, quad: Quad) -> list[tuple[float, float]]:
    """For each side: share along which there is a step of one kind, and by how much lighter the inside is."""
    height, width = planes.shape[:2]
    middle = quad.mean(axis=0)
    along = np.linspace(0.06, 0.94, SAMPLES)[:, None]
    result = []
    for start, end in zip(quad, np.roll(quad, -1, axis=0), strict=True):
        points = start + along * (end - start)
        run = (end - start) / max(1.0, float(np.linalg.norm(end - start)))
        normal = np.array([run[1], -run[0]])
        normal = normal if normal @ (middle - start) > 0 else -normal
        sides = []
        for away in (4.0, -4.0):
            at = np.rint(points + away * normal).astype(int)
            sides.append(planes[at[:, 1].clip(0, height - 1), at[:, 0].clip(0, width - 1)])
        difference = sides[0] - sides[1]
        usual = np.median(difference, axis=0)
        step = float(np.linalg.norm(usual))
        agrees = difference @ usual > step * max(STEP, 0.4 * step)
        result.append((float(agrees.mean()), float(usual[0])))
    return result


def _outside(lab: Picture, quad: Quad) -> Picture:
    outside = np.ones(lab.shape[:2], np.uint8)
    cv2.fillConvexPoly(outside, quad.astype(np.int32), 0)
    eroded: Picture = cv2.erode(outside, np.ones((9, 9), np.uint8), borderType=cv2.BORDER_REPLICATE)
    return eroded


def _stands_apart(picture: Picture, quad: Quad, most: int) -> bool:
    """Whether fewer than `most` lines of print stand around the quad, or they run at another angle."""
    lines = ocr.detect(picture, max(picture.shape[:2]))
    lines = [q for q in lines if max(ocr.size_of(q)) >= 3 * min(ocr.size_of(q))]
    around = [q for q in lines if not _holds(quad, q)]
    if len(around) < most:
        return True
    within = [q for q in lines if _holds(quad, q)]
    if len(around) < TEXT_AROUND or len(within) < TEXT_AROUND:
        return False
    apart = abs(_slope(within) - _slope(around)) % 90
    return min(apart, 90 - apart) > 2.5


def _plain(lab: Picture, outside: Picture) -> bool:
    """Whether the surroundings show nothing at all but light and shade."""
    light = lab[:, :, 0]
    fine = cv2.absdiff(light, cv2.medianBlur(light, 15))
    return float((fine[outside > 0] > 12).mean()) < 0.002


def _holds(quad: Quad, line: Quad) -> bool:
    x, y = (float(v) for v in line.mean(axis=0))
    return cv2.pointPolygonTest(quad, (x, y), measureDist=False) >= 0


def _slope(lines: list[Quad]) -> float:
    """Degrees by which lines run down to the right, in the middle of many, whichever way they stand."""
    return float(np.median([np.degrees(np.arctan2(*(q[1] + q[2] - q[0] - q[3])[::-1])) for q in lines]))
