"""Rows and applications brought together (projects.py)."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shoufa.domain.codes import Form
from shoufa.judging.bundles import likeness
from shoufa.judging.document import Row
from shoufa.judging.projects import projects, track_of
from shoufa.judging.segments import documents
from unit.judging.build import (
    ACME,
    BRIDGE,
    BUILD,
    FARM,
    LATIN,
    RICE,
    application,
    call,
    case,
    facts,
    page,
    verdict,
)

CALL = call()
NAMES = [
    (LATIN, ACME),
    (BRIDGE, BUILD),
    (FARM, RICE),
    ("量子通信城域试验网", ACME),
    ("稻虾共作绿色农场", "潜江稻虾养殖合作社"),
]


def found(papers, rows=()):
    return projects(documents(case(papers).pieces, CALL), rows, CALL, {})


def test_word_and_scan_of_one_project_are_one():
    made = found({"a.docx": application(), "b.pdf": application(form=Form.SCAN)})
    assert [(p.name, len(p.docs)) for p in made] == [(LATIN, 2)]


def test_an_unread_scan_joins_the_word_version_by_its_files_name():
    blank = facts([page("申 报 书")], Form.SCAN)
    made = found({"光谷芯片申报书.docx": application(), "光谷芯片申报书（盖章扫描件）.pdf": blank})
    assert [len(p.docs) for p in made] == [2]


def test_names_of_one_trade_stay_apart():
    a, b = "大辉化工危险品储运标准化试点", "越力化工危险品储运标准化试点"
    made = found({"a.docx": application(a, "武汉大辉化工公司"), "b.docx": application(b, "宜昌越力化工公司")})
    assert [p.name for p in made] == [a, b]


def test_one_name_of_two_applicants_is_two_rows_each_with_its_own_form():
    rows = [Row(name=FARM, applicant=RICE), Row(name=FARM, applicant="荆州水产养殖有限公司")]
    made = found(
        {"b.docx": application(FARM, "荆州水产养殖有限公司"), "a.docx": application(FARM, RICE)}, rows
    )
    assert [(p.applicant, [d.path for d in p.docs]) for p in made] == [
        (RICE, ["a.docx"]),
        ("荆州水产养殖有限公司", ["b.docx"]),
    ]


def test_two_phases_of_one_applicant_each_with_its_row_and_form():
    second = LATIN + "二期"
    rows = [Row(name=LATIN, applicant=ACME), Row(name=second, applicant=ACME)]
    made = found({"1.docx": application(LATIN), "2.docx": application(second)}, rows)
    assert [[d.path for d in p.docs] for p in made] == [["1.docx"], ["2.docx"]]


def test_rows_keep_their_order_and_unlisted_forms_follow():
    made = found(
        {"f.docx": application(FARM, RICE), "a.docx": application()}, [Row(name=BRIDGE), Row(name=LATIN)]
    )
    assert [(p.name, p.row is not None) for p in made] == [(BRIDGE, True), (LATIN, True), (FARM, False)]


def test_a_row_is_filled_from_the_form_and_never_overwritten():
    made = found(
        {"a.docx": application(联系人="李四")}, [Row(name=LATIN, applicant="光谷芯片公司", credit_code="")]
    )
    assert (made[0].applicant, made[0].contact) == ("光谷芯片公司", "李四")


def test_a_word_version_is_believed_before_its_scan():
    made = found({"s.pdf": application("光电子芯片协同制适", form=Form.SCAN), "a.docx": application()})
    assert [p.name for p in made] == [LATIN]


def test_likeness_wants_more_than_a_name_of_the_trade():
    assert likeness(LATIN, ACME, "", Row(name=LATIN, applicant=ACME)) == 1.0
    assert likeness(LATIN, "", "", Row(name=LATIN)) == 1.0
    assert likeness(LATIN, ACME, "", Row(name=LATIN, applicant=BUILD)) >= 0.7
    assert likeness("大辉标准化试点", "甲厂", "", Row(name="越力标准化试点", applicant="乙公司")) < 0.7
    assert likeness(FARM, RICE, "", Row(name=LATIN, applicant=ACME)) < 0.7


def test_the_same_credit_code_agrees_as_an_applicant_does():
    row = Row(name="光电子芯片协同制造项目", applicant="光谷公司", credit_code="X1")
    assert likeness(LATIN, "武汉芯片厂", "X1", row) >= 0.7
    assert likeness(LATIN, "武汉芯片厂", "X2", row) < 0.7


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5), st.lists(st.sampled_from(NAMES), max_size=5))
@settings(deadline=None, max_examples=60)
def test_no_form_is_ever_two_projects_and_no_row_has_two_makers(forms, listed):
    papers = {f"{i}.docx": application(*pair) for i, pair in enumerate(forms)}
    made = found(papers, [Row(name=n, applicant=a) for n, a in listed])
    used = [d.key for p in made for d in p.docs]
    assert sorted(used) == sorted({*used})
    assert len(used) == len(forms)
    assert len([p for p in made if p.row is not None]) == len(listed)


@given(st.permutations([f"{i}" for i in range(4)]))
@settings(deadline=None, max_examples=30)
def test_the_order_of_files_decides_nothing(order):
    rows = [Row(name=n, applicant=a) for n, a in NAMES[:3]]
    papers = {f"{i}.docx": application(*NAMES[int(i)]) for i in order}
    made = {(p.name, p.applicant, tuple(d.path for d in p.docs)) for p in found(papers, rows)}
    assert made == {
        (LATIN, ACME, ("0.docx",)),
        (BRIDGE, BUILD, ("1.docx",)),
        (FARM, RICE, ("2.docx",)),
        ("量子通信城域试验网", ACME, ("3.docx",)),
    }


TEXTS = [
    ("试点", "pilot"),
    ("示范项目", "demo"),
    ("新型基础设施领域试点项目", "infra"),
    ("（新型基础设施）试点", "infra"),
    ("试 点", "pilot"),
    ("试点、示范", None),
    ("", None),
    ("其他", None),
]


@pytest.mark.parametrize(("text", "track"), TEXTS)
def test_the_longest_name_wins_and_a_draw_says_nothing(text, track):
    assert track_of(text, CALL) == track


@pytest.mark.parametrize("text", ["试点示范项目", "国家标准化试点示范项目"])
def test_the_name_of_both_is_neither(text):
    assert track_of(text, CALL) is None


def test_more_papers_never_make_a_present_one_missing():
    papers: dict = {}
    seen: list[set[str]] = []
    for i, (name, applicant) in enumerate(NAMES[:3]):
        papers = {**papers, f"{i}.docx": application(name, applicant)}
        seen.append({p.name for p in verdict(papers).projects if p.application})
    assert all(a < b for a, b in pairwise(seen))


def test_what_a_spreadsheet_left_of_two_codes_makes_no_one_body_of_them():
    row = Row(name=NAMES[1][0], applicant="乙公司", credit_code="914401E17")
    same = Row(name=NAMES[1][0], applicant="乙公司", credit_code="91440101MA5CJ00000")
    assert likeness(NAMES[1][0], "甲研究院", "914401E17", row) < likeness(NAMES[1][0], "甲研究院", same.credit_code, same)
