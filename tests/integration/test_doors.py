"""The doors of `shoufa up`: 250 and a moved file mean durable; all else is refused with the right words."""

import os
import smtplib
import socket
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from fakes import FakeClock, FakeObjects
from local.drop_folder import DropFolder
from local.mail_room import MailRoom
from local.smtp_door import MAX_BYTES, MAX_CONNECTIONS, Door, SmtpDoor
from shoufa.domain.errors import TryAgain
from shoufa.domain.mail import Envelope
from shoufa.entry import stored_objects
from shoufa.steps.files import load_envelope
from unit.judging.build import START

OURS = "a@unit.example"
MAIL = b"From: z@x.example\r\nTo: a@unit.example\r\nSubject: x\r\n\r\nbody\r\n"


class Full(FakeObjects):
    """Takes sidecars and no mails while `full`."""

    full = True

    def put(self, key: str, data: bytes) -> bool:
        if self.full and key.startswith("inbox/mail/"):
            raise TryAgain("the disk is full")
        return super().put(key, data)


class Made:
    """A room over fake objects, what it woke, and what was told."""

    def __init__(self, objects: FakeObjects) -> None:
        self.objects = objects
        self.woken: list[dict[str, Any]] = []
        self.told: list[str] = []
        self.room = MailRoom(objects, self.woken.append)

    @property
    def mails(self) -> list[str]:
        return list(self.objects.keys("inbox/mail/"))


def open_door(made: Made) -> tuple[SmtpDoor, int]:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    door = SmtpDoor(Door(made.room, FakeClock(START), OURS.__eq__, made.told.append), port)
    door.start()
    return door, port


@pytest.fixture
def made() -> Made:
    return Made(FakeObjects())


@pytest.fixture
def smtp(made: Made) -> Iterator[smtplib.SMTP]:
    door, port = open_door(made)
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        yield client
    door.stop()


def test_250_means_that_mail_and_sidecar_are_stored(made: Made, smtp: smtplib.SMTP):
    assert smtp.sendmail("z@x.example", [OURS], MAIL) == {}
    (key,) = made.mails
    raw = made.objects.get(key) or b""
    assert raw.endswith(MAIL)
    assert message_from_bytes(raw)["Delivered-To"] == OURS
    assert message_from_bytes(raw)["Received"].endswith("Tue, 01 Aug 2023 09:00:00 +0800")
    known = load_envelope(made.objects, key)
    assert known == Envelope(received_at=START, door="smtp", mailbox=OURS, mail_from="z@x.example")
    assert [k for m in made.woken for k, _ in stored_objects(m)] == [key]


@pytest.mark.parametrize("to", ["b@unit.example", "a@unit.example.evil.example", "postmaster@x.example"])
def test_strangers_mailboxes_are_refused(made: Made, smtp: smtplib.SMTP, to: str):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as err:
        smtp.sendmail("z@x.example", [to], MAIL)
    assert err.value.recipients[to][0] == 550
    assert made.mails == []


def test_the_size_is_announced_and_held(made: Made, smtp: smtplib.SMTP):
    smtp.ehlo()
    assert int(smtp.esmtp_features["size"]) == MAX_BYTES == 60 * 2**20
    with pytest.raises(smtplib.SMTPResponseException) as err:
        smtp.sendmail("z@x.example", [OURS], MAIL, mail_options=[f"size={MAX_BYTES + 1}"])
    assert err.value.smtp_code == 552
    assert made.mails == []


def test_what_is_not_durable_gets_no_250():
    made = Made(Full())
    door, port = open_door(made)
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        with pytest.raises(smtplib.SMTPDataError) as err:
            client.sendmail("z@x.example", [OURS], MAIL)
        assert err.value.smtp_code == 452
        made.objects.full = False  # type: ignore[attr-defined]
        assert client.sendmail("z@x.example", [OURS], MAIL) == {}
    door.stop()
    assert len(made.mails) == 1
    assert "not taken" in made.told[0]


def test_the_null_sender_and_a_wicked_helo(made: Made, smtp: smtplib.SMTP):
    smtp.ehlo("evil\tSubject:injected")
    smtp.sendmail("", [OURS], MAIL)
    raw = made.objects.get(made.mails[0]) or b""
    assert message_from_bytes(raw)["Subject"] == "x"
    known = load_envelope(made.objects, made.mails[0])
    assert known is not None
    assert known.mail_from == ""


def test_connections_are_bounded(made: Made):
    door, port = open_door(made)
    held = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(MAX_CONNECTIONS)]
    for one in held:
        assert one.recv(100).startswith(b"220")
    with socket.create_connection(("127.0.0.1", port), 10) as late:
        said = b""
        while piece := late.recv(200):
            said += piece
    assert b"421" in said
    for one in held:
        one.close()
    door.stop()
    assert made.mails == []


def dropped(tmp_path: Path, made: Made) -> DropFolder:
    return DropFolder(tmp_path, made.room, made.told.append)


def test_a_file_is_moved_once_it_is_durable(tmp_path: Path, made: Made):
    (tmp_path / "报送.EML").write_bytes(MAIL)
    drop = dropped(tmp_path, made)
    assert (drop.look(), drop.look(), drop.look()) == (0, 1, 0)
    assert [p.name for p in (tmp_path / "taken").iterdir()] == ["报送.EML"]
    assert made.objects.get(made.mails[0]) == MAIL


def test_what_is_not_durable_stays(tmp_path: Path):
    made = Made(Full())
    (tmp_path / "a.eml").write_bytes(MAIL)
    drop = dropped(tmp_path, made)
    assert (drop.look(), drop.look()) == (0, 0)
    assert (tmp_path / "a.eml").exists()
    made.objects.full = False  # type: ignore[attr-defined]
    assert drop.look() == 1


def test_a_file_being_copied_waits(tmp_path: Path, made: Made):
    drop = dropped(tmp_path, made)
    for n in range(1, 4):
        (tmp_path / "a.eml").write_bytes(MAIL * n)
        assert drop.look() == 0
    assert drop.look() == 1
    assert made.objects.get(made.mails[0]) == MAIL * 3


def test_the_same_file_twice_is_one_mail_and_no_name_is_lost(tmp_path: Path, made: Made):
    drop = dropped(tmp_path, made)
    for _ in range(2):
        (tmp_path / "a.eml").write_bytes(MAIL)
        drop.look()
        assert drop.look() == 1
    assert len(made.mails) == len(made.woken) == 1
    assert sorted(p.name for p in (tmp_path / "taken").iterdir()) == ["a-2.eml", "a.eml"]


def test_links_hidden_files_and_giants_are_left(tmp_path: Path, made: Made):
    (tmp_path / "secret").write_bytes(b"x")
    (tmp_path / "link.eml").symlink_to(tmp_path / "secret")
    (tmp_path / ".a.eml").write_bytes(MAIL)
    with (tmp_path / "big.eml").open("wb") as big:
        big.truncate(MAX_BYTES + 1)
    drop = dropped(tmp_path, made)
    assert (drop.look(), drop.look()) == (0, 0)
    assert made.mails == []
    assert [p.name for p in (tmp_path / "refused").iterdir()] == ["big.eml"]


def test_a_name_in_gbk_is_taken_like_any_other(tmp_path: Path, made: Made):
    drop = dropped(tmp_path, made)
    Path(os.fsdecode(os.fsencode(tmp_path) + "/张三.eml".encode("gbk"))).write_bytes(MAIL)
    assert [drop.look(), drop.look()] == [0, 1]
    envelope = load_envelope(made.objects, made.mails[0])
    assert envelope is not None
    assert envelope.file.endswith(".eml")


def test_a_file_in_trouble_keeps_no_other_waiting_and_is_told_once(tmp_path: Path, made: Made):
    drop = dropped(tmp_path, made)
    long = f"{'a' * 251}.eml"
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / long).write_bytes(b"another")  # so the name would need a number, and be too long
    (tmp_path / long).write_bytes(MAIL)
    (tmp_path / "b.eml").write_bytes(MAIL + b"other")
    assert [drop.look(), drop.look(), drop.look()] == [0, 1, 0]
    assert not (tmp_path / "b.eml").exists()
    assert sum("暂未收下" in line for line in made.told) == 1


def test_a_drop_folder_that_was_moved_away_is_made_again(tmp_path: Path, made: Made):
    drop = dropped(tmp_path, made)
    tmp_path.rmdir()
    assert drop.look() == 0
    assert tmp_path.is_dir()


def test_a_sender_in_gbk_is_taken(made: Made):
    door, port = open_door(made)
    try:
        with socket.create_connection(("127.0.0.1", port)) as talk, talk.makefile("rwb") as lines:
            lines.readline()
            mail = b"From: z@x.example\r\n\r\nhi\r\n."
            for said in (
                b"HELO c",
                b"MAIL FROM:<\xd5\xc5@x.example>",
                b"RCPT TO:<a@unit.example>",
                b"DATA",
                mail,
            ):
                lines.write(said + b"\r\n")
                lines.flush()
                answer = lines.readline()
    finally:
        door.stop()
    assert answer.startswith(b"250")
    assert len(made.mails) == 1


def test_fates_are_told_once(made: Made):
    envelope = Envelope(received_at=START + timedelta(0), door="smtp")
    made.room.take("inbox/mail/smtp/1", MAIL, envelope)
    assert made.room.told({}.get) == []
    assert made.room.told({"inbox/mail/smtp/1": "submission|answer||R"}.get) == [
        ("inbox/mail/smtp/1", "submission|answer||R")
    ]
    assert made.room.told({"inbox/mail/smtp/1": "submission|answer||R"}.get) == []
