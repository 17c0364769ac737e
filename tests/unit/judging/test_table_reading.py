"""Reading a summary table (table_reading.py)."""

import pytest

from shoufa.domain.call import FieldRule
from shoufa.domain.codes import Kind
from shoufa.domain.facts import Cell, Table
from shoufa.judging.starts import start_of
from shoufa.judging.table_reading import filled, read_table
from unit.judging.build import ACME, BRIDGE, BUILD, HUBEI, LATIN, grid, page

HEAD = ["序号", "项目名称", "申报单位", "项目类型"]
BODY = [["1", LATIN, ACME, "试点"], ["2", BRIDGE, BUILD, "示范"]]


def read(*tables: Table, text: str = ""):
    return read_table((page(text),), tables)


def test_rows_under_a_header():
    made = read(grid([HEAD, *BODY]))
    assert [(r.name, r.applicant, r.type_text) for r in made.rows] == [
        (LATIN, ACME, "试点"),
        (BRIDGE, BUILD, "示范"),
    ]
    assert (made.understood, made.missing) == (True, ())


def test_a_header_may_stand_below_a_title_row():
    made = read(grid([["项目推荐汇总表", "", "", ""], ["推荐单位：" + HUBEI, "", "", ""], HEAD, *BODY]))
    assert len(made.rows) == 2
    assert made.recommender == HUBEI


def test_a_table_that_goes_on_keeps_its_header():
    assert len(read(grid([HEAD, BODY[0]]), grid([BODY[1]], 2)).rows) == 2


def test_a_header_repeated_on_the_next_page_is_no_row():
    assert len(read(grid([HEAD, BODY[0]]), grid([HEAD, BODY[1]], 2)).rows) == 2


def test_columns_in_any_order_and_under_other_labels():
    made = read(grid([["承担单位（盖章）", "类 别", "试点名称"], [ACME, "试点", LATIN]]))
    assert [(r.name, r.applicant, r.type_text) for r in made.rows] == [(LATIN, ACME, "试点")]


def test_a_section_heading_speaks_for_the_rows_below():
    head = ["序号", "项目名称", "申报单位"]
    rows = [["一、试点项目", "", ""], ["1", LATIN, ACME], ["二、示范项目", "", ""], ["1", BRIDGE, BUILD]]
    assert [r.type_text for r in read(grid([head, *rows])).rows] == ["一、试点项目", "二、示范项目"]


def test_a_cell_that_spans_rows_counts_for_each():
    cells = [Cell(row=0, col=i, text=t) for i, t in enumerate(HEAD)]
    cells += [Cell(row=1, col=3, text="试点", rowspan=2)]
    cells += [
        Cell(row=r, col=c, text=t) for r, row in ((1, BODY[0]), (2, BODY[1])) for c, t in enumerate(row[:3])
    ]
    table = Table(cells=tuple(cells))
    assert [row[3] for row in filled(table)] == ["项目类型", "试点", "试点"]
    assert [r.type_text for r in read(table).rows] == ["试点", "试点"]


@pytest.mark.parametrize("total", ["合计", "共2个项目", "小计"])
def test_totals_and_empty_rows_are_no_projects(total):
    made = read(grid([HEAD, *BODY, [total, "2", "", "2"], ["3", "", "", ""]]))
    assert [r.name for r in made.rows] == [LATIN, BRIDGE]


def test_names_broken_in_a_narrow_cell_are_joined():
    assert read(grid([HEAD, ["1", "光电子芯片\n协同制造", ACME, "试点"]])).rows[0].name == LATIN


def test_what_has_no_header_is_not_understood():
    made = read(grid([["甲", "乙"], ["丙", "丁"]]))
    assert (made.understood, made.rows) == (False, ())


def test_a_header_without_applicant_says_so():
    assert read(grid([["项目名称", "项目类型"], [LATIN, "试点"]])).missing == ("applicant",)


def test_a_recommender_is_an_organisation():
    assert read(grid([HEAD]), text="推荐单位（盖章）：" + HUBEI).recommender == HUBEI
    assert read(grid([HEAD]), text="推荐单位：见下").recommender == ""


LABELS = (
    FieldRule(name="name", labels=("试点示范项目",), type="text"),
    FieldRule(name="applicant", labels=("牵头单位",), type="organisation"),
)
OWN = {
    "labels of the call": [["编号", "试点示范项目", "牵头单位"], ["01", LATIN, ACME]],
    "a title row": [["推荐项目汇总", "", ""], ["编号", "项目名称", "申报单位"], ["1", LATIN, ACME]],
    "columns of their own": [
        ["序号", "地市", "牵头单位", "试点示范项目", "推荐理由"],
        ["1", "武汉", ACME, LATIN, "好"],
    ],
    "no numbers": [
        ["申报单位", "项目名称", "类型", "联系人", "联系电话"],
        [ACME, LATIN, "试点", "张三", "1"],
    ],
    "breaks and gaps": [["序 号", "项目\n名称", "申报单位\n（全称）"], ["1", LATIN, ACME]],
    "numbered labels": [["序号", "1.项目名称", "2.申报单位"], ["1", LATIN, ACME]],
}


@pytest.mark.parametrize("name", OWN)
def test_a_table_that_is_understood_is_a_summary(name):
    table = grid(OWN[name])
    made = read_table((page(""),), (table,), LABELS)
    assert [(r.name, r.applicant) for r in made.rows] == [(LATIN, ACME)]
    assert start_of(page("说明"), (table,), LABELS) is Kind.SUMMARY


@pytest.mark.parametrize(
    "rows",
    [
        [["项目名称", "申报单位"], [LATIN, ACME]],
        [["项目名称", LATIN, "申报单位", ACME]],
        [["序号", "姓名", "单位名称"], ["1", "张三", ACME]],
        [["序号", "设备名称", "数量"], ["1", "甲", "2"]],
    ],
)
def test_other_tables_are_no_summary(rows):
    assert start_of(page("说明"), (grid(rows),), LABELS) is None


def test_a_header_of_two_rows_the_lower_one_tells_more():
    cells = [
        Cell(row=0, col=0, text="序号", rowspan=2),
        Cell(row=0, col=1, text="项目名称", rowspan=2),
        Cell(row=0, col=2, text="申报单位", colspan=2),
        Cell(row=0, col=4, text="联系方式", colspan=2),
        *(Cell(row=1, col=c, text=t) for c, t in enumerate(["单位名称", "地址", "联系人", "电话"], 2)),
        *(Cell(row=2, col=c, text=t) for c, t in enumerate(["1", LATIN, ACME, "武汉", "张三", "027"])),
    ]
    row = read(Table(cells=tuple(cells))).rows
    assert [(r.name, r.applicant, r.contact, r.phone) for r in row] == [(LATIN, ACME, "张三", "027")]


def test_several_tables_in_one_sheet_each_with_its_own_header():
    one = [["试点项目", "", "", ""], ["序号", "项目名称", "申报单位", "备注"], ["1", LATIN, ACME, ""]]
    two = [["示范项目", "", "", ""], ["序号", "申报单位", "项目名称", "备注"], ["1", BUILD, BRIDGE, ""]]
    made = read(grid([*one, ["", "", "", ""], *two]))
    assert [(r.name, r.applicant, r.type_text) for r in made.rows] == [
        (LATIN, ACME, "试点项目"),
        (BRIDGE, BUILD, "示范项目"),
    ]


@pytest.mark.parametrize(
    "other",
    [
        [["指标", "说明"], ["甲", "乙"]],
        [["填表说明", "一、如实填写", "二、不得空缺", "三、盖章"]],
        [["单位", "处室", "人员", "分机"], ["局", "标准处", "张三", "12"]],
    ],
)
def test_another_table_without_numbers_adds_no_rows(other):
    assert len(read(grid([HEAD, *BODY]), grid(other)).rows) == 2


def test_one_misread_sign_in_a_scanned_header():
    rows = [["序号", "项日名称", "申报单位"], ["1", LATIN, ACME]]
    assert [r.name for r in read_table((page("", scanned=True),), (grid(rows),)).rows] == [LATIN]
    assert not read(grid(rows)).understood


def test_a_recommender_with_a_note_behind_it():
    assert read(grid([HEAD]), text=f"填报单位：{HUBEI}（公章）").recommender == HUBEI


def test_a_section_goes_on_over_the_page():
    head = ["序号", "项目名称", "申报单位"]
    one, two = [head, ["一、试点项目", "", ""], ["1", LATIN, ACME]], [["2", BRIDGE, BUILD]]
    assert [r.type_text for r in read(grid(one), grid(two, 2)).rows] == ["一、试点项目"] * 2
    assert [r.type_text for r in read(grid(one), grid([head, *two], 1)).rows] == ["一、试点项目", ""]


def test_a_tables_title_is_no_section():
    rows = [["示范项目推荐汇总表", "", ""], ["序号", "项目名称", "申报单位"], ["1", LATIN, ACME]]
    assert [r.type_text for r in read(grid(rows)).rows] == [""]
