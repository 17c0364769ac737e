"""Reading an application form (fields.py): label and value wherever they stand, ticks in any print."""

import pytest

from shoufa.domain.facts import Line
from shoufa.judging.choices import ticked
from shoufa.judging.fields import clean, read_fields
from shoufa.judging.labels import label_of
from unit.judging.build import ACME, LATIN, application_text, grid, page

TICKS = [
    ("☑试点 □示范", ("试点",)),
    ("□试点 ☑示范", ("示范",)),
    ("☒试点项目☐示范项目", ("试点项目",)),
    ("■ 试点  □ 示范", ("试点",)),
    ("√试点 □示范", ("试点",)),
    ("□试点 □示范", ()),
    ("☑试点 ☑示范", ("试点", "示范")),
    ("试点", ("试点",)),
    ("试点项目", ("试点项目",)),
    ("", ()),
    ("口试点 区示范", ("示范",)),
    ("回试点 口示范", ("试点",)),
    ("口试点 口示范", ()),
    ("□试点 示范", ("示范",)),
    ("□试点 示范 其他", ()),
]


@pytest.mark.parametrize(("text", "words"), TICKS)
def test_ticks_in_print_and_as_recognised(text, words):
    assert ticked(text) == words


def test_values_behind_their_labels_on_lines():
    made = read_fields((page(application_text()),), ())
    assert (made.name, made.applicant, made.ticked, made.contact) == (LATIN, ACME, ("试点",), "张三")


def test_values_right_of_their_labels_in_a_table():
    table = grid(
        [["项目名称", LATIN], ["申报单位（盖章）", ACME], ["联系人", "张三", "联系电话", "027-8888"]]
    )
    made = read_fields((page(""),), (table,))
    assert (made.name, made.applicant, made.contact, made.phone) == (LATIN, ACME, "张三", "027-8888")


def test_values_beside_their_labels_on_a_scanned_page():
    lines = [
        Line(text="项目名称", box=(0.1, 0.10, 0.2, 0.13)),
        Line(text=LATIN, box=(0.3, 0.105, 0.6, 0.128)),
        Line(text="联系人", box=(0.1, 0.20, 0.2, 0.23)),
        Line(text="联系电话", box=(0.3, 0.20, 0.4, 0.23)),
    ]
    made = read_fields((page("", lines=[line.model_dump() for line in lines]),), ())
    assert (made.name, made.contact) == (LATIN, "")


def test_a_label_beside_a_label_is_no_value():
    assert read_fields((page(""),), (grid([["联系人", "联系电话"]]),)).contact == ""


def test_labels_that_stand_apart_and_values_that_share_a_line():
    made = read_fields((page("联 系 人：张三   联系电话：027-8888\n申 报 单 位（盖章）：" + ACME),), ())
    assert (made.contact, made.phone, made.applicant) == ("张三", "027-8888", ACME)


def test_fill_in_rules_are_no_value():
    assert read_fields((page("项目名称：________"),), ()).name == ""
    assert clean("__甲_\n 乙 ") == "甲乙"


@pytest.mark.parametrize("text", ["申报单位（盖章）：", "申 报 单 位", "申报单位"])
def test_labels_in_one_form(text):
    assert label_of(text) == "申报单位"


def test_a_credit_code_anywhere_on_the_form():
    made = read_fields((page("申报书\n代码 91350100M000100Y43 号"),), ())
    assert made.credit_code == "91350100M000100Y43"
    assert made.code_text == ""
