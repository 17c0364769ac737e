"""Files that could not be read, links in place of files, active content, secrecy marks (contracts §2, `file.*`)."""

import pytest

from shoufa.domain.codes import Audience, Severity, Status
from shoufa.domain.errors import UnreadableCode
from unit.judging.build import application, codes, complete, only, unreadable, verdict

WEIGHTS = [
    (UnreadableCode.UNREADABLE, Severity.QUESTION),
    (UnreadableCode.ENCRYPTED, Severity.QUESTION),
    (UnreadableCode.UNSUPPORTED, Severity.WARNING),
    (UnreadableCode.TOO_LARGE, Severity.ERROR),
]


@pytest.mark.parametrize(("code", "weight"), WEIGHTS)
def test_a_file_at_fault_weighs_little_while_nothing_is_missing(code, weight):
    found = only(verdict({**complete(), "其他.pdf": unreadable(code)}), f"file.{code.value}")
    assert (found.severity, found.document) == (weight, "其他.pdf")


@pytest.mark.parametrize("code", list(UnreadableCode))
def test_and_is_an_error_while_something_required_is(code):
    papers = {k: v for k, v in complete().items() if k != "公文.pdf"}
    judged = verdict({**papers, "公文扫描.pdf": unreadable(code)})
    assert only(judged, f"file.{code.value}").severity is Severity.ERROR


def test_a_link_in_place_of_a_file():
    link = {"links": [{"provider": "QQ邮箱", "host": "mail.qq.com", "name": "申报书.zip"}] * 2}
    judged = verdict((complete(), link))
    assert only(judged, "file.link-only").severity is Severity.WARNING
    judged = verdict(({k: v for k, v in complete().items() if k != "公文.pdf"}, link))
    assert only(judged, "file.link-only").severity is Severity.ERROR


def test_macros_are_told_and_change_no_status():
    judged = verdict({**complete(), "a.docx": application().model_copy(update={"active": ("vba",)})})
    assert only(judged, "file.active-content").evidence == "vba"


def test_a_secrecy_mark_is_told_to_the_unit_without_content():
    marked = application().model_copy(update={"sensitive": "秘密★", "pages": (), "form": None})
    judged = verdict({**complete(), "某某机密方案.docx": marked})
    found = only(judged, "file.sensitive-mark")
    assert found.audience is Audience.UNIT
    assert "某某" not in found.model_dump_json()
    assert judged.status is Status.REVIEW


def test_nothing_at_fault_nothing_said():
    assert not [c for c in codes(verdict(complete())) if c.startswith("file.")]
