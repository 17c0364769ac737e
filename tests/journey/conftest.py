"""Each journey begins on an empty engine: moto is new each time, ministack is emptied."""

import os
import urllib.request

import pytest


@pytest.fixture(autouse=True, scope="module")
def empty_engine() -> None:
    """Empty the ministack at `SHOUFA_TEST_ENDPOINT`, if there is one."""
    endpoint = os.environ.get("SHOUFA_TEST_ENDPOINT")
    if endpoint:
        urllib.request.urlopen(f"{endpoint}/_ministack/reset", data=b"", timeout=10).close()
