"""A picture of a page made fit for reading: brought to size, turned upright, straightened, seals' ink lifted.

Pictures are BGR uint8 arrays; places as in `ocr`.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from shoufa.readers import ocr, page_edge
from shoufa.readers.ocr import Picture, Quad

INK_SPREAD = 45
"""Difference between a pixel's brightest and darkest channel above which it is coloured ink."""
Region = tuple[int, int, int, int]
"""x, y, width, height in pixels."""
LONG_SIDE = 2000
"""Longest side kept, about 170 dpi of A4: enough for 10.5 pt text, and memory stays bounded."""


@dataclass(frozen=True)
class Sheet:
    """One page ready for reading: in colour, with stamped ink lifted off, and where its text lines stand."""

    colour: Picture
    lifted: Picture
    quads: list[Quad]
    region: Region
    rotation: int = 0
    """Degrees clockwise by which the page had to be turned."""


def fit(picture: Picture) -> Picture:
    """At most `LONG_SIDE` long; small pictures stay as they are."""
    height, width = picture.shape[:2]
    scale = LONG_SIDE / max(height, width)
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small: Picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return small


def trimmed(picture: Picture) -> Picture:
    """A sheet whose edges are seen on a photograph, cut out and laid flat; any other picture as it is."""
    corners = page_edge.corners(picture)
    if corners is None:
        return picture
    width, height = ocr.size_of(corners)
    scale = min(1.0, LONG_SIDE / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    target = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    flat: Picture = cv2.warpPerspective(picture, cv2.getPerspectiveTransform(corners, target), size)
    return flat


def lift(picture: Picture) -> Picture:
    """A copy on which coloured ink in seal-sized patches is bleached, so that print under a seal can be read.

    Stamp ink is transparent and print is black: the brightest channel shows the print and hardly the stamp.
    Coloured lines of text (a red letterhead) are longer than any seal and stay as they are.
    """
    bright, spread = _brightness(picture)
    patches = _patches(spread)
    if not patches:
        return picture
    copy = picture.copy()
    for x, y, w, h in patches:
        area = np.s_[4 * y : 4 * (y + h), 4 * x : 4 * (x + w)]
        copy[area] = _bleached(copy[area], bright[area], spread[area])
    return copy


def _bleached(patch: Picture, bright: Picture, spread: Picture) -> Picture:
    """A patch on which coloured ink is as bright as the paper around it, and print over it as dark as ever.

    What is not coloured stays, so that the patch has no outline of its own.
    """
    ground = cv2.blur(cv2.dilate(bright, np.ones((15, 15), np.uint8)), (15, 15))
    stamped = spread > INK_SPREAD
    share = bright[stamped] / np.maximum(ground[stamped], 1)
    level = max(0.25, float(np.percentile(share, 30))) if share.size else 1.0
    pale = np.minimum(bright * np.float32(1 / level), ground).astype(np.uint8)
    near = cv2.dilate((spread > INK_SPREAD * 2 // 3).astype(np.uint8), np.ones((5, 5), np.uint8))
    return np.where(near[..., None] > 0, pale[..., None], patch)


def _brightness(picture: Picture) -> tuple[Picture, Picture]:
    """Brightest channel of each pixel, and how far it lies above the darkest."""
    blue, green, red = cv2.split(picture)
    bright = cv2.max(cv2.max(blue, green), red)
    return bright, cv2.subtract(bright, cv2.min(cv2.min(blue, green), red))


def _quarter(picture: Picture) -> Picture:
    """A quarter of the size, by whole blocks of pixels, which is many times faster than by fractions."""
    height, width = (max(4, n // 4 * 4) for n in picture.shape[:2])
    size = (width // 4, height // 4)
    small: Picture = cv2.resize(picture[:height, :width], size, interpolation=cv2.INTER_AREA)
    return small


def _patches(spread: Picture) -> list[Region]:
    """Boxes (x, y, width, height), in quarter pixels.

    Of coloured ink as large as one to four seals of 16 to 60 mm.
    """
    ink = (_quarter(spread) > INK_SPREAD * 2 // 3).astype(np.uint8)
    side = max(ink.shape)
    reach = max(3, side // 60) | 1
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    found = []
    for x, y, w, h, area in stats[1:].tolist():
        big = 0.04 * side <= min(w, h) and max(w, h) <= 0.45 * side
        ring = max(w, h) <= 1.6 * min(w, h) and area > 0.08 * w * h
        if big and (ring or (w <= 2.5 * h and h <= 2.5 * w and area > 0.2 * w * h)):
            found.append((x, y, w, h))
    return found


def lay(picture: Picture) -> Sheet:
    """Find the lines, turn the page upright and straight."""
    picture = fit(trimmed(picture))
    return _straight(_upright(_found(picture, lift(picture), 0)))


def _found(colour: Picture, lifted: Picture, rotation: int) -> Sheet:
    """Look for lines where there is ink: most pages are half empty."""
    x, y, w, h = region = inked(lifted)
    if not w:
        return Sheet(colour, lifted, [], region, rotation)
    side = max(lifted.shape[:2])
    offset = np.array([x, y], np.float32)
    quads = [quad + offset for quad in ocr.detect(lifted[y : y + h, x : x + w], side)]
    return Sheet(colour, lifted, quads, region, rotation)


def inked(picture: Picture) -> Region:
    """The part of the page around all that is clearly darker than the paper near it; empty if nothing is."""
    height, width = picture.shape[:2]
    small = cv2.cvtColor(_quarter(picture), cv2.COLOR_BGR2GRAY)
    ground = cv2.dilate(small, np.ones((9, 9), np.uint8))
    dark = (cv2.subtract(ground, small) > 28).astype(np.uint8)
    x, y, w, h = cv2.boundingRect(dark)
    if not w:
        return 0, 0, 0, 0
    margin = max(8, max(small.shape) // 25)  # without paper around it the detector sees no line
    x0, y0 = max(0, 4 * (x - margin)), max(0, 4 * (y - margin))
    return x0, y0, min(width, 4 * (x + w + margin)) - x0, min(height, 4 * (y + h + margin)) - y0


def _turn(picture: Picture, degrees: int) -> Picture:
    codes = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    turned: Picture = cv2.rotate(picture, codes[degrees])
    return turned


def turned(sheet: Sheet, degrees: int) -> Sheet:
    """The sheet turned clockwise by 90, 180 or 270 degrees, its lines found anew."""
    colour, lifted = _turn(sheet.colour, degrees), _turn(sheet.lifted, degrees)
    return _found(colour, lifted, (sheet.rotation + degrees) % 360)


def _upright(sheet: Sheet) -> Sheet:
    """Turn a page whose lines stand: by a quarter, either way; `stands_on_head` tells later which."""
    sizes = [ocr.size_of(q) for q in sheet.quads]
    lying = sum(w for w, h in sizes if w >= 2 * h)
    standing = sum(h for w, h in sizes if h >= 2 * w)
    return turned(sheet, 90) if standing > 2 * lying else sheet


def stands_on_head(sheet: Sheet) -> bool:
    """Whether the page's longest lines read better the other way up; asked only of pages that read badly."""
    longest = sorted(sheet.quads, key=lambda q: -ocr.size_of(q)[0])[:6]
    lines = [ocr.cut(sheet.lifted, quad) for quad in longest if ocr.size_of(quad)[0] > ocr.size_of(quad)[1]]
    if not lines:
        return False
    score = float(np.mean([said.score for said in ocr.recognise(lines)]))
    other = float(np.mean([said.score for said in ocr.recognise([_turn(line, 180) for line in lines])]))
    return other > score + 0.1


def _straight(sheet: Sheet) -> Sheet:
    """Undo a tilt of the whole page, where its lines agree on one of more than a third of a degree."""
    slopes = []
    for quad in sheet.quads:
        width, height = ocr.size_of(quad)
        if width >= 6 * height:
            run = (quad[1] + quad[2] - quad[0] - quad[3]) / 2
            slopes.append(float(np.degrees(np.arctan2(run[1], run[0]))))
    tilt = float(np.median(slopes)) if len(slopes) >= 3 else 0.0
    if not 0.3 < abs(tilt) < 15:
        return sheet
    height, width = sheet.colour.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), tilt, 1.0)
    quads = [cv2.transform(q[None], matrix)[0].astype(np.float32) for q in sheet.quads]
    colour, lifted = (
        cv2.warpAffine(p, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        for p in (sheet.colour, sheet.lifted)
    )
    return Sheet(colour, lifted, quads, inked(lifted), sheet.rotation)


def stamped(picture: Picture) -> bool:
    """Whether coloured ink stands in patches as large as a seal."""
    return bool(_patches(_brightness(picture)[1]))
