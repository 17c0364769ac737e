"""steps/merge.py, merge_decided.py: merged and taken apart by decision; each gets its own mails back exactly."""

from datetime import timedelta

import pytest

from fakes import Killed
from shoufa.domain.codes import Disposition
from shoufa.domain.errors import TryAgain
from shoufa.steps.fate import Fate, Place, record
from shoufa.steps.files import load_manifest
from shoufa.steps.merge import merge_if_same
from shoufa.steps.receive_decision import receive_decision
from unit.judging.build import HUNAN, complete
from unit.steps.levers import actions, decide, lay
from unit.steps.world import World, papers

PACKAGE = papers(complete())
LACKING = {k: v for k, v in PACKAGE.items() if k != "公文.pdf"}
OTHER = papers(complete([("另一个标准化项目", "另一家有限公司", "试点")], by=HUNAN))


def two() -> World:
    """Two provinces' submissions, which nothing merges by itself."""
    world = World()
    world.receive(PACKAGE)
    world.settle()
    world.receive(OTHER, after=timedelta(hours=1), sender="li@hunan.example")
    world.settle()
    assert len(world.numbers) == 2
    return world


def merged() -> World:
    """Two mails of one province from two houses, merged by themselves after reading."""
    world = World()
    world.receive(LACKING)
    world.settle()
    world.receive({"公文.pdf": PACKAGE["公文.pdf"]}, after=timedelta(hours=1), sender="chen@else.example")
    world.settle()
    assert world.state(world.numbers[1])["into"] == world.numbers[0]
    return world


def mails(world: World, number: str) -> list[str]:
    return list(world.state(number)["mails"])


def test_what_another_worker_merged_meanwhile_does_not_take_in_what_it_went_into():
    """Its verdict was written, its head read again: by then it is merged, and both would be in each other."""
    world = merged()
    early, late = world.numbers
    verdict = world.verdict(early)
    older = verdict.model_copy(update={"received_at": verdict.received_at - timedelta(hours=9)})
    head, before = world.ledger.head(late), len(world.ledger.all())
    assert head is not None
    assert merge_if_same(world.house, head, older)
    assert "into" not in world.state(early)
    assert len(world.ledger.all()) == before


def test_what_was_merged_meanwhile_is_joined_by_nothing():
    """A mail whose place was found before the merge is to look for it again, or nobody would see it."""
    world = merged()
    early, late = world.numbers
    manifest = load_manifest(world.objects, mails(world, early)[0])
    assert manifest is not None
    state, before = world.state(late), len(world.ledger.all())
    place = Place(late, state["call"], state["unit"], opens=False)
    mail = manifest.mail.model_copy(update={"message_id": "<late@hubei.example>"})
    said = {"object": "inbox/mail/late.eml", "fingerprint": "f" * 64, "mail": mail}
    another = manifest.model_copy(update=said)
    with pytest.raises(TryAgain, match="merged meanwhile"):
        record(world.house, another, Fate(Disposition.FOLLOW_UP, (place,), answer=True))
    assert len(world.ledger.all()) == before


def test_two_are_merged_by_decision_the_later_into_the_earlier():
    world = two()
    early, late = world.numbers
    both = [*mails(world, early), *mails(world, late)]
    decide(world, "merge", late, other=early)
    world.drain()
    assert world.state(late)["into"] == early
    assert mails(world, early) == both
    assert world.verdict(early).mails == tuple(both)
    assert (actions(world, early), actions(world, late)) == (["merge"], ["merge"])
    assert world.proven()


@pytest.mark.parametrize("made", [merged, two])
def test_taken_apart_both_have_their_own_mails_again(made):
    world = made()
    early, late = world.numbers
    if made is two:
        before = {n: (mails(world, n), world.state(n)["last"]) for n in (early, late)}
        decide(world, "merge", early, other=late)
        world.drain()
    else:
        (m1,) = [e.data["digest"] for e in world.ledger.entries(early) if "digest" in e.data]
        (m2,) = [e.data["digest"] for e in world.ledger.entries(late) if "digest" in e.data]
        at1, at2 = (e.data["received_at"] for n in (early, late) for e in world.ledger.entries(n)[:1])
        before = {early: ([m1], at1), late: ([m2], at2)}
    decide(world, "unmerge", late)
    world.settle()
    assert {n: (mails(world, n), world.state(n)["last"]) for n in (early, late)} == before
    for number in (early, late):
        assert world.verdict(number).mails == tuple(before[number][0])
        assert world.state(number)["status"] not in {"merged", "reading"}
        assert not world.state(number).get("into")
    assert world.proven()


def test_the_pair_is_not_merged_again_by_itself_but_by_decision():
    world = merged()
    early, late = world.numbers
    decide(world, "unmerge", late)
    world.settle()
    world.receive({"说明.pdf": PACKAGE["公文.docx"]}, after=timedelta(hours=1), subject=f"补充 {late}", sender="chen@else.example")
    world.settle()
    assert not world.state(late).get("into")
    assert len(mails(world, late)) == 2
    decide(world, "merge", early, other=late)
    world.settle()
    assert world.state(late)["into"] == early
    assert len(mails(world, early)) == 3


def test_mails_that_joined_later_stay_where_they_joined():
    world = merged()
    early, late = world.numbers
    world.receive({"说明.pdf": PACKAGE["公文.docx"]}, after=timedelta(hours=1), subject=f"补充 {late}", sender="chen@else.example")
    world.settle()
    joined = mails(world, early)[-1]
    decide(world, "unmerge", late)
    world.settle()
    assert joined in mails(world, early)
    assert joined not in mails(world, late)


def test_three_in_a_row_the_innermost_comes_out_of_all():
    world = merged()
    early, late = world.numbers
    world.receive(OTHER, at=world.clock.now() - timedelta(hours=10), sender="li@hunan.example")
    world.settle()
    first = next(n for n in world.numbers if n not in (early, late))
    decide(world, "merge", early, other=first)
    world.settle()
    assert world.state(early)["into"] == first
    own = mails(world, late)
    decide(world, "unmerge", late)
    world.settle()
    assert mails(world, late) == own
    assert not set(own) & {*mails(world, early), *mails(world, first)}
    assert len(mails(world, first)) == 2
    assert world.proven()


def test_redelivery_changes_nothing_and_asks_again():
    world = two()
    early, late = world.numbers
    merging = decide(world, "merge", early, other=late)
    world.settle()
    parting = decide(world, "unmerge", late)
    world.settle()
    before = len(world.ledger.all())
    receive_decision(parting, world.house)
    assert {m["submission"] for m in world.queues.take("submissions")} <= {early, late}
    receive_decision(merging, world.house)
    assert len(world.ledger.all()) == before
    assert not world.state(late)["into"]


@pytest.mark.parametrize("action", ["merge", "unmerge"])
def test_a_crash_after_the_commit_is_made_good_by_redelivery(action):
    world = two() if action == "merge" else merged()
    early, late = world.numbers
    key = lay(world, action, late, **({"other": early} if action == "merge" else {}))
    world.queues.broken = 1
    with pytest.raises(Killed):
        receive_decision(key, world.house)
    receive_decision(key, world.house)
    world.settle()
    wanted = {m for n in (early, late) for m in mails(world, n)} if action == "merge" else set(mails(world, early))
    assert set(world.verdict(early).mails) == wanted
    assert bool(world.state(late).get("into")) is (action == "merge")


@pytest.mark.parametrize(
    ("action", "said", "why"),
    [("unmerge", {}, "not-merged"), ("merge", {"other": "230801-000000-0"}, "no-such-submission")],
)
def test_what_cannot_be_done_is_recorded_with_the_reason(action, said, why):
    world = two()
    decide(world, action, world.numbers[0], **said)
    entry = world.ledger.entries(world.numbers[0])[-1]
    assert (entry.data["action"], entry.data["refused"]) == (action, why)
    assert all(not world.state(n).get("into") for n in world.numbers)


def test_a_submission_is_not_merged_with_itself():
    world = two()
    decide(world, "merge", world.numbers[0], other=world.numbers[0])
    assert world.ledger.entries(world.numbers[0])[-1].data["refused"] == "same-submission"


def test_submissions_of_two_units_are_not_merged():
    world = World()
    world.receive(PACKAGE, to=["a@unit.example", "b@unit.example"])
    world.settle()
    one, two_ = world.numbers
    decide(world, "merge", one, other=two_)
    assert world.ledger.entries(one)[-1].data["refused"] == "other-call"


def test_a_seal_confirmed_while_merged_stays_confirmed_where_the_document_goes():
    world = merged()
    late = world.numbers[1]
    letter = next(d.sha256 for d in world.verdict(world.numbers[0]).documents if d.path == "公文.pdf")
    decide(world, "seal", world.numbers[0], sha256=letter, confirmed=False)
    world.settle()
    decide(world, "unmerge", late)
    world.settle()
    assert [f.code.value for f in world.verdict(late).findings if "letter.seal" in f.code.value] == ["letter.seal-missing"]


@pytest.mark.parametrize("action", ["merge", "unmerge"])
def test_entries_without_their_objects_get_them_at_redelivery(action):
    world = two() if action == "merge" else merged()
    early, late = world.numbers
    key = lay(world, action, late, **({"other": early} if action == "merge" else {}))
    receive_decision(key, world.house)
    for number in (early, late):
        del world.objects.data[world.objects.keys(f"ledger/{number}/")[-1]]
    assert not world.proven()
    receive_decision(key, world.house)
    assert world.proven()
