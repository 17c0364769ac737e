"""[decisions]: a clerk's decision, or a revision of a call, into the ledger."""

from typing import Any

from shoufa import entry, wiring
from shoufa.domain.revision import PREFIX
from shoufa.steps.receive_call import receive_call
from shoufa.steps.receive_decision import receive_decision


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """SQS records of S3 notifications under `inbox/decision/` and `inbox/call/`."""

    def step(notification: entry.Record) -> None:
        for key, _ in entry.stored_objects(notification):
            house = wiring.house(fresh=True)
            if key.startswith(PREFIX):
                receive_call(key, house)
                wiring.look_again()
            else:
                receive_decision(key, house)

    return entry.run_queue(event, context, step)
