"""OFD (GB/T 33190-2016): text of each page with its places; pages that are one picture are read as paper.

Signatures and their seals are not looked at here: `seals_seen` of pages with text stays False.
"""

import posixpath
from collections.abc import Iterator
from typing import Any

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.facts import Box, Line, Page, Table
from shoufa.readers.package import Package, attribute, local

MAX_PAGES = 300
A4 = (0.0, 0.0, 210.0, 297.0)


def read_ofd(data: bytes) -> tuple[list[Page], list[Table], bool]:
    """Pages, tables, and whether pages past the limit were left out.

    Raises Unreadable("unreadable" | "too-large").
    """
    package = Package(data)
    root = package.xml("OFD.xml")
    place = _text_of(root, "DocRoot") if root is not None else ""
    document = package.xml(place) if place else None
    if document is None:
        raise Unreadable(UnreadableCode.UNREADABLE, "no document in the OFD package")
    folder = posixpath.dirname(place)
    size = _box(document, A4)
    media = _media(package, document, folder)
    locations = [attribute(e, "BaseLoc") or "" for e in document.iter() if local(e) == "Page"]
    pages: list[Page] = []
    tables: list[Table] = []
    for number, location in enumerate(locations[:MAX_PAGES], 1):
        content = package.xml(_join(folder, location))
        page, found = _page(package, content, size, media, number)
        pages.append(page)
        tables.extend(found)
    if not pages:
        raise Unreadable(UnreadableCode.UNREADABLE, "no pages in the OFD package")
    return pages, tables, len(locations) > MAX_PAGES


def _join(folder: str, location: str) -> str:
    """A location inside the package: absolute ones start at its root."""
    path = location if location.startswith("/") else posixpath.join(folder, location)
    return posixpath.normpath(path).lstrip("/")


def _text_of(root: Any, name: str) -> str:
    return next(((e.text or "").strip().lstrip("/") for e in root.iter() if local(e) == name), "")


def _numbers(text: str | None) -> list[float]:
    try:
        return [float(v) for v in (text or "").split()]
    except ValueError:
        return []


def _box(element: Any, default: Box) -> Box:
    """The first PhysicalBox below an element, in millimetres: x, y, width, height."""
    found = next((_numbers(e.text) for e in element.iter() if local(e) == "PhysicalBox"), [])
    if len(found) != 4 or found[2] <= 0 or found[3] <= 0:
        return default
    return found[0], found[1], found[2], found[3]


def _media(package: Package, document: Any, folder: str) -> dict[str, str]:
    """Pictures by resource id."""
    found = {}
    for item in document.iter():
        if local(item) not in {"PublicRes", "DocumentRes"} or not item.text:
            continue
        place = _join(folder, item.text.strip())
        resources = package.xml(place)
        if resources is None:
            continue
        base = _join(posixpath.dirname(place), attribute(resources, "BaseLoc") or "")
        for entry in resources.iter():
            if local(entry) == "MultiMedia":
                found[attribute(entry, "ID") or ""] = _join(base, _text_of(entry, "MediaFile"))
    return found


def _page(
    package: Package, content: Any, size: Box, media: dict[str, str], number: int
) -> tuple[Page, tuple[Table, ...]]:
    if content is None:
        return Page(number=number, quality=0.0, seals_seen=False), ()
    lines = tuple(_lines(content, _box(content, size)))
    if sum(len(line.text) for line in lines) < 5:
        for item in content.iter():
            path = media.get(attribute(item, "ResourceID") or "") if local(item) == "ImageObject" else None
            read = _picture(package.read(path), number) if path else None
            if read is not None:
                return read
    ordered = sorted(lines, key=lambda line: (round(line.box[1], 2), line.box[0]))
    text = "\n".join(line.text for line in ordered)
    return Page(number=number, text=text, lines=tuple(ordered), seals_seen=False, blank=not text), ()


def _picture(data: bytes | None, number: int) -> tuple[Page, tuple[Table, ...]] | None:
    """A picture read as a page of paper, null if it is none that can be read."""
    from shoufa.readers import image, page
    from shoufa.readers.sniff import sniff

    container = sniff(data or b"")
    if data is None or container not in {"jpg", "png", "tif", "bmp"}:
        return None
    return next((page.read_page(frame, number) for frame in image.frames(data, container)), None)


def _lines(content: Any, size: Box) -> Iterator[Line]:
    """Text objects with their boundaries as page fractions."""
    for item in content.iter():
        if local(item) != "TextObject":
            continue
        text = "".join(e.text or "" for e in item.iter() if local(e) == "TextCode").strip()
        bounds = _numbers(attribute(item, "Boundary"))
        if text and len(bounds) == 4:
            x, y, w, h = bounds
            edges = ((x - size[0]) / size[2], (y - size[1]) / size[3])
            far = (edges[0] + w / size[2], edges[1] + h / size[3])
            a, b, c, d = (round(min(1.0, max(0.0, v)), 4) for v in (*edges, *far))
            yield Line(text=text, box=(a, b, c, d))
