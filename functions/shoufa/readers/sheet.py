"""Spreadsheets: .xlsx, .xls, .et and .ods through calamine.

Values as a reader of the sheet would see them. Hidden sheets are left out (a form keeps its lists of choices
there); hidden and filtered rows and columns stay, for what a filter hides was still submitted.
"""

import datetime as dt
import io
import re
from dataclasses import dataclass, field
from typing import Any

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.facts import Cell, Table
from shoufa.readers import ole, sheet_biff, sheet_extent
from shoufa.readers.tables import as_text

LONG = 4_000
"""Cells past which a sheet without spans is kept as rows of text."""
MAX_CELLS = 2_000_000
"""Places of one sheet's used area past which its empty rows and columns are closed up."""
MAX_FILLED = 2_000_000
"""Filled cells past which a sheet is refused: a real list has a few thousand."""
MAX_MERGED = 2_000_000
"""Places that all merged ranges of a sheet may cover; those past it stay as they are."""
_OLE = b"\xd0\xcf\x11\xe0"


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
    if container == "excel-xml":
        from shoufa.readers import sheet_2003

        return sheet_2003.read_sheet_xml(data)
    active: list[str] = []
    charset = ""
    if data.startswith(_OLE):
        data, active, charset = _binary(data)
    elif container == "xlsx":
        data = sheet_extent.closed_up(data)
        active = _active_package(data)
    elif container == "ods":
        data, active = sheet_extent.repeats_bounded(data)
    tables = [_recoded(t, charset) if charset else t for t in _tables(data)]
    return Workbook([t for t in tables if t.cells or t.grid], active)


def _tables(data: bytes) -> list[Table]:
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(io.BytesIO(data))
        shown = [
            m.name
            for m in book.sheets_metadata
            if m.visible == calamine.SheetVisibleEnum.Visible and m.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        return [_table(book.get_sheet_by_name(name)) for name in shown or book.sheet_names]
    except calamine.PasswordError as err:
        raise Unreadable(UnreadableCode.ENCRYPTED, "workbook under a password") from err
    except (calamine.CalamineError, OSError, ValueError) as err:
        raise Unreadable(UnreadableCode.UNREADABLE, f"broken workbook: {err}"[:200]) from err
    except BaseException as err:
        if type(err).__name__ != "PanicException":  # a Rust panic; its class cannot be imported
            raise
        raise Unreadable(UnreadableCode.UNREADABLE, "workbook breaks its reader") from err


def _recoded(table: Table, charset: str) -> Table:
    cells = (c.model_copy(update={"text": sheet_biff.recoded(c.text, charset)}) for c in table.cells)
    grid = (tuple(sheet_biff.recoded(text, charset) for text in row) for row in table.grid)
    return Table(cells=tuple(cells), grid=tuple(grid), name=sheet_biff.recoded(table.name, charset))


def _binary(data: bytes) -> tuple[bytes, list[str], str]:
    """A binary workbook, its default password undone, what is active in it, and the charset of Excel 95."""
    charset = ""
    found = ole.streams(data, ("Workbook", "Book"))
    active = ole.active(data)
    for name, stream in found.items():
        plain = sheet_biff.deciphered(stream) if sheet_biff.is_encrypted(stream) else stream
        plain, charset = sheet_biff.single_bytes(plain)
        if plain != stream:
            data = ole.replaced(data, name, plain)
        active += sheet_biff.active(plain)
    return data, list(dict.fromkeys(active)), charset


def _active_package(data: bytes) -> list[str]:
    from shoufa.readers import office_active
    from shoufa.readers.package import Package

    return office_active.active(Package(data))


def pictures(data: bytes) -> list[bytes]:
    """Pictures in an .xlsx: what is left of a scan that was pasted into an empty sheet."""
    from shoufa.readers.package import Package

    package = Package(data)
    names = sorted(n for n in package.names if n.startswith("xl/media/"))
    return [picture for n in names if (picture := package.read(n))]


def _table(sheet: Any) -> Table:
    area = sheet.total_height * sheet.total_width
    if area > MAX_CELLS:
        return _closed_up(sheet)
    spans, hidden = _merges(sheet)
    values_of = sheet.to_python(skip_empty_area=False)
    if not spans and area > LONG:
        rows = (tuple([v.strip() if type(v) is str else shown(v) for v in values]) for values in values_of)
        return Table(grid=tuple(rows), name=sheet.name)
    cells = []
    for row, values in enumerate(values_of):
        for col, value in enumerate(values):
            text = shown(value)
            if text and (row, col) not in hidden:
                down, across = spans.get((row, col), (1, 1))
                cells.append(Cell(row=row, col=col, text=text, rowspan=down, colspan=across))
    return Table(cells=tuple(cells), name=sheet.name)


def _closed_up(sheet: Any) -> Table:
    """A sheet with something far out, without its empty rows and columns. Raises Unreadable("too-large")."""
    rows: list[dict[int, str]] = []
    filled = 0
    for values in sheet.iter_rows():
        row = {col: text for col, value in enumerate(values) if value != "" and (text := shown(value))}
        filled += len(row)
        if row:
            rows.append(row)
    columns = sorted({col for row in rows for col in row})
    if filled > MAX_FILLED or len(rows) * len(columns) > 2 * MAX_CELLS:
        raise Unreadable(UnreadableCode.TOO_LARGE, "a sheet of more cells than anyone fills")
    return Table(grid=tuple(tuple(row.get(col, "") for col in columns) for row in rows), name=sheet.name)


def _merges(sheet: Any) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
    """Spans (rows, columns) of merged ranges by their first cell, and the cells they cover."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    hidden: set[tuple[int, int]] = set()
    left = MAX_MERGED
    for (r0, c0), (r1, c1) in sheet.merged_cell_ranges or []:
        area = (r1 - r0 + 1) * (c1 - c0 + 1)
        if area > 10_000 or area > left:
            continue
        left -= area
        spans[r0, c0] = (r1 - r0 + 1, c1 - c0 + 1)
        hidden.update((r, c) for r in range(r0, r1 + 1) for c in range(c0, c1 + 1))
        hidden.discard((r0, c0))
    return spans, hidden


def shown(value: object) -> str:
    """A cell's value as text.

    Whole floats as integers, dates as ISO dates, times without seconds of nothing. Excel keeps 15 digits of
    a number: what a float has beyond them is nobody's, and stands as zeros as Excel shows it.
    """
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and -1e15 < value < 1e15 else number(value)
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    return "" if value is None else str(value).strip()


def number(value: float) -> str:
    """A whole number written out, with 15 digits that count; any other with 12, which hides sums' remains."""
    if value.is_integer() and abs(value) < 1e20:
        if abs(value) < 1e15:
            return str(int(value))
        digits, _, power = f"{value:.14e}".partition("e")
        return digits.replace(".", "") + "0" * (int(power) - 14)
    text = f"{value:.12g}"
    return re.sub(r"e([+-])0*(\d)", r"E\1\2", text) if "e" in text else text
