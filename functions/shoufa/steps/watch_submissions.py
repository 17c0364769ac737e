"""On a schedule: quiet times that ended."""

from shoufa.domain.codes import Status
from shoufa.domain.ledger import Head
from shoufa.domain.moments import stamp
from shoufa.steps.held import release_held
from shoufa.steps.house import House
from shoufa.steps.joining import living


def watch_submissions(house: House) -> int:
    """Ask for the outcome of every submission whose quiet time is over; the number of them.

    A look-up that is no longer true (judged again, merged, told already) is dropped.
    """
    release_held(house)
    now = stamp(house.clock.now())
    asked = 0
    for key, value in house.index.find("due", until=f"{now}~"):
        submission = value["submission"]
        if _is_due(living(house, submission), submission, key, now):
            house.queues.send("notices", {"template": "outcome", "submission": submission})
            asked += 1
        house.index.drop("due", key)
    return asked


def _is_due(head: Head | None, submission: str, key: str, now: str) -> bool:
    """Whether the look-up still holds: same submission, the same end of the quiet time, not told yet."""
    if head is None or head.submission != submission:
        return False
    if head.state.get("status") == Status.READING.value:
        return False
    due = head.state.get("due", "")
    return key.startswith(due) and due <= now and head.state.get("told") != head.state.get("verdict")
