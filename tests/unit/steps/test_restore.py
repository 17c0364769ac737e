"""steps/restore.py: a table made anew from its objects is the one that was lost, and work goes on in it."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from fakes import FakeIndex, FakeLedger
from shoufa.domain.errors import TryAgain, Unreadable
from shoufa.domain.ledger import Entry, Head, canonical
from shoufa.domain.moments import stamp
from shoufa.steps.chains import BrokenLedger
from shoufa.steps.check_completeness import check_completeness
from shoufa.steps.delivery import LEASE
from shoufa.steps.erasure import Why, erase, plan_erasure
from shoufa.steps.receive_call import receive_call
from shoufa.steps.receive_decision import receive_decision
from shoufa.steps.receive_mail import receive_mail
from shoufa.steps.restore import restore
from shoufa.steps.send_notice import send_notice
from shoufa.steps.watch_submissions import watch_submissions
from unit.judging.build import call, complete
from unit.steps.levers import condemned, decide
from unit.steps.test_outgoing import changing, flood, later, senders
from unit.steps.test_receive_call import NO_WORD, STRICT, iter_messages, revise
from unit.steps.test_receive_call import told as told_of
from unit.steps.world import SETTLED, World, papers

PACKAGE = papers(complete())
LACKING = {k: v for k, v in PACKAGE.items() if k != "公文.pdf"}


class Into:
    """A restored ledger goes into a fake one."""

    def __init__(self) -> None:
        self.ledger = FakeLedger()

    def chain(self, head: Head, entries: Sequence[Entry]) -> None:
        self.ledger._heads[head.submission] = canonical(head.model_dump())
        self.ledger._chains[head.submission] = [e.text() for e in entries]

    def claim(self, name: str, owner: str) -> None:
        self.ledger.claims[name] = owner


def lost(world: World) -> World:
    """The table, its look-ups and the queues are gone; the objects are there, and the table is made anew."""
    into, index = Into(), FakeIndex()
    restore(replace(world.house, ledger=into.ledger, index=index), into)
    world.ledger, world.index = into.ledger, index
    world.queues.waiting.clear()
    world.house = replace(world.house, ledger=into.ledger, index=index)
    return world


def plain() -> World:
    world = World()
    world.receive(PACKAGE)
    return world


def judged() -> World:
    world = plain()
    world.drain()
    return world


def told() -> World:
    world = plain()
    world.settle()
    return world


def followed() -> World:
    world = World()
    world.receive(LACKING)
    world.settle()
    world.receive(
        {"公文.pdf": PACKAGE["公文.pdf"]}, after=timedelta(hours=1), subject=f"补充 {world.numbers[0]}"
    )
    return world


def proposed() -> World:
    world = told()
    for days in (1, 2):
        said = {"subject": world.numbers[0]} if days == 1 else {}
        world.receive(
            {f"{days}.docx": PACKAGE["公文.docx"]}, after=timedelta(days=1), sender="li@qq.com", **said
        )
    world.drain()
    return world


def settled_twice() -> World:
    world = followed()
    world.settle()
    return world


def of_all_fates() -> World:
    world = told()
    world.receive(PACKAGE, after=timedelta(days=1), message_id="<again@hubei.example>")
    world.receive(headers={"auto-submitted": ["auto-replied"]}, subject="自动回复")
    world.receive(subject="请问", sender="li@other.example")
    world.objects.put("inbox/mail/broken", b"unreadable:unreadable")
    receive_mail("inbox/mail/broken", world.house)
    world.drain()
    return world


def merged() -> World:
    world = World()
    world.receive(LACKING)
    world.drain()
    world.receive({"公文.pdf": PACKAGE["公文.pdf"]}, after=timedelta(hours=1), sender="chen@else.example")
    world.drain()
    return world


def decided() -> World:
    world = told()
    words = {"who": "wl", "submission": world.numbers[0], "action": "note", "why": ""}
    world.objects.put("inbox/decision/1.json", json.dumps(words).encode())
    receive_decision("inbox/decision/1.json", world.house)
    return world


def erased() -> World:
    world = of_all_fates()
    world.receive(LACKING, sender="wang@hunan.example", after=timedelta(hours=1))
    world.settle()
    erase(world.house, plan_erasure(world.house, [world.numbers[0]]), "clerk-1", Why.REQUEST)
    return world


def released() -> World:
    world = World()
    decide(world, "release-mail", object=condemned(world, PACKAGE))
    world.settle()
    return world


def checked() -> World:
    world = World(reconcile_every=timedelta(minutes=10), digest_at=time(8, 30), office_mailbox="c@o.example")
    world.receive(PACKAGE)
    world.settle()
    world.clock.move(timedelta(days=1))
    watch_submissions(world.house)
    world.drain()
    return world


def joined(then: timedelta) -> Callable[[], World]:
    """Seven mails of one sender and day, and what comes of them until then."""

    def made() -> World:
        world = World()
        flood(world, 7)
        world.settle()
        later(world, then)
        return world

    return made


def joined_twice() -> World:
    world = joined(timedelta(hours=1))()
    flood(world, 2, first=8)
    return world


def guided() -> World:
    world = World(call(answer_unmatched=True))
    for number in range(2):
        world.receive(subject=f"请问{number}", body="请问怎么办？")
        world.drain()
    world.receive(subject="请问还有", body="请问怎么办？")
    return world


def collapsed() -> World:
    world = World()
    senders(world, 22)
    return world


def in_digest() -> World:
    world = collapsed()
    later(world, timedelta(hours=1))
    return world


def bounced() -> World:
    world = told()
    shown = {"notice": world.notices()[0], "status": "5.1.1", "action": "failed"}
    world.receive(sender="postmaster@x.example", subject="退信", returned=shown)
    return world


def delayed() -> World:
    world = World(mails_per_hour=3)
    flood(world, 5)
    return world


def after_delay() -> World:
    world = delayed()
    later(world, timedelta(hours=1))
    return world


def unsure(made: Callable[[], World], then: timedelta) -> Callable[[], World]:
    """Whether what is due by then went out nobody knows, twice."""

    def left() -> World:
        world = made()
        world.clock.move(then)
        watch_submissions(world.house)
        asked = [message for queue, message in iter_messages(world) if queue == "notices"]
        world.mailer.unanswered = 99
        for _ in range(3):
            for message in asked:
                with suppress(TryAgain):
                    send_notice(message, world.house)
            world.clock.move(LEASE)
        world.mailer.unanswered = 0
        assert any("unsure" in e.data for e in world.ledger.all())
        return world

    return left


def repeated() -> World:
    world = World()
    changing(world, 8)
    return world


def revised() -> World:
    """Told, then a revision with another mailbox and quiet time, then a mail under it; one refused beside."""
    world = told_of(NO_WORD)
    units = [{**u.model_dump(mode="json"), "mailbox": f"new-{u.mailbox}"} for u in call().units]
    revise(world, call(materials=STRICT.materials, units=units, outcome={"settle": "PT30M"}), 1)
    world.receive(PACKAGE, after=timedelta(hours=1), sender="wu@third.example", to=["new-a@unit.example"])
    for queue, message in iter_messages(world):
        if queue == "submissions":
            check_completeness(message["submission"], world.house, message["cause"])
        elif queue == "documents":
            world._read(message)
    world.objects.put("inbox/call/c1/0000000000000000.yaml", b"x")
    with pytest.raises(Unreadable):
        receive_call("inbox/call/c1/0000000000000000.yaml", world.house)
    world.house = replace(world.house, office=world.shipped)  # a process that begins knows no revision yet
    return world


WORLDS: list[Callable[[], World]] = [
    plain,
    judged,
    told,
    followed,
    proposed,
    settled_twice,
    of_all_fates,
    merged,
    decided,
    erased,
    released,
    checked,
    joined(timedelta(0)),
    joined(timedelta(hours=1)),
    joined_twice,
    guided,
    collapsed,
    in_digest,
    bounced,
    delayed,
    after_delay,
    repeated,
    revised,
    unsure(plain, timedelta(0)),
    unsure(judged, SETTLED),
    unsure(joined(timedelta(0)), timedelta(hours=1)),
]


def is_the_watchs(group: str) -> bool:
    """Look-ups that the watch makes for itself, and makes anew when they are lost."""
    own = {"fates", "parts", "orphans", "looks", "held", "quarantined", "decided", "unfiled", "expiry"}
    return group.partition("#")[0] in own | {"unit", "watch", "days", "asked", "ends", "changed"}


def whole(world: World) -> dict[str, Any]:
    """All that the steps will ever ask the table."""
    submissions = sorted(world.ledger._chains)
    dues = {f"{world.state(s).get('due')}#{s}" for s in submissions}
    for stale in set(world.index.groups.get("due", {})) - dues:  # the watch drops what is no longer true
        world.index.drop("due", stale)
    hour = world.clock.now().astimezone(UTC).isoformat()[:13]
    for key in [k for k in world.index.groups.get("hour", {}) if not k.startswith(hour)]:
        world.index.drop("hour", key)  # as the watch does
    for key in [k for k in world.index.groups.get("later", {}) if k < stamp(world.clock.now())]:
        world.index.drop("later", key)
    return {
        "chains": {s: [e.text() for e in world.ledger.entries(s)] for s in submissions},
        "states": {s: world.state(s) for s in submissions},
        "claims": world.ledger.claims,
        "index": {g: i for g, i in world.index.groups.items() if i and not is_the_watchs(g)},
    }


@pytest.mark.parametrize("made", WORLDS)
def test_the_restored_table_is_the_one_that_was_lost(made: Callable[[], World]):
    world = made()
    assert world.proven()
    before = whole(world)
    after = whole(lost(world))
    assert after["chains"] == before["chains"]
    assert after["states"] == before["states"]
    assert after["claims"] == before["claims"]
    assert after["index"] == before["index"]


def long_after_delay() -> World:
    world = delayed()
    for _ in range(6):
        later(world, timedelta(hours=1))
    return world


@pytest.mark.parametrize("made", [in_digest, joined(timedelta(hours=1)), long_after_delay])
def test_what_went_out_does_not_wait_again(made: Callable[[], World]):
    assert lost(made()).index.find("later") == []


def test_the_worlds_are_not_all_alike():
    kinds = {k.value for made in WORLDS for e in made().ledger.all() for k in [e.kind]}
    assert kinds == {
        "opened",
        "joined",
        "read",
        "judged",
        "sending",
        "sent",
        "decided",
        "merged",
        "noted",
        "erased",
    }
    fates = {v.partition("|")[0] for v in of_all_fates().ledger.claims.values() if "|" in v}
    assert fates == {"submission", "duplicate", "automatic", "unmatched", "quarantined"}


def test_work_goes_on_in_a_restored_table():
    world = lost(followed())
    number = world.numbers[0]
    assert world.state(number)["status"] == "reading"
    for sha in json.loads(world.ledger.entries(number)[-1].text())["data"]["parts"]:
        world._read({"sha256": sha, "name": "x", "submissions": [number], "mail": "m"})
    world.drain()
    world.settle()
    assert world.state(number)["outcomes"] == 2
    assert world.proven()


def test_nothing_is_said_twice_after_a_loss():
    world = lost(told())
    sent = len(world.mailer.sent)
    world.clock.move(SETTLED)
    world.settle()
    assert len(world.mailer.sent) == sent


def test_it_tells_how_much_there_was():
    world = of_all_fates()
    restored = restore(replace(world.house, ledger=FakeLedger(), index=FakeIndex()), Into())
    assert restored.entries == len(world.ledger.all())
    assert restored.mails == 5
    assert restored.latest == max(datetime.fromisoformat(e.at) for e in world.ledger.all())


def first_key(world: World, n: int = 2) -> str:
    return world.objects.keys("ledger/")[n]


def cut_byte(world: World) -> None:
    world.objects.data[first_key(world)] = world.objects.data[first_key(world)][:-1]


def changed_byte(world: World) -> None:
    data = world.objects.data[first_key(world)]
    world.objects.data[first_key(world)] = data.replace(b'"seq":3', b'"seq": 3')


def missing(world: World) -> None:
    del world.objects.data[first_key(world)]


def swapped(world: World) -> None:
    a, b = first_key(world, 1), first_key(world, 2)
    world.objects.data[a], world.objects.data[b] = world.objects.data[b], world.objects.data[a]


def added(world: World) -> None:
    key = first_key(world)
    world.objects.data[key + "x"] = world.objects.data[key]


def forged(world: World) -> None:
    key = first_key(world)
    entry = Entry.model_validate_json(world.objects.data[key])
    world.objects.data[key] = entry.model_copy(update={"data": {}}).sealed().text().encode()


@pytest.mark.parametrize("tamper", [cut_byte, changed_byte, missing, swapped, added, forged])
def test_a_broken_chain_is_refused(tamper: Callable[[World], None]):
    world = told()
    before = dict(world.objects.data)
    tamper(world)
    assert world.objects.data != before
    with pytest.raises(BrokenLedger) as err:
        lost(world)
    assert world.numbers[0] in err.value.faults[0]
