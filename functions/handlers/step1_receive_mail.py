"""[mails] → step 1: a stored mail's fate, parts and place in the ledger."""

from typing import Any

from shoufa import entry, wiring
from shoufa.steps.receive_mail import receive_mail


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """SQS records of S3 notifications under `inbox/mail/`."""

    def step(notification: entry.Record) -> None:
        for key, stored_at in entry.stored_objects(notification):
            receive_mail(key, wiring.house(reads=True, fresh=True), stored_at)

    return entry.run_queue(event, context, step)
