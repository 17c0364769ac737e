"""A document's content as blocks, so that its Word version and its paper say the same."""

from typing import NamedTuple


class Cell(NamedTuple):
    """One cell: text (lines apart by a line feed), columns it spans, and whose seal is pressed on it."""

    text: str
    span: int = 1
    seal: str = ""


class Block(NamedTuple):
    """One block of content.

    `kind` is head (a red letterhead), title, centre, line, para, right, table, rule, gap or page.

    `seal` names whose seal belongs on it. A table has the `widths` of its columns and the least `height` of
    its rows. Lengths are millimetres.
    """

    kind: str
    text: str = ""
    size: float = 5.6
    rows: tuple[tuple[Cell, ...], ...] = ()
    widths: tuple[float, ...] = ()
    height: float = 9.0
    seal: str = ""


def table(rows: list[list[str | Cell]], widths: list[float], height: float = 9.0, size: float = 4.2) -> Block:
    """A ruled table; plain texts become cells."""
    cells = tuple(tuple(c if isinstance(c, Cell) else Cell(c) for c in row) for row in rows)
    return Block("table", size=size, rows=cells, widths=tuple(widths), height=height)
