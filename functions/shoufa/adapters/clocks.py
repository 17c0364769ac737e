"""The time of the machine."""

from datetime import UTC, datetime


class SystemClock:
    """`ports.Clock` on the system's clock, in UTC."""

    def now(self) -> datetime:
        """The present."""
        return datetime.now(UTC)
