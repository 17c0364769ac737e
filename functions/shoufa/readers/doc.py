"""Word's binary format of 1997 to 2003 ([MS-DOC]), as Word, WPS and LibreOffice write it: text and tables.

The piece table gives the characters, the paragraph properties (PAPX) say which of them are cells and rows, the
character properties (CHPX) which are deleted or hidden. What this reader does not know raises Peculiar, and a
converter takes over.
"""

import bisect
import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.facts import Table
from shoufa.readers.tables import RowCell, as_text, from_edges
from shoufa.readers.word_xml import SYMBOLS

MAX_CHARACTERS = 5_000_000
_OPERAND = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
"""Bytes of a property's operand by its spra bits ([MS-DOC] §2.6.1); 6 is of variable length."""
_PLAIN = {"\x0b": "\n", "\x0e": "\n", "\x1e": "-", "\x1f": "", "\xa0": " ", "\x01": "", "\x02": "", "\x05": "",
          "\x08": "", "\x03": "", "\x04": ""}  # fmt: skip
_ENDS = "\r\x07\x0c"
FC_CHPX, FC_PAPX, FC_CLX = 12, 13, 33
"""Places in the file information block's table of offsets (§2.5.6)."""


class Peculiar(Exception):  # noqa: N818
    """The file is in order as far as is known, but has something that this reader does not read."""


@dataclass
class Paragraph:
    """Text without its end mark, the mark, and what the paragraph is in a table (depth 0: not in one)."""

    text: str
    end: str
    depth: int = 0
    ends_cell: bool = False
    ends_row: bool = False
    row: "RowShape | None" = None


@dataclass(frozen=True)
class RowShape:
    """Edges of a row's cells in twips, and per cell the merge bits of TC80 (§2.9.315)."""

    edges: tuple[int, ...]
    flags: tuple[int, ...]


@dataclass
class DocText:
    """Body, tables in order, and the text of headers and footers."""

    text: str = ""
    tables: list[Table] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)


class _Runs:
    """Property runs over file offsets, from the pages (FKP) that a bin table names."""

    def __init__(self, main: bytes, bins: bytes, *, paragraphs: bool) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.values: list[bytes] = []
        count = (len(bins) - 4) // 8
        for i in range(max(0, count)):
            page = (struct.unpack_from("<I", bins, 4 * (count + 1) + 4 * i)[0] & 0x3FFFFF) * 512
            self._page(main[page : page + 512], paragraphs=paragraphs)

    def _page(self, page: bytes, *, paragraphs: bool) -> None:
        if len(page) < 512:
            raise Peculiar("a page of properties past the end")
        count = page[511]
        for i in range(count):
            start, end = struct.unpack_from("<II", page, 4 * i)
            at = 2 * page[4 * (count + 1) + (13 if paragraphs else 1) * i]
            self.starts.append(start)
            self.ends.append(end)
            self.values.append(_papx(page, at) if paragraphs else page[at + 1 : at + 1 + page[at]] if at else b"")

    def at(self, offset: int) -> bytes:
        i = bisect.bisect_right(self.starts, offset) - 1
        return self.values[i] if i >= 0 and offset < self.ends[i] else b""


def _papx(page: bytes, at: int) -> bytes:
    """The properties of a PapxInFkp, without the style index."""
    if not at:
        return b""
    size = page[at]
    start, length = (at + 2, 2 * page[at + 1]) if size == 0 else (at + 1, 2 * size - 1)
    return page[start + 2 : start + length]


def properties(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The single property modifiers of a grpprl: code and operand."""
    at = 0
    while at + 2 <= len(data):
        code = struct.unpack_from("<H", data, at)[0]
        at += 2
        size = _OPERAND.get(code >> 13)
        if size is None:
            if at >= len(data):
                return
            head, size = 1, data[at]
            if code == 0xD608 and at + 2 <= len(data):
                head, size = 2, struct.unpack_from("<H", data, at)[0] - 1
            at += head
        yield code, data[at : at + size]
        at += size


def read_doc(data: bytes) -> DocText:
    """Read a .doc or .wps. Raises Unreadable("unreadable" | "encrypted"), Peculiar where a converter is needed."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            main = ole.openstream("WordDocument").read()
            if len(main) < 512:
                raise Unreadable(UnreadableCode.UNREADABLE, "no file information block")
            flags = struct.unpack_from("<H", main, 10)[0]
            if flags & 0x0100:
                raise Unreadable(UnreadableCode.ENCRYPTED, "document under a password")
            if struct.unpack_from("<H", main, 2)[0] < 0xC0:
                raise Peculiar("older than Word 97")
            table = ole.openstream("1Table" if flags & 0x0200 else "0Table").read()
            extra = ole.openstream("Data").read() if ole.exists("Data") else b""
    except (OSError, ValueError, IndexError, KeyError) as err:
        raise Unreadable(UnreadableCode.UNREADABLE, "broken OLE file") from err
    try:
        return _Document(main, table, extra).read()
    except (struct.error, IndexError) as err:
        raise Peculiar("offsets past the end") from err


class _Document:
    def __init__(self, main: bytes, table: bytes, extra: bytes) -> None:
        self.main, self.table, self.extra = main, table, extra
        self.paragraphs = _Runs(main, self._stored(FC_PAPX), paragraphs=True)
        self.characters = _Runs(main, self._stored(FC_CHPX), paragraphs=False)
        self.text, self.offsets = self._pieces()

    def _stored(self, index: int) -> bytes:
        start, size = struct.unpack_from("<II", self.main, 154 + 8 * index)
        return self.table[start : start + size]

    def _pieces(self) -> tuple[str, list[tuple[int, int, int]]]:
        """All characters, and per piece (first character, file offset, bytes per character)."""
        clx, at = self._stored(FC_CLX), 0
        while at < len(clx) and clx[at] == 1:
            at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
        plc = clx[at + 5 :]
        count = (len(plc) - 4) // 12
        if count < 1 or clx[at] != 2:
            raise Peculiar("no piece table")
        places = struct.unpack_from(f"<{count + 1}I", plc, 0)
        pieces, offsets = [], []
        for i in range(count):
            fc = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * i + 2)[0]
            length = places[i + 1] - places[i]
            if not 0 <= length <= MAX_CHARACTERS:
                raise Peculiar("a piece of impossible length")
            if fc & 0x40000000:
                start, width, charset = (fc & 0x3FFFFFFF) // 2, 1, "cp1252"
            else:
                start, width, charset = fc, 2, "utf-16-le"
            raw = self.main[start : start + length * width]
            pieces.append(raw.decode(charset, "replace").ljust(length, "\0")[:length] if width == 1 else _wide(raw, length))
            offsets.append((places[i], start, width))
        return "".join(pieces), offsets

    def _offset(self, place: int) -> int:
        first, start, width = self.offsets[bisect.bisect_right(self.offsets, (place, 1 << 62, 0)) - 1]
        return start + (place - first) * width

    def read(self) -> DocText:
        counts = struct.unpack_from("<8I", self.main, 76)
        body, notes, headers, _, annotations, ends, boxes, _ = counts
        found = DocText()
        text = [_text_of(self._section(0, body), found.tables)]
        after = body + notes + headers + counts[3] + annotations + ends
        if boxes:
            text.append(_text_of(self._section(after, boxes), found.tables))
        found.text = "\n".join(t for t in text if t)
        for start, length in ((body + notes, headers), (body, notes)):
            side = _text_of(self._section(start, length), []).strip()
            if side:
                found.headers.append(side)
        return found

    def _section(self, start: int, length: int) -> list[Paragraph]:
        """Paragraphs of one part of the document; field codes, deleted and hidden text left out."""
        found: list[Paragraph] = []
        kept: list[str] = []
        field_depth: list[bool] = []
        for place in range(start, min(start + length, len(self.text))):
            sign = self.text[place]
            if sign in _ENDS:
                found.append(self._paragraph("".join(kept), sign, place))
                kept = []
            elif sign == "\x13":
                field_depth.append(True)
                self._known_field(place)
            elif sign in "\x14\x15" and field_depth:
                field_depth[-1] = False
                if sign == "\x15":
                    field_depth.pop()
            elif not any(field_depth):
                kept.append(self._shown(sign, place))
        if kept:
            found.append(Paragraph("".join(kept), "\r"))
        return found

    def _known_field(self, place: int) -> None:
        if self.text[place + 1 : place + 20].strip().startswith("FORMCHECKBOX"):
            raise Peculiar("form check boxes")

    def _shown(self, sign: str, place: int) -> str:
        """A character as it is seen: "" if deleted or hidden, symbols by their font's table."""
        style = self.characters.at(self._offset(place))
        if style:
            for code, operand in properties(style):
                if code in {0x0800, 0x083C} and operand[:1] not in {b"\0", b""}:
                    return ""
                if code == 0x6A09 and sign == "(" and len(operand) == 4:
                    both = SYMBOLS["wingdings 2"] | SYMBOLS["wingdings"]
                    return both.get(operand[2], "\ufffd")
        return _PLAIN.get(sign, sign)

    def _paragraph(self, text: str, end: str, place: int) -> Paragraph:
        found = Paragraph(text, end)
        nested_cell = nested_row = row_end = False
        for code, operand in self._expanded(self.paragraphs.at(self._offset(place))):
            on = operand[:1] == b"\1"
            if code == 0x2416 and on:
                found.depth = max(found.depth, 1)
            elif code == 0x6649 and len(operand) == 4:
                found.depth = struct.unpack("<i", operand)[0]
            elif code == 0x2417:
                row_end = on
            elif code == 0x244B:
                nested_cell = on
            elif code == 0x244C:
                nested_row = on
            elif code == 0xD608:
                found.row = _shape(operand)
        found.ends_row = row_end or nested_row
        found.ends_cell = not found.ends_row and (nested_cell if found.depth > 1 else end == "\x07")
        return found

    def _expanded(self, style: bytes) -> Iterator[tuple[int, bytes]]:
        """Properties, with those that stand in the data stream because they are many (sprmPHugePapx)."""
        for code, operand in properties(style):
            if code in {0x6645, 0x6646} and len(operand) == 4:
                at = struct.unpack("<I", operand)[0]
                size = struct.unpack_from("<H", self.extra, at)[0]
                yield from properties(self.extra[at + 2 : at + 2 + size])
            else:
                yield code, operand


def _wide(raw: bytes, length: int) -> str:
    """UTF-16 code units as characters one for one: a pair of surrogates stays two places long."""
    text = raw.decode("utf-16-le", "replace")
    if len(text) != length:
        units = struct.unpack(f"<{len(raw) // 2}H", raw[: len(raw) // 2 * 2])
        text = "".join("\ufffd" if 0xD800 <= u < 0xE000 else chr(u) for u in units).ljust(length, "\0")[:length]
    return text


def _shape(operand: bytes) -> RowShape | None:
    """A row's cells from sprmTDefTable (§2.9.316)."""
    if not operand:
        return None
    count = operand[0]
    if len(operand) < 1 + 2 * (count + 1):
        return None
    edges = struct.unpack_from(f"<{count + 1}h", operand, 1)
    start = 1 + 2 * (count + 1)
    flags = []
    for i in range(count):
        at = start + 20 * i
        flags.append(struct.unpack_from("<H", operand, at)[0] if at + 2 <= len(operand) else 0)
    return RowShape(edges, tuple(flags))


@dataclass
class _Open:
    """A table that is being read at one depth."""

    rows: list[list[RowCell]] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    place: int = 0


def _text_of(paragraphs: list[Paragraph], tables: list[Table]) -> str:
    """Paragraphs as text, tables as lines of `a | b | c`; the tables themselves are appended to `tables`."""
    lines: list[str] = []
    levels: list[_Open] = []
    for paragraph in paragraphs:
        depth = min(paragraph.depth, 8)
        while len(levels) > depth:
            _close(levels, lines, tables)
        while len(levels) < depth:
            levels.append(_Open(place=len(tables)))
            tables.append(Table())
        if not levels:
            lines.append(paragraph.text)
        elif paragraph.ends_row:
            _end_row(levels[-1], paragraph.row)
        else:
            levels[-1].lines.append(paragraph.text)
            if paragraph.ends_cell:
                levels[-1].cells.append("\n".join(levels[-1].lines).strip())
                levels[-1].lines = []
    while levels:
        _close(levels, lines, tables)
    return "\n".join(lines)


def _end_row(level: _Open, shape: RowShape | None) -> None:
    count = len(level.cells)
    edges = shape.edges if shape and len(shape.edges) == count + 1 else tuple(1000 * i for i in range(count + 1))
    flags = shape.flags if shape and len(shape.flags) == count else (0,) * count
    level.rows.append([
        RowCell(
            text, edges[i], edges[i + 1],
            joins_left=flags[i] & 0x3 == 1,
            joins_above=flags[i] >> 5 & 0x3 == 1,
        )
        for i, text in enumerate(level.cells)
    ])  # fmt: skip
    level.cells = []


def _close(levels: list[_Open], lines: list[str], tables: list[Table]) -> None:
    """End the innermost table: its text goes where it stands, into the outer cell or the body."""
    level = levels.pop()
    if level.lines or level.cells:
        level.cells.append("\n".join(level.lines).strip())
        _end_row(level, None)
    table = from_edges(level.rows)
    tables[level.place] = table
    (levels[-1].lines if levels else lines).append(as_text(table))
