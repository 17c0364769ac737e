"""A disk that is really full or read-only: nothing gets 250 that is not durable, and the words say what to do.

On a small tmpfs of its own where this user may mount one; elsewhere the write call itself fails.
"""

import errno
import os
import shutil
import smtplib
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from integration.test_doors import MAIL, OURS, Made, dropped, open_door
from local.data_folder import DataFolder, FolderRefused
from local.durable_ledger import DurableLedger, finish_pending
from shoufa.adapters.disk_objects import DiskObjects
from shoufa.domain.codes import EntryKind
from shoufa.domain.errors import TryAgain
from shoufa.domain.ledger import Head, next_entry
from shoufa.ports import Change
from unit.judging.build import START

BIG = MAIL + b"x" * 20_000
FULL, READ_ONLY = ("磁盘已满", "the disk is full"), ("只读", "read-only")


class Disk:
    """A folder whose disk can be filled and write-protected, and made good again."""

    def __init__(self, root: Path, patch: pytest.MonkeyPatch) -> None:
        self.root, self._patch = root, patch
        root.mkdir()
        self.mounted = (
            os.geteuid() == 0
            and shutil.which("mount") is not None
            and subprocess.run(
                ["mount", "-t", "tmpfs", "-o", "size=256k", "none", root], check=False, capture_output=True
            ).returncode
            == 0
        )

    def fill(self) -> None:
        if not self.mounted:
            self._fail(errno.ENOSPC)
            return
        with (self.root / "filler").open("wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(b"x" * 4096)
            except OSError:
                return

    def protect(self) -> None:
        if self.mounted:
            subprocess.run(["mount", "-o", "remount,ro", self.root], check=True)
        else:
            self._fail(errno.EROFS)

    def mend(self) -> None:
        self._patch.undo()
        if self.mounted:
            subprocess.run(["mount", "-o", "remount,rw", self.root], check=True)
        (self.root / "filler").unlink(missing_ok=True)

    def close(self) -> None:
        self._patch.undo()
        if self.mounted:
            subprocess.run(["umount", "-l", self.root], check=True)

    def _fail(self, code: int) -> None:
        def broken(*_: object) -> None:
            raise OSError(code, os.strerror(code))

        self._patch.setattr(os, "fsync", broken)


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    made = Disk(tmp_path / "data", monkeypatch)
    yield made
    made.close()


TROUBLES = [(Disk.fill, FULL), (Disk.protect, READ_ONLY)]


def send(port: int, raw: bytes) -> int:
    """The code that the door answered to the end of the text."""
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.ehlo()
        client.mail("z@x.example")
        client.rcpt(OURS)
        return client.data(raw)[0]


@pytest.mark.parametrize(("trouble", "words"), TROUBLES)
def test_no_250_for_what_is_not_durable(disk: Disk, trouble: Callable[[Disk], None], words: tuple[str, str]):
    objects = DiskObjects(disk.root)
    made = Made(objects)  # type: ignore[arg-type]
    door, port = open_door(made)
    try:
        assert send(port, MAIL) == 250
        before = made.mails
        trouble(disk)
        assert [send(port, BIG), send(port, MAIL)] == [452, 452]
        assert made.mails == before
        assert len(made.woken) == 1
        assert all(word in made.told[0] for word in words)
        disk.mend()
        assert send(port, BIG) == 250
        assert len(made.mails) == len(made.woken) == 2
    finally:
        door.stop()


@pytest.mark.parametrize(("trouble", "words"), TROUBLES)
def test_a_file_stays_in_the_drop_folder_until_it_is_durable(
    disk: Disk, tmp_path: Path, trouble: Callable[[Disk], None], words: tuple[str, str]
):
    made = Made(DiskObjects(disk.root))  # type: ignore[arg-type]
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "a.eml").write_bytes(BIG)
    drop = dropped(tmp_path / "drop", made)
    trouble(disk)
    assert (drop.look(), drop.look(), drop.look()) == (0, 0, 0)
    assert (tmp_path / "drop" / "a.eml").exists()
    assert made.mails == []
    assert all(word in made.told[0] for word in words)
    disk.mend()
    assert drop.look() == 1
    assert len(made.mails) == len(made.woken) == 1


@pytest.mark.parametrize(("trouble", "words"), TROUBLES)
def test_such_a_folder_is_refused_at_the_start(
    disk: Disk, trouble: Callable[[Disk], None], words: tuple[str, str]
):
    trouble(disk)
    with pytest.raises(FolderRefused) as refused, DataFolder(disk.root, real=False):
        pass
    assert all(word in str(refused.value) for word in words), str(refused.value)
    disk.mend()
    with DataFolder(disk.root, real=False):
        pass


def changes(count: int) -> list[Change]:
    heads = [Head(submission=f"S{n}") for n in range(count)]
    return [
        Change(h, [next_entry(h, START, EntryKind.NOTED, {"n": 1, "more": "x" * 9000})], {}) for h in heads
    ]


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(("trouble", "words"), TROUBLES)
def test_the_ledger_takes_nothing_that_is_not_on_the_disk(
    disk: Disk, trouble: Callable[[Disk], None], words: tuple[str, str], count: int
):
    from fakes import FakeLedger

    ledger, told = DurableLedger(FakeLedger(), DiskObjects(disk.root)), []
    ledger._objects.on_trouble = told.append
    trouble(disk)
    with pytest.raises(TryAgain):
        ledger.append(changes(count), {})
    assert all(ledger.head(f"S{n}") is None for n in range(count))
    assert all(word in told[0] for word in words)
    disk.mend()
    assert ledger.append(changes(count), {}) is True
    assert len(list(ledger._objects.keys("ledger/"))) == count
    assert not list((disk.root / "pending").glob("*"))


@pytest.mark.parametrize("left", [b"", b'["{', b"[1]", b'["{}"]'])
def test_a_half_written_transaction_is_told_and_nothing_is_made_of_it(tmp_path: Path, left: bytes):
    """Renamed whole, so only a broken disk leaves such a file."""
    (tmp_path / "pending").mkdir()
    (tmp_path / "pending" / "x.json").write_bytes(left)
    with pytest.raises(TryAgain) as told:
        finish_pending(DiskObjects(tmp_path))
    assert "备份" in str(told.value)
    assert "backup" in str(told.value)
    assert list(DiskObjects(tmp_path).keys("")) == []
