"""[notices] → step 4: a receipt at once, an outcome after the quiet time, the office's daily mail."""

from typing import Any

from shoufa import entry, wiring
from shoufa.steps.send_notice import send_notice


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """SQS records `{template, …}`: ids of what to send."""

    def step(message: entry.Record) -> None:
        send_notice(message, wiring.house(sends=True))

    return entry.run_queue(event, context, step)
