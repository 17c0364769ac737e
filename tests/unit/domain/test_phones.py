"""Telephone numbers, addresses and postal codes in the forms people write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoufa.domain.phones import emails_in, parse_email, parse_phone, parse_postcode, phones_in


@pytest.mark.parametrize(
    "written",
    [
        "13800001234",
        "138 0000 1234",
        "138-0000-1234",
        "+86 13800001234",
        "(+86)138 0000 1234",
        "008613800001234",
        "86-13800001234",
        "１３８００００１２３４",
        "手机：13800001234（微信同号）",
    ],
)
def test_a_mobile_number_in_all_its_forms(written):
    phone = parse_phone(written)
    assert phone is not None
    assert (phone.number, phone.kind) == ("13800001234", "mobile")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("010-58811620", "010-58811620"),
        ("（010）5881 1620", "010-58811620"),
        ("010—58811620", "010-58811620"),
        ("+86 10 5881 1620", "010-58811620"),
        ("86-10-58811620", "010-58811620"),
        ("0571 8888 8888", "0571-88888888"),
        ("0086 021 64220000", "021-64220000"),
        ("64220000", "64220000"),
        ("电话：64220000", "64220000"),
        ("64220000转2509分机", "64220000转2509"),
        ("021-64220000 转 2509", "021-64220000转2509"),
        ("010-58811620-8012", "010-58811620转8012"),
        ("010-64102819 ext. 12", "010-64102819转12"),
        ("0755-26771234（转123）", "0755-26771234转123"),
        ("0951-5044123", "0951-5044123"),
        ("400-800-0000", "400-8000000"),
        ("4008000000转1", "400-8000000转1"),
    ],
)
def test_landlines_and_extensions(written, read):
    assert str(parse_phone(written)) == read


@pytest.mark.parametrize(
    "written",
    ["", "1380000123", "138000012345", "12800001234", "12345", "914403001922038216", "010-588", "待定"],
)
def test_what_is_no_number(written):
    assert phones_in(written) == []


def test_several_numbers_in_one_field():
    assert [str(p) for p in phones_in("010-82261022、82261006、82260667（传真）")] == [
        "010-82261022",
        "82261006",
        "82260667",
    ]
    assert [p.kind for p in phones_in("010-58811620/13800001234")] == ["landline", "mobile"]
    assert [p.kind for p in phones_in("010-58811620 13800001234")] == ["landline", "mobile"]


def test_eight_digits_in_running_text_are_no_number():
    assert [p.number for p in phones_in("联系人王某 13800001234 于 20230815 填报")] == ["13800001234"]


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sets(st.integers(1, 10)), st.sampled_from([" ", "-"])
)
def test_gaps_in_a_mobile_number_do_not_matter(number, places, gap):
    written = "".join(gap + c if i in places else c for i, c in enumerate(number))
    assert [p.number for p in phones_in(written)] == [number]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Wang.S-M@Example.com", "wang.s-m@example.com"),
        ("13800001234@example.com", "13800001234@example.com"),
        ("邮箱：ａ＠example．com", "a@example.com"),
        ("a @ example.cn联系人", "a@example.cn"),
        ("<a_b@mail.example.com.cn>", "a_b@mail.example.com.cn"),
    ],
)
def test_addresses(written, read):
    assert parse_email(written) == read


@pytest.mark.parametrize("written", ["", "a@b", "a..b@example.com", "@example.com", "a@-example.com", "无"])
def test_what_is_no_address(written):
    assert parse_email(written) is None


def test_several_addresses_each_once():
    assert emails_in("a@example.com; b@example.com；A@example.com") == ["a@example.com", "b@example.com"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("100191", "100191"),
        ("邮编：1 0 0 1 9 1", "100191"),
        ("１００００７", "100007"),
        ("1001912", None),
        ("", None),
        ("10019", None),
    ],
)
def test_postal_codes(written, read):
    assert parse_postcode(written) == read
