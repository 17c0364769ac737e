"""local/taken_files.py: of an erased mail its saved file goes too, and no other."""

from datetime import timedelta
from pathlib import Path

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
    files = TakenFiles(tmp_path / "drop", index, clock.now)
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
    TakenFiles(tmp_path / "drop", index, FakeClock(START).now).look()
    assert left(taken) == set(MAILS)


def test_no_folder_no_fault(tmp_path: Path):
    index = FakeIndex()
    index.write("fates", mail_key("drop", digest_name(b"one")), {"fate": "erased", "erased": "yes"})
    TakenFiles(tmp_path / "drop", index, FakeClock(START).now).look()
