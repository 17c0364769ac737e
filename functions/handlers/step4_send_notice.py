"""[notices] → step 4: a receipt at once, an outcome after the quiet time, the office's daily mail."""

from typing import Any

from shoufa import entry, wiring
from shoufa.steps.send_notice import is_delaying, send_notice


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """SQS records `{template, submission, …}`; what more they say depends on the template."""

    def step(message: entry.Record) -> str | None:
        house = wiring.house(sends=True, fresh=True)
        sent = send_notice(message, house)
        return None if sent or not is_delaying(house) else "Delayed"

    return entry.run_queue(event, context, step)
