"""steps/erasure.py, retention.py: whose a mail is after merges, releases and earlier erasures, and what a stop leaves."""

import email
from contextlib import suppress
from dataclasses import replace
from datetime import time, timedelta
from email.policy import default

import pytest

from fakes import FakeIndex, Killed
from shoufa.steps.erasure import Plan, Why, erase, half_erased, plan_erasure
from shoufa.steps.restore import restore
from shoufa.steps.retention import over_time
from shoufa.steps.watch_submissions import watch_submissions
from unit.judging.build import complete
from unit.steps.levers import condemned, decide
from unit.steps.test_restore import Into
from unit.steps.world import World, papers

PACKAGE = papers(complete())
LETTER = {"公文.pdf": PACKAGE["公文.pdf"]}
LACKING = {k: v for k, v in PACKAGE.items() if k not in LETTER}
CLERK = "clerk@office.example"
PERIOD = timedelta(days=31)
"""Longer than what is quarantined or belongs to no submission is kept."""


def office(**more) -> World:
    known = {
        "office_mailbox": CLERK,
        "digest_at": time(8, 30),
        "reconcile_every": timedelta(minutes=10),
        "erases_by_itself": True,
    }
    return World(**{**known, **more})


def read(raw: bytes) -> str:
    return email.message_from_bytes(raw, policy=default).get_body(("plain",)).get_content()


def stored(world: World) -> set[str]:
    return {k for k in world.objects.data if not k.startswith("ledger/")}


def watched(world: World, after: timedelta) -> None:
    world.clock.move(after)
    watch_submissions(world.house)
    world.drain()


def parted() -> tuple[World, str, str]:
    """Two submissions that were merged by themselves, and that a clerk took apart."""
    world = office()
    world.receive(LACKING)
    world.drain()
    world.receive(LETTER, after=timedelta(hours=1), sender="chen@else.example")
    world.settle()
    early, late = world.numbers
    assert world.state(late)["into"] == early
    decide(world, "unmerge", late)
    world.settle()
    assert not world.state(late)["into"]
    return world, early, late


def test_of_two_that_were_taken_apart_only_the_one_named_goes():
    world, early, late = parted()
    plan = plan_erasure(world.house, [late])
    assert plan.submissions == (late,)
    assert [key for key, _ in plan.mails] == ["inbox/mail/2.eml"]
    erase(world.house, plan, "c7", Why.REQUEST)
    assert not world.state(early).get("gone")
    assert "inbox/mail/1.eml" in world.objects.data


def shared() -> tuple[World, str, str]:
    """One mail to two units: two submissions."""
    world = office()
    world.receive(PACKAGE, to=["a@unit.example", "b@unit.example"])
    world.settle()
    one, two = world.numbers
    return world, one, two


def test_a_mail_of_two_submissions_goes_with_the_last_of_them():
    world, one, two = shared()
    for number, left in ((one, True), (two, False)):
        erase(world.house, plan_erasure(world.house, [number]), "c7", Why.REQUEST)
        assert ("inbox/mail/1.eml" in world.objects.data) == left
    assert stored(world) == set()
    assert world.proven()


def released() -> tuple[World, str]:
    """A mail that was taken for a virus, and that a clerk let in."""
    world = office()
    key = condemned(world, PACKAGE)
    watched(world, timedelta(minutes=10))
    decide(world, "release-mail", object=key)
    world.drain()
    world.settle()
    assert len(world.numbers) == 1
    return world, key


def test_what_was_let_in_is_kept_as_long_as_its_submission():
    world, _ = released()
    before = stored(world)
    watched(world, PERIOD)
    assert before <= stored(world)
    assert over_time(world.house) == []
    assert not world.state(world.numbers[0]).get("gone")


def test_it_goes_with_its_submission_and_so_does_the_decision_that_let_it_in():
    world, _ = released()
    erase(world.house, plan_erasure(world.house, world.numbers), "c7", Why.REQUEST)
    assert not {k for k in stored(world) if not k.startswith("sent/")}


def test_a_mail_of_no_submission_whose_bytes_were_filed_later_stays_with_them():
    world, key = released()
    spared = plan_erasure(world.house, objects=[key], spare=True)
    assert spared.keys == ()
    assert key in plan_erasure(world.house, objects=[key]).keys  # a person's word counts


def killed_half_way(world: World, plan: Plan, at: int) -> None:
    real, calls = world.objects.erase, iter(range(1, 99))

    def kills(key: str) -> int:
        if next(calls) == at:
            raise Killed
        return real(key)

    world.objects.erase = kills
    with suppress(Killed):
        erase(world.house, plan, "c7", Why.REQUEST)
    world.objects.erase = real


@pytest.mark.parametrize("at", [1, 7, -1])
def test_the_watch_ends_what_a_stop_left_half_erased(at):
    world, one, two = shared()
    plan = plan_erasure(world.house, [one, two])
    killed_half_way(world, plan, at % (len(plan.keys) + 1))
    assert half_erased(world.house) == sorted([*plan.submissions, "inbox/mail/1.eml"])
    watched(world, timedelta(minutes=1))
    assert stored(world) == set()
    assert half_erased(world.house) == []
    assert world.proven()


def test_where_nothing_is_erased_by_itself_the_office_is_told_until_a_person_ends_it():
    world, one, two = shared()
    world.house = replace(world.house, office=replace(world.house.office, erases_by_itself=False))
    plan = plan_erasure(world.house, [one, two])
    killed_half_way(world, plan, 3)
    watched(world, timedelta(days=1))
    (told,) = (m for raw, _, to in world.mailer.sent if to == CLERK for m in (read(raw),))
    assert one in told
    assert two in told
    erase(world.house, plan_erasure(world.house, [one, two]), "c7", Why.REQUEST)
    assert half_erased(world.house) == []
    assert "inbox/mail/1.eml" not in stored(world)


def test_a_restored_table_knows_what_is_half_erased():
    world, one, two = shared()
    plan = plan_erasure(world.house, [one, two])
    killed_half_way(world, plan, len(plan.keys))
    assert "inbox/mail/1.eml" in world.objects.data
    into, index = Into(), FakeIndex()
    restore(replace(world.house, ledger=into.ledger, index=index), into)
    assert half_erased(replace(world.house, index=index)) == sorted([one, two, "inbox/mail/1.eml"])
