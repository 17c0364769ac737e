"""Labels of forms and tables: in one form however they are printed, and the usual ones beside a call's own.

A printed label may bear a number (1．项目名称, （一）申报单位), gaps (联 系 人), a remark in brackets (申报单位（盖章）)
and a colon.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from shoufa.domain.call import FieldRule
from shoufa.judging.names import plain

Labels = Mapping[str, tuple[str, ...]]
LABELS: dict[str, tuple[str, ...]] = {
    "name": ("项目名称", "组织名称", "试点名称", "示范项目名称", "试点项目名称", "拟建组织名称"),
    "applicant": ("单位名称", "申报单位", "承担单位", "申报主体", "申请单位", "申报单位名称", "试点承担单位"),
    "credit_code": ("统一社会信用代码", "社会信用代码", "信用代码", "组织机构代码"),
    "recommender": ("推荐单位", "推荐部门", "组织单位", "组织推荐单位"),
    "type_text": ("项目类型", "组织类型", "申报类型", "类型", "试点类型", "申报类别"),
    "contact": ("联系人", "联系人姓名", "项目联系人"),
    "phone": ("联系电话", "电话", "手机", "联系方式", "手机号码", "联系人电话"),
    "email": ("电子邮箱", "邮箱", "电子邮件", "电子信箱", "邮箱地址", "E-mail", "EMAIL"),
    "field_of_work": ("所属领域", "领域", "产业领域", "技术领域", "方向"),
}
ATTRIBUTES = {"field": "field_of_work", "track": "type_text"}
"""Names of a call's fields and columns that are called otherwise here."""
OTHER_LABELS = (
    "单位性质", "单位类型", "单位地址", "单位概况", "单位简介", "企业性质", "企业类型", "企业规模", "企业概况",
    "主管部门", "上级主管部门", "行业主管部门", "邮政编码", "邮编", "传真", "传真号码", "通讯地址", "通信地址",
    "注册地址", "联系地址", "地址", "所在地", "所在地区", "地区", "网址", "法定代表人", "法人代表", "法人",
    "单位负责人", "项目负责人", "负责人", "主要负责人", "职务", "职称", "职务职称", "部门", "所在部门", "处室",
    "科室", "性别", "年龄", "出生年月", "学历", "学位", "专业", "姓名", "身份证号", "身份证号码",
    "邮箱地址", "联系邮箱", "手机号", "移动电话", "办公电话", "固定电话", "注册资本", "注册资金", "注册时间",
    "成立时间", "成立日期", "职工人数", "员工人数", "主营业务", "主要产品", "经营范围", "所属行业", "行业",
    "所属产业", "建设周期", "起止时间", "项目周期", "实施周期", "建设期限", "项目起止时间", "申报日期", "填报日期",
    "填报时间", "申报时间", "填表日期", "填表时间", "编制日期", "日期", "开户银行", "开户行", "银行账号", "账号",
    "备注", "说明", "名称", "参与单位", "合作单位", "支持单位", "成员单位", "牵头单位", "项目概况", "项目简介",
    "推荐理由", "申报单位意见", "推荐单位意见", "审核意见", "项目编号", "填表人", "填报人", "经办人", "审核人",
    "序号", "编号",
)  # fmt: skip
"""Labels beside those that are read, so that a neighbour's label is not taken for a value."""
_REMARK = re.compile(r"[（(][^）)]*[）)]|[（(][^）)]{0,8}$")
_ORDINAL = re.compile(
    r"^[\s*＊★☆※◆]*(?:[（(]?\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*[)）.．、:：·•,，]\s*|\d{1,2}\s*(?=[\u4e00-\u9fa5])"
    r"|[①-⑳⑴-⒇㈠-㈩]\s*)+"
)
SHORTEST_SLIPPED, LONGEST = 4, 20
"""Characters that a label has at least where one of them may be misread, and that any has at most."""


@lru_cache(maxsize=8192)
def label_of(text: str) -> str:
    """A text as a label: without its number, remarks in brackets such as （盖章）, colons and gaps."""
    if len(text) > 3 * LONGEST:
        return plain(text[: 3 * LONGEST])
    label = without_ordinal(text)
    return plain(_REMARK.sub("", label) if "(" in label or "（" in label else label)


def without_ordinal(text: str) -> str:
    """A text without the number before it."""
    number = _ORDINAL.match(text)
    return text[number.end() :] if number else text


class _Key:
    """A call's rules and the usual labels as a key: they last as long as the call, costly to compare."""

    def __init__(self, rules: tuple[FieldRule, ...], usual: Labels) -> None:
        self.rules = rules
        self.usual = usual

    def __hash__(self) -> int:
        return hash((id(self.rules), id(self.usual)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.rules is other.rules and self.usual is other.usual


def _halves(label: str) -> tuple[tuple[int, int, str], ...]:
    """A label's halves with its length: two labels as long that differ in one sign share one of them."""
    size, middle = len(label), len(label) // 2
    return (size, 0, label[:middle]), (size, 1, label[middle:])


class Vocabulary:
    """All labels that a form or a table may bear, in one form, with the fields that each may name.

    `fields` are the names of the fields looked for: the usual ones and the call's own.
    """

    def __init__(self, rules: tuple[FieldRule, ...], usual: Labels) -> None:
        """Join the usual labels with the call's."""
        own = {ATTRIBUTES.get(rule.name, rule.name): rule.labels for rule in rules}
        self.fields = tuple(dict.fromkeys((*usual, *own)))
        names: dict[str, dict[str, None]] = {}
        for field in self.fields:
            for label in (*usual.get(field, ()), *own.get(field, ())):
                names.setdefault(plain(label), {})[field] = None
                names.setdefault(label_of(label), {})[field] = None
        known = {label: tuple(fields) for label, fields in names.items()}
        self._meanings = {**dict.fromkeys(KNOWN_LABELS, ()), **known}
        self._by_half: dict[tuple[int, int, str], list[str]] = {}
        for label in sorted(self._meanings):
            for half in _halves(label):
                self._by_half.setdefault(half, []).append(label)

    def fields_of(self, text: str, *, read: bool = False) -> tuple[str, ...]:
        """The fields that a text may be the label of; `read`: a recogniser read it, one sign may be wrong."""
        return self.meaning(text, read=read) or ()

    def meaning(self, text: str, *, read: bool = False) -> tuple[str, ...] | None:
        """The fields that a label may name, () for a label of what is not looked for, None for no label."""
        label = label_of(text)
        exact = self._meanings.get(label)
        if exact is not None or not read or not SHORTEST_SLIPPED <= len(label) <= LONGEST:
            return exact
        return _by_one_slip(self, label) or None

    def one_slip_from(self, label: str) -> tuple[str, ...]:
        """The fields of the labels of the same length that differ in one sign, where they agree."""
        alike = [x for half in _halves(label) for x in self._by_half.get(half, ())]
        fields = {self._meanings[x] for x in alike if Levenshtein.distance(x, label) == 1}
        return fields.pop() if len(fields) == 1 else ()

    def is_label(self, text: str, *, read: bool = False) -> bool:
        """Whether a text is a label, of whatever field, and so no value."""
        return self.meaning(text, read=read) is not None


KNOWN_LABELS = frozenset(plain(x) for labels in (*LABELS.values(), OTHER_LABELS) for x in labels)
"""Labels of forms in one form."""


@lru_cache(maxsize=4096)
def _by_one_slip(known: Vocabulary, label: str) -> tuple[str, ...]:
    """A paper's values are held against the labels again wherever they are read."""
    return known.one_slip_from(label)


@lru_cache(maxsize=32)
def _vocabulary(key: _Key) -> Vocabulary:
    return Vocabulary(key.rules, key.usual)


def vocabulary(rules: tuple[FieldRule, ...], usual: Labels = LABELS) -> Vocabulary:
    """The labels of a call's fields or columns beside the `usual` ones, made once for a call."""
    return _vocabulary(_Key(rules, usual))
