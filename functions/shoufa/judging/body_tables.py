"""Tables in a mail's text: cells side by side (tabs, rules, wide gaps) or, from HTML, one below the other."""

import re
from collections.abc import Iterator
from itertools import pairwise

from shoufa.domain.facts import Cell, Table
from shoufa.judging.labels import KNOWN_LABELS, label_of
from shoufa.judging.starts import COLUMN_LABELS

_GAPS = re.compile(r"\s*[|│｜┃]\s*|[ \u3000]{2,}|\u3000+")
MOST_CELLS = 30
LONGEST_VALUE = 200


def rows_in(text: str) -> list[str]:
    """The written lines of a text."""
    return [line for line in text.splitlines() if line.strip()]


def tables_in(lines: list[str], page: int) -> tuple[Table, ...]:
    """All tables that a text shows, by whichever way its cells stand."""
    written = [line for line in lines if line.strip()]
    below = list(_columns_below(written))
    pairs = [] if below else list(_pairs_below(written))
    return tuple(_table(grid, page) for grid in (*_side_by_side(written), *below, pairs) if grid)


def _table(rows: list[list[str]], page: int) -> Table:
    cells = [Cell(row=r, col=c, text=t) for r, row in enumerate(rows) for c, t in enumerate(row) if t]
    return Table(page=page, cells=tuple(cells))


def _side_by_side(lines: list[str]) -> Iterator[list[list[str]]]:
    """Runs of lines with two cells or more."""
    run: list[str] = []
    for line in [*lines, ""]:
        if len([c for c in _cells(line) if c]) >= 2:
            run.append(line)
            continue
        if run:
            yield _rows(run)
        run = []


def _rows(run: list[str]) -> list[list[str]]:
    """Cells of a run: from HTML each row begins with a tab, which is no empty first cell."""
    if all(line.startswith("\t") for line in run[1:]) and (run[0].startswith("\t") or len(run) > 1):
        run = [line.removeprefix("\t") for line in run]
    return [_cells(line) for line in run]


def _cells(line: str) -> list[str]:
    parts = line.split("\t") if "\t" in line.strip() else _GAPS.split(line.strip().strip("|│｜┃"))
    return [p.strip() for p in parts][:MOST_CELLS]


def _pairs_below(lines: list[str]) -> Iterator[list[str]]:
    """A label alone on its line with its value on the next (cells of HTML that hold paragraphs)."""
    for line, following in pairwise(lines):
        alone = not re.search(r"[:：]", line)
        if alone and label_of(line) in KNOWN_LABELS and label_of(following) not in KNOWN_LABELS:
            yield [line.strip(), following.strip()[:LONGEST_VALUE]]


def _columns_below(lines: list[str]) -> Iterator[list[list[str]]]:
    """A header of four columns or more and its rows, one cell a line; each row begins with its number."""
    known = frozenset(COLUMN_LABELS)
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and label_of(lines[end]) in known:
            end += 1
        if end - at >= 4 and label_of(lines[at]) == "序号":
            rows = list(_numbered(lines[end:], end - at))
            if rows:
                yield [[x.strip() for x in lines[at:end]], *rows]
        at = max(end, at + 1)


def _numbered(lines: list[str], width: int) -> Iterator[list[str]]:
    for number, start in enumerate(range(0, len(lines) - width + 1, width), 1):
        row = [x.strip() for x in lines[start : start + width]]
        if row[0].rstrip("、.．") != str(number):
            return
        yield row
