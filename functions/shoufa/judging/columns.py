"""The header row of a summary table (推荐汇总表): which column holds what, by the usual labels and the call's."""

from collections.abc import Sequence

from shoufa.domain.call import FieldRule
from shoufa.judging.labels import Vocabulary, label_of, vocabulary

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
SERIAL = frozenset({"序号", "编号", "序", "推荐顺序", "排序", "优先级"})
LONGEST_HEAD = 40
"""Characters that a column's head has at most, remarks and gaps included."""
HEADER_WITHIN = 10
"""Rows at a table's top among which its header stands."""
FEWEST = 3
"""Columns that a list of projects has at least: a number, a name, a body."""
TELLING = 4
"""Columns that are known by their labels in the header of a list, where no number stands before its rows."""


def column_labels(rules: tuple[FieldRule, ...]) -> Vocabulary:
    """The labels of a table's columns, the usual ones and the call's."""
    return vocabulary(rules, COLUMNS)


def columns_of(row: Sequence[str], known: Vocabulary, *, read: bool = False) -> dict[str, int]:
    """Which column of a row is the label of what; a column that the call knows beside these counts too."""
    found: dict[str, int] = {}
    for at, text in enumerate(row):
        if not text or len(text) > LONGEST_HEAD:
            continue
        for column in known.fields_of(text, read=read):
            found.setdefault(column, at)
    return found


def is_header(row: Sequence[str], known: Vocabulary, *, read: bool = False) -> bool:
    """Whether a row is a table's header: a project's name and something else."""
    found = columns_of(row, known, read=read)
    return "name" in found and len({at for column, at in found.items() if column in COLUMNS}) > 1


def serial_column(row: Sequence[str]) -> int | None:
    """The column of the rows' numbers."""
    return next((at for at, text in enumerate(row) if label_of(text) in SERIAL), None)


def lists_projects(row: Sequence[str], known: Vocabulary) -> bool:
    """Whether a row heads a list of projects: names and applicants, and numbers or several columns more.

    A form's own table may have its labels in a row too, but it numbers nothing.
    """
    if sum(map(bool, row)) < FEWEST:
        return False
    found = columns_of(row, known)
    if not {"name", "applicant"} <= set(found) or found["name"] == found["applicant"]:
        return False
    return serial_column(row) is not None or len(set(found.values())) > TELLING


def has_list(rows: Sequence[Sequence[str]], known: Vocabulary) -> bool:
    """Whether a table of these rows has the header of a list of projects that has the call's own columns."""
    return any(lists_projects(row, known) for row in rows[:HEADER_WITHIN])
