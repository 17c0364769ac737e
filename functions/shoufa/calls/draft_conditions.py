"""Who is eligible: the clauses that a notice numbers or writes out below a heading about conditions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shoufa.calls.draft_said import sentences

_HEAD = re.compile(r"^(?:[一二三四五六七八九十]{1,3}[、.]|[（(][一二三四五六七八九十]{1,3}[）)])\s*(.{2,30})$")
_ITEM = re.compile(
    r"^(?:[-•]\s*)?(?:[（(]([一二三四五六七八九十\d]{1,2})[）)]|(\d{1,2})\s?[.．、])\s*(.+)$"
)
_CONDITIONS = re.compile(r"条件|申报要求|基本要求|资格")
_WHO = re.compile(r"申报(?:主体|单位|对象|范围)$|推荐对象$|征集对象$")
_OPENS_LIST = re.compile(r"(?:条件|要求)(?:之一)?(?:为|如下)?：$")
_HOW_TO_SEND = re.compile(
    r"邮箱|报送|截止|填写|提交|递交|逾期|一式|电子版|受理|联系|申报时间|汇总后|择优推荐|优先|不占用|负责推荐|推荐项目|^申报主体包括"
)
_DEMANDS = re.compile(r"应|须|具有|具备|不得|未[发受列出]|符合|能够|愿意|需")
_FURTHER = re.compile(r"其中[，,]")
_CONSENT = re.compile(r"(经[^，。；经]{6,60}(?:同意|确认))后")
_PLAIN = re.compile(
    r"^申报(?:主体|单位)(?:为|应|愿意|须)|^应?当?具有[^，。]{2,24}(?:职能|基础|能力|资格|法人)|未(?:出现|发生|受到)|自主知识产权"
)
"""Words that only eligibility clauses use: they tell such a list where a copy lost its heading."""
LEAST_PLAIN = 2
SHORTEST = 8
"""A clause has at least so many characters."""


@dataclass(frozen=True)
class Clause:
    """One condition; `of` are the words before it that may name its track; one of all `either` suffices."""

    text: str
    sentence: str
    either: str = ""
    of: str = ""


def conditions(paragraphs: Sequence[str], tracks: Sequence[str] = ()) -> list[Clause]:
    """The clauses below a heading or a sentence about conditions, each once, in the notice's order.

    A clause whose halves begin with the names of several `tracks` is taken apart.
    """
    found: dict[str, Clause] = {}
    for place, paragraph in enumerate(paragraphs):
        _further(found, paragraph, tracks)
        head = _HEAD.match(paragraph)
        if head and _WHO.search(head[1]):
            below = _clauses(paragraphs[place + 1 :], head[1])
            _add(found, [c for c in below if _FURTHER.search(c.sentence)])
            continue
        if not (_OPENS_LIST.search(paragraph) or (head and _CONDITIONS.search(head[1]))):
            _add(found, _headless(paragraphs, place))
            continue
        either = "one" if "之一" in paragraph else ""
        named = (head[1] if head else paragraph) or ""
        numbered = _clauses(paragraphs[place + 1 :], named, either)
        _add(found, numbered or (_written_out(paragraphs, place) if head else []))
    return [part for clause in found.values() for part in _apart(clause, tracks)]


def _apart(clause: Clause, tracks: Sequence[str]) -> list[Clause]:
    parts = clause.text.split("；")
    if len(parts) < 2 or not all(any(p.startswith(t) for t in tracks) for p in parts):
        return [clause]
    return [Clause(p, clause.sentence, clause.either, p) for p in parts]


def items(paragraphs: Sequence[str]) -> list[tuple[str, str]]:
    """The numbered items that begin right here, up to where the numbering ends or begins anew."""
    found: list[tuple[str, str]] = []
    style = ""
    for paragraph in paragraphs:
        match = _ITEM.match(paragraph)
        own = ("（" if match[1] else "1") if match else ""
        if not match or (style and own != style) or (_HEAD.match(paragraph) and len(paragraph) < 12):
            break
        first = (match[1] or match[2]) in {"一", "1"}
        if first and found:
            break
        style = own
        found.append((match[3], paragraph))
    return found


def _add(found: dict[str, Clause], clauses: Sequence[Clause]) -> None:
    for clause in clauses:
        found.setdefault(clause.text, clause)


def _further(found: dict[str, Clause], paragraph: str, tracks: Sequence[str]) -> None:
    """What single sentences demand: 其中，某项目申报主体为…, 某类应当设置…, 经…同意后."""
    for sentence in sentences([paragraph]):
        item = _ITEM.match(sentence)
        bare = (item[3] if item else sentence).strip("；。")
        own = any(re.match(f"{re.escape(t)}应当?(?:设置|具备|具有|建立)", bare) for t in tracks)
        if own or re.match(r"其中[，,][^，]{2,20}申报(?:主体|单位)(?:应|须|为)", bare):
            _add(found, [Clause(bare, sentence)])
        elif consent := _CONSENT.search(sentence):
            _add(found, [Clause(consent[1], sentence)])


def _headless(paragraphs: Sequence[str], place: int) -> list[Clause]:
    """The clauses of a list right here that has no heading but speaks of nothing but eligibility."""
    match = _ITEM.match(paragraphs[place])
    if not match or (match[1] or match[2]) not in {"一", "1"}:
        return []
    listed = [text for text, _ in items(paragraphs[place:])]
    plain = sum(bool(_PLAIN.search(text)) for text in listed)
    return _clauses(paragraphs[place:], "") if plain >= LEAST_PLAIN and 2 * plain > len(listed) - 1 else []


def _clauses(paragraphs: Sequence[str], named: str, either: str = "") -> list[Clause]:
    """Numbered clauses; headings of further lists and words on how to send are none."""
    return [
        Clause(text.strip("；。"), line, either, named)
        for text, line in items(paragraphs)
        if not _OPENS_LIST.search(line) and len(text) >= SHORTEST and not _HOW_TO_SEND.search(text)
    ]


def _written_out(paragraphs: Sequence[str], place: int) -> list[Clause]:
    """The sentences of the paragraph right below a heading, as far as they demand something."""
    head = _HEAD.match(paragraphs[place])
    below = paragraphs[place + 1 : place + 2]
    if not head or not below or _HEAD.match(below[0]) or _ITEM.match(below[0]):
        return []
    return [
        Clause(s.strip("；。"), s, "", head[1])
        for s in sentences(below)
        if _DEMANDS.search(s) and not s.endswith("：") and not _HOW_TO_SEND.search(s)
    ]
