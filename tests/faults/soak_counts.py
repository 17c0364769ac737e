"""What must hold after a long run: each mail one fate, each chain whole, each receipt once, every case at rest."""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from faults.soak_office import Office
from local.ledger_commands import disagreements, read_ledger
from local.mail_room import mail_key
from shoufa.domain.codes import Disposition, EntryKind, Status
from shoufa.domain.facts import Facts
from shoufa.domain.ledger import Entry, Head
from shoufa.steps.fate import FILED, Fate
from shoufa.steps.files import MAIL_PREFIX, load_manifest
from shoufa.steps.reconciliation import count_now


@dataclass
class Counts:
    """Figures, and in words what is wrong."""

    faults: list[str] = field(default_factory=list)
    fates: Counter[str] = field(default_factory=Counter)
    chains: int = 0
    entries: int = 0
    receipts: int = 0
    joined: int = 0
    repeated: int = 0
    held: int = 0
    notices: int = 0
    mails: int = 0
    unaccounted: int = 0
    conservation: str = ""
    """The office's own line."""


def count(office: Office, folder: Path, wanted: Mapping[str, Collection[Disposition]]) -> Counts:
    """Look at all that is there. `wanted`: the dispositions that are right for each mail that landed, by name."""
    found = Counts()
    entries = _ledger(office, folder, found)
    by_chain: dict[str, list[Entry]] = {}
    for entry in entries:
        by_chain.setdefault(entry.submission, []).append(entry)
    _fates(office, wanted, entries, found)
    own = count_now(office.house)
    found.conservation = f"{own.line().zh} {own.line().en}"
    if not own.holds or own.total != len(wanted):
        found.faults.append(f"{len(wanted)} mails landed: {found.conservation}")
    heads = {chain: office.house.ledger.head(chain) for chain in by_chain}
    _sent(office, by_chain, found)
    for chain, head in heads.items():
        if head is None:
            found.faults.append(f"{chain}: no head")
        elif "call" in head.state:
            _at_rest(head, found)
    _facts(office, found)
    found.faults += [f"given up: {body}" for body in office.held if "template" not in json.loads(body)]
    found.faults += [f"bug: {what} ({times})" for what, times in office.bugs.items()]
    return found


def _ledger(office: Office, folder: Path, found: Counts) -> list[Entry]:
    """All entries, from the objects; held against the table."""
    read = read_ledger(folder / "data")
    found.faults += read.faults
    chains = {e.submission for e in read.entries}
    table = [e for chain in sorted(chains) for e in office.house.ledger.entries(chain)]
    found.faults += disagreements(read.entries, table)
    found.chains, found.entries = len(chains), len(read.entries)
    return read.entries


def _fates(
    office: Office, wanted: Mapping[str, Collection[Disposition]], entries: list[Entry], found: Counts
) -> None:
    """Each mail that landed: one claim, entries that say the same, and what is right for it."""
    said: dict[str, list[str]] = {}
    for entry in entries:
        if "object" in entry.data:
            kind = entry.data.get("disposition") or (
                "submission" if entry.kind is EntryKind.OPENED else "follow-up"
            )
            said.setdefault(entry.data["object"], []).append(kind)
    stored = set(office.house.objects.keys(MAIL_PREFIX))
    names = {mail_key("smtp", name): set(right) for name, right in wanted.items()}
    found.mails = len(stored)
    found.faults += [f"{key}: landed and is not stored" for key in names.keys() - stored]
    for key in sorted(stored):
        claimed = office.house.ledger.claimed(f"object:{key}")
        if claimed is None:
            found.unaccounted += 1
            found.faults.append(f"{key}: no fate")
            continue
        fate = Fate.parse(claimed)
        found.fates[fate.disposition.value] += 1
        if fate.disposition not in names.get(key, ()):
            found.faults.append(f"{key}: {claimed}, not one of {sorted(names.get(key, ()))}")
        entered = max(1, len(fate.receipts)) if fate.disposition in FILED else 1
        if len(said.get(key, [])) != entered:
            found.faults.append(f"{key}: {claimed}, but its entries say {said.get(key)}")


def _sent(office: Office, chains: Mapping[str, list[Entry]], found: Counts) -> None:
    """Every mail that is owed a receipt has one; nothing went out more than twice, or twice without a cause."""
    copies, ids = _copies(office.world.sent)
    begun = Counter(e.data["notice"] for es in chains.values() for e in es if e.kind is EntryKind.SENDING)
    ended = {e.data["notice"] for es in chains.values() for e in es if e.kind is EntryKind.SENT}
    found.notices = len(copies)
    found.repeated = sum(times == 2 for times in copies.values())
    found.faults += [f"{n} went out {t} times" for n, t in copies.items() if t > 2]
    found.faults += [
        f"{n} went out twice, begun {begun[n]} times" for n, t in copies.items() if t == 2 > begun[n]
    ]
    found.faults += [f"{n} under {len(m)} Message-IDs" for n, m in ids.items() if len(m) > 1]
    found.faults += [f"{n} is recorded as sent and was not" for n in ended - copies.keys()]
    held = {n for n, times in begun.items() if n not in ended}
    found.held = len(held)
    found.faults += [f"{n} was begun once and never ended" for n in held if begun[n] < 2]
    _receipts(office, chains, copies, held, found)


def _receipts(
    office: Office, chains: Mapping[str, list[Entry]], copies: Counter[str], held: set[str], found: Counts
) -> None:
    """One receipt for each mail that is owed one."""
    of_mail: dict[str, set[str]] = {}
    for entry in (e for es in chains.values() for e in es):
        if entry.kind in {EntryKind.SENDING, EntryKind.SENT} and entry.data.get("mail"):
            of_mail.setdefault(entry.data["mail"], set()).add(entry.data["notice"])
        if "postponed" in entry.data:
            of_mail.setdefault(entry.data["mail"], set()).add("joined")
    for entry in (e for es in chains.values() for e in es if e.kind in {EntryKind.OPENED, EntryKind.JOINED}):
        fate = Fate.parse(
            office.house.ledger.claimed(f"object:{entry.data['object']}") or "unmatched|silent|"
        )
        if not fate.answer or fate.receipts[0] != entry.submission:
            continue
        mine = of_mail.get(entry.data["digest"], set())
        found.receipts += 1
        found.joined += "joined" in mine
        if len(mine) != 1:
            found.faults.append(f"{entry.data['object']}: receipts {sorted(mine)}")
        elif "joined" not in mine and not (copies.keys() & mine or held & mine):
            found.faults.append(f"{entry.data['object']}: its receipt did not go out")


def _copies(sent: Path) -> tuple[Counter[str], dict[str, set[str]]]:
    copies: Counter[str] = Counter()
    ids: dict[str, set[str]] = {}
    for line in sent.read_text("utf-8").splitlines() if sent.exists() else ():
        notice, message_id, _, _ = json.loads(line)
        copies[notice] += 1
        ids.setdefault(notice, set()).add(message_id)
    return copies, ids


def _at_rest(head: Head, found: Counts) -> None:
    """A submission was judged with all its mails, and its verdict was told, or it lies in another one."""
    if head.state.get("into"):
        return
    if head.state.get("status") == Status.READING.value:
        found.faults.append(f"{head.submission}: is still being read")
    elif set(head.state.get("mails", ())) != set(head.state.get("judged", ())):
        found.faults.append(f"{head.submission}: a mail was never judged")


def _facts(office: Office, found: Counts) -> None:
    """Each part of a filed mail has facts, and none of them says that a reader crashed."""
    for key in office.house.objects.keys("facts/"):
        if not key.endswith(".json"):
            continue
        facts = Facts.model_validate_json(office.house.objects.get(key) or b"")
        if facts.unreadable:
            found.faults.append(f"{key}: {facts.unreadable.value} {facts.reason}")
    for key in office.house.objects.keys("mails/"):
        if load_manifest(office.house.objects, key.removeprefix("mails/").removesuffix(".json")) is None:
            found.faults.append(f"{key}: cannot be read")
