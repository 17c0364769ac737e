"""Workbooks, comma-separated values and HTML in a workbook's clothes."""

import datetime as dt
import io
import time
import zipfile

import openpyxl
import openpyxl.drawing.image
import pytest
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904

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


def added(data: bytes, members: dict[str, bytes | str]) -> bytes:
    """A package with some members more, or in place of its own."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        return papers.zipped({**{n: old.read(n) for n in old.namelist()}, **members})


def sheet_xml(rows: str, more: str = "", before: str = "") -> bytes:
    """A workbook whose sheet's XML is given."""
    xml = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"{before}<sheetData>{rows}</sheetData>{more}</worksheet>"
    )
    return added(xlsx(lambda _: None), {"xl/worksheets/sheet1.xml": xml})


def cells_of(data: bytes) -> list[str]:
    return [c.text for c in read_document(data).tables[0].cells]


def test_texts_however_they_are_stored():
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="2" uniqueCount="2">'
        "<si><r><t>广州</t></r><r><rPr><b/></rPr><t>甲公司</t></r></si>"
        '<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si></sst>'
    )

    def fill(book: openpyxl.Workbook) -> None:
        book.active["A1"] = "x"

    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'
        '<c r="C1" t="inlineStr"><is><r><t>内</t></r><r><t>联</t></r></is></c>'
        '<c r="D1" t="str"><f>A1</f><v>算得</v></c><c r="E1"><f>1+1</f><v>2</v></c>'
        '<c r="F1" t="e"><v>#REF!</v></c><c r="G1" t="b"><v>1</v></c></row>'
    )
    data = added(xlsx(fill), {
        "xl/worksheets/sheet1.xml": '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="A1:A1"/><sheetData>{rows}</sheetData></worksheet>',
        "xl/sharedStrings.xml": strings,
    })  # fmt: skip
    assert cells_of(data) == ["广州甲公司", "東京", "内联", "算得", "2", "TRUE"]  # an error says nothing


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("13800138000.0", "13800138000"), ("1.3800138E10", "13800138000"),
        ("9.1440101123456704E17", "914401011234567000"), ("914401011234567890", "914401011234568000"),
        ("0.1", "0.1"), ("0.30000000000000004", "0.3"), ("1E-7", "1E-7"), ("-2", "-2"), ("1E300", "1E+300"),
        ("123456789012345", "123456789012345"),
    ],
)  # fmt: skip
def test_numbers_as_excel_keeps_them(stored: str, shown: str):
    assert cells_of(sheet_xml(f'<row r="1"><c r="A1"><v>{stored}</v></c></row>')) == [shown]


def test_dates_by_their_format_and_by_the_books_calendar():
    def fill(book: openpyxl.Workbook) -> None:
        book.epoch = CALENDAR_MAC_1904
        book.active["A1"] = dt.datetime(2023, 8, 15)
        book.active["B1"] = dt.datetime(2023, 8, 15, 9, 30)
        book.active["C1"] = dt.datetime(2023, 8, 15)
        book.active["C1"].number_format = 'yyyy"年"m"月"d"日"'

    assert cells_of(xlsx(fill)) == ["2023-08-15", "2023-08-15 09:30", "2023-08-15"]


def test_hidden_and_filtered_rows_stay():
    def fill(book: openpyxl.Workbook) -> None:
        filled(book)
        book.active.row_dimensions[3].hidden = True
        book.active.auto_filter.ref = "A2:C4"
        book.active.column_dimensions["B"].hidden = True

    assert read_document(xlsx(fill)).tables[0].rows()[2] == ["1", "甲项目", "13800000001"]


def test_a_sheet_with_one_cell_in_its_farthest_corner():
    rows = (
        '<row r="1"><c r="A1" t="str"><v>项目名称</v></c><c r="C1" t="str"><v>申报单位</v></c></row>'
        '<row r="2"><c r="A2"/></row><row r="3"><c r="A3" t="str"><v>甲</v></c><c r="C3" t="str"><v>乙</v></c></row>'
        '<row r="1048576"><c r="XFD1048576" t="str"><v> </v></c></row>'
    )
    assert read_document(sheet_xml(rows)).tables[0].rows()[:2] == [["项目名称", "申报单位"], ["甲", "乙"]]


def test_a_sheet_with_a_cell_in_its_last_row():
    rows = '<row r="1"><c r="A1" t="str"><v>甲</v></c></row><row r="1048576"><c r="J1048576" t="str"><v>乙</v></c></row>'
    assert read_document(sheet_xml(rows)).tables[0].rows() == [["甲", ""], ["", "乙"]]


def test_rows_far_out_in_a_sheet_that_has_no_place_for_them():
    xml = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></worksheet>'
    with pytest.raises(Unreadable):
        read_document(added(xlsx(lambda _: None), {"xl/worksheets/sheet1.xml": xml}))


def test_merged_ranges_past_any_sheet_are_left_alone():
    merged = "".join(f'<mergeCell ref="A{row}:CV{row + 99}"/>' for row in range(1, 9000))
    data = sheet_xml('<row r="1"><c r="A1" t="str"><v>甲</v></c></row>', f"<mergeCells>{merged}</mergeCells>")
    began = time.process_time()
    assert cells_of(data) == ["甲"]
    assert time.process_time() - began < 5


def test_a_sheet_coloured_to_its_last_row():
    rows = "".join(f'<row r="{r}"><c r="XFD{r}" s="0"/></row>' for r in range(2, 3000))
    found = read_document(sheet_xml(f'<row r="1"><c r="A1" t="str"><v>甲</v></c></row>{rows}'))
    assert found.tables[0].rows() == [["甲"]]


@pytest.mark.parametrize(
    "data",
    [
        "序号,项目名称\n1,丙项目\n2,丁项目\n".encode("gb18030"),
        "序号,项目名称\n1,丙项目\n2,丁项目\n".encode(),
        "序号,项目名称\r\n1,丙项目\r\n2,丁项目\r\n".encode("utf-8-sig"),
        "序号;项目名称\n1;丙项目\n2;丁项目\n".encode(),
        "序号\t项目名称\n1\t丙项目\n2\t丁项目\n".encode("gbk"),
        "序号\t项目名称\r\n1\t丙项目\r\n2\t丁项目\r\n".encode("utf-16"),
        "序号,项目名称\n1,丙项目\n2,丁项目\n".encode("utf-16"),
        '"序号","项目名称"\n1,"丙项目"\n2,"丁项目"\n'.encode(),
    ],
)
def test_csv_in_its_charsets_and_separators(data: bytes):
    facts = read_document(data)
    assert facts.container == "csv"
    assert facts.tables[0].rows() == [["序号", "项目名称"], ["1", "丙项目"], ["2", "丁项目"]]


def test_csv_with_excels_own_wrappings():
    facts = read_document("sep=;\n代码;电话\n=\"0012\";13800138000.0\n'91440101;020-1\n".encode())
    assert facts.tables[0].rows() == [["代码", "电话"], ["0012", "13800138000"], ["91440101", "020-1"]]


@pytest.mark.parametrize("cell", ["=cmd|'/c calc'!A0", "+cmd|'/c calc'!A0", '"=MSEXCEL|x"', "@SUM|x"])
def test_csv_that_would_call_a_program(cell: str):
    assert read_document(f"甲,乙\n1,{cell}\n".encode()).active == ("dde",)
    assert read_document("甲,乙\n1,a|b\n".encode()).active == ()


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


@pytest.mark.parametrize(
    "html",
    ['<p onclick="x()">a</p>', '<a href="javascript:x()">a</a>', "<script>x()</script>"],
)
def test_html_with_a_script(html: str):
    assert read_document(f"<html><body>{html}</body></html>".encode()).active == ("script",)


@pytest.mark.parametrize("html", ['<img src="http://h.example/p.png">', '<iframe src="https://h.example/"></iframe>'])
def test_html_that_would_load_something(html: str):
    assert read_document(f"<html><body>a{html}</body></html>".encode()).active == ("external",)


def test_html_of_endless_spans_is_bounded():
    cell = '<td colspan="1000000000" rowspan="1000000000">x</td>'
    html = f"<html><table>{('<tr>' + cell * 20 + '</tr>') * 20_000}</table></html>"
    start = time.process_time()
    found = read_document(html.encode()).tables[0]
    assert max(c.colspan for c in found.cells) == max(c.rowspan for c in found.cells) == 512
    assert time.process_time() - start < 60  # unbounded it would never end


@pytest.mark.parametrize("cut", [0.5, 0.8])
def test_a_cut_workbook_is_unreadable(cut: float):
    data = xlsx(filled)
    with pytest.raises(Unreadable):
        read_document(data[: int(len(data) * cut)])
