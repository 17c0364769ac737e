"""WordprocessingML (ECMA-376 part 1, §17) to blocks: paragraphs as text, tables as grids, in document order.

Inserted text counts, deleted text does not; a text box is read once, behind its paragraph; check boxes become
☑ or ☐ whichever of Word's three ways they were made in.
"""

from collections.abc import Iterator
from typing import Any

from shoufa.domain.facts import Cell, Table
from shoufa.readers import tables
from shoufa.readers.package import attribute, child, local

Block = str | Table

SYMBOLS = {
    "wingdings": {0x6E: "■", 0x6F: "□", 0x71: "□", 0x72: "□", 0x78: "☒", 0xA8: "□", 0xFB: "✗", 0xFC: "✓",
                  0xFD: "☒", 0xFE: "☑"},
    "wingdings 2": {0x2A: "□", 0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "□",
                    0x30: "□"},
}  # fmt: skip
"""Signs of Microsoft's symbol fonts that forms use for boxes and ticks, by their place in the font."""
_SKIPPED = {
    "del", "moveFrom", "instrText", "delText", "pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr", "tblGrid",
    "Fallback",
    "rt", "delInstrText",
}  # fmt: skip
_BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
_THROUGH = {"ins", "moveTo", "customXml", "smartTag", "AlternateContent", "Choice"}
MAX_DEPTH = 60
"""Elements deeper than this are no document's."""
MAX_COLUMNS = 512


class Reader:
    """Reads one part's XML; `tables` gathers all its tables, those inside cells and text boxes too."""

    def __init__(self) -> None:
        """Start with no tables."""
        self.tables: list[Table] = []
        self._depth = 0

    def blocks(self, parent: Any) -> list[Block]:
        """Paragraphs and tables under `parent`, in order."""
        self._depth += 1
        found: list[Block] = []
        for item in parent if self._depth < MAX_DEPTH else ():
            name = local(item)
            if name == "p":
                found.extend(self._paragraph(item))
            elif name == "tbl":
                found.append(self._table(item))
            elif name == "sdt":
                found.extend(self._control(item))
            elif name in _THROUGH:
                found.extend(self.blocks(item))
        self._depth -= 1
        return found

    def _control(self, sdt: Any) -> list[Block]:
        tick = _tick(sdt)
        content = child(sdt, "sdtContent")
        if tick:
            return [tick]
        return [] if content is None else self.blocks(content)

    def _paragraph(self, paragraph: Any) -> list[Block]:
        pieces: list[str] = []
        boxes: list[Block] = []
        self._runs(paragraph, "", pieces, boxes)
        return ["".join(pieces), *boxes]

    def _runs(self, parent: Any, font: str, pieces: list[str], boxes: list[Block]) -> None:
        """Append the text of all runs below `parent` to `pieces`, text boxes and their tables to `boxes`."""
        self._depth += 1
        for item in parent if self._depth < MAX_DEPTH else ():
            name = local(item)
            if name in _SKIPPED:
                continue
            if name == "t":
                pieces.append(from_font(item.text or "", font))
            elif name in _BREAKS:
                pieces.append(_BREAKS[name])
            elif name in {"sym", "fldChar", "sdt"} and (sign := _sign(item)):
                pieces.append(sign)
            elif name == "txbxContent":
                boxes.extend(self.blocks(item))
            elif name == "r":
                self._run(item, pieces, boxes)
            else:
                self._runs(item, font, pieces, boxes)
        self._depth -= 1

    def _run(self, run: Any, pieces: list[str], boxes: list[Block]) -> None:
        style = child(run, "rPr")
        hidden = None if style is None else child(style, "vanish")
        if hidden is not None and _on(hidden):
            return
        fonts = None if style is None else child(style, "rFonts")
        font = "" if fonts is None else (attribute(fonts, "ascii") or attribute(fonts, "hAnsi") or "")
        self._runs(run, font.lower(), pieces, boxes)

    def _table(self, table: Any) -> Table:
        place = len(self.tables)
        self.tables.append(Table())
        cells: list[_Cell] = []
        above: dict[int, _Cell] = {}
        row = 0
        for tr in _members(table, "tr"):
            if _row_deleted(tr):
                continue
            self._row(tr, row, cells, above)
            row += 1
        done = Table(cells=tuple(c.value() for c in cells))
        self.tables[place] = done
        return done

    def _row(self, tr: Any, row: int, cells: "list[_Cell]", above: "dict[int, _Cell]") -> None:
        properties = child(tr, "trPr")
        col = _number(properties, "gridBefore", 0)
        for tc in _members(tr, "tc"):
            style = child(tc, "tcPr")
            span = max(1, min(MAX_COLUMNS, _number(style, "gridSpan", 1)))
            merge = None if style is None else child(style, "vMerge")
            text = as_text(self.blocks(tc)).strip()
            upper = above.get(col)
            if merge is not None and attribute(merge, "val") != "restart" and upper is not None:
                upper.rowspan = row - upper.row + 1
                upper.text = f"{upper.text}\n{text}".strip()
            else:
                cell = _Cell(row, col, text, span)
                cells.append(cell)
                if merge is None:
                    above.pop(col, None)
                else:
                    above[col] = cell
            col += span


class _Cell:
    """A cell that may still grow downwards."""

    def __init__(self, row: int, col: int, text: str, span: int) -> None:
        self.row, self.col, self.text, self.span, self.rowspan = row, col, text, span, 1

    def value(self) -> Cell:
        return Cell(row=self.row, col=self.col, text=self.text, rowspan=self.rowspan, colspan=self.span)


def as_text(blocks: list[Block]) -> str:
    """Blocks as text: a line per paragraph, tables as lines of `a | b | c`."""
    return "\n".join(b if isinstance(b, str) else tables.as_text(b) for b in blocks)


def _members(parent: Any, name: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, also those wrapped in content controls or insertions."""
    for item in parent:
        kind = local(item)
        if kind == name:
            yield item
        elif kind == "sdt":
            content = child(item, "sdtContent")
            if content is not None:
                yield from _members(content, name)
        elif kind in _THROUGH:
            yield from _members(item, name)


def _row_deleted(tr: Any) -> bool:
    properties = child(tr, "trPr")
    return properties is not None and child(properties, "del") is not None


def _number(properties: Any, name: str, default: int) -> int:
    found = None if properties is None else child(properties, name)
    value = None if found is None else attribute(found, "val")
    return int(value) if value and value.isdigit() else default


def _on(flag: Any) -> bool:
    """An ST_OnOff: present without a value means on."""
    return (attribute(flag, "val") or "1").lower() not in {"0", "false", "off"}


def _sign(item: Any) -> str:
    """What a symbol, a form field or a content control shows, "" if it is no sign."""
    name = local(item)
    if name == "sym":
        code = attribute(item, "char") or ""
        font = (attribute(item, "font") or "").lower()
        return _symbol(int(code, 16) & 0xFF, font) if code and _is_hex(code) else ""
    return _tick(item) if name == "sdt" else _form_tick(item)


def _is_hex(code: str) -> bool:
    return all(c in "0123456789abcdefABCDEF" for c in code)


def _symbol(place: int, font: str) -> str:
    """The sign, U+FFFD for one that has no counterpart here."""
    table = SYMBOLS.get(font) or (SYMBOLS["wingdings 2"] | SYMBOLS["wingdings"])
    return table.get(place, "\ufffd")


def from_font(text: str, font: str) -> str:
    """Text set in a symbol font, or in the private area that such fonts use, as signs."""
    if font in SYMBOLS:
        return "".join(SYMBOLS[font].get(ord(c) & 0xFF, c) if not c.isspace() else c for c in text)
    return "".join(_symbol(ord(c) & 0xFF, "") if 0xF020 <= ord(c) <= 0xF0FF else c for c in text)


def _tick(sdt: Any) -> str:
    """☑ or ☐ of a check box content control ([MS-DOCX] w14:checkbox), "" for another control."""
    properties = child(sdt, "sdtPr")
    box = None if properties is None else child(properties, "checkbox")
    if box is None:
        return ""
    state = child(box, "checked")
    return "☑" if state is not None and _on(state) else "☐"


def _form_tick(field: Any) -> str:
    """☑ or ☐ of a legacy form check box (§17.16.7), "" for another field."""
    data = child(field, "ffData")
    box = None if data is None else child(data, "checkBox")
    if box is None:
        return ""
    state = child(box, "checked")
    if state is None:
        state = child(box, "default")
    return "☑" if state is not None and _on(state) else "☐"
