"""The ledger of `shoufa up`: on the disk before it is seen, a transaction whole or not at all, tables made anew."""

import errno
import os
from pathlib import Path

import pytest

from fakes import FakeLedger
from local.durable_ledger import PENDING, DurableLedger, finish_pending
from shoufa.adapters.disk_objects import DiskObjects
from shoufa.domain.codes import EntryKind
from shoufa.domain.errors import TryAgain
from shoufa.domain.ledger import Entry, Head, next_entry
from shoufa.ports import Change
from unit.judging.build import START


def change(submission: str, count: int = 1, after: Head | None = None) -> Change:
    head = after or Head(submission=submission)
    entries, at = [], head
    for n in range(count):
        entries.append(next_entry(at, START, EntryKind.NOTED, {"n": n}))
        at = Head(submission=submission, seq=entries[-1].seq, hash=entries[-1].hash)
    return Change(head, entries, {})


@pytest.fixture
def objects(tmp_path: Path) -> DiskObjects:
    return DiskObjects(tmp_path)


def on_disk(objects: DiskObjects) -> list[str]:
    return [Entry.model_validate_json(objects.get(k) or b"").hash for k in objects.keys("ledger/")]


class Watched(FakeLedger):
    """A table that looks whether the disk was first."""

    def __init__(self, objects: DiskObjects) -> None:
        super().__init__()
        self.watched = objects

    def append(self, changes, claims) -> bool:  # type: ignore[no-untyped-def]
        durable = on_disk(self.watched)
        pending = "".join(p.read_text("utf-8") for p in (self.watched.root / PENDING).glob("*"))
        for entry in [e for c in changes for e in c.entries]:
            assert entry.hash in durable or entry.hash in pending
        return super().append(changes, claims)


@pytest.mark.parametrize("counts", [(1,), (2,), (1, 1), (3, 2)])
def test_the_disk_is_first(objects: DiskObjects, counts: tuple[int, ...]):
    table = Watched(objects)
    ledger = DurableLedger(table, objects)
    changes = [change(f"S{n}", count) for n, count in enumerate(counts)]
    assert ledger.append(changes, {"c": "S0"}) is True
    assert on_disk(objects) == [e.hash for c in changes for e in c.entries]
    assert ledger.claimed("c") == "S0"
    assert not list((objects.root / PENDING).glob("*"))


def test_what_the_conditions_refuse_is_not_on_the_disk(objects: DiskObjects):
    ledger = DurableLedger(FakeLedger(), objects)
    assert ledger.append([change("S")], {"c": "S"}) is True
    assert ledger.append([change("S")], {}) is False
    assert ledger.append([change("T")], {"c": "T"}) is False
    assert ledger.append([change("T"), change("S", 2)], {}) is False
    assert len(on_disk(objects)) == 1
    assert ledger.head("T") is None


@pytest.mark.parametrize(("call", "count"), [("fsync", 1), ("fsync", 2), ("link", 1), ("replace", 2)])
def test_what_the_disk_refuses_never_happened(
    objects: DiskObjects, monkeypatch: pytest.MonkeyPatch, call: str, count: int
):
    ledger = DurableLedger(FakeLedger(), objects)
    assert ledger.append([change("A")], {}) is True

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, call, full)
        with pytest.raises(TryAgain, match="No space"):
            ledger.append([change("S", count)], {})
    assert ledger.head("S") is None
    assert len(on_disk(objects)) == 1
    assert ledger.append([change("S", count)], {}) is True


def test_a_transaction_cut_off_after_it_was_written_whole_is_finished(objects: DiskObjects):
    changes = [change("early", 2), change("late", 1)]
    written = DurableLedger(FakeLedger(), objects)._write([e for c in changes for e in c.entries])
    assert written is not None
    objects.put("ledger/early/000001.json", changes[0].entries[0].text().encode())
    assert finish_pending(objects) == 1
    assert sorted(on_disk(objects)) == sorted(e.hash for c in changes for e in c.entries)
    assert finish_pending(objects) == 0


def test_a_table_behind_its_disk_says_restart(objects: DiskObjects):
    assert DurableLedger(FakeLedger(), objects).append([change("S")], {}) is True
    behind = DurableLedger(FakeLedger(), objects)
    other = next_entry(Head(submission="S"), START, EntryKind.NOTED, {"other": 1})
    with pytest.raises(TryAgain, match="restart"):
        behind.append([Change(Head(submission="S"), [other], {})], {})
    assert behind.head("S") is None
