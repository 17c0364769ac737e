"""Mail that machines send (suppression.py): each reason with the mail that shows it."""

import pytest

from shoufa.domain.mail import Envelope, InboundMail
from shoufa.domain.office import Office
from shoufa.judging.suppression import REASONS, automatic, verdict_fails
from unit.judging.build import START

OFFICE = Office(calls={}, groups={})
PAPER = {"path": "a", "name": "a", "sha256": "1", "size": 9, "container": "docx"}


def said(headers=None, mail_from="zhang@hubei.example", **mail):
    values = {
        "sender": {"email": "zhang@hubei.example"},
        "headers": {k: [v] for k, v in (headers or {}).items()},
        **mail,
    }
    envelope = Envelope(received_at=START, door="smtp", mail_from=mail_from)
    return automatic(InboundMail.model_validate(values), envelope, OFFICE)


SHOWN = [
    ("own-mail", {"headers": {"x-shoufa-notice": "receipt-1"}}),
    ("own-mail", {"sender": {"email": "shoufa@example.org"}}),
    ("auto-submitted", {"headers": {"auto-submitted": "auto-replied; owner=x"}}),
    ("delivery-report", {"report": "delivery-status"}),
    ("null-return-path", {"mail_from": ""}),
    ("null-return-path", {"headers": {"return-path": "< >"}}),
    ("daemon", {"sender": {"email": "mailer-daemon@x"}, "parts": [PAPER]}),
    ("daemon", {"sender": {"email": "no-reply@x"}}),
    ("vendor-header", {"headers": {"x-qq-auto-reply": "true"}}),
    ("list", {"headers": {"list-id": "<news>"}}),
    ("list", {"headers": {"precedence": "bulk"}}),
    ("subject", {"subject": "自动回复：报送材料"}),
    ("subject", {"subject": "Out of Office: back on Monday"}),
]


@pytest.mark.parametrize(("reason", "mail"), SHOWN)
def test_each_reason(reason, mail):
    assert said(**mail) == reason


def test_every_reason_is_shown():
    assert {name for name, _ in REASONS} == {reason for reason, _ in SHOWN}


PEOPLE = [
    {},
    {"subject": "回复：报送材料"},
    {"subject": "自动化生产线标准化试点申报材料"},
    {"headers": {"auto-submitted": "no"}},
    {"headers": {"list-id": "<news>"}, "parts": [PAPER]},
    {"sender": {"email": "no-reply@x"}, "parts": [PAPER]},
    {"headers": {"x-autoreply": "no"}},
    {"mail_from": None},
]


@pytest.mark.parametrize("mail", PEOPLE)
def test_people_are_not_machines(mail):
    assert said(**mail) == ""


@pytest.mark.parametrize("mark", [{"virus": "FAIL"}, {"spam": "fail"}])
def test_our_own_servers_verdict(mark):
    envelope = Envelope.model_validate({"received_at": START, "door": "ses", **mark})
    assert verdict_fails(envelope, InboundMail()) is True


def test_a_verdict_in_the_headers():
    envelope = Envelope(received_at=START, door="ses", virus="PASS", spam="GRAY")
    assert verdict_fails(envelope, InboundMail(headers={"x-ses-virus-verdict": ("FAIL",)})) is True
    ours = envelope.model_copy(update={"door": "smtp"})
    assert verdict_fails(ours, InboundMail(headers={"x-ses-virus-verdict": ("FAIL",)})) is False


ANSWERS = [
    "【自动回复】关于报送材料的回执", "[自动回复]", "（自动回复）", "自动回复-休假中", "回复：自动回复：收到", "来自张三的自动回复",
    "来自 li@x.example 的自动回复", "由王五的自动答复", "外出自动回复", "休假自动回复：8月20日返岗", "自動回覆", "Auto: received",
    "Auto-Reply: x", "RE: Automatic reply: 材料", "Out of the Office", "邮件退回通知", "退信通知：无法投递", "系统退信",
    "【系统退信】邮件未能送达", "退信", "邮件发送失败通知", "邮件投递失败", "投递状态通知", "Undelivered Mail Returned to Sender",
    "Delivery Status Notification (Failure)", "Mail delivery failed: returning message to sender", "已读回执", "已读：收件回执",
    "读信回执：材料", "Read: 收件回执", "Not read: receipt",
]  # fmt: skip


@pytest.mark.parametrize("subject", ANSWERS)
def test_answers_of_machines_are_known_by_their_subject(subject):
    assert said(subject=subject) == "subject"
    assert said(subject=subject, parts=[PAPER]) == ""


PEOPLES_WORDS = [
    "自动驾驶标准化试点", "回复：【收件回执】230810 材料", "补充材料（原邮件退信，重新发送）", "已读通知，现报送材料", "外出务工服务标准化试点",
    "休假疗养示范基地申报", "来自湖北省的申报材料", "投递服务标准化试点申报书", "发送失败，重新报送", "送达服务标准化试点", "关于退信的说明",
    "Autonomous driving pilot", "Reading hall pilot", "Auto parts standardization",
]  # fmt: skip


@pytest.mark.parametrize("subject", PEOPLES_WORDS)
def test_words_of_people_are_no_machines(subject):
    assert said(subject=subject) == ""
