"""Secrecy marks in their place (GB/T 9704-2012 §7.2.2: top left of the type area; before 2012, top right).

The mark is a grade (绝密, 机密, 秘密), with ★ and a period where one is set. The words inside a sentence are not
a mark.
"""

import re

from shoufa.domain.facts import Facts, Line, Page

_PERIOD = r"(?:[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})(?:年|个月|月|天|日)|长期"
_MARK = re.compile(
    rf"(?:密级[:：]?)?(绝密|机密|秘密)(?:[★☆＊*·✩⭐]|[^\w\s])?(?:.?(?:{_PERIOD}))?[★☆]?(?:启用前)?"
)
HEAD = 0.22
"""Part of the page's height, from the top, in which a mark stands."""
FIRST_LINES = 4
"""Lines at the head of a text without places in which a mark may stand."""


def mark(facts: Facts) -> str:
    """The grade in its place on page 1, "" if there is none."""
    if not facts.pages:
        return ""
    page = facts.pages[0]
    candidates = _placed(page.lines) if page.lines else _first_lines(page, facts.headers)
    for text in candidates:
        found = _MARK.fullmatch(re.sub(r"\s+", "", text))
        if found:
            return found.group(1)
    return ""


def _placed(lines: tuple[Line, ...]) -> list[str]:
    """Lines at the head of the page, in its left or its right part, not across it."""
    return [
        line.text
        for line in lines
        if line.box[3] <= HEAD
        and (line.box[2] <= 0.5 or line.box[0] >= 0.5)
        and line.box[2] - line.box[0] < 0.4
    ]


def _first_lines(page: Page, headers: tuple[str, ...]) -> list[str]:
    lines = [line for line in page.text.splitlines() if line.strip()][:FIRST_LINES]
    for header in headers:
        lines.extend(header.splitlines()[:2])
    return lines


def withheld(facts: Facts, grade: str) -> Facts:
    """The same facts without any text: what is marked is not kept."""
    pages = tuple(p.model_copy(update={"text": "", "lines": ()}) for p in facts.pages)
    return facts.model_copy(update={"sensitive": grade, "pages": pages, "tables": (), "headers": ()})
