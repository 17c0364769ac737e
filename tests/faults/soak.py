"""A long run of the whole stack: mails of every kind, with faults, kills, bombs and loops; what must hold is counted.

`make soak` (MAILS=5000 SEED=1): prints a line as it goes on, then the figures, and ends with 1 where one is missed.
"""

import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

from faults.measure_restore import ENTRIES, VERIFY_SECONDS, measure_verify, write_ledger
from faults.soak_counts import count
from faults.soak_measures import Table, cpu_seconds, readers_mb, rss_mb, yardstick
from faults.soak_office import Office, office
from faults.soak_result import ANSWERS, Look, Result, Tenth, Wanted, faults_of, measured_faults, report
from samples.soak_mails import APART, START, Writer
from samples.soak_plan import Kind, Slot, plan
from shoufa.domain.codes import Disposition

Made = TypeVar("Made")
MOST_AT_ONCE, DAY = 4, timedelta(days=1)
LOOKS = (0.2, 0.6, 1.0)
ANY_OF_PERSON = frozenset(
    {Disposition.AUTOMATIC, Disposition.FOLLOW_UP, Disposition.UNMATCHED, Disposition.SUBMISSION}
)


class Soak:
    """One run."""

    def __init__(self, wanted: Wanted, work: Office, writer: Writer, tell: Callable[[str], None]) -> None:
        self.result = Result(wanted)
        self.right: dict[str, frozenset[Disposition]] = {}
        self._work, self._writer, self._tell = work, writer, tell
        self._dice = random.Random(wanted.seed)
        self._made = 0.0
        self._sticks: list[float] = []
        self._table = Table(work.engine.table, work.engine.region)
        self._next = work.clock.now()

    def run(self) -> Result:
        """Warm up, bring all mails, come to rest."""
        wanted, began = self.result.wanted, time.monotonic()
        self._bring(plan(wanted.warm, wanted.seed + 1), Writer(wanted.seed + 1, wanted.warm), "w")
        slots = plan(wanted.mails, wanted.seed)
        size = max(1, len(slots) // 10)
        for tenth in (slots[n : n + size] for n in range(0, len(slots), size)):
            if time.monotonic() > wanted.until:
                break
            self.result.tenths.append(self._tenth(tenth))
            self.result.landed += len(tenth)
            self._look(len(slots), began)
        self._work.chance.stop()
        self._rest()
        self.result.seconds = time.monotonic() - began
        return self._ended()

    def _tenth(self, slots: Sequence[Slot]) -> Tenth:
        """Bring a tenth of all mails; what one of them cost. Making mails and measuring is not counted."""
        chance, count = self._work.chance, len(slots)
        self._sticks = []
        spent, made = cpu_seconds(), self._made
        calls, items = sum(chance.calling.values()), chance.items
        self._bring(slots, self._writer, "m")
        return Tenth(
            (cpu_seconds() - spent - self._made + made) / count,
            sum(self._sticks) / len(self._sticks),
            (sum(chance.calling.values()) - calls) / count,
            (chance.items - items) / count,
        )

    def _bring(self, slots: Sequence[Slot], writer: Writer, prefix: str) -> None:
        """Mails in groups that land at the same time; then all that they set off."""
        for group in self._groups(slots):
            for slot in group:
                name = f"{prefix}{slot.number:06d}"
                raw = self._timed(
                    lambda s=slot: writer.write(s, lambda n: self._work.number_of(f"{prefix}{n:06d}"))
                )
                self._work.land(name, raw, "FAIL" if slot.kind is Kind.VIRUS else "")
                self.right[name] = slot.fates
                self._next += APART
            self._work.work()
            self._answer()
            self._work.go_on_to(max(self._next, self._work.clock.now()))
            self._answer()
            self._sticks.append(self._timed(yardstick))

    def _groups(self, slots: Sequence[Slot]) -> Iterator[Sequence[Slot]]:
        start = 0
        while start < len(slots):
            size = self._dice.randint(1, MOST_AT_ONCE)
            yield slots[start : start + size]
            start += size

    def _timed(self, make: Callable[[], Made]) -> Made:
        """Make a mail, or measure; its time is no cost of the office."""
        began = time.thread_time()
        try:
            return make()
        finally:
            self._made += time.thread_time() - began

    def _answer(self) -> None:
        """Responders answer what they got, and what they get for it."""
        for turn in range(1, ANSWERS + 1):
            answers = [a for to, raw in self._work.world.got() if (a := self._timed_answer(to, raw))]
            if not answers:
                return
            self.result.longest = max(self.result.longest, turn)
            for raw in answers:
                self.result.loops += 1
                name = f"a{self.result.loops:06d}"
                self._work.land(name, raw)
                self.right[name] = ANY_OF_PERSON
            self._work.work()

    def _timed_answer(self, to: str, raw: bytes) -> bytes:
        return self._timed(lambda: answer(to, raw, self.result.loops))

    def _rest(self) -> None:
        """All quiet times end, nobody answers any more, and the watch has looked at all that stalls."""
        for turn in range(ANSWERS):
            self._work.go_on_to(None)
            self._work.watch(DAY / 2)
            before = self.result.loops
            self._answer()
            if self.result.loops == before and turn >= 2:
                return

    def _look(self, count: int, began: float) -> None:
        """Say how far it came, and measure memory where it is wanted."""
        done = self.result.landed
        last = self.result.tenths[-1]
        self._tell(
            f"{done}/{count}封 / mails，{time.monotonic() - began:.0f} s，每封处理器时间 / CPU each "
            f"{last.seconds * 1000:.0f} ms，标尺 / yardstick {last.yardstick * 1000:.1f} ms，"
            f"端口调用 / calls {last.calls:.0f}，条目 / items {last.items:.0f}，"
            f"内存 / memory {rss_mb():.0f} MB，端口故障 / failed calls {sum(self._work.chance.failed.values())}"
        )
        if any(abs(done - count * part) < 1 for part in LOOKS):
            self.result.looks.append(self.look())

    def look(self) -> Look:
        """Memory as it is now."""
        return Look(self.result.landed, rss_mb(), self._table.mb(), self._table.count(), readers_mb())

    def _ended(self) -> Result:
        chance = self._work.chance
        self.result.fails, self.result.calls = dict(chance.failed), sum(chance.calling.values())
        self.result.killed, self.result.redriven = chance.killed, self._work.redriven
        return self.result


def answer(to: str, raw: bytes, number: int) -> bytes:
    """What a responder at that address answers to a mail, b"" where there is none.

    One in twelve answers everything under the subject of what it got, and says nowhere that it is a machine; one in
    twelve says so.
    """
    digits = to.partition("@office")[2].partition("-")[0]
    if not digits.isdigit() or int(digits) % 12 not in {1, 7}:
        return b""
    got = message_from_bytes(raw, policy=policy.default)
    made = EmailMessage()
    made["From"], made["To"] = to, str(got["Reply-To"] or got["From"])
    made["Subject"] = f"回复：{got['Subject']}"
    made["Message-ID"] = f"<answer-{number}@{to.partition('@')[2]}>"
    made["In-Reply-To"] = made["References"] = str(got["Message-ID"])
    if int(digits) % 12 == 7:
        made["Auto-Submitted"] = "auto-replied"
    made.set_content(f"您好，我正在外地出差。{number}")
    return made.as_bytes(policy=policy.SMTP)


def soak(folder: Path, wanted: Wanted, tell: Callable[[str], None] = lambda _: None) -> Result:
    """Run it all on a folder, and count."""
    writer = Writer(wanted.seed, wanted.mails)
    start = START.astimezone(UTC)
    with office(folder, start, wanted.seed, writer.recommenders, wanted.rate, wanted.kills) as work:
        run = Soak(wanted, work, writer, tell)
        result = run.run()
        result.counts = count(work, folder, run.right)
        return result


def verified_slowly() -> list[str]:
    """100,000 ledger entries verified, each of their hashes; what is missed.

    Held against the limit is processor time: on a machine that does nothing else the clock says the same.
    """
    if not ENTRIES:
        return []
    folder = Path(tempfile.mkdtemp())
    try:
        write_ledger(folder)
        found = measure_verify(folder)
    finally:
        shutil.rmtree(folder)
    print(
        f"核验 / verified: {ENTRIES}条 / entries, 处理器 / processor {found.busy:.1f} s（限 / limit {VERIFY_SECONDS} s），"
        f"时钟 / clock {found.seconds:.1f} s，负载 / load {os.getloadavg()[0]:.1f}，{found.mb:.0f} MB"
    )
    slow = found.busy > VERIFY_SECONDS
    return [f"核验 / verifying took {found.busy:.1f} s"] if found.status or slow else []


def main() -> int:
    mails, seed = int(os.environ.get("SHOUFA_MAILS", "5000")), int(os.environ.get("SHOUFA_SEED") or 1)
    seconds = float(os.environ.get("SHOUFA_SECONDS") or "inf")
    folder = Path(tempfile.mkdtemp())
    try:
        result = soak(
            folder,
            Wanted(mails, seed, until=time.monotonic() + seconds),
            lambda line: print(line, flush=True),
        )
    finally:
        shutil.rmtree(folder)
    print(*report(result), sep="\n")
    missed = [*faults_of(result), *measured_faults(result), *verified_slowly()]
    print(
        *[f"不符 / missed: {what}" for what in missed[:50]],
        f"不符共{len(missed)}项 / {len(missed)} missed",
        sep="\n",
    )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
