"""OFD packages written by hand (GB/T 33190-2016)."""

import pytest

from shoufa.domain.codes import Form
from shoufa.domain.errors import Unreadable
from shoufa.readers.document import Work, read_document
from shoufa.readers.limits import Limits
from unit.readers import papers

XMLNS = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def ofd(content: str, members: dict[str, bytes | str] | None = None) -> bytes:
    return papers.zipped(
        {
            "OFD.xml": f"<ofd:OFD {XMLNS}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
            "Doc_0/Document.xml": f"<ofd:Document {XMLNS}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 200 300"
            "</ofd:PhysicalBox></ofd:PageArea><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes></ofd:CommonData>"
            '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
            "Doc_0/DocumentRes.xml": f'<ofd:Res {XMLNS} BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="7">'
            "<ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>",
            "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page {XMLNS}><ofd:Content><ofd:Layer>{content}</ofd:Layer></ofd:Content></ofd:Page>",
            **(members or {}),
        }
    )


def text(words: str, bounds: str) -> str:
    return f'<ofd:TextObject Boundary="{bounds}"><ofd:TextCode X="0" Y="4">{words}</ofd:TextCode></ofd:TextObject>'


def test_text_in_reading_order_with_places():
    facts = read_document(ofd(text("第二行的文字", "20 60 100 6") + text("第一行的文字", "20 30 100 6")))
    assert (facts.container, facts.form) == ("ofd", Form.DIGITAL)
    assert facts.pages[0].text == "第一行的文字\n第二行的文字"
    assert facts.pages[0].lines[0].box == (0.1, 0.1, 0.6, 0.12)
    assert not facts.pages[0].seals_seen


def test_a_page_that_is_a_picture_is_read_as_paper():
    page = papers.blank(620, 877)
    papers.write(page, "OFFICIAL LETTER", 60, 200)
    facts = read_document(ofd('<ofd:ImageObject ResourceID="7"/>', {"Doc_0/Res/a.png": papers.encoded(page)}))
    assert facts.form == Form.SCAN
    assert "OFFICIAL" in facts.text.upper()


def test_a_package_without_pages_is_unreadable():
    with pytest.raises(Unreadable):
        read_document(ofd("", {"Doc_0/Document.xml": f"<ofd:Document {XMLNS}/>"}))


def test_what_it_carries_is_told():
    attachments = f'<ofd:Attachments {XMLNS}><ofd:Attachment ID="1" Name="a"><ofd:FileLoc>a.docx</ofd:FileLoc></ofd:Attachment></ofd:Attachments>'
    listed = (
        f"<ofd:Document {XMLNS}><ofd:Attachments>Attachments.xml</ofd:Attachments>"
        '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>'
    )
    words = text("公文正文文字", "20 30 100 6")
    carrying = ofd(words, {"Doc_0/Document.xml": listed, "Doc_0/Attachments.xml": attachments})
    assert read_document(ofd(words)).active == ()
    assert read_document(carrying).active == ("embedded",)
    assert read_document(ofd(words, {"Doc_0/Res/setup.exe": "MZ"})).active == ("embedded",)


def test_without_time_pictures_are_not_looked_at():
    page = papers.blank(620, 877)
    work = Work(Limits(document_seconds=0))
    data = ofd('<ofd:ImageObject ResourceID="7"/>', {"Doc_0/Res/a.png": papers.encoded(page)})
    facts = read_document(data, work=work)
    assert (facts.truncated, facts.pages[0].seals_seen) == (True, False)
