"""The ledger of `shoufa up`: what it appended is on the disk before anybody can see it.

The table lives in memory, the objects `ledger/…` on the disk. Under one lock: conditions are checked, then
the entries become objects, then the table takes them. A transaction of several entries is first written
whole to `pending/`, so that it is finished after a crash, or never began: two chains of a merge cannot part.
"""

import json
import threading
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from shoufa.adapters.disk_objects import DiskObjects, replace_durably
from shoufa.domain.errors import TryAgain
from shoufa.domain.ledger import Entry, Head
from shoufa.ports import Change, Ledger
from shoufa.steps.files import dump, entry_key

PENDING = "pending"
MAX_ITEMS = 100
"""As the table's own limit; asked before anything is written."""


class DurableLedger:
    """`ports.Ledger` over a table in memory and objects on the disk. One per folder and process."""

    def __init__(self, table: Ledger, objects: DiskObjects) -> None:
        """Keep both; `finish_pending` is to be called before the table is restored."""
        self._table = table
        self._objects = objects
        self._lock = threading.RLock()

    def head(self, submission: str) -> Head | None:
        """The end of a chain, as far as it is durable."""
        with self._lock:
            return self._table.head(submission)

    def entries(self, submission: str) -> Sequence[Entry]:
        """All entries of a chain, as far as they are durable."""
        with self._lock:
            return self._table.entries(submission)

    def claimed(self, name: str) -> str | None:
        """Who holds a claim, or None."""
        with self._lock:
            return self._table.claimed(name)

    def append(self, changes: Sequence[Change], claims: Mapping[str, str]) -> bool:
        """All or nothing, on the disk first. TryAgain where the disk did not take it: then nothing happened.

        After a transaction was written whole, its objects are owed: until they are written, nothing more is
        appended.
        """
        with self._lock:
            finish_pending(self._objects)
            if not self._free(changes, claims):
                return False
            entries = [entry for change in changes for entry in change.entries]
            if len(entries) + len(changes) + len(claims) > MAX_ITEMS:
                raise ValueError(f"{len(entries)} entries and {len(claims)} claims in one transaction")
            written = self._write(entries)
            if not self._table.append(changes, claims):
                raise RuntimeError("the table refused what it had been asked for; restart to restore it")
            if written is not None:
                _finish(self._objects, written)
            return True

    def _free(self, changes: Sequence[Change], claims: Mapping[str, str]) -> bool:
        """Whether all heads are as expected and all claims free or ours."""
        for change in changes:
            head = self._table.head(change.expected.submission)
            if (head.hash if head else None) != change.expected.hash:
                return False
        return all(self._table.claimed(name) in {None, owner} for name, owner in claims.items())

    def _write(self, entries: Sequence[Entry]) -> Path | None:
        """Make it durable: one entry as its object, more as one pending file, which is returned."""
        if len(entries) == 1:
            _put(self._objects, entries[0])
            return None
        path = self._objects.root / PENDING / f"{entries[0].hash}.json"
        text = json.dumps([e.text() for e in entries], ensure_ascii=False)
        try:
            replace_durably(path, text.encode(), self._objects.root / "tmp" / uuid.uuid4().hex)
        except OSError as err:
            path.unlink(missing_ok=True)
            raise self._objects.trouble(str(path), err) from err
        return path


def finish_pending(objects: DiskObjects) -> int:
    """Write the objects of transactions that were begun; how many. TryAgain if the disk is full."""
    found = sorted((objects.root / PENDING).glob("*.json"))
    for path in found:
        _finish(objects, path)
    return len(found)


def _finish(objects: DiskObjects, path: Path) -> None:
    for entry in _owed(path):
        _put(objects, entry)
    path.unlink()


def _owed(path: Path) -> list[Entry]:
    """The entries of a transaction that was begun; TryAgain where the file is damaged (a broken disk)."""
    try:
        return [Entry.model_validate_json(text) for text in json.loads(path.read_bytes())]
    except ValueError as err:
        raise TryAgain(
            f"{path}：文件已损坏，请从备份恢复该文件夹 / damaged: restore the folder from a backup"
        ) from err


def _put(objects: DiskObjects, entry: Entry) -> None:
    """Write one entry; TryAgain where another one lies in its place."""
    key = entry_key(entry)
    if not objects.put(key, dump(entry)) and objects.get(key) != dump(entry):
        raise TryAgain(
            f"{key}: another entry lies there; the table is behind the disk, restart to restore it"
        )
