"""IMAP as the adapter speaks it (adapters/imap_mailbox.py), against a server of a few lines on this machine."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from shoufa.adapters.imap_mailbox import HEAD_BYTES, ImapMailbox
from shoufa.domain.errors import MailboxClosed, TryAgain, Unreadable
from shoufa.domain.mail_folder import MailFolder
from unit.adapters.imap_server import PASSWORD, USER, ImapServer, certificate

AT = datetime(2023, 8, 1, 9, 0, 0, tzinfo=timezone(timedelta(hours=8)))
RAW = b"Subject: one\r\n\r\nbody \xff\x00)\r\n* 9 FETCH (UID 9)\r\n"
DAY = date(2023, 8, 1)


@pytest.fixture(scope="module")
def pems(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def server(pems, monkeypatch) -> Iterator[ImapServer]:
    made = ImapServer({3: (AT, RAW), 5: (AT + timedelta(days=1), RAW)})
    made.start(*pems)
    monkeypatch.setenv("SSL_CERT_FILE", str(pems[0]))
    yield made
    made.stop()


def mailbox(server: ImapServer, password: str = PASSWORD, seconds: float = 20, **more: object) -> ImapMailbox:
    said = {"host": "localhost", "port": server.port, "user": USER, "mailbox": USER, **more}
    return ImapMailbox(MailFolder.model_validate(said), password, seconds)


def test_mails_are_listed_and_taken_and_nothing_there_is_changed(server):
    server.wants_id = True
    box = mailbox(server)
    assert box.open() == 7
    assert box.uids(DAY, 0) == [3, 5]
    assert box.about(3) == (len(RAW), AT)
    assert box.fetch(3) == RAW
    assert box.fetch(3, head=True) == b"Subject: one\r\n\r\n"
    box.close()
    changing = re.compile(
        r"SELECT|STORE|EXPUNGE|COPY|MOVE|DELETE|APPEND|CLOSE|BODY\[|RFC822[ )]", re.IGNORECASE
    )
    assert [said for said in server.said if changing.search(said)] == []
    assert [said.partition(" ")[0] for said in server.said][:5] == [
        "CAPABILITY",
        "LOGIN",
        "ID",
        "EXAMINE",
        "UID",
    ]
    assert server.said[-1] == "LOGOUT"


def test_only_later_uids_and_days_are_named(server):
    box = mailbox(server)
    box.open()
    assert box.uids(DAY, 3) == [5]
    assert box.uids(DAY, 5) == []  # the server names its last mail all the same
    assert box.uids(date(2023, 8, 2), 0) == [5]


def test_a_time_has_its_own_zone(server):
    server.mails[3] = (datetime(2023, 8, 1, 9, 0, 0, tzinfo=timezone(-timedelta(hours=3, minutes=30))), RAW)
    box = mailbox(server)
    box.open()
    assert box.about(3).received_at == datetime(2023, 8, 1, 12, 30, tzinfo=UTC)


def test_a_wrong_password_says_what_is_wanted(server):
    with pytest.raises(MailboxClosed, match=r"授权码.*authorisation code"):
        mailbox(server, "no").open()
    with pytest.raises(MailboxClosed, match="授权码"):
        mailbox(server, "密码").open()


def test_unsafe_login_says_what_to_do(server, monkeypatch):
    monkeypatch.setattr("unit.adapters.imap_server._Session._id", lambda *_: "BAD what?")
    server.wants_id = True
    with pytest.raises(MailboxClosed, match=r"Unsafe Login.*授权码.*authorisation code"):
        mailbox(server).open()


def test_who_knows_no_id_is_opened_all_the_same(server, monkeypatch):
    monkeypatch.setattr("unit.adapters.imap_server._Session._id", lambda *_: "BAD what?")
    assert mailbox(server).open() == 7


def test_a_folder_that_is_not_there(server):
    with pytest.raises(MailboxClosed, match="没有这个文件夹"):
        mailbox(server, folder="申报").open()


@pytest.mark.parametrize(
    ("name", "written"),
    [("申报材料", "&dTNipWdQZZk-"), ("a&b", "a&-b"), ("台北 R&D", "&U,BTFw- R&-D"), ('a"b', 'a\\"b')],
)
def test_folders_names_are_written_as_imap_wants_them(server, name, written):
    server.folders = {written}
    assert mailbox(server, folder=name).open() == 7


def test_a_certificate_that_nobody_trusts_gets_no_password(server, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(MailboxClosed, match="证书"):
        mailbox(server).open()
    assert server.said == []


def test_a_certificate_of_another_name_gets_no_password(server):
    with pytest.raises(MailboxClosed, match="证书"):
        mailbox(server, host="127.0.0.1").open()
    assert server.said == []


def test_nobody_there(server):
    server.stop()
    with pytest.raises(MailboxClosed, match=r"连接不上.*not reached"):
        mailbox(server).open()


def test_a_server_that_lists_nothing_is_a_closed_one(server):
    server.refuses = {"SEARCH"}
    box = mailbox(server)
    box.open()
    with pytest.raises(MailboxClosed, match=r"不能列出邮件.*cannot be listed"):
        box.uids(DAY, 0)


def test_what_is_said_of_a_closed_mailbox_names_nobody(server):
    with pytest.raises(MailboxClosed) as said:
        mailbox(server, "hidden-code").open()
    assert USER not in str(said.value)
    assert "hidden-code" not in str(said.value)


def test_what_is_larger_than_was_said_is_not_taken(server):
    server.mails[3] = (AT, RAW + b"x" * 2_000_000)
    server.sizes[3] = 10
    box = mailbox(server, max_bytes=1_500_000)
    box.open()
    assert box.about(3).size == 10
    with pytest.raises(Unreadable, match="too-large"):
        box.fetch(3)
    assert box.fetch(3, head=True) == b"Subject: one\r\n\r\n"  # over a new connection
    assert box.fetch(5) == RAW


def test_of_a_head_only_its_beginning_is_taken(server):
    server.mails[3] = (AT, b"X-Long: " + b"x" * 3_000_000 + b"\r\n\r\n")
    box = mailbox(server)
    box.open()
    assert len(box.fetch(3, head=True)) == HEAD_BYTES


def test_a_mail_that_is_not_given_keeps_none_other(server):
    server.silent, server.drops, server.refused = {3}, {4}, {6}
    server.mails |= {4: (AT, RAW * 50), 6: (AT, RAW)}
    box = mailbox(server)
    box.open()
    for uid in (3, 4, 6, 99):
        with pytest.raises(TryAgain):
            box.fetch(uid)
    for uid in (6, 99):
        with pytest.raises(TryAgain):
            box.about(uid)
    assert box.fetch(5) == RAW


def test_an_answer_that_stands_still_is_given_up(server):
    server.stalls = {3}
    box = mailbox(server, seconds=0.5)
    box.open()
    began = time.monotonic()
    with pytest.raises(TryAgain):
        box.fetch(3)
    assert time.monotonic() - began < 4
    assert box.fetch(5) == RAW


def test_uids_of_another_validity_are_not_asked_for(server):
    server.drops = {3}
    box = mailbox(server)
    box.open()
    with pytest.raises(TryAgain):
        box.fetch(3)
    server.validity = 8
    with pytest.raises(TryAgain, match="UIDVALIDITY"):
        box.fetch(5)
