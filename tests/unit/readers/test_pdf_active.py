"""What a PDF could do when opened: reported wherever it stands, however it is written."""

import zlib

import pytest

from shoufa.readers.document import read_document

PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>%s>>"
TEXT = b"BT /F 12 Tf 72 700 Td (An ordinary page of text) Tj ET"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def pdf(catalogue: bytes = b"", page: bytes = b"", *more: bytes) -> bytes:
    """A page of text; `more` are objects from 6 on."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", PAGE % page,
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(TEXT), TEXT), FONT, *more,
    ]  # fmt: skip
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, o) for n, o in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer<</Root 1 0 R/Size %d>>\n%%%%EOF" % (len(objects) + 1)


def packed(content: bytes, number: int = 9) -> bytes:
    """An object stream with one object."""
    index = b"%d 0 " % number
    block = zlib.compress(index + content)
    return b"<</Type/ObjStm/N 1/First %d/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (
        len(index), len(block), block,
    )  # fmt: skip


def annotation(action: bytes) -> bytes:
    return b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<<%s>>>>]" % action


CASES = {
    "nothing": (pdf(), ()),
    "a link": (pdf(page=annotation(b"/S/URI/URI(https://example.org/a?b:c)")), ()),
    "a link to mail": (pdf(page=annotation(b"/S/URI/URI(mailto:a@example.org)")), ()),
    "a script on opening": (pdf(b"/OpenAction<</S/JavaScript/JS(app.alert)>>"), ("script",)),
    "a script in the tree of names": (pdf(b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(app.alert\\(1\\))>>]>>>>"), ("script",)),
    "a script written in codes": (pdf(b"/OpenAction<</#53/J#61v#61Script/JS(app.alert)>>"), ("script",)),
    "a packed script": (pdf(b"/OpenAction 9 0 R", b"", packed(b"<</S/JavaScript/JS(x)>>")), ("script",)),
    "a program": (pdf(b"/OpenAction<</S/Launch/F(a.exe)>>"), ("launch",)),
    "a program in an annotation": (pdf(page=annotation(b"/S /Launch /Win<</F(cmd.exe)>>")), ("launch",)),
    "a link that starts a program": (pdf(page=annotation(b"/S/URI/URI(file:///c:/a.exe)")), ("external",)),
    "a link that is a script": (pdf(page=annotation(b"/S/URI/URI(javascript:alert)")), ("external",)),
    "a place that is called on opening": (pdf(b"/OpenAction<</S/URI/URI(https://example.org/)>>"), ("external",)),
    "a form that is sent": (pdf(page=annotation(b"/S/SubmitForm/F(https://example.org/)")), ("external",)),
    "a file on another machine": (pdf(page=annotation(b"/S/GoToR/F(\\\\\\\\example\\\\a.pdf)")), ("external",)),
    "a portfolio": (
        pdf(b"/Collection<<>>/Names<</EmbeddedFiles<</Names[(a.docx)<</Type/Filespec/F(a.docx)/EF<</F 6 0 R>>>>]>>>>", b"",
            b"<</Type/EmbeddedFile/Length 1>>\nstream\nx\nendstream"), ("embedded",),
    ),
    "a file pinned to a page": (pdf(page=b"/Annots[<</Subtype/FileAttachment/Rect[0 0 9 9]/FS<<>>>>]"), ("embedded",)),
    "a form of Adobe's": (pdf(b"/AcroForm<</Fields[]/XFA 6 0 R>>", b"", b"<</Length 6>>\nstream\n<xdp/>\nendstream"), ("xfa",)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_active(name: str) -> None:
    data, expected = CASES[name]
    facts = read_document(data)
    assert facts.active == expected
    assert "ordinary page" in facts.text


def test_an_object_stream_that_expands_is_cut() -> None:
    """What stands past the first megabytes is not looked for, however much there is."""
    near, far = (packed(b" " * size + b"<</S/JavaScript>>") for size in (1 << 20, 5 << 20))
    assert read_document(pdf(b"", b"", far, far)).active == ()
    assert read_document(pdf(b"", b"", far, near)).active == ("script",)
