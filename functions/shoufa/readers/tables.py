"""Tables as text, and rows with spans as a grid: shared by the readers of editable documents."""

from dataclasses import dataclass

from shoufa.domain.facts import Cell, Table

MAX_SPAN = 512


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


def laid(rows: list[list[Span]], name: str = "") -> Table:
    """Rows of spans as a grid, each cell in the first free column (HTML's table model, HTML 4.01 §11.2)."""
    cells: list[Cell] = []
    blocked: dict[int, int] = {}
    for number, row in enumerate(rows):
        col = 0
        for span in row:
            while blocked.get(col, 0) > number:
                col += 1
            across, down = (max(1, min(MAX_SPAN, n)) for n in (span.colspan, span.rowspan))
            cells.append(Cell(row=number, col=col, text=span.text, rowspan=down, colspan=across))
            blocked.update(dict.fromkeys(range(col, col + across), number + down))
            col += across
    return Table(cells=tuple(cells), name=name)


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
        return min(range(len(edges)), key=lambda i: abs(edges[i] - edge))

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
    return Table(cells=tuple(cells))


def _wider(cell: Cell, end: int, text: str) -> Cell:
    joined = f"{cell.text}\n{text}".strip()
    return cell.model_copy(update={"colspan": max(1, end - cell.col), "text": joined})


def _taller(cell: Cell, row: int, text: str) -> Cell:
    joined = f"{cell.text}\n{text}".strip()
    return cell.model_copy(update={"rowspan": row - cell.row + 1, "text": joined})
