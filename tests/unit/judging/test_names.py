"""Names compared (names.py) and bodies told apart (bodies.py)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoufa.judging.bodies import Register, Standing
from shoufa.judging.names import (
    LONGEST_NAME,
    Weights,
    best_of,
    body,
    fit,
    is_organisation,
    is_written,
    like,
    nearest_first,
    plain,
)
from shoufa.judging.seals import MATCHED
from unit.judging.build import ACME, CITY, HUBEI, HUNAN, SICHUAN, group

REGISTER = Register(group())
MEMBERS = [m.name for m in group().members]


def test_plain_drops_width_spaces_and_punctuation():
    assert plain(" 项目 名称（ＡＢc）：") == "项目名称ABC"


def test_short_and_written_out_supervision_are_one_word():
    assert body("湖北省市场监管局") == body(HUBEI) == body("湖北省 市场监督管理局")
    assert body("某某省药品监管局") == "某某省药品监督管理局"


def test_likeness_of_nothing_is_nothing():
    assert like("", "") == 0.0
    assert like("甲", "甲") == 1.0


@given(st.text(), st.text())
def test_likeness_is_symmetric_and_bounded(a, b):
    assert like(a, b) == like(b, a)
    assert 0.0 <= like(a, b) <= 1.0


@pytest.mark.parametrize(
    ("text", "yes"), [(ACME, True), (HUBEI, True), ("现推荐2个项目", False), ("", False)]
)
def test_what_ends_as_an_organisation(text, yes):
    assert is_organisation(text) is yes


def test_characters_that_most_names_share_weigh_little():
    weights = Weights(MEMBERS)
    assert weights.of("局") == pytest.approx(0.15)
    assert weights.of("四") == 1.0
    assert weights.of("局") < weights.of("北") < weights.of("四")


@pytest.mark.parametrize("name", MEMBERS)
def test_a_name_read_whole_fits_itself_wholly(name):
    match = fit(name, name, Weights(MEMBERS))
    assert (match.matched, match.replaced) == (pytest.approx(1.0), 0.0)


def test_what_was_left_out_is_not_what_was_read_otherwise():
    weights = Weights(MEMBERS)
    assert fit("北省市场监督管理局", HUBEI, weights).replaced == 0.0
    assert fit(HUNAN, HUBEI, weights).replaced > 0.0


def test_a_province_one_character_apart_fits_its_own_name_better():
    weights = Weights(MEMBERS)
    assert fit(HUNAN, HUBEI, weights).matched < fit(HUBEI, HUBEI, weights).matched
    assert fit("省市场监督管理局", HUBEI, weights).matched < MATCHED


NAMES = (*sorted(MEMBERS), ACME, "四川四方标准化研究院", "监管")
WEIGHTS = Weights(NAMES)
READING = st.one_of(
    st.sampled_from(NAMES).flatmap(lambda n: st.permutations(n).map(lambda p: "".join(p[: len(n) - 1]))),
    st.text(st.sampled_from("湖北南四川省市场监督管理局武汉光谷芯片有限公司（）"), max_size=14),
)


@given(READING)
def test_no_name_is_read_better_than_its_bound_says(reading):
    bounds = {name: most for most, name in nearest_first(reading, NAMES, WEIGHTS)}
    for name in NAMES:
        assert fit(reading, name, WEIGHTS).matched <= bounds.get(name, 0.0)
    assert list(bounds.values()) == sorted(bounds.values(), reverse=True)


@given(READING, st.sets(st.sampled_from(NAMES)))
def test_the_best_of_all_names_is_found_without_aligning_each(reading, left_out):
    but = {body(n) for n in left_out}
    shares = [fit(reading, n, WEIGHTS).matched for n in NAMES if body(n) not in but]
    assert best_of(reading, NAMES, WEIGHTS, but) == max(shares, default=0.0)


@given(st.text(st.sampled_from("申a1Ａ①。，…—（） \n\t　☑"), max_size=6))
def test_written_is_what_has_a_plain_form(text):
    assert is_written(text) is bool(plain(text))


@pytest.mark.parametrize("name", MEMBERS)
def test_every_entitled_body_is_found_by_full_and_by_short_name(name):
    for said in (name, name.replace("监督管理", "监管")):
        found = REGISTER.entitled(said)
        assert found is not None
        assert found.name == name


def test_a_slip_of_recognition_is_forgiven_where_one_body_alone_fits():
    found = REGISTER.entitled("四川省市场监督管埋局")
    assert found is not None
    assert found.name == SICHUAN


@pytest.mark.parametrize("said", ["湖省市场监督管理局", "省市场监督管理局", "湖东省市场监督管理局", "", "局"])
def test_a_reading_that_fits_two_bodies_is_neither(said):
    assert REGISTER.entitled(said) is None


@pytest.mark.parametrize(
    ("said", "standing"),
    [
        (HUBEI, Standing.ENTITLED),
        (CITY, Standing.NOT_ENTITLED),
        ("国家市场监督管理总局", Standing.UNKNOWN),
        ("某某省财政厅", Standing.UNKNOWN),
        ("现推荐二个项目", Standing.UNKNOWN),
    ],
)
def test_standing_on_a_closed_list(said, standing):
    assert REGISTER.standing(said) is standing


def test_an_open_list_refuses_nobody():
    assert Register(group(), closed=False).standing(CITY) is Standing.UNKNOWN


def test_a_list_of_one_body():
    alone = Register(group(members=[{"code": "1", "name": HUBEI}]))
    assert alone.entitled("湖北省市场监督管埋局") is not None
    assert alone.entitled(SICHUAN) is None


def test_a_reading_between_a_body_and_its_branch_is_neither():
    two = Register(group(members=[{"code": "1", "name": HUBEI}, {"code": "2", "name": HUBEI + "分局"}]))
    assert two.entitled(HUBEI + "分") is None
    assert two.entitled(HUBEI) is not None


@given(st.text(st.sampled_from("申报书（）：，。、“”[]【】〔〕\\|^-—–_/a1Ａ①… \n　"), max_size=60))
def test_a_pages_text_has_the_same_one_form_as_a_names(text):
    many = text * (LONGEST_NAME // max(len(text), 1) + 1)
    if text:
        assert plain(many) == plain(text) * (LONGEST_NAME // len(text) + 1)
