"""`shoufa up` takes mail from a mailbox, answers it once, and says what to do where the mailbox is closed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import SMTP
from pathlib import Path

import pytest

from faults.restarts import free_port, write_calls
from local.demo_office import MAILBOXES
from unit.adapters.imap_server import PASSWORD, USER, ImapServer, certificate

ROOT = Path(__file__).parents[2]
SECONDS = 60


def a_mail(number: int) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = f"li{number}@bureau{number}.example", USER
    mail["Subject"], mail["Message-ID"] = "报送材料", f"<{number}@bureau.example>"
    mail["Date"] = datetime.now().astimezone()
    mail.set_content("请查收。")
    mail.add_attachment(b"%PDF-1.4\nno more", maintype="application", subtype="pdf", filename=f"{number}.pdf")
    return mail.as_bytes()


@pytest.fixture
def server(tmp_path) -> Iterator[ImapServer]:
    made = ImapServer({1: (datetime.now().astimezone(), a_mail(1))}, wants_id=True)
    made.start(*certificate(tmp_path))
    yield made
    made.stop()


class Running:
    """One `shoufa up` that looks at the server's mailbox as the first one of a call that is open."""

    def __init__(self, folder: Path, server: ImapServer, password: str) -> None:
        calls = write_calls(folder / "calls")
        env = {
            "PYTHONPATH": f"{ROOT}/functions:{ROOT}/infra",
            "PYTHONUNBUFFERED": "1",
            "SSL_CERT_FILE": str(folder / "cert.pem"),
            "IMAP_MAILBOXES": f"imaps://{USER}@localhost:{server.port}?mailbox={MAILBOXES['cnis']}",
            "IMAP_PASSWORDS": json.dumps({USER: password}),
        }
        self.data = folder / "data"
        self.log = folder / "log"
        command = [
            sys.executable,
            "-m",
            "local.main",
            "up",
            "--data",
            self.data,
            "--port",
            str(free_port()),
            "--real-mail",
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--calls", calls], env=os.environ | env, stdout=log, stderr=log
            )

    def until(self, what: Callable[[], bool]) -> bool:
        """Wait for something; whether it came."""
        ends = time.monotonic() + SECONDS
        while not (done := what()) and time.monotonic() < ends and self.process.poll() is None:
            time.sleep(0.2)
        return done

    def said(self) -> str:
        return self.log.read_text("utf-8")

    def receipts(self) -> list[str]:
        """The mails that were answered with a receipt, by their ids."""
        found = [BytesHeaderParser().parsebytes(f.read_bytes()) for f in self.data.glob("outbox/*.eml")]
        return sorted(m["In-Reply-To"] for m in found if m["X-Shoufa-Notice"].startswith("receipt"))

    def stop(self, number: int = signal.SIGTERM) -> None:
        self.process.send_signal(number)
        self.process.wait(SECONDS)


@pytest.fixture
def up(tmp_path: Path, server: ImapServer) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def start(password: str = PASSWORD) -> Running:
        started.append(Running(tmp_path, server, password))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.wait(SECONDS)


def test_a_mail_in_the_mailbox_is_answered_once_whatever_stops_it(up, server: ImapServer):
    first = up()
    assert first.until(lambda: first.receipts() == ["<1@bureau.example>"]), first.said()
    first.stop(signal.SIGKILL)
    server.mails[2] = (datetime.now().astimezone() + timedelta(seconds=1), a_mail(2))
    second = up()
    assert second.until(lambda: second.receipts() == ["<1@bureau.example>", "<2@bureau.example>"]), (
        second.said()
    )
    assert second.until(lambda: "新报送" in second.said()), second.said()
    second.stop()
    taken = [said for said in server.said if "BODY.PEEK[]" in said]
    assert [said.split()[2] for said in taken] == ["1", "2"]
    assert len(list(second.data.glob("inbox/mail/imap/*/*"))) == 2
    assert "已停止" in second.said()


def test_a_mailbox_that_refuses_is_told_with_what_to_do(up):
    running = up("wrong")
    assert running.until(lambda: "授权码" in running.said()), running.said()
    running.stop()
    assert "Traceback" not in running.said()
