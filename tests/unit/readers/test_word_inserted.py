"""Documents inside a document: chunks of other formats and tables put in as Excel objects."""

import pytest

from shoufa.readers.document import read_document
from unit.readers.compound import compound
from unit.readers.papers import docx, p, relations, tbl, tc
from unit.readers.test_sheet import filled, xlsx

OBJECT = (
    '<w:p><w:r><w:t>前</w:t></w:r><w:r><w:object><o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office" '
    'Type="Embed" ProgID="Excel.Sheet.12" r:id="r9"/></w:object></w:r></w:p>' + p("后")
)


def with_object(data: bytes, name: str) -> bytes:
    return docx(OBJECT, {
        f"word/embeddings/{name}": data,
        "word/_rels/document.xml.rels": relations(("r9", "package", f"embeddings/{name}", False)),
    })  # fmt: skip


@pytest.mark.parametrize(
    ("data", "name"),
    [(xlsx(filled), "book.xlsx"), (compound({"Package": xlsx(filled)}), "oleObject1.bin")],
)
def test_a_table_put_in_as_an_excel_object(data: bytes, name: str):
    facts = read_document(with_object(data, name))
    assert facts.pages[0].text.splitlines()[:3] == ["前", "项目推荐汇总表", "序号 | 项目名称 | 电话"]
    assert facts.pages[0].text.endswith("后")
    assert facts.tables[0].rows()[2] == ["1", "甲项目", "13800000001"]
    assert facts.active == ()


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04broken", b"MZ" + bytes(64), compound({"Equation Native": b"x"})])
def test_objects_that_are_no_tables_say_nothing(data: bytes):
    assert read_document(with_object(data, "oleObject1.bin")).pages[0].text == "前\n后"


def with_chunk(data: bytes, name: str) -> bytes:
    return docx(p("前") + '<w:altChunk r:id="r9"/>' + p("后"), {
        f"word/{name}": data, "word/_rels/document.xml.rels": relations(("r9", "aFChunk", f"/word/{name}", False)),
    })  # fmt: skip


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (docx(tbl([tc("甲"), tc("乙")])), "afchunk.docx"),
        ("<html><body><table><tr><td>甲</td><td>乙</td></tr></table></body></html>".encode(), "afchunk.htm"),
        (b"{\\rtf1\\ansi\\trowd\\cellx1000\\cellx2000\\pard\\intbl\\u30002?\\cell\\u20057?\\cell\\row}", "afchunk.rtf"),
        ("甲 | 乙".encode(), "afchunk.txt"),
    ],
)
def test_chunks_stand_in_their_place(data: bytes, name: str):
    facts = read_document(with_chunk(data, name))
    assert [line for line in facts.pages[0].text.splitlines() if line] == ["前", "甲 | 乙", "后"]
    assert len(facts.tables) == (0 if name.endswith("txt") else 1)


def test_a_document_in_a_document_in_a_document_ends():
    data = with_chunk(p("底").encode(), "x.txt")
    for _ in range(6):
        data = with_chunk(data, "afchunk.docx")
    assert "底" not in read_document(data).text


def test_a_chunk_that_is_elsewhere_is_not_fetched():
    rels = relations(("r9", "aFChunk", "http://h.example/a.docx", True))
    facts = read_document(docx('<w:altChunk r:id="r9"/>' + p("后"), {"word/_rels/document.xml.rels": rels}))
    assert (facts.pages[0].text, facts.active) == ("后", ("external",))
