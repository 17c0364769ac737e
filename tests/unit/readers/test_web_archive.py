"""Web pages in one file: what Word and Excel call 单个文件网页 and applicants call .doc and .xls."""

import base64
import quopri

import pytest

from shoufa.domain.codes import Form
from shoufa.domain.errors import Unreadable
from shoufa.readers.document import read_document
from shoufa.readers.sniff import sniff
from unit.readers import papers

PAGE = (
    '<html xmlns:w="urn:schemas-microsoft-com:office:word"><head><meta charset=gb2312><title>t</title></head><body>'
    "<p>申报书</p><table><tr><td colspan=2>甲</td></tr><tr><td>乙</td><td>丙</td></tr></table></body></html>"
)


def archive(page: str = PAGE, more: str = "", head: str = "") -> bytes:
    body = quopri.encodestring(page.encode("gb2312")).decode()
    return (
        f'{head}MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="B"\r\n\r\n本文档是“单个文件网页”。\r\n\r\n'
        "--B\r\nContent-Location: file:///C:/doc.htm\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        f'Content-Type: text/html; charset="gb2312"\r\n\r\n{body}\r\n{more}--B--\r\n'
    ).encode("gb2312")


def test_text_and_tables():
    facts = read_document(archive())
    assert (facts.container, facts.form) == ("mht", Form.WORD)
    assert facts.pages[0].text == "申报书\n甲\n乙 | 丙"
    assert [(c.row, c.col, c.colspan) for c in facts.tables[0].cells] == [(0, 0, 2), (1, 0, 1), (1, 1, 1)]
    assert facts.active == ()


def test_macros_beside_the_page():
    more = "--B\r\nContent-Location: file:///C:/editdata.mso\r\nContent-Type: application/x-mso\r\n\r\nx\r\n"
    assert read_document(archive(more=more)).active == ("macro",)


def test_pictures_are_counted():
    picture = base64.b64encode(papers.encoded(papers.blank(40, 40))).decode()
    more = f"--B\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n{picture}\r\n"
    assert read_document(archive("<html><body><p>" + "字" * 60 + "</p></body></html>", more)).pictures == 1


def test_a_page_that_a_browser_saved():
    head = "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://h.example/\r\nSubject: x\r\nDate: Mon, 1 Jan 2024 00:00:00 -0000\r\n"
    assert sniff(archive(head=head)) == "mht"


def test_a_letter_of_related_parts_is_a_mail():
    assert sniff(archive(head="From: a@b.cn\r\nTo: c@d.cn\r\nSubject: x\r\n")) == "eml"
    assert sniff(archive(head="From: a@b.cn\r\nSubject: x\r\n")) == "eml"


def test_an_archive_without_a_page():
    with pytest.raises(Unreadable) as caught:
        read_document(b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="B"\r\n\r\n--B\r\n\r\nx\r\n--B--\r\n')
    assert caught.value.code == "unreadable"


def test_parts_nested_without_end():
    page = b"Content-Type: text/html\r\n\r\n<p>x"
    for depth in range(3000):
        page = b"Content-Type: multipart/related; boundary=N%d\r\n\r\n--N%d\r\n%b" % (depth, depth, page)
    with pytest.raises(Unreadable):
        read_document(b"MIME-Version: 1.0\r\n" + page)
