"""Our own notices that came back (steps/bounces.py): recorded, told to the unit, never answered."""

import email
from datetime import timedelta

import pytest

from shoufa.domain.codes import Disposition
from shoufa.steps.receive_mail import receive_mail
from unit.judging.build import call, complete
from unit.steps.test_outgoing import later, noted, sent, words
from unit.steps.world import World, papers

PACKAGE = papers(complete())
FAILED = "mailer-daemon@mail.example"


def told() -> World:
    """A submission with its receipt and outcome out."""
    world = World()
    world.receive(PACKAGE)
    world.settle()
    return world


def notice(world: World, kind: str) -> str:
    return next(n for n in world.notices() if n.startswith(f"{kind}-"))


def back(world: World, **returned: object) -> Disposition:
    """A bounce that shows this of our mail."""
    shown = {"status": "5.1.1", "action": "failed", **returned}
    return world.receive(sender=FAILED, subject="退信", returned=shown, after=timedelta(minutes=1))


def sent_id(world: World, kind: str) -> str:
    raw = next(raw for raw, _, _ in world.mailer.sent if f"X-Shoufa-Notice: {kind}-".encode() in raw)
    return str(email.message_from_bytes(raw)["Message-ID"])


def test_a_returned_notice_is_known_by_its_own_id():
    world = told()
    assert back(world, notice=notice(world, "outcome")) is Disposition.AUTOMATIC
    (data,) = noted(world, "bounced")
    assert (data["bounced"], data["status"]) == (notice(world, "outcome"), "5.1.1")
    assert world.kinds(world.numbers[0])[-1] == "noted"
    assert world.proven()


def test_by_the_message_id_it_went_out_under():
    world = told()
    back(world, ids=["<other@x>", sent_id(world, "receipt")])
    assert [d["bounced"] for d in noted(world, "bounced")] == [notice(world, "receipt")]


def test_by_the_id_that_ses_gave_and_completed():
    world = told()
    used = sent_id(world, "receipt").strip("<>").partition("@")[0]
    back(world, ids=[f"<{used}@eu-west-1.amazonses.com>"])
    assert [d["bounced"] for d in noted(world, "bounced")] == [notice(world, "receipt")]


@pytest.mark.parametrize("shown", ["ids", "numbers"])
def test_by_our_token_or_the_receipt_number_in_its_words(shown):
    world = told()
    number = world.numbers[0]
    said = {"ids": [f"<receipt.{number}@shoufa.invalid>"]} if shown == "ids" else {"numbers": [number]}
    back(world, **said)
    assert [d["bounced"] for d in noted(world, "bounced")] == [notice(world, "outcome")]


def test_what_was_never_sent_is_not_believed():
    world = told()
    back(world, notice="receipt-230801-000000-0-abc", ids=["<1@x>"], numbers=["230801-000000-0"])
    assert noted(world, "bounced") == []


def test_a_person_who_quotes_a_notice_is_no_bounce():
    world = told()
    shown = {"notice": notice(world, "receipt"), "status": "5.1.1"}
    assert world.receive(subject="退信问题请教", returned=shown) is Disposition.FOLLOW_UP
    assert noted(world, "bounced") == []


@pytest.mark.parametrize("success", [{"action": "delivered"}, {"action": "", "status": "2.0.0"}])
def test_a_report_of_success_is_no_bounce(success):
    world = told()
    back(world, notice=notice(world, "receipt"), **success)
    assert noted(world, "bounced") == []


def test_it_is_recorded_once_and_never_answered():
    world = told()
    before = len(world.mailer.sent)
    back(world, notice=notice(world, "receipt"))
    for key in world.objects.keys("inbox/mail/"):
        receive_mail(key, world.house)
    world.drain()
    assert len(noted(world, "bounced")) == 1
    assert len(world.mailer.sent) == before


def test_the_unit_is_told_within_the_hour():
    world = told()
    back(world, notice=notice(world, "receipt"))
    later(world, timedelta(hours=1))
    (digest,) = sent(world, "hourly", "a@unit.example")
    assert all(w in words(digest) for w in ("退回", world.numbers[0], "收件回执", "5.1.1"))
    later(world, timedelta(hours=1))
    assert len(sent(world, "hourly", "a@unit.example")) == 1


def test_a_units_own_notice_that_came_back_is_not_told_to_the_same_mailbox():
    world = told()
    back(world, notice=notice(world, "notice"))
    later(world, timedelta(hours=2))
    assert len(noted(world, "bounced")) == 1
    assert sent(world, "hourly", "a@unit.example") == []


def test_the_return_of_a_digest_ends_there():
    world = told()
    back(world, notice=notice(world, "receipt"))
    later(world, timedelta(hours=1))
    back(world, notice=notice(world, "hourly"))
    later(world, timedelta(hours=2))
    assert len(noted(world, "bounced")) == 2
    assert len(sent(world, "hourly", "a@unit.example")) == 1


def test_returned_guidance_is_recorded_with_the_mail_it_answered():
    world = World(call(answer_unmatched=True))
    world.receive(subject="请问", body="请问怎么办？")
    world.drain()
    back(world, notice=notice(world, "guidance"))
    (entry,) = [e for e in world.ledger.all() if "bounced" in e.data]
    assert entry.submission.startswith("MAIL#")
    later(world, timedelta(hours=1))
    assert "报送方式说明" in words(sent(world, "hourly", "a@unit.example")[0])
