"""`python -m local.corpora FOLDER`: every file of the corpora through our readers, and what came of each.

Exit status: 1 if a file ended with neither facts nor a code, crossed its limits, or raised in this process;
2 if there is nothing to read.
"""

import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from local.corpora_read import (
    NOTHING,
    READ,
    RUNAWAYS,
    TEXT_ONLY,
    Ending,
    Item,
    MemoryWatch,
    find_items,
    read_item,
)
from local.corpora_second import differences
from local.corpora_told import Difference
from local.report import progress_bar
from shoufa.domain.errors import UnreadableCode
from shoufa.readers.limits import Limits
from shoufa.readers.pool import WorkerPool

WORKERS = 2
SLOWEST, LISTED = 10, 20
SLACK = 5.0
"""Seconds beyond a limit within which a worker must have been ended and its successor started."""
OUTCOMES = (READ, TEXT_ONLY, *(code.value for code in UnreadableCode), NOTHING)
Result = TypeVar("Result")
Failure = tuple[str, str]
"""A task's name and what was raised in it."""


@dataclass
class Run:
    """What was gathered; `unheard` are failures of the second means, `peak` the workers' memory in bytes."""

    endings: list[Ending] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    exceptions: list[Failure] = field(default_factory=list)
    unheard: list[Failure] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    peak: int = 0


def main(arguments: list[str]) -> int:
    """Read everything, print the tables, give the exit status."""
    console = Console(width=None if sys.stdout.isatty() else 170, highlight=False)
    root = Path(arguments[0]) if arguments else Path()
    items = find_items(root) if arguments and root.is_dir() else []
    if not items:
        print(
            "usage: python -m local.corpora FOLDER  (a folder with one sub-folder per kind)", file=sys.stderr
        )
        return 2
    limits = Limits()
    run = read_all(console, items, limits)
    show(console, run)
    late = [e for e in run.endings if e.seconds > limits.document_seconds + SLACK]
    for ending in late:
        console.print(f"[red]past its time[/red] {escape(ending.shown)} {ending.seconds:.0f} s")
    return int(bool(run.exceptions or run.silent or late or run.peak > limits.worker_bytes * 1.1))


def read_all(console: Console, items: list[Item], limits: Limits) -> Run:
    """Every item by two workers, with a bar; then what the second means say."""
    run = Run()
    environ = {"OMP_NUM_THREADS": "1", "PATH": os.environ.get("PATH", os.defpath)}
    with (
        MemoryWatch() as watch,
        WorkerPool(light=WORKERS, ocr=WORKERS, limits=limits, environ=environ) as pool,
    ):
        tasks = {item.shown: partial(read_item, pool, item) for item in items}
        readings, run.exceptions = each(console, "reading", tasks)
    run.peak = watch.peak
    for reading in readings:
        run.endings += reading.endings
        if not reading.endings or any(e.outcome == NOTHING for e in reading.endings):
            run.silent.append(reading.item.shown)
    compared, run.unheard = each(
        console, "comparing", {r.item.shown: partial(differences, r) for r in readings}
    )
    run.differences = sorted(difference for found in compared for difference in found)
    return run


def each(
    console: Console, label: str, tasks: Mapping[str, Callable[[], Result]]
) -> tuple[list[Result], list[Failure]]:
    """Results of all tasks by two threads with a bar, in no order; and what was raised instead, by task."""
    results: list[Result] = []
    failures: list[Failure] = []
    with ThreadPoolExecutor(WORKERS) as threads, progress_bar(console) as bar:
        shown = bar.add_task(label, total=len(tasks))
        running = {threads.submit(task): name for name, task in tasks.items()}
        for done in as_completed(running):
            bar.advance(shown)
            error = done.exception()
            if error is None:
                results.append(done.result())
            else:
                failures.append((running[done], f"{type(error).__name__}: {error}"))
    return results, failures


def show(console: Console, run: Run) -> None:
    """Print the table, the slowest, what our readers did not stand, and the differences."""
    console.print(outcome_table(run.endings))
    console.print(f"peak memory of one worker and its children: {run.peak / 2**20:.0f} MB\n")
    console.print(f"the slowest {SLOWEST}:")
    for ending in sorted(run.endings, key=lambda e: -e.seconds)[:SLOWEST]:
        console.print(f"  {ending.seconds:6.1f} s  {escape(_told(ending))}")
    runaways = [e for e in run.endings if e.reason.startswith(RUNAWAYS)]
    console.print(f"\ncrashes, time and memory limits: {len(runaways)}")
    for ending in runaways:
        console.print(f"  {escape(_told(ending))}")
    for title, failures in (
        ("exceptions in this process", run.exceptions),
        ("second means that failed", run.unheard),
    ):
        console.print(f"{title}: {len(failures)}")
        for name, error in failures[:LISTED]:
            console.print(f"  {escape(name)}: {escape(error[:200])}")
    for name in run.silent:
        console.print(f"[red]neither facts nor a code[/red] {escape(name)}")
    _show_differences(console, run.differences)


def outcome_table(endings: list[Ending]) -> Table:
    """How many of each row ended how."""
    counts = Counter((e.row, e.outcome) for e in endings)
    table = Table("kind", *OUTCOMES, "all", "seconds")
    for row in sorted({e.row for e in endings}):
        mine = [e for e in endings if e.row == row]
        numbers = [str(counts[row, outcome] or "") for outcome in OUTCOMES]
        table.add_row(row, *numbers, str(len(mine)), f"{sum(e.seconds for e in mine):.0f}")
    return table


def _show_differences(console: Console, found: list[Difference]) -> None:
    by_kind = ", ".join(f"{what} {count}" for what, count in sorted(Counter(d.what for d in found).items()))
    console.print(
        f"\ndifferences from a second means: {len(found)} ({by_kind or 'none'}); the first {LISTED}:"
    )
    for d in found[:LISTED]:
        console.print(
            f"  {escape(d.file)}\n    {d.what}: "
            f"ours {escape(d.ours)} | theirs {escape(d.theirs)} | looks right: {d.right}"
        )


def _told(ending: Ending) -> str:
    return f"{ending.shown} ({ending.container}): {ending.outcome} {ending.reason}".rstrip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
