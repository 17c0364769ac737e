"""Reading a summary table (table_reading.py)."""

import pytest

from shoufa.domain.facts import Cell, Table
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
