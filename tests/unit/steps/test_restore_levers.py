"""A table lost after a clerk's decisions: pauses, holds, merges taken apart, drafts and added files are all there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from shoufa.domain.fingerprint import private
from unit.judging.build import BRIDGE, complete
from unit.steps.levers import add, decide
from unit.steps.test_restore import lost, whole
from unit.steps.world import World, papers

PACKAGE = papers(complete())
LACKING = {k: v for k, v in PACKAGE.items() if k != "公文.pdf"}
LETTER = {"公文.pdf": PACKAGE["公文.pdf"]}


def told() -> World:
    world = World()
    world.receive(LACKING)
    world.settle()
    return world


def of_documents() -> World:
    world = told()
    number = world.numbers[0]
    sha = world.verdict(number).documents[0].sha256
    decide(world, "seal", number, sha256=sha, confirmed=True)
    decide(world, "kind", number, sha256=sha, kind="letter")
    decide(world, "paper", number, copies=2, disc=True)
    world.settle()
    return world


def withdrawn() -> World:
    world = told()
    decide(world, "withdraw", world.numbers[0], project=BRIDGE)
    world.settle()
    return world


def of_senders() -> World:
    world = told()
    decide(world, "sender", world.numbers[0], address="zhang@hubei.example")
    decide(world, "sender", world.numbers[0], address="chen@hubei.example")
    decide(world, "sender", world.numbers[0], address="chen@hubei.example", confirmed=False)
    world.settle()
    assert world.state(world.numbers[0])["senders"] == [private("zhang@hubei.example")]
    return world


def held_back() -> World:
    world = told()
    decide(world, "hold", world.numbers[0])
    return world


def released() -> World:
    world = held_back()
    decide(world, "release", world.numbers[0], verdict=world.state(world.numbers[0])["verdict"])
    world.drain()
    return world


def merged() -> World:
    world = told()
    world.receive(LETTER, after=timedelta(hours=1), sender="chen@else.example")
    world.settle()
    return world


def apart() -> World:
    world = merged()
    decide(world, "unmerge", world.numbers[1])
    world.settle()
    return world


def together_again() -> World:
    world = apart()
    decide(world, "merge", world.numbers[1], other=world.numbers[0])
    world.settle()
    return world


def refused() -> World:
    world = told()
    decide(world, "unmerge", world.numbers[0])
    return world


def paused() -> World:
    world = World()
    decide(world, "pause")
    world.receive(PACKAGE)
    world.settle()
    return world


def resumed() -> World:
    world = paused()
    decide(world, "resume")
    world.drain()
    return world


def drafted() -> World:
    world = World()
    world.house = replace(world.house, drafts=True)
    world.receive(LACKING)
    world.settle()
    return world


def joined_by_hand() -> World:
    world = told()
    world.clock.move(timedelta(hours=1))
    add(world, LETTER, submission=world.numbers[0])
    world.settle()
    return world


def opened_by_hand() -> World:
    world = World()
    add(world, LACKING, call="c1", unit="u1")
    world.settle()
    world.receive(LETTER, at=world.clock.now() - timedelta(days=1), subject=f"补充 {world.numbers[0]}")
    world.settle()
    return world


WORLDS: list[Callable[[], World]] = [
    *(of_documents, withdrawn, of_senders, held_back, released, merged, apart, together_again, refused),
    *(paused, resumed, drafted, joined_by_hand, opened_by_hand),
]


@pytest.mark.parametrize("made", WORLDS)
def test_the_restored_table_is_the_one_that_was_lost(made: Callable[[], World]):
    world = made()
    assert world.proven()
    before = whole(world)
    after = whole(lost(world))
    assert after["chains"] == before["chains"]
    assert after["states"] == before["states"]
    assert after["claims"] == before["claims"]
    if any(world.state(n).get("held") for n in world.ledger._chains):
        after["index"].pop("due")  # the watch asks once more, and finds it parked
    for stale in {g for g in before["index"] if g.startswith("holder#")} - set(after["index"]):
        before["index"].pop(stale)  # of who applied for what was withdrawn: what is held is read from the verdict
    assert after["index"] == before["index"]


def test_the_worlds_leave_their_marks():
    worlds = [made() for made in WORLDS]
    marks = {k for w in worlds for n in w.ledger._chains for k, v in w.state(n).items() if v}
    assert marks >= {"decisions", "released", "hold", "senders", "members", "apart", "paused", "held", "drafts"}
