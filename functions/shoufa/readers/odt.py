"""OpenDocument text (ISO/IEC 26300): content in order, tables with their spans, page headers."""

from typing import Any

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.facts import Table
from shoufa.readers import odf_active
from shoufa.readers.package import Package, attribute, count, local
from shoufa.readers.tables import Span, as_text, laid
from shoufa.readers.word import WordText
from shoufa.readers.word_signs import from_font

_SKIPPED = {"tracked-changes", "annotation", "note-citation", "sequence-decls", "forms", "bookmark-start"}
_ROW_GROUPS = {"table-header-rows", "table-rows", "table-row-group"}
MAX_REPEAT = 200
MAX_DEPTH = 60


def read_odt(data: bytes) -> WordText:
    """Read a .odt. Raises Unreadable("unreadable" | "encrypted" | "too-large")."""
    package = Package(data)
    manifest = package.read("META-INF/manifest.xml") or b""
    if b"encryption-data" in manifest:
        raise Unreadable(UnreadableCode.ENCRYPTED, "document under a password")
    root = package.xml("content.xml")
    if root is None:
        raise Unreadable(UnreadableCode.UNREADABLE, "no content")
    found = WordText()
    body = next((e for e in root.iter() if local(e) == "text" and local(e.getparent()) == "body"), None)
    if body is None:
        raise Unreadable(UnreadableCode.UNREADABLE, "no text in the content")
    found.text = _blocks(body, found.tables, 0).strip("\n")
    styles = package.xml("styles.xml")
    for part in styles.iter() if styles is not None else ():
        if local(part) in {"header", "footer"} and (text := _blocks(part, [], 0).strip()):
            found.headers.append(text)
    names = [n for n in package.names if n.startswith("pictures/")]
    found.picture_count = len(names)
    if len(found.text) < 400:
        found.pictures = [picture for n in names if (picture := package.read(n))]
    found.active = odf_active.active(package)
    return found


def _blocks(parent: Any, tables: list[Table], depth: int) -> str:
    """Paragraphs and tables under `parent`, a line each."""
    lines = []
    for item in parent if depth < MAX_DEPTH else ():
        name = local(item)
        if name in {"p", "h"}:
            boxes: list[str] = []
            lines.append(_inline(item, tables, boxes, depth))
            lines.extend(boxes)
        elif name == "table":
            lines.append(as_text(_table(item, tables, depth)))
        elif name not in _SKIPPED:
            inner = _blocks(item, tables, depth + 1)
            if inner:
                lines.append(inner)
    return "\n".join(lines)


def _inline(element: Any, tables: list[Table], boxes: list[str], depth: int) -> str:
    """Text of a paragraph; frames and notes inside it go to `boxes`."""
    pieces = [element.text or ""]
    for item in element:
        name = local(item)
        if name == "s":
            pieces.append(" " * min(MAX_REPEAT, _count(item, "c")))
        elif name in {"tab", "line-break"}:
            pieces.append("\t" if name == "tab" else "\n")
        elif name in {"frame", "custom-shape", "text-box", "note-body", "note", "g"}:
            boxes.append(_blocks(item, tables, depth + 1))
        elif name not in _SKIPPED and depth < MAX_DEPTH:
            pieces.append(_inline(item, tables, boxes, depth + 1))
        pieces.append(item.tail or "")
    return from_font("".join(pieces), "")


def _count(item: Any, name: str) -> int:
    return max(1, count(attribute(item, name) or "") or 1)


def _table(table: Any, tables: list[Table], depth: int) -> Table:
    place = len(tables)
    tables.append(Table())
    rows = [[_span(cell, tables, depth) for cell in row] for row in _rows(table)]
    tables[place] = laid(rows)
    return tables[place]


def _rows(parent: Any) -> list[list[Any]]:
    """Cells of each row; covered cells are left to the spans that cover them."""
    rows: list[list[Any]] = []
    for item in parent:
        name = local(item)
        if name in _ROW_GROUPS:
            rows.extend(_rows(item))
        elif name == "table-row":
            cells: list[Any] = []
            for cell in item:
                if local(cell) == "table-cell":
                    cells.extend([cell] * min(MAX_REPEAT, _count(cell, "number-columns-repeated")))
            rows.append(cells)
    return rows


def _span(cell: Any, tables: list[Table], depth: int) -> Span:
    text = _blocks(cell, tables, depth + 1).strip()
    return Span(text, _count(cell, "number-columns-spanned"), _count(cell, "number-rows-spanned"))
