"""Identity of a mail (domain/fingerprint.py; contracts §3)."""

import pytest

from shoufa.domain.fingerprint import bare_subject, contents, fingerprint, own_parts, private
from shoufa.domain.mail import InboundMail

PARTS = [
    {"path": "b.zip", "name": "b.zip", "sha256": "b", "size": 1},
    {"path": "b.zip/c", "name": "c", "sha256": "c", "size": 1, "parent": "b"},
    {"path": "a", "name": "a", "sha256": "a", "size": 1},
]


def mail(**changes):
    values = {
        "message_id": "<1@x>",
        "subject": "报送 材料",
        "sender": {"email": "zhang@hubei.example", "name": "张"},
        "date": "2023-08-01T09:00:00+08:00",
        "body": "请查收",
        "parts": PARTS,
        **changes,
    }
    return InboundMail.model_validate(values)


def of(**changes) -> str:
    return fingerprint(mail(**changes), "a@unit.example")


SAME = [
    {"message_id": "<2@x>"},
    {"subject": "报送　 材料 "},
    {"sender": {"email": "ZHANG@hubei.example", "name": "zhang"}},
    {"date": "2023-08-01T01:00:00+00:00"},
    {"parts": [PARTS[2], PARTS[0], PARTS[1]]},
    {"parts": [PARTS[0], PARTS[2]]},
    {"body": "另一段话"},
    {"to": [{"email": "c@unit.example"}]},
]


@pytest.mark.parametrize("change", SAME)
def test_what_servers_change_on_the_way_does_not_count(change):
    assert of(**change) == of()


OTHER = [
    {"subject": "报送材料二"},
    {"sender": {"email": "li@hubei.example"}},
    {"date": "2023-08-01T09:00:01+08:00"},
    {"date": None},
    {"parts": PARTS[:2]},
    {"parts": [*PARTS, {"path": "d", "name": "d", "sha256": "d", "size": 1}]},
]


@pytest.mark.parametrize("change", OTHER)
def test_what_makes_another_message(change):
    assert of(**change) != of()


def test_another_mailbox_is_another_message():
    assert (
        fingerprint(mail(), "b@unit.example")
        != fingerprint(mail(), "a@unit.example")
        == fingerprint(mail(), "A@Unit.example")
    )


def test_without_parts_the_body_counts():
    assert of(parts=[], body="一") != of(parts=[], body="二")


def test_members_of_archives_are_no_parts_of_the_mail():
    assert own_parts(mail()) == ["a", "b"]


def test_parts_of_a_message_inside_are_the_mails_own():
    inside = {"path": "m/x", "name": "x", "sha256": "x", "size": 1, "parent": "mail-inside"}
    assert own_parts(mail(parts=[inside])) == ["x"]


def test_contents_stay_the_same_when_a_mail_is_sent_again():
    again = mail(message_id="<9@x>", date="2023-08-05T09:00:00+08:00", subject="再次报送")
    assert contents(again, "Z@x", "A@x") == contents(mail(), "z@x", "a@x") != ""
    assert contents(mail(), "y@x", "a@x") != contents(mail(), "z@x", "a@x")
    assert contents(mail(), "z@x", "b@x") != contents(mail(), "z@x", "a@x")


def test_a_mail_without_parts_has_no_contents():
    assert contents(mail(parts=[]), "z@x", "a@x") == ""


@pytest.mark.parametrize("prefix", ["回复：", "Re: ", "转发：Re:", "FW: 回复: ", "re：re："])
def test_prefixes_of_replies_fall_away(prefix):
    assert bare_subject(prefix + "报送材料") == "报送材料"
    assert bare_subject("回复率统计") == "回复率统计"


def test_private_hides_a_name_and_forgives_case_and_space():
    assert private(" Zhang@X ") == private("zhang@x")
    assert len(private("a")) == 32
    assert "zhang" not in private("zhang@x")


def test_a_member_without_digest_hides_no_file_of_the_mail():
    top = {"path": "a.zip", "name": "a.zip", "sha256": "z", "size": 9}
    gone = {"path": "a.zip/b", "name": "b", "sha256": "", "size": 0, "parent": "z"}
    assert own_parts(InboundMail.model_validate({"parts": [top, gone]})) == ["z"]
