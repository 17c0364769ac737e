"""What waits by right is not called stalled, and nobody asks for it in vain."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from shoufa.steps.check_completeness import check_completeness
from shoufa.steps.files import manifest_key
from shoufa.steps.reconciliation import LAST, LIMIT
from shoufa.steps.stalled_work import soon, stalled_now, stalled_work, what_stalls
from unit.judging.build import complete
from unit.steps.levers import decide
from unit.steps.test_outgoing import flood, later
from unit.steps.world import World, papers

PACKAGE = papers(complete())


def heads(world: World) -> dict[str, tuple[str, ...]]:
    return {n: what_stalls(world.house, head) for n in world.numbers if (head := world.ledger.head(n))}


def looked(world: World, times: int = 6) -> int:
    """Look at every submission again and again; how much was asked for."""
    asked = 0
    for number in world.numbers:
        soon(world.house, number)
    for _ in range(times):
        world.clock.move(LIMIT)
        asked += stalled_work(world.house)
    return asked


def paused() -> World:
    world = World()
    decide(world, "pause")
    world.receive(PACKAGE)
    world.settle()
    return world


def paused_with_lost_messages() -> World:
    world = World()
    world.receive(PACKAGE)
    world.queues.drain({q: lambda _: None for q in ("notices",)} | {"documents": world._read, "submissions": world._check})
    decide(world, "pause")
    return world


def held_back() -> World:
    world = World()
    world.receive(PACKAGE)
    world.drain()
    decide(world, "hold", world.numbers[0])
    world.settle()
    return world


def drafted() -> World:
    world = World()
    world.house = replace(world.house, drafts=True)
    world.receive(PACKAGE)
    world.settle()
    return world


def joined() -> World:
    world = World()
    flood(world, 12)
    later(world, timedelta(minutes=12))
    return world


@pytest.mark.parametrize("made", [paused, paused_with_lost_messages, held_back, drafted, joined])
def test_what_waits_by_right_is_not_driven(made: Callable[[], World]):
    world = made()
    world.queues.take()
    assert looked(world) == 0
    assert stalled_now(world.house) == {}
    assert not {c for codes in heads(world).values() for c in codes} & {"receipt", "outcome"}


def test_what_waits_for_the_next_hour_is_asked_for_by_its_look_up_only():
    world = World(mails_per_hour=1)
    world.receive(PACKAGE)
    world.receive(PACKAGE, sender="wang@hunan.example")
    world.settle()
    assert looked(world, 1) == 0
    assert stalled_now(world.house) == {}


def test_after_a_pause_what_was_lost_is_driven():
    world = paused_with_lost_messages()
    assert looked(world) == 0
    decide(world, "resume")
    world.queues.take()
    assert looked(world, 2) > 0
    world.drain()
    world.clock.move(timedelta(hours=7))
    stalled_work(world.house)
    world.drain()
    assert sorted(world.templates()) == ["notice", "outcome", "receipt"]


def test_what_was_let_go_and_lost_then_is_driven_too():
    world = paused()
    looked(world)
    decide(world, "resume")
    world.queues.take()
    assert looked(world, 1) >= 0
    assert looked(world, 3) > 0
    world.drain()
    assert sorted(world.templates()) == ["notice", "outcome", "receipt"]


def told() -> World:
    world = World()
    world.receive(PACKAGE)
    world.settle()
    return world


@pytest.mark.parametrize(
    ("action", "said"), [("judge-again", {}), ("merge", {"other": "230801-000000-0"}), ("unmerge", {})]
)
def test_a_decision_that_changed_nothing_is_not_driven_for_ever(action: str, said: dict[str, str]):
    """Judged as before, or refused: the verdict is the same, and the decision is done with all the same."""
    world = told()
    (number,) = world.numbers
    verdict = world.state(number)["verdict"]
    decide(world, action, number, **said)
    world.settle()
    assert world.state(number)["verdict"] == verdict
    assert what_stalls(world.house, world.ledger.head(number)) == ()
    assert looked(world) == 0
    kinds = world.kinds(number)
    check_completeness(number, world.house)
    assert world.kinds(number) == kinds  # noted once


def test_a_decision_whose_message_was_lost_is_driven():
    world = told()
    (number,) = world.numbers
    decide(world, "judge-again", number)
    world.queues.take()
    assert looked(world, 1) == 1
    world.settle()
    assert looked(world) == 0


def test_a_submission_with_a_damaged_manifest_keeps_no_other_waiting():
    world = World()
    for sender in ("a@hubei.example", "wang@hunan.example"):
        world.receive(PACKAGE, sender=sender)
    world.queues.take("documents")
    bad, other = world.numbers
    key = manifest_key(world.state(bad)["mails"][0])
    whole = world.objects.data[key]
    world.objects.data[key] = whole[:50]
    for number in (bad, other):
        soon(world.house, number)
    for _ in range(3):
        world.clock.move(LIMIT)
        stalled_work(world.house)
    stalled = stalled_now(world.house)
    assert stalled[key]["why"] == "damaged"
    assert "reading" in stalled[other]["why"]
    assert {m["submissions"][0] for m in world.queues.take("documents")} == {other}
    world.objects.data[key] = whole
    world.clock.move(LAST)
    stalled_work(world.house)
    assert "reading" in stalled_now(world.house)[bad]["why"]
