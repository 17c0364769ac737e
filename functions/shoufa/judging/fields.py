"""Reading an application form: label and value, in a table, on a line, or side by side on a scanned page."""

import re
from collections.abc import Iterator

from shoufa.domain import credit_code
from shoufa.domain.call import FieldRule
from shoufa.domain.facts import Cell, Line, Page, Table
from shoufa.judging.document import Fields
from shoufa.judging.names import plain
from shoufa.judging.starts import form_title

LABELS: dict[str, tuple[str, ...]] = {
    "name": ("项目名称", "组织名称", "试点名称", "示范项目名称", "试点项目名称", "拟建组织名称"),
    "applicant": ("单位名称", "申报单位", "承担单位", "申报主体", "申请单位", "申报单位名称", "试点承担单位"),
    "credit_code": ("统一社会信用代码", "社会信用代码", "信用代码", "组织机构代码"),
    "recommender": ("推荐单位", "推荐部门", "组织单位"),
    "type_text": ("项目类型", "组织类型", "申报类型", "类型", "试点类型", "申报类别"),
    "contact": ("联系人", "联系人姓名", "项目联系人"),
    "phone": ("联系电话", "电话", "手机", "联系方式", "手机号码", "联系人电话"),
    "email": ("电子邮箱", "邮箱", "电子邮件", "E-mail", "EMAIL"),
    "field_of_work": ("所属领域", "领域", "产业领域", "技术领域", "方向"),
}
ATTRIBUTES = {"field": "field_of_work", "track": "type_text"}
"""Names of a call's fields and columns that are called otherwise here."""
LONGEST_FORM = 500
"""Rows of a sheet past which it is no form."""
_CHECKED = "☑☒✓√■●▣✔🗹✅☒"
_UNCHECKED = "□☐○◻▢❏"
_LOOKS_UNCHECKED = "口囗曰日"
_LOOKS_CHECKED = "区团回四图凶因园图V√✓"
_STRIP = re.compile(r"^[\s_＿:：]+|[\s_＿]+$")


def labels_of(rules: tuple[FieldRule, ...], usual: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The usual labels of each field and those that the call gives it."""
    named = {ATTRIBUTES.get(rule.name, rule.name): rule.labels for rule in rules}
    return {key: (*labels, *named.get(key, ())) for key, labels in usual.items()}


def read_fields(
    pages: tuple[Page, ...], tables: tuple[Table, ...], rules: tuple[FieldRule, ...] = ()
) -> Fields:
    """What an application form says of itself.

    `rules` are the call's fields with the labels they may carry.
    """
    labelled = labels_of(rules, LABELS)
    found = {key: _first(pages, tables, labels) for key, labels in labelled.items()}
    code_text = found.pop("credit_code")
    title = next((t for t in (form_title(p) for p in pages[:3]) if t), "")
    codes = credit_code.find(code_text) or credit_code.find("\n".join(p.text for p in pages))
    return Fields(
        title=title,
        credit_code=codes[0] if codes else plain(code_text)[:18],
        code_text=code_text,
        ticked=ticked(found["type_text"]),
        **found,
    )


def _first(pages: tuple[Page, ...], tables: tuple[Table, ...], labels: tuple[str, ...]) -> str:
    for values in (_in_tables(tables, labels), _on_lines(pages, labels), _side_by_side(pages, labels)):
        for value in values:
            if value:
                return value
    return ""


def label_of(text: str) -> str:
    """A cell's text as a label: without brackets' content such as （盖章）, colons and spaces."""
    return plain(re.sub(r"[（(][^）)]*[）)]", "", text))


def clean(value: str) -> str:
    """A value without fill-in rules and the line breaks of a narrow cell."""
    lines = [_STRIP.sub("", line) for line in value.splitlines()]
    return "".join(line for line in lines if line)


def _in_tables(tables: tuple[Table, ...], labels: tuple[str, ...]) -> Iterator[str]:
    wanted = {plain(label) for label in labels}
    for table in tables:
        if len(table.grid) > LONGEST_FORM:
            continue
        at = {(c.row, c.col): c for c in table.every()}
        for cell in at.values():
            if label_of(cell.text) in wanted:
                right = _right_of(cell, at)
                if right is not None and label_of(right.text) not in _ALL_LABELS:
                    yield clean(right.text)


def _right_of(cell: Cell, at: dict[tuple[int, int], Cell]) -> Cell | None:
    for step in range(1, 4):
        right = at.get((cell.row, cell.col + cell.colspan + step - 1))
        if right is not None:
            return right
    return None


def _on_lines(pages: tuple[Page, ...], labels: tuple[str, ...]) -> Iterator[str]:
    names = "|".join(sorted((_spaced(label) for label in labels), key=len, reverse=True))
    pattern = re.compile(rf"(?:^|[\s|])(?:{names})\s*(?:[（(][^）)]{{0,8}}[）)])?\s*[:：]\s*([^\n|]+)")
    for page in pages:
        for line in page.text.splitlines():
            for found in pattern.finditer(line):
                yield _until_next_label(found.group(1))


def _spaced(label: str) -> str:
    """A label whose characters may stand apart (联 系 人)."""
    return r"\s*".join(re.escape(c) for c in label)


def _until_next_label(value: str) -> str:
    """Cut a value where the next `label：` begins on the same line."""
    cut = re.split(r"\s+[\u4e00-\u9fa5]{2,8}(?:（[^）]*）)?[:：]", value, maxsplit=1)[0]
    return clean(cut)


def _side_by_side(pages: tuple[Page, ...], labels: tuple[str, ...]) -> Iterator[str]:
    wanted = {plain(label) for label in labels}
    for page in pages:
        for line in page.lines:
            if label_of(line.text) in wanted:
                right = _nearest_right(line, page.lines)
                if right is not None and label_of(right.text) not in _ALL_LABELS:
                    yield clean(right.text)


def _nearest_right(label: Line, lines: tuple[Line, ...]) -> Line | None:
    """The nearest line to the right whose middle lies in the label's height."""
    top, bottom = label.box[1], label.box[3]
    level = [
        o for o in lines if o.box[0] >= label.box[2] - 0.005 and top <= (o.box[1] + o.box[3]) / 2 <= bottom
    ]
    return min(level, key=lambda o: o.box[0], default=None)


def ticked(text: str) -> tuple[str, ...]:
    """The words beside ticked boxes in a choice such as `□试点 ☑示范`; all of it where there are no boxes.

    Recognised pages lose ticked boxes or show other signs for them: an empty box becomes 口 or 囗, a ticked
    one 区, 回, 团 … or nothing. Where an empty box was read beside a choice without any box, that choice is
    the ticked one.
    """
    boxes = _CHECKED + _UNCHECKED
    if not any(c in text for c in boxes):
        return _ticked_by_looks(text)
    parts = re.findall(rf"([{boxes}])\s*([^{boxes}]*)", text)
    marked = tuple(w for mark, words in parts if mark in _CHECKED and (w := plain(words)))
    return marked or _without_box(text)


def _without_box(text: str) -> tuple[str, ...]:
    """The one choice that has no box, among others that have an empty one; () where it is not one alone."""
    choices = re.findall(rf"[{_UNCHECKED}]?\s*[^\s{_UNCHECKED}]+", text)
    bare = [plain(c) for c in choices if not any(b in c for b in _UNCHECKED)]
    return (bare[0],) if len(bare) == 1 and len(choices) > 1 else ()


def _ticked_by_looks(text: str) -> tuple[str, ...]:
    flat = re.sub(r"\s+", " ", text).strip()
    looks = _LOOKS_CHECKED + _LOOKS_UNCHECKED
    parts = re.findall(rf"(?:^|(?<=\s)|(?<=[\u4e00-\u9fa5]))([{looks}])\s*([^\s{looks}]+)", flat)
    if not parts or flat[:1] not in looks:
        return (plain(flat),) if flat else ()
    return tuple(plain(words) for mark, words in parts if mark in _LOOKS_CHECKED)


_ALL_LABELS = frozenset(
    plain(label)
    for labels in (
        *LABELS.values(),
        ("单位性质", "邮政编码", "法定代表人", "项目负责人", "注册地址", "通讯地址", "建设周期", "传真"),
    )
    for label in labels
)
