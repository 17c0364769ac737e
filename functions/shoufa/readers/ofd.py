"""OFD (GB/T 33190-2016): text of each page with its places; pages that are one picture are read as paper.

Seals that signatures set are on their pages (signature_ofd). Of pages with text only their pictures are
drawn (ofd_pictures), to look for seals; where there are none, or no time, `seals_seen` stays False.
"""

import posixpath
from collections.abc import Iterator
from typing import Any

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.facts import Box, Line, Page, Table
from shoufa.readers import ofd_pictures, signature_ofd
from shoufa.readers.ocr import Picture
from shoufa.readers.ofd_places import fraction, join, numbers, physical_box, text_of
from shoufa.readers.package import Package, attribute, local
from shoufa.readers.paper import stamped
from shoufa.readers.seal_album import Album
from shoufa.readers.seals_of import seals_of
from shoufa.readers.time_budget import Care, TimeBudget

PROGRAMS = (".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".scr", ".ps1", ".jar", ".lnk", ".hta", ".msi")
A4 = (0.0, 0.0, 210.0, 297.0)


def read_ofd(
    data: bytes, budget: TimeBudget | None = None, album: Album | None = None
) -> tuple[list[Page], list[Table], bool]:
    """Pages, tables, and whether anything was left out, by the limit of pages or for want of time.

    Pictures of seals go into the album.
    Raises Unreadable("unreadable" | "too-large").
    """
    budget, album = budget or TimeBudget(), album or Album()
    package = Package(data)
    root = package.xml("OFD.xml")
    place = text_of(root, "DocRoot") if root is not None else ""
    document = package.xml(place) if place else None
    if document is None:
        raise Unreadable(UnreadableCode.UNREADABLE, "no document in the OFD package")
    folder = posixpath.dirname(place)
    size = physical_box(document, A4)
    media = _media(package, document, folder)
    notes = ofd_pictures.annotations(package, document, folder)
    entries = [e for e in document.iter() if local(e) == "Page"]
    pages: list[Page] = []
    tables: list[Table] = []
    places: dict[str, tuple[int, Box]] = {}
    short = len(entries) > budget.limits.text_pages
    wanted = entries[: budget.limits.text_pages]
    for number, entry in enumerate(wanted, 1):
        content = package.xml(join(folder, attribute(entry, "BaseLoc") or ""))
        box = size if content is None else physical_box(content, size)
        care = budget.care(len(wanted) - number)
        page, found = _page(package, content, (box, number), media, care, album)
        if content is not None and not page.scanned and care >= Care.SEALS:
            beside = (content, *notes.get(attribute(entry, "ID") or "", []))
            page = _with_seals(page, ofd_pictures.drawn(package, beside, media, box), album)
        short |= page.scanned and care is not Care.FULL
        places[attribute(entry, "ID") or ""] = number, box
        pages.append(page)
        tables.extend(found)
    if not pages:
        raise Unreadable(UnreadableCode.UNREADABLE, "no pages in the OFD package")
    return signature_ofd.sealed(pages, data, places, album), tables, short


def active(data: bytes) -> list[str]:
    """Files carried inside, and programs among the members (GB/T 33190-2016 clause 20: attachments).

    Raises Unreadable as `read_ofd` does.
    """
    package = Package(data)
    root = package.xml("OFD.xml")
    place = text_of(root, "DocRoot") if root is not None else ""
    document = package.xml(place) if place else None
    listed = text_of(document, "Attachments") if document is not None else ""
    entries = package.xml(join(posixpath.dirname(place), listed)) if listed else None
    carried = entries is not None and any(local(e) == "Attachment" for e in entries.iter())
    program = any(name.endswith(PROGRAMS) for name in package.names)
    return ["embedded"] if carried or program else []


def _with_seals(page: Page, picture: Picture | None, album: Album) -> Page:
    """The page with the seals that its pictures show."""
    if picture is None:
        return page
    seals, faint, seen = seals_of(picture, page.number, album) if stamped(picture) else ((), (), True)
    return page.model_copy(update={"seals": seals, "faint": faint, "seals_seen": seen})


def _media(package: Package, document: Any, folder: str) -> dict[str, str]:
    """Pictures by resource id."""
    found = {}
    for item in document.iter():
        if local(item) not in {"PublicRes", "DocumentRes"} or not item.text:
            continue
        place = join(folder, item.text.strip())
        resources = package.xml(place)
        if resources is None:
            continue
        base = join(posixpath.dirname(place), attribute(resources, "BaseLoc") or "")
        for entry in resources.iter():
            if local(entry) == "MultiMedia":
                found[attribute(entry, "ID") or ""] = join(base, text_of(entry, "MediaFile"))
    return found


def _page(
    package: Package, content: Any, sheet: tuple[Box, int], media: dict[str, str], care: Care, album: Album
) -> tuple[Page, tuple[Table, ...]]:
    """One page of this size and number, and its tables."""
    size, number = sheet
    if content is None:
        return Page(number=number, quality=0.0, seals_seen=False), ()
    lines = tuple(_lines(content, size))
    if sum(len(line.text) for line in lines) < 5:
        for item in content.iter():
            path = media.get(attribute(item, "ResourceID") or "") if local(item) == "ImageObject" else None
            read = _picture(package.read(path), number, care, album) if path else None
            if read is not None:
                return read
    ordered = sorted(lines, key=lambda line: (round(line.box[1], 2), line.box[0]))
    text = "\n".join(line.text for line in ordered)
    return Page(number=number, text=text, lines=tuple(ordered), seals_seen=False, blank=not text), ()


def _picture(
    data: bytes | None, number: int, care: Care, album: Album
) -> tuple[Page, tuple[Table, ...]] | None:
    """A picture read as a page of paper, null if it is none that can be read."""
    from shoufa.readers import image
    from shoufa.readers.gathered import read_paper
    from shoufa.readers.sniff import sniff

    container = sniff(data or b"")
    if data is None or container not in {"jpg", "png", "tif", "bmp"}:
        return None
    frame = next(image.frames(data, container), None)
    return None if frame is None else read_paper(lambda: frame, number, care, album)


def _lines(content: Any, size: Box) -> Iterator[Line]:
    """Text objects with their boundaries as page fractions."""
    for item in content.iter():
        if local(item) != "TextObject":
            continue
        text = "".join(e.text or "" for e in item.iter() if local(e) == "TextCode").strip()
        bounds = numbers(attribute(item, "Boundary"))
        if text and len(bounds) == 4:
            yield Line(text=text, box=fraction(bounds, size))
