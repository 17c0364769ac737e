"""`shoufa stalled` and `shoufa erase` on a data folder, and what they say of one that is in use."""

from dataclasses import replace
from pathlib import Path

import pytest

from local.data_folder import DataFolder, redrive_asked
from local.ledger_commands import verify_ledger
from local.main import main
from shoufa.adapters.disk_objects import DiskObjects
from unit.judging.build import complete
from unit.steps.levers import decide
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
        ("c", ("--submission", "LEDGER"), "LEDGER"),
        ("c", ("--submission", "UNIT#c1#u1"), "UNIT#C1#U1"),
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


def erased(root: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """A folder whose one submission was erased, named in small letters; its number."""
    number = filled(root).numbers[0]
    _, out, _ = erase(capsys, root, "--submission", number.lower())
    code = out.rsplit("--confirm ", 1)[1].split()[0]
    assert erase(capsys, root, "--submission", number.lower(), "--confirm", code)[0] == 0
    return number


def test_chains_that_are_no_submission_are_not_erased(tmp_path, capsys):
    world = filled(tmp_path)
    decide(world, "pause")
    assert world.ledger.head("OFFICE") is not None
    status, _, err = erase(capsys, tmp_path, "--submission", "OFFICE")
    assert status == 2
    assert "no receipt number: OFFICE" in err


def test_what_was_erased_is_called_so_wherever_it_is_asked_for(tmp_path, capsys):
    number = erased(tmp_path, capsys)
    status, out, _ = run(capsys, "decide", "--data", str(tmp_path), "--list", number)
    assert status == 0
    assert "erased by order" in out
    assert "being read" not in out
    _, out, _ = run(capsys, "stalled", "--data", str(tmp_path))
    assert "1 mails: " in out
    assert "1 erased by order" in out
    register = tmp_path / "register.csv"
    assert run(capsys, "ledger", "export", str(tmp_path), "--out", str(register))[0] == 0
    (row,) = register.read_text("utf-8-sig").splitlines()[1:]
    assert row.count("已按要求删除") == 2
    assert "新报送" not in row


@pytest.mark.parametrize(
    "words", [("paper", "--copies", "1"), ("hold",), ("note",), ("again",), ("merge", "230801-000000-0")]
)
def test_nothing_is_decided_on_what_was_erased(tmp_path, capsys, words):
    number = erased(tmp_path, capsys)
    action, *more = words
    status, _, err = run(capsys, "decide", action, number, *more, "--data", str(tmp_path), "--who", "wl")
    assert status == 2
    assert "shoufa add --call" in err
    assert not DiskObjects(tmp_path).keys("inbox/decision/")


def test_nothing_is_added_to_what_was_erased(tmp_path, capsys):
    number = erased(tmp_path, capsys)
    (tmp_path / "x.pdf").write_bytes(b"x")
    what = ("add", str(tmp_path / "x.pdf"), "--submission", number, "--from", "x", "--at", "2023-08-10")
    status, _, err = run(capsys, *what, "--data", str(tmp_path), "--who", "wl")
    assert status == 2
    assert "erased by order" in err
    assert not DiskObjects(tmp_path).keys("inbox/mail/add/")


def test_an_erased_mail_of_no_submission_is_called_so_in_the_register(tmp_path, capsys):
    world = filled(tmp_path)
    world.receive(subject="请问", sender="li@other.example")
    _, out, _ = erase(capsys, tmp_path, "--mail", "inbox/mail/2.eml")
    code = out.rsplit("--confirm ", 1)[1].split()[0]
    assert erase(capsys, tmp_path, "--mail", "inbox/mail/2.eml", "--confirm", code)[0] == 0
    register = tmp_path / "register.csv"
    assert run(capsys, "ledger", "export", str(tmp_path), "--out", str(register))[0] == 0
    said = register.read_text("utf-8-sig")
    assert "咨询或其他" not in said
    assert said.count("已按要求删除") == 1


UNFIT = {
    "inbox/decision/a.json": (b"{", "a JSON object"),
    "inbox/decision/b.json": (b"", "a JSON object"),
    "inbox/decision/c.json": (b'\xef\xbb\xbf{"who":"wl","action":"pause"}', "a JSON object"),
    "inbox/decision/d.json": ('{"who":"王","action":"pause"}'.encode(), "who：应为"),
    "inbox/decision/e.json": (b'{"who":"wl","action":"hold","submission":"230801-ZZZZZZ-Z"}', "no such receipt number"),
    "inbox/decision/f.json": (b'{"who":"wl","action":"release-mail","object":"inbox/mail/none"}', "not there"),
}


def test_decisions_that_cannot_be_taken_are_named_with_their_reason(tmp_path, capsys):
    filled(tmp_path)
    for key, (data, _) in UNFIT.items():
        DiskObjects(tmp_path).put(key, data)
    DiskObjects(tmp_path).put("inbox/decision/good.json", b'{"who":"wl","action":"pause"}')
    (tmp_path / "inbox" / "decision" / "决定.json").write_bytes(b'{"who":"wl","action":"pause"}')
    status, out, _ = run(capsys, "stalled", "--data", str(tmp_path))
    assert status == 1
    lines = {line.partition("：")[0]: line for line in out.splitlines() if line.startswith("inbox/decision/")}
    assert lines.keys() == {*UNFIT, "inbox/decision/决定.json"}
    for key, (_, said) in UNFIT.items():
        assert said in lines[key]
    assert "letters, digits" in lines["inbox/decision/决定.json"]
    assert "Decide anew" in out
    assert "--redrive" not in out
