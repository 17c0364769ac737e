"""Which choices a form ticks (choices.py): all ordinary spellings, and silence where it cannot be told."""

import pytest

from shoufa.judging.choices import has_mark, is_mark, ticked, track_words
from unit.judging.build import call

WORDS = track_words(call())
PILOT, DEMO = ("试点",), ("示范",)
BEFORE = {
    "□试点 ☑示范": DEMO,
    "☐ 试点 ☑ 示范": DEMO,
    "■试点 □示范": PILOT,
    "√试点 示范": PILOT,
    "试点 √示范": DEMO,
    "(√)试点 ( )示范": PILOT,
    "（ ）试点 （√）示范": DEMO,
    "[√]试点 []示范": PILOT,
    "【√】试点 【 】示范": PILOT,
    "○试点 ●示范": DEMO,
    "〇试点 ●示范": DEMO,
    "◎试点 ○示范": PILOT,
    "◇试点 ◆示范": DEMO,
    "□试点 □√示范": DEMO,
    "√□试点 □示范": PILOT,
    "____试点 __√__示范": DEMO,
    "☒试点 ☐示范": PILOT,
    "√试点 ×示范": PILOT,
    "[x]试点 [ ]示范": PILOT,
    "☑试点/□示范": PILOT,
    "☑试点☐示范☐新型基础设施": PILOT,
    "□试点 ☑示范 □其他": DEMO,
    "☑试 点  □示 范": PILOT,
    "请在□内打√：□试点 ☑示范": DEMO,
    "□试点 ☑示范（请打√）": DEMO,
    "类型：□试点 ☑示范": DEMO,
}
BEHIND = {
    "试点□ 示范☑": DEMO,
    "试点■ 示范□": PILOT,
    "试点 ☑ 示范 ☐": PILOT,
    "试点（√） 示范（ ）": PILOT,
    "试点( ) 示范(√)": DEMO,
    "试点[√] 示范[ ]": PILOT,
    "试点（  ）  示范（V）": DEMO,
    "试点√ 示范": PILOT,
    "试点 示范√": DEMO,
    "试点○ 示范●": DEMO,
    "试点□√  示范□": PILOT,
    "试点__√__ 示范____": PILOT,
    "试点：☑ 示范：□": PILOT,
    "试点（☑）、示范（□）": PILOT,
    "试点☐示范☑新型基础设施☐": DEMO,
    "试点（国家级）□ 示范（国家级）☑": DEMO,
    "项目类型（打√）：试点□ 示范☑": DEMO,
}
SILENT = [
    "□试点 □示范",
    "试点（ ） 示范（ ）",
    "试点 √ 示范",
    "试点√示范",
    "☑试点 示范□",
    "试点☑ □示范",
    "□试点 口示范",
    "√",
    "",
]


@pytest.mark.parametrize(("text", "words"), {**BEFORE, **BEHIND}.items())
def test_the_ticked_choice_by_where_the_marks_stand(text, words):
    assert ticked(text, WORDS) == words


@pytest.mark.parametrize("text", SILENT)
def test_nothing_is_said_where_it_cannot_be_told(text):
    assert ticked(text, WORDS) == ()


def test_tracks_in_one_breath_are_no_one_of_them():
    assert ticked("☑试点示范 □新型基础设施", WORDS) == ("试点示范",)


@pytest.mark.parametrize(
    ("text", "words"), [("试点", ("试点",)), ("试点 示范", ("试点示范",)), ("☑试点 ☒示范", ("试点", "示范"))]
)
def test_what_has_no_single_answer_is_given_as_it_is(text, words):
    assert ticked(text, WORDS) == words


@pytest.mark.parametrize(
    ("text", "held", "alone"),
    [
        ("√", True, True),
        ("（ ）", True, True),
        ("试点√", True, False),
        ("试点", False, False),
        ("", False, False),
    ],
)
def test_marks_in_a_text_and_alone_in_it(text, held, alone):
    assert (has_mark(text), is_mark(text)) == (held, alone)


def test_the_words_are_all_names_of_all_tracks():
    assert WORDS == ("试点", "试点项目", "示范", "示范项目", "新型基础设施", "新型基础设施领域试点项目")
