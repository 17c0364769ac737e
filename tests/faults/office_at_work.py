"""The whole stack on fakes, driven as Lambda and SQS drive it: what is durable, and processes that come and go.

`Durable` is all that outlives a process. Each call of a handler is a process of its own, built anew from `Durable`
through `wiring`, its ports wrapped by `Outside`.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import quote_plus

from fakes import FakeClock, FakeIndex, FakeLedger, FakeMailer, FakeObjects, FakeReaders
from faults.port_faults import Dead, Outside
from faults.sqs_model import Message, Sqs, SqsPort
from faults.stack_plan import Plan, Source, load_handler, read_plan
from shoufa import wiring
from shoufa.domain.moments import stamp

CONTEXT = SimpleNamespace(
    function_name="f",
    memory_limit_in_mb=1,
    invoked_function_arn="arn",
    aws_request_id="r",
    get_remaining_time_in_millis=lambda: 60_000,
)
TYPED_AGAIN = timedelta(minutes=1)
LONG = timedelta(days=2)
QUIET = {
    "POWERTOOLS_SERVICE_NAME": "test",
    "POWERTOOLS_TRACE_DISABLED": "1",
    "POWERTOOLS_METRICS_DISABLED": "1",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
}


@contextmanager
def office(folder: Path, values: Mapping[str, Sequence[Any]], **more: str) -> Iterator[None]:
    """The environment of an office whose definitions are `values` (folder name to models)."""
    for name, models in values.items():
        (folder / name).mkdir()
        for model in models:
            text = json.dumps(model.model_dump(mode="json"), ensure_ascii=False)
            (folder / name / f"{model.id}.yaml").write_text(text, "utf-8")
    before = dict(os.environ)
    os.environ.update({**QUIET, "CALLS_DIR": str(folder), "SENDER_ADDRESS": "shoufa@unit.example", **more})
    wiring.reset()
    try:
        yield
    finally:
        wiring.reset()
        os.environ.clear()
        os.environ.update(before)


class Typed(NamedTuple):
    """A command (the path of a function) that a person types at a moment, and again until it is done."""

    at: datetime
    command: str
    what: dict[str, Any]


class Durable:
    """Objects, table, queues, and the world that mails were sent to; and the time."""

    def __init__(self, plan: Plan, now: datetime) -> None:
        self.clock = FakeClock(now)
        self.objects, self.ledger, self.index = FakeObjects(), FakeLedger(), FakeIndex()
        self.mailer, self.sqs = FakeMailer(), Sqs(plan)
        self.tick: datetime | None = None
        """When the schedules must be fired again, because one failed."""
        self.typed: Typed | None = None
        """What a person has yet to type."""

    def copy(self) -> "Durable":
        """The same state, apart."""
        made = Durable(self.sqs.plan, self.clock.time)
        made.objects.data, made.objects.retained = dict(self.objects.data), dict(self.objects.retained)
        made.ledger._heads, made.ledger.claims = dict(self.ledger._heads), dict(self.ledger.claims)
        made.ledger._chains = {s: list(texts) for s, texts in self.ledger._chains.items()}
        made.index.groups = {g: {k: dict(v) for k, v in i.items()} for g, i in self.index.groups.items()}
        made.mailer.sent = list(self.mailer.sent)
        made.sqs, made.tick, made.typed = self.sqs.copy(), self.tick, self.typed
        return made

    def fingerprint(self) -> int:
        """The same for the same state: what comes of it is the same then."""
        index = {
            (group, frozenset((key, tuple(sorted(value.items()))) for key, value in items.items()))
            for group, items in self.index.groups.items()
            if items
        }
        ledger, sqs = self.ledger, self.sqs
        chains = frozenset((name, tuple(texts)) for name, texts in ledger._chains.items())
        kept = (frozenset(self.objects.data.items()), frozenset(self.objects.retained.items()))
        table = (chains, frozenset(ledger._heads.items()), frozenset(ledger.claims.items()))
        queued = (tuple(sqs.waiting), tuple(sqs.dead), sqs.count, frozenset(sqs._known.items()))
        waits = (self.clock.time, self.tick, self.typed.at if self.typed else None)
        return hash((kept, table, frozenset(index), queued, waits, tuple(self.mailer.sent)))

    def store(self, key: str, data: bytes) -> None:
        """What a door does: an object, and the bucket's notification of it."""
        assert self.objects.put(key, data), key
        for prefix, queue in self.sqs.plan.notified:
            if key.startswith(prefix):
                described = {"object": {"key": quote_plus(key, safe="/")}}
                told = {"Records": [{"eventTime": stamp(self.clock.now()), "s3": described}]}
                self.sqs.send(queue, told, self.clock.now())


class AtWork:
    """Runs what waits, one process after another, as time goes on."""

    def __init__(self, durable: Durable, outside: Outside | None = None) -> None:
        self.durable = durable
        self.outside = outside or Outside(durable.clock)
        self.outside.clock = durable.clock
        self.plan = durable.sqs.plan
        self.did: Counter[str] = Counter()
        """How much the scheduled functions say that each of their tasks did."""

    def run(self, until: datetime, before_each: Any = lambda: None) -> None:
        """Everything that happens up to a moment; at its end the schedules are fired once more.

        After a long time they are fired some hours before it, too: what they did then they count at the end.
        """
        if until - self.durable.clock.now() > LONG:
            self._run(until - LONG / 2, before_each)
        self._run(until, before_each)

    def _run(self, until: datetime, before_each: Any) -> None:
        while True:
            if self._type(before_each) or self.deliver_one(before_each):
                continue
            moment = self._next_moment()
            if moment is None or moment > until:
                break
            self.durable.clock.time = max(moment, self.durable.clock.time)
            if self._is_due():
                self._tick(before_each)
        if self.durable.clock.time < until:
            self.durable.clock.time = until
            self._tick(before_each)
        while self._type(before_each) or self.deliver_one(before_each) or self._again(before_each):
            pass

    def _again(self, before_each: Any) -> bool:
        """Go on to what was set off at the end: messages still hidden, schedules that failed."""
        times = [self.durable.tick, self._to_type(), self.durable.sqs.next_visible(self.durable.clock.now())]
        moment = min((t for t in times if t is not None), default=None)
        if moment is None:
            return False
        self.durable.clock.time = max(moment, self.durable.clock.time)
        if self.durable.tick is not None and self.durable.tick <= self.durable.clock.now():
            self._tick(before_each)
        return True

    def _tick(self, before_each: Any) -> None:
        """Fire the schedules; that they are to be fired is written down first."""
        self.durable.tick = self.durable.clock.now()
        before_each()
        self.fire()

    def _to_type(self) -> datetime | None:
        return self.durable.typed.at if self.durable.typed else None

    def _type(self, before_each: Any) -> bool:
        """Type what is to be typed now; a command that failed is typed again."""
        typed, now = self.durable.typed, self.durable.clock.now()
        if typed is None or typed.at > now:
            return False
        before_each()
        done = self.process(typed.command, typed.what) is not None
        self.durable.typed = None if done else typed._replace(at=self.durable.clock.now() + TYPED_AGAIN)
        return True

    def deliver_one(self, before_each: Any = lambda: None) -> bool:
        """One batch of the first queue that has any; False if none has."""
        for source in self.plan.sources:
            ready = self.durable.sqs.ready(source.queue, self.durable.clock.now())
            if ready:
                before_each()
                self.deliver(source, ready[: source.batch])
                return True
        return False

    def deliver(self, source: Source, messages: Sequence[Message]) -> None:
        """Hand messages to a function in a new process, and delete what it did."""
        now = self.durable.clock.now()
        taken = [m for one in messages if (m := self.durable.sqs.receive(one, now)) is not None]
        if not taken:
            return
        answer = self.process(source.handler, event(source, taken))
        if answer is None:
            return
        failed = {f["itemIdentifier"] for f in answer["batchItemFailures"]}
        for message in taken:
            if message.id not in failed:
                self.durable.sqs.delete(message.id)

    def fire(self) -> None:
        """Call the scheduled functions; one that was disturbed, or failed, is called again at its next time.

        It is in truth called every so often; what these calls would do is done at the moments looked for here.
        """
        self.durable.tick = None
        for schedule in self.plan.schedules:
            before = len(self.outside.hits)
            answer = self.process(schedule.handler, {})
            self.did.update(answer or {})
            if answer is None or len(self.outside.hits) > before:
                self.durable.tick = self.durable.clock.now() + schedule.every

    def process(self, handler: str, what: dict[str, Any]) -> Any:
        """A process from its start to its end; None where it ended otherwise than by returning."""
        self.outside.new_process()
        self.connect()
        with suppress(Dead, Exception):  # Lambda reports either, and goes on
            return load_handler(handler)(what, CONTEXT)
        return None

    def connect(self) -> None:
        """New ports over what is durable, each wrapped."""
        durable = self.durable
        ports = {
            "objects": durable.objects,
            "ledger": durable.ledger,
            "index": durable.index,
            "queues": SqsPort(durable.sqs, durable.clock),
            "mailer": durable.mailer,
            "readers": FakeReaders(),
        }
        wrapped: Any = {name: self.outside.wrap(name, port) for name, port in ports.items()}
        wiring.use(clock=durable.clock, **wrapped)

    def _next_moment(self) -> datetime | None:
        shown = self.durable.sqs.next_visible(self.durable.clock.now())
        times = [shown, self.durable.tick, self._to_type(), *self._timers()]
        return min((t for t in times if t is not None), default=None)

    def _timers(self) -> Iterator[datetime]:
        """Look-ups that bear a time to come: what the schedules wait for."""
        now = self.durable.clock.now()
        for items in self.durable.index.groups.values():
            for key in items:
                at = _time_in(key)
                if at is not None and at > now:
                    yield at

    def _is_due(self) -> bool:
        now = self.durable.clock.now()
        if self.durable.tick is not None and self.durable.tick <= now:
            return True
        return any(_time_in(k) == now for items in self.durable.index.groups.values() for k in items)


def _time_in(key: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(key.partition("#")[0])
    except ValueError:
        return None
    return found if found.tzinfo else None


def event(source: Source, messages: Sequence[Message]) -> dict[str, Any]:
    """The event that Lambda makes of a batch."""
    return {
        "Records": [
            {
                "messageId": m.id,
                "receiptHandle": m.id,
                "body": m.body,
                "attributes": {"MessageGroupId": m.group or "g", "ApproximateReceiveCount": str(m.received)},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:us-east-1:123456789012:{source.queue}",
                "awsRegion": "us-east-1",
            }
            for m in messages
        ]
    }


def start(now: datetime) -> AtWork:
    """An empty office at work."""
    return AtWork(Durable(read_plan(), now))
