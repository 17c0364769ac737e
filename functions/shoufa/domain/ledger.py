"""The ledger's entries: append-only, hash-chained per submission (contracts §4, design.md Ledger)."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from shoufa.domain.codes import EntryKind
from shoufa.domain.moments import stamp
from shoufa.domain.value import Value


def canonical(value: Any) -> str:
    """JSON with sorted keys, separators `,` and `:`, UTF-8 unescaped: what is hashed and stored."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(data: bytes) -> str:
    """Hex SHA-256."""
    return hashlib.sha256(data).hexdigest()


class Entry(Value):
    """One ledger entry. `data`: ids, digests, codes, counts; never names, texts, addresses, floats."""

    submission: str
    seq: int
    at: str
    kind: EntryKind
    data: dict[str, Any]
    previous: str | None
    hash: str = ""

    def sealed(self) -> "Entry":
        """The entry with its hash set."""
        return self.model_copy(update={"hash": self.compute()})

    def compute(self) -> str:
        """The hash of the entry without `hash`."""
        return digest(canonical(self._fields()).encode())

    def text(self) -> str:
        """The canonical JSON string that is stored."""
        return canonical({**self._fields(), "hash": self.hash})

    def _fields(self) -> dict[str, Any]:
        """All but the hash; `data` is JSON already (a model's own dump takes three times as long)."""
        named = (self.submission, self.seq, self.at, self.kind.value, self.data, self.previous)
        return dict(zip(("submission", "seq", "at", "kind", "data", "previous"), named, strict=True))


class Head(Value):
    """Where a submission's chain ends, and the little that the next step must know.

    `state` holds call, unit, status, verdict digest, mail digests and the like: ids and codes only.
    """

    submission: str
    seq: int = 0
    hash: str | None = None
    state: dict[str, Any] = {}


def next_entry(head: Head, at: datetime, kind: EntryKind, data: dict[str, Any]) -> Entry:
    """The entry that follows `head`, hashed and linked."""
    seq, when = head.seq + 1, stamp(at)
    entry = Entry(submission=head.submission, seq=seq, at=when, kind=kind, data=data, previous=head.hash)
    return entry.sealed()


class Break(Value):
    """Where a chain breaks, in words."""

    submission: str
    seq: int
    why: str


def verify(entries: Iterable[Entry]) -> list[Break]:
    """Check all chains: each entry's hash, its link, its number.

    Entries of one submission must stand in their order; submissions may be interleaved. The tail of a chain
    cannot be proven without a checkpoint.
    """
    breaks: list[Break] = []
    last: dict[str, Entry] = {}
    for entry in entries:
        before = last.get(entry.submission)
        breaks += [Break(submission=entry.submission, seq=entry.seq, why=w) for w in _faults(before, entry)]
        last[entry.submission] = entry
    return breaks


def _faults(before: Entry | None, entry: Entry) -> list[str]:
    faults = []
    if entry.compute() != entry.hash:
        faults.append("内容与哈希不符 / content does not match its hash")
    want_seq, want_previous = (before.seq + 1, before.hash) if before else (1, None)
    if entry.seq != want_seq:
        faults.append(f"序号应为{want_seq} / number {entry.seq} where {want_seq} belongs")
    if entry.previous != want_previous:
        faults.append("与上一条不相连 / not linked to the entry before it")
    return faults
