"""steps/reconciliation.py and stalled_work.py: nothing that came in is without a fate, what stalls is driven again."""

import json
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from fakes import FakeIndex, Killed
from shoufa.domain.codes import Disposition
from shoufa.domain.ledger import digest as sha256
from shoufa.domain.mail import Envelope
from shoufa.steps import files
from shoufa.steps import reconciliation as module
from shoufa.steps.files import dump, envelope_key
from shoufa.steps.reconciliation import (
    LAST,
    LIMIT,
    SPENT,
    Pass,
    conserved,
    count_now,
    counted_since,
    reconciliation,
)
from shoufa.steps.restore import restore
from shoufa.steps.stalled_work import stalled_now, stalled_work
from shoufa.steps.watch_submissions import watch_submissions
from unit.judging.build import complete
from unit.steps.levers import decide
from unit.steps.test_restore import Into
from unit.steps.world import SETTLED, World, papers

PACKAGE = papers(complete())
LACKING = {k: v for k, v in PACKAGE.items() if k != "公文.pdf"}
EVERY = timedelta(minutes=10)


def house(**office) -> World:
    return World(reconcile_every=EVERY, **office)


def passed(world: World, after: timedelta = EVERY) -> None:
    """A whole pass, some time later."""
    world.clock.move(after)
    reconciliation(world.house)
    assert Pass.of(world.house).began == ""


def of_all_fates() -> World:
    world = house()
    world.receive(PACKAGE)
    world.settle()
    world.receive({"公文.pdf": PACKAGE["公文.pdf"]}, after=timedelta(days=1), subject=f"补充 {world.numbers[0]}")
    world.receive(PACKAGE, after=timedelta(days=1), message_id="<again@hubei.example>")
    world.receive(headers={"auto-submitted": ["auto-replied"]}, subject="自动回复")
    world.receive(subject="请问", sender="li@other.example")
    world.put()
    world.objects.data["inbox/mail/6.eml"] = b"unreadable:unreadable"
    world._told(module_receive)({"Records": [{"s3": {"object": {"key": "inbox/mail/6.eml"}}}]})
    world.settle()
    return world


def module_receive(key, house):
    from shoufa.steps.receive_mail import receive_mail

    return receive_mail(key, house)


def test_every_mail_is_counted_by_its_fate():
    world = of_all_fates()
    passed(world)
    counted, _ = conserved(world.house)
    assert counted.fates == {
        Disposition.SUBMISSION: 1,
        Disposition.FOLLOW_UP: 1,
        Disposition.DUPLICATE: 1,
        Disposition.AUTOMATIC: 1,
        Disposition.UNMATCHED: 1,
        Disposition.QUARANTINED: 1,
    }
    assert counted.holds
    assert counted.total == 6
    assert "6 mails: 1 submissions, 1 follow-ups, 1 duplicates, 1 automatic, 1 unmatched, 1 quarantined, 0 unaccounted." in counted.line().en
    assert count_now(world.house) == counted


def test_a_second_pass_counts_the_same_and_reads_no_mail_again():
    world = of_all_fates()
    passed(world)
    first, _ = conserved(world.house)
    read = []
    real = world.objects.get
    world.objects.get = lambda key: (read.append(key), real(key))[1]
    passed(world)
    assert conserved(world.house)[0] == first
    assert [k for k in read if k.startswith("inbox/mail/")] == []


def test_passes_keep_their_distance():
    world = of_all_fates()
    passed(world)
    world.clock.move(EVERY - timedelta(seconds=1))
    assert reconciliation(world.house) == 0
    world.clock.move(timedelta(seconds=1))
    assert reconciliation(world.house) > 0


@pytest.mark.parametrize(("slice_", "new"), [(2, 200), (1000, 1), (3, 2), (6, 6), (1, 1)])
def test_a_pass_goes_on_where_it_stopped(monkeypatch, slice_, new):
    world = of_all_fates()
    passed(world)
    whole, _ = conserved(world.house)
    for group in ("fates", "parts", "watch"):
        world.index.groups.pop(group, None)
    monkeypatch.setattr(module, "SLICE", slice_)
    monkeypatch.setattr(module, "NEW", new)
    monkeypatch.setattr(module, "SLICES", 1)
    calls = 0
    while not conserved(world.house)[1]:
        calls += 1
        assert reconciliation(world.house) <= slice_
        assert calls < 100
    assert calls > 1
    assert conserved(world.house)[0] == whole


def test_a_mail_without_a_fate_is_driven_again_and_shown_until_it_has_one():
    world = house()
    key = world.put(PACKAGE)
    passed(world)
    assert conserved(world.house)[0].in_hand == 1
    assert not world.queues.waiting
    passed(world, LIMIT)
    assert conserved(world.house)[0].unaccounted == 1
    assert not conserved(world.house)[0].holds
    assert "1 unaccounted" in conserved(world.house)[0].line().en
    assert list(stalled_now(world.house)) == [key]
    world.drain()
    passed(world)
    assert conserved(world.house)[0].fates == {Disposition.SUBMISSION: 1}
    assert stalled_now(world.house) == {}


def test_what_stays_without_a_fate_is_driven_at_growing_distances():
    world = house()
    world.put(PACKAGE)
    asked = []
    for _ in range(6 * 24):
        passed(world)
        asked += [world.clock.now()] * len(world.queues.take("mails"))
    gaps = [b - a for a, b in pairwise(asked)]
    assert 5 <= len(asked) <= 10
    assert gaps == sorted(gaps)
    assert gaps[-1] == LAST


def test_an_object_that_is_gone_though_nobody_ordered_it_is_lost():
    world = of_all_fates()
    passed(world)
    del world.objects.data["inbox/mail/1.eml"]
    passed(world)
    counted, _ = conserved(world.house)
    assert (counted.lost, counted.holds, counted.total) == (1, False, 6)


def test_the_last_object_of_all_is_missed_too():
    world = of_all_fates()
    passed(world)
    del world.objects.data["inbox/mail/6.eml"]
    passed(world)
    assert conserved(world.house)[0].lost == 1


def test_a_damaged_manifest_is_counted_and_named_until_it_is_mended_and_stops_no_other_mail():
    world = of_all_fates()
    world.index.groups.pop("fates", None)
    key = files.manifest_key(sha256(world.objects.data["inbox/mail/1.eml"]))
    whole = world.objects.data[key]
    world.objects.data[key] = whole[:50]
    waiting = world.put(PACKAGE)
    passed(world)
    passed(world, LIMIT)
    counted, _ = conserved(world.house)
    assert counted.fates[Disposition.FOLLOW_UP] == 1
    assert Disposition.SUBMISSION not in counted.fates
    assert (counted.damaged, counted.unaccounted, counted.total, counted.holds) == (1, 1, 7, False)
    assert "1 damaged in storage" in counted.line().en
    assert len(world.queues.waiting) == 1
    assert {name: said["why"] for name, said in stalled_now(world.house).items()} == {key: "damaged", waiting: "unfiled"}
    world.drain()
    world.objects.data[key] = whole
    passed(world)
    counted, _ = conserved(world.house)
    assert (counted.damaged, counted.fates[Disposition.SUBMISSION], counted.holds) == (0, 1, True)
    assert stalled_now(world.house) == {}


def test_a_damaged_mail_that_is_gone_is_named_no_more():
    world = house()
    key = world.put(PACKAGE)
    world.objects.data[envelope_key(key)] = b"{"
    passed(world)
    passed(world, LIMIT)
    assert conserved(world.house)[0].damaged == 1
    assert list(stalled_now(world.house)) == [envelope_key(key)]
    del world.objects.data[key]
    passed(world)
    assert conserved(world.house)[0].damaged == 0
    assert stalled_now(world.house) == {}


def test_an_attachment_of_no_mail_shows_after_the_limit():
    world = of_all_fates()
    world.objects.put("parts/" + "0" * 64, b"left by a stop")
    passed(world)
    assert conserved(world.house)[0].orphans == 0
    passed(world, LIMIT)
    assert conserved(world.house)[0].orphans == 1
    assert "附件" in conserved(world.house)[0].line().zh


def test_a_decision_that_was_not_taken_up_is_driven_again():
    world = of_all_fates()
    words = {"who": "wl", "submission": world.numbers[0], "action": "note"}
    world.objects.put("inbox/decision/1.json", json.dumps(words).encode())
    world.objects.put("inbox/decision/2.json", b"no decision at all")
    passed(world)
    passed(world, LIMIT)
    assert len(world.queues.waiting) == 1
    world.drain()
    assert world.state(world.numbers[0])["decisions"] == ["inbox/decision/1.json"]
    passed(world, LAST)
    assert not world.queues.waiting


def test_a_decision_is_noted_after_what_follows_from_it():
    """A stop in between leaves it to the next pass: its submission is looked at in any case."""
    world = of_all_fates()
    for _ in range(5):
        passed(world)
        stalled_work(world.house)
    decide(world, "note", world.numbers[0])
    world.clock.move(EVERY)
    assert world.index.find("looks") == []
    real = world.index.write

    def killed(group, key, value):
        if group == "decided":
            raise Killed
        real(group, key, value)

    world.index.write = killed
    with pytest.raises(Killed):
        reconciliation(world.house)
    assert any(key.endswith(world.numbers[0]) for key, _ in world.index.find("looks"))


def test_an_entry_without_its_object_gets_one():
    world = house()
    world.receive(PACKAGE)
    key = world.objects.keys("ledger/")[0]
    del world.objects.data[key]
    passed(world)
    assert world.proven()


def test_a_submission_whose_messages_were_lost_is_read_on_and_told():
    world = house()
    world.receive(PACKAGE)
    world.queues.take()
    passed(world)
    world.clock.move(LIMIT)
    assert stalled_work(world.house) == 2
    assert list(stalled_now(world.house)) == world.numbers
    world.drain()
    world.clock.move(LAST)
    assert stalled_work(world.house) == 1  # its quiet time ended and nobody asked for the outcome
    world.drain()
    assert sorted(world.templates()) == ["notice", "outcome", "receipt"]
    world.clock.move(LAST)
    assert stalled_work(world.house) == 0
    assert stalled_now(world.house) == {}
    assert world.index.find("looks") == []


def test_what_moves_in_its_time_is_never_driven():
    world = house()
    world.receive(PACKAGE)
    for _ in range(30):
        world.drain()
        world.clock.move(timedelta(minutes=5))
        done = watch_submissions(world.house)
        assert done["stalled_work"] == 0
    assert world.index.find("looks") == []
    assert len(world.mailer.sent) == 3


@pytest.mark.parametrize("killed_at", range(12))
def test_a_pass_that_is_killed_goes_on_at_the_next_call(killed_at):
    world = of_all_fates()
    passed(world)
    whole, _ = conserved(world.house)
    other = of_all_fates()
    other.index.groups = {g: i for g, i in other.index.groups.items() if "#" in g and not g.startswith("unit#")}
    writes = 0
    real = other.index.write

    def write(group, key, value):
        nonlocal writes
        writes += 1
        if writes == killed_at + 1:
            raise Killed
        real(group, key, value)

    other.index.write = write
    other.clock.move(EVERY)
    with pytest.raises(Killed):
        reconciliation(other.house)
    reconciliation(other.house)
    assert conserved(other.house)[0] == whole


def test_a_house_that_settles_is_unchanged_by_the_watch():
    world = of_all_fates()
    passed(world)
    before = [e.hash for e in world.ledger.all()]
    for _ in range(10):
        world.clock.move(SETTLED)
        watch_submissions(world.house)
        world.drain()
    assert [e.hash for e in world.ledger.all()] == before


def restored(world: World) -> World:
    """The table and all look-ups are lost, and made anew."""
    into, index = Into(), FakeIndex()
    restore(replace(world.house, ledger=into.ledger, index=index), into)
    world.ledger, world.index = into.ledger, index
    world.house = replace(world.house, ledger=into.ledger, index=index)
    return world


def test_a_restored_table_knows_what_the_watch_had_seen():
    world = of_all_fates()
    passed(world)
    watched = ("fates", "parts", "unit#c1#u1", "held", "expiry")  # quarantined ones were told of already

    def known() -> dict[str, list[str]]:
        return {g: [k for k, _ in world.index.find(g) if "00#inbox/mail/6" not in k] for g in watched}

    before = known()  # save the end of the mail that cannot be opened: it counts from when it is seen
    restored(world)
    assert known() == before
    assert [k.rpartition("#")[2] for k, _ in world.index.find("looks")] == world.numbers


def test_after_a_restore_nothing_is_read_again_and_what_is_gone_is_missed():
    world = of_all_fates()
    del world.objects.data["inbox/mail/1.eml"]
    world = restored(world)
    read = []
    real = world.objects.get
    world.objects.get = lambda key: (read.append(key), real(key))[1]
    assert conserved(world.house)[1] == ""
    passed(world)
    counted, _ = conserved(world.house)
    assert (counted.lost, counted.holds, counted.total) == (1, False, 6)
    assert [k for k in read if k.startswith("inbox/")] == []


def test_a_decision_that_the_ledger_holds_is_not_read_again_after_a_restore():
    world = of_all_fates()
    words = {"who": "wl", "submission": world.numbers[0], "action": "note"}
    world.objects.put("inbox/decision/1.json", json.dumps(words).encode())
    passed(world)
    passed(world, LIMIT)
    world.drain()
    assert dict(restored(world).index.find("decided")) == {"inbox/decision/1.json": {}}


def unseen(count: int) -> World:
    """So many mails with their fates, and a watch that has seen none of them."""
    world = house()
    for n in range(count):
        key = f"inbox/mail/{n:05}.eml"
        world.objects.put(key, str(n).encode())
        world.ledger.claims[f"object:{key}"] = "automatic|silent|vacation"
    return world


def test_five_thousand_unseen_mails_are_all_counted_over_successive_calls():
    world = unseen(5_000)
    seen: list[int] = []
    began = world.clock.now()
    while not conserved(world.house)[1]:
        assert reconciliation(world.house) <= module.SLICE * module.SLICES
        world.clock.move(timedelta(minutes=1))
        seen.append(len(world.index.find("fates")))
        assert len(seen) < 10
    assert seen == [1_000, 2_000, 3_000, 4_000, 5_000, 5_000]
    assert conserved(world.house)[0].total == 5_000
    assert counted_since(world.house) == began


def test_a_slow_store_ends_a_call_in_its_time_and_the_next_goes_on():
    world = unseen(95)
    real = world.objects.get

    def slow(key):
        world.clock.move(timedelta(seconds=1))
        return real(key)

    world.objects.get = slow
    spent = []
    while not conserved(world.house)[1]:
        began = world.clock.now()
        reconciliation(world.house)
        spent.append(world.clock.now() - began)
    assert max(spent) <= SPENT + timedelta(seconds=2)
    assert len(spent) > 5
    assert conserved(world.house)[0].total == 95


def test_slow_decisions_end_a_call_in_its_time_too():
    world = house()
    for n in range(40):
        world.objects.put(f"inbox/decision/{n:02}.json", b"none")
    real = world.objects.get

    def slow(key):
        world.clock.move(timedelta(seconds=1))
        return real(key)

    world.objects.get = slow
    calls = 0
    while not conserved(world.house)[1]:
        began = world.clock.now()
        reconciliation(world.house)
        calls += 1
        assert world.clock.now() - began <= SPENT + timedelta(seconds=2)
    assert calls == 5
    assert len(world.index.find("decided")) == 40


def test_a_call_that_fails_costs_only_what_it_failed_at():
    world = unseen(60)
    get, keys = world.objects.get, world.objects.keys
    read: Counter[str] = Counter()
    listed = []

    def fails(key):
        read[key] += 1
        if sum(read.values()) % 7 == 0:
            raise ConnectionError
        return get(key)

    def lists(prefix, *args):
        found = keys(prefix, *args)
        listed.extend([len(found)] * (prefix == "inbox/mail/"))
        return found

    world.objects.get, world.objects.keys = fails, lists
    calls = 0
    while not conserved(world.house)[1]:
        calls += 1
        with suppress(ConnectionError):
            reconciliation(world.house)
    assert len(listed) == calls > 5
    assert max(read.values()) <= 2
    assert all(after < before for before, after in pairwise(listed)), "what is done is not listed again"
    assert conserved(world.house)[0].fates == {Disposition.AUTOMATIC: 60}


def test_the_end_of_a_mail_that_cannot_be_opened_is_noted_once():
    world = house()
    key = "inbox/mail/smtp/none.eml"
    envelope = Envelope(received_at=world.clock.now(), door="smtp")
    world.objects.put(envelope_key(key), dump(envelope))
    world.objects.put(key, b"no mail")
    world.ledger.claims[f"object:{key}"] = "quarantined|silent|unreadable"
    passed(world)
    (noted,) = world.index.find("expiry")
    world.index.drop("fates", key)
    passed(world, timedelta(days=2))
    assert world.index.find("expiry") == [noted]


def test_what_came_in_while_a_pass_ran_is_no_part_of_its_claim():
    world = unseen(3)
    began = world.clock.now()
    passed(world, timedelta(0))
    assert counted_since(world.house) == began
    world.clock.move(EVERY)
    assert counted_since(world.house) == began
    assert datetime.fromisoformat(conserved(world.house)[1]) == began
