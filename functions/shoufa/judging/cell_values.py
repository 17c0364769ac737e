"""Values of a form's table: right of their labels, or below them where a row holds labels only."""

from collections.abc import Iterator

from shoufa.domain.facts import Cell, Table
from shoufa.judging.choices import has_mark, is_mark
from shoufa.judging.labels import Vocabulary

LONGEST_FORM = 500
"""Rows of a sheet past which it is no form."""
CHOICE = "type_text"
"""The field whose value may be a row of boxes in cells of their own."""


class FormTable:
    """One table of a form with the labels that stand in it; `read` where a recogniser read it."""

    def __init__(self, table: Table, labels: Vocabulary, *, read: bool = False) -> None:
        """Order the cells by row and find the labels."""
        self._rows: dict[int, list[Cell]] = {}
        self._at: dict[tuple[int, int], Cell] = {}
        self._fields: dict[tuple[int, int], tuple[str, ...]] = {}
        self._labels: set[tuple[int, int]] = set()
        if len(table.grid) > LONGEST_FORM:
            return
        for cell in table.every():
            row, text = cell.row, cell.text
            place = (row, cell.col)
            self._rows.setdefault(row, []).append(cell)
            self._at[place] = cell
            fields = labels.meaning(text, read=read)
            if fields is not None:
                self._labels.add(place)
                self._fields[place] = fields

    def values(self) -> Iterator[tuple[str, str]]:
        """Each field's name with the value that its label has here."""
        for place, fields in self._fields.items():
            for field in fields:
                value = self._choice(self._at[place]) if field == CHOICE else self._value(self._at[place])
                if value:
                    yield field, value

    def _value(self, cell: Cell) -> str:
        right = self._right(cell)
        if right is not None and right.text.strip() and not self._is_label(right):
            return right.text
        below = self._below(cell)
        return below.text if below is not None else ""

    def _right(self, cell: Cell) -> Cell | None:
        """The next cell of the row, over at most two that were left out."""
        row, first = cell.row, cell.col + cell.colspan
        return self._at.get((row, first)) or self._at.get((row, first + 1)) or self._at.get((row, first + 2))

    def _is_label(self, cell: Cell) -> bool:
        return (cell.row, cell.col) in self._labels

    def _below(self, cell: Cell) -> Cell | None:
        """The cell below a label in a row of labels, where the row below it has values for all of them."""
        following = cell.row + cell.rowspan
        heads = [c for c in self._rows[cell.row] if c.text.strip() and c.row + c.rowspan <= following]
        if not all(self._is_label(c) for c in heads):
            return None
        values = [self._at.get((following, c.col)) for c in heads]
        if any(v is None or v.colspan != c.colspan for v, c in zip(values, heads, strict=True)):
            return None
        if any(self._is_label(c) for c in self._rows[following]):
            return None
        return self._at[following, cell.col]

    def _choice(self, cell: Cell) -> str:
        """A choice, whose boxes may stand in cells of their own, side by side or one below the other."""
        parts = [c.text for row in range(cell.row, cell.row + cell.rowspan) for c in self._behind(cell, row)]
        if not any(has_mark(text) for text in parts[1:]):
            return " ".join(self._value(cell).splitlines())
        own = any(is_mark(text) for text in parts)
        return "  ".join(" ".join(text.splitlines()) or ("□" if own else "") for text in parts)

    def _behind(self, cell: Cell, row: int) -> Iterator[Cell]:
        """The cells of a row behind a label, up to the next one."""
        for other in sorted(self._rows.get(row, []), key=lambda c: c.col):
            if other.col < cell.col + cell.colspan:
                continue
            if self._is_label(other):
                return
            yield other
