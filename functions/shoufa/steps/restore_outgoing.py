"""What counts and waits among outgoing mail, made anew from the entries and the mails that these name.

Entries hold no addresses: to whom a notice went is found in the mail that it answered, or in the office's
list of units.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from shoufa.domain import allowance
from shoufa.domain.codes import EntryKind
from shoufa.domain.ledger import Entry
from shoufa.notices.headers import Unaddressable, address
from shoufa.steps import outgoing as counting
from shoufa.steps.delivery import note_id
from shoufa.steps.files import load_manifest
from shoufa.steps.house import House


class Outbox:
    """Is shown each chain with its head's state, then ended: what waits depends on what other chains sent."""

    def __init__(self, house: House, claim: Callable[[str, str], None]) -> None:
        """Keep the house whose look-ups are written, and what puts a claim."""
        self._house = house
        self._claim = claim
        self._postponed: list[tuple[Entry, str]] = []
        self._told: list[Entry] = []
        self._joined: set[str] = set()
        self._days: set[str] = set()
        self._digests: set[tuple[str, str, str]] = set()

    def see(self, state: Mapping[str, Any], entries: Sequence[Entry]) -> None:
        """Make a chain's claims and counts anew, and remember what it says of what waits."""
        sent = {e.data["notice"] for e in entries if e.kind is EntryKind.SENT}
        for entry in entries:
            if entry.kind is EntryKind.SENDING:
                self._begun(state, entry)
            elif entry.kind is EntryKind.SENT:
                self._ended(entry)
            elif "postponed" in entry.data:
                self._postponed.append((entry, self._sender(entry.data["mail"])))
            elif counting.told(entry):
                self._joined.update(entry.data.get("of", ()))  # left to a person, it is not begun again
                self._told.append(entry)
            if "delayed" in entry.data and entry.data["delayed"] not in sent:
                counting.wait(self._house.index, entry)

    def end(self) -> None:
        """Write what waits: receipts to be joined, and what units are to be told."""
        for entry, to in self._postponed:
            if to:
                key = counting.day_key(to, entry.data["day"])
                waits = entry.data["postponed"] not in self._joined
                counting.owe(self._house.index, entry, to, before=key in self._days, waits=waits)
        for entry in self._told:
            counting.tell_unit(self._house.index, entry, waits=self._untold(entry))

    def _begun(self, state: Mapping[str, Any], entry: Entry) -> None:
        """The places a notice took, what was joined into it, and its count in the present hour."""
        data, at = entry.data, datetime.fromisoformat(entry.at)
        if allowance.hour(at) == allowance.hour(self._house.clock.now()):
            counting.count(self._house.index, data["notice"], at)
        for notice in data.get("of", ()):
            self._claim(counting.joined_claim(notice), data["notice"])
        for slot in data.get("slots", ()):
            self._claim(counting.slot_claim(slot), data["notice"])
        to = self._recipient(state, data)
        for day in data.get("first", ()) if to else ():
            self._days.add(counting.day_key(to, day))
            self._claim(counting.joined_claim(counting.day_key(to, day)), data["notice"])

    def _ended(self, entry: Entry) -> None:
        data = entry.data
        note_id(self._house, data["message_id"], entry.submission, data["notice"])
        self._joined.update(data.get("of", ()))
        if "hour" in data:
            self._digests.add((data["call"], data["unit"], data["hour"]))

    def _untold(self, entry: Entry) -> bool:
        """Whether the digest that an entry belongs to has not gone out."""
        data, hour = entry.data, allowance.hour(datetime.fromisoformat(entry.at))
        return (data.get("call"), data.get("unit"), hour) not in self._digests

    def _recipient(self, state: Mapping[str, Any], data: Mapping[str, Any]) -> str:
        """To whom a notice went, "" where that is not known any more."""
        answered = data.get("mail") or data.get("answers") or next(iter(data.get("mails", ())), "")
        if answered:
            return self._sender(answered)
        call = self._house.office.calls.get(data.get("call", state.get("call", "")))
        unit = data.get("unit", state.get("unit", ""))
        mailbox = next((u.mailbox for u in call.units if u.id == unit), None) if call else None
        return mailbox or ""

    def _sender(self, digest: str) -> str:
        """Who sent a mail, as notices address it; "" where the mail was erased."""
        manifest = load_manifest(self._house.objects, digest)
        try:
            return address(manifest.mail.sender.email) if manifest else ""
        except Unaddressable:
            return ""
