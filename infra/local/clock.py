"""A clock that stands still until it is told to move, so that weeks of mail pass in seconds."""

from datetime import datetime


class VirtualClock:
    """The time of a run on this machine; it moves forward only, and only by `advance_to`."""

    def __init__(self, now: datetime) -> None:
        """Start at `now`, which must carry its zone (ValueError otherwise)."""
        self._now = _with_zone(now)

    def now(self) -> datetime:
        """Return the moment this clock shows, with its zone."""
        return self._now

    def advance_to(self, moment: datetime) -> None:
        """Show `moment` from now on; ValueError if that lies in the past."""
        if _with_zone(moment) < self._now:
            raise ValueError(
                f"the clock shows {self._now.isoformat()}, cannot go back to {moment.isoformat()}"
            )
        self._now = moment


def _with_zone(moment: datetime) -> datetime:
    """Return `moment` if it carries its zone; ValueError otherwise."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} says no time zone")
    return moment
