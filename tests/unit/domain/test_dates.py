"""Dates in all written forms."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoufa.domain.dates import dates_in, parse_date, parse_month

NUMERALS = "〇一二三四五六七八九"
days = st.dates(date(1900, 1, 1), date(2199, 12, 31))


def in_numerals(number):
    tens, ones = divmod(number, 10)
    ten = {0: "", 1: "十"}.get(tens, f"{NUMERALS[tens]}十")
    return ten + (NUMERALS[ones] if ones else "")


FORMS = [
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d.year} 年 {d.month:02} 月 {d.day:02} 日",
    lambda d: f"{d.year}-{d.month:02}-{d.day:02}",
    lambda d: f"{d.year}.{d.month}.{d.day}",
    lambda d: f"{d.year}. {d.month}. {d.day}.",
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d.year}{d.month:02}{d.day:02}",
    lambda d: f"{d.year}年{d.month}月{d.day}號",
    lambda d: (
        "".join(NUMERALS[int(c)] for c in str(d.year)) + f"年{in_numerals(d.month)}月{in_numerals(d.day)}日"
    ),
]


@given(days, st.sampled_from(FORMS))
def test_every_day_in_every_form(day, form):
    solid = form(day).isdigit() and day.year > 2099
    assert parse_date(f"填报日期：{form(day)}") == (None if solid else day)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("二零二三年八月廿三日", date(2023, 8, 23)),
        ("二○二三年八月三十一日", date(2023, 8, 31)),
        ("二O二三年十月十日", date(2023, 10, 10)),
        ("贰零贰叁年捌月拾伍日", date(2023, 8, 15)),
        ("2 0 2 3年8月1 5日", date(2023, 8, 15)),
        ("２０２３年８月１日", date(2023, 8, 1)),
        ("2023年8月份1日", date(2023, 8, 1)),
        ("2023-08-15T23:59:59", date(2023, 8, 15)),
        ("2023⽉8⽉1⽇", None),
        ("2023年⼋⽉1⽇", date(2023, 8, 1)),
    ],
)
def test_rarer_forms(written, read):
    assert parse_date(written) == read


@pytest.mark.parametrize(
    "written",
    [
        "",
        "2023年2月30日",
        "2023年13月1日",
        "2023年8月",
        "第2023.8号",
        "91440300192203821620230801",
        "1.2023.8.1",
        "3023年1月1日",
        "2023年十十月1日",
        "021-20230815",
    ],
)
def test_what_is_no_date(written):
    assert parse_date(written) is None


def test_all_dates_of_a_text_in_order():
    text = "2023-07-20受理，2023年7月16日申报，二〇二三年八月一日报送"
    assert dates_in(text) == [date(2023, 7, 20), date(2023, 7, 16), date(2023, 8, 1)]


@pytest.mark.parametrize(
    ("written", "read"),
    [("2023年8月", (2023, 8)), ("二〇二三年十二月", (2023, 12)), ("2023年13月", None), ("8月", None)],
)
def test_a_month_alone(written, read):
    assert parse_month(written) == read


@pytest.mark.parametrize(
    "written", ["2023年8月", "二〇二三年八月", "2023-08", "2023/8", "2023.8", "２０２３．０８"]
)
def test_a_month_alone_in_all_its_forms(written):
    assert parse_month(written) == (2023, 8)


@pytest.mark.parametrize("written", ["2023.13", "2023-08-32", "1.2023.8", "2023.888", "8月"])
def test_what_is_no_month(written):
    assert parse_month(written) is None
