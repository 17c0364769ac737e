"""SQS as far as redelivery goes: visibility, receive counts, dead letters, FIFO groups and deduplication.

Sources: SQS developer guide, "visibility timeout", "FIFO delivery logic", "exactly-once processing". Time is the
harness's own; nothing here waits.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from faults.stack_plan import Plan

DEDUPLICATED = timedelta(minutes=5)


@dataclass(frozen=True)
class Message:
    """One message of one queue; hidden until `visible`."""

    id: str
    queue: str
    body: str
    group: str
    visible: datetime
    received: int = 0


class Sqs:
    """All queues of a plan. `waiting` is in order of sending."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.waiting: list[Message] = []
        self.dead: list[Message] = []
        self.count = 0
        self._known: dict[tuple[str, str], datetime] = {}

    def copy(self) -> "Sqs":
        """Another one in the same state."""
        made = Sqs(self.plan)
        made.waiting, made.dead, made.count = list(self.waiting), list(self.dead), self.count
        made._known = dict(self._known)
        return made

    def send(self, queue: str, message: Mapping[str, Any], now: datetime, group: str = "") -> None:
        """Take a message; in a FIFO queue the same one within five minutes is one."""
        body = json.dumps(dict(message), ensure_ascii=False, sort_keys=True)
        if self.plan.queues[queue].fifo:
            assert group, "a FIFO queue needs a group"
            before = self._known.get((queue, body))
            if before is not None and now - before < DEDUPLICATED:
                return
            self._known[queue, body] = now
        self.count += 1
        self.waiting.append(Message(f"m{self.count}", queue, body, group, now))

    def ready(self, queue: str, now: datetime) -> list[Message]:
        """What may be received now: visible, and in a FIFO queue no earlier one of its group in flight."""
        fifo = self.plan.queues[queue].fifo
        found: list[Message] = []
        held: set[str] = set()
        for message in self.waiting:
            if message.queue != queue:
                continue
            if message.visible > now:
                held.add(message.group)
            elif not (fifo and message.group in held):
                found.append(message)
        return found

    def receive(self, message: Message, now: datetime) -> Message | None:
        """Hide a message for its queue's visibility timeout; None where it was given up instead."""
        queue = self.plan.queues[message.queue]
        at = self.waiting.index(message)
        if queue.most is not None and message.received >= queue.most:
            self.dead.append(self.waiting.pop(at))
            return None
        taken = replace(message, received=message.received + 1, visible=now + queue.visibility)
        self.waiting[at] = taken
        return taken

    def delete(self, id_: str) -> None:
        """What was done is gone."""
        self.waiting = [m for m in self.waiting if m.id != id_]

    def show(self, message: Message, now: datetime) -> None:
        """Deliver a message again at once, as SQS may at any time."""
        self.waiting = [replace(m, visible=now) if m.id == message.id else m for m in self.waiting]

    def next_visible(self, now: datetime) -> datetime | None:
        """When the next hidden message shows, None if none is hidden."""
        return min((m.visible for m in self.waiting if m.visible > now), default=None)


class SqsPort:
    """`ports.Queues` over them."""

    def __init__(self, sqs: Sqs, clock: Any) -> None:
        self._sqs, self._clock = sqs, clock

    def send(self, queue: str, message: Mapping[str, Any], group: str = "") -> None:
        self._sqs.send(self._sqs.plan.ports[queue], message, self._clock.now(), group)
