"""On a schedule: what nobody's mail sets off. An ordered list of tasks, each bounded in what it does at once.

Every task may be called at any time and any number of times: what it did it notes after it did it, and what
it asks for is claimed where it is done (design.md, "Commit, then send").
"""

from collections.abc import Callable

from shoufa.steps.checkpoints import checkpoint
from shoufa.steps.daily_digest import daily_digest
from shoufa.steps.held import release_held
from shoufa.steps.house import House
from shoufa.steps.outcomes_due import outcomes_due
from shoufa.steps.outgoing import due_notices
from shoufa.steps.quarantine_notices import quarantine_notices
from shoufa.steps.reconciliation import reconciliation
from shoufa.steps.reminders import reminders
from shoufa.steps.retention import retention
from shoufa.steps.stalled_work import stalled_work

TASKS: tuple[Callable[[House], int], ...] = (
    release_held,
    outcomes_due,
    due_notices,
    reconciliation,
    stalled_work,
    quarantine_notices,
    checkpoint,
    reminders,
    daily_digest,
    retention,
)


def watch_submissions(house: House) -> dict[str, int]:
    """Do every task once; by its name, how much each did."""
    return {task.__name__: task(house) for task in TASKS}
