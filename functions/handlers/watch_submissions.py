"""On a schedule: quiet times that ended, reconciliation, stalled work, the office's daily mail, retention."""

from typing import Any

from shoufa import entry, wiring
from shoufa.steps.watch_submissions import TASKS


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 (Lambda's signature)
    """A scheduled event; how much each task did."""
    return entry.run_tasks({task.__name__: task for task in TASKS}, wiring.house())
