"""Plain text, comma-separated values and HTML, in the charsets that Chinese offices use."""

import csv
import io
from typing import Any

from shoufa.domain.facts import Table
from shoufa.readers.package import local
from shoufa.readers.tables import Span, as_text, laid

MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
MAX_ROWS = 20_000
_BLOCKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "td", "th", "title"}


def decode(data: bytes) -> str:
    """Text by its byte order mark, else as UTF-8, else as GB 18030 (which covers GB 2312 and GBK)."""
    for mark, charset in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(charset, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def read_csv(data: bytes) -> Table:
    """The values of a .csv as one table.

    Commas, tabs or semicolons part them, whichever the first lines use most.
    """
    text = decode(data).replace("\0", "")
    head = "\n".join(text.splitlines()[:10])
    delimiter = max(",\t;", key=head.count)
    rows = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            rows.append([Span(value.strip()) for value in row])
            if len(rows) >= MAX_ROWS:
                break
    except csv.Error:  # a field past csv's limit: what stands before it was read
        pass
    return laid(rows)


def read_html(data: bytes) -> tuple[str, list[Table], list[str]]:
    """Text in order, tables, and `script` where the page would run something."""
    from lxml import etree

    parser = etree.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    text = decode(data)
    try:
        root = (
            etree.fromstring(text.encode("utf-8", "replace"), etree.HTMLParser(encoding="utf-8"))
            if text
            else None
        )
    except (etree.XMLSyntaxError, ValueError):
        root = etree.fromstring(b"<html/>", parser)
    if root is None:
        return "", [], []
    active = ["script"] if any(local(e) == "script" for e in root.iter()) else []
    tables: list[Table] = []
    return _html_text(root, tables).strip(), tables, active


def _html_text(root: Any, tables: list[Table]) -> str:
    pieces: list[str] = []
    _walk(root, pieces, tables, 0)
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _walk(element: Any, pieces: list[str], tables: list[Table], depth: int) -> None:
    name = local(element)
    if name in {"script", "style", "head"} or depth > 200:
        return
    if name == "table":
        table = _html_table(element, tables)
        pieces.append("\n" + as_text(table) + "\n")
        return
    if name in _BLOCKS:
        pieces.append("\n")
    pieces.append((element.text or "").replace("\n", " "))
    for item in element:
        _walk(item, pieces, tables, depth + 1)
        pieces.append((item.tail or "").replace("\n", " "))
    if name in _BLOCKS:
        pieces.append("\n")


def _html_table(element: Any, tables: list[Table]) -> Table:
    place = len(tables)
    tables.append(Table())
    rows = []
    for tr in element.iter("tr"):
        if next(tr.iterancestors("table")) is element:
            cells = [td for td in tr if local(td) in {"td", "th"}]
            rows.append([_span(td, tables) for td in cells])
    tables[place] = laid(rows[:MAX_ROWS])
    return tables[place]


def _span(td: Any, tables: list[Table]) -> Span:
    pieces: list[str] = []
    for item in td:
        _walk(item, pieces, tables, 0)
        pieces.append((item.tail or "").replace("\n", " "))
    text = (td.text or "").replace("\n", " ") + "".join(pieces)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    across, down = (td.get(key) or "1" for key in ("colspan", "rowspan"))
    number = [int(v) if v.isdigit() else 1 for v in (across, down)]
    return Span("\n".join(line for line in lines if line), number[0], number[1])
