"""On a schedule: quiet times that ended."""

from typing import Any

from shoufa import wiring
from shoufa.steps.watch_submissions import watch_submissions


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 (Lambda's signature)
    """A scheduled event; how many outcomes were asked for."""
    return {"asked": watch_submissions(wiring.house())}
