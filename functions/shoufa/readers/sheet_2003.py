"""Excel's XML spreadsheet of 2002 and 2003 (urn:schemas-microsoft-com:office:spreadsheet).

Reporting systems write it and call it .xls.
"""

from typing import Any

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.facts import Cell, Table
from shoufa.readers.office_active import FORMULA
from shoufa.readers.package import attribute, child, local, parse_xml
from shoufa.readers.sheet import Workbook, number
from shoufa.readers.tables import MAX_SPAN, bounded

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384


def read_sheet_xml(data: bytes) -> Workbook:
    """Read the visible sheets. Raises Unreadable("unreadable" | "too-large")."""
    root = parse_xml(data)
    if local(root) != "Workbook":
        raise Unreadable(UnreadableCode.UNREADABLE, "no workbook in the XML")
    sheets = [e for e in root if local(e) == "Worksheet"]
    shown = [e for e in sheets if not _hidden(e)] or sheets
    tables = [_table(e) for e in shown]
    calls = any(FORMULA.match(attribute(c, "Formula") or "") for c in root.iter("{*}Cell"))
    return Workbook([t for t in tables if t.cells], ["dde"] if calls else [])


def _hidden(sheet: Any) -> bool:
    options = child(sheet, "WorksheetOptions")
    state = None if options is None else child(options, "Visible")
    return state is not None and (state.text or "").startswith("SheetHidden")


def _table(sheet: Any) -> Table:
    name = attribute(sheet, "Name") or ""
    table = child(sheet, "Table")
    cells: list[Cell] = []
    row = 0
    for item in table if table is not None else ():
        if local(item) == "Row":
            row = min(MAX_ROW, _count(item, "Index", row + 1) - 1)
            cells.extend(_cells(item, row))
            row += 1
    return bounded(Table(cells=tuple(cells), name=name))


def _cells(item: Any, row: int) -> list[Cell]:
    found = []
    col = 0
    for cell in item:
        if local(cell) != "Cell":
            continue
        col = min(MAX_COLUMN, _count(cell, "Index", col + 1) - 1)
        across, down = (min(MAX_SPAN, 1 + _count(cell, f"Merge{way}", 0)) for way in ("Across", "Down"))
        text = _shown(child(cell, "Data"))
        if text:
            found.append(Cell(row=row, col=col, text=text, rowspan=down, colspan=across))
        col += across
    return found


def _shown(data: Any) -> str:
    """A cell's value; rich text is HTML inside it."""
    if data is None:
        return ""
    text = "".join(data.itertext()).strip()
    kind = attribute(data, "Type") or "String"
    if kind == "Number":
        try:
            return number(float(text))
        except (ValueError, OverflowError):
            return text
    if kind == "Boolean":
        return "TRUE" if text == "1" else "FALSE"
    return text.removesuffix("T00:00:00.000") if kind == "DateTime" else text


def _count(item: Any, name: str, default: int) -> int:
    value = attribute(item, name) or ""
    return int(value[:9]) if value.isascii() and value.isdigit() else default
