"""The mailbox's fake and its adapter pass the same tests; the adapter speaks to a server on this machine.

Where dovecot is installed the adapter is held against it, too: a server that nobody here wrote.
"""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from fakes import FakeMailbox
from shoufa.adapters.imap_mailbox import ImapMailbox
from shoufa.domain.errors import MailboxClosed, TryAgain, Unreadable
from shoufa.domain.mail_folder import MailFolder
from shoufa.ports import Mailbox
from unit.adapters.imap_server import PASSWORD, USER, ImapServer, certificate

AT = datetime(2023, 8, 1, 9, 0, tzinfo=UTC)
MOST = 2_000_000
SMALL = b"Subject: small\r\n\r\nbody\r\n"
LARGE = b"Subject: large\r\n\r\n" + b"x" * 78 + b"\r\n" + (b"y" * 78 + b"\r\n") * 30_000
Opener = Callable[[Sequence[tuple[datetime, bytes]]], Mailbox]
"""A mailbox that holds these mails under the UIDs 1, 2, …"""

DOVECOT = """
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
mail_location = maildir:{home}/mail
default_internal_user = {user}
default_login_user = {login}
default_internal_group = {group}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
  }}
}}
passdb {{
  driver = static
  args = password=code
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home} allow_all_users=yes
}}
first_valid_uid = 0
first_valid_gid = 0
mail_access_groups =
"""


def folder(port: int, user: str = USER) -> MailFolder:
    return MailFolder(host="localhost", port=port, user=user, mailbox=USER, max_bytes=MOST)


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that other accounts can enter: dovecot's parts run as several, where it is started by root."""
    made = Path(tempfile.mkdtemp(prefix="mailbox-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(params=["fake", "imap", "dovecot"])
def opener(request, home, monkeypatch) -> Iterator[Opener]:
    pems = certificate(home)
    monkeypatch.setenv("SSL_CERT_FILE", str(pems[0]))
    stop: list[Callable[[], object]] = []

    def fake(mails: Sequence[tuple[datetime, bytes]]) -> Mailbox:
        made = FakeMailbox(MOST)
        made.mails = dict(enumerate(mails, 1))
        return made

    def imap(mails: Sequence[tuple[datetime, bytes]]) -> Mailbox:
        server = ImapServer(dict(enumerate(mails, 1)))
        server.start(*pems)
        stop.append(server.stop)
        return ImapMailbox(folder(server.port), PASSWORD)

    def dovecot(mails: Sequence[tuple[datetime, bytes]]) -> Mailbox:
        maildir(home, mails)
        port = start_dovecot(home)
        stop.append(lambda: stop_dovecot(home))
        return ImapMailbox(folder(port, "unit"), "code")

    if request.param == "dovecot" and shutil.which("dovecot") is None:
        pytest.skip("dovecot is not installed")
    yield {"fake": fake, "imap": imap, "dovecot": dovecot}[request.param]
    for each in stop:
        each()


def maildir(home: Path, mails: Sequence[tuple[datetime, bytes]]) -> None:
    """Mails as a maildir holds them: a file's time is when it came."""
    for name in ("new", "cur", "tmp"):
        (home / "mail" / name).mkdir(parents=True)
    for number, (at, raw) in enumerate(mails):
        file = home / "mail" / "new" / f"{int(at.timestamp())}.{number:03d}.host"
        file.write_bytes(raw)
        os.utime(file, (at.timestamp(), at.timestamp()))


def start_dovecot(home: Path) -> int:
    """A dovecot of its own on a free port; it serves one mailbox to whoever knows the code."""
    root = os.getuid() == 0
    me = pwd.getpwnam("dovecot") if root else pwd.getpwuid(os.getuid())
    for path in (home / "mail", *(home / "mail").rglob("*")):
        os.chown(path, me.pw_uid, me.pw_gid)
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    ids = {"uid": me.pw_uid, "gid": me.pw_gid, "user": me.pw_name, "group": grp.getgrgid(me.pw_gid).gr_name}
    ids["login"] = "dovenull" if root else me.pw_name
    (home / "conf").write_text(DOVECOT.format(home=home, port=port, **ids), "utf-8")
    subprocess.run(["dovecot", "-c", str(home / "conf")], check=True, timeout=20)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return port
        time.sleep(0.05)
    raise TimeoutError((home / "log").read_text("utf-8"))


def stop_dovecot(home: Path) -> None:
    subprocess.run(["doveadm", "-c", str(home / "conf"), "stop"], check=False, timeout=20)


def test_mails_are_named_described_and_given(opener: Opener):
    box = opener([(AT, SMALL), (AT + timedelta(days=3), LARGE), (AT + timedelta(days=4), SMALL)])
    assert box.open() > 0
    assert box.uids(date(2023, 7, 31), 0) == [1, 2, 3]
    assert box.uids(date(2023, 7, 31), 1) == [2, 3]
    assert box.uids(date(2023, 7, 31), 3) == []
    assert box.uids(date(2023, 8, 3), 0) == [2, 3]
    assert box.about(1) == (len(SMALL), AT)
    assert (box.fetch(1), box.fetch(3)) == (SMALL, SMALL)
    box.close()
    box.close()


def test_of_a_mail_over_the_limit_the_head_is_given(opener: Opener):
    box = opener([(AT, LARGE), (AT, SMALL)])
    box.open()
    assert box.about(1).size == len(LARGE) > MOST
    with pytest.raises(Unreadable, match="too-large"):
        box.fetch(1)
    assert box.fetch(1, head=True) == b"Subject: large\r\n\r\n"
    assert box.fetch(2) == SMALL
    box.close()


def test_what_is_not_there_is_not_given(opener: Opener):
    box = opener([(AT, SMALL)])
    box.open()
    for ask in (box.about, box.fetch):
        with pytest.raises(TryAgain):
            ask(9)
    box.close()


def test_validity_is_the_same_at_each_opening_and_nothing_is_marked_as_read(opener: Opener, home: Path):
    box = opener([(AT, SMALL)])
    first = box.open()
    box.fetch(1)
    assert box.open() == first
    box.close()
    if (home / "mail").is_dir():
        marked = [p.name for p in (home / "mail" / "cur").iterdir() if ",S" in p.name]
        assert (marked, len(list((home / "mail").glob("[cn]*/*.host*")))) == ([], 1)


def test_a_wrong_code_opens_nothing(opener: Opener):
    box = opener([(AT, SMALL)])
    if isinstance(box, FakeMailbox):
        box.closed = "no"
    else:
        assert isinstance(box, ImapMailbox)
        box = ImapMailbox(box._folder, "wrong")
    with pytest.raises(MailboxClosed):
        box.open()
