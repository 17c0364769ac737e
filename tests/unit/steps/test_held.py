"""steps/held.py: while mail is stopped nothing is sent, nothing raised, nothing lost; then all of it goes."""

from datetime import timedelta

import pytest

from fakes import Killed
from shoufa.steps.held import park, paused, release_held
from shoufa.steps.receive_decision import receive_decision
from shoufa.steps.watch_submissions import watch_submissions
from unit.judging.build import complete
from unit.steps.levers import actions, decide, lay
from unit.steps.test_restore import lost
from unit.steps.world import SETTLED, World, papers

PACKAGE = papers(complete())


def stopped() -> World:
    world = World()
    decide(world, "pause")
    world.receive(PACKAGE)
    world.settle()
    return world


def test_while_paused_nothing_is_sent_and_nothing_is_in_the_queues():
    world = stopped()
    assert paused(world.house)
    assert world.mailer.sent == []
    assert world.queues.take() == []
    assert actions(world, "OFFICE") == ["pause"]
    assert "told" not in world.state(world.numbers[0])
    assert world.proven()


def test_at_resume_everything_goes_out_once():
    world = stopped()
    decide(world, "resume")
    world.drain()
    world.settle()
    assert sorted(world.templates()) == ["notice", "outcome", "receipt"]
    assert world.state(world.numbers[0])["held"] == {}
    assert world.index.find("parked") == []
    assert world.proven()


def test_the_same_message_twice_is_kept_once():
    world = stopped()
    number = world.numbers[0]
    before = len(world.ledger.entries(number))
    park(world.house, {"template": "outcome", "submission": number}, "paused")
    assert len(world.ledger.entries(number)) == before
    assert len(world.index.find("parked")) == 2


def test_nothing_is_released_while_paused():
    world = stopped()
    assert release_held(world.house) == 0
    assert len(world.index.find("parked")) == 2


def test_the_watch_lets_go_what_a_crash_at_resume_left():
    world = stopped()
    key = lay(world, "resume")
    world.queues.broken = 1
    with pytest.raises(Killed):
        receive_decision(key, world.house)
    world.clock.move(timedelta(minutes=1))
    watch_submissions(world.house)
    world.drain()
    assert sorted(world.templates()) == ["notice", "outcome", "receipt"]


def test_a_redelivered_resume_lets_go_too():
    world = stopped()
    key = lay(world, "resume")
    world.queues.broken = 1
    with pytest.raises(Killed):
        receive_decision(key, world.house)
    receive_decision(key, world.house)
    world.drain()
    assert sorted(world.templates()) == ["notice", "outcome", "receipt"]
    assert actions(world, "OFFICE") == ["pause", "resume"]


def test_what_is_parked_again_while_it_is_let_go_is_not_lost():
    world = stopped()
    number = world.numbers[0]
    sent = world.queues.send

    def parks_at_once(queue, message, group=""):
        sent(queue, message, group)
        park(world.house, message, "paused")

    decide(world, "resume")
    world.queues.take()
    park(world.house, {"template": "outcome", "submission": number}, "limit")
    world.queues.send = parks_at_once  # type: ignore[method-assign]
    assert release_held(world.house) == 1
    assert len(world.index.find("parked")) == 1


def test_a_pause_survives_the_loss_of_the_table():
    world = lost(stopped())
    assert paused(world.house)
    decide(world, "resume")
    world.drain()
    world.clock.move(SETTLED)
    world.settle()
    assert sorted(world.templates()) == ["notice", "outcome", "receipt"]


def test_a_second_pause_stops_again():
    world = stopped()
    decide(world, "resume")
    decide(world, "pause")
    world.drain()
    assert world.mailer.sent == []
    decide(world, "resume")
    world.drain()
    assert len(world.mailer.sent) == 3


def test_what_belongs_to_no_submission_is_parked_with_the_office():
    world = stopped()
    park(world.house, {"template": "digest", "day": "2023-08-01"}, "paused")
    assert {"template": "digest", "day": "2023-08-01"} in world.state("OFFICE")["held"].values()
    decide(world, "resume")
    assert {"template": "digest", "day": "2023-08-01"} in world.queues.take("notices")
    assert world.state("OFFICE")["held"] == {}
