"""Messages of ids to the next steps, over SQS; FIFO where a queue's URL says so."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from shoufa.adapters.passing import patient


class SqsQueues:
    """`ports.Queues` on queue URLs by name."""

    def __init__(self, client: Any, urls: Mapping[str, str]) -> None:
        """Keep the client and the queues' URLs: documents, submissions, notices."""
        self._client = client
        self._urls = dict(urls)

    @patient
    def send(self, queue: str, message: Mapping[str, Any], group: str = "") -> None:
        """Send one message; in a FIFO queue the same message within five minutes is one (deduplication)."""
        body = json.dumps(dict(message), ensure_ascii=False, sort_keys=True)
        extra: dict[str, Any] = {}
        if self._urls[queue].endswith(".fifo"):
            extra = {"MessageGroupId": group, "MessageDeduplicationId": sha256(body.encode()).hexdigest()}
        self._client.send_message(QueueUrl=self._urls[queue], MessageBody=body, **extra)
