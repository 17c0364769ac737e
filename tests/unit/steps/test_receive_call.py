"""A revision of a call (steps/receive_call.py): checked, in force at once, its cases judged anew, nobody mailed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from shoufa.domain.call import Call
from shoufa.domain.errors import TryAgain, Unreadable
from shoufa.domain.office import GRACE
from shoufa.domain.revision import Front, revision_key, revision_of, written
from shoufa.steps.check_completeness import check_completeness
from shoufa.steps.files import entry_key
from shoufa.steps.receive_call import receive_call
from shoufa.steps.revisions import accepted, office_with
from unit.judging.build import APPLICATION, LETTER, START, SUMMARY, call, complete
from unit.steps.world import World, papers

PACKAGE = papers(complete())
LACKING = {k: v for k, v in PACKAGE.items() if k != "公文.pdf"}
FORMS = {"scan": "required", "word": "required"}
STRICT = call(materials=[{**LETTER, "forms": FORMS}, APPLICATION, SUMMARY])
NO_WORD = {k: v for k, v in PACKAGE.items() if k != "公文.docx"}
"""Complete by the first definition, which wants no letter in Word."""


def front(n: int = 0) -> Front:
    return Front(author="王某", source="延期通知", reason="延期", at=START + timedelta(minutes=n))


def definition(made: Call) -> bytes:
    return json.dumps(
        made.model_dump(mode="json", exclude={"units": {"__all__": {"former"}}}), ensure_ascii=False, indent=1
    ).encode()


def lay(world: World, made: Call, n: int = 0) -> str:
    """The revision as an object; its key."""
    data = written(front(n), definition(made))
    key = revision_key(made.id, revision_of(data))
    world.objects.put(key, data)
    return key


def office(world: World) -> None:
    """What wiring does before each step."""
    made = office_with(world.shipped, accepted(world.index), world.objects)
    world.house = replace(world.house, office=made)


def revise(world: World, made: Call, n: int = 0) -> str:
    """Have a revision taken, and all that follows happen."""
    revision = receive_call(lay(world, made, n), world.house)
    office(world)
    for queue, message in iter_messages(world):
        if queue == "submissions":
            check_completeness(message["submission"], world.house, message["cause"])
        else:
            world.queues.waiting.append((queue, message))
            world.drain()
    return revision


def iter_messages(world: World) -> Iterator[tuple[str, dict]]:
    while world.queues.waiting:
        yield world.queues.waiting.popleft()


def office_of() -> World:
    world = World(revisions={"c1": "shipped"})
    world.shipped = world.house.office
    return world


def told(files: dict[str, str]) -> World:
    world = office_of()
    world.receive(files)
    world.settle()
    return world


def test_it_is_recorded_in_the_calls_own_chain_without_names():
    world = told(PACKAGE)
    key = lay(world, STRICT)
    revision = receive_call(key, world.house)
    (entry,) = world.ledger.entries("CALL#c1")
    assert (entry.kind, entry.data["object"], entry.data["revision"]) == ("decided", key, revision)
    assert "王某" not in entry.text()
    assert world.objects.exists(entry_key(entry))
    office(world)
    assert world.house.office.revisions["c1"] == revision
    assert world.house.office.calls["c1"].materials == STRICT.materials
    assert world.proven()


def test_what_came_before_a_tightening_is_at_most_a_question_to_the_unit():
    world = told(NO_WORD)
    (number,) = world.numbers
    assert world.verdict(number).status == "complete"
    revision = revise(world, STRICT)
    verdict = world.verdict(number)
    assert verdict.revision == revision
    assert verdict.status == "review"
    (finding,) = [f for f in verdict.findings if f.code == "letter.word-missing"]
    assert (finding.severity, finding.audience) == ("question", "unit")
    assert revision in finding.message.zh
    assert revision in finding.message.en


def test_what_comes_after_a_tightening_is_held_against_it():
    world = told(NO_WORD)
    revise(world, STRICT)
    world.receive(
        NO_WORD,
        after=timedelta(hours=1),
        sender="li@other.example",
        message_id="<x@other.example>",
        headers={},
    )
    world.drain()
    later = next(n for n in world.numbers if n != world.numbers[0])
    where = world.state(later).get("into", later)
    assert where == world.numbers[0], "same recommender: merged into the first"
    world = office_of()
    revise(world, STRICT)
    world.receive(NO_WORD)
    world.settle()
    (number,) = world.numbers
    assert world.verdict(number).status == "incomplete"


def test_a_later_mail_does_not_make_errors_of_what_came_before():
    world = told(NO_WORD)
    revise(world, STRICT)
    number = world.numbers[0]
    world.receive(
        {"说明.txt": papers({"x": complete()["公文.docx"]})["x"]},
        after=timedelta(hours=1),
        subject=f"补充 {number}",
    )
    world.settle()
    assert not [f for f in world.verdict(number).findings if f.severity == "error"]


def test_a_loosening_holds_at_once():
    world = told(LACKING)
    (number,) = world.numbers
    assert world.verdict(number).status == "incomplete"
    forms = {"scan": "optional", "word": "required"}
    revise(world, call(materials=[{**LETTER, "forms": forms}, APPLICATION, SUMMARY]))
    assert "letter.scan-missing" not in {
        f.code for f in world.verdict(number).findings if f.severity == "error"
    }


def test_a_closing_put_off_takes_the_lateness_away_and_keeps_the_mails_longer():
    world = office_of()
    world.receive(PACKAGE, at=datetime.fromisoformat("2023-08-20T09:00:00+08:00"))
    world.settle()
    (number,) = world.numbers
    assert world.verdict(number).late
    closes = datetime.fromisoformat("2023-08-31T23:59:59+08:00")
    revise(world, call(closes=closes.isoformat(), closes_text="2023年8月31日前"))
    assert not world.verdict(number).late
    assert world.objects.retained["inbox/mail/1.eml"] == closes + GRACE


def test_a_closing_brought_forward_makes_nobody_late_who_was_in_time():
    world = told(PACKAGE)
    (number,) = world.numbers
    earlier = {"closes": "2023-07-31T23:59:59+08:00", "closes_text": "2023年7月31日前"}
    revise(world, call(**earlier))
    verdict = world.verdict(number)
    assert not verdict.late
    assert [f.audience for f in verdict.findings if f.code == "submission.late"] == ["unit"]
    world = office_of()
    revise(world, call(**earlier))
    world.receive(PACKAGE)
    world.settle()
    assert world.verdict(world.numbers[0]).late


def test_nobody_is_mailed_and_a_later_mail_is_answered_as_usual():
    world = told(NO_WORD)
    (number,) = world.numbers
    sent = len(world.mailer.sent)
    revision = revise(world, STRICT)
    world.settle()
    world.settle()
    assert len(world.mailer.sent) == sent
    assert world.state(number)["told"] == world.state(number)["verdict"]
    last = world.ledger.entries(number)[-1]
    assert (last.kind, last.data["revised"]) == ("noted", revision)
    world.receive({"公文.docx": PACKAGE["公文.docx"]}, after=timedelta(hours=1), subject=f"补充 {number}")
    world.settle()
    assert world.verdict(number).status == "complete"
    assert [t for t in world.templates() if t == "outcome"] == ["outcome", "outcome"]


def test_an_outcome_that_is_owed_already_still_goes_out():
    world = office_of()
    world.receive(NO_WORD)
    world.drain()
    sent = len(world.mailer.sent)
    revise(world, STRICT)
    assert len(world.mailer.sent) == sent
    world.settle()
    assert "outcome" in world.templates()


def test_a_delayed_request_for_an_outcome_says_nothing_of_a_revision():
    world = told(NO_WORD)
    revise(world, STRICT)
    sent = len(world.mailer.sent)
    world.clock.move(timedelta(days=1))
    world.queues.send("notices", {"template": "outcome", "submission": world.numbers[0]})
    world.drain()
    assert len(world.mailer.sent) == sent


def test_the_old_mailbox_is_still_the_units():
    world = told(PACKAGE)
    units = [
        {"id": "u1", "name": "甲研究院", "mailbox": "new@unit.example"},
        {"id": "u2", "name": "乙研究院", "mailbox": "b@unit.example"},
    ]
    revise(world, call(units=units))
    for box in ("new@unit.example", "a@unit.example", "A@unit.example"):
        (found,) = world.house.office.open_units(box, START)
        assert found[1].id == "u1"
        assert found[1].mailbox == "new@unit.example"
    assert world.receive(PACKAGE, after=timedelta(hours=1), sender="li@else.example") == "submission"


def test_two_revisions_hold_what_each_added_against_nobody_who_came_before_it():
    world = told(NO_WORD)
    revise(world, STRICT, 1)
    number = world.numbers[0]
    quota = [{**t.model_dump(mode="json"), "quota": {"max": 0, "firm": True}} for t in call().tracks]
    second = revise(
        world, call(materials=[{**LETTER, "forms": FORMS}, APPLICATION, SUMMARY], tracks=quota), 2
    )
    found = {f.code.value: f for f in world.verdict(number).findings}
    assert found["letter.word-missing"].severity == "question"
    assert found["submission.over-quota"].severity == "question"
    assert second in found["submission.over-quota"].message.zh


def test_the_same_revision_twice_is_one_entry_and_asks_again():
    world = told(NO_WORD)
    key = lay(world, STRICT)
    receive_call(key, world.house)
    first = world.queues.take("submissions")
    world.clock.move(timedelta(minutes=10))
    receive_call(key, world.house)
    assert world.queues.take("submissions") == first
    assert len(world.ledger.entries("CALL#c1")) == 1


def test_only_cases_that_another_revision_judged_are_asked_for():
    world = told(NO_WORD)
    revise(world, STRICT)
    world.clock.move(timedelta(minutes=10))
    receive_call(lay(world, STRICT), world.house)
    assert world.queues.take("submissions") == []


def test_a_call_that_did_not_come_with_the_program_is_taken():
    world = office_of()
    revise(
        world,
        call(
            id="c2",
            units=[
                {"id": "u1", "name": "丙", "mailbox": "c@unit.example"},
                {"id": "u2", "name": "乙", "mailbox": "d@unit.example"},
            ],
        ),
    )
    assert world.receive(PACKAGE, to=["c@unit.example"]) == "submission"


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (definition(STRICT).replace(b'"case_by": "recommender"', b'"case_by": "recomender"'), "case_by"),
        (definition(call(id="c9")), "id: 应为 c1"),
        (definition(call(recommenders={"group": "nobody"})), "recommenders.group"),
        (
            definition(
                call(
                    units=[{"id": "u1", "name": "甲", "mailbox": "a@unit.example"}],
                    tracks=[{**t.model_dump(mode="json"), "unit": "u1"} for t in call().tracks],
                )
            ),
            "u2",
        ),
        (definition(call(closes_text="")), "closes_text"),
        (b"\xff\xfe", "UTF-8"),
    ],
)
def test_a_bad_definition_is_refused_with_its_reasons_and_changes_nothing(broken: bytes, words: str):
    world = told(PACKAGE)
    data = written(front(), broken)
    key = revision_key("c1", revision_of(data))
    world.objects.put(key, data)
    for _ in range(2):
        with pytest.raises(Unreadable):
            receive_call(key, world.house)
    (entry,) = world.ledger.entries("CALL#c1")
    assert (entry.kind, entry.data["refused"], entry.data["problems"]) == ("noted", key, 1)
    reasons = (world.objects.get(f"calls/refused/{key.removeprefix('inbox/call/')}.txt") or b"").decode()
    assert words in reasons
    assert reasons.startswith(f"{key}:")
    assert accepted(world.index) == {}
    assert world.queues.take("submissions") == []


def test_an_object_under_another_name_than_its_own_is_refused():
    world = told(PACKAGE)
    data = written(front(), definition(STRICT))
    for key in (revision_key("c1", "0" * 16), "inbox/call/x.yaml", "inbox/call/../c1/0000000000000000.yaml"):
        world.objects.put(key, data)
        with pytest.raises(Unreadable):
            receive_call(key, world.house)
    assert accepted(world.index) == {}
    assert world.proven()


def test_one_without_its_front_is_refused():
    world = told(PACKAGE)
    data = definition(STRICT)
    key = revision_key("c1", revision_of(data))
    world.objects.put(key, data)
    with pytest.raises(Unreadable, match="前言"):
        receive_call(key, world.house)


def test_one_not_stored_yet_is_tried_again():
    with pytest.raises(TryAgain):
        receive_call(revision_key("c1", "0" * 16), World().house)


def test_one_that_is_being_read_is_asked_for_too():
    """It may be judged by the old definition at this moment; the queue keeps the order."""
    world = office_of()
    world.receive(NO_WORD)
    revision = receive_call(lay(world, STRICT), world.house)
    assert {"submission": world.numbers[0], "cause": f"call:{revision}"} in world.queues.take("submissions")
