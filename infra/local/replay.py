"""`shoufa replay`: all once more from the mails, decisions and revisions that are stored; what differs.

On a scratch stack in memory, with a virtual clock that follows the objects: each at the moment that the
ledger first saw it, else at the one it was received. Nothing is sent, nothing is written.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from local.account import Account, account_of
from local.dead_letters import DeadLetter
from local.ledger_commands import FILE, Found, read_ledger
from local.mail_room import MailRoom
from local.process import Run, find_mails, run_mails, settle, stack
from local.scratch import Overlay, calls_dir
from local.unfit_words import unfit_words
from shoufa import wiring
from shoufa.adapters.disk_objects import DiskObjects
from shoufa.calls.problems import CallError
from shoufa.calls.revision import read_revision
from shoufa.domain.decision import DECISION_PREFIX
from shoufa.domain.ledger import Entry, digest
from shoufa.domain.moments import stamp
from shoufa.domain.revision import PREFIX
from shoufa.entry import stored_objects
from shoufa.ports import ObjectStore
from shoufa.steps.chains import LEDGER
from shoufa.steps.files import MAIL_PREFIX, load_envelope, verdict_key
from shoufa.steps.unfit import unfit_among

INBOX, ENVELOPES = "inbox/", "inbox/envelope/"
PASSED_ON = ("SENDER_ADDRESS", "AUTHSERV_ID", "OWN_DOMAINS", "TRUSTED_ROOTS")
"""Settings of the office that decide fates; set them as they were for `up`."""
LAST = "9999"


class Given(NamedTuple):
    """One object of the inbox: when it is taken, its key, and when a mail was received."""

    at: str
    key: str
    received_at: str


class Replayed(NamedTuple):
    """The account of the ledger, that of what was recomputed, and what is wrong with the ledger itself."""

    ledger: Account
    again: Account
    faults: list[str]
    bugs: list[str]
    refused: tuple[str, ...] = ()
    """Decisions that the ledger did not take and that could not be taken again, each with its reason."""


Tick = Callable[[int], Callable[[], None]]
"""Told how much there is, gives what is called after each."""


def replay_folder(data: Path, tick: Tick, calls: Path | None = None, *, read_again: bool = False) -> Replayed:
    """A data folder's ledger, and the same from its inbox. FileNotFoundError where there is no ledger."""
    found = read_ledger(data)
    below = DiskObjects(data)
    told = account_of(_by_chain(found), _verdicts_in(below))
    left = told.left_out()
    given = [g for g in inbox(below, found.entries) if g.key not in left.objects | left.decisions]
    shown = (INBOX,) if read_again else (INBOX, "facts/")
    objects = _Scratch(below, lambda key: key.startswith(shown))
    env = {"CALLS_DIR": str(calls_dir(data, calls))}
    with _stack(given[0].at if given else stamp(datetime.now().astimezone()), env, objects) as run:
        feed(run, given, tick(len(given)))
        again = account_of(_entries(objects), _verdicts_in(objects))
        keys = [g.key for g in given if g.key.startswith(DECISION_PREFIX)]
        taken = {key for key, _ in told.decisions}
        wrong = list(unfit_among(run.house, [key for key in keys if key not in taken]))
        bugs = _bugs(run, frozenset(found.key for found in wrong))
    return Replayed(told, again, found.faults, bugs, tuple(unfit_words(w) for w in wrong))


def replay_process(paths: Sequence[Path], out: Path, tick: Tick, calls: Path | None = None) -> Replayed:
    """What `process` wrote to `out`, and the same from its mails. FileNotFoundError."""
    if not (out / FILE).is_file():
        raise FileNotFoundError(out / FILE)
    found, mails = read_ledger(out), find_mails(paths)
    env = {"CALLS_DIR": str(calls)} if calls else {}
    with _stack(stamp(mails[0].at if mails else datetime.now().astimezone()), env, None) as run:
        done = tick(len(mails))
        run_mails(run, mails, lambda _: done())
        again = account_of(_entries(run.house.objects), _verdicts_in(run.house.objects))
        bugs = _bugs(run)
    return Replayed(account_of(_by_chain(found), _verdicts_of(out)), again, found.faults, bugs)


@contextmanager
def _stack(start: str, env: dict[str, str], objects: ObjectStore | None) -> Iterator[Run]:
    """The scratch stack, over these objects where any are given."""
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    with stack(datetime.fromisoformat(start), {**passed, **env}) as run:
        if objects is None:
            yield run
            return
        wiring.use(objects=objects)
        yield replace(run, house=wiring.house())


def inbox(objects: ObjectStore, entries: Iterable[Entry]) -> list[Given]:
    """All that came in, in the order in which it was taken."""
    seen: dict[str, str] = {}
    received: dict[str, str] = {}
    for entry in entries:
        key = entry.data.get("object") or entry.data.get("refused")
        if isinstance(key, str):
            seen[key] = min(entry.at, seen.get(key, entry.at))
            received[key] = entry.data.get("received_at", "")
    keys = [key for key in objects.keys(INBOX) if not key.startswith(ENVELOPES)]
    return sorted(Given(seen.get(k) or _moment(objects, k), k, received.get(k, "")) for k in keys)


def _moment(objects: ObjectStore, key: str) -> str:
    """When an object came that no ledger knows; the end where nothing says it."""
    if key.startswith(MAIL_PREFIX):
        envelope = load_envelope(objects, key)
        return stamp(envelope.received_at) if envelope else LAST
    if key.startswith(PREFIX):
        try:
            return stamp(read_revision(objects.get(key) or b"", key)[0].at)
        except CallError:
            return LAST
    return LAST


def feed(run: Run, given: Sequence[Given], done: Callable[[], None]) -> None:
    """Let each object be taken at its time, with all that it sets off; at the end all quiet times end."""
    mails = MailRoom(run.house.objects, lambda m: run.engine.post("MailsQueue", m))
    others = MailRoom(run.house.objects, lambda m: run.engine.post("DecisionsQueue", m))
    for at, key, received in given:
        moment = datetime.fromisoformat(at) if at != LAST else run.clock.now()
        settle(run, moment)
        if moment > run.clock.now():
            run.clock.advance_to(moment)
        room = mails if key.startswith(MAIL_PREFIX) else others
        room.announce(key, datetime.fromisoformat(received) if received else moment)
        run.engine.drain()
        done()
    settle(run, None)


class _Scratch(Overlay):
    """What is recomputed stays in memory, but for parts that lie below byte for byte."""

    def put(self, key: str, data: bytes) -> bool:
        if key.startswith("parts/") and self._below.get(key) == data:
            self._parts.add(key)
            return True
        return super().put(key, data)

    def get(self, key: str) -> bytes | None:
        return self._below.get(key) if key in self._parts else super().get(key)

    def exists(self, key: str) -> bool:
        return key in self._parts or super().exists(key)

    def __init__(self, below: ObjectStore, shown: Callable[[str], bool]) -> None:
        super().__init__(below, shown)
        self._parts: set[str] = set()


def _bugs(run: Run, known: frozenset[str] = frozenset()) -> list[str]:
    """What failed, so that nothing fails in silence; but for objects of which it is `known` why."""
    given_up = [_object_of(letter) for letter in run.engine.dead_letters()]
    words = [f"多次未能办理 / given up after several tries: {what}" for what in given_up if what not in known]
    return [str(e.error) for e in run.engine.errors] + words


def _object_of(letter: DeadLetter) -> str:
    """The object that a message given up on names, else its queue, and the submission or notice."""
    body = json.loads(letter.body)
    ids = [str(body[name]) for name in ("submission", "template", "sha256") if name in body]
    return " ".join([key for key, _ in stored_objects(body)] or [letter.queue, *ids])


def _entries(objects: ObjectStore) -> Iterator[Entry]:
    return (Entry.model_validate_json(objects.get(key) or b"") for key in objects.keys(LEDGER))


def _by_chain(found: Found) -> list[Entry]:
    return sorted(found.entries, key=lambda e: (e.submission, e.seq))


def _verdicts_in(objects: ObjectStore) -> Callable[[str, str], Mapping[str, Any] | None]:
    def verdict(number: str, name: str) -> Mapping[str, Any] | None:
        data = objects.get(verdict_key(number, name))
        made: Mapping[str, Any] | None = json.loads(data) if data and digest(data) == name else None
        return made

    return verdict


def _verdicts_of(out: Path) -> Callable[[str, str], Mapping[str, Any] | None]:
    """From submissions.jsonl, which has the verdict that holds."""
    lines = (out / "submissions.jsonl").read_text("utf-8").splitlines()
    rows = {row["receipt"]: row for row in map(json.loads, lines)}
    return lambda number, _: rows.get(number)
