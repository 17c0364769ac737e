"""How long 100,000 ledger entries take to restore and to verify, and whether memory grows with the objects stored.

`make restore`; prints figures, and ends with 1 where a limit of the design is passed.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from local.clock import VirtualClock
from local.engine import LocalEngine
from local.moto_table import MotoTable
from local.process import QUIET, ROOT
from shoufa import wiring
from shoufa.adapters.disk_objects import DiskObjects
from shoufa.domain.codes import EntryKind, Status
from shoufa.domain.ledger import Entry, Head, digest, next_entry
from shoufa.domain.mail import Address, Envelope, InboundMail
from shoufa.domain.receipt import receipt_number
from shoufa.domain.submission import Manifest, ProjectRow, Verdict
from shoufa.steps.files import dump, entry_key, envelope_key, manifest_key, verdict_key
from shoufa.steps.restore import restore
from shoufa.steps.unfinished import Unfinished
from unit.judging.build import START

ENTRIES = int(os.environ.get("SHOUFA_ENTRIES", "100000"))
EACH = 8
CALL, UNIT = "sac-2023-27-hightech", "cnis"
RESTORE_SECONDS, VERIFY_SECONDS, GROWN_MB = 60, 30, 30


def rss_mb() -> float:
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def write(root: Path, key: str, data: bytes) -> None:
    """Without flushing: what is measured is reading."""
    path = DiskObjects(root)._path(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def submission(root: Path, n: int) -> None:
    at = START + timedelta(minutes=n)
    key, sender = f"inbox/mail/smtp/{n}", f"zhang{n}@office{n}.example"
    sha = digest(key.encode())
    mail = InboundMail(message_id=f"<{n}@x>", subject=f"报送 {n}", sender=Address(email=sender), date=at)
    envelope = Envelope(received_at=at, door="smtp")
    manifest = Manifest(
        object=key,
        digest=sha,
        fingerprint=sha,
        mailbox="a@b.example",
        mail=mail,
        envelope=envelope,
        sender=sender,
    )
    receipt = receipt_number(at, sha)
    verdict = Verdict(
        receipt=receipt, call=CALL, unit=UNIT, status=Status.COMPLETE, received_at=at, mails=(sha,), key=f"k{n}",
        projects=(ProjectRow(name=f"项目{n}"),),
    )  # fmt: skip
    verdict_sha = digest(dump(verdict))
    for name, data in (
        (key, b"x"), (envelope_key(key), dump(envelope)), (manifest_key(sha), dump(manifest)),
        (verdict_key(receipt, verdict_sha), dump(verdict)),
    ):  # fmt: skip
        write(root, name, data)
    opened = {
        "object": key, "digest": sha, "fingerprint": sha, "received_at": at.isoformat(), "parts": [sha] * 4,
        "call": CALL, "unit": UNIT, "revision": "r",
    }  # fmt: skip
    notice = {"notice": f"receipt-{n}", "template": "receipt", "mail": sha}
    outcome = {"notice": f"outcome-{receipt}-1-abcdef01", "template": "outcome", "verdict": verdict_sha}
    facts = [
        (EntryKind.OPENED, opened), (EntryKind.SENDING, {**notice, "attempt": 1}),
        (EntryKind.SENT, {**notice, "message_id": "<m>"}), (EntryKind.READ, {"documents": [sha] * 4, "reader": "r"}),
        (EntryKind.JUDGED, {"verdict": verdict_sha, "status": "complete", "findings": {}, "projects": 1, "late": False}),
        (EntryKind.SENDING, {**outcome, "attempt": 1}), (EntryKind.SENT, {**outcome, "message_id": "<m>"}),
        (EntryKind.NOTED, {"settled": verdict_sha}),
    ]  # fmt: skip
    head = Head(submission=receipt)
    for kind, data in facts[:EACH]:
        entry: Entry = next_entry(head, at, kind, data)
        write(root, entry_key(entry), dump(entry))
        head = Head(submission=receipt, seq=entry.seq, hash=entry.hash)


def write_ledger(root: Path) -> None:
    """ENTRIES entries with all that they speak of."""
    for n in range(ENTRIES // EACH):
        submission(root, n)


class Verified(NamedTuple):
    """Exit status of `shoufa ledger verify`, seconds by the clock and of processor time, MB at most."""

    status: int
    seconds: float
    busy: float
    mb: float


def measure_verify(root: Path) -> Verified:
    """Verify a data folder in a process of its own."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, "-m", "local.main", "ledger", "verify", str(root)]
    status = subprocess.run(command, check=False).returncode
    seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Verified(status, seconds, busy, after.ru_maxrss / 1024)


def measure_restore(root: Path) -> tuple[float, int, float]:
    """Seconds, entries, and MB that the table took."""
    env = {**QUIET, "MAIL_OUT": "outbox", "CALLS_DIR": str(ROOT / "schemas")}
    wiring.reset()
    with LocalEngine(ROOT / "template.yaml", VirtualClock(START), env=env) as engine:
        wiring.use(objects=DiskObjects(root))
        table, before, found = MotoTable(engine.table, engine.region), rss_mb(), Unfinished()
        began = time.monotonic()
        restored = restore(replace(wiring.house(), index=table), table, found.see)
        seconds = time.monotonic() - began
        assert not found.open
        assert not found.owed
    wiring.reset()
    return seconds, restored.entries, rss_mb() - before


def measure_puts(root: Path, count: int) -> tuple[float, float]:
    """MB that this process grew by while it stored `count` objects of 64 KB and read them, and ms a put."""
    objects = DiskObjects(root / "puts")
    for n in range(50):
        objects.put(f"parts/first{n}", b"x" * 65_536)
    before, began = rss_mb(), time.monotonic()
    for n in range(count):
        objects.put(f"parts/{n}", n.to_bytes(8, "big") * 8192)
        objects.get(f"parts/{n}")
    return rss_mb() - before, (time.monotonic() - began) / count * 1000


def main() -> int:
    folder = Path(tempfile.mkdtemp())
    try:
        write_ledger(folder)
        grown, each = measure_puts(folder / "other", 3_000)
        print(
            f"3,000 objects of 64 KB stored: process grew by {grown:.1f} MB, {each:.1f} ms each (write, link, 3 flushes)"
        )
        verified = measure_verify(folder)
        print(
            f"{ENTRIES:,} entries verified in {verified.seconds:.1f} s (limit {VERIFY_SECONDS}), processor "
            f"{verified.busy:.1f} s, at most {verified.mb:.0f} MB"
        )
        seconds, count, mb = measure_restore(folder)
        print(
            f"{count:,} entries restored in {seconds:.1f} s (limit {RESTORE_SECONDS}); the table takes {mb:.0f} MB"
        )
        print(f"load of the machine meanwhile: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        bad = (
            verified.status
            or verified.seconds > VERIFY_SECONDS
            or seconds > RESTORE_SECONDS
            or grown > GROWN_MB
        )
        return 1 if bad else 0
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
