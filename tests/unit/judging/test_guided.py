"""Which mail of no submission is answered with guidance (guided.py)."""

import pytest

from shoufa.domain.mail import Envelope, InboundMail
from shoufa.domain.office import Office
from shoufa.judging.guided import guided, of_reference
from unit.judging.build import START, call, group

POLICY = call(
    id="policy", title="关于开展某某创新发展试点的指导意见", aliases=["某某创新发展试点"], intake="reference", closes=None,
    tracks=[], units=[], materials=[], recommenders=None, notice={"issuer": "某委", "number": "某委发〔2022〕29号"},
)  # fmt: skip
SYSTEM = call(
    id="system", title="第十批社会管理综合标准化试点项目", intake="system", tracks=[], materials=[], recommenders=None,
    units=[{"id": "s1", "name": "丙中心", "mailbox": "s@unit.example"}],
)  # fmt: skip
OWN = call()


def office(**own: object) -> Office:
    calls = [call(**own), POLICY, SYSTEM]
    return Office(calls={c.id: c for c in calls}, groups={"provinces": group()})


def mail(subject="请问", body="请问怎么办？", to="a@unit.example", **more) -> InboundMail:
    return InboundMail.model_validate(
        {"subject": subject, "body": body, "sender": {"email": "wu@x.example"}, "to": [{"email": to}], **more}
    )


ENVELOPE = Envelope(received_at=START, door="smtp")


def target(made: InboundMail, **own: object) -> tuple[str, str, str] | None:
    found = guided(made, ENVELOPE, office(**own))
    return (found[0].id, found[1].id, found[2]) if found else None


def test_a_question_is_not_answered_unless_the_call_says_so():
    assert target(mail()) is None
    assert target(mail(), answer_unmatched=True) == ("c1", "u1", "no-call")


@pytest.mark.parametrize(
    "said", ["某某创新发展试点", "某委发〔2022〕29号", "关于开展某某创新发展试点的指导意见"]
)
def test_a_question_about_a_notice_without_intake_is_answered_whatever_the_call_says(said):
    assert target(mail(f"请问{said}如何申报")) == ("policy", "u1", "wrong-channel")
    assert target(mail(body=f"请问{said}如何申报")) == ("policy", "u1", "wrong-channel")


def test_a_mail_that_also_names_the_mailboxs_own_call_is_about_that():
    both = mail(f"{OWN.title}与某某创新发展试点")
    assert target(both) is None


def test_a_call_by_another_system_is_answered_from_its_own_mailbox_and_from_others():
    assert target(mail(to="s@unit.example")) == ("system", "s1", "wrong-channel")
    assert target(mail("第十批社会管理综合标准化试点项目")) == ("system", "u1", "wrong-channel")


def test_after_its_time_a_call_is_not_spoken_of():
    late = Envelope(received_at=START.replace(year=2025), door="smtp")
    assert guided(mail("第十批社会管理综合标准化试点项目"), late, office()) is None


SILENT = [
    {"to": "nobody@unit.example"},
    {"sender": {"email": "b@unit.example"}},
    {"auto_body": True},
    {"headers": {"x-auto-response-suppress": ["OOF, AutoReply"]}},
]


@pytest.mark.parametrize("more", SILENT)
def test_who_is_never_given_guidance(more):
    assert target(mail(**more), answer_unmatched=True) is None


def test_what_it_brings_for_a_notice_without_intake_belongs_to_no_call():
    paper = {
        "path": "某某创新发展试点申报材料.docx",
        "name": "a",
        "sha256": "1",
        "size": 9,
        "container": "docx",
    }
    made = mail("报送某某创新发展试点材料", "请查收", parts=[paper])
    assert of_reference(made, OWN, office(), ENVELOPE) is True
    assert (
        of_reference(
            mail("报送材料", "根据某某创新发展试点的要求", parts=[paper | {"path": "a"}]),
            OWN,
            office(),
            ENVELOPE,
        )
        is False
    )
    named = mail("报送某某创新发展试点材料", f"另附{OWN.title}申报书", parts=[paper])
    assert of_reference(named, OWN, office(), ENVELOPE) is False
