"""Credit codes: the published examples, slips and gaps in text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoufa.domain.credit_code import (
    CHARACTERS,
    CreditFault,
    check,
    check_character,
    damaged,
    find,
    normalise,
    organisation_digit,
    repair,
)

BOTH_RIGHT = [
    "914403001922038216",
    "91440400192548256N",
    "9144030071526726XG",
    "91110000600037341L",
    "91330100799655058B",
    "91110000802100433B",
    "9111000071093123XX",
    "91110000100010433L",
    "91110108551385082Q",
    "12100000400002259P",
    "12100000400000624D",
    "91440300708461136T",
    "91350100M000100Y43",
]
bodies = st.text(CHARACTERS, min_size=17, max_size=17)


@pytest.mark.parametrize("code", BOTH_RIGHT)
def test_published_codes_are_valid(code):
    assert check(code).model_dump() == {"valid": True, "organisation_valid": True, "why": None}


def test_a_wrong_organisation_digit_is_told_apart_and_decides_nothing():
    body = "91350100M000100Y5"
    result = check(body + check_character(body))
    assert (result.valid, result.organisation_valid, result.why) == (True, False, None)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("91350100M000100Y4Z", CreditFault.CHARACTER),
        ("914403001922038217", CreditFault.CHECK),
        ("91440300192203821", CreditFault.LENGTH),
        ("", CreditFault.LENGTH),
        ("９１４４０３００１９２２０３８２１", CreditFault.LENGTH),
    ],
)
def test_what_is_wrong_is_said(code, why):
    result = check(code)
    assert (result.valid, result.why) == (False, why)


def test_remainder_zero_gives_zero():
    assert check_character("0" * 17) == "0"


@pytest.mark.parametrize(("body", "digit"), [("71526726", "X"), ("19220382", "1"), ("00000000", "0")])
def test_organisation_digits(body, digit):
    assert organisation_digit(body) == digit


def test_width_case_and_gaps_do_not_matter():
    assert check("９１４４ 0400\n1925-48256n").valid
    assert normalise(" 91440400 192548256n") == "91440400192548256N"


@given(bodies)
def test_the_check_character_makes_a_code_valid(body):
    assert check(body + check_character(body)).valid


@given(bodies, st.integers(0, 17), st.sampled_from(CHARACTERS))
def test_one_wrong_character_is_always_seen(body, place, other):
    code = body + check_character(body)
    changed = code[:place] + other + code[place + 1 :]
    assert check(changed).valid == (changed == code)


@given(bodies)
def test_safe_slips_are_undone(body):
    code = body + check_character(body)
    assert repair(code.translate(str.maketrans("0125", "OIZS"))) == [code]


def test_what_cannot_be_made_valid_is_not_repaired():
    assert repair("914403OO192203821Z") == []
    assert repair("914403001922O38216") == ["914403001922038216"]


@given(st.lists(st.sampled_from(BOTH_RIGHT), min_size=1, max_size=4, unique=True))
def test_codes_are_found_in_a_text_in_order(codes):
    assert find("；".join(f"统一社会信用代码：{c}（三证合一）" for c in codes)) == codes


@given(
    st.sampled_from(BOTH_RIGHT),
    st.sets(st.integers(1, 17)),
    st.sampled_from([" ", "\n", " \n ", "\u3000", "-"]),
)
def test_gaps_may_stand_anywhere_inside(code, places, gap):
    spread = "".join(gap + c if i in places else c for i, c in enumerate(code))
    assert find(f"代码：{spread}。") == [code]


def test_a_telephone_before_a_code_is_not_drawn_in():
    assert find("13800001234 914403001922038216 2023") == ["914403001922038216"]


def test_invalid_codes_are_found_as_written_and_other_numbers_are_not():
    assert find("代码 914403001922038217") == ["914403001922038217"]
    assert find("9135O1OOMOOO1OOY43") == ["9135O1OOMOOO1OOY43"]
    assert find("账号 6222021234567890123，编号 ABCDEFGHJKLMNPQRTU") == []


def test_an_identity_number_is_no_credit_code():
    assert find("身份证号 11010519491231002X") == []
    assert find("110105194913310021") == ["110105194913310021"]


@pytest.mark.parametrize(
    "text", ["9.14401E+17", "9.1E17", "914401E17", "9E+17", "914401011234567000", "914401 011234 567000"]
)
def test_what_a_spreadsheet_left_of_a_code(text: str):
    assert damaged(text)


@pytest.mark.parametrize(
    "text", ["", "9.14401E+10", "914401011234567001", "91440101MA5CJ00000", "13800138000", "9144010112345670"]
)
def test_what_no_spreadsheet_made(text: str):
    assert not damaged(text)


def test_what_was_found_is_the_callers_own_however_often_it_is_asked():
    for text in (BOTH_RIGHT[0], f"代码：{BOTH_RIGHT[0]}" + "字" * 100):
        find(text).clear()
        assert find(text) == [BOTH_RIGHT[0]]
