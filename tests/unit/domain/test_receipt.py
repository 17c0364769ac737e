"""Receipt numbers (domain/receipt.py): from the mail itself, with a check character."""

from datetime import datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shoufa.domain.receipt import (
    ALPHABET,
    NUMBER,
    check_character,
    numbers_in,
    receipt_number,
    token,
    tokens_in,
)

AT = datetime.fromisoformat("2023-08-10T16:42:31+08:00")
BODY = st.text(st.sampled_from(ALPHABET), min_size=6, max_size=20)


def number(body: str, day: str = "230810") -> str:
    return f"{day}-{body}-{check_character(day + body)}"


@given(st.text(max_size=40), st.sampled_from([6, 8, 20]))
def test_a_number_has_its_form_and_can_be_found_again(fingerprint, length):
    made = receipt_number(AT, fingerprint, length)
    assert NUMBER.fullmatch(made)
    assert numbers_in(f"回复：收件回执 {made.lower()}，补充材料") == [made]


def test_the_same_mail_has_the_same_number_and_another_another():
    assert receipt_number(AT, "a") == receipt_number(AT, "a") != receipt_number(AT, "b")


def test_on_collision_a_longer_number_begins_alike():
    short, long = receipt_number(AT, "a"), receipt_number(AT, "a", 8)
    assert long.split("-")[1].startswith(short.split("-")[1])
    assert len(long) == len(short) + 2


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2023-08-10T15:59:59+00:00", "230810"),
        ("2023-08-10T16:00:00+00:00", "230811"),
        ("2023-08-11T00:00:00+08:00", "230811"),
    ],
)
def test_the_day_is_shanghais(at, day):
    assert receipt_number(datetime.fromisoformat(at), "a").startswith(day)


@given(BODY, st.data())
def test_any_single_slip_is_found(body, data):
    at = data.draw(st.integers(0, len(body) - 1))
    slip = data.draw(st.sampled_from(ALPHABET))
    assume(slip != body[at])
    wrong = body[:at] + slip + body[at + 1 :]
    assert numbers_in(number(body)[: -2 - len(body)] + wrong + number(body)[-2:]) == []


@given(BODY, st.data())
def test_any_swap_of_two_characters_is_found(body, data):
    a, b = data.draw(st.integers(0, len(body) - 1)), data.draw(st.integers(0, len(body) - 1))
    assume(body[a] != body[b])
    swapped = [*body]
    swapped[a], swapped[b] = body[b], body[a]
    assert check_character("230810" + "".join(swapped)) != check_character("230810" + body)


def test_a_z_for_a_nought_is_found():
    assert check_character("230810ABC0EF") != check_character("230810ABCZEF")


@pytest.mark.parametrize("slip", ["230811-{b}-{c}", "230180-{b}-{c}", "238010-{b}-{c}"])
def test_slips_in_the_day_are_found(slip):
    day, body, check = number("7KQ3XF").split("-")
    assert day == "230810"
    assert numbers_in(slip.format(b=body, c=check)) == []


def test_letters_that_read_alike_are_not_used():
    assert not set("ILOU") & set(ALPHABET)
    assert len(set(ALPHABET)) == 32


def test_numbers_in_a_text_each_once_and_in_order():
    a, b = number("7KQ3XF"), number("ABCDEF")
    assert numbers_in(f"{b} {a} {b}") == [b, a]
    assert numbers_in(f"x{a}") == []
    assert numbers_in(f"{a}5") == []


@pytest.mark.parametrize("domain", ["shoufa.invalid", "unit.example", "shoufa.unit.example"])
def test_a_token_carries_its_number(domain):
    made = number("7KQ3XF")
    assert tokens_in(("<other@x>", token(made, domain))) == [made]


def test_a_forged_token_carries_nothing():
    assert tokens_in(("<receipt.230810-7KQ3XF-A@elsewhere.example>", "<receipt.x@shoufa.invalid>")) == []
