"""Whom a mail is for, who sent it, whether it was verified (addressing.py; contracts §3)."""

from datetime import timedelta

import pytest

from shoufa.domain.mail import Envelope, InboundMail
from shoufa.domain.office import GRACE, Office
from shoufa.judging.addressing import (
    addressed,
    brings_something,
    mailboxes,
    original_sender,
    same_house,
    unverified,
)
from unit.judging.build import START, call, group

OTHER = call(id="c2", title="服务业标准化提升", closes="2023-09-30T00:00:00+08:00")
OFFICE = Office(
    calls={"c1": call(), "c2": OTHER}, groups={"provinces": group()}, own_domains=frozenset({"unit.example"})
)
ONE = Office(calls={"c1": call()}, groups={"provinces": group()})


def mail(**values):
    return InboundMail.model_validate(values)


def envelope(**values):
    return Envelope.model_validate({"received_at": START, "door": "smtp", **values})


def units(made, office=ONE, at=START):
    return [(c.id, u.id) for c, u, _ in addressed(made, envelope(), office, at)]


def to(*addresses):
    return mail(to=[{"email": a} for a in addresses])


def test_mailboxes_from_the_envelope_down():
    made = mail(delivered_to=["B@x"], to=[{"email": "a@x"}], cc=[{"email": "c@x"}, {"email": "a@x"}])
    assert mailboxes(made, envelope(mailbox="E@x")) == ["e@x", "b@x", "a@x", "c@x"]


def test_every_unit_addressed_once():
    assert units(to("a@unit.example")) == [("c1", "u1")]
    assert units(to("A@Unit.example", "b@unit.example", "a@unit.example")) == [("c1", "u1"), ("c1", "u2")]
    assert units(to("someone@unit.example")) == []


@pytest.mark.parametrize(
    ("late", "open_still"), [(timedelta(0), True), (GRACE, True), (GRACE + timedelta(seconds=1), False)]
)
def test_late_mail_belongs_to_its_call_for_half_a_year(late, open_still):
    assert bool(units(to("a@unit.example"), at=call().closes + late)) is open_still


def test_a_call_that_has_not_opened_takes_nothing():
    early = Office(calls={"c1": call(opens=START + timedelta(days=1))}, groups={})
    assert units(to("a@unit.example"), early) == []


def test_a_mailbox_of_two_calls_is_decided_by_words_then_by_the_deadline():
    assert units(to("a@unit.example"), OFFICE) == [("c1", "u1")]
    said = mail(to=[{"email": "a@unit.example"}], subject="服务业标准化提升申报")
    assert units(said, OFFICE) == [("c2", "u1")]


PARTS = [
    ([{"path": "a", "name": "a", "sha256": "1", "size": 9}], True),
    ([{"path": "a", "name": "a", "sha256": "1", "size": 9, "inline": True}], False),
    ([{"path": "a", "name": "a", "sha256": "1", "size": 90_000, "inline": True}], True),
    ([], False),
]


@pytest.mark.parametrize(("parts", "yes"), PARTS)
def test_a_small_picture_in_the_text_is_decoration(parts, yes):
    assert brings_something(mail(parts=parts)) is yes


def test_a_link_brings_something():
    assert brings_something(mail(links=[{"provider": "QQ", "host": "h"}])) is True


def test_a_colleagues_forward_is_the_original_senders():
    inner = {"sender": {"email": "zhang@hubei.example"}, "attached": True}
    made = mail(sender={"email": "li@unit.example"}, forwarded=[inner])
    assert original_sender(made, OFFICE) == ("zhang@hubei.example", "li@unit.example")
    assert original_sender(made, ONE) == ("li@unit.example", "")
    assert original_sender(mail(sender={"email": "li@unit.example"}), OFFICE) == ("li@unit.example", "")


FAIL = "mx.unit.example; spf=fail smtp.mailfrom=x; dkim=fail; dmarc=fail"
RESULTS = [
    ([FAIL], "", True),
    ([FAIL.replace("dkim=fail", "dkim=none")], "", False),
    ([FAIL.replace("dkim=fail", "dkim=temperror")], "", False),
    ([FAIL.replace("; dmarc=fail", "")], "", False),
    ([FAIL.replace("dkim=fail", "dkim=fail; dkim=pass")], "", False),
    (["mx.unit.example; spf=pass (spf=fail dkim=fail dmarc=fail)"], "", False),
    ([], "", False),
    ([FAIL.replace("mx.unit", "mx.forged")], "mx.unit.example", False),
    (["mx.forged; spf=pass; dkim=pass; dmarc=pass", FAIL], "mx.unit.example", True),
    (["mx.unit.example; spf=pass", FAIL], "", False),
]


@pytest.mark.parametrize(("fields", "server", "failed"), RESULTS)
def test_only_three_failures_of_the_trusted_server_are_a_failure(fields, server, failed):
    assert unverified(mail(headers={"authentication-results": fields}), server) is failed


HOUSES = [
    ("a@hubei.example", "b@hubei.example", True),
    ("a@hubei.example", "a@hunan.example", False),
    ("a@qq.com", "b@qq.com", False),
    ("a@qq.com", "a@qq.com", True),
    ("", "", False),
]


@pytest.mark.parametrize(("a", "b", "same"), HOUSES)
def test_freemail_is_never_one_house(a, b, same):
    assert same_house(a, b) is same


@pytest.mark.parametrize(
    "said",
    [
        "mx.o.example; spf=fail smtp.mailfrom=dkim=pass@evil.example; dkim=fail; dmarc=fail",
        'mx.o.example; spf=fail smtp.mailfrom="x; dkim=pass"@evil.example; dkim=fail; dmarc=fail',
        'mx.o.example; spf=fail smtp.mailfrom="\\"; dkim=pass; \\""@evil.example; dkim=fail; dmarc=fail',
        "mx.o.example; spf=fail (a (dkim=pass); b); dkim=fail; dmarc=fail (p=none; spf=pass)",
        "MX.o.example 1; spf/1 = fail; dkim=fail; dmarc=fail header.from=evil.example",
    ],
)
def test_what_a_sender_puts_beside_a_result_is_none(said):
    there = mail(headers={"authentication-results": ["mx.o.example.evil; spf=pass", said]})
    assert unverified(there, "mx.o.example") is True
