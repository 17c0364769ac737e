"""`shoufa ledger verify`: each byte of a small ledger matters, as objects and as a list; so does each place."""

import itertools
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from local.ledger_commands import print_checkpoint, verify_ledger
from local.main import main
from shoufa.adapters.disk_objects import DiskObjects
from shoufa.domain.codes import EntryKind
from shoufa.domain.ledger import Entry, Head, next_entry
from unit.judging.build import START

NAMED = re.compile(r"entry \d|line \d|ledger/\S+\.json")
"""A fault says which entry, line or object."""


def chain(name: str, count: int, start: int = 0) -> list[Entry]:
    made, head = [], Head(submission=name)
    for n in range(count):
        data = {"object": f"inbox/mail/{n}", "n": n, "名": "é"}
        entry = next_entry(head, START + timedelta(minutes=start + n), EntryKind.NOTED, data)
        made.append(entry)
        head = Head(submission=name, seq=entry.seq, hash=entry.hash)
    return made


LEDGER = sorted([*chain("230801-AAAAAA-A", 3), *chain("MAIL#b", 1, 1)], key=lambda e: (e.at, e.submission, e.seq))


def as_objects(folder: Path, entries: list[Entry]) -> Path:
    for entry in entries:
        DiskObjects(folder).put(f"ledger/{entry.submission}/{entry.seq:06d}.json", entry.text().encode())
    return folder


def as_list(folder: Path, entries: list[Entry]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ledger.jsonl").write_text("".join(e.text() + "\n" for e in entries), "utf-8")
    return folder


@pytest.fixture(params=[as_objects, as_list])
def write(request: pytest.FixtureRequest) -> Callable[[Path, list[Entry]], Path]:
    return request.param


def test_it_is_whole_before(write: Callable[[Path, list[Entry]], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert verify_ledger(write(tmp_path / "x", LEDGER)) == 0
    said = capsys.readouterr().out
    assert "2条链，4条记录" in said
    assert "A cut tail or a removed chain cannot be seen from it alone" in said


@pytest.mark.parametrize("flip", [0x01, 0x20, 0x80])
def test_any_single_byte_is_found(
    write: Callable[[Path, list[Entry]], Path], tmp_path: Path, flip: int, capsys: pytest.CaptureFixture[str]
):
    folder = write(tmp_path / "x", LEDGER)
    unseen, tried = [], 0
    for file in sorted(folder.rglob("*.json*")):
        whole = file.read_bytes()
        for at in range(len(whole)):
            file.write_bytes(whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :])
            tried += 1
            if verify_ledger(folder) == 0 or not NAMED.search(capsys.readouterr().out):
                unseen.append((file.name, at, whole[at : at + 1]))
        file.write_bytes(whole)
    assert tried > 1000
    assert unseen == []
    assert verify_ledger(folder) == 0


@pytest.mark.parametrize("at", range(4))
def test_a_missing_entry_is_found_unless_it_was_a_tail(
    write: Callable[[Path, list[Entry]], Path], tmp_path: Path, at: int, capsys: pytest.CaptureFixture[str]
):
    """The end of a chain is what a checkpoint is for."""
    print_checkpoint(write(tmp_path / "whole", LEDGER), tmp_path / "point.json")
    short = capsys.readouterr().out.strip()
    cut = write(tmp_path / "cut", [e for n, e in enumerate(LEDGER) if n != at])
    gone = LEDGER[at]
    tail = all(e.seq < gone.seq for e in LEDGER if e.submission == gone.submission and e is not gone)
    assert verify_ledger(cut) == (0 if tail else 1)
    for point in (short, str(tmp_path / "point.json")):
        assert verify_ledger(cut, point) == 1


def test_any_other_order_of_the_list_is_found(tmp_path: Path):
    orders = [list(o) for o in itertools.permutations(LEDGER) if list(o) != LEDGER]
    assert len(orders) == 23
    assert all(verify_ledger(as_list(tmp_path / "x", o)) == 1 for o in orders)


def test_two_objects_that_changed_places_are_found(tmp_path: Path):
    for one, two in itertools.combinations(LEDGER, 2):
        folder = as_objects(tmp_path / f"{one.hash[:6]}{two.hash[:6]}", LEDGER)
        paths = [DiskObjects(folder)._path(f"ledger/{e.submission}/{e.seq:06d}.json") for e in (one, two)]
        datas = [p.read_bytes() for p in paths]
        for path, data in zip(paths, reversed(datas), strict=True):
            path.write_bytes(data)
        assert verify_ledger(folder) == 1


def added(entries: list[Entry], entry: Entry) -> list[Entry]:
    return sorted([*entries, entry], key=lambda e: (e.at, e.submission, e.seq))


def test_an_entry_put_in_between_is_found(tmp_path: Path):
    for known in LEDGER:
        forged = known.model_copy(update={"data": {"forged": True}}).sealed()
        assert verify_ledger(as_list(tmp_path / known.hash[:8], added(LEDGER, forged))) == 1
        copied = known.model_copy(update={"seq": 9}).sealed()
        assert verify_ledger(as_objects(tmp_path / copied.hash[:8], added(LEDGER, copied))) == 1


def test_a_list_that_lost_its_last_line_feed_or_got_other_line_ends_is_found(tmp_path: Path):
    file = as_list(tmp_path, LEDGER) / "ledger.jsonl"
    whole = file.read_bytes()
    for changed in (whole[:-1], whole.replace(b"\n", b"\r\n"), whole + b"\n", b"\xef\xbb\xbf" + whole):
        file.write_bytes(changed)
        assert verify_ledger(tmp_path) == 1


def test_objects_that_disagree_with_the_list_are_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """A chain rewritten in one of them, each hash right by itself."""
    other = [e for e in LEDGER if e.submission != "MAIL#b"]
    forged = next_entry(Head(submission="MAIL#b"), START + timedelta(minutes=1), EntryKind.NOTED, {"x": 1})
    folder = as_list(as_objects(tmp_path / "x", LEDGER), added(other, forged))
    assert verify_ledger(folder) == 1
    assert "MAIL#b 第1条：对象与账表不符" in capsys.readouterr().out
    missing = as_list(as_objects(tmp_path / "y", LEDGER), other)
    assert verify_ledger(missing) == 1


def test_a_ledger_written_wholly_anew_is_found_by_its_checkpoint(
    write: Callable[[Path, list[Entry]], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    print_checkpoint(write(tmp_path / "x", LEDGER), tmp_path / "point.json")
    short = capsys.readouterr().out.strip()
    anew = [next_entry(Head(submission="MAIL#b"), START, EntryKind.NOTED, {"n": 1})]
    longer = [*chain("230801-AAAAAA-A", 5), *anew]
    folder = write(tmp_path / "y", sorted(longer, key=lambda e: (e.at, e.submission, e.seq)))
    assert verify_ledger(folder) == 0
    assert verify_ledger(folder, short) == 1
    capsys.readouterr()
    assert verify_ledger(folder, str(tmp_path / "point.json")) == 1
    assert "rewritten" in capsys.readouterr().out


@pytest.mark.parametrize("said", ["garbage", "5-zz", "{}", "FILE"])
def test_what_is_no_checkpoint_is_said_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str], said: str):
    file = tmp_path / "point.json"
    file.write_bytes(b"\xff\xfe")
    folder = as_objects(tmp_path / "x", LEDGER)
    assert verify_ledger(folder, str(file) if said == "FILE" else said) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert "校验点无法读取" in line
    assert "COUNT-HASH" in line


@pytest.mark.parametrize(("what", "name"), [("export", "out.csv"), ("checkpoint", "out.json")])
def test_a_place_that_cannot_be_written_is_said_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str, name: str
):
    folder = as_objects(tmp_path / "x", LEDGER)
    (tmp_path / name).mkdir()  # no right to write is the same kind of error, but for root
    assert main(["ledger", what, str(folder), "--out", str(tmp_path / name)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert f"{tmp_path / name}" in line
    assert "name another place" in line


def test_a_reader_that_leaves_early_is_no_traceback(tmp_path: Path):
    folder = as_objects(tmp_path / "x", LEDGER)
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "local.main", "ledger", "verify", str(folder)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, env=env, check=False)
    os.close(write)
    assert (ended.returncode, ended.stderr) == (141, b"")
