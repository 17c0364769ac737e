"""Files that could not be read, links in place of files, active content, secrecy marks (contracts §2, `file.*`)."""

import pytest

from shoufa.domain.codes import Audience, Severity, Status
from shoufa.domain.errors import UnreadableCode
from shoufa.domain.volumes import BREAKS_OFF, SPLIT
from shoufa.judging.verdict import judge
from unit.judging.build import (
    application,
    call,
    case,
    codes,
    complete,
    group,
    only,
    part,
    unreadable,
    verdict,
)

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


def coded(path: str, reason: str):
    """The verdict of a whole package in whose mail this part could not be taken out."""
    given = case(complete())
    lost = part(path.rpartition("/")[2], None, path=path, code="unreadable", reason=reason)
    piece = given.pieces[0].model_copy(update={"part": lost, "facts": None})
    whole = given.model_copy(update={"pieces": (*given.pieces, piece)})
    made = call()
    return judge(made, group(), whole, {made.id: made})


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("a divided archive without its volumes 2, 4: send one archive", "“材料.part1.rar”（缺第2、4卷）"),
        (SPLIT, "“材料.part1.rar”：分卷不全或有损坏"),
    ],
)
def test_volumes_that_lack_are_not_called_damage(reason, said):
    found = only(coded("材料.part1.rar", reason), "file.unreadable")
    assert said in found.message.zh
    assert "可能已损坏" not in found.message.zh
    assert "全部分卷" in found.remedy.zh


def test_another_reason_is_damage():
    assert "可能已损坏" in only(coded("a.pdf", "broken PDF"), "file.unreadable").message.zh


def test_what_a_broken_archive_lost_is_said_of_the_archive_and_is_no_document():
    judged = coded("邮件/材料.zip/_", BREAKS_OFF)
    found = only(judged, "file.unreadable")
    assert (found.document, "压缩包“材料.zip”不完整" in found.message.zh) == ("邮件/材料.zip", True)
    assert not [d for d in judged.documents if d.name == "_"]
