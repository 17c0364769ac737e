"""steps/drafts.py: in the first week mails are written and none is sent; later only what is new goes out."""

from dataclasses import replace
from datetime import timedelta

from shoufa.domain.codes import EntryKind
from shoufa.steps.asking import AGAIN, ask, ask_again
from shoufa.steps.commit import append
from shoufa.steps.send_notice import send_outcome, send_receipt
from unit.judging.build import complete
from unit.steps.levers import decide
from unit.steps.world import World, papers

PACKAGE = papers(complete())
LACKING = {k: v for k, v in PACKAGE.items() if k != "公文.pdf"}


def first_week() -> World:
    world = World()
    world.house = replace(world.house, drafts=True)
    world.receive(LACKING)
    world.settle()
    return world


def after() -> World:
    world = first_week()
    world.house = replace(world.house, drafts=False)
    return world


def drafts(world: World) -> list[str]:
    return [e.data["template"] for e in world.ledger.all() if "draft" in e.data]


def test_everything_is_drafted_and_nothing_counts_as_sent():
    world = first_week()
    assert world.mailer.sent == []
    assert world.templates() == []
    assert drafts(world) == ["receipt", "outcome", "notice"]
    assert len(world.objects.keys("drafts/")) == 3
    assert "outcomes" not in world.state(world.numbers[0])
    assert not any(name.startswith("notice:") for name in world.ledger.claims)
    assert world.proven()


def test_a_redelivery_drafts_nothing_twice():
    world = first_week()
    before = len(world.ledger.all())
    send_outcome(world.numbers[0], world.house)
    assert len(world.ledger.all()) == before


def test_what_the_office_was_to_be_told_is_drafted_once_and_asked_for_no_more():
    world = first_week()
    ask(world.house, "MAIL#x", "quarantine-x", {"template": "none"})
    assert ask_again(world.house) == 0
    world.clock.move(AGAIN)
    assert ask_again(world.house) == 1
    append(world.house, "MAIL#x", lambda _: ([(EntryKind.NOTED, {"draft": "quarantine-x"})], {}))
    world.clock.move(AGAIN)
    assert ask_again(world.house) == 0
    assert world.index.find("asked") == []


def test_old_drafts_do_not_go_out_by_themselves():
    world = after()
    number = world.numbers[0]
    (mail,) = world.state(number)["mails"]
    assert not send_receipt(number, mail, [number], world.house)
    assert not send_outcome(number, world.house)
    world.settle()
    assert world.mailer.sent == []


def test_new_notices_go_out_when_the_setting_is_taken_back():
    world = after()
    number = world.numbers[0]
    world.receive({"公文.pdf": PACKAGE["公文.pdf"]}, after=timedelta(hours=1), subject=f"补充 {number}")
    world.settle()
    assert sorted(world.templates()) == ["notice", "outcome", "receipt"]
    assert world.state(number)["outcomes"] == 1


def test_a_released_draft_goes_out_and_its_receipt_does_not():
    world = after()
    number = world.numbers[0]
    decide(world, "release", number, verdict=world.state(number)["verdict"])
    world.drain()
    assert world.templates() == ["outcome", "notice"]
    (mail,) = world.state(number)["mails"]
    assert not send_receipt(number, mail, [number], world.house)


def test_what_was_sent_before_is_no_draft():
    world = World()
    world.receive(LACKING)
    world.settle()
    world.house = replace(world.house, drafts=True)
    (mail,) = world.state(world.numbers[0])["mails"]
    send_receipt(world.numbers[0], mail, world.numbers, world.house)
    assert drafts(world) == []
