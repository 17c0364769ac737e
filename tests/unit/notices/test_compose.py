"""The bytes of a mail: its structure read back with the standard library, and headers that cannot be broken."""

import email
import html as html_module
import re
from datetime import datetime
from email import policy
from email.message import EmailMessage

import pytest

from shoufa.domain.codes import Severity, Template
from shoufa.domain.receipt import numbers_in, receipt_number, token, tokens_in
from shoufa.notices.compose import Outgoing, to_bytes
from shoufa.notices.guidance import Reason, compose_guidance
from shoufa.notices.headers import MAX_IDS, Unaddressable, address, chain, unstructured
from shoufa.notices.outcome import compose_outcome
from shoufa.notices.receipt import compose_receipt
from shoufa.notices.unit_notice import compose_unit_notice
from unit.notices.made import NUMBER, UNIT, call, finding, manifest, model_parts, part, two_mails, verdict

DATE = datetime.fromisoformat("2023-08-10T16:43:00+08:00")
SENDER = "某某研究院 <intake@unit.example>"


def raw(made: Outgoing, sender: str = SENDER) -> bytes:
    return to_bytes(made, sender, "<1@unit.example>", DATE)


def parsed(made: Outgoing) -> EmailMessage:
    message = email.message_from_bytes(raw(made), policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def every() -> list[Outgoing]:
    first, second = two_mails()
    return [
        compose_receipt(call(), UNIT, manifest(parts=model_parts()), [NUMBER]),
        compose_outcome(call(), UNIT, verdict(), (first, second)),
        compose_guidance(call(), UNIT, first, Reason.WRONG_CHANNEL, [NUMBER]),
        compose_unit_notice(call(), UNIT, verdict(), (first, second)),
    ]


@pytest.mark.parametrize("made", every(), ids=lambda m: m.template.value)
def test_structure_and_marks(made: Outgoing) -> None:
    message = parsed(made)
    assert message.get_content_type() == "multipart/alternative"
    plain, page = message.iter_parts()
    assert [plain.get_content_type(), page.get_content_type()] == ["text/plain", "text/html"]
    assert plain.get_content().replace("\r\n", "\n") == made.text
    assert page.get_content().replace("\r\n", "\n") == made.html
    assert {p.get_content_charset() for p in (plain, page)} == {"utf-8"}
    assert message["Subject"] == made.subject
    assert NUMBER in message["Subject"]
    want = "auto-generated" if made.template is Template.NOTICE else "auto-replied"
    assert message["Auto-Submitted"] == want
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["X-Shoufa-Notice"] == made.notice_id
    assert message["From"].addresses[0].display_name == "某某研究院"
    assert message["Date"].datetime == DATE
    lines = raw(made).split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert not any(b"\n" in line or b"\r" in line for line in lines)


@pytest.mark.parametrize("made", every(), ids=lambda m: m.template.value)
def test_html_says_the_same_words_and_has_no_links(made: Outgoing) -> None:
    body = re.sub(r"<head>.*?</head>|<!DOCTYPE[^>]*>", "", made.html, flags=re.DOTALL)
    words = html_module.unescape(re.sub(r"<[^>]+>", "", body))
    assert re.sub(r"\s+", "", words) == re.sub(r"[\s｜]+", "", made.text)
    assert not re.search(r"<(a|img|script|style|link|iframe)\b|https?:|url\(", made.html)


def test_threading_holds_the_answered_mail_and_our_token_only() -> None:
    first, second = two_mails()
    message = parsed(compose_outcome(call(), UNIT, verdict(), (first, second)))
    assert message["In-Reply-To"] == "<second@province.example>"
    assert message["References"].split() == ["<r@x.example>", "<second@province.example>", token(NUMBER)]
    real = receipt_number(DATE, "ab")
    message = parsed(compose_receipt(call(), UNIT, first, [real]))
    assert tokens_in(tuple(message["References"].split())) == [real]
    assert numbers_in(message["Subject"]) == [real]


def test_answers_go_to_from_and_never_to_reply_to() -> None:
    made = compose_receipt(call(), UNIT, manifest(reply_to=[{"email": "else@evil.example"}]), [NUMBER])
    assert made.to == "zhang@province.example"
    assert b"evil" not in raw(made)


INJECTIONS = [
    "a@b.example\r\nBcc: x@y.example",
    "a@b.example, x@y.example",
    "a@b.example>\n<x@y.example",
    "a\x00@b.example",
    "",
    "@b",
    "a@",
    "é@b.example",
    "a@b.example x",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_address_that_is_more_than_one(text: str) -> None:
    with pytest.raises(Unaddressable):
        address(text)
    with pytest.raises(Unaddressable):
        compose_receipt(call(), UNIT, manifest(sender={"email": text}), [NUMBER])


def test_an_address_in_a_chinese_domain_is_written_in_ascii() -> None:
    assert address("a@例子.中国") == "a@xn--fsqu00a.xn--fiqs8s"


def test_nothing_untrusted_makes_a_header() -> None:
    evil = "x\r\nBcc: victim@evil.example\r\n\r\nbody"
    bad = manifest(
        message_id=f"<{evil}@a>",
        references=(f"<{evil}>", "<ok@a.example>", "no-brackets\nBcc: y@z"),
        parts=(part(evil, 5),),
    )
    made = compose_receipt(call(title=evil), UNIT, bad, [NUMBER])
    message = parsed(
        made.model_copy(update={"notice_id": evil, "headers": (("X-Test", evil),), "subject": evil})
    )
    assert message["Bcc"] is None
    assert "In-Reply-To" not in message
    assert message["References"].split() == ["<ok@a.example>", token(NUMBER)]
    assert "\r" not in made.text
    assert "x\\u000d\\u000aBcc" in made.text
    sent = raw(made, sender="x\r\nBcc: v@e.example <intake@unit.example>")
    assert b"\r\nBcc" not in sent
    with pytest.raises(ValueError, match="field"):
        unstructured("Bcc: x\r\nX", "y")
    with pytest.raises(ValueError, match="message id"):
        to_bytes(made, SENDER, "<a@b>\r\nBcc: x@y", DATE)


def test_long_references_keep_first_and_last_and_fit_their_lines() -> None:
    many = tuple(f"<{i}.{'x' * 200}@a.example>" for i in range(300))
    found = chain((*many, f"<{'y' * 2000}@a>"), "<own@a.example>", ("<t@s>",))
    assert len(found) == MAX_IDS
    assert (found[0], found[-2:], found[-3]) == (many[0], ("<own@a.example>", "<t@s>"), many[-1])
    message = raw(compose_receipt(call(), UNIT, manifest(references=many), [NUMBER]))
    assert max(map(len, message.split(b"\r\n"))) <= 998
    assert message.count(b"x" * 200) == MAX_IDS - 2


def test_references_are_not_doubled_in_a_long_exchange() -> None:
    ours = token(NUMBER)
    assert chain(("<a@a>", ours, "<b@b>"), "<b@b>", (ours,)) == ("<a@a>", "<b@b>", ours)


def test_a_mail_without_an_id_is_still_answered() -> None:
    message = parsed(compose_receipt(call(), UNIT, manifest(message_id=""), [NUMBER]))
    assert "In-Reply-To" not in message
    assert message["References"] == token(NUMBER)


def test_same_mail_same_notice_id_and_another_mail_another() -> None:
    ids = [compose_receipt(call(), UNIT, manifest(digest=d * 64), [NUMBER]).notice_id for d in "aab"]
    assert ids[0] == ids[1] != ids[2]
    first, _ = two_mails()
    other = verdict(findings=(finding("letter.missing", Severity.ERROR, "公文：未收到"),))
    outcomes = [compose_outcome(call(), UNIT, v, (first,)).notice_id for v in (verdict(), verdict(), other)]
    assert outcomes[0] == outcomes[1] != outcomes[2]


def test_lone_surrogates_and_bidi_in_names_do_no_harm() -> None:
    made = compose_receipt(call(), UNIT, manifest(parts=(part("甲\udc80\u202efdp.exe", 5),)), [NUMBER])
    parsed(made)
    assert "甲\\udc80\\u202efdp" in made.text


def test_markup_in_names_is_escaped() -> None:
    made = compose_receipt(
        call(), UNIT, manifest(parts=(part("<img src=x onerror=alert(1)>.pdf", 5),)), [NUMBER]
    )
    assert "<img" not in made.html
    assert "&lt;img" in made.html
