"""Counting what is sent, and what waits: per address, per unit's mailbox, and for the whole house.

Places in an allowance are claims (`slot:<private address>#<slot>`), taken in the transaction that begins the
sending: whoever sends at the same time, there are never more than there are places, and a notice that is
begun again has its own. Entries name a place by the address's digest, so that a restore needs no mail for it.
What waits is in the group `later` by the moment it is due; each has its entry, so it can be found again.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shoufa.domain import allowance
from shoufa.domain.allowance import Allowance
from shoufa.domain.codes import EntryKind
from shoufa.domain.fingerprint import private
from shoufa.domain.ledger import Entry
from shoufa.domain.moments import stamp
from shoufa.ports import Index
from shoufa.steps.commit import Wanted, append
from shoufa.steps.house import House

LATER = "later"
HOUR = "hour"
TOLD = ("bounced", "unsure", "capped", "collapsed", "delayed")
"""What a unit is told of in a digest, each the key of its entry's data, in the order of telling."""


def slot_claim(slot: str) -> str:
    """The claim of one place of one address."""
    return f"slot:{slot}"


def free_slots(house: House, to: str, wanted: Sequence[Allowance]) -> list[str] | None:
    """A free place of this address in each allowance, None where one of them is used up."""
    found = []
    for allowed in wanted:
        places = (f"{private(to)}#{slot}" for slot in allowed.slots())
        free = next((p for p in places if not house.ledger.claimed(slot_claim(p))), None)
        if free is None:
            return None
        found.append(free)
    return found


def is_full(house: House, notice: str) -> bool:
    """Whether the house has sent all that it may in this hour; a notice that was counted may be repeated."""
    now = allowance.hour(house.clock.now())
    counted = {key for key, _ in house.index.find(HOUR) if key.startswith(now)}
    return f"{now}#{notice}" not in counted and len(counted) >= house.office.mails_per_hour


def count(index: Index, notice: str, at: datetime) -> None:
    """Count one notice in its hour, once however often it is begun."""
    index.write(HOUR, f"{allowance.hour(at)}#{notice}", {})


def note_once(house: House, chain: str, data: Mapping[str, Any]) -> Entry:
    """The `noted` entry that says `data`, appended unless the chain has it already."""
    append(house, chain, lambda _: None if _noted(house, chain, data) else _facts(data))
    noted = _noted(house, chain, data)
    if noted is None:
        raise LookupError(f"{chain}: an entry that was appended is not there")
    return noted


def _facts(data: Mapping[str, Any]) -> Wanted:
    return [(EntryKind.NOTED, dict(data))], {}


def _noted(house: House, chain: str, data: Mapping[str, Any]) -> Entry | None:
    mine = (e for e in house.ledger.entries(chain) if e.kind is EntryKind.NOTED and e.data == data)
    return next(mine, None)


def later(index: Index, due: datetime, name: str, message: Mapping[str, Any]) -> None:
    """Ask for a notice at a later moment; the same name and moment are one."""
    index.write(LATER, f"{stamp(due)}#{name}", {"message": json.dumps(dict(message), sort_keys=True)})


def due_notices(house: House) -> int:
    """Ask for every notice whose moment has come, and forget the counts of hours that are over; how many.

    Asked for first, then forgotten: a notice that is asked for twice is sent once.
    """
    now = house.clock.now()
    due = house.index.find(LATER, until=f"{stamp(now)}~")
    for key, value in due:
        house.queues.send("notices", json.loads(value["message"]))
        house.index.drop(LATER, key)
    for key, _ in house.index.find(HOUR, until=allowance.hour(now)):
        house.index.drop(HOUR, key)
    return len(due)


def delay(house: House, chain: str, notice: str, message: Mapping[str, Any], unit: Mapping[str, str]) -> None:
    """A notice waits for the next hour: noted, told to its unit, asked for again then."""
    until = allowance.hour_ends(allowance.hour(house.clock.now()))
    data = {"delayed": notice, "until": stamp(until), "message": dict(message), **unit}
    entry = note_once(house, chain, data)
    wait(house.index, entry)
    tell_unit(house.index, entry)


def wait(index: Index, entry: Entry) -> None:
    """The look-up of a delayed notice."""
    data = entry.data
    later(index, datetime.fromisoformat(data["until"]), data["delayed"], data["message"])


def postpone(house: House, chain: str, notice: str, mail: str, receipts: Sequence[str], to: str) -> None:
    """A receipt past the day's allowance is to be joined with the others of that address and day."""
    if house.ledger.claimed(joined_claim(notice)):
        return
    entry = noted_as(house, chain, "postponed", notice)
    if entry is None:
        day = allowance.day(house.clock.now())
        data = {"postponed": notice, "mail": mail, "receipts": list(receipts), "day": day}
        entry = note_once(house, chain, data)
    before = house.ledger.claimed(joined_claim(day_key(to, entry.data["day"])))
    owe(house.index, entry, to, before=before is not None)


def noted_as(house: House, chain: str, what: str, notice: str) -> Entry | None:
    """The entry that says `what` (postponed, capped, collapsed …) of a notice, None if there is none."""
    return next((e for e in house.ledger.entries(chain) if e.data.get(what) == notice), None)


def joined_claim(what: str) -> str:
    """The claim under which a receipt (or a day's first joined one) was joined into another."""
    return f"joined:{what}"


def day_key(to: str, day: str) -> str:
    """One address and day: what is joined has this in common."""
    return f"{private(to)}#{day}"


def owe(index: Index, entry: Entry, to: str, *, before: bool, waits: bool = True) -> None:
    """The look-ups of a receipt that is to be joined.

    `before`: joined ones went out that day already. `waits`: it has not been sent.
    """
    data, key = entry.data, day_key(to, entry.data["day"])
    value = {"submission": entry.submission, "mail": data["mail"], "notice": data["postponed"]}
    index.write(
        f"owed#{key}", f"{entry.at}#{data['mail']}", {**value, "receipts": " ".join(data["receipts"])}
    )
    if waits:
        due = allowance.joined_due(data["day"], datetime.fromisoformat(entry.at), before)
        message = {"template": "joined", "submission": entry.submission, "owed": key}
        later(index, due, f"joined#{key}", message)


def tell_unit(index: Index, entry: Entry, *, waits: bool = True) -> None:
    """Put what an entry says into the digest of its unit for that hour, if it names one.

    `waits`: that digest has not gone out.
    """
    data, said = entry.data, told(entry)
    if said is None or "unit" not in data:
        return
    what, about = said
    hour = allowance.hour(datetime.fromisoformat(entry.at))
    group = told_group(data["call"], data["unit"], hour)
    index.write(group, f"{what}#{about}", {"submission": entry.submission})
    if not waits:
        return
    whose = {"call": data["call"], "unit": data["unit"], "hour": hour}
    message = {"template": "hourly", "submission": unit_chain(data["call"], data["unit"]), **whose}
    later(index, allowance.hour_ends(hour), group, message)


def told_group(call: str, unit: str, hour: str) -> str:
    """The index group of what a unit is told in the digest of an hour."""
    return f"told#{call}.{unit}#{hour}"


def unit_chain(call: str, unit: str) -> str:
    """The chain of digests to one unit."""
    return f"UNIT#{call}.{unit}"


def told(entry: Entry) -> tuple[str, str] | None:
    """What a `noted` entry tells a unit: (one of TOLD, the notice it is about), None for any other entry."""
    if entry.kind is not EntryKind.NOTED:
        return None
    return next(((what, str(entry.data[what])) for what in TOLD if what in entry.data), None)
