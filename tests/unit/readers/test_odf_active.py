"""OpenDocument: what acts is told, what is encrypted is said, what is repeated without end is bounded."""

import pytest

from shoufa.domain.errors import Unreadable
from shoufa.readers.document import read_document
from unit.readers import papers
from unit.readers.compound import compound
from unit.readers.test_legacy import odt, stored

SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"
LINK = 'xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href'

TWICE, ENDLESS = (f'table:number-columns-repeated="{n}"' for n in (2, 16384))


def ods(rows: str, members: dict[str, bytes | str] | None = None) -> bytes:
    names = " ".join(f'xmlns:{k}="urn:oasis:names:tc:opendocument:xmlns:{k}:1.0"' for k in ("office", "text", "table", "script"))
    content = (
        f'<office:document-content {names} office:version="1.2"><office:body><office:spreadsheet><table:table table:name="汇总表">'
        f"{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{SPREADSHEET}"/></manifest:manifest>'
    )
    members = {"content.xml": content, "META-INF/manifest.xml": manifest, **(members or {})}
    return stored(papers.zipped({"mimetype": SPREADSHEET, **members}))


def cell(text: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {more}><text:p>{text}</text:p></table:table-cell>'


def test_a_sheet():
    facts = read_document(ods(f"<table:table-row>{cell('甲')}{cell('乙', TWICE)}</table:table-row>"))
    assert (facts.container, facts.tables[0].name) == ("ods", "汇总表")
    assert facts.tables[0].rows() == [["甲", "乙", "乙"]]


def test_a_sheet_repeated_without_end_is_bounded():
    row = f"<table:table-row table:number-rows-repeated='1048576'>{cell('x', ENDLESS)}</table:table-row>"
    found = read_document(ods(row)).tables[0].rows()
    assert (len(found), len(found[0])) == (500, 500)


def test_empty_rows_to_the_end_of_the_sheet_are_nothing():
    empty = "<table:table-row table:number-rows-repeated='1048574'><table:table-cell table:number-columns-repeated='16384'/></table:table-row>"
    assert read_document(ods(f"<table:table-row>{cell('甲')}</table:table-row>{empty}")).tables[0].rows() == [["甲"]]


def test_an_encrypted_sheet():
    manifest = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
    with pytest.raises(Unreadable) as caught:
        read_document(ods("", {"META-INF/manifest.xml": manifest}))
    assert caught.value.code == "encrypted"


@pytest.mark.parametrize(
    ("content", "members", "kind"),
    [
        ("", {"Basic/Standard/Module1.xml": "<x/>"}, "macro"),
        ("", {"Scripts/python/a.py": "x"}, "macro"),
        ('<script:event-listener xmlns:script="s"/>', {}, "macro"),
        (f'<text:section><text:section-source {LINK}="http://h.example/a.odt"/></text:section>', {}, "external"),
        (f'<draw:frame><draw:image {LINK}="https://h.example/a.png"/></draw:frame>', {}, "external"),
        ('<text:dde-connection-decl office:dde-application="cmd"/>', {}, "dde"),
        ("", {"Object 1": compound({"\x01Ole10Native": b"calc"})}, "embedded"),
    ],
)
def test_what_acts(content: str, members: dict[str, bytes | str], kind: str):
    assert read_document(odt(f"<text:p>甲</text:p>{content}", members)).active == (kind,)


def test_what_does_nothing():
    content = f'<text:p><text:a {LINK}="http://h.example/">甲</text:a></text:p><draw:frame><draw:image {LINK}="Pictures/a.png"/></draw:frame>'
    assert read_document(odt(content)).active == ()


@pytest.mark.parametrize("count", ["1048576", "+1048576", "&#49;048576", "²"])
def test_a_row_repeated_without_end_is_bounded(count: str):
    rows = f'<table:table-row table:number-rows-repeated="{count}">{cell("甲")}</table:table-row>'
    assert len(read_document(ods(rows)).tables[0].rows()) == 500
