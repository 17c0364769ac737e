"""Plain text, comma-separated values and HTML, in the charsets that Chinese offices use."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from shoufa.domain.facts import Table
from shoufa.readers.office_active import FORMULA, REMOTE
from shoufa.readers.package import local
from shoufa.readers.tables import MAX_SPAN, Span, as_text, laid

MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
MAX_ROWS = 20_000
MAX_DEPTH = 200
_FLOAT = re.compile(r"(\d{7,})\.0")
"""A long whole number that a program wrote as a float: phone numbers, identity numbers."""
_LOADING = {"iframe", "frame", "object", "embed", "applet", "img", "link"}
_BLOCKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "td", "th", "title"}


def decode(data: bytes, charset: str = "") -> str:
    """Text by its byte order mark, else as UTF-8, else as GB 18030 (which covers GB 2312 and GBK).

    A `charset` that somebody names counts for other scripts, if it fits: many Chinese pages name a wrong one.
    """
    for mark, marked in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(marked, "replace")
    for wanted in (_unmarked(data), "utf-8", charset):
        try:
            return data.decode(wanted)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("gb18030", "replace")


def _unmarked(data: bytes) -> str:
    """UTF-16 without a mark, told by the nulls of its line breaks and signs; "" for anything else."""
    head = data[:2000]
    zeros = head[1::2].count(0), head[::2].count(0)
    if max(zeros) < max(2, len(head) // 20):
        return ""
    return "utf-16-le" if zeros[0] > zeros[1] else "utf-16-be"


def read_csv(data: bytes) -> Table:
    """The values of a .csv as one table.

    Commas, tabs or semicolons part them, whichever the first lines use most.
    """
    text, delimiter = _parted(decode(data).replace("\0", ""))
    rows: list[list[Span]] = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            rows.append([Span(_value(value)) for value in row[:MAX_SPAN]])
            if len(rows) >= MAX_ROWS:
                break
    except csv.Error:  # a field past csv's limit: what stands before it was read
        pass
    return laid(rows)


def _parted(text: str) -> tuple[str, str]:
    """Lines of values, and what parts them, told by Excel's own first line `sep=;`, else the commonest."""
    told = re.match(r"sep=([,;\t|])\r?\n", text, re.IGNORECASE)
    if told:
        return text[told.end() :], told[1]
    head = "\n".join(text[:20_000].splitlines()[:10])
    return text, max(",\t;|", key=head.count)


def _value(value: str) -> str:
    """A value without the wrappings that keep Excel from changing it: `="0012"` and a leading apostrophe."""
    value = value.strip()
    if value.startswith('="') and value.endswith('"'):
        value = value[2:-1]
    whole = _FLOAT.fullmatch(value)
    return whole[1] if whole else value.removeprefix("'")


def calls(data: bytes) -> list[str]:
    """`dde` where a cell of a .csv would have Excel call another program."""
    fields = re.split(r"[,;\t\r\n]", decode(data)) if b"|" in data else []
    return ["dde"] * any(FORMULA.match(field.lstrip(' "')) for field in fields)


def read_html(data: bytes, charset: str = "") -> tuple[str, list[Table], list[str]]:
    """Text in order, tables, and what is active: `script`, `external` for what it would load by itself.

    `charset` is what an envelope says of the bytes; the page's own word comes after a byte order mark and it.
    """
    from lxml import etree

    text = decode(data, charset or _declared(data))
    try:
        parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
        root = etree.fromstring(text.encode("utf-8", "replace"), parser) if text.strip() else None
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return "", [], []
    tables: list[Table] = []
    return _html_text(root, tables).strip(), tables, _active(root)


def _declared(data: bytes) -> str:
    """The charset that a page's head names (HTML 4.01 §5.2.2), "" if none."""
    found = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{1,40})", data[:4096], re.IGNORECASE)
    return found[1].decode("ascii") if found else ""


def _active(root: Any) -> list[str]:
    found = []
    for element in root.iter():
        name = local(element)
        if name == "script" or any(_runs(key, value) for key, value in element.attrib.items()):
            found.append("script")
        elif name in _LOADING and any(
            REMOTE.match(element.get(key) or "") for key in ("src", "href", "data", "code")
        ):
            found.append("external")
    return list(dict.fromkeys(found))


def _runs(key: str, value: str) -> bool:
    """Whether an attribute is a script: a handler of events, or an address of such a kind."""
    return key.startswith("on") or value.lstrip().lower().startswith(("javascript:", "vbscript:"))


def _html_text(root: Any, tables: list[Table]) -> str:
    pieces: list[str] = []
    _walk(root, pieces, tables, 0)
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _walk(element: Any, pieces: list[str], tables: list[Table], depth: int) -> None:
    name = local(element)
    if name in {"script", "style", "head", "title"} or depth > MAX_DEPTH:
        return
    if name == "table":
        table = _html_table(element, tables, depth)
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


def _html_table(element: Any, tables: list[Table], depth: int) -> Table:
    place = len(tables)
    tables.append(Table())
    rows = []
    for tr in _rows(element):
        rows.append([_span(td, tables, depth) for td in tr if local(td) in {"td", "th"}][:MAX_SPAN])
        if len(rows) >= MAX_ROWS:
            break
    tables[place] = laid(rows)
    return tables[place]


def _rows(element: Any) -> Iterator[Any]:
    """A table's own rows, also those in its groups, not those of tables inside it."""
    for item in element:
        if local(item) == "tr":
            yield item
        elif local(item) in {"thead", "tbody", "tfoot", "form", "div"}:
            yield from _rows(item)


def _span(td: Any, tables: list[Table], depth: int) -> Span:
    pieces: list[str] = []
    for item in td:
        _walk(item, pieces, tables, depth + 1)
        pieces.append((item.tail or "").replace("\n", " "))
    text = (td.text or "").replace("\n", " ") + "".join(pieces)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    across, down = (_spanned(td.get(key) or "") for key in ("colspan", "rowspan"))
    return Span("\n".join(line for line in lines if line), across, down)


def _spanned(value: str) -> int:
    return min(MAX_SPAN, int(value[:9])) if value.isascii() and value.isdigit() else 1
