"""Values in a form's table (cell_values.py): columns, labels above values, boxes in cells."""

import pytest

from shoufa.domain.facts import Cell, Table
from shoufa.judging.fields import read_fields
from unit.judging.build import ACME, HUBEI, LATIN, grid, page

WORDS = ("试点", "示范")


def read(*tables: Table, scanned: bool = False):
    return read_fields((page("", scanned=scanned),), tables, (), WORDS)


def said(made) -> tuple[str, ...]:
    return made.name, made.applicant, made.contact, made.phone, made.email


WHOLE = (LATIN, ACME, "张三", "13800000000", "a@b.cn")
LAYOUTS = {
    "two columns": [
        [x, y] for x, y in zip(("项目名称", "申报单位", "联系人", "手机", "邮箱"), WHOLE, strict=True)
    ],
    "numbered": [
        ["1.项目名称", LATIN],
        ["2、申报单位（盖章）", ACME],
        ["（三）联系人", "张三"],
        ["④手机", WHOLE[3]],
        ["5 电子邮箱", WHOLE[4]],
    ],
    "numbers in a column of their own": [
        ["1", "项目名称", LATIN],
        ["2", "单位名称（全称）", ACME],
        ["3", "联 系 人", "张三"],
        ["4", "联系\n电话", WHOLE[3]],
        ["5", "E-mail", WHOLE[4]],
    ],
    "four columns": [
        ["项目名称", LATIN, "申报单位", ACME],
        ["联系人", "张三", "联系电话", WHOLE[3]],
        ["电子邮箱", WHOLE[4], "传真", ""],
    ],
    "labels above values": [
        ["项目名称", "申报单位"],
        [LATIN, ACME],
        ["联系人", "手机号码", "电子信箱"],
        ["张三", WHOLE[3], WHOLE[4]],
    ],
    "other labels among those above": [
        ["项目名称", "申报单位", "单位性质"],
        [LATIN, ACME, "民营"],
        ["联系人", "职务", "手机号码", "电子邮箱"],
        ["张三", "处长", WHOLE[3], WHOLE[4]],
    ],
    "one cell a row": [
        [text]
        for label, value in zip(("项目名称", "申报单位", "联系人", "手机", "邮箱"), WHOLE, strict=True)
        for text in (label, value)
    ],
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_values_wherever_offices_put_them(name):
    assert said(read(grid(LAYOUTS[name]))) == WHOLE


def test_a_merged_heading_beside_the_labels():
    cells = [Cell(row=0, col=0, text="基本情况", rowspan=2)]
    cells += [Cell(row=0, col=1, text="项目名称", colspan=2), Cell(row=0, col=3, text="联系人")]
    cells += [Cell(row=1, col=1, text=LATIN, colspan=2), Cell(row=1, col=3, text="张三")]
    made = read(Table(cells=tuple(cells)))
    assert (made.name, made.contact) == (LATIN, "张三")


EMPTY = {
    "beside labels": [["联系人", "", "联系电话", ""], ["电子邮箱", "", "传真", ""]],
    "left out": [["联系人"], ["联系电话"], ["电子邮箱"]],
    "above a text": [["联系人", "", "联系电话", ""], ["说明一", "本表一式两份"]],
    "labels only": [["联系人", "联系电话", "电子邮箱"]],
    "labels below labels": [["联系人", "联系电话"], ["电子邮箱", "传真"]],
}


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_field_has_no_value_and_least_of_all_a_label(name):
    assert said(read(grid(EMPTY[name]))) == ("", "", "", "", "")


TYPES = {
    "one cell": [["项目类型", "试点□ 示范☑"]],
    "lines of one cell": [["项目类型", "□试点\n☑示范"]],
    "a cell a choice": [["项目类型", "□试点", "☑示范"]],
    "marks in cells": [["项目类型", "试点", "", "示范", "√"]],
    "plain": [["项目类型", "示范"]],
    "plain, with a label behind": [["类型", "示范", "所属领域", "芯片"]],
}


@pytest.mark.parametrize("name", TYPES)
def test_boxes_in_one_cell_or_in_cells_of_their_own(name):
    assert read(grid(TYPES[name])).ticked == ("示范",)


def test_boxes_one_below_the_other_beside_a_merged_label():
    cells = [Cell(row=0, col=0, text="项目类型", rowspan=2)]
    cells += [Cell(row=0, col=1, text="□试点"), Cell(row=1, col=1, text="☑示范")]
    assert read(Table(cells=tuple(cells))).ticked == ("示范",)


def test_a_misread_label_on_a_recognised_page():
    rows = [["项日名称", LATIN], ["申报单住", ACME]]
    assert (read(grid(rows), scanned=True).name, read(grid(rows), scanned=True).applicant) == (LATIN, ACME)
    assert read(grid(rows)).name == ""


def test_what_follows_a_value_in_brackets_is_no_part_of_it():
    assert read(grid([["推荐单位", HUBEI + "（盖章）"]])).recommender == HUBEI


def test_a_long_sheet_is_no_form():
    assert read(Table(grid=(("项目名称", LATIN), *[("甲", "乙")] * 501))).name == ""
