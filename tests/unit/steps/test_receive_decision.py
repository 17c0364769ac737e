"""A clerk's decision (steps/receive_decision.py): one object, one entry, judged anew."""

import json

import pytest

from shoufa.domain.errors import TryAgain, Unreadable
from shoufa.steps.receive_decision import receive_decision
from unit.judging.build import complete
from unit.steps.world import World, papers

KEY = "inbox/decision/1.json"


def decided(**changes) -> World:
    world = World()
    world.receive(papers(complete()))
    world.settle()
    decision = {
        "who": "clerk-1",
        "submission": world.numbers[0],
        "action": "judge-again",
        "why": "核对印章",
        **changes,
    }
    world.objects.put(KEY, json.dumps(decision).encode())
    return world


def test_it_is_recorded_and_judged_again():
    world = decided()
    assert receive_decision(KEY, world.house) == world.numbers[0]
    last = world.ledger.entries(world.numbers[0])[-1]
    assert (last.kind, last.data) == ("decided", {"object": KEY, "action": "judge-again", "who": "clerk-1"})
    assert [m["submission"] for m in world.queues.take("submissions")] == [world.numbers[0]]
    assert world.proven()


def test_the_entry_names_the_object_and_who_never_the_reason():
    world = decided()
    receive_decision(KEY, world.house)
    assert "核对" not in world.ledger.entries(world.numbers[0])[-1].text()


def test_redelivery_adds_nothing_and_asks_again_later():
    world = decided()
    receive_decision(KEY, world.house)
    before = len(world.ledger.all())
    receive_decision(KEY, world.house)
    assert len(world.ledger.all()) == before


def test_a_note_is_recorded_and_judges_nothing():
    world = decided(action="note")
    receive_decision(KEY, world.house)
    assert world.kinds(world.numbers[0])[-1] == "decided"
    assert world.queues.take("submissions") == []


@pytest.mark.parametrize(
    "data", [b"{", b"[]", b'{"who": "x"}', b'{"who":"x","submission":"y","action":"delete"}']
)
def test_what_is_no_decision_is_refused(data):
    world = decided()
    world.objects.data[KEY] = data
    with pytest.raises(Unreadable, match=KEY):
        receive_decision(KEY, world.house)


def test_a_decision_on_nothing_is_refused():
    world = decided(submission="230801-000000-0")
    with pytest.raises(Unreadable, match="230801-000000-0"):
        receive_decision(KEY, world.house)


def test_a_decision_not_stored_yet_is_tried_again():
    with pytest.raises(TryAgain):
        receive_decision("inbox/decision/none", World().house)


def test_a_decision_on_a_merged_submission_reaches_the_one_it_is_in():
    world = World()
    world.receive(papers(complete()))
    world.drain()
    world.receive(
        papers({k: v for k, v in complete().items() if k != "公文.docx"}), sender="li@other.example"
    )
    world.drain()
    late = next(n for n in world.numbers if "into" in world.state(n))
    decision = {"who": "clerk-1", "submission": late, "action": "note"}
    world.objects.put(KEY, json.dumps(decision).encode())
    assert receive_decision(KEY, world.house) == world.state(late)["into"]
