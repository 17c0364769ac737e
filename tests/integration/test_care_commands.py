"""`shoufa stalled` and `shoufa erase` on a data folder, and what they say of one that is in use."""

from dataclasses import replace
from pathlib import Path

import pytest

from local.data_folder import DataFolder, redrive_asked
from local.ledger_commands import verify_ledger
from local.main import main
from shoufa.adapters.disk_objects import DiskObjects
from unit.judging.build import complete
from unit.steps.world import World, papers

PACKAGE = papers(complete())


def filled(root: Path) -> World:
    """A folder as `shoufa up` leaves it: one submission told, one mail without a fate."""
    world = World()
    world.objects = DiskObjects(root)
    world.house = replace(world.house, objects=world.objects)
    with DataFolder(root, real=True):
        world.receive(PACKAGE)
        world.settle()
    return world


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(list(arguments))
    said = capsys.readouterr()
    return status, said.out, said.err


def test_nothing_stalls_and_all_mail_is_counted(tmp_path, capsys):
    filled(tmp_path)
    status, out, _ = run(capsys, "stalled", "--data", str(tmp_path))
    assert status == 0
    assert "1 mails: 1 submissions, 0 follow-ups, 0 automatic, 0 unmatched, 0 unaccounted." in out


def test_what_stalls_is_named_with_its_reason(tmp_path, capsys):
    world = filled(tmp_path)
    key = world.put({"x.pdf": "unreadable:unsupported"}, sender="wang@hunan.example")
    world.receive({"公文.pdf": PACKAGE["公文.pdf"]}, subject=f"补充 {world.numbers[0]}")
    status, out, _ = run(capsys, "stalled", "--data", str(tmp_path))
    assert status == 1
    assert any(line.startswith(key) and "not filed" in line for line in out.splitlines())
    assert f"{world.numbers[0]}：尚未读完或核对，回执未发出 / not read or judged to the end, its receipt was not sent" in out
    assert "1 unaccounted" in out
    assert "--redrive" in out


def test_a_running_house_is_asked_to_drive_it_again(tmp_path, capsys):
    world = filled(tmp_path)
    world.put({"x.pdf": "x"}, sender="wang@hunan.example")
    with DataFolder(tmp_path, real=True):
        _, out, _ = run(capsys, "stalled", "--data", str(tmp_path), "--redrive")
        assert "within seconds" in out
        assert redrive_asked(tmp_path)
        assert not redrive_asked(tmp_path)
    _, out, _ = run(capsys, "stalled", "--data", str(tmp_path), "--redrive")
    assert "next start" in out
    assert not redrive_asked(tmp_path)


def erase(capsys, root: Path, *more: str, who: str = "clerk-1") -> tuple[int, str, str]:
    return run(capsys, "erase", "--data", str(root), "--who", who, "--why", "request", *more)


def test_listed_first_removed_when_confirmed(tmp_path, capsys):
    world = filled(tmp_path)
    number = world.numbers[0]
    before = {p for p in tmp_path.rglob("*") if p.is_file()}
    status, out, _ = erase(capsys, tmp_path, "--submission", number)
    assert status == 0
    assert {p for p in tmp_path.rglob("*") if p.is_file()} == before
    code = out.rsplit("--confirm ", 1)[1].split()[0]
    listed = [line.strip() for line in out.splitlines() if line.startswith("  ")]
    assert "inbox/mail/1.eml" in listed
    assert all(world.objects.exists(key) for key in listed)

    status, _, err = erase(capsys, tmp_path, "--submission", number, "--confirm", "00000000")
    assert status == 2
    assert "list again" in err
    assert all(world.objects.exists(key) for key in listed)

    status, out, _ = erase(capsys, tmp_path, "--submission", number, "--confirm", code)
    assert status == 0
    assert f"{len(listed)} objects erased" in out
    assert not [key for key in listed if world.objects.exists(key)]
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and b"zhang@hubei.example" in p.read_bytes()]
    assert verify_ledger(tmp_path) == 0
    status, out, _ = run(capsys, "stalled", "--data", str(tmp_path))
    assert status == 0
    status, out, _ = run(capsys, "ledger", "export", str(tmp_path), "--out", str(tmp_path / "r.csv"))
    assert status == 0


def test_the_saved_file_that_a_mail_was_taken_from_goes_too(tmp_path, capsys):
    world = filled(tmp_path)
    taken = tmp_path / "drop" / "taken"
    taken.mkdir()
    (taken / "王明.eml").write_bytes(world.objects.get("inbox/mail/1.eml") or b"")
    (taken / "another.eml").write_bytes(b"another's")
    _, out, _ = erase(capsys, tmp_path, "--submission", world.numbers[0])
    assert "drop/taken/王明.eml" in out
    assert "another.eml" not in out
    code = out.rsplit("--confirm ", 1)[1].split()[0]
    assert erase(capsys, tmp_path, "--submission", world.numbers[0], "--confirm", code)[0] == 0
    assert [file.name for file in taken.iterdir()] == ["another.eml"]


def test_a_mail_by_its_object(tmp_path, capsys):
    filled(tmp_path)
    _, out, _ = erase(capsys, tmp_path, "--mail", "inbox/mail/1.eml")
    assert "inbox/mail/1.eml" in out
    status, _, err = erase(capsys, tmp_path, "--mail", "inbox/mail/none")
    assert status == 2
    assert "inbox/mail/none" in err


@pytest.mark.parametrize(
    ("who", "more", "word"),
    [
        ("王小明", ("--mail", "x"), "short id"),
        ("c", (), "--submission"),
        ("c", ("--submission", "230801-000000-0"), "230801-000000-0"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path, capsys, who, more, word):
    filled(tmp_path)
    status, _, err = erase(capsys, tmp_path, *more, who=who)
    assert status == 2
    assert word in err


def test_not_while_it_runs_and_not_elsewhere(tmp_path, capsys):
    world = filled(tmp_path / "data")
    with DataFolder(tmp_path / "data", real=True):
        status, _, err = erase(capsys, tmp_path / "data", "--submission", world.numbers[0])
    assert status == 2
    assert "stopped" in err
    status, _, err = erase(capsys, tmp_path, "--submission", world.numbers[0])
    assert status == 2
    assert "data folder" in err


def test_a_broken_ledger_is_not_erased_from(tmp_path, capsys):
    world = filled(tmp_path)
    key = next(iter(world.objects.keys("ledger/")))
    file = tmp_path / key.replace("#", "%23")
    file.write_bytes(file.read_bytes().replace(b'"seq":1', b'"seq":9'))
    status, _, err = erase(capsys, tmp_path, "--submission", world.numbers[0])
    assert status == 1
    assert "does not verify" in err


COMMANDS = [
    ["stalled", "--data", "DIR"],
    ["decide", "--list", "NUMBER", "--data", "DIR"],
    ["erase", "--data", "DIR", "--submission", "NUMBER", "--who", "wl", "--why", "request"],
    ["ledger", "export", "DIR", "--out", "DIR/out.csv"],
]


@pytest.mark.parametrize("half", ["mails/", "verdicts/"])
@pytest.mark.parametrize("words", COMMANDS, ids=lambda w: w[0])
def test_a_half_written_object_is_named_with_what_to_do(tmp_path, capsys, words, half):
    world = filled(tmp_path)
    (key, *_) = world.objects.keys(half)
    file = tmp_path / key
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:100])
    named = {"DIR": str(tmp_path), "NUMBER": world.numbers[0], "DIR/out.csv": str(tmp_path / "out.csv")}
    status, out, err = run(capsys, *(named.get(w, w) for w in words))
    if (words[0], half) == ("ledger", "mails/"):  # the register is made of verdicts
        assert status == 0
        return
    assert status == 2
    assert f"{key}；请从备份恢复" in err
    assert out == ""
