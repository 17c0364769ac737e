"""Clocks of this machine.

One stands still until it is told to move, so that weeks of mail pass in seconds; one never goes back.
"""

from datetime import UTC, datetime


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


class SteadyClock:
    """`ports.Clock`: the machine's time, never earlier than what it showed before or than `after`.

    So entries stand in the order of their times, whatever a time server does to the machine's clock.
    """

    def __init__(self, after: datetime | None = None) -> None:
        """Never show less than `after`."""
        self._shown = after or datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """The present, in UTC."""
        self._shown = max(self._shown, datetime.now(UTC))
        return self._shown

    def not_before(self, moment: datetime) -> None:
        """Never show less than this from now on."""
        self._shown = max(self._shown, moment)


def _with_zone(moment: datetime) -> datetime:
    """Return `moment` if it carries its zone; ValueError otherwise."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} says no time zone")
    return moment
