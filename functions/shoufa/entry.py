"""The border between Lambda and the steps: SQS records in, batch verdicts out; the only broad `except`.

Unreadable: the sender's fault, recorded by the step, acknowledged. TryAgain: the world's fault,
redelivered. Anything else is a bug: redelivered, then in the dead-letter queue with its alarm. Logs carry
ids and codes only.
"""

import json
import traceback
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, SqsFifoPartialProcessor

from shoufa.domain.errors import MailboxClosed, TryAgain, Unreadable
from shoufa.observability import serialise

Record = dict[str, Any]
Step = Callable[[Record], str | None]
"""What is done with one record; a word that it answers is counted as a metric of that name."""


def run_queue(event: dict[str, Any], context: Any, step: Step, *, fifo: bool = False) -> dict[str, Any]:
    """Feed each SQS record's body (parsed JSON) to `step`; the answer names the failures to redeliver."""
    logger = Logger(json_serializer=serialise)
    metrics = Metrics(namespace="Shoufa")

    def one(record: Any) -> None:
        try:
            said = step(json.loads(record["body"]))
        except Unreadable as err:
            logger.warning("refused", extra={"code": err.code.value, "message_id": record["messageId"]})
            metrics.add_metric(name="Refused", unit=MetricUnit.Count, value=1)
        except TryAgain as err:
            logger.info("try again", extra={"why": str(err), "message_id": record["messageId"]})
            metrics.add_metric(name="TryAgain", unit=MetricUnit.Count, value=1)
            raise
        except Exception as err:
            seen = {"message_id": record["messageId"], **_place(err)}
            logger.error("bug", extra=seen)  # noqa: TRY400 (see _place)
            metrics.add_metric(name="Bug", unit=MetricUnit.Count, value=1)
            raise
        else:
            for name in filter(None, ("Done", said)):
                metrics.add_metric(name=name, unit=MetricUnit.Count, value=1)

    processor: Any = SqsFifoPartialProcessor() if fifo else BatchProcessor(event_type=EventType.SQS)
    processor.raise_on_entire_batch_failure = False
    with processor(event["Records"], _as_record(one), lambda_context=context):
        processor.process()
    metrics.flush_metrics()
    metrics.clear_metrics()  # where metrics are switched off the flush leaves them in place
    answer: dict[str, Any] = processor.response()
    return answer


def run_tasks(tasks: Mapping[str, Callable[[Any], int]], house: Any) -> dict[str, int]:
    """Do each task with the house, whatever became of the one before it; by name, how much each did.

    The first failure that is no TryAgain is raised when all were called: the function's alarm rings.
    """
    logger = Logger(json_serializer=serialise)
    done: dict[str, int] = {}
    failed: list[Exception] = []
    for name, task in tasks.items():
        try:
            done[name] = task(house)
        except TryAgain as err:
            logger.info("try again", extra={"task": name, "why": str(err)})
        except MailboxClosed as err:
            logger.error("mailbox closed", extra={"task": name, "why": str(err)})  # noqa: TRY400 (see _place)
            failed.append(err)
        except Exception as err:  # noqa: BLE001 (raised below, after the other tasks)
            logger.error("bug", extra={"task": name, **_place(err)})  # noqa: TRY400 (see _place)
            failed.append(err)
    if failed:
        raise failed[0]
    return done


def _place(err: BaseException) -> dict[str, str]:
    """What went wrong and where, without the message: libraries quote the values they choke on."""
    last = traceback.extract_tb(err.__traceback__)[-1]
    return {
        "error": type(err).__name__,
        "place": f"{last.name} ({last.filename.rpartition('/')[2]}:{last.lineno})",
    }


def _as_record(one: Callable[[Any], None]) -> Callable[..., None]:
    """The batch processor's handler: it is called with `record=`, a data class over the raw record."""

    def handle(record: Any, **_: Any) -> None:
        one(record.raw_event if hasattr(record, "raw_event") else record)

    return handle


def stored_objects(notification: Record) -> Iterator[tuple[str, datetime | None]]:
    """Keys and times of the objects that an S3 notification names; its test event names none."""
    for record in notification.get("Records", ()):
        stamp = record.get("eventTime")
        yield unquote_plus(record["s3"]["object"]["key"]), datetime.fromisoformat(stamp) if stamp else None
