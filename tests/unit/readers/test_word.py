"""The .docx reader on packages written by hand: each construction that forms use, once."""

import time

import pytest

from shoufa.domain.codes import Form
from shoufa.domain.errors import Unreadable
from shoufa.domain.facts import Table
from shoufa.readers.document import read_document
from shoufa.readers.package import Package
from unit.readers import papers
from unit.readers.papers import docx, p, tbl, tc


def text_of(body: str) -> str:
    return read_document(docx(body)).pages[0].text


def places(table: Table) -> list[tuple[int, int, int, int, str]]:
    return [(c.row, c.col, c.rowspan, c.colspan, c.text) for c in table.cells]


def run(inner: str) -> str:
    return f"<w:p><w:r>{inner}</w:r></w:p>"


def test_paragraphs_and_tables_in_order():
    facts = read_document(docx(p("甲") + tbl([tc("乙"), tc("丙")]) + p("丁")))
    assert facts.pages[0].text == "甲\n乙 | 丙\n丁"
    assert facts.page_count == 1


def test_spans_and_vertical_merges():
    rows = (
        [tc("宽", '<w:gridSpan w:val="2"/>'), tc("尾")],
        [tc("高", '<w:vMerge w:val="restart"/>'), tc("b"), tc("c")],
        [tc("", "<w:vMerge/>"), tc("e"), tc("f")],
    )
    assert places(read_document(docx(tbl(*rows))).tables[0]) == [
        (0, 0, 1, 2, "宽"), (0, 2, 1, 1, "尾"), (1, 0, 2, 1, "高"), (1, 1, 1, 1, "b"), (1, 2, 1, 1, "c"),
        (2, 1, 1, 1, "e"), (2, 2, 1, 1, "f"),
    ]  # fmt: skip


def test_a_nested_table_is_in_its_cell_and_a_table_of_its_own():
    facts = read_document(docx(tbl([tc("外"), tc(p("前") + tbl([tc("内1"), tc("内2")]) + p("后"))])))
    assert facts.tables[0].cells[1].text == "前\n内1 | 内2\n后"
    assert [c.text for c in facts.tables[1].cells] == ["内1", "内2"]


def test_inserted_text_counts_and_deleted_text_does_not():
    body = (
        '<w:p><w:ins w:id="1" w:author="a"><w:r><w:t>留</w:t></w:r></w:ins>'
        '<w:del w:id="2" w:author="a"><w:r><w:delText>去</w:delText><w:t>去</w:t></w:r></w:del>'
        '<w:moveFrom w:id="3"><w:r><w:t>去</w:t></w:r></w:moveFrom><w:moveTo w:id="4"><w:r><w:t>来</w:t></w:r></w:moveTo></w:p>'
    )
    assert text_of(body) == "留来"


def test_hidden_text_and_field_codes_do_not_show():
    body = (
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r>"
        '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>DATE</w:instrText></w:r><w:r><w:t>显</w:t></w:r></w:p>'
    )
    assert text_of(body) == "显"


@pytest.mark.parametrize(
    ("inner", "shown"),
    [
        ('<w:sym w:font="Wingdings 2" w:char="F052"/>', "☑"),
        ('<w:sym w:font="Wingdings 2" w:char="F0A3"/>', "□"),
        ('<w:sym w:font="Wingdings" w:char="F0FE"/>', "☑"),
        ('<w:rPr><w:rFonts w:ascii="Wingdings 2"/></w:rPr><w:t>R</w:t>', "☑"),
        ("<w:t>\uf0fe</w:t>", "☑"),
        ('<w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="1"/></w:checkBox></w:ffData></w:fldChar>', "☑"),
        ('<w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox></w:ffData></w:fldChar>', "☐"),
    ],
)  # fmt: skip
def test_ticks(inner: str, shown: str):
    assert text_of(run(inner + "<w:t>试点</w:t>") if "rFonts" not in inner else run(inner)).startswith(shown)


@pytest.mark.parametrize(("state", "shown"), [("1", "☑"), ("0", "☐")])
def test_check_box_controls(state: str, shown: str):
    control = (
        f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{state}"/></w14:checkbox></w:sdtPr>'
        "<w:sdtContent><w:r><w:t>☒</w:t></w:r></w:sdtContent></w:sdt>"
    )
    assert text_of(f"<w:p>{control}<w:r><w:t>示范</w:t></w:r></w:p>") == f"{shown}示范"


def test_content_controls_around_rows_cells_and_paragraphs():
    cell = f"<w:sdt><w:sdtContent>{tc('控')}</w:sdtContent></w:sdt>"
    row = f"<w:sdt><w:sdtContent><w:tr>{tc('行')}{tc('乙')}</w:tr></w:sdtContent></w:sdt>"
    body = f"<w:sdt><w:sdtContent>{p('段')}</w:sdtContent></w:sdt><w:tbl><w:tr>{cell}{tc('甲')}</w:tr>{row}</w:tbl>"
    assert text_of(body) == "段\n控 | 甲\n行 | 乙"


def test_a_text_box_is_read_once():
    box = f"<wps:txbx><w:txbxContent>{p('框')}</w:txbxContent></wps:txbx>"
    old = f"<w:pict><v:textbox><w:txbxContent>{p('框')}</w:txbxContent></v:textbox></w:pict>"
    body = run(
        f"<w:t>前</w:t><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>"
    )
    assert text_of(body) == "前\n框"


def test_headers_and_footnotes():
    header = f"<w:hdr {papers.NAMESPACES}>{p('页眉')}</w:hdr>"
    notes = f"<w:footnotes {papers.NAMESPACES}><w:footnote>{p('脚注')}</w:footnote></w:footnotes>"
    facts = read_document(docx(p("正文"), {"word/header1.xml": header, "word/footnotes.xml": notes}))
    assert set(facts.headers) == {"页眉", "脚注"}
    assert facts.pages[0].text == "正文"


def test_strict_namespaces_read_alike():
    data = docx(p("严格"))
    strict = Package(data).read("word/document.xml") or b""
    strict = strict.replace(papers.W.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main")
    assert read_document(docx("", {"word/document.xml": strict})).pages[0].text == "严格"


def test_macros_objects_and_remote_templates_are_active():
    members = {
        "word/vbaProject.bin": b"x",
        "word/embeddings/oleObject1.bin": b"MZ" + b"\0" * 64,
        "word/_rels/settings.xml.rels": papers.relations(
            ("r1", "attachedTemplate", "http://h.example/t.dotm", True)
        ),
    }
    assert read_document(docx(p("甲"), members)).active == ("macro", "embedded", "external")


def test_links_and_the_authors_own_template_are_harmless():
    members = {
        "word/_rels/settings.xml.rels": papers.relations(
            ("r1", "attachedTemplate", "file:///C:/t.dotm", True)
        ),
        "word/_rels/document.xml.rels": papers.relations(("r2", "hyperlink", "http://h.example/", True)),
    }
    assert read_document(docx(p("甲"), members)).active == ()


def test_a_body_of_pictures_is_a_scan():
    picture = papers.blank(620, 877)
    papers.write(picture, "APPLICATION FORM", 60, 200)
    body = run('<w:drawing><a:blip r:embed="r9"/></w:drawing>')
    members = {
        "word/media/image1.png": papers.encoded(picture),
        "word/_rels/document.xml.rels": papers.relations(("r9", "image", "media/image1.png", False)),
    }
    facts = read_document(docx(body, members))
    assert (facts.form, facts.page_count, facts.pictures) == (Form.SCAN, 1, 1)
    assert "APPLICATION" in facts.pages[0].text.upper()


def test_entities_are_not_expanded():
    bomb = (
        '<!DOCTYPE w [<!ENTITY a "哈哈哈哈哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;">]>'
        f"<w:document {papers.NAMESPACES}><w:body>{p('甲&b;乙')}</w:body></w:document>"
    )
    assert "哈" not in read_document(docx("", {"word/document.xml": bomb})).pages[0].text


def test_a_cell_that_grows_over_many_rows_takes_no_longer_for_each():
    grown = tbl(*[[tc("x" * 50, "<w:vMerge/>")] for _ in range(4000)])
    began = time.process_time()
    (cell,) = read_document(docx(grown.replace("<w:vMerge/>", '<w:vMerge w:val="restart"/>', 1))).tables[0].cells
    assert (cell.rowspan, len(cell.text)) == (4000, 51 * 4000 - 1)
    assert time.process_time() - began < 5


@pytest.mark.parametrize("cut", [0.4, 0.9])
def test_a_cut_package_is_unreadable(cut: float):
    data = docx(p("甲" * 5000), {"word/media/a.bin": bytes(range(256)) * 40})
    with pytest.raises(Unreadable) as caught:
        read_document(data[: int(len(data) * cut)])
    assert caught.value.code in {"unreadable", "unsupported"}


def test_a_bomb_is_stopped_by_real_bytes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("shoufa.readers.package.MAX_BYTES", 1 << 20)
    with pytest.raises(Unreadable) as caught:
        read_document(docx(p("甲" * 900_000)))
    assert caught.value.code == "too-large"


def test_a_part_beside_the_text_that_is_no_xml_costs_only_itself():
    broken = {"word/styles.xml": "numPr", "word/numbering.xml": "", "word/header1.xml": "", "word/_rels/header1.xml.rels": ""}
    facts = read_document(docx(p("甲"), broken))
    assert (facts.pages[0].text, facts.headers) == ("甲", ())


def test_deep_nesting_ends():
    body = "<w:sdt><w:sdtContent>" * 200 + p("底") + "</w:sdtContent></w:sdt>" * 200
    assert "底" not in text_of(p("面") + body)


def test_a_row_of_impossible_width_is_cut():
    rows = '<w:tr><w:trPr><w:gridBefore w:val="999999999"/></w:trPr>' + tc("远") + "</w:tr>"
    rows += "<w:tr>" + tc("宽", '<w:gridSpan w:val="999999999"/>') + tc("后") + "</w:tr>"
    found = read_document(docx(f"<w:tbl>{rows}</w:tbl>")).tables[0]
    assert [(c.row, c.col, c.colspan, c.text) for c in found.cells] == [(1, 0, 512, "宽")]


def test_a_document_of_too_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("shoufa.readers.word_xml.MAX_CELLS", 9)
    with pytest.raises(Unreadable) as caught:
        read_document(docx(tbl(*[[tc("a"), tc("b")]] * 5)))
    assert caught.value.code == "too-large"


def control(content: str, properties: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def test_a_chosen_entry_shows_and_a_prompt_does_not():
    chosen = control("<w:r><w:t>试点</w:t></w:r>", '<w:dropDownList><w:listItem w:value="1"/></w:dropDownList>')
    prompt = control("<w:r><w:t>单击此处输入文字。</w:t></w:r>", "<w:showingPlcHdr/>")
    assert text_of(f"<w:p><w:r><w:t>类型：</w:t></w:r>{chosen}{prompt}</w:p>" + control(p("选择一项"), "<w:showingPlcHdr/>")) == "类型：试点"
    off = control("<w:r><w:t>填</w:t></w:r>", '<w:showingPlcHdr w:val="0"/>')
    assert text_of(f"<w:p>{off}</w:p>") == "填"


@pytest.mark.parametrize(("result", "shown"), [('<w:result w:val="1"/>', "示范"), ('<w:default w:val="1"/>', "示范"), ("", "试点"), ('<w:result w:val="9"/>', ""), ('<w:result w:val="²"/>', "")])
def test_legacy_drop_downs(result: str, shown: str):
    field = f'<w:ffData><w:ddList>{result}<w:listEntry w:val="试点"/><w:listEntry w:val="示范"/></w:ddList></w:ffData>'
    assert text_of(run(f'<w:fldChar w:fldCharType="begin">{field}</w:fldChar>')) == shown


def test_one_of_several_alternatives_is_read():
    choices = "<mc:Choice Requires='x'><w:t>一</w:t></mc:Choice><mc:Choice Requires='y'><w:t>二</w:t></mc:Choice>"
    assert text_of(run(f"<mc:AlternateContent>{choices}<mc:Fallback><w:t>三</w:t></mc:Fallback></mc:AlternateContent>")) == "一"
    assert text_of(run("<mc:AlternateContent><mc:Fallback><w:t>三</w:t></mc:Fallback></mc:AlternateContent>")) == "三"
    block = f"<mc:AlternateContent><mc:Choice Requires='x'>{p('一')}</mc:Choice><mc:Fallback>{p('三')}</mc:Fallback></mc:AlternateContent>"
    assert text_of(block) == "一"


def test_ruby_text_is_left_out():
    assert text_of(run("<w:ruby><w:rt><w:r><w:t>hàn</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>汉</w:t></w:r></w:rubyBase></w:ruby>")) == "汉"


def test_a_fields_result_shows():
    begin, apart, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    assert text_of(f"<w:p>{begin}<w:r><w:instrText>PAGE</w:instrText></w:r>{apart}<w:r><w:t>7</w:t></w:r>{end}</w:p>") == "7"


def test_text_of_a_diagram():
    data = '<d:dataModel xmlns:d="x" xmlns:a="y"><d:pt><d:t><a:p><a:r><a:t>流</a:t></a:r><a:r><a:t>程</a:t></a:r></a:p></d:t></d:pt></d:dataModel>'
    assert read_document(docx(p("正文"), {"word/diagrams/data1.xml": data})).pages[0].text == "正文\n流程"


def test_a_package_with_a_broken_directory_is_a_broken_document():
    data = docx(p("甲"))
    with pytest.raises(Unreadable) as caught:
        read_document(data.replace(b"PK\x01\x02", b"PK\x01\x09", 3))
    assert caught.value.code == "unreadable"
