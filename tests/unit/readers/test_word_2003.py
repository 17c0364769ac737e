"""Word's documents in one XML file, of 2003 and flat ones of later."""

import base64

import pytest

from shoufa.domain.errors import Unreadable
from shoufa.readers import word_2003
from shoufa.readers.document import read_document
from unit.readers import papers
from unit.readers.papers import p, relations, tbl, tc

NAMES = (
    'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" '
    'xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint" xmlns:aml="http://schemas.microsoft.com/aml/2001/core"'
)


def word_2003_of(body: str, before: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument {NAMES}>{before}'
        f"<w:body><wx:sect>{body}</wx:sect></w:body></w:wordDocument>"
    ).encode()


def test_text_tables_and_numbers():
    body = (
        '<w:p><w:pPr><w:listPr><w:ilvl w:val="0"/><wx:t wx:val="一、"/></w:listPr></w:pPr><w:r><w:t>基本情况</w:t></w:r></w:p>'
        '<w:p><w:pPr><w:listPr><wx:t wx:val="·"/></w:listPr></w:pPr><w:r><w:t>点</w:t></w:r></w:p>'
        + tbl(
            [tc("高", '<w:vmerge w:val="restart"/>'), tc("b")],
            [tc("", "<w:vmerge/>"), tc("c")],
        )
        + '<wx:sub-section><w:p><aml:annotation w:type="Word.Deletion"><aml:content><w:r><w:t>去</w:t></w:r></aml:content></aml:annotation>'
        '<aml:annotation w:type="Word.Insertion"><aml:content><w:r><w:t>留</w:t></w:r></aml:content></aml:annotation></w:p></wx:sub-section>'
    )  # fmt: skip
    facts = read_document(word_2003_of(body))
    assert facts.container == "word-xml"
    assert facts.pages[0].text == "一、基本情况\n点\n高 | b\nc\n留"
    assert [(c.row, c.rowspan, c.text) for c in facts.tables[0].cells] == [(0, 2, "高"), (0, 1, "b"), (1, 1, "c")]


@pytest.mark.parametrize(
    ("before", "kind"),
    [
        ('<w:docSuppData><w:binData w:name="editdata.mso">eA==</w:binData></w:docSuppData>', "macro"),
        ('<w:docOleData><w:binData w:name="oledata.mso">eA==</w:binData></w:docOleData>', "embedded"),
        ('<w:docPr><w:attachedTemplate w:val="http://h.example/t.dot"/></w:docPr>', "external"),
        ("<w:p><w:r><w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText></w:r></w:p>", "dde"),
    ],
)
def test_what_acts(before: str, kind: str):
    assert read_document(word_2003_of(p("甲"), before)).active == (kind,)


def flat(parts: dict[str, str | bytes]) -> bytes:
    written = ""
    for name, content in parts.items():
        inner = (
            f"<pkg:binaryData>{base64.b64encode(content).decode()}</pkg:binaryData>"
            if isinstance(content, bytes)
            else f"<pkg:xmlData>{content}</pkg:xmlData>"
        )
        written += f'<pkg:part pkg:name="/{name}">{inner}</pkg:part>'
    return (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
        f'<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">{written}</pkg:package>'
    ).encode()


def test_a_flat_package():
    facts = read_document(
        flat({
            "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml", False)),
            "word/document.xml": f"<w:document {papers.NAMESPACES}><w:body>{p('平') + tbl([tc('a'), tc('b')])}</w:body></w:document>",
            "word/vbaProject.bin": b"x",
        })
    )  # fmt: skip
    assert (facts.container, facts.pages[0].text, facts.active) == ("word-xml", "平\na | b", ("macro",))


@pytest.mark.parametrize("data", [b"<a/>", b"<w:wordDocument xmlns:w='x'/>", flat({"word/other.xml": "<x/>"})])
def test_other_xml_is_no_document(data: bytes):
    with pytest.raises(Unreadable) as caught:
        word_2003.read_word_xml(data)
    assert caught.value.code == "unreadable"


def test_a_flat_part_of_an_impossible_name():
    main = f"<w:document {papers.NAMESPACES}><w:body>{p('平')}</w:body></w:document>"
    assert read_document(flat({"a" * 70_000: "<x/>", "word/document.xml": main})).pages[0].text == "平"
