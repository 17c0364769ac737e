"""WordprocessingML (ECMA-376 part 1, §17) to blocks: paragraphs as text, tables as grids, in document order.

Inserted text counts, deleted text does not; a text box is read once, behind its paragraph; check boxes become
☑ or ☐ whichever of Word's three ways they were made in; automatic numbers are written out. WordprocessingML
of 2003 differs in few names and is read alike.
"""

from collections.abc import Callable, Iterator
from typing import Any

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.facts import Cell, Table
from shoufa.readers import tables
from shoufa.readers.package import attribute, child, local
from shoufa.readers.word_signs import control_tick, from_font, is_on, shows_placeholder, sign

Block = str | Table

_SKIPPED = {
    "del", "moveFrom", "instrText", "delText", "pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr", "tblGrid",
    "rt", "delInstrText", "binData", "listPr", "Fallback",
}  # fmt: skip
_BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
_THROUGH = {"ins", "moveTo", "customXml", "smartTag", "sect", "sub-section"}
MAX_DEPTH = 60
"""Elements deeper than this are no document's."""
MAX_COLUMNS = 512
"""Word itself stops at 63."""
MAX_CELLS = 500_000
"""Cells of all tables past which a document is refused."""


def _nothing(_: Any) -> Any:
    return ""


class Reader:
    """Reads one part's XML; `tables` gathers all its tables, those inside cells and text boxes too.

    `label` gives a paragraph's automatic number, `inserted` what stands behind the relationship of a chunk or
    an object.
    """

    def __init__(
        self,
        label: Callable[[Any], str] = _nothing,
        inserted: Callable[[str], list[Block]] = lambda _: [],
    ) -> None:
        """Start with no tables."""
        self.tables: list[Table] = []
        self._label, self._inserted = label, inserted
        self._depth = self._cells = 0

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
            elif name == "altChunk":
                found.extend(self._from_outside(item))
            elif (inner := _through(item, name)) is not None:
                found.extend(self.blocks(inner))
        self._depth -= 1
        return found

    def _control(self, sdt: Any) -> list[Block]:
        tick = control_tick(sdt)
        content = child(sdt, "sdtContent")
        if tick:
            return [tick]
        return [] if content is None or shows_placeholder(sdt) else self.blocks(content)

    def _from_outside(self, item: Any) -> list[Block]:
        found = self._inserted(attribute(item, "id") or "")
        self.tables.extend(b for b in found if isinstance(b, Table))
        return found

    def _paragraph(self, paragraph: Any) -> list[Block]:
        pieces: list[str] = [self._label(paragraph)]
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
            elif name == "r":
                self._run(item, pieces, boxes)
            else:
                self._other(item, name, font, pieces, boxes)
        self._depth -= 1

    def _other(self, item: Any, name: str, font: str, pieces: list[str], boxes: list[Block]) -> None:
        """What is no plain text: signs, controls, text boxes, objects, and whatever may hold text inside."""
        inner = _within(item, name)
        if name in {"sym", "fldChar"}:
            pieces.append(sign(item))
        elif name == "txbxContent":
            boxes.extend(self.blocks(item))
        elif name == "OLEObject":
            boxes.extend(self._from_outside(item))
        elif isinstance(inner, str):
            pieces.append(inner)
        elif inner is not None:
            self._runs(inner, font, pieces, boxes)

    def _run(self, run: Any, pieces: list[str], boxes: list[Block]) -> None:
        style = child(run, "rPr")
        hidden = None if style is None else child(style, "vanish")
        if hidden is not None and is_on(hidden):
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
        done = tables.bounded(Table(cells=tuple(c.value() for c in cells)))
        self.tables[place] = done
        return done

    def _row(self, tr: Any, row: int, cells: "list[_Cell]", above: "dict[int, _Cell]") -> None:
        properties = child(tr, "trPr")
        col = _number(properties, "gridBefore", 0)
        for tc in _members(tr, "tc"):
            if col >= MAX_COLUMNS:
                break
            self._count()
            style = child(tc, "tcPr")
            span = max(1, min(MAX_COLUMNS - col, _number(style, "gridSpan", 1)))
            merge = _merge(style)
            text = as_text(self.blocks(tc)).strip()
            upper = above.get(col)
            if merge is not None and attribute(merge, "val") != "restart" and upper is not None:
                upper.rowspan = row - upper.row + 1
                upper.texts.append(text)
            else:
                cell = _Cell(row, col, text, span)
                cells.append(cell)
                if merge is None:
                    above.pop(col, None)
                else:
                    above[col] = cell
            col += span

    def _count(self) -> None:
        self._cells += 1
        if self._cells > MAX_CELLS:
            raise Unreadable(UnreadableCode.TOO_LARGE, "tables of more cells than anyone fills")


class _Cell:
    """A cell that may still grow downwards."""

    def __init__(self, row: int, col: int, text: str, span: int) -> None:
        self.row, self.col, self.texts, self.span, self.rowspan = row, col, [text], span, 1

    def value(self) -> Cell:
        text = "\n".join(t for t in self.texts if t)
        return Cell(row=self.row, col=self.col, text=text, rowspan=self.rowspan, colspan=self.span)


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
        elif (inner := _through(item, kind)) is not None:
            yield from _members(inner, name)


def _within(item: Any, name: str) -> Any:
    """Where the text of an element inside a paragraph stands, a box's sign as text, null if it has none."""
    if name == "sdt":
        return control_tick(item) or (None if shows_placeholder(item) else item)
    if name == "AlternateContent":
        return _alternative(item)
    return None if _annotated_away(item, name) else item


def _through(item: Any, name: str) -> Any:
    """What to look into where an element merely wraps others, null where it is no such wrapper."""
    if name == "AlternateContent":
        return _alternative(item)
    wraps = name in _THROUGH or (name == "annotation" and not _annotated_away(item, name))
    return item if wraps else None


def _alternative(item: Any) -> Any:
    """The one of several accounts of the same content that is read (ECMA-376 part 3, §7.6)."""
    chosen = child(item, "Choice")
    return child(item, "Fallback") if chosen is None else chosen


def _annotated_away(item: Any, name: str) -> bool:
    """Whether a note of Word 2003 (aml:annotation) says that its content was deleted, or is a comment."""
    kind = attribute(item, "type") or "" if name == "annotation" else ""
    return kind.startswith(("Word.Deletion", "Word.Comment", "Word.Bookmark", "Word.Formatting"))


def _row_deleted(tr: Any) -> bool:
    properties = child(tr, "trPr")
    return properties is not None and child(properties, "del") is not None


def _merge(style: Any) -> Any:
    """A cell's vertical merge: vMerge, in Word 2003 vmerge; null where it has none."""
    return next((c for c in style if local(c) in {"vMerge", "vmerge"}), None) if style is not None else None


def _number(properties: Any, name: str, default: int) -> int:
    """A count of grid columns, at most MAX_COLUMNS."""
    found = None if properties is None else child(properties, name)
    value = None if found is None else attribute(found, "val")
    plain = value is not None and value.isascii() and value.isdigit()
    return min(MAX_COLUMNS, int(value[:9])) if plain and value else default
