"""Sheets that claim far more room than they fill, made small before anything lays them out.

One cell at the last row and column of a sheet of Excel 2007 spans seventeen thousand million places.
"""

import io
import re
import zipfile
from typing import Any

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.readers.odf_active import active
from shoufa.readers.package import Package, attribute, child, count, local

MAX_PLACES = 20_000_000
"""Places up to which a sheet is laid out as it stands."""
MAX_REPEAT = 500
"""Times that a filled cell or row of an OpenDocument sheet may be repeated."""
_REPEATED = re.compile(rb"-repeated\s*=\s*[\"'](?!\d{1,2}[\"'])")
"""A count of three digits or more, or none that is written plainly."""
_SHEET = re.compile(r"^xl/worksheets/[^/]+\.xml$")
_ROW = re.compile(rb"[^>]{0,200}?\br=\"(\d{1,7})\"")
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def closed_up(data: bytes) -> bytes:
    """The same .xlsx; sheets that span more than MAX_PLACES lose their empty rows and columns."""
    package = Package(data)
    changed: dict[str, bytes] = {}
    for name in package.names:
        if _SHEET.match(name):
            sheet = package.read(name) or b""
            if _places(sheet) > MAX_PLACES:
                changed[name] = _closed(package.xml(name))
    return _repacked(data, changed) if changed else data


def _places(sheet: bytes) -> int:
    """At most how many places a sheet's cells span: by its last row and the last cell of each, not parsed."""
    rows = sheet.split(b":row " if b":row " in sheet[:10_000] else b"<row ")[1:]
    last = _ROW.match(rows[-1]) if rows else None
    far = any(row[(at := row.rfind(b'r="')) + 3 : at + 6].isalpha() for row in rows)
    return max(len(rows), int(last[1]) if last else 0) * (16_384 if far else 702)


def _closed(root: Any) -> bytes:
    """A worksheet whose rows and columns follow each other without a gap."""
    from lxml import etree

    kept = [(row, [c for c in row if local(c) == "c" and _filled(c)]) for row in root.iter("{*}row")]
    kept = [(row, cells) for row, cells in kept if cells]
    columns = sorted({_column(c) for _, cells in kept for c in cells})
    places = {column: place for place, column in enumerate(columns)}
    if len(kept) * len(columns) > MAX_PLACES:
        raise Unreadable(UnreadableCode.TOO_LARGE, "a sheet of more cells than anyone fills")
    for row in list(root.iter("{*}row")):
        row.getparent().remove(row)
    body = child(root, "sheetData")
    if body is None:
        raise Unreadable(UnreadableCode.UNREADABLE, "a worksheet without cells")
    for number, (row, cells) in enumerate(kept, 1):
        row.set("r", str(number))
        for cell in cells:
            cell.set("r", f"{_letters(places[_column(cell)])}{number}")
        row[:] = cells
        body.append(row)
    for other in [e for e in root if local(e) in {"mergeCells", "dimension"}]:
        root.remove(other)
    return bytes(etree.tostring(root))


def _filled(cell: Any) -> bool:
    return any(local(e) in {"v", "is"} for e in cell)


def _column(cell: Any) -> int:
    """A cell's column from 0 on; one without a reference counts as the first."""
    found = _REFERENCE.match(attribute(cell, "r") or "")
    column = 0
    for letter in found[1] if found else "A":
        column = 26 * column + ord(letter) - 64
    return column - 1


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def repeats_bounded(data: bytes) -> tuple[bytes, list[str]]:
    """The same .ods, filled cells and rows repeated MAX_REPEAT times at most; and what is active in it.

    Raises Unreadable("encrypted") for one under a password.
    """
    package = Package(data)
    if b"encryption-data" in (package.read("META-INF/manifest.xml") or b""):
        raise Unreadable(UnreadableCode.ENCRYPTED, "workbook under a password")
    found = active(package)
    raw = package.read("content.xml") or b""
    if not _REPEATED.search(raw):
        return data, found
    from lxml import etree

    root = package.xml("content.xml")
    for item in root.iter("{*}table-cell", "{*}table-row", "{*}covered-table-cell"):
        if len(item) and any(True for _ in item.iter("{*}p")):
            _bound(item)
    return _repacked(data, {"content.xml": bytes(etree.tostring(root))}), found


def _bound(item: Any) -> None:
    for key, value in item.attrib.items():
        plain = count(value) if len(value) < 9 else None
        if key.endswith("-repeated") and (plain is None or plain > MAX_REPEAT):
            item.set(key, str(MAX_REPEAT))


def _repacked(data: bytes, changed: dict[str, bytes]) -> bytes:
    """The package with some members replaced, the others as they are."""
    out = io.BytesIO()
    package = Package(data)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for name, written in package.written.items():
            content = changed.get(name)
            new.writestr(written, content if content is not None else package.read(name) or b"")
    return out.getvalue()
