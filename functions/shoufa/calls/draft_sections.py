"""One notice, several calls: its paragraphs divided into what is common and what belongs to each programme.

A programme begins where an annex begins, by its own line (附件1), by its title in the list of annexes, or, in
copies that lost both, at the first paragraph after the notice's body that names it.
"""

import re
from dataclasses import dataclass, field

from rapidfuzz.fuzz import ratio

from shoufa.calls.draft_text import is_title, squeezed

_ANNEX_LIST = re.compile(r"^(?:[-•]\s*)?附件[:：]\s*(?:1\s*[.．、])?\s*(.+)$")
_ANNEX_NEXT = re.compile(r"^(?:[-•]\s*)?(\d{1,2})\s*[.．、]\s*(.+)$")
_ANNEX_LINE = re.compile(r"^附件\s*([\d一二三四五六七八九十]{0,3})\s*[:：]?\s*$")
_ASKS = re.compile(r"申报|报送|征集|推荐|申请|遴选|提交|资助")
_NOT_A_CALL = re.compile(
    r"(?:申报书|申请书|申报表|申请表|汇总表|推荐表|一览表|模板|样表|提纲|回执)(?:（.*）)?$"
)
_GOES_TO = re.compile(r"集中开展(.{6,200}?)(?:项目)?征集工作")
_ALIKE = 90.0
LEAST_ASKING = 2
"""A programme speaks of papers in so many paragraphs; the bare title of an enclosed notice does not."""


@dataclass
class Section:
    """The paragraphs of one programme; `annex` is its number, null where the call is the whole notice.

    `guessed`: the copy has no heading there, the beginning was told by what is written.
    """

    title: str
    paragraphs: list[str] = field(default_factory=list)
    annex: int | None = None
    guessed: bool = False


@dataclass(frozen=True)
class Divided:
    """The notice's body, which speaks for every programme, and the programmes."""

    body: tuple[str, ...]
    sections: tuple[Section, ...]


def divided(paragraphs: tuple[str, ...]) -> Divided:
    """The body and the programmes of a notice; without annexes that ask for papers the whole is one."""
    names = annexes(paragraphs)
    wanted = [(n, title) for n, title in names if not _NOT_A_CALL.search(title)]
    starts = _by_headings(paragraphs, wanted) or _by_names(paragraphs)
    if not starts:
        return Divided((), (Section(title_of(paragraphs), list(paragraphs)),))
    ends = [s[0] for s in starts[1:]] + [len(paragraphs)]
    sections = []
    for (at, number, title, guessed), end in zip(starts, ends, strict=True):
        sections.append(Section(title, list(paragraphs[at:end]), number, guessed))
    asking = [s for s in sections if sum(bool(_ASKS.search(p)) for p in s.paragraphs) >= LEAST_ASKING]
    whole = (Section(title_of(paragraphs), list(paragraphs)),)
    return Divided(tuple(paragraphs[: starts[0][0]]), tuple(asking)) if asking else Divided((), whole)


def title_of(paragraphs: tuple[str, ...]) -> str:
    """The notice's title, "" if the copy has none."""
    head = [p.strip("【】 ") for p in paragraphs[:8]]
    about = next((p for p in head if is_title(p) and "关于" in p), "")
    text = next((i for i, p in enumerate(head) if p.endswith(("：", "。"))), len(head))
    return about or next((p for p in head[:text] if is_title(p)), "")


def annexes(paragraphs: tuple[str, ...]) -> list[tuple[int, str]]:
    """Number and title of each annex in the notice's own list."""
    found: list[tuple[int, str]] = []
    for paragraph in paragraphs:
        first = _ANNEX_LIST.match(paragraph)
        if first and not found:
            found.append((1, first[1].strip("。；")))
            continue
        further = _ANNEX_NEXT.match(paragraph) if found else None
        if further and int(further[1]) == len(found) + 1:
            found.append((len(found) + 1, further[2].strip("。；")))
        elif found:
            break
    return found


Start = tuple[int, int | None, str, bool]
"""Paragraph, annex, title, guessed."""


def _by_headings(paragraphs: tuple[str, ...], wanted: list[tuple[int, str]]) -> list[Start]:
    """Where each annex begins, by its number's line or by its title."""
    found: list[Start] = []
    listed = max((i for i, p in enumerate(paragraphs) if _ANNEX_LIST.match(p)), default=0)
    for number, title in wanted:
        places = [i for i, p in enumerate(paragraphs) if ratio(squeezed(p), squeezed(title)) >= _ALIKE]
        places = [i for i in places if i > listed and not _ANNEX_NEXT.match(paragraphs[i])]
        if places:
            at = places[-1]
            numbered = at > 0 and _ANNEX_LINE.match(paragraphs[at - 1])
            found.append((at - 1 if numbered else at, number, title, False))
    return sorted(found, key=lambda s: s[0])


def _by_names(paragraphs: tuple[str, ...]) -> list[Start]:
    """Where each programme that the body names is first spoken of after it; the first follows the body."""
    at = next((i for i, p in enumerate(paragraphs) if _GOES_TO.search(p)), None)
    if at is None:
        return []
    said = _GOES_TO.search(paragraphs[at])
    names = re.split("、|，|(?<=试点)和|(?<=示范)和|(?<=项目)和", said[1]) if said else []
    names = [re.sub(r"^(?:\d{4}年度?|第[一二三四五六七八九十]+批)", "", n) for n in names if len(n) >= 6]
    first = next((i for i in range(at + 1, len(paragraphs)) if re.match(r"[（(]?[一1]", paragraphs[i])), None)
    if first is None or len(names) == 1:
        return []
    starts: list[Start] = [(first, None, names[0], True)]
    for name in names[1:]:
        after = range(starts[-1][0] + 1, len(paragraphs))
        place = next((i for i in after if squeezed(name) in squeezed(paragraphs[i])), None)
        if place is not None:
            starts.append((place, None, name, True))
    return starts if len(starts) > 1 else []
