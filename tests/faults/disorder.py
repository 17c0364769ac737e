"""An office whose senders, queues and workers do as they please, and what must come of it all the same.

What an order may change (contracts §3): which of a case's mails opens the submission (so its number, and `submission`
or `follow-up` as the mails' dispositions), and which of two copies of one message is the duplicate. It changes
nothing else: the same mails lie in one submission, with the same documents, projects and findings, every mail has
one fate, and everyone owed a receipt gets it (twice only where a worker died between a mail's going and its record).
"""

import functools
import random
from collections import Counter
from datetime import timedelta
from typing import Any

from faults.office_at_work import AtWork, Durable
from faults.same_end import copies, proof_faults
from faults.sqs_model import Message
from faults.stack_plan import Source, read_plan
from faults.turns import Crew, Worker
from shoufa.domain.ledger import digest
from shoufa.domain.mail import Envelope
from shoufa.steps.fate import FILED, Fate
from shoufa.steps.files import MAIL_PREFIX, dump, envelope_key, load_verdict
from unit.judging.build import BRIDGE, BUILD, LATIN, START, application, facts, letter, page, summary
from unit.steps.world import World, paper, papers

PACKAGE = papers({"公文.pdf": letter(), "申报书.docx": application()})
NEXT = {"补充说明.docx": paper(facts([page("补充说明")]))}
THIRD = papers({"申报书二.docx": application(BRIDGE, BUILD)})
FOURTH = papers(
    {
        "公文二.pdf": letter(number="鄂市监函〔2023〕13号"),
        "汇总表.xlsx": summary(((LATIN, "某公司", "试点"),)),
    }
)
MAILS: dict[str, tuple[str, dict[str, str], dict[str, Any]]] = {
    "package": ("package", PACKAGE, {"message_id": "<1@hubei.example>"}),
    "copy": ("package", PACKAGE, {"message_id": "<1@hubei.example>", "headers": {"received": ["again"]}}),
    "next": ("next", NEXT, {"message_id": "<2@hubei.example>"}),
    "third": ("third", THIRD, {"message_id": "<3@hubei.example>"}),
    "colleague": ("colleague", FOURTH, {"message_id": "<4@b.example>", "sender": "li@other.example"}),
    "robot": ("robot", {}, {"message_id": "<5@b.example>", "headers": {"auto-submitted": ["auto-replied"]}}),
}
"""By object: which mail it is (two copies are one), its files, its words."""


def objects_of(name: str) -> list[tuple[str, bytes]]:
    """A mail with its sidecar; received in the order above, a minute apart, whenever it lands."""
    label, files, said = MAILS[name]
    at = START + timedelta(minutes=list(MAILS).index(label))
    key = f"{MAIL_PREFIX}smtp/{name}.eml"
    raw = World().written(files, at, **said)
    return [(envelope_key(key), dump(Envelope(received_at=at, door="smtp"))), (key, raw)]


STORED = {name: objects_of(name) for name in MAILS}
LABELS = {digest(stored[1][1]): MAILS[name][0] for name, stored in STORED.items()}


def outcome(durable: Durable, landed: list[str]) -> dict[str, Any]:
    """What must be the same in whatever order things happened."""
    roots = {}
    for submission in durable.ledger._chains:
        head = durable.ledger.head(submission)
        if head is None or "call" not in head.state or head.state.get("into"):
            continue
        verdict = load_verdict(durable.objects, submission, head.state["verdict"])
        assert verdict is not None
        assert head.state["told"] == head.state["verdict"], "a verdict was never told"
        mails = tuple(sorted(LABELS[m] for m in head.state["mails"]))
        roots[mails, head.state["unit"]] = (
            sorted(
                (f.code.value, f.severity.value, f.project or "", f.document or "") for f in verdict.findings
            ),
            sorted((d.name, d.kind.value, d.superseded) for d in verdict.documents),
            sorted((p.name, p.applicant, p.track or "") for p in verdict.projects),
            head.state["status"],
        )
    fates = Counter()
    for name in landed:
        text = durable.ledger.claims.get(f"object:{STORED[name][1][0]}")
        assert text, f"{name} has no fate"
        disposition = Fate.parse(text).disposition
        fates[MAILS[name][0], "filed" if disposition in FILED else disposition.value] += 1
    return {"submissions": roots, "fates": fates}


def receipts(durable: Durable) -> Counter[str]:
    """Receipts by mail."""
    short = {d[:12]: label for d, label in LABELS.items()}
    found: Counter[str] = Counter()
    for notice, times in copies(durable).items():
        if notice.startswith("receipt-"):
            found[short[notice.rpartition("-")[2]]] += times
    return found


@functools.cache
def _in_order(landed: tuple[str, ...]) -> dict[str, Any]:
    work = AtWork(Durable(read_plan(), START + timedelta(minutes=len(MAILS))))
    for name in landed:
        for key, data in STORED[name]:
            work.durable.store(key, data)
        work.run(work.durable.clock.now() + timedelta(seconds=30))
    work.run(work.durable.clock.now() + timedelta(hours=8))
    return outcome(work.durable, list(landed))


def in_order(landed: list[str]) -> dict[str, Any]:
    """The outcome of the same mails, each worked off before the next one."""
    return _in_order(tuple(n for n in MAILS if n in landed))


class Disorder:
    """One run: whoever drives it chooses what happens next."""

    MOST_WORKERS, MOST_KILLS, MOST_RECEIVED = 3, 3, 4

    def __init__(self) -> None:
        self.durable = Durable(read_plan(), START + timedelta(minutes=len(MAILS)))
        self.crew = Crew(AtWork(self.durable))
        self.landed: list[str] = []
        self.kills = self.doubts = 0

    def out(self) -> list[str]:
        """Mails that have not landed yet."""
        return [n for n in MAILS if n not in self.landed]

    def land(self, name: str) -> None:
        for key, raw in STORED[name]:
            self.durable.store(key, raw)
        self.landed.append(name)

    def ready(self) -> list[tuple[Source, Message]]:
        """What a free worker may take."""
        now, sqs = self.durable.clock.now(), self.durable.sqs
        if len(self.crew.workers) >= self.MOST_WORKERS:
            return []
        return [(s, m) for s in self.crew.plan.sources for m in sqs.ready(s.queue, now)]

    def take(self, source: Source, message: Message) -> None:
        self.crew.begin(source, [message])

    def go(self, worker: Worker, calls: int) -> None:
        worker.step(calls)
        self.crew.forget_ended()

    def kill(self, worker: Worker) -> None:
        self._end(worker)
        self.kills += 1

    def _end(self, worker: Worker) -> None:
        """A worker dies; where nobody knows whether its mail went out, that mail may be repeated."""
        self.doubts += worker.in_doubt
        worker.kill()
        self.crew.forget_ended()

    def hidden(self) -> list[Message]:
        """What was received and may come again, whether its worker still works or not."""
        now = self.durable.clock.now()
        return [m for m in self.durable.sqs.waiting if m.visible > now and m.received < self.MOST_RECEIVED]

    def again(self, message: Message) -> None:
        self.durable.sqs.show(message, self.durable.clock.now())

    def wait(self, minutes: int) -> None:
        """Time goes on; the platform ends whoever works for longer than the template lets it."""
        self.durable.clock.move(timedelta(minutes=minutes))
        for worker in [w for w in self.crew.workers if w.until < self.durable.clock.now()]:
            self._end(worker)
        if len(self.crew.workers) < self.MOST_WORKERS:
            for schedule in self.crew.plan.schedules:
                self.crew.begin_schedule(schedule)

    def close(self) -> None:
        """Let everything come to rest, and hold it against the same mails worked off in order."""
        self.crew.end_all()
        AtWork(self.durable).run(self.durable.clock.now() + timedelta(hours=8))
        assert not self.durable.sqs.waiting
        assert not self.durable.sqs.dead
        assert proof_faults(self.durable) == []
        wanted, found = in_order(self.landed), outcome(self.durable, self.landed)
        assert found == wanted
        sent = receipts(self.durable)
        owed = {MAILS[n][0] for n in self.landed} - {"robot"}
        assert set(sent) == owed
        assert max(sent.values(), default=1) <= 2
        assert sum(sent.values()) <= len(owed) + self.doubts


def drive(dice: random.Random) -> Disorder:
    """One run as the dice say."""
    made = Disorder()
    for _ in range(dice.randint(30, 150)):
        act = dice.choices(("land", "take", "go", "kill", "again", "wait"), (4, 8, 16, 1, 2, 1))[0]
        if act == "land" and made.out():
            made.land(dice.choice(made.out()))
        elif act == "take" and (ready := made.ready()):
            made.take(*dice.choice(ready))
        elif act == "go" and made.crew.workers:
            made.go(dice.choice(made.crew.workers), dice.randint(1, 25))
        elif act == "kill" and made.crew.workers and made.kills < made.MOST_KILLS:
            made.kill(dice.choice(made.crew.workers))
        elif act == "again" and (hidden := made.hidden()):
            made.again(dice.choice(hidden))
        elif act == "wait":
            made.wait(dice.choice((1, 4, 11)))
    return made
