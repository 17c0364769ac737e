"""Appending to the ledger: one conditional transaction, then the same entries as write-once objects."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shoufa.domain.codes import EntryKind
from shoufa.domain.errors import TryAgain
from shoufa.domain.ledger import Entry, Head, next_entry
from shoufa.ports import Change
from shoufa.steps.files import dump, entry_key, key_of
from shoufa.steps.house import House

Facts = tuple[EntryKind, dict[str, Any]]
Wanted = tuple[Sequence[Facts], Mapping[str, Any]]
"""What to append: (kind, data) pairs, and the head's new state."""
TRIES = 5


def change(house: House, head: Head, facts: Sequence[Facts], state: Mapping[str, Any]) -> Change:
    """Entries that follow `head`, one for each (kind, data), and the state they lead to."""
    entries: list[Entry] = []
    at = head
    for kind, data in facts:
        entry = next_entry(at, house.clock.now(), kind, data)
        entries.append(entry)
        at = Head(submission=head.submission, seq=entry.seq, hash=entry.hash)
    return Change(head, entries, {**head.state, **state})


def commit(house: House, changes: Sequence[Change], claims: Mapping[str, str] | None = None) -> bool:
    """Append all or nothing, then write each entry as an object; False if somebody was first.

    What stands before the new entries is proven first, so of any chain only its last entries can lack their
    objects. The first change is proven last: where it is proven, all are.
    """
    for made in changes:
        prove_end(house, made.expected)
    if not house.ledger.append(changes, claims or {}):
        return False
    for made in reversed(changes):
        prove(house, made.entries)
    return True


def prove_end(house: House, head: Head) -> None:
    """Make good where a crash fell between a commit and its proof; also in a chain that was merged then."""
    if head.hash is None or house.objects.exists(key_of(head.submission, head.seq)):
        return
    entries = house.ledger.entries(head.submission)
    merged = [e.data["from"] for e in entries if e.kind is EntryKind.MERGED and "from" in e.data]
    for chain in (*(house.ledger.entries(m) for m in merged), entries):
        prove(house, chain)


def prove(house: House, entries: Sequence[Entry]) -> None:
    """Write entries as objects; one that is there already stays as it is."""
    for entry in entries:
        house.objects.put(entry_key(entry), dump(entry))


def append(house: House, submission: str, make: Callable[[Head], Wanted | None]) -> bool:
    """Append what `make` says of the present head, trying again when another writer was first.

    `make` returns None where nothing is to be appended any more. Raises TryAgain after five lost races.
    """
    for _ in range(TRIES):
        head = house.ledger.head(submission) or Head(submission=submission)
        wanted = make(head)
        if wanted is None:
            prove_end(house, head)
            return False
        if commit(house, [change(house, head, *wanted)]):
            return True
    raise TryAgain(f"submission {submission}: five other writers were first")
