"""What ended in the dead-letter queues, looked at without taking it away."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_LOOK_SECONDS = 60  # how long a message is hidden while the rest of its queue is looked at


class DeadLetter(NamedTuple):
    """A message given up on: its dead-letter queue (logical id), id and body."""

    queue: str
    message_id: str
    body: str


def dead_letters(sqs: SQSClient, queue_urls: dict[str, str]) -> list[DeadLetter]:
    """List the messages in those of the queues that others name in their redrive policy."""
    return [letter for name in _last_stops(sqs, queue_urls) for letter in _look(sqs, name, queue_urls[name])]


def forget(sqs: SQSClient, queue_urls: dict[str, str]) -> None:
    """Empty those queues, message by message: purging is refused for a minute after a purge."""
    for name in _last_stops(sqs, queue_urls):
        url = queue_urls[name]
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            handles: list[Any] = [
                {"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(messages)
            ]
            sqs.delete_message_batch(QueueUrl=url, Entries=handles)


def _last_stops(sqs: SQSClient, queue_urls: dict[str, str]) -> list[str]:
    """Names of the queues that others name in their redrive policy."""
    arns = _attribute(sqs, queue_urls, "QueueArn")
    policies = _attribute(sqs, queue_urls, "RedrivePolicy").values()
    targets = {json.loads(policy)["deadLetterTargetArn"] for policy in policies}
    return [name for name in queue_urls if arns[name] in targets]


def _attribute(sqs: SQSClient, queue_urls: dict[str, str], name: Any) -> dict[str, str]:
    """Return one attribute of each queue that has it."""
    found = {}
    for queue, url in queue_urls.items():
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name]).get("Attributes", {})
        if name in attributes:
            found[queue] = attributes[name]
    return found


def _look(sqs: SQSClient, name: str, url: str) -> list[DeadLetter]:
    """List one queue's messages and show them again (of a FIFO group, at most the first ten)."""
    letters = []
    handles = []
    while messages := sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=10,
        VisibilityTimeout=_LOOK_SECONDS,
    ).get("Messages", []):
        for message in messages:
            letters.append(DeadLetter(name, message["MessageId"], message["Body"]))
            handles.append(message["ReceiptHandle"])
    for handle in handles:
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    return letters
