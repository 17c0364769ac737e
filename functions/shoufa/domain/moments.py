"""Moments as text that sorts as time does: always UTC, whatever zone they were given in."""

from datetime import UTC, datetime


def stamp(moment: datetime) -> str:
    """ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat()
