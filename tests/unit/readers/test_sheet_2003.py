"""Excel's XML spreadsheets of 2003, as reporting systems write them and call them .xls."""

import pytest

from shoufa.domain.errors import Unreadable
from shoufa.readers import sheet_2003
from shoufa.readers.document import read_document

NAMES = 'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'

WIDE = 'ss:MergeAcross="1" ss:MergeDown="1"'
THIRD, FAR = 'ss:Index="3"', 'ss:Index="16000"'
CALL = 'ss:Formula="=cmd|&apos;/c calc&apos;!A1"'


def book(rows: str, more: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook {NAMES}><Styles><Style ss:ID="a"/></Styles>'
        f'<Worksheet ss:Name="汇总表"><Table>{rows}</Table></Worksheet>{more}</Workbook>'
    ).encode()


def cell(kind: str, text: str, more: str = "") -> str:
    return f'<Cell {more}><Data ss:Type="{kind}">{text}</Data></Cell>'


def test_values_merges_and_places():
    rows = (
        f"<Row>{cell('String', '项目汇总表', WIDE)}{cell('String', '旁')}</Row>"
        f"<Row ss:Index='3'>{cell('Number', '13800138000')}{cell('Boolean', '1', THIRD)}</Row>"
        f"<Row>{cell('DateTime', '2023-08-15T00:00:00.000')}<Cell/>{cell('Number', 'x')}</Row>"
    )
    facts = read_document(book(rows))
    assert facts.container == "excel-xml"
    assert [(c.row, c.col, c.text, c.rowspan, c.colspan) for c in facts.tables[0].cells] == [
        (0, 0, "项目汇总表", 2, 2), (0, 2, "旁", 1, 1), (2, 0, "13800138000", 1, 1), (2, 2, "TRUE", 1, 1),
        (3, 0, "2023-08-15", 1, 1), (3, 2, "x", 1, 1),
    ]  # fmt: skip


def test_hidden_sheets_are_left_out():
    hidden = (
        f'<Worksheet ss:Name="选项"><Table><Row>{cell("String", "试点")}</Row></Table>'
        '<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>'
    )
    found = read_document(book(f"<Row>{cell('String', '甲')}</Row>", hidden))
    assert [t.name for t in found.tables] == ["汇总表"]


def test_a_formula_that_calls_a_program_is_active():
    rows = f"<Row>{cell('Number', '1', CALL)}</Row>"
    assert read_document(book(rows)).active == ("dde",)


def test_a_table_of_too_many_places_is_refused():
    rows = f"<Row ss:Index='1000000'>{cell('String', 'x', FAR)}</Row>"
    with pytest.raises(Unreadable) as caught:
        read_document(book(rows))
    assert caught.value.code == "too-large"


def test_other_xml_is_no_workbook():
    with pytest.raises(Unreadable) as caught:
        sheet_2003.read_sheet_xml(b"<a/>")
    assert caught.value.code == "unreadable"
