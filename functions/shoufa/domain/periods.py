"""Periods as calls write them (ISO 8601-1 §5.5.2: `P30Y`, `P6M`, `P30D`), added to a moment."""

import calendar
import re
from datetime import datetime, timedelta

_PERIOD = re.compile(r"P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,5})D)?")


def after(moment: datetime, period: str) -> datetime:
    """The moment that lies a period later, on the month's last day where it has no such day.

    ValueError for what is no period of years, months and days.
    """
    found = _PERIOD.fullmatch(period)
    if found is None or not any(found.groups()):
        raise ValueError(f"not a period like P2Y or P30D: {period[:20]!r}")
    years, months, days = (int(n or 0) for n in found.groups())
    count = moment.year * 12 + moment.month - 1 + years * 12 + months
    year, month = min(count // 12, 9998), count % 12 + 1
    day = min(moment.day, calendar.monthrange(year, month)[1])
    return moment.replace(year=year, month=month, day=day) + timedelta(days=days)
