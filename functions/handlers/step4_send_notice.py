"""[notices] → step 4: a receipt at once, an outcome and the unit's notice after the quiet time."""

from typing import Any

from shoufa import entry, wiring
from shoufa.steps.send_notice import send_outcome, send_receipt


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """SQS records `{template, submission, mail?, receipts?}`."""

    def step(message: entry.Record) -> None:
        house = wiring.house(sends=True, fresh=True)
        if message["template"] == "receipt":
            send_receipt(message["submission"], message["mail"], message["receipts"], house)
        else:
            send_outcome(message["submission"], house)

    return entry.run_queue(event, context, step)
