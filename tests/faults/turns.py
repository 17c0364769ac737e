"""Several workers at once, and whoever drives them says whose turn it is: a worker stops before each port call.

Threads hold the workers' places, but only one of them ever runs, so a run is the same each time it is driven the same.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from faults.office_at_work import CONTEXT, AtWork, event
from faults.port_faults import Dead, Outside
from faults.sqs_model import Message
from faults.stack_plan import Schedule, Source, load_handler


class Worker:
    """One process in the middle of its work."""

    def __init__(
        self, handler: str, what: dict[str, Any], ended: Callable[[Any], None], until: datetime
    ) -> None:
        self._go, self._stopped = threading.Semaphore(0), threading.Semaphore(0)
        self._killed = self.done = False
        self.in_doubt = False
        """It handed a mail over, and did not record that yet."""
        self._work = (handler, what, ended)
        self.until = until
        """When the platform ends it."""
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def step(self, calls: int = 1) -> None:
        """Make the next port calls, or come to the end."""
        for _ in range(calls):
            if self.done:
                return
            self._go.release()
            assert self._stopped.acquire(timeout=60), "a worker hangs"

    def kill(self) -> None:
        """End the process before its next call."""
        self._killed = True
        self.step()
        while not self.done:
            self.step()

    def pause(self) -> None:
        """Called in the worker, before a port call: let others have their turn."""
        if not self._killed:
            self._stopped.release()
            self._go.acquire()
        if self._killed:
            raise Dead

    def _run(self) -> None:
        self._go.acquire()
        handler, what, ended = self._work
        with suppress(Dead, Exception):  # the message comes back
            ended(load_handler(handler)(what, CONTEXT))
        self.done = True
        self._stopped.release()


class Crew(AtWork):
    """Workers over one durable state."""

    def __init__(self, work: AtWork) -> None:
        super().__init__(work.durable, _Shared(work.durable.clock, self))
        self.workers: list[Worker] = []
        self.connect()

    def begin(self, source: Source, messages: Sequence[Message]) -> None:
        """A worker receives messages and stops before its first call."""
        now = self.durable.clock.now()
        taken = [m for one in messages if (m := self.durable.sqs.receive(one, now)) is not None]
        if taken:
            self.workers.append(
                Worker(
                    source.handler,
                    event(source, taken),
                    lambda a: self._settle(taken, a),
                    now + source.timeout,
                )
            )

    def begin_schedule(self, schedule: Schedule) -> None:
        """A scheduled function begins."""
        until = self.durable.clock.now() + schedule.timeout
        self.workers.append(Worker(schedule.handler, {}, lambda _: None, until))

    def forget_ended(self) -> None:
        """Drop the workers that are done."""
        self.workers = [w for w in self.workers if not w.done]

    def end_all(self) -> None:
        """Let everybody finish, one call each in turn."""
        while self.workers:
            for worker in self.workers:
                worker.step()
            self.forget_ended()

    def mine(self) -> Worker | None:
        """The worker that asks."""
        here = threading.current_thread()
        return next((w for w in self.workers if w.thread is here), None)

    def _settle(self, taken: Sequence[Message], answer: Any) -> None:
        failed = {f["itemIdentifier"] for f in answer["batchItemFailures"]}
        for message in taken:
            if message.id not in failed:
                self.durable.sqs.delete(message.id)


class _Shared(Outside):
    """Ports of all workers: each call waits for its worker's turn."""

    def __init__(self, clock: Any, crew: Crew) -> None:
        super().__init__(clock)
        self._crew = crew

    def call(self, name: str, act: Callable[[], Any]) -> Any:
        worker = self._crew.mine()
        if worker is None:
            return act()
        worker.pause()
        answer = act()
        recorded = name == "ledger.append" and answer
        worker.in_doubt = name == "mailer.send" or (worker.in_doubt and not recorded)
        return answer
