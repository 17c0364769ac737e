"""Tables as text, and rows with spans as a grid: shared by the readers of editable documents."""

import bisect
from dataclasses import dataclass

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.facts import Cell, Table

MAX_SPAN = 512
"""Columns of a table past which its cells are left out, and rows that one cell may cover."""
MAX_AREA = 4_000_000
"""Places of a table's grid past which it is refused: whoever lays it out would pay for each."""


@dataclass(frozen=True)
class Span:
    """One cell as its row lists it: text, and how many columns and rows it covers."""

    text: str
    colspan: int = 1
    rowspan: int = 1


def as_text(table: Table) -> str:
    """A table as lines of `a | b | c`: each cell once, in the row where it begins."""
    if table.grid:
        return "\n".join(" | ".join(text for text in row if text) for row in table.grid)
    rows: dict[int, list[str]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell.text)
    return "\n".join(" | ".join(row) for _, row in sorted(rows.items()))


def bounded(table: Table) -> Table:
    """The same table. Raises Unreadable("too-large") for one whose grid has more than MAX_AREA places."""
    height = max((c.row + 1 for c in table.cells), default=0)
    width = max((c.col + 1 for c in table.cells), default=0)
    if height * width > MAX_AREA:
        raise Unreadable(UnreadableCode.TOO_LARGE, "a table of more places than anyone fills")
    return table


def laid(rows: list[list[Span]], name: str = "") -> Table:
    """Rows of spans as a grid, each cell in the first free column (HTML's table model, HTML 4.01 §11.2).

    The work is bounded: MAX_SPAN columns, and spans only while they cover no more than MAX_AREA together.
    """
    cells: list[Cell] = []
    blocked: dict[int, int] = {}
    left = MAX_AREA
    for number, row in enumerate(rows):
        col = 0
        for span in row:
            while blocked.get(col, 0) > number:
                col += 1
            if col >= MAX_SPAN:
                break
            across, down = max(1, min(MAX_SPAN - col, span.colspan)), max(1, min(MAX_SPAN, span.rowspan))
            left -= across * down
            if left < 0:
                across = down = 1
            cells.append(Cell(row=number, col=col, text=span.text, rowspan=down, colspan=across))
            blocked.update(dict.fromkeys(range(col, col + across), number + down))
            col += across
    return bounded(Table(cells=tuple(cells), name=name))


@dataclass(frozen=True)
class RowCell:
    """One cell as word processors of old store it.

    Its right edge in twips, and how it hangs with its neighbours.
    """

    text: str
    left: int
    right: int
    joins_left: bool = False
    joins_above: bool = False


def from_edges(rows: list[list[RowCell]]) -> Table:
    """Rows of cells with edges (twips) as a grid.

    Every distinct edge is a grid line, near ones count as one.
    """
    edges: list[int] = []
    for edge in sorted({e for row in rows for c in row for e in (c.left, c.right)}):
        if not edges or edge - edges[-1] > 30:
            edges.append(edge)

    def line(edge: int) -> int:
        after = bisect.bisect_left(edges, edge)
        return min(range(max(0, after - 1), min(len(edges), after + 1)), key=lambda i: abs(edges[i] - edge))

    cells: list[Cell] = []
    above: dict[int, int] = {}
    for number, row in enumerate(rows):
        for item in row:
            col, end = line(item.left), line(item.right)
            upper = above.get(col)
            if item.joins_left and cells and cells[-1].row == number:
                cells[-1] = _wider(cells[-1], end, item.text)
            elif item.joins_above and upper is not None:
                cells[upper] = _taller(cells[upper], number, item.text)
            else:
                above[col] = len(cells)
                cells.append(Cell(row=number, col=col, text=item.text, colspan=max(1, end - col)))
    return bounded(Table(cells=tuple(cells)))


def _wider(cell: Cell, end: int, text: str) -> Cell:
    joined = f"{cell.text}\n{text}".strip()
    return cell.model_copy(update={"colspan": max(1, end - cell.col), "text": joined})


def _taller(cell: Cell, row: int, text: str) -> Cell:
    joined = f"{cell.text}\n{text}".strip()
    return cell.model_copy(update={"rowspan": row - cell.row + 1, "text": joined})
