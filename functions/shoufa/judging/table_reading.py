"""Reading a summary table (推荐汇总表): its header row, its rows, the section they stand in, the recommender."""

import re
from dataclasses import dataclass, replace
from typing import Any

from shoufa.domain import credit_code
from shoufa.domain.call import FieldRule
from shoufa.domain.facts import Page, Table
from shoufa.judging.columns import COLUMNS, HEADER_WITHIN, column_labels, columns_of, is_header, serial_column
from shoufa.judging.document import Row, TableReading
from shoufa.judging.fields import clean
from shoufa.judging.labels import Vocabulary
from shoufa.judging.names import is_organisation, plain
from shoufa.judging.starts import TABLE_TITLE, head_lines

_NUMBER = re.compile(r"^\W*(?:\d{1,3}|[一二三四五六七八九十]{1,3})\W*$")
_TOTALS = re.compile(r"^(合计|总计|小计|共计|累计|共\d+|共[一二三四五六七八九十]+[个项])")
_FOOT = re.compile(
    r"^(填表人|填报人|制表人?|经办人|审核人?|负责人|联系人|联系电话|填表日期|填报日期|注|备注|说明|推荐单位)[:：(（]"
)
_RECOMMENDER = re.compile(
    r"(?:推荐单位|推荐部门|组织单位|填报单位)\s*(?:[（(][^）)]*[）)])?\s*[:：]\s*([^\s:：|]+)"
)
HEAD = 40
"""Rows at the top of a table where the recommender is looked for."""
EXPECTED = ("name", "applicant")


@dataclass(frozen=True)
class Header:
    """A table's header: the place of each column, of the rows' numbers (None: it has none), and its width."""

    columns: dict[str, int]
    serial: int | None
    width: int

    @classmethod
    def of(cls, line: list[str], known: Vocabulary, above: "Header | None", *, read: bool) -> "Header":
        """The header in a row; the row `above` it groups columns (申报主体 above 单位名称) and speaks less."""
        found = columns_of(line, known, read=read)
        columns = {**(above.columns if above else {}), **{c: at for c, at in found.items() if c in COLUMNS}}
        serial = serial_column(line)
        return cls(columns, above.serial if above and serial is None else serial, len(line))

    def heads(self, grid: list[list[str]]) -> bool:
        """Whether a table without a header goes on with this one's rows: as wide, with numbers or bodies."""
        width = max((len(row) for row in grid), default=0)
        if abs(width - self.width) > 1 or width <= self.columns["name"]:
            return False
        at, who = self.serial, self.columns.get("applicant")
        numbered = at is None or any(at < len(row) and _NUMBER.search(row[at]) for row in grid)
        return numbered or any(
            who is not None and who < len(row) and is_organisation(row[who]) for row in grid
        )


def read_table(
    pages: tuple[Page, ...], tables: tuple[Table, ...], rules: tuple[FieldRule, ...] = ()
) -> TableReading:
    """The rows of all tables that have a header row; a table that goes on over pages keeps its header."""
    known = column_labels(rules)
    read = any(p.scanned for p in pages)
    rows: list[Row] = []
    header: Header | None = None
    before, section = 0, ""
    for table in tables:
        grid = filled(table)
        at = next((i for i, row in enumerate(grid[:HEADER_WITHIN]) if is_header(row, known, read=read)), None)
        if at is None and (header is None or not header.heads(grid)):
            continue
        body = grid[at or 0 :]
        goes_on = table.page > before > 0
        if header is not None and rows and goes_on:
            rows[-1], body = _broken_row(rows[-1], body, header, known)
        section = section if goes_on else _section_above(grid[: at or 0])
        header, section, more = _rows(body, header, section, known, read=read)
        rows += more
        before = table.page
    text = "\n".join(p.text for p in pages)
    return TableReading(
        rows=tuple(rows),
        recommender=_recommender(text, tables),
        title=next((line for p in pages[:1] for line in head_lines(p, 4) if TABLE_TITLE.search(line)), ""),
        understood=header is not None,
        missing=tuple(c for c in EXPECTED if c not in header.columns) if header else (),
    )


def _broken_row(
    last: Row, body: list[list[str]], header: Header, known: Vocabulary
) -> tuple[Row, list[list[str]]]:
    """A row that the page's end broke: what stands above the next row's number belongs to the row before."""
    first = next((i for i, row in enumerate(body) if not is_header(row, known)), None)
    if first is None:
        return last, body
    line = [clean(c) for c in body[first]]
    written = [c for c in line if c]
    serial = header.serial
    if serial is None or serial >= len(line) or line[serial] or not written:
        return last, body
    value = {c: line[at] for c, at in header.columns.items() if at < len(line) and line[at]}
    if not value or _is_total(line) or _section_like(written) or _whole(value):
        return last, body
    joined: dict[str, Any] = {c: str(getattr(last, c)) + text for c, text in value.items()}
    if "credit_code" in joined:
        codes = credit_code.find(joined["credit_code"])
        joined["credit_code"] = codes[0] if codes else plain(joined["credit_code"])
    return replace(last, **joined), body[:first] + body[first + 1 :]


def _whole(value: dict[str, str]) -> bool:
    """Whether a line without a number is a row of its own: it has a body's whole name and a code."""
    coded = bool(credit_code.find(value.get("credit_code", "")))
    return coded and is_organisation(value.get("applicant", ""))


def _section_like(written: list[str]) -> bool:
    """Whether a lone cell names a section (一、试点项目) and not the rest of a name."""
    short = len(written[0]) <= 12 and written[0].endswith(("项目", "类"))
    return len(written) == 1 and (
        short or bool(re.match(r"^[（(]?[一二三四五六七八九十][、.．)）]", written[0]))
    )


def _is_total(line: list[str]) -> bool:
    """Whether a row counts the others, or stands below the table and names who filled it in."""
    written = [c for c in line if c]
    return any(_TOTALS.match(plain(c)) or _FOOT.match(c) for c in written[:2])


def filled(table: Table) -> list[list[str]]:
    """The grid with every cell's text in each row that it spans; columns are not repeated."""
    grid = table.rows()
    for cell in table.cells:
        for row in range(cell.row + 1, min(cell.row + cell.rowspan, len(grid))):
            grid[row][cell.col] = cell.text
    return grid


def _section_above(rows: list[list[str]]) -> str:
    """The section that a heading right above a header opens; a table's title is none."""
    written = [c for c in map(clean, rows[-1] if rows else ()) if c]
    named = len(written) == 1 and _section_like(written) and not TABLE_TITLE.search(written[0])
    return written[0] if named else ""


def _rows(
    grid: list[list[str]], header: Header | None, section: str, known: Vocabulary, *, read: bool
) -> tuple[Header | None, str, list[Row]]:
    """The last header, the last section and the rows: a sheet may hold several tables."""
    rows: list[Row] = []
    headed = False
    for line in grid:
        if is_header(line, known, read=read):
            header = Header.of(line, known, above=header if headed else None, read=read)
            headed = True
            continue
        headed = False
        written = [c for c in map(clean, line) if c]
        if len(written) == 1 and not written[0].isdigit():
            section = written[0]
        elif header is not None and (row := _row(line, header.columns, section)) is not None:
            rows.append(row)
    return header, section, rows


def _row(line: list[str], header: dict[str, int], section: str) -> Row | None:
    value: dict[str, Any] = {c: clean(line[at]) if at < len(line) else "" for c, at in header.items()}
    name = value.get("name", "")
    if not name or _is_total([clean(c) for c in line]) or _TOTALS.match(plain(name)) or _FOOT.match(name):
        return None
    code = value.get("credit_code", "")
    found = credit_code.find(code)
    value["credit_code"] = found[0] if found else plain(code)
    value["type_text"] = value.get("type_text") or section
    return Row(**value)


def _recommender(text: str, tables: tuple[Table, ...]) -> str:
    for candidate in (text, *(text for t in tables for row in t.rows()[:HEAD] for text in row)):
        found = _RECOMMENDER.search(candidate)
        name = clean(found.group(1)) if found else ""
        if is_organisation(name):
            return name
    return ""
