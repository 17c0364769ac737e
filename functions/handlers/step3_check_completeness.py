"""[submissions] (FIFO, one group per submission) → step 3: judged when every part is read."""

from typing import Any

from shoufa import entry, wiring
from shoufa.steps.check_completeness import check_completeness


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """SQS records `{submission, cause}`."""

    def step(message: entry.Record) -> None:
        check_completeness(message["submission"], wiring.house(fresh=True), message.get("cause", ""))

    return entry.run_queue(event, context, step, fifo=True)
