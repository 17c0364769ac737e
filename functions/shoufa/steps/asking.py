"""Notices to the office: asked for once, and again until the ledger says that they were sent, or drafted."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from shoufa.domain.codes import EntryKind
from shoufa.domain.moments import stamp
from shoufa.steps.house import House

AGAIN = timedelta(minutes=30)
FOR = timedelta(days=2)
"""How long it is asked for: yesterday's list is of use, last week's is not."""


def ask(house: House, chain: str, notice: str, message: Mapping[str, str]) -> None:
    """Ask step 4 for a notice that will stand in `chain`."""
    now = house.clock.now()
    said = {"chain": chain, "notice": notice, "message": json.dumps(dict(message)), "since": stamp(now)}
    house.index.write("asked", f"{stamp(now + AGAIN)}#{notice}", said)
    house.queues.send("notices", message)


def is_done(house: House, chain: str, notice: str) -> bool:
    """Whether a notice went out, or was written down where nothing is sent."""
    entries = house.ledger.entries(chain)
    sent = any(e.kind is EntryKind.SENT and e.data["notice"] == notice for e in entries)
    return sent or any(e.data.get("draft") == notice for e in entries)


def ask_again(house: House) -> int:
    """Ask for those whose time is over and that are not done; how many."""
    now = house.clock.now()
    count = 0
    for key, said in house.index.find("asked", until=f"{stamp(now)}~"):
        old = now - datetime.fromisoformat(said["since"]) > FOR
        if not old and not is_done(house, said["chain"], said["notice"]):
            house.index.write("asked", f"{stamp(now + AGAIN)}#{said['notice']}", said)
            house.queues.send("notices", json.loads(said["message"]))
            count += 1
        house.index.drop("asked", key)
    return count
