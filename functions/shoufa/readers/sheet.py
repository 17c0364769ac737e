"""Spreadsheets: .xlsx, .xls, .et and .ods through calamine.

Values as a reader of the sheet would see them.
"""

import datetime as dt
import io
from dataclasses import dataclass, field
from typing import Any

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.facts import Cell, Table
from shoufa.readers import ole
from shoufa.readers.tables import as_text

LONG = 4_000
"""Cells past which a sheet without spans is kept as rows of text."""
MAX_CELLS = 2_000_000
"""Cells of one sheet's used area past which the sheet is refused: a real list has a few thousand."""


@dataclass
class Workbook:
    """Visible sheets as tables, in order."""

    tables: list[Table] = field(default_factory=list)
    active: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Each sheet's name and rows."""
        return "\n".join(f"{t.name}\n{as_text(t)}" for t in self.tables)


def read_workbook(data: bytes, container: str) -> Workbook:
    """Read a workbook. Raises Unreadable("unreadable" | "encrypted" | "too-large")."""
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(io.BytesIO(data))
        shown = [
            m.name
            for m in book.sheets_metadata
            if m.visible == calamine.SheetVisibleEnum.Visible and m.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        tables = [_table(book.get_sheet_by_name(name)) for name in shown or book.sheet_names]
    except calamine.PasswordError as err:
        raise Unreadable(UnreadableCode.ENCRYPTED, "workbook under a password") from err
    except (calamine.CalamineError, OSError, ValueError) as err:
        raise Unreadable(UnreadableCode.UNREADABLE, f"broken workbook: {err}"[:200]) from err
    except BaseException as err:
        if type(err).__name__ != "PanicException":  # a Rust panic; its class cannot be imported
            raise
        raise Unreadable(UnreadableCode.UNREADABLE, "workbook breaks its reader") from err
    return Workbook([t for t in tables if t.cells or t.grid], active(data, container))


def active(data: bytes, container: str) -> list[str]:
    """Macros and remote content of a workbook."""
    if container == "xlsx":
        from shoufa.readers import word
        from shoufa.readers.package import Package

        return word.active(Package(data))
    return ["macro"] if container in {"xls", "et"} and ole.has_macros(data) else []


def pictures(data: bytes) -> list[bytes]:
    """Pictures in an .xlsx: what is left of a scan that was pasted into an empty sheet."""
    from shoufa.readers.package import Package

    package = Package(data)
    names = sorted(n for n in package.names if n.startswith("xl/media/"))
    return [picture for n in names if (picture := package.read(n))]


def _table(sheet: Any) -> Table:
    if sheet.total_height * sheet.total_width > MAX_CELLS:
        raise Unreadable(UnreadableCode.TOO_LARGE, "a sheet of more cells than anyone fills")
    spans, hidden = _merges(sheet)
    values_of = sheet.to_python(skip_empty_area=False)
    if not spans and sheet.total_height * sheet.total_width > LONG:
        return Table(grid=tuple(tuple(map(shown, values)) for values in values_of), name=sheet.name)
    cells = []
    for row, values in enumerate(values_of):
        for col, value in enumerate(values):
            text = shown(value)
            if text and (row, col) not in hidden:
                down, across = spans.get((row, col), (1, 1))
                cells.append(Cell(row=row, col=col, text=text, rowspan=down, colspan=across))
    return Table(cells=tuple(cells), name=sheet.name)


def _merges(sheet: Any) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
    """Spans (rows, columns) of merged ranges by their first cell, and the cells they cover."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    hidden: set[tuple[int, int]] = set()
    for (r0, c0), (r1, c1) in sheet.merged_cell_ranges or []:
        if (r1 - r0 + 1) * (c1 - c0 + 1) > 10_000:
            continue
        spans[r0, c0] = (r1 - r0 + 1, c1 - c0 + 1)
        hidden.update((r, c) for r in range(r0, r1 + 1) for c in range(c0, c1 + 1))
        hidden.discard((r0, c0))
    return spans, hidden


def shown(value: object) -> str:
    """A cell's value as text.

    Whole floats as integers, dates as ISO dates, times without seconds of nothing.
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e20 else f"{value:.10g}"
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    return "" if value is None else str(value).strip()
