"""The office's day: when it is written to, and what was done for the day already."""

from datetime import date, datetime

from shoufa.domain.receipt import ZONE
from shoufa.steps.house import House


def begun_day(house: House) -> date | None:
    """Today, once the hour is there at which the office is written to; None before it, or if that is off."""
    at = house.office.digest_at
    now = house.clock.now().astimezone(ZONE)
    return now.date() if at is not None and now.time() >= at else None


def hour_of(house: House, day: date) -> datetime:
    """The moment of that hour on a day; ValueError where the office is never written to."""
    if house.office.digest_at is None:
        raise ValueError("the office is never written to")
    return datetime.combine(day, house.office.digest_at, ZONE)


def is_done(house: House, task: str, day: date) -> bool:
    """Whether a task was done for that day."""
    return dict(house.index.find("days")).get(task, {}).get("day", "") >= day.isoformat()


def set_done(house: House, task: str, day: date) -> None:
    """Note that it was."""
    house.index.write("days", task, {"day": day.isoformat()})
