"""steps/erasure.py, retention.py: what is to go is listed first, then removed wherever it lies, and the proof stays."""

from contextlib import suppress
from dataclasses import replace
from datetime import time, timedelta

import pytest

from fakes import FakeIndex, Killed
from shoufa.domain.codes import Disposition, EntryKind
from shoufa.domain.ledger import verify
from shoufa.domain.periods import after
from shoufa.steps.erasure import Plan, Why, erase, plan_erasure
from shoufa.steps.reconciliation import conserved
from shoufa.steps.restore import restore
from shoufa.steps.retention import over_time
from shoufa.steps.unfinished import Unfinished
from shoufa.steps.watch_submissions import watch_submissions
from unit.judging.build import START, call, complete
from unit.steps.levers import decide
from unit.steps.test_restore import Into
from unit.steps.world import SETTLED, World, papers

PACKAGE = papers(complete())
LACKING = {k: v for k, v in PACKAGE.items() if k != "公文.pdf"}
PROOF = "ledger/"


def house(**more) -> World:
    return World(reconcile_every=timedelta(minutes=10), **more)


def two() -> World:
    """Two submissions of other bodies; they share one attachment."""
    world = house()
    world.receive({**PACKAGE, "通知.pdf": "unreadable:unsupported"})
    world.settle()
    world.receive({"通知.pdf": "unreadable:unsupported"}, sender="wang@hunan.example", after=timedelta(hours=1))
    world.settle()
    again = {**PACKAGE, "通知.pdf": "unreadable:unsupported"}
    assert world.receive(again, after=timedelta(hours=1), message_id="<again@hubei.example>") == "duplicate"
    world.settle()
    assert len(world.numbers) == 2
    return world


def whole(world: World, number: str) -> Plan:
    return plan_erasure(world.house, [number])


def left(world: World) -> set[str]:
    return {k for k in world.objects.data if not k.startswith(PROOF)}


def test_everything_of_a_submission_is_listed_and_nothing_is_changed():
    world = two()
    before = dict(world.objects.data)
    plan = whole(world, world.numbers[0])
    assert world.objects.data == before
    assert plan.submissions == (world.numbers[0],)
    assert {key for key, _ in plan.mails} == {"inbox/mail/1.eml", "inbox/mail/3.eml"}  # the repeat too
    kinds = {key.partition("/")[0] for key in plan.keys}
    assert kinds == {"inbox", "mails", "parts", "facts", "verdicts", "sent"}
    assert {k for k in plan.keys if k.startswith("inbox/")} == {
        "inbox/mail/1.eml", "inbox/mail/3.eml", "inbox/envelope/1.eml.json", "inbox/envelope/3.eml.json",
    }  # fmt: skip
    assert len(plan.shared) == 1
    assert not set(plan.shared) & set(plan.keys)


def test_what_was_listed_goes_and_nothing_else():
    world = two()
    plan = whole(world, world.numbers[0])
    before = left(world)
    assert erase(world.house, plan, "clerk-1", Why.REQUEST) == len(plan.keys)
    assert left(world) == before - set(plan.keys)
    for text in ("zhang@hubei.example",):
        assert not [k for k, data in world.objects.data.items() if text.encode() in data]


def test_crops_and_drafts_go_too():
    world = two()
    sha = next(k for k in world.objects.data if k.startswith("facts/")).split("/")[1].split(".")[0]
    number = world.numbers[0]
    for key in (f"facts/{sha}.9.seals/1.png", f"drafts/{number}/1.eml"):
        world.objects.put(key, b"x")
        assert (key in whole(world, number).keys) == (f"parts/{sha}" in whole(world, number).keys or "drafts" in key)


def test_the_ledger_says_who_why_and_which_and_still_holds():
    world = two()
    plan = whole(world, world.numbers[0])
    erase(world.house, plan, "clerk-1", Why.REQUEST)
    (entry,) = [e for e in world.ledger.entries(world.numbers[0]) if e.kind is EntryKind.ERASED]
    assert (entry.data["who"], entry.data["why"], entry.data["whole"]) == ("clerk-1", "request", True)
    assert entry.data["objects"] == ["inbox/mail/1.eml"]
    assert len(entry.data["parts"]) == sum(k.startswith("parts/") for k in plan.keys)
    assert verify(world.ledger.all()) == []
    assert world.proven()


def test_another_submission_lives_on():
    world = two()
    other = world.numbers[1]
    before = world.state(other)
    erase(world.house, whole(world, world.numbers[0]), "c", Why.REQUEST)
    world.settle()
    assert world.state(other) == before
    world.receive(PACKAGE, sender="wang@hunan.example", subject=f"补充 {other}", after=timedelta(hours=1))
    world.settle()
    assert world.state(other)["status"] != "reading"
    assert len(world.state(other)["mails"]) == 2


def test_an_erased_mail_has_its_fate_and_is_not_lost():
    world = two()
    erase(world.house, whole(world, world.numbers[0]), "c", Why.REQUEST)
    world.clock.move(timedelta(minutes=10))
    watch_submissions(world.house)
    counted, _ = conserved(world.house)
    assert counted.fates == {Disposition.SUBMISSION: 1}
    assert (counted.erased, counted.lost, counted.unaccounted, counted.total) == (2, 0, 0, 3)
    assert counted.orphans == 0
    assert counted.holds
    assert "2 erased by order" in counted.line().en


def test_nothing_is_sent_or_driven_for_it_any_more():
    world = house()
    world.receive(PACKAGE)
    messages = world.queues.take()
    number = world.numbers[0]
    erase(world.house, whole(world, number), "c", Why.REQUEST)
    for message in messages:
        if message.get("template"):
            world._send(message)
        if "cause" in message:
            world._check(message)
    world.clock.move(timedelta(days=1))
    watch_submissions(world.house)
    world.drain()
    assert world.mailer.sent == []
    found = Unfinished()
    found.see(world.ledger.head(number), world.ledger.entries(number))
    assert found == Unfinished()


def test_one_mail_of_several_goes_and_the_rest_is_judged_anew():
    world = house()
    world.receive(PACKAGE)
    world.settle()
    number = world.numbers[0]
    world.receive({"公文.pdf": PACKAGE["公文.pdf"]}, subject=f"补充 {number}", after=timedelta(hours=1))
    world.settle()
    assert len(world.state(number)["mails"]) == 2
    plan = plan_erasure(world.house, objects=["inbox/mail/1.eml"])
    assert plan.submissions == ()
    assert f"parts/{digest_of(PACKAGE['公文.pdf'])}" in plan.shared
    erase(world.house, plan, "c", Why.MISTAKE)
    world.settle()
    verdict = world.verdict(number)
    assert len(verdict.mails) == 1
    assert {d.name for d in verdict.documents} == {"公文.pdf"}
    assert "inbox/mail/2.eml" in world.objects.data
    assert world.proven()


def digest_of(text: str) -> str:
    from fakes import digest

    return digest(text.encode())


def test_the_only_mail_is_the_whole_submission():
    world = two()
    plan = plan_erasure(world.house, objects=["inbox/mail/2.eml"])
    assert plan.submissions == (world.numbers[1],)


def test_a_mail_of_no_submission():
    world = house()
    world.receive(subject="请问", sender="li@other.example")
    world.settle()
    plan = plan_erasure(world.house, objects=["inbox/mail/1.eml"])
    erase(world.house, plan, "c", Why.REQUEST)
    assert left(world) == set()
    assert [e.kind.value for e in world.noted()] == ["noted", "erased"]
    with pytest.raises(KeyError):
        plan_erasure(world.house, objects=["inbox/mail/none"])


def test_what_a_clerk_took_apart_stays():
    world = two()
    one, other = world.numbers
    decide(world, "merge", one, other=other)
    decide(world, "unmerge", other)
    world.settle()
    assert whole(world, one).submissions == (one,)
    assert whole(world, other).submissions == (other,)


def test_a_stranger_that_was_merged_takes_nobody_elses_papers_along():
    world = house()
    world.receive(LACKING)
    world.settle()
    world.receive({"公文.pdf": PACKAGE["公文.pdf"]}, after=timedelta(hours=1), sender="chen@else.example")
    world.settle()
    ours, strangers = world.numbers
    assert world.state(strangers)["into"] == ours
    plan = plan_erasure(world.house, [strangers])
    assert plan.submissions == (strangers,)
    assert [key for key, _ in plan.mails] == ["inbox/mail/2.eml"]
    erase(world.house, plan, "clerk-1", Why.REQUEST)
    world.settle()
    assert world.objects.keys("inbox/mail/") == ["inbox/mail/1.eml"]
    assert world.state(strangers)["gone"]
    assert world.state(ours)["status"] == "incomplete"
    assert {d.path for d in world.verdict(ours).documents} == LACKING.keys()
    assert world.proven()


def test_merged_submissions_go_together():
    world = house()
    world.receive(LACKING)
    world.drain()
    world.receive({"公文.pdf": PACKAGE["公文.pdf"]}, after=timedelta(hours=1), sender="chen@else.example")
    world.settle()
    late = [n for n in world.numbers if world.state(n).get("into")]
    assert len(late) == 1
    (early,) = set(world.numbers) - set(late)
    assert set(whole(world, early).submissions) == set(world.numbers)
    assert whole(world, late[0]).submissions == (late[0],)
    erase(world.house, whole(world, early), "c", Why.ORDER)
    assert left(world) == set()
    assert world.proven()


def test_reports_that_name_it_go_too():
    world = house(digest_at=time(8, 30), office_mailbox="clerk@office.example")
    world.receive(PACKAGE)
    world.drain()
    world.clock.move(timedelta(days=1))
    for _ in range(3):
        world.clock.move(timedelta(minutes=10))
        watch_submissions(world.house)
        world.drain()
    reports = {k for k in world.objects.data if k.startswith("sent/digest-")}
    assert len(reports) == 2
    assert reports <= set(whole(world, world.numbers[0]).keys)


@pytest.mark.parametrize("killed_at", range(1, 40, 2))
def test_a_stop_half_way_leaves_an_entry_and_the_rest_can_be_listed_and_goes(killed_at):
    world = two()
    number = world.numbers[0]
    plan = whole(world, number)
    wanted = left(world) - set(plan.keys)
    calls = 0
    real = (world.objects.erase, world.ledger.append)

    def kills(call_):
        def does(*args):
            nonlocal calls
            calls += 1
            if calls == killed_at:
                raise Killed
            return call_(*args)

        return does

    world.objects.erase, world.ledger.append = kills(real[0]), kills(real[1])
    with suppress(Killed):
        erase(world.house, plan, "c", Why.REQUEST)
    world.objects.erase, world.ledger.append = real
    again = whole(world, number)
    erase(world.house, again, "c", Why.REQUEST)
    assert left(world) == wanted
    assert [e.kind.value for e in world.ledger.entries(number)].count("erased") == 1
    assert world.proven()


def test_the_code_is_of_the_very_list():
    world = two()
    first = whole(world, world.numbers[0])
    assert first.code == whole(world, world.numbers[0]).code
    world.receive({"x.pdf": "unreadable:unsupported"}, subject=f"补充 {world.numbers[0]}", after=timedelta(hours=1))
    assert first.code != whole(world, world.numbers[0]).code


def test_the_same_mail_sent_again_is_shown_to_a_person():
    world = two()
    erase(world.house, whole(world, world.numbers[0]), "c", Why.REQUEST)
    sent = len(world.mailer.sent)
    world._mails = 0
    again = world.written({**PACKAGE, "通知.pdf": "unreadable:unsupported"}, START)
    world.objects.data["inbox/mail/again.eml"] = again.replace(b"<0@", b"<1@")
    from shoufa.steps.receive_mail import receive_mail

    assert receive_mail("inbox/mail/again.eml", world.house) is Disposition.UNMATCHED
    assert any(
        e.data.get("reason") == "erased-before" for e in world.noted()
    )
    world.settle()
    assert len(world.mailer.sent) == sent


@pytest.mark.parametrize("number", [0, 1])
def test_a_restored_table_knows_what_was_erased(number):
    world = two()
    erase(world.house, whole(world, world.numbers[number]), "c", Why.REQUEST)
    world.settle()
    into, index = Into(), FakeIndex()
    restore(replace(world.house, ledger=into.ledger, index=index), into)
    assert into.ledger._heads == world.ledger._heads
    assert into.ledger.claims == world.ledger.claims
    kinds = {"sender", "contents", "key", "project", "holder", "due", "call", "id"}
    watched = {"fates", "parts", "unit", "looks", "expiry"}
    assert {g.partition("#")[0] for g, i in index.groups.items() if i} <= kinds | watched | {"hour"}
    gone, left = world.numbers[number], world.numbers[1 - number]
    assert [n for n, _ in index.find("unit#c1#u1")] == [left]
    assert not any(gone in key for key, _ in (*index.find("looks"), *index.find("expiry")))
    kept = [
        {g: i for g, i in groups.items() if i and g.partition("#")[0] in kinds}
        for groups in (index.groups, world.index.groups)
    ]
    assert kept[0] == kept[1]
    erased = {k for k, v in world.index.groups["fates"].items() if v.get("erased")}
    assert {k for k, v in index.find("fates") if v.get("erased")} == erased
    assert {k for k, _ in index.find("fates")} == erased | set(world.objects.keys("inbox/mail/"))


# --- retention


def test_periods_are_added_by_the_calendar():
    assert after(START, "P30D") == START + timedelta(days=30)
    assert after(START.replace(month=2, day=28, year=2024), "P2Y").year == 2026
    assert after(START.replace(day=31), "P6M").isoformat() == "2024-02-29T09:00:00+08:00"
    for bad in ("", "P", "30D", "P1W", "PT5M"):
        with pytest.raises(ValueError, match="period"):
            after(START, bad)


def old(**more) -> World:
    made = call(retention={"complete": "P2Y", "incomplete": "P1Y", "automatic": "P60D", "unmatched": "P30D"})
    world = house(of=made, **more)
    world.receive(LACKING)
    world.receive(PACKAGE, sender="wang@hunan.example")
    world.receive(subject="请问", sender="li@other.example")
    world.settle()
    world.settle()
    return world


def test_what_is_over_its_time_is_listed_when_it_is():
    world = old()
    assert over_time(world.house) == []
    world.clock.move(timedelta(days=31))
    assert over_time(world.house) == ["inbox/mail/3.eml"]


def test_what_is_laid_in_years_later_is_not_old_on_its_first_day():
    """Retention counts from filing: mails of a past call are not erased before anybody saw them."""
    world = house(of=old().house.office.calls["c1"], digest_at=time(8, 30), erases_by_itself=True)
    world.clock.move(timedelta(days=3 * 366))
    world.receive(LACKING, at=START)
    world.receive(subject="请问", sender="li@other.example", at=START)
    watch_submissions(world.house)  # not judged yet
    assert over_time(world.house) == []
    world.clock.move(timedelta(days=1))
    world.settle()
    assert over_time(world.house) == []
    assert len(world.objects.keys("inbox/mail/")) >= 2
    world.clock.move(timedelta(days=31))
    world.settle()
    assert [k for k in world.objects.keys("inbox/mail/") if k.endswith("2.eml")] == []
    world.clock.move(timedelta(days=366))
    world.settle()
    assert world.objects.keys("inbox/mail/") == []


def test_nothing_is_erased_by_itself():
    world = old(digest_at=time(8, 30))
    before = left(world)
    world.clock.move(timedelta(days=3 * 366 + 15))
    watch_submissions(world.house)
    assert len(over_time(world.house)) >= 2
    assert before <= left(world)


def test_unless_the_office_says_so():
    world = old(digest_at=time(8, 30), erases_by_itself=True)
    world.clock.move(timedelta(days=31))
    watch_submissions(world.house)
    assert "inbox/mail/3.eml" not in world.objects.data
    assert "inbox/mail/1.eml" in world.objects.data
    (entry,) = [e for e in world.ledger.all() if e.kind is EntryKind.ERASED]
    assert (entry.data["who"], entry.data["why"]) == ("schedule", "retention")
    assert not any("3.eml" in key for key, _ in world.index.find("expiry"))
    assert over_time(world.house) == []
    world.clock.move(SETTLED)
    assert watch_submissions(world.house)["retention"] == 0
