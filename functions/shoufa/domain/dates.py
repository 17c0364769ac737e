"""Dates as papers write them (GB/T 9704-2012 §7.3.5, GB/T 7408), in figures or in Chinese numerals."""

import re
from datetime import date

from shoufa.domain.width import nfkc

_ZERO = "〇零○O"
_DIGITS = {
    c: i
    for i, group in enumerate((_ZERO, *zip("一二三四五六七八九", "壹贰叁肆伍陆柒捌玖", strict=True)))
    for c in group
}
_TENS = str.maketrans({"拾": "十", "廿": "二十", "卅": "三十"})
_NUMERALS = "".join(_DIGITS)
_GAP = r"\s{0,3}"
_YEAR = rf"(?P<year>[12]{_GAP}\d{_GAP}\d{_GAP}\d|[一二壹贰](?:{_GAP}[{_NUMERALS}0]){{3}})"
_PART = rf"(?:\d{_GAP}\d|\d|[{_NUMERALS}十拾廿卅]{{1,4}})"
_MONTH = rf"(?<![\d{_NUMERALS}]){_YEAR}{_GAP}年{_GAP}(?P<month>{_PART}){_GAP}月"
_PATTERNS = (
    re.compile(rf"{_MONTH}份?{_GAP}(?P<day>{_PART}){_GAP}[日号號]"),
    re.compile(
        rf"(?<![\w.])(?P<year>[12]\d{{3}}){_GAP}(?P<mark>[-/.]){_GAP}(?P<month>\d{{1,2}}){_GAP}(?P=mark)"
        rf"{_GAP}(?P<day>\d{{1,2}})(?!\d)",
        re.ASCII,
    ),
    re.compile(r"(?<![\w.-])(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?!\w|[.-]\d)", re.ASCII),
)
"""2023年8月1日 and 二〇二三年八月一日 · 2023-08-01, 2023/8/1, 2023.8.1 · 20230801; spaces may stand inside."""
_YEAR_AND_MONTH = re.compile(_MONTH)
_MONTH_IN_FIGURES = re.compile(
    rf"(?<![\w.-])(?P<year>(?:19|20)\d{{2}}){_GAP}[-/.]{_GAP}(?P<month>\d{{1,2}})(?!\w|{_GAP}[-/.]{_GAP}\d)",
    re.ASCII,
)
"""2023年8月 · 2023-08, 2023/8, 2023.8."""
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


def dates_in(text: str) -> list[date]:
    """All dates that exist (no 30 February, years 1900 to 2199), in order, repetitions included."""
    text = nfkc(text)
    found = [(m.start(), _date(m)) for pattern in _PATTERNS for m in pattern.finditer(text)]
    return [day for _, day in sorted(found, key=lambda item: item[0]) if day]


def parse_date(text: str) -> date | None:
    """The first date of a field, or None."""
    return next(iter(dates_in(text)), None)


def parse_month(text: str) -> tuple[int, int] | None:
    """Year and month where a field gives at least these (2023年8月, 2023.8), or None."""
    text = nfkc(text)
    found = _YEAR_AND_MONTH.search(text)
    figures = None if found else _MONTH_IN_FIGURES.search(text)
    if not found and not figures:
        return None
    day = parse_date(
        f"{found[0]}1日" if found else f"{figures['year']}-{figures['month']}-1" if figures else ""
    )
    return (day.year, day.month) if day else None


def _date(found: re.Match[str]) -> date | None:
    """A match as a date; None if there is no such day."""
    try:
        year, month, day = (_number(found[part]) for part in ("year", "month", "day"))
        return date(year, month, day) if _FIRST_YEAR <= year <= _LAST_YEAR else None
    except ValueError:
        return None


def _number(written: str) -> int:
    """2023, 二〇二三, 08, 八, 十五, 廿三 or 三十一 as a number; ValueError if it is none."""
    written = re.sub(r"\s", "", written).translate(_TENS)
    tens, ten, ones = written.partition("十")
    if ten:
        return 10 * (_number(tens) if tens else 1) + (_number(ones) if ones else 0)
    return int("".join(str(_DIGITS.get(c, c)) for c in written))
