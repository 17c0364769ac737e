"""Takes messages from the queues and hands them to the functions, as Lambda's event-source mappings do.

Read from the expanded template, never made in an emulator (moto's own mappings swallow messages). A function
whose worker count is one is called to its end before anything else; the others run beside, so a receipt goes
out while documents are still being read. Polling and settling happen in the caller's thread only.

As on AWS: an exception fails the whole batch; with ReportBatchItemFailures the named messages fail, a
malformed answer fails all; what failed comes back until its receive count sends it to the dead-letter queue.
Unlike AWS, it comes back after `retry_after` seconds (0: at once) unless `real_time` is asked for, and a
function's time limit is told, not enforced.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, NamedTuple

from local.builders import known
from local.invocation import Function, HandlerError, call, handler_error
from local.resolver import TemplateError
from local.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

_MAPPING = ("BatchSize", "EventSourceArn", "FunctionName", "FunctionResponseTypes")
_PAUSE = 0.05  # seconds between rounds while there is only waiting to do


def _nothing(_: int) -> None:
    """Nobody wants to know."""


class Pace(NamedTuple):
    """How calls are paced: calls at a time by function's logical id (default one), and how failures wait.

    `real_time`: a failed message comes back after its visibility timeout, else after `retry_after` seconds.
    `beside`: scheduled functions that nobody waits for; none of them is called while its last call runs.
    `came_back` is told how many messages failed and are shown again (where a clock stands still: to move it).
    """

    workers: Mapping[str, int] = {"ReadDocumentFunction": 2}
    real_time: bool = False
    retry_after: int = 0
    beside: frozenset[str] = frozenset()
    came_back: Callable[[int], None] = _nothing


class Source(NamedTuple):
    """An event-source mapping: its queue, the function it feeds, and how."""

    queue: str
    url: str
    arn: str
    function: Function
    batch_size: int
    reports_items: bool
    workers: int


class Running(NamedTuple):
    """A call that was started, with the messages it was given."""

    source: Source
    messages: list[MessageTypeDef]
    result: Future[Any]


def read_sources(stack: Stack, functions: Mapping[str, Function], workers: Mapping[str, int]) -> list[Source]:
    """Read the stack's event-source mappings; TemplateError on a property that is not known here."""
    sources = []
    for name, resource in stack.active("AWS::Lambda::EventSourceMapping"):
        properties = resource["Properties"]
        known(properties, _MAPPING, f"mapping {name}")
        queue, function = properties["EventSourceArn"]["Fn::GetAtt"][0], properties["FunctionName"]["Ref"]
        batch_size = int(properties.get("BatchSize", 10))
        if batch_size > 10:
            raise TemplateError(f"mapping {name}: batches of more than 10 are not known here")
        reports = "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", [])
        url, arn = stack.ref(queue), stack.attribute(queue, "Arn")
        source = Source(queue, url, arn, functions[function], batch_size, reports, workers.get(function, 1))
        sources.append(source)
    return sources


def sqs_event(source: Source, messages: list[MessageTypeDef], region: str) -> dict[str, Any]:
    """Write the event that Lambda sends for a batch; all attributes are texts."""
    return {"Records": [_record(source, message, region) for message in messages]}


def _record(source: Source, message: MessageTypeDef, region: str) -> dict[str, Any]:
    """Write one record of the event."""
    attributes = message.get("MessageAttributes", {})
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {key: str(value) for key, value in message.get("Attributes", {}).items()},
        "messageAttributes": {
            key: {"stringValue": value.get("StringValue"), "dataType": value["DataType"]}
            for key, value in attributes.items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": source.arn,
        "awsRegion": region,
    }


def failed_items(answer: Any, ids: list[str]) -> set[str]:
    """Return the ids that a handler's answer calls failed; all if the answer is malformed, as Lambda does."""
    if not answer:
        return set()
    if not isinstance(answer, dict) or not isinstance(answer.get("batchItemFailures") or [], list):
        return set(ids)
    failures = answer.get("batchItemFailures") or []
    named = {failure.get("itemIdentifier") if isinstance(failure, dict) else None for failure in failures}
    return {id_ for id_ in ids if id_ in named or not named <= set(ids)}


def broken_order(messages: list[MessageTypeDef], failed: set[str]) -> list[str]:
    """Return ids called done after a failure in their group: there a FIFO handler must stop."""
    halted: set[str] = set()
    broken = []
    for message in messages:
        group = message["Attributes"].get("MessageGroupId")
        if message["MessageId"] in failed:
            halted |= {group} if group else set()
        elif group in halted:
            broken.append(message["MessageId"])
    return broken


class Dispatcher:
    """Moves messages from queues to functions until told to stop."""

    def __init__(
        self,
        sqs: SQSClient,
        sources: list[Source],
        errors: list[HandlerError],
        may_hold: Callable[[str], bool],
        pace: Pace,
    ) -> None:
        """Serve `sources`; what leaves a handler is added to `errors`.

        A queue is only asked for messages if `may_hold` (of its address) does not know it to be empty.
        """
        self._sqs = sqs
        self._sources = sources
        self._errors = errors
        self._may_hold = may_hold
        self._pace = pace
        self._running: list[Running] = []
        threads = 1 + sum(source.workers for source in sources) + len(pace.beside)
        self.pool = ThreadPoolExecutor(max_workers=threads)

    def drain(self) -> None:
        """Work until every queue is empty and every call has ended."""
        while True:
            if self.round():
                continue
            if self._running:
                wait([running.result for running in self._running], _PAUSE, FIRST_COMPLETED)
            elif self._pace.real_time and self._held_back():
                time.sleep(_PAUSE)
            else:
                return

    def round(self) -> int:
        """Settle the calls that ended, then take from each queue once; returns how many messages moved."""
        moved = self._settle_ended()
        for source in self._sources:
            if source.workers == 1:
                moved += self._take_to_the_end(source)
            else:
                moved += self._take_beside(source)
        return moved

    def stop(self) -> None:
        """Wait for the calls that are running, settle them, and take no more."""
        wait([running.result for running in self._running])
        self._settle_ended()
        self.pool.shutdown()

    def _take_to_the_end(self, source: Source) -> int:
        """Call a function with one batch and wait for it."""
        running = self._start(source)
        if running is None:
            return 0
        wait([running.result])
        self._settle(running)
        return len(running.messages)

    def _take_beside(self, source: Source) -> int:
        """Start as many calls as the source has workers free."""
        moved = 0
        while sum(running.source is source for running in self._running) < source.workers:
            running = self._start(source)
            if running is None:
                break
            self._running.append(running)
            moved += len(running.messages)
        return moved

    def _start(self, source: Source) -> Running | None:
        """Receive one batch and start its call; None if the queue has nothing to give."""
        if not self._may_hold(source.url):
            return None
        messages = self._sqs.receive_message(
            QueueUrl=source.url,
            MaxNumberOfMessages=source.batch_size,
            WaitTimeSeconds=0,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        if not messages:
            return None
        event = sqs_event(source, messages, self._sqs.meta.region_name)
        return Running(source, messages, call(self.pool, source.function, event))

    def _settle_ended(self) -> int:
        """Settle the calls that ended since the last look; returns how many there were."""
        ended = [running for running in self._running if running.result.done()]
        self._running = [running for running in self._running if running not in ended]
        for running in ended:
            self._settle(running)
        return len(ended)

    def _settle(self, running: Running) -> None:
        """Delete what succeeded; let what failed come back."""
        failed = self._failed(running)
        entries: list[Any] = [
            {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
            for number, message in enumerate(running.messages)
        ]
        done = [e for e, m in zip(entries, running.messages, strict=True) if m["MessageId"] not in failed]
        wait_out = {"VisibilityTimeout": self._pace.retry_after}
        back: list[Any] = [{**e, **wait_out} for e in entries if e not in done]
        if done:
            self._sqs.delete_message_batch(QueueUrl=running.source.url, Entries=done)
        if back and not self._pace.real_time:
            self._sqs.change_message_visibility_batch(QueueUrl=running.source.url, Entries=back)
        if back:
            self._pace.came_back(len(back))

    def _failed(self, running: Running) -> set[str]:
        """Return the ids of the messages that a call failed, and note what went wrong."""
        ids = [message["MessageId"] for message in running.messages]
        name = running.source.function.name
        error = running.result.exception()
        if error is not None:
            self._errors.append(handler_error(name, error))
            return set(ids)
        failed = failed_items(running.result.result(), ids) if running.source.reports_items else set()
        if broken_order(running.messages, failed):
            self._errors.append(HandlerError(name, "went on after a failure in the same message group", ""))
        return failed

    def _held_back(self) -> bool:
        """Say whether any queue holds messages that will show only later, or that came back just now."""
        names: Any = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
        for source in self._sources:
            counts = self._sqs.get_queue_attributes(QueueUrl=source.url, AttributeNames=names)["Attributes"]
            if any(int(counts.get(name, "0")) for name in names):
                return True
        return False
