"""Pictures on an OFD page that bears text, drawn on white in their places, so that seals are seen.

Pictures stand in the page's own content and in its annotations (stamps; GB/T 33190-2016 §9, §15).
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from shoufa.domain.errors import Unreadable
from shoufa.domain.facts import Box
from shoufa.readers import image
from shoufa.readers.ocr import Picture
from shoufa.readers.ofd_places import fraction, join, numbers, text_of
from shoufa.readers.package import Package, attribute, local
from shoufa.readers.sniff import sniff

SIDE = 1754
"""Long side in pixels at which pictures are drawn, 150 dpi of A4."""
MAX_PICTURES = 40
KINDS = frozenset({"jpg", "png", "tif", "bmp", "gif"})
Placed = tuple[str, Box]
"""Where a picture lies in the package, and its place as page fractions."""


def annotations(package: Package, document: Any, folder: str) -> dict[str, list[Any]]:
    """The annotations of each page, by the page's id (Annotations.xml, GB/T 33190 §15)."""
    place = text_of(document, "Annotations")
    listing = package.xml(join(folder, place)) if place else None
    found: dict[str, list[Any]] = {}
    for entry in listing.iter() if listing is not None else ():
        if local(entry) == "Page":
            base = join(folder, place).rpartition("/")[0]
            content = package.xml(join(base, text_of(entry, "FileLoc")))
            if content is not None:
                found.setdefault(attribute(entry, "PageID") or "", []).append(content)
    return found


def drawn(package: Package, roots: Iterable[Any], media: dict[str, str], size: Box) -> Picture | None:
    """Pictures of a page's content and annotations on white paper, null if none can be read."""
    paper: Picture | None = None
    placed = [p for root in roots for p in _placed(root, media, size)]
    for path, box in placed[:MAX_PICTURES]:
        picture = _picture(package, path)
        if picture is not None:
            paper = _blank(size) if paper is None else paper
            _put(paper, picture, box)
    return paper


def _placed(root: Any, media: dict[str, str], size: Box) -> Iterator[Placed]:
    for item in root.iter():
        path = media.get(attribute(item, "ResourceID") or "") if local(item) == "ImageObject" else None
        bounds = numbers(attribute(item, "Boundary")) if path else []
        if path and len(bounds) == 4 and attribute(item, "Visible") != "false":
            x, y = _origin(item)
            yield path, fraction([bounds[0] + x, bounds[1] + y, *bounds[2:]], size)


def _origin(item: Any) -> tuple[float, float]:
    """Where the appearance of an annotation begins in millimetres; an object in it is placed from there."""
    outer = next((e for e in item.iterancestors() if local(e) == "Appearance"), None)
    bounds = numbers(attribute(outer, "Boundary")) if outer is not None else []
    return (bounds[0], bounds[1]) if len(bounds) == 4 else (0.0, 0.0)


def _picture(package: Package, path: str) -> Picture | None:
    """A picture of the package, on white; null if it is none that can be read."""
    try:
        return opened(package.read(path) or b"")
    except Unreadable:
        return None


def opened(data: bytes) -> Picture | None:
    """A picture from its bytes, on white; null if it is none that can be read."""
    container = sniff(data)
    try:
        return next(image.frames(data, container), None) if container in KINDS else None
    except Unreadable:
        return None


def _blank(size: Box) -> Picture:
    scale = SIDE / max(size[2], size[3])
    shape = (max(1, round(size[3] * scale)), max(1, round(size[2] * scale)), 3)
    return np.full(shape, 255, np.uint8)


def _put(paper: Picture, picture: Picture, box: Box) -> None:
    """Draw a picture in its place; where several lie over each other, the darker ink shows."""
    import cv2

    height, width = paper.shape[:2]
    left, top = round(box[0] * width), round(box[1] * height)
    right, bottom = round(box[2] * width), round(box[3] * height)
    if right - left < 2 or bottom - top < 2:
        return
    small = cv2.resize(picture, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
    place = paper[top:bottom, left:right]
    np.minimum(place, small, out=place)
