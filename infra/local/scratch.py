"""A data folder looked at without touching it: what is written stays in memory, the table is made anew there.

For commands that try something out (`shoufa call revise`) or do everything once more (`shoufa replay`).
"""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from local.clock import SteadyClock
from local.data_folder import MODE, TRIAL
from local.process import ROOT
from shoufa import wiring
from shoufa.adapters.disk_objects import DiskObjects
from shoufa.domain.ledger import Entry, Head
from shoufa.domain.office import Office
from shoufa.ports import Change, ObjectStore
from shoufa.settings import read_settings
from shoufa.steps.house import House
from shoufa.steps.restore import restore


class Overlay:
    """`ports.ObjectStore`: objects of another store as far as they are `shown`, what is new in memory.

    Write-once as any store: what the other one shows stays as it is.
    """

    def __init__(self, below: ObjectStore, shown: Callable[[str], bool] = lambda _: True) -> None:
        """Keep the store below, which is only read."""
        self._below = below
        self._shown = shown
        self._new: dict[str, bytes] = {}

    def put(self, key: str, data: bytes) -> bool:
        """Keep in memory if absent."""
        if self.exists(key):
            return False
        self._new[key] = data
        return True

    def get(self, key: str) -> bytes | None:
        """The bytes, or None."""
        if key in self._new:
            return self._new[key]
        return self._below.get(key) if self._shown(key) else None

    def exists(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._new or (self._shown(key) and self._below.exists(key))

    def keys(self, prefix: str, after: str = "", limit: int = 0) -> Sequence[str]:
        """Keys under a prefix, sorted, behind `after`; at most `limit` of them, where that is not 0."""
        new = (k for k in self._new if k.startswith(prefix))
        found = sorted(k for k in {*new, *filter(self._shown, self._below.keys(prefix))} if k > after)
        return found[:limit] if limit else found

    def retain(self, key: str, until: datetime) -> None:
        """Nothing: the store below is not touched."""

    def erase(self, key: str) -> int:
        """What is new in memory goes; the store below is not touched."""
        return int(self._new.pop(key, None) is not None)


class MemoryTable:
    """`ports.Ledger`, `ports.Index` and `steps.restore.Table` in memory."""

    def __init__(self) -> None:
        """Begin empty."""
        self._heads: dict[str, Head] = {}
        self._chains: dict[str, list[Entry]] = {}
        self._claims: dict[str, str] = {}
        self._groups: dict[str, dict[str, Mapping[str, str]]] = {}

    def chain(self, head: Head, entries: Sequence[Entry]) -> None:
        """Put one chain with its head."""
        self._heads[head.submission], self._chains[head.submission] = head, list(entries)

    def claim(self, name: str, owner: str) -> None:
        """Put one claim."""
        self._claims[name] = owner

    def head(self, submission: str) -> Head | None:
        """The end of a chain."""
        return self._heads.get(submission)

    def entries(self, submission: str) -> Sequence[Entry]:
        """All entries of a chain."""
        return self._chains.get(submission, ())

    def claimed(self, name: str) -> str | None:
        """Who holds a claim."""
        return self._claims.get(name)

    def append(self, changes: Sequence[Change], claims: Mapping[str, str]) -> bool:
        """All or nothing; False if a head moved or a claim is another's."""
        held = [(self.head(c.expected.submission), c.expected) for c in changes]
        moved = any((head.hash if head else None) != expected.hash for head, expected in held)
        if moved or any(self._claims.get(name, owner) != owner for name, owner in claims.items()):
            return False
        for change in changes:
            known = self._chains.get(change.head.submission, [])
            self.chain(change.head, [*known, *change.entries])
        self._claims.update(claims)
        return True

    def write(self, group: str, key: str, value: Mapping[str, str]) -> None:
        """Put one look-up."""
        self._groups.setdefault(group, {})[key] = dict(value)

    def drop(self, group: str, key: str) -> None:
        """Remove one look-up."""
        self._groups.get(group, {}).pop(key, None)

    def find(
        self, group: str, until: str | None = None, after: str = ""
    ) -> Sequence[tuple[str, Mapping[str, str]]]:
        """The items of a group by key, in order, behind `after` up to and including `until`."""
        items = sorted(self._groups.get(group, {}).items())
        return [(k, v) for k, v in items if k > after and (until is None or k <= until)]

    @property
    def heads(self) -> list[Head]:
        """The ends of all chains, in order of their names."""
        return [self._heads[name] for name in sorted(self._heads)]


class NoQueues:
    """`ports.Queues` that take nothing: whoever looks asks for nothing."""

    def send(self, queue: str, message: Mapping[str, object], group: str = "") -> None:
        """Forget it."""


def calls_dir(data: Path, given: Path | None) -> Path:
    """The definitions that a folder was worked with: those named, a trial's, else the program's own."""
    if given is not None:
        return given
    mode = data / MODE
    trial = mode.is_file() and mode.read_text("ascii") == TRIAL and (data / "trial-calls").is_dir()
    return data / "trial-calls" if trial else ROOT / "schemas"


def office_from(calls: Path) -> Office:
    """The office as it comes with a folder of definitions."""
    return wiring.load_office(read_settings({**os.environ, "CALLS_DIR": str(calls)}))


def scratch_house(data: Path, office: Office) -> tuple[House, MemoryTable]:
    """A data folder's state in memory. BrokenLedger where its chains do not hold; FileNotFoundError."""
    if not data.is_dir():
        raise FileNotFoundError(data)
    table = MemoryTable()
    house = House(Overlay(DiskObjects(data)), table, table, NoQueues(), SteadyClock(), office)
    restore(house, table)
    return house, table
