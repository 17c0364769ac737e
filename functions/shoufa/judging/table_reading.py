"""Reading a summary table (推荐汇总表): its header row, its rows, the section they stand in, the recommender."""

import re

from shoufa.domain import credit_code
from shoufa.domain.call import FieldRule
from shoufa.domain.facts import Page, Table
from shoufa.judging.document import Row, TableReading
from shoufa.judging.fields import clean, label_of, labels_of
from shoufa.judging.names import is_organisation, plain
from shoufa.judging.starts import TABLE_TITLE, head_lines

COLUMNS: dict[str, tuple[str, ...]] = {
    "name": (
        "项目名称",
        "组织名称",
        "试点名称",
        "示范项目名称",
        "试点示范项目名称",
        "申报项目名称",
        "试点项目名称",
    ),
    "applicant": (
        "申报单位",
        "承担单位",
        "申报主体",
        "单位名称",
        "试点单位",
        "承担单位名称",
        "申报单位名称",
        "申请单位",
    ),
    "type_text": ("项目类型", "类型", "项目类别", "类别", "组织类型", "申报类型", "申报类别"),
    "credit_code": ("统一社会信用代码", "信用代码", "社会信用代码"),
    "contact": ("联系人", "联系人姓名", "项目联系人"),
    "phone": ("联系电话", "手机", "电话", "联系方式", "联系人电话", "手机号码"),
    "field_of_work": ("所属领域", "领域", "产业领域", "方向", "技术领域", "所属产业领域"),
}
_TOTALS = re.compile(r"^(合计|总计|小计|共计|共\d+)")
_RECOMMENDER = re.compile(
    r"(?:推荐单位|推荐部门|组织单位|填报单位)\s*(?:[（(][^）)]*[）)])?\s*[:：]\s*([^\s:：|]+)"
)
Labels = dict[str, tuple[str, ...]]
HEAD = 40
"""Rows at the top of a table where the recommender is looked for."""
EXPECTED = ("name", "applicant")


def read_table(
    pages: tuple[Page, ...], tables: tuple[Table, ...], rules: tuple[FieldRule, ...] = ()
) -> TableReading:
    """The rows of all tables that have a header row; a table that goes on over pages keeps its header."""
    known = labels_of(rules, COLUMNS)
    rows: list[Row] = []
    header: dict[str, int] = {}
    for table in tables:
        grid = filled(table)
        at = next((i for i, row in enumerate(grid[:10]) if _is_header(row, known)), None)
        if at is not None:
            header = _columns(grid[at], known)
        if header:
            rows += _rows(grid[at + 1 if at is not None else 0 :], header, known)
    text = "\n".join(p.text for p in pages)
    return TableReading(
        rows=tuple(rows),
        recommender=_recommender(text, tables),
        title=next((line for p in pages[:1] for line in head_lines(p, 4) if TABLE_TITLE.search(line)), ""),
        understood=bool(header),
        missing=tuple(c for c in EXPECTED if c not in header) if header else (),
    )


def filled(table: Table) -> list[list[str]]:
    """The grid with every cell's text in each row that it spans; columns are not repeated."""
    grid = table.rows()
    for cell in table.cells:
        for row in range(cell.row + 1, min(cell.row + cell.rowspan, len(grid))):
            grid[row][cell.col] = cell.text
    return grid


def _is_header(row: list[str], known: Labels) -> bool:
    found = _columns(row, known)
    return "name" in found and len(found) >= 2


def _columns(row: list[str], known: Labels) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, text in enumerate(row):
        label = label_of(clean(text))
        for column, labels in known.items():
            if column not in found and label in {plain(one) for one in labels}:
                found[column] = at
    return found


def _rows(grid: list[list[str]], header: dict[str, int], known: Labels) -> list[Row]:
    rows: list[Row] = []
    section = ""
    for line in grid:
        written = [clean(c) for c in line if clean(c)]
        if len(written) == 1 and not written[0].isdigit():
            section = written[0]
            continue
        row = _row(line, header, section)
        if row is not None and not _is_header(line, known):
            rows.append(row)
    return rows


def _row(line: list[str], header: dict[str, int], section: str) -> Row | None:
    value = {c: clean(line[at]) if at < len(line) else "" for c, at in header.items()}
    name = value.get("name", "")
    if not name or _TOTALS.match(name) or (line and _TOTALS.match(clean(line[0]))):
        return None
    code = value.get("credit_code", "")
    found = credit_code.find(code)
    value["credit_code"] = found[0] if found else plain(code)
    value["type_text"] = value.get("type_text") or section
    return Row(**value)


def _recommender(text: str, tables: tuple[Table, ...]) -> str:
    for candidate in (text, *(text for t in tables for row in t.rows()[:HEAD] for text in row)):
        found = _RECOMMENDER.search(candidate)
        if found and is_organisation(found.group(1)):
            return clean(found.group(1))
    return ""
