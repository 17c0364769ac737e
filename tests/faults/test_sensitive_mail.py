"""A marked document on its whole way: its bytes, facts, findings, and the mails that are sent."""

from shoufa.domain.codes import Audience, Status
from shoufa.notices.outcome import compose_outcome
from shoufa.notices.unit_notice import compose_unit_notice
from shoufa.readers.document import read_document
from unit.judging.build import codes, complete, only, verdict
from unit.notices import made
from unit.readers import papers

CONTENT = ("白鹤工程", "第七研究所", "91420122UH3BML548Q")
BODY = papers.p("关于推荐白鹤工程的函") + papers.p(
    "白鹤工程由第七研究所承担，统一社会信用代码91420122UH3BML548Q。"
)


def test_nothing_of_it_is_shown_and_the_unit_is_told():
    facts = read_document(papers.docx(papers.p("机密★10年") + BODY))
    judged = verdict({**complete(), "附件三.docx": facts})
    found = only(judged, "file.sensitive-mark")
    assert (found.audience, judged.status) == (Audience.UNIT, Status.REVIEW)
    outcome = compose_outcome(
        made.call(), made.UNIT, judged, [made.manifest(sender={"name": "张某", "email": judged.sender})]
    )
    notice = compose_unit_notice(
        made.call(), made.UNIT, judged, [made.manifest(sender={"name": "张某", "email": judged.sender})]
    )
    shown = (judged.model_dump_json(), outcome.text, outcome.html, notice.text, notice.html)
    assert not [word for word in CONTENT for text in shown if word in text]
    assert "机密" not in outcome.text


def test_without_its_mark_it_is_read():
    facts = read_document(papers.docx(papers.p("商业秘密声明") + BODY))
    assert all(word in facts.text for word in CONTENT)
    assert "file.sensitive-mark" not in codes(verdict({**complete(), "附件三.docx": facts}))


def test_a_marked_letter_is_neither_missing_nor_without_a_seal():
    facts = read_document(papers.docx(papers.p("秘密★1年") + BODY))
    whole = complete()
    held = whole["公文.pdf"].model_copy(update={"sensitive": "秘密", "pages": facts.pages, "tables": ()})
    found = codes(verdict({**whole, "公文.pdf": held}))
    assert "file.sensitive-mark" in found
    assert not {"letter.missing", "letter.scan-missing", "letter.seal-missing"} & set(found)
