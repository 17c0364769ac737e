"""Numbers of projects that a letter states (letter_counts.py)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoufa.judging.letter_counts import counts, number_of
from unit.judging.build import call

CALL = call()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1),
        ("12", 12),
        ("一", 1),
        ("两", 2),
        ("九", 9),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("二十三", 23),
        ("九十九", 99),
        ("项", 0),
        ("", 0),
    ],
)
def test_numbers_in_both_scripts(text, number):
    assert number_of(text) == number


@given(st.integers(1, 99))
def test_every_chinese_number_up_to_99_is_read(value):
    digits = "零一二三四五六七八九"
    tens, ones = divmod(value, 10)
    written = ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (
        digits[ones] if ones else ""
    )
    assert number_of(written) == number_of(str(value)) == value


COUNTS = [
    ("现推荐3个项目，请予审核。", {"": 3}),
    ("现推荐三个项目。", {"": 3}),
    ("现推荐甲、乙等十二个项目。", {"": 12}),
    ("现推荐共计5项。", {"": 5}),
    ("现推荐试点项目2个、示范项目一个。", {"pilot": 2, "demo": 1}),
    ("现推荐3个项目，其中试点2个、示范1个。", {"": 3, "pilot": 2, "demo": 1}),
    ("现推荐新型基础设施领域试点项目4个。", {"infra": 4}),
    ("现推荐有关项目。", {}),
]


@pytest.mark.parametrize(("text", "stated"), COUNTS)
def test_stated_numbers_by_track_and_in_total(text, stated):
    found = counts(text, CALL)
    assert {k: v for k, v in found.items() if k in stated} == stated
    assert {k for k in found if k} == {k for k in stated if k}


def test_the_notices_own_title_is_no_statement():
    text = "根据《关于推荐第12项工作的通知》要求，现推荐2个项目。"
    assert counts(text, CALL) == {"": 2}


TOTALS = {
    "我局共遴选出3个项目，现将有关申报材料报送你委，请审定。": 3,
    "拟推荐以下2个项目：": 2,
    "共有5家单位的5个项目通过评审，现予以推荐。": 5,
    "现推荐两家企业的两个项目。": 2,
    "经审核，拟推荐项目2项，名单附后。": 2,
    "现推荐试点示范项目5个。": 5,
    "现推荐5个试点示范项目。": 5,
    "推荐试点、示范项目共5个。": 5,
    "我局收到12个项目申报材料，经专家评审，择优推荐5个项目。": 5,
    "该公司承担省级项目12项，现推荐1个项目。": 1,
    "推荐第一批三个项目。": 3,
    "申报项目（共十一项），现一并报送。": 11,
    "现推荐3个\n项目。": 3,
}
BY_TRACK = {
    "经研究，我局推荐试点项目2个、示范项目1个，现将材料报上。": {"pilot": 2, "demo": 1},
    "现报送我省申报项目3项（试点2项，示范1项）。": {"": 3, "pilot": 2, "demo": 1},
    "现将我省推荐的10个试点项目、2个示范项目材料报送。": {"pilot": 10, "demo": 2},
    "推荐10个试点项目、示范项目2个。": {"pilot": 10, "demo": 2},
    "推荐试点、示范项目各2个。": {"pilot": 2, "demo": 2},
    "推荐试点项目十个和示范项目两个。": {"pilot": 10, "demo": 2},
    "试点项目不超过10个，我局推荐试点项目8个。": {"pilot": 8},
    "推荐项目共计7个，其中试点项目5个，示范项目2个。": {"": 7, "pilot": 5, "demo": 2},
}
NONE = [
    "现推荐甲公司等五家单位申报。",
    "参与制定国家标准12项，现推荐该项目。",
    "现推荐2个项目。以上3个项目请予审核推荐。",
    "现推荐一批项目。",
    "现报上项目申报书3份。",
    "根据《关于推荐3个项目的通知》，现推荐有关项目。",
    "推荐试点项目2个。以上推荐的试点项目3个。",
    "标准化是一项重要工作，现推荐有关项目。",
    "我局3个项目正在建设。",
]


@pytest.mark.parametrize(("text", "total"), TOTALS.items())
def test_totals_wherever_the_letter_states_them(text, total):
    assert counts(text, CALL) == {"": total}


@pytest.mark.parametrize(("text", "stated"), BY_TRACK.items())
def test_numbers_of_each_track(text, stated):
    assert counts(text, CALL) == stated


@pytest.mark.parametrize("text", NONE)
def test_other_numbers_and_numbers_that_disagree_are_none(text):
    assert counts(text, CALL) == {}
