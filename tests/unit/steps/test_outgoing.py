"""Counting what is sent (steps/outgoing.py): never more than the allowance, never a receipt lost."""

import email
from collections import Counter
from datetime import timedelta
from email.message import Message
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import Killed
from shoufa.domain.codes import EntryKind
from shoufa.domain.errors import TryAgain
from shoufa.domain.facts import Facts
from shoufa.steps.delivery import LEASE
from shoufa.steps.outgoing import due_notices
from shoufa.steps.receive_mail import receive_mail
from shoufa.steps.send_notice import send_notice
from shoufa.steps.watch_submissions import watch_submissions
from unit.judging.build import call, complete, facts, page
from unit.steps.world import World, paper, papers

PACKAGE = papers(complete())
LACKING = {k: v for k, v in PACKAGE.items() if k != "公文.pdf"}
PERSON = "zhang@hubei.example"
DAY = timedelta(days=1)


def one_file(number: int) -> dict[str, str]:
    """A mail's only file, another one for each number."""
    made: Facts = facts([page(f"材料第{number}份")])
    return {f"材料{number}.docx": paper(made)}


def flood(world: World, mails: int, after: timedelta = timedelta(minutes=1), first: int = 1) -> None:
    for number in range(first, first + mails):
        world.receive(one_file(number), after=after)
        world.drain()


def later(world: World, by: timedelta) -> None:
    """Time passes, and the watch looks."""
    world.clock.move(by)
    watch_submissions(world.house)
    world.drain()


def sent(world: World, template: str, to: str = PERSON) -> list[Message]:
    """What of a kind went to an address; the kind is that of the notice id's first word."""
    mails = [email.message_from_bytes(raw) for raw, _, recipient in world.mailer.sent if recipient == to]
    return [m for m in mails if str(m["X-Shoufa-Notice"]).startswith(f"{template}-")]


def words(message: Message) -> str:
    part = next(p for p in message.walk() if p.get_content_type() == "text/plain")
    return bytes(part.get_payload(decode=True)).decode()


def noted(world: World, what: str) -> list[dict[str, Any]]:
    return [e.data for e in world.ledger.all() if what in e.data and e.kind is EntryKind.NOTED]


# --- receipts


def test_five_receipts_a_day_stand_alone_and_the_rest_are_joined():
    world = World()
    flood(world, 8)
    assert len(sent(world, "receipt")) == 5
    assert sent(world, "receipts") == []
    later(world, timedelta(minutes=29))
    assert sent(world, "receipts") == []
    later(world, timedelta(minutes=1))
    (joined,) = sent(world, "receipts")
    assert all(f"材料{n}.docx" in words(joined) for n in (6, 7, 8))
    assert not any(f"材料{n}.docx" in words(joined) for n in range(1, 6))
    assert "3封来邮" in words(joined)
    assert world.proven()


def test_the_joined_receipt_answers_the_last_mail_with_its_own_references():
    world = World()
    flood(world, 7)
    later(world, timedelta(hours=1))
    (joined,) = sent(world, "receipts")
    assert joined["In-Reply-To"] == "<7@hubei.example>"
    assert "<6@hubei.example>" not in joined["References"]
    assert joined["References"].split()[0] == "<7@hubei.example>"
    assert f"<receipt.{world.numbers[0]}@" in joined["References"]
    assert joined["Auto-Submitted"] == "auto-replied"
    assert joined["X-Shoufa-Notice"].split("-")[1:4] == ["2023", "08", "01"]


def test_of_one_day_there_is_one_early_joined_receipt_and_one_at_its_end():
    world = World()
    flood(world, 6)
    later(world, timedelta(hours=1))
    for number in (7, 8, 9):
        flood(world, 1, timedelta(hours=1), number)
        later(world, timedelta(minutes=40))
    assert len(sent(world, "receipts")) == 1
    later(world, DAY)
    early, late = sent(world, "receipts")
    assert "材料6.docx" in words(early)
    assert all(f"材料{n}.docx" in words(late) for n in (7, 8, 9))
    assert early["Message-ID"] != late["Message-ID"]


def test_the_next_day_begins_anew():
    world = World()
    flood(world, 6)
    later(world, DAY)
    flood(world, 1, first=7)
    assert len(sent(world, "receipt")) == 6
    assert len(sent(world, "receipts")) == 1


def test_another_address_has_its_own_allowance():
    world = World()
    flood(world, 6)
    world.receive(one_file(7), sender="li@hubei.example")
    world.drain()
    assert len(sent(world, "receipt", "li@hubei.example")) == 1


def test_the_ledger_says_which_receipts_were_joined_and_holds_no_address():
    world = World()
    flood(world, 7)
    later(world, timedelta(hours=1))
    assert [d["day"] for d in noted(world, "postponed")] == ["2023-08-01"] * 2
    (entry,) = [e for e in world.ledger.all() if e.kind is EntryKind.SENT and "mails" in e.data]
    assert entry.data["of"] == [d["postponed"] for d in noted(world, "postponed")]
    assert entry.data["mails"] == [d["mail"] for d in noted(world, "postponed")]
    assert all("hubei" not in e.text() for e in world.ledger.all())


def test_each_submission_says_that_its_mail_has_its_receipt():
    world = World()
    flood(world, 5)
    for number, box in ((6, "a@unit.example"), (7, "b@unit.example")):
        world.receive(one_file(number), to=[box], after=timedelta(minutes=1))
        world.drain()
    later(world, timedelta(hours=1))
    (joined,) = [e for e in world.ledger.all() if e.kind is EntryKind.SENT and "mails" in e.data]
    (elsewhere,) = [e for e in world.ledger.all() if "joined" in e.data]
    assert elsewhere.submission != joined.submission
    assert elsewhere.data == {"joined": joined.data["notice"], "mail": joined.data["mails"][1]}


def test_a_message_that_comes_again_changes_nothing():
    world = World()
    asked: list[dict[str, Any]] = []
    for number in range(1, 9):
        world.receive(one_file(number), after=timedelta(minutes=1))
        asked += [m for q, m in world.queues.waiting if q == "notices"]
        world.drain()
    for message in [*asked, *asked]:
        send_notice(message, world.house)
    later(world, timedelta(hours=1))
    for message in asked:
        send_notice(message, world.house)
    later(world, DAY)
    assert (len(sent(world, "receipt")), len(sent(world, "receipts"))) == (5, 1)


def test_a_joined_receipt_that_was_begun_is_ended_with_the_same_mails():
    world = World()
    flood(world, 7)
    world.settle()
    world.mailer.lost = 1
    with pytest.raises(Killed):
        later(world, timedelta(hours=1))
    flood(world, 1, LEASE, 8)
    (key,) = [g.removeprefix("owed#") for g in world.index.groups if g.startswith("owed#")]
    send_notice({"template": "joined", "submission": world.numbers[0], "owed": key}, world.house)
    one, again = sent(world, "receipts")
    assert one["Message-ID"] == again["Message-ID"]
    assert words(one) == words(again)
    assert "材料8.docx" not in words(again)
    later(world, DAY)
    assert "材料8.docx" in words(sent(world, "receipts")[-1])


def test_more_mails_than_one_transaction_holds_are_several_joined_receipts():
    world = World()
    flood(world, 70, timedelta(seconds=1))
    later(world, timedelta(hours=1))
    told = [w for m in sent(world, "receipts") for w in [words(m)]]
    assert len(told) == 2
    assert all(sum(f"材料{n}.docx" in w for w in told) == 1 for n in range(6, 71))


def test_two_senders_at_once_take_different_places():
    world = World()
    flood(world, 4)
    world.receive(one_file(5))
    (asked,) = [m for q, m in world.queues.waiting if q == "notices"]
    other = world.receive(one_file(6), sender=PERSON, to=["b@unit.example"])
    assert other.value == "submission"
    second = [m for q, m in world.queues.waiting if q == "notices"][-1]
    world.ledger.races.append(lambda: send_notice(second, world.house))
    send_notice(asked, world.house)
    assert len(sent(world, "receipt")) == 5
    world.drain()
    later(world, timedelta(hours=1))
    assert len(sent(world, "receipt")) == 5
    assert len(sent(world, "receipts")) == 1


# --- outcomes and guidance


def changing(world: World, mails: int) -> None:
    """Mails that each change what the outcome says, each with its quiet time."""
    for number in range(mails):
        name = f"云计算服务标准化试点{number}"
        made = facts([page(f"国家标准化试点示范项目申报书\n项目名称：{name}\n申报单位：某某{number}公司")])
        world.receive({f"申报书{number}.docx": paper(made)}, after=timedelta(minutes=1))
        world.settle()


def test_repeated_outcomes_stop_at_five_a_day_and_the_unit_is_told():
    world = World()
    changing(world, 9)
    assert len(sent(world, "outcome")) == 1 + 5
    assert [d["template"] for d in noted(world, "capped")] == ["outcome"] * 3
    later(world, timedelta(hours=2))
    digests = sent(world, "hourly", "a@unit.example")
    assert "".join(words(d) for d in digests).count("材料核对情况") == 3
    assert world.numbers[0] in words(digests[0])


def test_the_last_word_goes_out_the_next_day_when_something_changes():
    world = World()
    changing(world, 9)
    later(world, DAY)
    world.receive(LACKING)
    world.settle()
    assert len(sent(world, "outcome")) == 7


def test_guidance_of_one_kind_is_given_once():
    world = World(call(answer_unmatched=True))
    for number in range(4):
        world.receive(subject=f"请问{number}", body="请问怎么办？", after=timedelta(hours=1))
        world.drain()
    assert len(sent(world, "guidance")) == 1
    assert len(noted(world, "capped")) == 3
    later(world, timedelta(hours=2))
    assert "报送方式说明" in words(sent(world, "hourly", "a@unit.example")[0])


def test_guidance_redelivered_the_next_week_is_not_sent_after_all():
    world = World(call(answer_unmatched=True))
    asked = []
    for number in range(2):
        world.receive(subject=f"请问{number}", body="请问怎么办？", after=timedelta(hours=1))
        asked += [m for q, m in world.queues.waiting if q == "notices"]
        world.drain()
    world.clock.move(timedelta(days=8))
    assert [send_notice(m, world.house) for m in asked] == [False, False]
    assert len(sent(world, "guidance")) == 1


# --- units


def senders(world: World, count: int) -> None:
    for number in range(count):
        world.receive(one_file(number), sender=f"p{number}@house{number}.example")
    world.settle()


def test_past_twenty_an_hour_a_units_notices_are_one_digest():
    world = World()
    senders(world, 26)
    box = "a@unit.example"
    assert len(sent(world, "notice", box)) == 20
    assert len(noted(world, "collapsed")) == 6
    later(world, timedelta(hours=1))
    (digest,) = sent(world, "hourly", box)
    told = [e.submission for e in world.ledger.all() if "collapsed" in e.data]
    assert all(number in words(digest) for number in told)
    assert "（6项）" in words(digest)
    assert len([n for n in world.numbers if n in words(digest)]) == 6
    later(world, timedelta(hours=1))
    assert len(sent(world, "hourly", box)) == 1


def test_a_collapsed_notice_is_not_sent_after_all():
    world = World()
    senders(world, 21)
    (entry,) = [e for e in world.ledger.all() if "collapsed" in e.data]
    world.clock.move(timedelta(hours=2))
    send_notice({"template": "outcome", "submission": entry.submission}, world.house)
    assert len(sent(world, "notice", "a@unit.example")) == 20


# --- the whole house


def test_past_the_hours_number_mail_waits_and_none_is_dropped():
    world = World(mails_per_hour=6)
    for number in range(10):
        world.receive(one_file(number), sender=f"p{number}@house{number}.example")
    world.drain()
    assert len(world.mailer.sent) == 6
    assert len(noted(world, "delayed")) == 4
    assert {d["until"] for d in noted(world, "delayed")} == {"2023-08-01T02:00:00+00:00"}
    later(world, timedelta(minutes=20))
    assert len(world.mailer.sent) == 6
    for _ in range(12):
        later(world, timedelta(hours=1))
    assert sum(n.startswith("receipt-") for n in world.notices()) == 10
    assert len(set(world.notices())) == len(world.notices())
    assert sum(n.startswith("notice-") for n in world.notices()) == 10
    assert any("推迟" in words(d) for d in sent(world, "hourly", "a@unit.example"))


def test_counts_of_past_hours_are_forgotten():
    world = World()
    flood(world, 2)
    assert len(world.index.groups["hour"]) == 2
    world.clock.move(timedelta(hours=1))
    due_notices(world.house)
    assert world.index.groups["hour"] == {}


# --- any interleaving

STEPS = st.lists(
    st.sampled_from([*["mail"] * 5, "again", "lost", "killed", "refused", "wait", "watch", "night", "drain"]),
    min_size=5,
    max_size=45,
)


class Storm:
    """One sender, a house whose process is killed now and then, messages that come again."""

    def __init__(self) -> None:
        self.world = World()
        self.mails = 0
        self.asked: list[dict[str, Any]] = []

    def do(self, what: str) -> None:
        world = self.world
        if what == "mail":
            self.mails += 1
            world.queues.waiting.append(("mails", {"key": world.put(one_file(self.mails))}))
        elif what == "again":
            world.queues.waiting.extend(("notices", m) for m in self.asked)
        elif what in {"lost", "refused"}:
            setattr(world.mailer, what, 1)
        elif what == "killed":
            world.index.broken = 1
        elif what == "wait":
            world.clock.move(LEASE)
        elif what == "night":
            world.clock.move(timedelta(hours=9))
        self.run(what)

    def run(self, what: str) -> None:
        """Let messages have their step; a message whose step failed comes back at the end."""
        if what in {"watch", "night"}:
            self._tried(lambda: watch_submissions(self.world.house))
        waiting = list(self.world.queues.waiting)
        self.world.queues.waiting.clear()
        steps = {
            "mails": lambda m: receive_mail(m["key"], self.world.house),
            "documents": self.world._read,
            "submissions": self.world._check,
            "notices": self.world._send,
        }
        for queue, message in waiting:
            if not self._tried(lambda q=queue, m=message: steps[q](m)):
                self.world.queues.waiting.append((queue, message))
            if queue == "notices" and message not in self.asked:
                self.asked.append(message)

    def _tried(self, do: Any) -> bool:
        try:
            do()
        except (Killed, TryAgain):
            return False
        return True

    def end(self) -> None:
        """All troubles are over, and a day passes."""
        self.world.mailer.lost = self.world.mailer.refused = self.world.index.broken = 0
        for _ in range(12):
            self.world.clock.move(LEASE)
            self.run("drain")
        for _ in range(4):
            self.run("night")
            self.world.clock.move(timedelta(hours=9))
            for _ in range(4):
                self.world.clock.move(LEASE)
                self.run("drain")

    def given_up(self) -> bool:
        """Whether a notice was begun twice and nobody knows its end: then a person has to look."""
        entries = self.world.ledger.all()
        sent_ = {e.data["notice"] for e in entries if e.kind is EntryKind.SENT}
        begun = Counter(e.data["notice"] for e in entries if e.kind is EntryKind.SENDING)
        refused = Counter(e.data["notice"] for e in entries if "refused" in e.data)
        return any(begun[n] - refused[n] >= 2 and n not in sent_ for n in begun)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_never_more_than_the_allowance_and_never_a_receipt_lost(steps: list[str]):
    storm = Storm()
    for step in steps:
        storm.do(step)
    storm.end()
    world = storm.world
    begun = [e for e in world.ledger.all() if e.kind is EntryKind.SENDING]
    alone = {e.data["notice"]: e.at for e in begun if e.data["notice"].startswith("receipt-")}
    slots = [s for e in begun for s in {*e.data.get("slots", ())} if "#receipt#" in s]
    assert len(set(slots)) == len(alone)
    for day in {s.split("#")[2] for s in slots}:
        assert len({s for s in slots if day in s}) <= 5
    once = {m["X-Shoufa-Notice"]: words(m) for m in (*sent(world, "receipt"), *sent(world, "receipts"))}
    named = [sum(f"材料{n}.docx" in text for text in once.values()) for n in range(1, storm.mails + 1)]
    given_up = storm.given_up()
    assert all(times <= 1 for times in named)
    assert all(times == 1 for times in named) or given_up
    assert world.proven()
