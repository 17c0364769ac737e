"""`shoufa up` under load, killed again and again: what sends, what kills, what receives, and what is counted."""

import json
import os
import random
import signal
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from local.demo_office import write_demo_calls
from local.process import ROOT

READY = "已就绪"
TITLE = "国家高新技术产业标准化试点示范项目申报材料"


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def write_calls(folder: Path) -> Path:
    """The demo's calls, open for ever, with a quiet time of a second."""
    write_demo_calls(ROOT / "schemas", folder)
    for file in (folder / "calls").glob("*.yaml"):
        call = json.loads(file.read_text("utf-8"))
        call |= {"closes": None, "opens": None, "outcome": {**call["outcome"], "settle": "PT1S"}}
        file.write_text(json.dumps(call, ensure_ascii=False), "utf-8")
    return folder


def a_mail(n: int) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = f"zhang{n}@office{n}.example", "cnis@example.org"
    mail["Subject"], mail["Message-ID"] = f"{TITLE} {n}", f"<mail-{n}@office{n}.example>"
    mail["Date"] = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime())
    mail.set_content("请查收。")
    mail.add_attachment(f"公文 {n}".encode(), maintype="text", subtype="plain", filename=f"公文{n}.txt")
    mail.add_attachment(f"附件 {n}".encode(), maintype="text", subtype="plain", filename=f"附件{n}.txt")
    return mail


class Relay:
    """The server that mail goes out by: counts what it was given."""

    def __init__(self) -> None:
        self.notices: Counter[str] = Counter()
        self.message_ids: dict[str, set[str]] = {}
        self.receipts: Counter[str] = Counter()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        notice = str(mail["X-Shoufa-Notice"])
        self.notices[notice] += 1
        self.message_ids.setdefault(notice, set()).add(str(mail["Message-ID"]))
        if "收件回执" in str(mail["Subject"]):
            self.receipts[str(mail["In-Reply-To"]).strip()] += 1
        return "250 OK"


@dataclass
class Load:
    """Sends and lays mails until stopped; `accepted` are Message-IDs that got 250, `dropped` files laid."""

    port: int
    drop: Path
    accepted: set[str] = field(default_factory=set)
    dropped: dict[str, str] = field(default_factory=dict)
    refused: int = 0
    most: int = 0
    """Mails in all: more than a busy machine works off would measure the machine."""

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._count = 0
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._send, self._send, self._lay)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    def _next(self) -> int:
        with self._lock:
            self._count += 1
            return self._count

    def _more(self) -> bool:
        return not self._stop.is_set() and self._count < self.most

    def _send(self) -> None:
        while self._more():
            mail = a_mail(self._next())
            for _ in range(3):
                try:
                    with smtplib.SMTP("127.0.0.1", self.port, timeout=20) as server:
                        server.send_message(mail)
                    self.accepted.add(mail["Message-ID"])
                    break
                except (OSError, smtplib.SMTPException):
                    self.refused += 1
                    self._stop.wait(0.3)
            self._stop.wait(0.6)

    def _lay(self) -> None:
        while self._more():
            if self.drop.is_dir():
                n = self._next()
                mail, part = a_mail(n), self.drop / f"{n}.part"
                with suppress(OSError):
                    part.write_bytes(mail.as_bytes(policy=policy.SMTP))
                    part.rename(self.drop / f"{n}.eml")
                    self.dropped[f"{n}.eml"] = mail["Message-ID"]
            self._stop.wait(1.5)


class Up:
    """One `shoufa up` after another on one folder."""

    def __init__(self, data: Path, calls: Path, port: int, relay_port: int) -> None:
        self._data = data
        self._command = [
            sys.executable, "-m", "local.main", "up", "--data", str(data), "--port", str(port), "--calls", str(calls),
            "--real-mail", "--sender", "office@example.org", "--relay", f"127.0.0.1:{relay_port}",
        ]  # fmt: skip
        self.log = data.parent / "log"

    def start(self) -> None:
        env = {**os.environ, "PYTHONPATH": f"{ROOT}/functions:{ROOT}/infra", "PYTHONUNBUFFERED": "1"}
        env["MAILS_PER_HOUR"] = "100000"  # the load is no loop
        self._from = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, env=env, stdout=log, stderr=log, start_new_session=True
            )

    def said(self, words: str) -> bool:
        with self.log.open("rb") as log:
            log.seek(self._from)
            return words.encode() in log.read()

    def wait_ready(self, seconds: float = 90) -> None:
        ends = time.monotonic() + seconds
        while not self.said(READY):
            assert self.process.poll() is None, self.log.read_text("utf-8")[-2000:]
            assert time.monotonic() < ends, "not ready"
            time.sleep(0.05)

    def kill(self) -> None:
        """kill -9 to the whole group: its readers die with it."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@dataclass
class Result:
    """What there was at the end."""

    kills: int
    load: Load
    relay: Relay
    data: Path
    snapshots: list[dict[str, bytes]]
    status: int
    unready_kills: int


def ledger_of(data: Path) -> dict[str, bytes]:
    return {str(p.relative_to(data)): p.read_bytes() for p in sorted((data / "ledger").rglob("*.json"))}


@contextmanager
def relay() -> Iterator[tuple[Relay, int]]:
    counted, port = Relay(), free_port()
    controller = Controller(counted, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield counted, port
    finally:
        controller.stop()


def killed_under_load(folder: Path, kills: int, seed: int) -> Result:
    """Start, load, kill at a random moment, `kills` times; then start once more, let it come to rest, and stop it."""
    dice = random.Random(seed)
    data, port = folder / "data", free_port()
    calls = write_calls(folder / "calls")
    with relay() as (counted, relay_port):
        up, load = Up(data, calls, port, relay_port), Load(port, data / "drop", most=20 + kills * 6)
        snapshots, unready = [], 0
        load.start()
        for _ in range(kills):
            up.start()
            if dice.random() < 0.25:
                time.sleep(dice.uniform(0, 5))
            else:
                up.wait_ready()
                time.sleep(dice.uniform(0, 3))
            unready += not up.said(READY)
            up.kill()
            snapshots.append(ledger_of(data))
        up.start()
        up.wait_ready()
        load.stop()
        wait_for_rest(counted, load, data, seconds=120 + 2.0 * len(load.accepted | set(load.dropped)))
        status = up.end()
    return Result(kills, load, counted, data, snapshots, status, unready)


def wait_for_rest(counted: Relay, load: Load, data: Path, seconds: float) -> None:
    """Until every accepted mail has its receipt and the drop folder is empty, or time is up."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        owed = (load.accepted | set(load.dropped.values())) - set(counted.receipts)
        if not owed and not list((data / "drop").glob("*.eml")):
            break
        time.sleep(0.5)
    time.sleep(2)
