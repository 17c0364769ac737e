"""steps/added.py: files that came another way join what a clerk names, and nobody is answered for them."""

from datetime import timedelta

from shoufa.domain.mail import Added
from shoufa.steps.added import place_added
from shoufa.steps.files import load_manifests
from shoufa.steps.receive_decision import receive_decision
from shoufa.steps.receive_mail import receive_mail
from unit.judging.build import complete
from unit.steps.levers import actions, add, decide
from unit.steps.world import World, papers

PACKAGE = papers(complete())
LACKING = {k: v for k, v in PACKAGE.items() if k != "公文.pdf"}
LETTER = {"公文.pdf": PACKAGE["公文.pdf"]}


def lacking() -> World:
    world = World()
    world.receive(LACKING)
    world.settle()
    world.clock.move(timedelta(hours=1))
    return world


def test_added_files_join_the_submission_named_as_if_mailed():
    world = lacking()
    number = world.numbers[0]
    assert world.state(number)["status"] == "incomplete"
    add(world, LETTER, submission=number)
    world.settle()
    assert world.state(number)["status"] == "complete"
    assert world.kinds(number).count("joined") == 1
    assert actions(world, number) == ["add"]
    assert world.ledger.entries(number)[-1].text().count("公文") == 0
    assert world.proven()


def test_nobody_is_answered_the_unit_is_told_and_the_outcome_waits_for_a_release():
    world = lacking()
    before = world.templates()
    number = world.numbers[0]
    add(world, LETTER, submission=number)
    world.settle()
    assert world.templates() == [*before, "notice"]
    decide(world, "release", number, verdict=world.state(number)["verdict"])
    world.drain()
    assert world.templates() == [*before, "notice", "outcome"]
    assert world.subjects()[-1][0] == "zhang@hubei.example"


def test_added_files_are_no_question_about_senders_and_may_supersede():
    world = lacking()
    add(world, LETTER, submission=world.numbers[0])
    world.settle()
    verdict = world.verdict(world.numbers[0])
    assert verdict.findings == ()
    assert verdict.sender == "zhang@hubei.example"


def test_files_that_came_before_the_mail_leave_it_its_own_sender():
    world = World()
    world.receive(LACKING, after=timedelta(hours=5))
    world.settle()
    world.clock.move(-timedelta(hours=3))
    add(world, LETTER, submission=world.numbers[0])
    world.clock.move(timedelta(hours=3))
    world.settle()
    verdict = world.verdict(world.numbers[0])
    assert verdict.sender == "zhang@hubei.example"
    assert [f.code.value for f in verdict.findings] == []


def test_they_can_open_a_submission_whose_mails_are_then_all_new():
    world = World()
    add(world, LACKING, call="c1", unit="u1")
    world.settle()
    number = world.numbers[0]
    assert world.kinds(number)[:2] == ["opened", "decided"]
    assert world.templates() == ["notice"]
    world.receive(LETTER, after=timedelta(hours=1), subject=f"补充 {number}", sender="zhao@else.example")
    world.settle()
    assert [f.code.value for f in world.verdict(number).findings] == ["letter.scan-missing", "sender.new"]
    assert "outcome" not in world.templates()
    decide(world, "sender", number, address="zhao@else.example")
    world.settle()
    assert [f.code.value for f in world.verdict(number).findings] == []


def test_no_mail_joins_added_files_by_their_sender():
    world = World()
    add(world, LACKING, call="c1", unit="u1")
    world.settle()
    world.receive(LETTER, after=timedelta(hours=1), sender="added@shoufa.invalid")
    world.receive(LETTER, after=timedelta(hours=1), sender="")
    world.drain()
    opened = [e for e in world.ledger.all() if e.kind.value == "opened"]
    assert len(opened) == 3


def test_the_same_file_may_be_added_to_two_submissions():
    world = lacking()
    world.receive(LACKING, sender="li@else.example", subject="另一单位", after=timedelta(minutes=1))
    world.drain()
    numbers = world.numbers
    add(world, LETTER, submission=numbers[0])
    add(world, LETTER, call="c1", unit="u2")
    world.settle()
    assert [e.data["disposition"] for e in world.noted()] == []


def test_the_same_addition_twice_is_one():
    world = lacking()
    key = add(world, LETTER, submission=world.numbers[0])
    before = len(world.ledger.all())
    receive_mail(key, world.house)
    receive_decision(world.objects.keys("inbox/decision/add-")[0], world.house)
    assert len(world.ledger.all()) == before


def test_what_names_nothing_is_filed_and_shown():
    world = lacking()
    add(world, LETTER, submission="230801-000000-0")
    add(world, LETTER, call="c1", unit="none")
    assert sorted(e.data["reason"] for e in world.noted()) == ["no-such-call", "no-such-submission"]
    assert {e.data["disposition"] for e in world.noted()} == {"unmatched"}


def test_they_join_where_a_merged_submission_is_now():
    world = World()
    world.receive(LACKING)
    world.settle()
    world.receive(LETTER, after=timedelta(hours=1), sender="chen@else.example")
    world.settle()
    early, late = world.numbers
    head = world.ledger.head(early)
    assert head is not None
    (manifest, *_) = load_manifests(world.objects, head)
    fate = place_added(world.house, manifest, Added(who="wl", decision="d", submission=late))
    assert fate.receipts == (early,)
