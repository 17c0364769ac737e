"""A scanned table in place of an editable one: rows over pages, totals, and slips of recognition."""

import pytest

from shoufa.domain.codes import Form
from shoufa.domain.facts import Facts
from shoufa.judging.segments import documents
from shoufa.judging.table_reading import read_table
from unit.judging.build import (
    ACME,
    BRIDGE,
    BUILD,
    FARM,
    HUBEI,
    LATIN,
    RICE,
    TWO,
    call,
    case,
    codes,
    complete,
    facts,
    grid,
    page,
    seal,
    summary,
    verdict,
)

HEAD = ["序号", "项目名称", "申报单位", "项目类型", "联系人"]
FIRST = ["1", LATIN, ACME, "试点", "张三"]
SECOND = ["2", BRIDGE, BUILD, "示范", "李四"]
THIRD = ["3", FARM, RICE, "试点", "王五"]


def read(*pages: list[list[str]]) -> list[tuple[str, str]]:
    """Project and applicant of each row of a table that goes on over these pages."""
    tables = tuple(grid(rows, n) for n, rows in enumerate(pages, 1))
    return [(r.name, r.applicant) for r in read_table((), tables).rows]


NAMES = [(LATIN, ACME), (BRIDGE, BUILD), (FARM, RICE)]
PAGES = {
    "goes on": ([HEAD, FIRST, SECOND], [THIRD]),
    "header again": ([HEAD, FIRST, SECOND], [HEAD, THIRD]),
    "header with gaps again": ([HEAD, FIRST, SECOND], [["序 号", "项目\n名称", "申报\n单位", "项目\n类型", "联系人"], THIRD]),
    "totals": ([HEAD, FIRST, SECOND], [THIRD, ["合计", "3个", "", "", ""]]),
    "totals with gaps": ([HEAD, FIRST, SECOND, THIRD, ["合 计", "共3项", "", "", ""]],),
    "totals in the name's column": ([HEAD, FIRST, SECOND, THIRD, ["", "总计：3个项目", "", "2个试点", ""]],),
    "subtotals": ([HEAD, FIRST, SECOND, ["小计", "2", "", "", ""]], [THIRD, ["合计", "3", "", "", ""]]),
    "footer": ([HEAD, FIRST, SECOND, THIRD, ["", "填表人：赵六", "联系电话：027", "", ""]],),
    "many lines in a cell": ([HEAD, ["1", "光电子芯片\n协同制造", "武汉光谷\n芯片有限公司", "试点", "张三"], SECOND, THIRD],),
    "name broken by the page": ([HEAD, FIRST, ["2", "长江大桥", BUILD, "示范", "李四"]], [["", "智能监测", "", "", ""], THIRD]),
    "row broken by the page": (
        [HEAD, FIRST, ["2", "长江大桥", "中铁某某桥梁", "示范", "李四"]],
        [["", "智能监测", "集团公司", "", ""], THIRD],
    ),
    "row broken above a repeated header": (
        [HEAD, FIRST, ["2", "长江大桥", "中铁某某桥梁", "示范", "李四"]],
        [HEAD, ["", "智能监测", "集团公司", "", ""], THIRD],
    ),
    "title rows above": ([["项目推荐汇总表", "", "", "", ""], ["推荐单位：湖北省局", "", "", "", ""], HEAD, FIRST, SECOND, THIRD],),
    "a section over the page": ([HEAD, FIRST, SECOND], [["", "示范项目", "", "", ""], THIRD]),
    "empty rows": ([HEAD, FIRST, ["", "", "", "", ""], SECOND], [["", "", "", "", ""], THIRD]),
    "three pages": ([HEAD, FIRST], [HEAD, SECOND], [THIRD]),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_rows_are_whole_however_the_pages_break_them(name):
    assert read(*PAGES[name]) == NAMES


def test_a_row_without_its_number_is_a_row_where_it_is_whole():
    code = "91420100MA4KXXXX04"
    head = [*HEAD[:4], "统一社会信用代码"]
    whole = [["", FARM, RICE, "试点", code]]
    assert read([head, [*FIRST[:4], code]], whole) == [(LATIN, ACME), (FARM, RICE)]


def test_another_sheet_is_no_next_page():
    one, two = grid([HEAD, FIRST]), grid([HEAD, ["", FARM, RICE, "试点", "王五"]])
    assert [r.name for r in read_table((), (one, two)).rows] == [LATIN, FARM]


SLIPS = {
    "none": (LATIN, ACME),
    "look-alike": (LATIN.replace("制", "刷"), ACME),
    "left out": (LATIN.replace("协", ""), ACME),
    "in both": (LATIN.replace("片", "斤"), ACME.replace("谷", "合")),
    "two and one": (LATIN.replace("片", "斤").replace("造", "选"), ACME.replace("汉", "汶")),
    "widths": ("光电子芯片 协同\n制造", ACME.replace("公司", "公 司")),
}


def scanned(rows: list[list[str]], by: str = HUBEI) -> Facts:
    text = "\n".join(["项目推荐汇总表", f"推荐单位：{by}", *(" | ".join(r) for r in rows)])
    return facts([page(text, seals=[seal(by)])], Form.SCAN, [grid(rows)])


@pytest.mark.parametrize("name", SLIPS)
def test_slips_in_a_scanned_table_are_no_missing_and_no_unlisted_project(name):
    read_name, read_applicant = SLIPS[name]
    rows = [HEAD, ["1", read_name, read_applicant, "试点", "张三"], SECOND]
    papers = {k: v for k, v in complete().items() if not k.startswith("汇总表")}
    judged = verdict({**papers, "汇总表.pdf": scanned(rows)})
    assert codes(judged) == ["summary.word-missing"]
    assert [(p.name, p.applicant, p.listed, p.application) for p in judged.projects] == [
        (LATIN, ACME, True, True),
        (BRIDGE, BUILD, True, True),
    ]


@pytest.mark.parametrize("form", [Form.WORD, Form.SCAN])
def test_a_project_that_differs_is_still_missing_and_unlisted(form):
    table = summary([(FARM, RICE, "试点"), TWO[1]], form)
    papers = {k: v for k, v in complete().items() if not k.startswith("汇总表")}
    judged = verdict({**papers, "汇总表.pdf": table})
    assert {"application.missing", "application.unlisted"} <= set(codes(judged))


def test_a_sister_project_of_the_same_firm_keeps_its_own_scan():
    """Both are listed by name: the scan of the one is no version of the other's Word file."""
    rows = ((LATIN + "标准化试点", ACME, "试点"), (LATIN + "标准化示范", ACME, "示范"))
    full = complete(rows)
    papers = {k: v for k, v in full.items() if k not in {f"{rows[0][0]}扫描件.pdf", f"{rows[1][0]}.docx"}}
    judged = verdict(papers)
    assert codes(judged) == ["application.scan-missing", "application.word-missing"]


def test_a_table_scanned_twice_with_other_slips_is_one_table():
    papers = {k: v for k, v in complete().items() if not k.startswith("汇总表")}
    one = scanned([HEAD, FIRST, ["2", BRIDGE.replace("测", "侧"), BUILD, "示范", "李四"]])
    two = scanned([HEAD, ["1", LATIN.replace("片", "斤"), ACME, "试点", "张三"], SECOND])
    judged = verdict({**papers, "汇总表.pdf": one}, {"汇总表（重扫）.pdf": two})
    assert codes(judged) == ["summary.word-missing"]
    assert len(judged.projects) == 2


@pytest.mark.parametrize("backwards", [False, True])
def test_a_row_broken_between_pictures_or_on_turned_pages_is_whole(backwards):
    one = [HEAD, FIRST, ["2", "长江大桥", BUILD, "示范", "李四"]]
    two = [["", "智能监测", "", "", ""], THIRD]
    said = ["\n".join(" | ".join(r) for r in rows) for rows in (one, two)]
    if backwards:
        texts = [f"{said[1]}\n- 2 -", f"项目推荐汇总表\n{said[0]}\n- 1 -"]
        papers = {"汇总表.pdf": facts([page(t, n) for n, t in enumerate(texts, 1)], Form.SCAN, [grid(two, 1), grid(one, 2)])}
    else:
        papers = {
            f"汇总表{n}.jpg": facts([page(t)], Form.SCAN, [grid(rows)], container="jpg")
            for n, (t, rows) in enumerate(zip(said, (one, two), strict=True), 1)
        }
    made = documents(case(papers).pieces, call())
    assert [[r.name for r in d.table.rows] for d in made] == [[LATIN, BRIDGE, FARM]]
