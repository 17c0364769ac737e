"""`shoufa process`: saved mails through the whole stack, on a virtual clock that follows them."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from local.clock import VirtualClock
from local.engine import LocalEngine
from local.received import received_at
from shoufa import wiring
from shoufa.domain.mail import Envelope
from shoufa.domain.moments import stamp
from shoufa.settings import read_settings
from shoufa.steps.files import MAIL_PREFIX, dump, envelope_key
from shoufa.steps.house import House
from shoufa.steps.outgoing import LATER

ROOT = Path(__file__).resolve().parents[2]
QUIET = {"POWERTOOLS_LOG_LEVEL": "CRITICAL", "POWERTOOLS_METRICS_DISABLED": "true"}
"""The clerk's screen is not the log: what fails is collected by the engine and shown at the end."""
NO_WATCH = {"DIGEST_AT": "off", "RECONCILE_MINUTES": "off"}
"""A run that ends has no days: its report says what became of every mail."""
MAX_DUE = 10_000
"""Quiet times that may end one after another before something is plainly wrong."""
WAITING = ("due", LATER)
"""Groups of the index whose keys begin with a moment: ends of quiet times, notices that wait."""


@dataclass(frozen=True)
class Saved:
    """One saved mail: its file, the name it is shown by, its time, and its object's key."""

    file: Path
    shown: str
    at: datetime
    key: str


def find_mails(paths: Iterable[Path]) -> list[Saved]:
    """All .eml files of the paths, by time of receipt, then name.

    FileNotFoundError names a path that is not there.
    """
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(path)
        files += sorted(p for p in path.rglob("*") if p.suffix.lower() == ".eml") if path.is_dir() else [path]
    dated = sorted((received_at(f.read_bytes(), f), f.name, f) for f in dict.fromkeys(files))
    return [Saved(f, name, at, _key(n, f)) for n, (at, name, f) in enumerate(dated, 1)]


def _key(number: int, file: Path) -> str:
    """The object's key: number and digest; the file's name is never part of it."""
    return f"{MAIL_PREFIX}process/{number:06d}-{hashlib.sha256(file.read_bytes()).hexdigest()[:16]}"


@dataclass(frozen=True)
class Run:
    """A running stack with its clock and ports."""

    engine: LocalEngine
    clock: VirtualClock
    house: House


@contextmanager
def stack(start: datetime, environment: dict[str, str] | None = None) -> Iterator[Run]:
    """The stack of template.yaml, its workers, and a clock at `start`. Nothing is ever sent.

    On moto in this process, or on the AWS-compatible engine that `AWS_ENDPOINT_URL` names.
    """
    from shoufa.readers.pool import WorkerPool

    clock = VirtualClock(start)
    env = {"CALLS_DIR": str(ROOT / "schemas"), "MAIL_OUT": "outbox", **NO_WATCH, **QUIET}
    env |= environment or {}
    wiring.reset()
    roots = {"SHOUFA_ROOTS": read_settings().trusted_roots}
    with WorkerPool(environ=roots) as pool, _engine(clock, env) as engine:
        wiring.use(clock=clock, readers=pool)
        try:
            yield Run(engine, clock, wiring.house())
        finally:
            wiring.reset()


def _engine(clock: VirtualClock, env: dict[str, str]) -> LocalEngine:
    return LocalEngine(ROOT / "template.yaml", clock, os.environ.get("AWS_ENDPOINT_URL"), env)


def run_mails(run: Run, mails: Iterable[Saved], tick: Callable[[Saved], None]) -> None:
    """Every mail in order: what came due before it first, then all that it sets off.

    At the end all quiet times.
    """
    for saved in mails:
        settle(run, saved.at)
        if saved.at > run.clock.now():
            run.clock.advance_to(saved.at)
        deliver(run, saved)
        run.engine.drain()
        tick(saved)
    settle(run, None)


def deliver(run: Run, saved: Saved) -> None:
    """Put one mail where a door would: first what the door knew, then the mail itself."""
    envelope = Envelope(received_at=saved.at, door="process", file=saved.shown)
    run.house.objects.put(envelope_key(saved.key), dump(envelope))
    run.house.objects.put(saved.key, saved.file.read_bytes())


def settle(run: Run, until: datetime | None) -> None:
    """End the quiet times up to a moment (all of them for None), each at its own time."""
    for _ in range(MAX_DUE):
        first = _first_due(run.house)
        if first is None or (until is not None and first > until):
            return
        if first > run.clock.now():
            run.clock.advance_to(first)
        run.engine.fire_schedules(run.clock.now())
        if _is_due(run.house, run.clock.now()):
            run.clock.advance_to(_next_tick(run.clock.now()))
            run.engine.fire_schedules(run.clock.now())
        run.engine.drain()
    raise RuntimeError("quiet times do not end")


def _first_due(house: House) -> datetime | None:
    """The earliest moment that anything waits for."""
    waiting = [found[0][0] for group in WAITING if (found := house.index.find(group))]
    return datetime.fromisoformat(min(waiting).partition("#")[0]) if waiting else None


def _is_due(house: House, now: datetime) -> bool:
    return any(house.index.find(group, until=f"{stamp(now)}~") for group in WAITING)


def _next_tick(now: datetime) -> datetime:
    """One minute on: the schedule's rate."""
    return now + timedelta(minutes=1)
