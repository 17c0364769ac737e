"""The order of pages: a stack that was scanned from its last page on is turned round."""

import re
from collections.abc import Sequence
from itertools import pairwise

from shoufa.domain.codes import Kind
from shoufa.domain.facts import Page
from shoufa.domain.submission import Piece
from shoufa.judging.starts import DATE_LINE, has_opinion, labels_on, start_of

Sheet = tuple[Piece, Page]
_PRINTED = re.compile(r"^\W*第?\s*(\d{1,3})\s*页?\W*(?:[/／共]\s*\d{1,3}\s*页?)?\W*$")
SHORT_COVER = 300
"""Characters that a cover has at most; a form without its cover begins with a full page."""


def in_reading_order(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets as they were written: as they lie, or from the last to the first."""
    return list(reversed(sheets)) if _from_the_end(sheets) else list(sheets)


def _from_the_end(sheets: Sequence[Sheet]) -> bool:
    """Whether the first page begins nothing, and printed numbers fall or both ends say so."""
    written = [s for s in sheets if s[1].text.strip() and not s[1].blank]
    if len(written) < 2:
        return False
    first, last = written[0], written[-1]
    if _start(first) is not None or all(_start(s) is None for s in written):
        return False
    return _descends([s[1] for s in written]) or (_closes(first[1]) and _only_opens(last))


def _start(sheet: Sheet) -> Kind | None:
    piece, page = sheet
    return start_of(page, piece.facts.tables if piece.facts else ())


def _closes(page: Page) -> bool:
    """Whether a page ends a paper: the date of a letter, the opinions of a form."""
    return has_opinion(page) or any(DATE_LINE.match(line) for line in page.text.splitlines())


def _only_opens(sheet: Sheet) -> bool:
    """Whether a page begins what cannot end on it: a letter without its date, a form's cover."""
    kind, page = _start(sheet), sheet[1]
    if kind is Kind.LETTER:
        return not _closes(page)
    return kind is Kind.APPLICATION and len(page.text) <= SHORT_COVER and labels_on(page.text) >= 2


def _descends(pages: Sequence[Page]) -> bool:
    """Whether the printed page numbers fall by one, at least twice or on all of the pages, and never rise."""
    printed = [_number(p) for p in pages]
    steps = [b - a for a, b in pairwise(printed) if a is not None and b is not None]
    falls = steps.count(-1)
    return 1 not in steps and (falls >= 2 or (falls == 1 and len(pages) == 2))


def _number(page: Page) -> int | None:
    """The page number printed at the foot or the head."""
    lines = [line.strip() for line in page.text.splitlines() if line.strip()]
    for line in (*lines[-2:][::-1], *lines[:1]):
        if found := _PRINTED.match(line):
            return int(found.group(1))
    return None
