"""Workbooks, comma-separated values and HTML in a workbook's clothes."""

import datetime as dt
import io

import openpyxl
import openpyxl.drawing.image
import pytest
import xlwt

from shoufa.domain.codes import Form
from shoufa.domain.errors import Unreadable
from shoufa.readers.document import read_document
from unit.readers import papers


def xlsx(fill) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def filled(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "汇总表"
    sheet.merge_cells("A1:C1")
    sheet["A1"] = "项目推荐汇总表"
    for row in (["序号", "项目名称", "电话"], [1, "甲项目", 13800000001], [2.5, dt.date(2023, 7, 1), None]):
        sheet.append(row)


def test_values_as_they_are_seen():
    facts = read_document(xlsx(filled))
    assert (facts.container, facts.form, facts.tables[0].name) == ("xlsx", Form.WORD, "汇总表")
    assert facts.tables[0].rows()[1:] == [
        ["序号", "项目名称", "电话"], ["1", "甲项目", "13800000001"], ["2.5", "2023-07-01", ""],
    ]  # fmt: skip
    title = facts.tables[0].cells[0]
    assert (title.text, title.colspan, title.rowspan) == ("项目推荐汇总表", 3, 1)
    assert facts.pages[0].text.startswith("汇总表\n项目推荐汇总表\n序号 | 项目名称 | 电话")


def test_empty_rows_before_the_table_keep_their_place():
    def fill(book: openpyxl.Workbook) -> None:
        book.active["B3"] = "此处"

    cell = read_document(xlsx(fill)).tables[0].cells[0]
    assert (cell.row, cell.col) == (2, 1)


def test_hidden_sheets_are_left_out():
    def fill(book: openpyxl.Workbook) -> None:
        filled(book)
        hidden = book.create_sheet("选项")
        hidden["A1"] = "试点"
        hidden.sheet_state = "hidden"

    assert [t.name for t in read_document(xlsx(fill)).tables] == ["汇总表"]


def test_an_empty_sheet_with_a_picture_is_a_scan():
    page = papers.blank(620, 877)
    papers.write(page, "SUMMARY OF PROJECTS", 60, 200)

    def fill(book: openpyxl.Workbook) -> None:
        book.active.add_image(openpyxl.drawing.image.Image(io.BytesIO(papers.encoded(page))), "A1")

    facts = read_document(xlsx(fill))
    assert (facts.container, facts.form, facts.page_count) == ("xlsx", Form.SCAN, 1)
    assert "SUMMARY" in facts.text.upper()


def test_xls():
    book = xlwt.Workbook()
    sheet = book.add_sheet("表一")
    sheet.write_merge(0, 0, 0, 1, "标题")
    sheet.write(1, 0, 1)
    sheet.write(1, 1, "乙项目")
    out = io.BytesIO()
    book.save(out)
    facts = read_document(out.getvalue())
    assert facts.container == "xls"
    assert facts.tables[0].rows() == [["标题", ""], ["1", "乙项目"]]
    assert facts.active == ()


def test_macros_in_a_workbook():
    members = {
        "[Content_Types].xml": "<Types/>",
        "xl/vbaProject.bin": b"x",
    }
    from shoufa.readers import sheet

    assert sheet.active(papers.zipped(members), "xlsx") == ["macro"]


def test_csv_in_gb18030():
    facts = read_document("序号,项目名称\n1,丙项目\n2,丁项目\n".encode("gb18030"))
    assert facts.container == "csv"
    assert facts.tables[0].rows() == [["序号", "项目名称"], ["1", "丙项目"], ["2", "丁项目"]]


def test_html_saved_as_a_workbook():
    page = (
        "<html><head><title>t</title></head><body><p>汇总</p><table><tr><td rowspan=2>甲</td><td>乙</td></tr>"
        "<tr><td colspan='1'>丙</td></tr></table></body></html>"
    )
    facts = read_document(page.encode("gb18030"), "汇总表.xls")
    assert facts.container == "html"
    assert facts.pages[0].text == "汇总\n甲 | 乙\n丙"
    assert [(c.row, c.col, c.rowspan) for c in facts.tables[0].cells] == [(0, 0, 2), (0, 1, 1), (1, 1, 1)]


def test_html_that_would_run_something_is_active():
    facts = read_document(b"<html><body><p>text</p><script>alert(1)</script></body></html>")
    assert facts.active == ("script",)
    assert "alert" not in facts.text


@pytest.mark.parametrize("cut", [0.5, 0.8])
def test_a_cut_workbook_is_unreadable(cut: float):
    data = xlsx(filled)
    with pytest.raises(Unreadable):
        read_document(data[: int(len(data) * cut)])
