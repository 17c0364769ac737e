"""Dispatch by content, the three kinds of failure, and secrecy marks."""

import hashlib

import pytest

from shoufa.domain.codes import Form
from shoufa.domain.errors import Unreadable
from shoufa.domain.mail import READ
from shoufa.readers import document
from shoufa.readers.document import read_document
from unit.readers import papers


def test_the_name_does_not_matter():
    data = papers.docx(papers.p("关于推荐项目的函"))
    facts = read_document(data, "照片.jpg")
    assert (facts.container, facts.form) == ("docx", Form.WORD)
    assert facts.sha256 == hashlib.sha256(data).hexdigest()
    assert facts.pages[0].text == "关于推荐项目的函"


def test_the_same_bytes_give_the_same_facts():
    data = papers.docx(papers.p("甲") + papers.tbl([papers.tc("乙"), papers.tc("丙")]))
    first, second = (read_document(data).model_dump(exclude={"seconds"}) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    "data",
    [
        papers.zipped({"a.txt": "b"}),
        b"MZ\x90\0" + b"\0" * 600,
        b"Rar!\x1a\x07\x00" + b"\0" * 60,
        bytes(range(256)) * 4,
    ],
)
def test_what_is_no_document_is_unsupported(data: bytes):
    with pytest.raises(Unreadable) as caught:
        read_document(data, "申报书.docx")
    assert caught.value.code == "unsupported"


def test_plain_text_in_gb18030():
    facts = read_document("关于报送申报材料的说明，共三件。\n此致".encode("gb18030"))
    assert facts.pages[0].text.startswith("关于报送申报材料的说明")
    assert facts.form == Form.WORD


@pytest.mark.parametrize("mark", ["秘密★1年", "机密 ★ 长期", "绝密", "秘 密★５年", "密级：机密★10年"])
def test_a_secrecy_mark_empties_the_facts(mark: str):
    body = (
        papers.p("000001")
        + papers.p(mark)
        + papers.p("特急")
        + papers.p("关于某事的函")
        + papers.tbl([papers.tc("甲")])
    )
    facts = read_document(papers.docx(body))
    assert facts.sensitive == mark.replace(" ", "").replace("密级：", "")[:2]
    assert (facts.text, facts.tables, facts.headers) == ("", (), ())


@pytest.mark.parametrize(
    "line", ["本项目不涉及国家秘密。", "商业秘密★5年", "机密性", "保守国家秘密承诺书", "秘密工作条例"]
)
def test_the_words_in_a_sentence_are_no_mark(line: str):
    facts = read_document(papers.docx(papers.p(line) + papers.p("正文")))
    assert facts.sensitive == ""
    assert line in facts.text


def test_a_mark_far_down_is_no_mark():
    body = "".join(papers.p(f"第{i}段") for i in range(12)) + papers.p("秘密★1年")
    assert read_document(papers.docx(body)).sensitive == ""


def test_a_message_is_its_text():
    found = read_document(b"From: a@b.cn\r\nTo: c@d.cn\r\nSubject: x\r\n\r\nbody")
    assert (found.container, found.text, found.form) == ("eml", "body", Form.WORD)


def test_what_a_receipt_may_call_readable_is_what_has_a_reader():
    """A receipt is written before anything is read: its list of readable types is the readers' own."""
    assert set(document._readers()) == READ
