"""Secrecy marks in their place (GB/T 9704-2012 §7.2.2: top left of the type area; before 2012, top right).

The mark is a grade (绝密, 机密, 秘密), with ★ and a period where one is set. The words inside a sentence are not
a mark.
"""

import itertools
import re
from collections.abc import Iterable, Iterator

from shoufa.domain.facts import Facts, Line, Page, Table

_GRADES = {"绝": "绝密", "絶": "绝密", "絕": "绝密", "机": "机密", "機": "机密", "秘": "秘密", "祕": "秘密"}
_NUMBER = r"(?:[0-9０-９lI丨OoZzSB]{1,2}|[一二三四五六七八九十]{1,3})"
_DATE = r"(?:至|到)?[0-9０-９]{4}年(?:[0-9０-９]{1,2}月)?(?:[0-9０-９]{1,2}日)?(?:前|止|解密)?"
_PERIOD = rf"(?:{_NUMBER}(?:年|个月|個月|月|天|日)|{_DATE}|[长長]期|启用前|启封前|公布前|公开前)"
_STAR = r"[★☆⭐✩✭✮✯✰*＊×x·•※◆◇●○]"
_FOR_STAR = r"[女大太夫木六火本文士去合]"
"""What a recogniser takes a star for; believed only where a period follows."""
_MARK = re.compile(
    r"(?:(?:份号[:：]?)?\d{4,8})?(密级[:：]?)?[【\[(（〔]?"
    r"(?P<grade>[绝絶絕机機秘祕])[密宻蜜][】\])）〕]?"
    rf"(?P<firm>{_STAR}[^\w\s]?{_PERIOD}|{_STAR}|"
    rf"{_FOR_STAR}?(?:保密期限[:：]?)?{_PERIOD}|[^\w\s]{_PERIOD})?{_STAR}?"
    r"(?:特提|特急|加急|平急|急件)?(?:\d{4,8})?"
)
HEAD = 0.22
"""Part of the page's height, from the top, in which a mark stands."""
FIRST_LINES = 4
"""Lines at the head of a text without places, or of a sheet, in which a mark may stand."""
_GAP = 4.0
"""Heights of a line that may lie between two letters of a mark that is set wide."""


def mark(facts: Facts) -> str:
    """The grade in its place on page 1, "" if there is none."""
    if not facts.pages:
        return ""
    page = facts.pages[0]
    if page.lines:
        return _first(_placed(page.lines))
    return _first((text, False) for text in _first_lines(page, facts.headers, facts.tables))


def _first(texts: Iterable[tuple[str, bool]]) -> str:
    """The grade of the first mark; where the bare word may be a title, it needs star or period."""
    for text, only_firm in texts:
        found = _MARK.fullmatch(re.sub(r"[\s|]+", "", text))
        if found and (found["firm"] or found[1] or not only_firm):
            return _GRADES[found["grade"]]
    return ""


def _placed(lines: tuple[Line, ...]) -> Iterator[tuple[str, bool]]:
    """Lines at the head of the page, alone and with their neighbours; and whether they stand across it."""
    head = sorted((x for x in lines if x.box[3] <= HEAD), key=lambda x: x.box[0])
    for line in head:
        left, _, right, _ = line.box
        yield line.text, right - left >= 0.4 or not (right <= 0.5 or left >= 0.5)
    for one, other in itertools.pairwise(head):
        if _beside(one, other):
            yield one.text + other.text, not (other.box[2] <= 0.5 or one.box[0] >= 0.5)


def _beside(one: Line, other: Line) -> bool:
    """Whether two lines are one that is set wide. A page is about 1.4 times as high as it is wide."""
    height = max(one.box[3] - one.box[1], other.box[3] - other.box[1])
    level = abs(one.box[1] + one.box[3] - other.box[1] - other.box[3]) < height
    return level and -height < other.box[0] - one.box[2] < _GAP * height * 1.4


def _first_lines(page: Page, headers: tuple[str, ...], tables: tuple[Table, ...]) -> list[str]:
    lines = [line for line in page.text.splitlines() if line.strip()][:FIRST_LINES]
    for header in headers:
        lines.extend(header.splitlines()[:2])
    for sheet in (t for t in tables if t.name):
        first = itertools.takewhile(lambda cell: cell.row < FIRST_LINES, sheet.every())
        lines.extend(cell.text for cell in first)
    return lines


def withheld(facts: Facts, grade: str) -> Facts:
    """The same facts without anything that was read: what is marked is not kept, not even its seals.

    So nobody may say that a seal is missing.
    """
    bare = {"text": "", "lines": (), "seals": (), "faint": (), "seals_seen": False}
    pages = tuple(p.model_copy(update=bare) for p in facts.pages)
    return facts.model_copy(update={"sensitive": grade, "pages": pages, "tables": (), "headers": ()})
