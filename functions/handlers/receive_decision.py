"""[decisions]: a clerk's decision into the ledger."""

from typing import Any

from shoufa import entry, wiring
from shoufa.steps.receive_decision import receive_decision


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """SQS records of S3 notifications under `inbox/decision/` and `inbox/call/`."""

    def step(notification: entry.Record) -> None:
        for key, _ in entry.stored_objects(notification):
            receive_decision(key, wiring.house())

    return entry.run_queue(event, context, step)
