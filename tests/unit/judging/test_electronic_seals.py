"""Electronic seals held against the bodies that matter, and what is said of those that do not count."""

import pytest

from shoufa.domain.codes import Form, SealMethod, SealNote, SealReason, Severity
from shoufa.domain.seal_reasons import LEFT_OPEN, WHY, outcome
from shoufa.judging.electronic_seals import counts, told
from shoufa.judging.messages import finding
from shoufa.judging.seals import SealState, check
from unit.judging.build import HUBEI, SICHUAN, page, seal
from unit.judging.test_seals import WANTED, doc

SIGNED = SealMethod.PDF_SIGNATURE


def verdict(*seals, form=Form.DIGITAL):
    return check(doc(page("", seals=seals), form=form), WANTED)


@pytest.mark.parametrize("method", [SealMethod.PDF_SIGNATURE, SealMethod.OFD_SIGNATURE])
def test_a_valid_one_of_the_right_body_is_met(method):
    assert verdict(seal(method=method, valid=True)).state is SealState.MET


def test_a_valid_one_of_another_body_is_wrong():
    assert verdict(seal(SICHUAN, method=SIGNED, valid=True)).state is SealState.WRONG


@pytest.mark.parametrize("name", [HUBEI, SICHUAN])
@pytest.mark.parametrize("form", [Form.DIGITAL, Form.SCAN])
@pytest.mark.parametrize(
    ("valid", "reason"), [(False, SealReason.CHANGED_AFTER), (None, SealReason.NO_TRUSTED_ROOT), (None, None)]
)
def test_one_that_does_not_hold_is_neither_met_nor_wrong(name, form, valid, reason):
    assert (
        verdict(seal(name, method=SIGNED, valid=valid, reason=reason), form=form).state is SealState.UNCLEAR
    )


def test_one_that_does_not_hold_is_no_special_seal_either():
    found = verdict(seal(method=SIGNED, valid=False, official=False, reason=SealReason.BAD_DIGEST))
    assert found.state is SealState.UNCLEAR


def test_one_that_stands_on_no_page_does_not_count():
    assert verdict(seal(method=SIGNED, valid=True, box=(0, 0, 0, 0))).state is SealState.UNCLEAR


def test_a_seal_on_paper_counts_beside_one_that_does_not_hold():
    broken = seal(method=SIGNED, valid=False, reason=SealReason.CHANGED_AFTER)
    assert verdict(broken, seal(), form=Form.SCAN).state is SealState.MET
    assert verdict(broken, seal(), form=Form.DIGITAL).state is SealState.UNCLEAR


def test_pictures_count():
    assert counts(seal())


def test_the_unit_is_told_which_and_why():
    found = verdict(seal(method=SIGNED, valid=False, reason=SealReason.CHANGED_AFTER))
    said = finding(
        "letter.seal-unclear",
        Severity.QUESTION,
        detail=found.detail,
        detail_en=found.detail_en,
        electronic=True,
    )
    assert said.message.zh == (
        "公文的电子签章需要人工核实（第1页，“湖北省市场监督管理局”，验签未通过：签章后文件被修改或追加了内容）"
    )
    assert said.message.en.endswith("invalid: the file was changed or added to after signing)")


def test_what_was_left_open_is_said_beside_the_outcome_unless_it_failed():
    notes = tuple(SealNote)
    assert set(LEFT_OPEN) == set(notes)
    zh, en = outcome(seal(method=SIGNED, valid=True, notes=notes))
    assert zh == "验签通过：签章时间为签章人自报，无可信时间戳；未联网查询证书是否被吊销，文件内也无可用的吊销信息"
    assert en.startswith("verified: its time is the signer's own claim, no trusted time stamp; whether its certificate")
    intact = seal(method=SIGNED, reason=SealReason.NO_TRUSTED_ROOT, notes=notes[:1])
    assert outcome(intact)[0].endswith("签章单位身份未核实；签章时间为签章人自报，无可信时间戳")
    failed = seal(method=SIGNED, valid=False, reason=SealReason.REVOKED, notes=notes)
    assert outcome(failed) == ("验签未通过：证书已被吊销", "invalid: the signer's certificate was revoked")


def test_every_reason_has_its_words():
    assert set(WHY) == set(SealReason)
    assert len({zh for zh, _ in WHY.values()}) == len({en for _, en in WHY.values()}) == len(WHY)


@pytest.mark.parametrize(
    ("valid", "reason", "words"),
    [
        (True, None, "验签通过"),
        (False, SealReason.BAD_SIGNATURE, "验签未通过：签名值不正确"),
        (None, SealReason.TIME_LIMIT, "未能验签：验签超出时限"),
    ],
)
def test_outcomes_in_words(valid, reason, words):
    assert outcome(seal(method=SIGNED, valid=valid, reason=reason))[0] == words


def test_one_without_a_name_is_told_by_its_signer():
    assert told(seal("", method=SIGNED, signer="张三", reason=SealReason.UNREADABLE))[0] == (
        "（第1页，“张三”，未能验签：签名数据无法解析）"
    )
