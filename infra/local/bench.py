"""`shoufa bench`: what it costs, measured on this machine in one run, beside a plain tool.

Where there is one.
"""

import email
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage, Message
from functools import partial
from pathlib import Path

from local.bench_judging import print_judging
from local.bench_readers import print_readers
from local.process import ROOT, Run, Saved, deliver, find_mails, run_mails, settle, stack

HANDLERS = (
    "step1_receive_mail",
    "step3_check_completeness",
    "step4_send_notice",
    "receive_decision",
    "watch_submissions",
)
MAILS = 40
PAGE = os.sysconf("SC_PAGE_SIZE")


def run_bench(folder: Path | None) -> int:
    """Print every figure with its sample size."""
    print("测速（与机器负荷有关）/ measured now, on this machine\n")
    for name in HANDLERS:
        print(f"  import handlers.{name:<26} {import_ms(name):6.0f} ms  (median of 5 fresh processes)")
    plain_mails()
    print_judging()
    print_readers(sample_scan(), sample_doc(folder))
    if folder is not None and folder.is_dir():
        whole_set(folder)
    return 0


def import_ms(name: str) -> float:
    """Milliseconds to import one handler in a fresh process, interpreter start not counted."""
    code = f"import time; t = time.perf_counter(); import handlers.{name}; print(time.perf_counter() - t)"
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'functions'}"}
    times = [
        float(subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True).stdout)
        for _ in range(5)
    ]
    return statistics.median(times) * 1000


def plain_mails() -> None:
    """Mails without attachments through all steps, the first (cold) and the rest (warm).

    Beside the standard parser.
    """
    start = datetime(2023, 8, 1, 9, tzinfo=UTC)
    with tempfile.TemporaryDirectory() as folder, stack(start) as run:
        mails = list(_written(Path(folder), start))
        cold = _timed(lambda: _through(run, mails[0]))
        warm = [_timed(partial(_through, run, saved)) for saved in mails[1:]]
        raw = [saved.file.read_bytes() for saved in mails[1:]]
        parse = [_timed(partial(email.message_from_bytes, data)) for data in raw]
    ours, plain = (statistics.median(times) * 1000 for times in (warm, parse))
    print(f"\n  mail without attachments, all steps, warm   {ours:7.1f} ms  (median of {len(warm)})")
    print(f"    the first one, workers cold               {cold * 1000:7.0f} ms")
    print(f"    standard library's parser alone           {plain:7.2f} ms  (ratio {ours / plain:.0f})")


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _through(run: Run, saved: Saved) -> None:
    settle(run, saved.at)
    if saved.at > run.clock.now():
        run.clock.advance_to(saved.at)
    deliver(run, saved)
    run.engine.drain()


def _written(folder: Path, start: datetime) -> Iterator[Saved]:
    for number in range(MAILS):
        message = EmailMessage()
        message["From"] = f"asker{number}@example.org"
        message["To"] = "wangshm@cnis.ac.cn"
        message["Subject"] = f"咨询{number}"
        message["Message-ID"] = f"<bench{number}@example.org>"
        message.set_content("请问申报书在哪里下载？")
        file = folder / f"{number:03d}.eml"
        file.write_bytes(message.as_bytes())
        yield Saved(file, file.name, start + timedelta(minutes=number), f"inbox/mail/bench/{number:06d}")


def sample_scan() -> bytes | None:
    """The first scanned page among the demo's mails."""
    mails = sorted((ROOT / "tests" / "samples" / "mails").glob("*.eml"))
    parts = (p for f in mails for p in email.message_from_bytes(f.read_bytes()).walk())
    return next(
        (bytes(p.get_payload(decode=True)) for p in parts if p.get_content_type() == "image/jpeg"), None
    )


def sample_doc(folder: Path | None) -> bytes | None:
    """The first .doc attached to a mail of the folder."""
    mails = sorted(folder.glob("*.eml")) if folder is not None and folder.is_dir() else []
    parts = (p for f in mails for p in email.message_from_bytes(f.read_bytes()).walk())
    return next((bytes(p.get_payload(decode=True)) for p in parts if _is_doc(p)), None)


def _is_doc(part: Message) -> bool:
    return part.get_content_type() == "application/msword"


def whole_set(folder: Path) -> None:
    """A folder of saved mails: seconds a mail, and the peak memory of any process."""
    mails = find_mails([folder])
    peak = 0
    began = time.perf_counter()
    with stack(mails[0].at) as run:

        def tick(_: Saved) -> None:
            nonlocal peak
            peak = max([peak, *(_resident(pid) for pid in _children())])

        run_mails(run, mails, tick)
        cases = len(run.house.objects.keys("verdicts/"))
    seconds = time.perf_counter() - began
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"\n  {len(mails)} mails ({cases} verdicts): {seconds:.0f} s, {seconds / len(mails):.2f} s a mail")
    print(f"  peak memory: parent {own / 2**20:.0f} MB, largest worker {peak / 2**20:.0f} MB")


def _children() -> list[int]:
    """Process ids of our own children, whichever thread started them."""
    tasks = Path("/proc/self/task").glob("*/children")
    return [int(p) for task in tasks for p in task.read_text().split()]


def _resident(pid: int) -> int:
    """The high-water mark of a process's memory in bytes, 0 if it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    line = next((x for x in status.splitlines() if x.startswith("VmHWM")), "0 0")
    return int(line.split()[1]) * 1024
