"""settings.py: what the watch is told by the environment."""

from datetime import time, timedelta

import pytest

from shoufa.settings import read_settings


def test_the_office_is_written_to_each_morning_unless_it_says_otherwise():
    assert read_settings({}).digest_at == time(8, 30)
    assert read_settings({"DIGEST_AT": "07:15"}).digest_at == time(7, 15)
    assert read_settings({"DIGEST_AT": "off"}).digest_at is None
    with pytest.raises(ValueError, match="isoformat"):
        read_settings({"DIGEST_AT": "half past"})


def test_objects_are_reconciled_every_ten_minutes_unless_it_says_otherwise():
    assert read_settings({}).reconcile_every == timedelta(minutes=10)
    assert read_settings({"RECONCILE_MINUTES": "off"}).reconcile_every is None


def test_nothing_is_erased_unless_it_says_so():
    assert read_settings({}).retention == "listed"
    assert read_settings({"RETENTION": "automatic"}).retention == "automatic"
