"""RTF and OpenDocument text; binary Word files are made by the converter where it is installed."""

import io
import subprocess
import zipfile
from pathlib import Path

import pytest

from shoufa.domain.codes import Form
from shoufa.domain.errors import Unreadable
from shoufa.domain.facts import Facts
from shoufa.readers import doc, doc_stream, soffice
from shoufa.readers.document import read_document
from unit.readers import papers
from unit.readers.papers import docx, p, tbl, tc

BODY = (
    p("标题一")
    + tbl(
        [tc("序号"), tc("两列", '<w:gridSpan w:val="2"/>'), tc("尾")],
        [tc("纵", '<w:vMerge w:val="restart"/>'), tc("b2"), tc("c2"), tc("d2")],
        [tc("", "<w:vMerge/>"), tc("b3"), tc(p("外") + tbl([tc("内1"), tc("内2")]) + p("后")), tc("d3")],
    )
    + '<w:p><w:ins w:id="1" w:author="a"><w:r><w:t>插入</w:t></w:r></w:ins><w:del w:id="2" w:author="a"><w:r>'
    "<w:delText>删除</w:delText></w:r></w:del></w:p>"
    '<w:p><w:r><w:sym w:font="Wingdings 2" w:char="F052"/><w:t>试点</w:t></w:r></w:p>' + p("末尾😀字")
)


def rtf(body: str) -> Facts:
    return read_document(
        ("{\\rtf1\\ansi\\ansicpg936\\deff0{\\fonttbl{\\f0\\fcharset134 SimSun;}}" + body + "}").encode(
            "latin-1"
        )
    )


def hexed(text: str) -> str:
    return "".join(f"\\'{b:02x}" for b in text.encode("gb18030"))


def test_rtf_text_in_its_code_page_and_in_unicode():
    facts = rtf(f"{hexed('申报书')}\\par\\uc1\\u39033?\\u30446?\\par {{\\*\\generator x;}}plain")
    assert (facts.container, facts.form) == ("rtf", Form.WORD)
    assert facts.pages[0].text == "申报书\n项目\nplain"


def test_rtf_table_with_merges():
    facts = rtf(
        "\\trowd\\cellx1000\\clvmgf\\cellx2000\\pard\\intbl a\\cell b\\cell\\row"
        "\\trowd\\cellx1000\\clvmrg\\cellx2000\\pard\\intbl c\\cell\\cell\\row"
        "\\trowd\\cellx2000\\pard\\intbl wide\\cell\\row\\pard after\\par"
    )
    assert [(c.row, c.col, c.rowspan, c.colspan, c.text) for c in facts.tables[0].cells] == [
        (0, 0, 1, 1, "a"), (0, 1, 2, 1, "b"), (1, 0, 1, 1, "c"), (2, 0, 1, 2, "wide"),
    ]  # fmt: skip
    assert facts.pages[0].text.endswith("wide\nafter")


def test_rtf_leaves_out_deleted_and_hidden_text_and_field_codes():
    facts = rtf("a{\\deleted b}{\\v c}{\\field{\\*\\fldinst DATE}{\\fldrslt d}}{\\info{\\title t}}")
    assert facts.pages[0].text == "ad"


def test_rtf_objects_are_active():
    assert rtf("a{\\object\\objemb{\\*\\objclass Package}{\\*\\objdata 0105}}").active == ("embedded",)


def test_rtf_of_open_groups_ends():
    with pytest.raises(Unreadable):
        rtf("{" * 5000)


def odt(content: str, members: dict[str, bytes | str] | None = None) -> bytes:
    names = " ".join(
        f'xmlns:{k}="urn:oasis:names:tc:opendocument:xmlns:{k}:1.0"'
        for k in ("office", "text", "table", "draw")
    )
    return stored(
        papers.zipped(
            {
                "mimetype": "application/vnd.oasis.opendocument.text",
                "content.xml": f"<office:document-content {names}><office:body><office:text>{content}</office:text>"
                "</office:body></office:document-content>",
                **(members or {}),
            }
        )
    )


def stored(data: bytes) -> bytes:
    """The same package uncompressed: the first member of an ODF package has to be."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            new.writestr(item.filename, old.read(item))
    return out.getvalue()


def test_odt():
    facts = read_document(
        odt(
            "<text:p>甲<text:s text:c='2'/>乙</text:p><table:table><table:table-row>"
            "<table:table-cell table:number-columns-spanned='2'><text:p>宽</text:p></table:table-cell>"
            "<table:covered-table-cell/></table:table-row><table:table-row><table:table-cell><text:p>a</text:p>"
            "</table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>"
        )
    )
    assert facts.container == "odt"
    assert facts.pages[0].text == "甲  乙\n宽\na | b"
    assert [(c.row, c.col, c.colspan) for c in facts.tables[0].cells] == [(0, 0, 2), (1, 0, 1), (1, 1, 1)]


def test_an_encrypted_odt():
    manifest = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
    with pytest.raises(Unreadable) as caught:
        read_document(odt("<text:p>x</text:p>", {"META-INF/manifest.xml": manifest}))
    assert caught.value.code == "encrypted"


def converted(folder: Path, kind: str) -> bytes:
    (folder / "in.docx").write_bytes(docx(BODY))
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation={(folder / 'p').as_uri()}", "--convert-to", kind,
         "--outdir", str(folder), str(folder / "in.docx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return (folder / f"in.{kind}").read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(soffice.available() is None, reason="no converter is installed")
@pytest.mark.parametrize("kind", ["doc", "rtf", "odt"])
def test_other_formats_say_what_the_docx_says(kind: str, tmp_path: Path):
    facts, original = read_document(converted(tmp_path, kind)), read_document(docx(BODY))
    assert facts.container == kind
    assert not facts.text_only
    assert facts.pages[0].text == original.pages[0].text
    assert [[c.text for c in t.cells] for t in facts.tables] == [
        [c.text for c in t.cells] for t in original.tables
    ]


@pytest.mark.slow
@pytest.mark.skipif(soffice.available() is None, reason="no converter is installed")
def test_without_its_properties_the_text_is_still_read(tmp_path: Path):
    found = doc.read_doc(converted(tmp_path, "doc"), plain=True)
    assert found.tables == []
    assert "标题一" in found.text
    assert "末尾😀字" in found.text


def test_a_broken_binary_document_is_unreadable():
    with pytest.raises(Unreadable) as caught:
        doc.read_doc(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000)
    assert caught.value.code == "unreadable"


def test_properties_are_parted_by_their_operands():
    found = list(
        doc_stream.properties(b"\x16\x24\x01\x49\x66\x02\0\0\0\x08\xd6\x04\0\x01\x02\x03\x17\x24\x01")
    )
    assert found == [(0x2416, b"\1"), (0x6649, b"\2\0\0\0"), (0xD608, b"\1\2\3"), (0x2417, b"\1")]
