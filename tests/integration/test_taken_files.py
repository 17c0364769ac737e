"""local/taken_files.py: of an erased mail its saved file goes too, and no other."""

import errno
from datetime import timedelta
from pathlib import Path

import pytest

from fakes import FakeClock, FakeIndex
from local.mail_room import digest_name, mail_key
from local.taken_files import EVERY, TakenFiles
from unit.judging.build import START

MAILS = {"甲.eml": b"one", "乙.eml": b"two", "丙.eml": b"three"}


def laid(tmp_path: Path) -> Path:
    taken = tmp_path / "drop" / "taken"
    taken.mkdir(parents=True)
    for name, raw in MAILS.items():
        (taken / name).write_bytes(raw)
    return taken


def left(taken: Path) -> set[str]:
    return {f.name for f in taken.iterdir()}


def test_the_files_of_erased_mails_go_within_the_hour(tmp_path: Path):
    taken, index, clock = laid(tmp_path), FakeIndex(), FakeClock(START)
    files = TakenFiles(tmp_path / "drop", index, clock.now, print)
    index.write("fates", mail_key("drop", digest_name(b"one")), {"fate": "erased", "erased": "yes"})
    index.write("fates", mail_key("drop", digest_name(b"two")), {"fate": "submission"})
    files.look()
    assert left(taken) == {"乙.eml", "丙.eml"}
    index.write("fates", mail_key("drop", digest_name(b"two")), {"fate": "erased", "erased": "yes"})
    clock.move(EVERY - timedelta(seconds=1))
    files.look()
    assert left(taken) == {"乙.eml", "丙.eml"}
    clock.move(timedelta(seconds=1))
    files.look()
    assert left(taken) == {"丙.eml"}


def test_a_mail_that_came_by_another_door_takes_no_file_along(tmp_path: Path):
    taken, index = laid(tmp_path), FakeIndex()
    index.write("fates", mail_key("smtp", digest_name(b"one")), {"fate": "erased", "erased": "yes"})
    TakenFiles(tmp_path / "drop", index, FakeClock(START).now, print).look()
    assert left(taken) == set(MAILS)


def test_no_folder_no_fault(tmp_path: Path):
    index = FakeIndex()
    index.write("fates", mail_key("drop", digest_name(b"one")), {"fate": "erased", "erased": "yes"})
    TakenFiles(tmp_path / "drop", index, FakeClock(START).now, print).look()


@pytest.mark.parametrize("refused", ["unlink", "read_bytes"])
def test_what_the_disk_refuses_is_told_keeps_no_other_file_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: str
):
    taken, index, clock, told = laid(tmp_path), FakeIndex(), FakeClock(START), list[str]()
    files = TakenFiles(tmp_path / "drop", index, clock.now, told.append)
    for raw in (b"one", b"two"):
        index.write("fates", mail_key("drop", digest_name(raw)), {"fate": "erased", "erased": "yes"})
    real = getattr(Path, refused)

    def refuse(file: Path) -> object:
        if file.name == "甲.eml":
            raise PermissionError(errno.EPERM, "Operation not permitted")
        return real(file)

    with monkeypatch.context() as broken:
        broken.setattr(Path, refused, refuse)
        assert files.look() == 1
    assert left(taken) == {"甲.eml", "丙.eml"}
    assert ["甲.eml" in line and "not permitted" in line for line in told] == [True]
    clock.move(EVERY)
    assert files.look() == 1
    assert left(taken) == {"丙.eml"}


def test_a_file_that_goes_between_two_looks_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    taken, index, told = laid(tmp_path), FakeIndex(), list[str]()
    index.write("fates", mail_key("drop", digest_name(b"one")), {"fate": "erased", "erased": "yes"})
    read = Path.read_bytes

    def gone(file: Path) -> bytes:
        if file.name != "甲.eml":
            file.unlink()
        return read(file)

    monkeypatch.setattr(Path, "read_bytes", gone)
    assert TakenFiles(tmp_path / "drop", index, FakeClock(START).now, told.append).look() == 1
    assert (left(taken), told) == (set(), [])
