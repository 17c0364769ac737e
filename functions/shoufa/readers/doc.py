"""Word's binary format of 1997 to 2003, as Word, WPS and LibreOffice write it: text in order, and tables.

Characters and properties come from `doc_stream`; here cells, rows and tables are made of them.
"""

import struct
from dataclasses import dataclass, field

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.facts import Table
from shoufa.readers import office_active, ole
from shoufa.readers.doc_fields import form_field
from shoufa.readers.doc_stream import Peculiar, Stream, properties
from shoufa.readers.tables import RowCell, as_text, from_edges
from shoufa.readers.word_signs import SYMBOLS, from_font

_PLAIN = {"\x0b": "\n", "\x0e": "\n", "\x1e": "-", "\x1f": "", "\xa0": " ", "\x01": "", "\x02": "",
    "\x05": "",
          "\x08": "", "\x03": "", "\x04": ""}  # fmt: skip
_DELETED, _HIDDEN, _SYMBOL = 0x0800, 0x083C, 0x6A09
"""sprmCFRMarkDel, sprmCFVanish, sprmCSymbol."""
_IN_TABLE, _DEPTH, _ROW_END, _ROW = 0x2416, 0x6649, 0x2417, 0xD608
"""sprmPFInTable, sprmPItap, sprmPFTtp, sprmTDefTable."""
_INNER_CELL_END, _INNER_ROW_END = 0x244B, 0x244C
"""sprmPFInnerTableCell, sprmPFInnerTtp: the same inside nested tables."""
_ENDS = "\r\x07\x0c"
_PICTURE = 0x6A03
"""sprmCPicLocation: where in the data stream a picture or a form field's data stands."""
_ASSOCIATED = 32
"""Place of the associated strings in the file information block's table of offsets."""
_LONGEST_CODE = 600


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
    """Body, tables in order, the text of headers and footers, and what fields would do."""

    text: str = ""
    tables: list[Table] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    active: list[str] = field(default_factory=list)


def read_doc(data: bytes, *, plain: bool = False) -> DocText:
    """Read a .doc or .wps; `plain`: its text alone, cells parted by line breaks.

    Raises Unreadable("unreadable" | "encrypted"), Peculiar where a converter is needed.
    """
    found = ole.streams(data, ("WordDocument", "1Table", "0Table", "Data"))
    main = found.get("WordDocument", b"")
    if len(main) < 512:
        raise Unreadable(UnreadableCode.UNREADABLE, "no file information block")
    version, flags = struct.unpack_from("<H", main, 2)[0], struct.unpack_from("<H", main, 10)[0]
    if flags & 0x0100:
        raise Unreadable(UnreadableCode.ENCRYPTED, "document under a password")
    if version < 0xC0:
        raise Peculiar("older than Word 97")
    table = found.get("1Table" if flags & 0x0200 else "0Table", b"")
    try:
        return _Document(Stream(main, table, found.get("Data", b""), plain=plain)).read()
    except (struct.error, IndexError) as err:
        raise Peculiar("offsets past the end") from err


class _Document:
    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self._styles: dict[bytes, tuple[bool, str]] = {}
        self.active: list[str] = []

    def read(self) -> DocText:
        counts = struct.unpack_from("<8I", self.stream.main, 76)
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
        found.active = list(dict.fromkeys(self.active + self._template()))
        return found

    def _template(self) -> list[str]:
        """`external` where the document's template lies on another machine (§2.9.313 SttbfAssoc)."""
        names = self.stream.stored(_ASSOCIATED).decode("utf-16-le", "replace")
        return ["external"] * bool(office_active.REMOTE.search(names))

    def _section(self, start: int, length: int) -> list[Paragraph]:
        """Paragraphs of one part of the document; field codes, deleted and hidden text left out."""
        found: list[Paragraph] = []
        kept: list[str] = []
        field_depth: list[bool] = []
        for place in range(start, min(start + length, len(self.stream.text))):
            sign = self.stream.text[place]
            if sign in _ENDS:
                found.append(self._paragraph("".join(kept), sign, place))
                kept = []
            elif sign == "\x13":
                field_depth.append(True)
                kept.append(self._field(place))
            elif sign in "\x14\x15" and field_depth:
                field_depth[-1] = False
                if sign == "\x15":
                    field_depth.pop()
            elif not any(field_depth):
                kept.append(self._shown(sign, place))
        if kept:
            found.append(Paragraph("".join(kept), "\r"))
        return found

    def _field(self, place: int) -> str:
        """What a form field that begins here shows, "" for other fields; notes what a field would do."""
        text = self.stream.text
        code = text[place + 1 : place + 1 + _LONGEST_CODE]
        code = code[: min((i for i in map(code.find, "\x14\x15\x13") if i >= 0), default=len(code))]
        self.active.extend(office_active.of_code(code))
        if self.stream.plain or not code.lstrip().startswith(("FORMCHECKBOX", "FORMDROPDOWN")):
            return ""
        at = text.find("\x01", place, place + len(code) + 2)
        style = dict(properties(self.stream.character_style(at))) if at >= 0 else {}
        return form_field(self.stream.extra, style.get(_PICTURE, b""))

    def _shown(self, sign: str, place: int) -> str:
        """A character as it is seen: "" if deleted or hidden, symbols by their font's table."""
        style = self.stream.character_style(place)
        if style not in self._styles:
            self._styles[style] = _character(style)
        hidden, symbol = self._styles[style]
        if hidden:
            return ""
        return symbol if symbol and sign == "(" else _PLAIN.get(sign, sign)

    def _paragraph(self, text: str, end: str, place: int) -> Paragraph:
        found = Paragraph(from_font(_paired(text), ""), end)
        style = dict(self.stream.paragraph_style(place))
        on = {code for code, operand in style.items() if operand[:1] == b"\1"}
        if _IN_TABLE in on:
            found.depth = 1
        if len(style.get(_DEPTH, b"")) == 4:
            found.depth = struct.unpack("<i", style[_DEPTH])[0]
        found.row = _shape(style.get(_ROW, b""))
        found.ends_row = bool({_ROW_END, _INNER_ROW_END} & on)
        ends = _INNER_CELL_END in on if found.depth > 1 else end == "\x07"
        found.ends_cell = ends and not found.ends_row
        return found


def _paired(text: str) -> str:
    """Surrogates that stand alone in the stream as the characters that they make together."""
    if not any("\ud800" <= sign <= "\udfff" for sign in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _character(style: bytes) -> tuple[bool, str]:
    """Whether a run is deleted or hidden, and the symbol that its parentheses stand for."""
    hidden, symbol = False, ""
    for code, operand in properties(style):
        if code in {_DELETED, _HIDDEN}:
            hidden = hidden or operand[:1] not in {b"\0", b""}
        elif code == _SYMBOL and len(operand) == 4:
            both = SYMBOLS["wingdings 2"] | SYMBOLS["wingdings"]
            symbol = both.get(operand[2], "\ufffd")
    return hidden, symbol


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
    edges = (
        shape.edges if shape and len(shape.edges) == count + 1 else tuple(1000 * i for i in range(count + 1))
    )
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
