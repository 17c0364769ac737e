"""What a package of Office would do when opened: told, never done."""

import pytest

from shoufa.readers import office_active
from shoufa.readers.document import read_document
from unit.readers import papers
from unit.readers.compound import compound
from unit.readers.papers import docx, p, relations
from unit.readers.test_sheet import added, filled, xlsx

W = papers.NAMESPACES
PACKED = compound({"\x01Ole10Native": b"calc"})


def active(members: dict[str, bytes | str], body: str = p("甲")) -> tuple[str, ...]:
    return read_document(docx(body, members)).active


def field(*codes: str) -> str:
    runs = "".join(f"<w:r><w:instrText>{code}</w:instrText></w:r>" for code in codes)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return f"<w:p>{begin}{runs}{end}</w:p>"


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ({"word/vbaProject.bin": b"x"}, "macro"),
        ({"word/vbaData.xml": "<x/>"}, "macro"),
        ({"word/embeddings/oleObject1.bin": PACKED}, "embedded"),
        ({"word/embeddings/a.bin": b"MZ" + bytes(64)}, "embedded"),
        ({"word/embeddings/run.js": b"WScript"}, "embedded"),
        ({"word/embeddings/oleObject1.bin": compound({"Macros/VBA/dir": b"x"})}, "macro"),
        ({"word/embeddings/book.xlsm": papers.zipped({"[Content_Types].xml": "", "xl/vbaProject.bin": "x"})}, "macro"),
        ({"word/activeX/activeX1.xml": "<x/>"}, "activex"),
        ({"word/_rels/settings.xml.rels": relations(("r", "attachedTemplate", "http://h.example/t.dotm", True))}, "external"),
        ({"word/_rels/document.xml.rels": relations(("r", "image", "https://h.example/p.png", True))}, "external"),
        ({"word/_rels/document.xml.rels": relations(("r", "oleObject", "mhtml:http://h.example/x!x", True))}, "external"),
        ({"word/_rels/document.xml.rels": relations(("r", "aFChunk", r"\\h.example\share\a.rtf", True))}, "external"),
        ({"word/_rels/document.xml.rels": relations(("r", "frame", "file:///\\\\h.example\\a", True))}, "external"),
    ],
)  # fmt: skip
def test_members_that_act(members: dict[str, bytes | str], kind: str):
    assert active(members) == (kind,)


@pytest.mark.parametrize(
    "members",
    [
        {"word/_rels/document.xml.rels": relations(("r", "hyperlink", "http://h.example/", True))},
        {"word/_rels/settings.xml.rels": relations(("r", "attachedTemplate", "file:///C:/t.dotm", True))},
        {"word/embeddings/sheet.xlsx": xlsx(filled)},
        {"word/embeddings/oleObject1.bin": compound({"Equation Native": b"x"})},
    ],
)
def test_members_that_do_nothing(members: dict[str, bytes | str]):
    assert active(members) == ()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (field(r" DDEAUTO c:\\windows\\cmd.exe "), "dde"),
        (field("D", "DE", " excel a b"), "dde"),
        ('<w:p><w:fldSimple w:instr="ddeauto excel"/></w:p>', "dde"),
        (field('INCLUDEPICTURE "http://h.example/a.png"'), "external"),
        (field(r"INCLUDETEXT \\\\h.example\\a.docx"), "external"),
        (field(r"LINK Excel.Sheet.8 \\\\h.example\\x.xls"), "external"),
    ],
)
def test_fields_that_act(body: str, kind: str):
    assert active({}, body) == (kind,)


@pytest.mark.parametrize("code", ["DATE", "PAGE", 'HYPERLINK "http://h.example"', r"INCLUDEPICTURE C:\\a.png", "DDEx"])
def test_fields_that_do_nothing(code: str):
    assert office_active.of_code(code) == []


def test_a_field_in_a_header():
    header = f"<w:hdr {W}>{field('DDEAUTO x')}</w:hdr>"
    assert active({"word/header1.xml": header}) == ("dde",)


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ({"xl/vbaProject.bin": b"x"}, "macro"),
        ({"xl/macrosheets/sheet1.xml": "<x/>"}, "macro"),
        ({"xl/externalLinks/externalLink1.xml": '<externalLink><ddeLink ddeService="cmd"/></externalLink>'}, "dde"),
        ({"xl/externalLinks/externalLink1.bin": b"\xe8\x02\x10\x01\0"}, "dde"),
        ({"xl/connections.xml": "<connections/>"}, "external"),
        ({"xl/externalLinks/_rels/externalLink1.xml.rels": relations(("r", "externalLinkPath", "http://h.example/b.xlsx", True))}, "external"),
    ],
)  # fmt: skip
def test_workbooks_that_act(members: dict[str, bytes | str], kind: str):
    assert read_document(added(xlsx(filled), members)).active == (kind,)


def test_a_link_to_another_workbook_on_the_same_disk_is_nothing():
    rels = relations(("r", "externalLinkPath", "file:///C:/b.xlsx", True))
    members = {
        "xl/externalLinks/externalLink1.xml": "<externalLink><externalBook/></externalLink>",
        "xl/externalLinks/_rels/externalLink1.xml.rels": rels,
    }
    assert read_document(added(xlsx(filled), members)).active == ()
