"""How much may be sent to one address in a period, so that no two machines write to each other for ever.

Mail that brings something is always answered: past its allowance a receipt is joined with others, never
dropped (contracts §5; the suppression list of the project's research, RFC 3834 §2).
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from shoufa.domain.moments import stamp
from shoufa.domain.receipt import ZONE

PER_DAY = 5
"""Receipts by themselves to one address and day; and, counted together, guidance and repeated outcomes."""
NOTICES_PER_HOUR = 20
"""Notices to one unit's mailbox and hour; what is over stands in a digest."""
PER_HOUR = 500
"""Mails of the whole house in an hour, where the settings say nothing else; what is over waits."""
JOINED_AFTER = timedelta(minutes=30)
"""After the last mail whose receipt is to be joined."""


class Allowance(NamedTuple):
    """At most `most` mails of one pool to one address in one period."""

    pool: str
    period: str
    most: int

    def slots(self) -> list[str]:
        """The places there are, in order: `receipt#2023-08-10#1` to `…#5`."""
        return [f"{self.pool}#{self.period}#{number}" for number in range(1, self.most + 1)]


def receipts(at: datetime) -> Allowance:
    """Receipts to one address, by the day."""
    return Allowance("receipt", day(at), PER_DAY)


def unasked(at: datetime) -> Allowance:
    """Guidance and repeated outcomes to one address, by the day."""
    return Allowance("unasked", day(at), PER_DAY)


def same_guidance(call: str, reason: str, at: datetime) -> Allowance:
    """The same guidance to one address: once in a week (the period that responders use, RFC 3834 §2)."""
    year, week, _ = at.astimezone(ZONE).isocalendar()
    return Allowance(f"guidance.{call}.{reason}", f"{year}-W{week:02d}", 1)


def unit_notices(at: datetime) -> Allowance:
    """Notices to one unit's mailbox, by the hour."""
    return Allowance("notice", hour(at), NOTICES_PER_HOUR)


def day(at: datetime) -> str:
    """The day in Asia/Shanghai, `2023-08-10`."""
    return at.astimezone(ZONE).date().isoformat()


def day_ends(named: str) -> datetime:
    """The first moment after a day in Asia/Shanghai."""
    return datetime.fromisoformat(named).replace(tzinfo=ZONE) + timedelta(days=1)


def hour(at: datetime) -> str:
    """The hour in UTC, `2023-08-10T08`."""
    return stamp(at)[:13]


def hour_ends(named: str) -> datetime:
    """The first moment after an hour in UTC."""
    return datetime.fromisoformat(f"{named}:00:00+00:00") + timedelta(hours=1)


def joined_due(named: str, last: datetime, before: bool) -> datetime:
    """When the receipts of a day that are to be joined go out.

    Half an hour after the last of these mails; where joined ones went out that day `before`, and at the
    latest, at the day's end.
    """
    return day_ends(named) if before else min(last + JOINED_AFTER, day_ends(named))
