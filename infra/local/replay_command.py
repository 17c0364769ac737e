"""`shoufa replay` for a clerk: progress, how much was compared, each difference with its reason."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from local.differences import Compared, compare
from local.replay import Replayed, replay_folder, replay_process
from local.report import progress_bar

SHOWN = 200
"""Differences that are printed one by one."""


class Replay(NamedTuple):
    """What the command line asks for: a data folder, or what `process` wrote with its mails."""

    paths: list[Path]
    data: Path | None = None
    out: Path | None = None
    calls: Path | None = None
    read_again: bool = False


def run_replay(wanted: Replay) -> int:
    """0 if all is equal, 1 if anything differs, 2 where it is not said what to compare."""
    if (wanted.data is None) == (wanted.out is None) or bool(wanted.paths) != (wanted.out is not None):
        print(
            "请给出 --data 数据文件夹，或 --out 结果文件夹及其来邮。/ Name --data DIR, or --out DIR and its mails.",
            file=sys.stderr,
        )
        return 2
    console = Console(width=None if sys.stdout.isatty() else 150, highlight=False)
    with progress_bar(console) as bar:
        task = bar.add_task("重算 / replay", total=None)

        def tick(total: int) -> Callable[[], None]:
            bar.update(task, total=total)
            return lambda: bar.advance(task)

        if wanted.data is not None:
            replayed = replay_folder(wanted.data, tick, wanted.calls, read_again=wanted.read_again)
        else:
            replayed = replay_process(wanted.paths, wanted.out or Path(), tick, wanted.calls)
    return told(console, replayed, compare(replayed.ledger, replayed.again))


def told(console: Console, replayed: Replayed, compared: Compared) -> int:
    """Print what was found; the exit status."""
    for line in (*_faults(replayed), *_differences(compared), *_erased(compared), *_counts(compared)):
        console.print(line, markup=False, soft_wrap=True)
    same = not (compared.found or replayed.faults or replayed.bugs)
    console.print("重算与台账一致。/ Equal." if same else "重算与台账不一致。/ Different.", markup=False)
    return 0 if same else 1


def _faults(replayed: Replayed) -> Iterator[str]:
    yield from (f"台账本身 / the ledger itself: {fault}" for fault in replayed.faults[:SHOWN])
    unfit = (
        "决定无法采用，台账也未采用，不计为差异 / cannot be taken, nor did the ledger take it, no difference"
    )
    yield from (f"{unfit}: {line}" for line in replayed.refused[:SHOWN])
    yield from (f"重算未能完成 / not recomputed: {bug}" for bug in replayed.bugs[:SHOWN])


def _differences(compared: Compared) -> Iterator[str]:
    yield from (f"{d.what}  {d.why}" for d in compared.found[:SHOWN])
    if len(compared.found) > SHOWN:
        yield f"……另{len(compared.found) - SHOWN}处 / and {len(compared.found) - SHOWN} more"


def _erased(compared: Compared) -> Iterator[str]:
    """What was erased by order, and is therefore not compared: each mail object, then how much in all."""
    left = compared.left
    if not left.erased:
        return
    said = "已按要求删除，无从重算 / erased by order, cannot be recomputed"
    yield from (f"{key}  {said}" for key in sorted(left.erased)[:SHOWN])
    if len(left.erased) > SHOWN:
        yield f"……另{len(left.erased) - SHOWN}封 / and {len(left.erased) - SHOWN} more"
    yield (
        f"因删除不作比较：来邮{len(left.objects)}封（其中已删{len(left.erased)}封）、报送{len(left.numbers)}件、"
        f"决定{len(left.decisions)}项。"
        f" / Not compared for it: {len(left.objects)} mails ({len(left.erased)} erased), "
        f"{len(left.numbers)} submissions, {len(left.decisions)} decisions."
    )


def _counts(compared: Compared) -> Iterator[str]:
    """Totals, then equal and different submissions by reader version and call revision."""
    yield (
        f"共比较来邮{compared.mails}封、报送{compared.cases}件（其中{compared.unfinished}件尚未办结，不比较其通知）。"
        f" / {compared.mails} mails, {compared.cases} submissions ({compared.unfinished} not at rest)."
    )
    different = Counter(g for _, g in {(d.what, d.group) for d in compared.found if d.group})
    for group in sorted(compared.equal.keys() | different.keys()):
        yield f"  {group}: 一致 / equal {compared.equal[group]}，不同 / different {different[group]}"
    rest = sum(1 for d in compared.found if not d.group)
    if rest:
        yield f"  来邮、报送归属、回执、决定 / mails, membership, receipts, decisions: 不同 / different {rest}"
