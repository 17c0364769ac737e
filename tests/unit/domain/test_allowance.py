"""Periods and places of what may be sent (domain/allowance.py)."""

from datetime import datetime, timedelta

import pytest

from shoufa.domain import allowance
from shoufa.domain.allowance import PER_DAY, Allowance, day_ends, hour_ends, joined_due

NIGHT = datetime.fromisoformat("2023-08-10T23:50:00+08:00")


def test_a_day_is_one_of_shanghai():
    assert allowance.day(NIGHT) == "2023-08-10"
    assert allowance.day(NIGHT + timedelta(minutes=10)) == "2023-08-11"
    assert day_ends("2023-08-10") == datetime.fromisoformat("2023-08-11T00:00:00+08:00")


def test_an_hour_ends_on_the_hour():
    assert allowance.hour(NIGHT) == "2023-08-10T15"
    assert hour_ends("2023-08-10T15") == datetime.fromisoformat("2023-08-11T00:00:00+08:00")


def test_slots_are_numbered_from_one():
    assert Allowance("receipt", "2023-08-10", 2).slots() == ["receipt#2023-08-10#1", "receipt#2023-08-10#2"]
    assert len(allowance.receipts(NIGHT).slots()) == len(allowance.unasked(NIGHT).slots()) == PER_DAY == 5
    assert len(allowance.unit_notices(NIGHT).slots()) == 20


def test_what_counts_together_and_what_apart():
    pools = {
        allowance.receipts(NIGHT).pool,
        allowance.unasked(NIGHT).pool,
        allowance.unit_notices(NIGHT).pool,
    }
    assert len(pools) == 3
    a, b = (allowance.same_guidance("c1", why, NIGHT) for why in ("no-call", "wrong-channel"))
    assert a.pool != b.pool
    assert (a.period, a.most) == ("2023-W32", 1)


@pytest.mark.parametrize(
    ("last", "before", "due"),
    [
        ("10:00:00", False, "2023-08-10T10:30:00+08:00"),
        ("23:40:00", False, "2023-08-11T00:00:00+08:00"),
        ("10:00:00", True, "2023-08-11T00:00:00+08:00"),
    ],
)
def test_joined_receipts_wait_for_quiet_and_at_most_until_the_days_end(last, before, due):
    at = datetime.fromisoformat(f"2023-08-10T{last}+08:00")
    assert joined_due("2023-08-10", at, before) == datetime.fromisoformat(due)
