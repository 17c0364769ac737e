"""The folder of `shoufa up`: one process, one kind of mail, and plain words where it cannot be used."""

import errno
import os
import stat
from pathlib import Path

import pytest

from local.data_folder import DataFolder, FolderRefused, is_held
from local.up import run_up
from local.up_settings import Wanted, environment
from shoufa.domain.ledger import Entry, Head, next_entry
from unit.judging.build import START


def test_one_process_at_a_time(tmp_path: Path):
    with DataFolder(tmp_path, real=False):
        assert is_held(tmp_path)
        with pytest.raises(FolderRefused, match="Another shoufa up"), DataFolder(tmp_path, real=False):
            pass
        assert is_held(tmp_path)
    assert not is_held(tmp_path)
    with DataFolder(tmp_path, real=False):
        pass


def test_a_new_folder_is_closed_to_other_accounts(tmp_path: Path):
    """Papers and decisions: who may not look into it may not lay anything there either."""
    with DataFolder(tmp_path / "office" / "data", real=False) as folder:
        mode = stat.S_IMODE(folder.root.stat().st_mode)
        assert mode & (stat.S_IRWXO | stat.S_IWGRP) == 0


@pytest.mark.parametrize(("first", "then", "word"), [(True, False, "--real-mail"), (False, True, "for trials")])
def test_trial_and_real_mail_never_share_a_folder(tmp_path: Path, first: bool, then: bool, word: str):
    with DataFolder(tmp_path, real=first):
        pass
    with pytest.raises(FolderRefused, match=word), DataFolder(tmp_path, real=then):
        pass
    assert not is_held(tmp_path)


@pytest.mark.parametrize(("code", "word"), [(errno.EROFS, "read-only"), (errno.ENOSPC, "disk is full"), (errno.EIO, "check it")])
def test_a_disk_that_takes_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, word: str):
    def broken(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(FolderRefused, match=word), DataFolder(tmp_path, real=False):
        pass


def test_a_file_is_no_folder(tmp_path: Path):
    (tmp_path / "x").write_bytes(b"")
    with pytest.raises(FolderRefused), DataFolder(tmp_path / "x", real=False):
        pass


def test_nothing_is_sent_without_being_asked(tmp_path: Path):
    folder = DataFolder(tmp_path, real=False)
    assert environment(Wanted(tmp_path), folder)["MAIL_OUT"] == "outbox"
    for wanted in (Wanted(tmp_path, relay="x:25"), Wanted(tmp_path, real=True, relay="x:25")):
        with pytest.raises(FolderRefused, match="--relay"):
            environment(wanted, folder)
    sending = environment(Wanted(tmp_path, real=True, relay="x:2500", sender="a@b.example"), folder)
    assert (sending["MAIL_OUT"], sending["SMTP_HOST"], sending["SMTP_PORT"]) == ("smtp", "x", "2500")


def test_no_mailbox_is_looked_at_without_being_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = DataFolder(tmp_path, real=False)
    monkeypatch.setenv("IMAP_MAILBOXES", "imaps://a@x.example@imap.x.example")
    with pytest.raises(FolderRefused, match="--real-mail"):
        environment(Wanted(tmp_path), folder)
    with pytest.raises(FolderRefused, match="IMAP_PASSWORDS"):
        environment(Wanted(tmp_path, real=True), folder)
    monkeypatch.setenv("IMAP_PASSWORDS", '{"a@x.example": "code"}')
    monkeypatch.setenv("IMAP_SINCE", "2023-07-01")
    env = environment(Wanted(tmp_path, real=True), folder)
    assert [env[name] for name in ("IMAP_MAILBOXES", "IMAP_PASSWORDS", "IMAP_SINCE")] == [
        "imaps://a@x.example@imap.x.example",
        '{"a@x.example": "code"}',
        "2023-07-01",
    ]


def test_a_broken_ledger_is_not_worked_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    one = next_entry(Head(submission="S"), START, "noted", {"n": 1})  # type: ignore[arg-type]
    two = next_entry(Head(submission="S", seq=1, hash=one.hash), START, "noted", {"n": 2})  # type: ignore[arg-type]
    (tmp_path / "ledger" / "S").mkdir(parents=True)
    for entry in (one, two.model_copy(update={"data": {"n": 3}})):
        assert isinstance(entry, Entry)
        (tmp_path / "ledger" / "S" / f"{entry.seq:06d}.json").write_text(entry.text(), "utf-8")
    assert run_up(Wanted(tmp_path)) == 2
    said = capsys.readouterr().out
    assert "entry 2" in said
    assert "restore the folder from a backup" in said
    assert not is_held(tmp_path)
