"""[documents] → step 2: one part's bytes to facts."""

from typing import Any

from shoufa import entry, wiring
from shoufa.steps.read_document import read_document


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """SQS records `{sha256, name, submissions, mail}`."""

    def step(message: entry.Record) -> None:
        house = wiring.house(reads=True)
        read_document(message["sha256"], message["name"], message["submissions"], message["mail"], house)

    return entry.run_queue(event, context, step)
