"""Outgoing mail that is kept back for the whole office, and goes out later: nothing is lost, nothing raised.

A parked message is a ledger entry of its submission (so a restore finds it) and an index item (so that the
watch finds it without reading ledgers). Only step 4's messages are parked: they hold ids, never texts.
"""

import json
from collections.abc import Mapping
from typing import Any

from shoufa.domain.codes import EntryKind
from shoufa.domain.decision import OFFICE
from shoufa.domain.ledger import Head, canonical
from shoufa.ports import Index
from shoufa.steps.commit import Wanted, append
from shoufa.steps.house import House

HELD, PARKED = "held", "parked"
"""The key in a head's state, and the group of look-ups."""


def paused(house: House) -> bool:
    """Whether a clerk stopped all outgoing mail."""
    head = house.ledger.head(OFFICE)
    return bool(head and head.state.get("paused"))


def parked(house: House, message: Mapping[str, Any]) -> bool:
    """Whether mail is stopped; if so, the message of [notices] is parked."""
    if not paused(house):
        return False
    park(house, message, "paused")
    return True


def park(house: House, message: Mapping[str, Any], why: str) -> None:
    """Keep a message of [notices] until mail goes on; the same one twice is kept once. `why` is a code.

    It stands in the chain that it names, in the office's own where it names none.
    """
    kept = dict(message)

    def entries(head: Head) -> Wanted | None:
        if kept in head.state.get(HELD, {}).values():
            return None
        data = {HELD: kept, "why": why}
        return [(EntryKind.NOTED, data)], held_state(head.state, data, head.seq + 1)

    chain = str(message.get("submission", OFFICE))
    append(house, chain, entries)
    head = house.ledger.head(chain)
    if head is not None:
        write_held(house.index, chain, head.state)


def held_state(state: Mapping[str, Any], data: Mapping[str, Any], seq: int) -> dict[str, Any]:
    """A head's new state after the entry `seq` parked a message, or let one go."""
    held = dict(state.get(HELD, {}))
    if HELD in data:
        held[str(seq)] = data[HELD]
    else:
        held.pop(data["unheld"], None)
    return {HELD: held}


def write_held(index: Index, submission: str, state: Mapping[str, Any]) -> None:
    """The look-ups of a submission's parked messages."""
    for number, message in state.get(HELD, {}).items():
        value = {"submission": submission, "number": number, "message": canonical(message)}
        index.write(PARKED, f"{submission}#{int(number):06d}", value)


def release_held(house: House) -> int:
    """Ask again for everything that was parked, unless mail is still stopped; how much.

    The ledger first: a message that is parked once more meanwhile gets an entry of its own.
    """
    if paused(house):
        return 0
    found = house.index.find(PARKED)
    for key, value in found:
        append(house, value["submission"], _let_go(value["number"]))
        house.queues.send("notices", json.loads(value["message"]))
        house.index.drop(PARKED, key)
    return len(found)


def _let_go(number: str) -> Any:
    def entries(head: Head) -> Wanted | None:
        if number not in head.state.get(HELD, {}):
            return None
        data = {"unheld": number}
        return [(EntryKind.NOTED, data)], held_state(head.state, data, head.seq + 1)

    return entries
