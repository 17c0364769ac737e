"""What a long run came to: what was wanted of it, its figures, and how they are told."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from faults.soak_counts import Counts

WARM, MAILS_IN_TEST = 40, 60
ANSWERS = 12
"""Answers to answers that are let happen; a loop would take them all."""
COSTS_MORE, GROWN_MB = 1.2, 60.0


@dataclass(frozen=True)
class Wanted:
    """How long a run is, and how much goes wrong in it."""

    mails: int = 5_000
    warm: int = WARM
    """Mails before the first that is measured."""
    seed: int = 1
    rate: float = 0.01
    kills: float = 0.002
    until: float = float("inf")
    """`time.monotonic` after which no more mails are landed."""


@dataclass
class Look:
    """Memory in MB after so many mails; what moto's table takes of it, and the entries in it."""

    mails: int
    process: float
    table: float
    items: int
    readers: float


@dataclass
class Tenth:
    """What one mail cost in a tenth of the run."""

    seconds: float
    """Of processor time, of this process and its readers."""
    yardstick: float
    """Of processor time that a fixed piece of work took meanwhile."""
    calls: float
    """Calls of ports."""
    items: float
    """Look-ups, entries and keys that they returned."""


@dataclass
class Result:
    """What came of a run."""

    wanted: Wanted
    landed: int = 0
    loops: int = 0
    longest: int = 0
    """Answers to answers in the longest conversation."""
    looks: list[Look] = field(default_factory=list)
    tenths: list[Tenth] = field(default_factory=list)
    seconds: float = 0.0
    fails: dict[str, int] = field(default_factory=dict)
    calls: int = 0
    killed: int = 0
    redriven: int = 0
    counts: Counts = field(default_factory=Counts)


def faults_of(result: Result) -> list[str]:
    """What is missed, time and memory apart."""
    found = list(result.counts.faults)
    if result.longest >= ANSWERS:
        found.append("a responder is answered for ever")
    return found


def report(result: Result) -> Iterator[str]:
    """The figures, in Chinese and English."""
    c = result.counts
    yield f"守恒 / conservation: {c.conservation}"
    yield f"台账 / ledger: {c.chains}条链完好 / chains verified, {c.entries}条 / entries"
    yield (
        f"回执 / receipts: 应发 / owed {c.receipts}（其中合并 / joined {c.joined}）；发出通知 / notices sent {c.notices}，"
        f"重复一次 / repeated once {c.repeated}，待人工 / left to a person {c.held}"
    )
    yield (
        f"干扰 / disturbed: {result.calls}次调用 / calls, 失败 / failed {sum(result.fails.values())} {result.fails}，"
        f"读件进程被杀 / readers killed {result.killed}，死信再投 / given up and driven again {result.redriven}，"
        f"对方自动答复 / answers of responders {result.loops}，最长往复 / longest exchange {result.longest}"
    )
    for look in result.looks:
        yield (
            f"内存 / memory after {look.mails}: {look.process:.0f} MB，其中模拟库表 / of it moto's table "
            f"{look.table:.0f} MB ({look.items} items)，其余 / the rest {look.process - look.table:.0f} MB，"
            f"读件进程 / readers {look.readers:.0f} MB"
        )
    if result.looks:
        last = result.looks[-1]
        yield f"库表 / the table: {last.table / c.entries * 1000:.2f} MB 每千条台账 / per 1,000 ledger entries"
    yield f"每封处理器时间 / CPU per mail by tenths: {_shown(result, lambda t: t.seconds * 1000)} ms"
    yield f"同期标尺 / a fixed piece of work meanwhile: {_shown(result, lambda t: t.yardstick * 1000, 1)} ms"
    yield f"每封端口调用 / port calls per mail: {_shown(result, lambda t: t.calls)}"
    yield f"每封返回条目 / items returned per mail: {_shown(result, lambda t: t.items)}"
    ratios = "，".join(f"{what} {ratio:.2f}" for what, ratio in _ratios(result).items())
    yield f"末比首 / last to first: {ratios}"
    yield f"历时 / took {result.seconds:.0f} s，负载 / load {os.getloadavg()[0]:.1f}"


def _shown(result: Result, figure: Callable[[Tenth], float], digits: int = 0) -> str:
    return " ".join(f"{figure(tenth):.{digits}f}" for tenth in result.tenths)


def _ratios(result: Result) -> dict[str, float]:
    """How many times as much a mail costs at the end: processor time by the yardstick, and what is counted."""
    if not result.tenths:
        return {}
    first, last = result.tenths[0], result.tenths[-1]
    return {
        "标准化处理器时间 / CPU by the yardstick": last.seconds
        / last.yardstick
        * first.yardstick
        / first.seconds,
        "端口调用 / port calls": last.calls / first.calls,
    }


def measured_faults(result: Result) -> list[str]:
    """What is missed of time and memory."""
    found = [
        f"每封费用增长 / a mail costs {ratio:.2f} times as much at the end: {what}"
        for what, ratio in _ratios(result).items()
        if ratio > COSTS_MORE
    ]
    if len(result.looks) > 1:
        grown = [look.process - look.table for look in result.looks]
        if grown[-1] - grown[0] > GROWN_MB:
            found.append(f"内存增长 / memory grew by {grown[-1] - grown[0]:.0f} MB")
    return found
