"""What may be forged is filed with the case that it names, and moves nobody's papers (contracts §2, §3)."""

from datetime import timedelta

import pytest

from shoufa.domain.call import Call
from shoufa.domain.codes import Disposition, Status
from shoufa.domain.fingerprint import private
from shoufa.steps.answerable import denied_in, senders_of
from shoufa.steps.elsewhere import elsewhere, vouched
from shoufa.steps.reminders import board
from shoufa.steps.standing import Stands
from unit.judging.build import HUBEI, HUNAN, application, complete, letter, seal
from unit.steps.levers import decide
from unit.steps.world import World, papers

PACKAGE = papers(complete())
LETTERS = {k: v for k, v in PACKAGE.items() if k.startswith("公文")}
LACKING = {k: v for k, v in PACKAGE.items() if k not in LETTERS}
FORGED = {"headers": {"authentication-results": ["x; spf=fail; dkim=fail; dmarc=fail"]}}
HOUR = timedelta(hours=1)
STRANGER = "wang@elsewhere.example"
OTHERS = papers(
    {
        "函.pdf": letter(issuer=HUNAN, seals=[seal(HUNAN)]),
        "书.docx": application("高效水泵国家高新技术产业标准化试点", 推荐单位=HUNAN),
    }
)


def codes(world: World, number: str) -> list[str]:
    return [f.code.value for f in world.verdict(number).findings]


def test_a_forged_letter_joins_as_a_proposal_and_counts_once_confirmed():
    world = World()
    world.receive(LACKING)
    world.settle()
    world.receive(LETTERS, after=HOUR, **FORGED)
    world.settle()
    (number,) = world.numbers
    assert len(world.state(number)["mails"]) == 2
    assert (world.state(number)["status"], "letter.missing" in codes(world, number)) == ("incomplete", True)
    assert world.templates().count("outcome") == 1
    decide(world, "sender", number, address="zhang@hubei.example")
    world.settle()
    assert (world.state(number)["status"], codes(world, number)) == ("complete", [])


def test_the_same_papers_sent_again_and_verified_repeat_no_forged_mail():
    world = World()
    world.receive(PACKAGE, **FORGED)
    world.receive(PACKAGE, after=HOUR, subject="再次报送", **FORGED)
    world.settle()
    assert [e.data.get("reason") for e in world.noted()] == ["same-message"]
    assert world.receive(PACKAGE, after=HOUR, subject="报送材料（重发）") is Disposition.FOLLOW_UP
    world.settle()
    assert world.state(world.numbers[0])["status"] == "review"
    assert "receipt" in world.templates()
    assert [d.path for d in world.verdict(world.numbers[0]).documents if not d.proposed] == list(PACKAGE)


def test_a_letter_that_a_quoted_number_brings_counts_once_confirmed():
    world = World()
    world.receive(LACKING)
    world.settle()
    (number,) = world.numbers
    world.receive(LETTERS, after=HOUR, sender="li@qq.com", subject=f"补充 {number}")
    world.settle()
    assert {"letter.missing", "sender.new"} <= set(codes(world, number))
    decide(world, "sender", number, address="li@qq.com")
    world.settle()
    assert codes(world, number) == []


def test_another_recommenders_domain_only_proposes_once_one_is_established():
    world = World()
    world.receive(LACKING)
    world.receive({"甲.docx": LETTERS["公文.docx"]}, sender="wang@r0.example", subject=world.numbers[0])
    world.settle()
    (number,) = world.numbers
    assert world.verdict(number).recommender == HUBEI
    owners = [m.name for m in world.house.office.groups["provinces"].members]
    for n in range(len(owners)):
        world.receive({f"{n}.docx": LETTERS["公文.pdf"]}, after=HOUR, sender=f"li@r{n}.example", subject=number)
    joined = [e for e in world.ledger.entries(number) if e.kind.value == "joined"]
    assert ["proposed" in e.data for e in joined] == [False, *(who != HUBEI for who in owners)]


def test_a_quoted_number_stays_a_proposal_where_its_case_is_merged_into_another():
    world = World()
    world.receive(PACKAGE)
    world.drain()
    world.receive({"b.docx": LETTERS["公文.docx"]}, after=HOUR, sender="wu@third.example")
    late = world.numbers[1]
    world.receive({"c.pdf": LETTERS["公文.pdf"]}, sender="li@qq.com", subject=late)
    world.drain()
    assert world.state(late)["into"] == world.numbers[0]
    assert [d.path for d in world.verdict(world.numbers[0]).documents if d.proposed] == ["c.pdf"]


def test_a_forged_submission_is_merged_with_nobodys_until_confirmed():
    world = World()
    world.receive(PACKAGE, sender="wang@forged.example", **FORGED)
    world.drain()
    world.receive(PACKAGE, after=HOUR)
    world.drain()
    forged, own = world.numbers
    assert [world.state(n).get("into") for n in (forged, own)] == [None, None]
    assert set(codes(world, own)) <= {"submission.duplicate-project"}
    decide(world, "sender", forged, address="wang@forged.example")
    world.drain()
    assert world.state(own)["into"] == forged


def test_a_forged_submission_fills_nobodys_quota_and_is_on_no_board():
    world = World()
    world.receive(PACKAGE, sender="wang@forged.example", **FORGED)
    world.drain()
    call = next(iter(world.house.office.calls.values()))
    forged = world.verdict(world.numbers[0])
    assert forged.recommender == HUBEI
    assert not vouched(call, forged)
    mine = forged.model_copy(update={"receipt": "230801-000000-0", "projects": forged.projects[:1]})
    assert elsewhere(world.house, call, mine).counted == {}
    assert on_board(world, call) == [()]
    decide(world, "sender", world.numbers[0], address="wang@forged.example")
    world.drain()
    assert elsewhere(world.house, call, mine).counted != {}
    assert on_board(world, call) == [(forged.receipt,)]


def on_board(world: World, call: Call) -> list[tuple[str, ...]]:
    """The numbers beside the body's name."""
    heads = [h for n in world.numbers if (h := world.ledger.head(n))]
    stands = [Stands(h, world.verdict(h.submission)) for h in heads]
    return [b.receipts for b in board(world.house, call, stands) if b.name == HUBEI]


# --- denied by a clerk


def denied() -> tuple[World, str]:
    """A stranger quoted our number, and a clerk said that it has no part in the submission."""
    world = World()
    world.receive(PACKAGE)
    number = world.numbers[0]
    world.receive(LETTERS, after=timedelta(minutes=2), sender=STRANGER, subject=f"补充 {number}")
    world.settle()
    assert "outcome" not in world.templates()
    decide(world, "sender", number, address=STRANGER, confirmed=False)
    world.settle()
    return world, number


def test_after_a_denial_the_outcome_goes_out_by_itself():
    world, number = denied()
    assert world.verdict(number).status is Status.COMPLETE
    assert world.templates().count("outcome") == 1


@pytest.mark.parametrize("subject", ["我单位另报送一个项目", "补充 {0}"])
def test_what_a_denied_sender_brings_on_its_own_account_is_a_submission_of_its_own(subject: str):
    """Also where its papers name the same recommender: a person merges them, if they belong together."""
    world, number = denied()
    said = {"sender": STRANGER, "subject": subject.format(number)}
    world.receive({**PACKAGE, "新.docx": PACKAGE["公文.pdf"]}, after=timedelta(days=2), **said)
    world.settle()
    assert len(world.numbers) == 2
    assert world.state(world.numbers[1]).get("into", "") == ""
    assert len(world.state(number)["mails"]) == 2
    decide(world, "merge", number, other=world.numbers[1])
    world.settle()
    assert world.state(world.numbers[1])["into"] == number


def test_a_confirmed_sender_joins_again():
    world, number = denied()
    decide(world, "sender", number, address=STRANGER)
    world.settle()
    world.receive({"补.docx": PACKAGE["公文.pdf"]}, after=timedelta(hours=1), sender=STRANGER)
    assert len(world.numbers) == 1
    assert world.state(number).get("denied") == []


def test_a_denial_in_a_member_holds_until_the_whole_says_otherwise():
    world = World()
    world.receive(PACKAGE)
    world.receive(OTHERS, sender="zhou@hunan.example")
    world.settle()
    one, two = world.numbers
    decide(world, "sender", two, address=STRANGER, confirmed=False)
    decide(world, "merge", one, other=two)
    world.settle()
    assert denied_in(world.house, world.ledger.head(one)) == {private(STRANGER)}
    assert senders_of(world.house, world.ledger.head(one)) == set()
    decide(world, "sender", one, address=STRANGER)
    assert denied_in(world.house, world.ledger.head(one)) == set()
    assert senders_of(world.house, world.ledger.head(one)) == {private(STRANGER)}


def test_a_denial_of_the_whole_ends_what_a_member_confirmed():
    world = World()
    world.receive(PACKAGE)
    world.receive(OTHERS, sender="zhou@hunan.example")
    world.settle()
    one, two = world.numbers
    decide(world, "sender", two, address=STRANGER)
    decide(world, "merge", one, other=two)
    world.settle()
    assert senders_of(world.house, world.ledger.head(one)) == {private(STRANGER)}
    decide(world, "sender", one, address=STRANGER, confirmed=False)
    assert senders_of(world.house, world.ledger.head(one)) == set()
