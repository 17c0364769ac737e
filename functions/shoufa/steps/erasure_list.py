"""What lies where: everything stored of submissions and mails, found through the ledger."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from shoufa.domain.codes import EntryKind
from shoufa.domain.ledger import Entry, Head
from shoufa.ports import ObjectStore
from shoufa.steps.chains import LEDGER, read_chains
from shoufa.steps.delivery import message_id
from shoufa.steps.files import envelope_key, load_manifest, manifest_key, part_key, sent_key
from shoufa.steps.house import House

_SHA = re.compile(rb"[0-9a-f]{64}")
_FILED = frozenset({EntryKind.OPENED, EntryKind.JOINED})


class Sent(NamedTuple):
    """One notice of a chain: its id, the mail it answers ("" if none), and its day (`YYYY-MM-DD`)."""

    notice: str
    mail: str
    day: str


class Listed(NamedTuple):
    """Keys that are there and would go, and those that stay because others need them."""

    keys: tuple[str, ...]
    shared: tuple[str, ...]


@dataclass
class Register:
    """All mails with their chains, merges, notices and decisions, as the ledger's entries tell."""

    digests: dict[str, str] = field(default_factory=dict)
    """Object to digest."""
    chains: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Object to the submissions that hold it."""
    of: dict[str, str] = field(default_factory=dict)
    """Object of a repeat to the submission that holds the first."""
    days: dict[str, str] = field(default_factory=dict)
    """Object to the day of its entry."""
    into: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    """Submissions that were erased before."""
    sent: dict[str, list[Sent]] = field(default_factory=lambda: defaultdict(list))
    decisions: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def see(self, entries: Sequence[Entry]) -> None:
        """Take one chain in."""
        for entry in entries:
            chain, data = entry.submission, entry.data
            if entry.kind in _FILED:
                self._mail(data["object"], data["digest"], entry.at)
                self.chains[data["object"]].add(chain)
            elif entry.kind is EntryKind.DECIDED:
                self.decisions[chain].append(data["object"])
            elif "disposition" in data:
                self._mail(data["object"], chain.removeprefix("MAIL#"), entry.at)
                self.of[data["object"]] = data.get("of", "")
            elif entry.kind is EntryKind.SENDING:
                self.sent[chain].append(Sent(data["notice"], data.get("mail", ""), entry.at[:10]))
            elif entry.kind is EntryKind.MERGED:
                self._merged(chain, data)
            elif data.get("whole"):
                self.gone.add(chain)

    def _merged(self, chain: str, data: Mapping[str, Any]) -> None:
        if "into" in data:
            self.into[chain] = data["into"]
        elif "out_of" in data:
            self.into.pop(chain, None)

    def _mail(self, key: str, digest: str, at: str) -> None:
        self.digests[key] = digest
        self.days[key] = at[:10]

    def with_merged(self, submissions: Iterable[str]) -> set[str]:
        """The submissions where these are now, with all that were merged into them."""
        found = set()
        for one in submissions:
            living = one
            while living in self.into:
                living = self.into[living]
            found.add(living)
        return self.with_members(found)

    def with_members(self, submissions: Iterable[str]) -> set[str]:
        """These submissions, with all that were merged into them."""
        found = set(submissions)
        while more := {late for late, early in self.into.items() if early in found} - found:
            found |= more
        return found

    def mails_of(self, whole: Collection[str]) -> set[str]:
        """Objects that no other submission holds any more, and their repeats."""
        going = set(whole)
        own = {key for key, held in self.chains.items() if held & going and held <= going | self.gone}
        return own | {key for key, first in self.of.items() if first in whole} | self.repeats_of(own)

    def unheld(self, objects: Iterable[str], whole: Collection[str]) -> list[str]:
        """Those of these objects whose bytes no submission holds, beside these and those that are gone."""
        going = self.gone | set(whole)
        return [key for key in objects if not any(self._held(r) - going for r in self.repeats_of((key,)))]

    def _held(self, key: str) -> set[str]:
        return self.chains.get(key, set())

    def repeats_of(self, objects: Iterable[str]) -> set[str]:
        """These objects, and all others with the same bytes. KeyError for one that the ledger knows not."""
        wanted = {self.digests[key] for key in objects}
        return {key for key, digest in self.digests.items() if digest in wanted}

    def left_empty(self, mails: Collection[str], head_of: Callable[[str], Head | None]) -> set[str]:
        """Submissions that would have no mail left."""
        gone = {self.digests[key] for key in mails}
        touched = {chain for key in mails for chain in self.chains.get(key, ())}
        found = set()
        for chain in self.with_merged(touched):
            head = head_of(chain)
            if head is not None and not set(head.state.get("mails", ())) - gone:
                found.add(chain)
        return self.with_members(found)

    def chains_of(self, key: str) -> set[str]:
        """The chains that speak of a mail: of its submissions where they are now, else its own."""
        return self.with_merged(self.chains[key]) if key in self.chains else {f"MAIL#{self.digests[key]}"}


def register(objects: ObjectStore) -> Register:
    """The register of a whole ledger; raises BrokenLedger."""
    known = Register()
    for entries in read_chains(objects, objects.keys(LEDGER)):
        known.see(entries)
    return known


def list_keys(house: House, known: Register, whole: Collection[str], mails: Collection[str]) -> Listed:
    """All objects that hold anything of these submissions and mails, as far as they are there."""
    digests = {known.digests[key] for key in mails}
    parts, shared = _parts(house, digests)
    keys = {k for key in mails for k in (key, envelope_key(key))}
    keys |= {manifest_key(d) for d in digests}
    for sha in parts:
        keys |= {part_key(sha), *house.objects.keys(f"facts/{sha}.")}
    touched = {c for key in mails for c in known.chains_of(key)} | set(whole)
    for chain in touched:
        keys |= {*house.objects.keys(f"verdicts/{chain}/"), *house.objects.keys(f"drafts/{chain}/")}
        keys |= set(known.decisions[chain]) if chain in whole or chain.startswith("MAIL#") else set()
    keys |= _sent(house, known, touched, whole, mails)
    there = tuple(sorted(key for key in keys if house.objects.exists(key)))
    return Listed(there, tuple(sorted(part_key(sha) for sha in shared)))


def _sent(
    house: House, known: Register, touched: Collection[str], whole: Collection[str], mails: Collection[str]
) -> set[str]:
    """What was sent: of whole submissions all, of others what tells of the mails; digests since they came."""
    digests = {known.digests[key] for key in mails}
    since = min((known.days[key] for key in mails), default="9999")
    sender, keys = house.office.sender_address, set()
    for chain, all_sent in known.sent.items():
        for sent in all_sent:
            tells = chain in whole or not sent.mail or sent.mail in digests
            report = chain.startswith(("DAY#", "UNIT#")) and sent.day >= since
            if report or (chain in touched and tells):
                name = message_id(sent.notice, sender).strip("<>").partition("@")[0]
                keys |= {sent_key(sent.notice), f"outbox/{name}.eml"}
    return keys


def _parts(house: House, digests: Collection[str]) -> tuple[set[str], set[str]]:
    """Attachments of these mails: those that no other mail holds, and those that one does."""
    found = [m for d in digests if (m := load_manifest(house.objects, d)) is not None]
    own = {p.sha256 for m in found for p in m.mail.parts if p.sha256}
    mine = {manifest_key(d) for d in digests}
    shared: set[str] = set()
    for key in house.objects.keys("mails/") if own else ():
        if key not in mine:
            held = {sha.decode() for sha in _SHA.findall(house.objects.get(key) or b"")}
            shared |= own & held
    return own - shared, shared
