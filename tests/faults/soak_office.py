"""The stack as `shoufa up` has it (objects and ledger in a folder), with ports that fail by chance, on a clock of days."""

import contextlib
import json
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

from faults.port_faults import ACTED, Dead, Mode, Outside
from local.clock import VirtualClock
from local.demo_office import write_demo_calls
from local.dispatcher import Pace
from local.durable_ledger import DurableLedger
from local.engine import LocalEngine
from local.mail_room import MailRoom, mail_key
from local.moto_fixes import holds_messages
from local.process import QUIET, ROOT, Run, settle
from samples.soak_mails import recommender_name
from shoufa import wiring
from shoufa.adapters.disk_objects import DiskObjects
from shoufa.domain.errors import MaybeSent, ShoufaError, TryAgain
from shoufa.domain.mail import Envelope
from shoufa.readers.pool import WorkerPool
from shoufa.steps.fate import Fate

SHOWN_AGAIN = timedelta(seconds=100)
"""How long a failed message stays hidden: five receives outlast the lease of a sending."""
REDRIVEN = timedelta(minutes=6)
OURS = frozenset({"Dead", "ConnectionError", "TryAgain", "MaybeSent"})
"""What a port that fails by chance ends a call with."""
LISTS = frozenset({"index.find", "ledger.entries", "objects.keys"})
"""Calls whose answer may be long."""
ROUNDS = 4
"""How often what was given up is driven again, one after another, before it is left to a person."""
WATCH = {"RECONCILE_MINUTES": "720", "DIGEST_AT": "off"}
"""The watch counts all mails twice a day and drives on what stalls."""
GROUP = "provincial-market-regulators"


class MovingClock(VirtualClock):
    """A virtual clock that several threads may move."""

    def __init__(self, now: datetime) -> None:
        super().__init__(now)
        self._lock = threading.RLock()

    def advance_to(self, moment: datetime) -> None:
        with self._lock:
            super().advance_to(max(moment, self.now()))

    def move(self, by: timedelta) -> None:
        with self._lock:
            super().advance_to(self.now() + by)


class Chance(Outside):
    """Each call of each port fails with a chance, in each way; from several threads."""

    def __init__(self, clock: MovingClock, seed: int, rate: float, kills: float) -> None:
        super().__init__(clock)  # type: ignore[arg-type]
        self.failed: Counter[str] = Counter()
        self.calling: Counter[str] = Counter()
        self.items = 0
        """Look-ups, entries and keys that calls returned."""
        self.killed = 0
        self._dice, self._rate, self._kills = random.Random(seed), rate, kills
        self._lock = threading.Lock()

    def call(self, name: str, act: Any) -> Any:
        mode = self._drawn(name)
        if mode is None or mode in ACTED:
            try:
                answer = act()
            except ShoufaError:
                if mode is None:
                    raise
            else:
                self.items += len(answer) if name in LISTS else 0
                if mode is None:
                    return answer
        if name == "mailer.send" and mode is Mode.THROTTLED:
            raise TryAgain("refused: it surely did not go out")
        if mode is Mode.KILLED:
            raise Dead
        self._fail(mode)
        raise MaybeSent

    def stop(self) -> None:
        """Nothing fails any more."""
        self._rate = self._kills = 0.0

    def _drawn(self, name: str) -> Mode | None:
        with self._lock:
            self.calling[name] += 1
            if name.startswith("readers.") and self._dice.random() < self._kills:
                self.killed += 1
                threading.Timer(self._dice.uniform(0, 0.03), kill_a_reader).start()
            if self._dice.random() >= self._rate:
                return None
            mode = self._dice.choice(list(Mode))
            self.failed[mode.value] += 1
            return mode


def kill_a_reader() -> None:
    """kill -9 to one of this process's own readers."""
    for pid in children(os.getpid()):
        with contextlib.suppress(OSError):
            if b"shoufa.readers" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)
                return


def children(pid: int) -> list[int]:
    """Processes that a process started and that have not been waited for."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += map(int, task.read_text("ascii").split())
    return found


class World:
    """Who gets our mails: each is written down; responders answer. `ports.Mailer`."""

    def __init__(self, sent: Path) -> None:
        self.sent = sent
        self.waiting: list[tuple[str, bytes]] = []
        """Recipient and mail, as far as nobody looked at it."""
        self._lock = threading.Lock()

    def send(self, raw: bytes, _: str, recipient: str) -> str:
        head = BytesHeaderParser().parsebytes(raw)
        said = [str(head[name] or "") for name in ("X-Shoufa-Notice", "Message-ID", "Auto-Submitted")]
        with self._lock, self.sent.open("a", encoding="utf-8") as out:
            out.write(json.dumps([*said, recipient]) + "\n")
            self.waiting.append((recipient, raw))
        return said[1]

    def got(self) -> list[tuple[str, bytes]]:
        """What arrived since the last look."""
        with self._lock:
            found, self.waiting = self.waiting, []
        return found


class Office:
    """The office at work: mails land, everything that they set off happens, what fails is driven again."""

    def __init__(self, run: Run, engine: LocalEngine, chance: Chance, world: World) -> None:
        self.run, self.engine, self.chance, self.world = run, engine, chance, world
        self.house, self.clock = run.house, run.clock
        self.room = MailRoom(self.house.objects, lambda m: engine.post("MailsQueue", m))
        self._last_stops = [url for name, url in engine.queue_urls.items() if "DeadLetter" in name]
        self.bugs: Counter[str] = Counter()
        self.redriven = 0
        self.held: list[str] = []
        """Bodies of what was given up again and again: a person has to look."""

    def land(self, name: str, raw: bytes, virus: str = "") -> None:
        """One mail at the door; it is worked off later."""
        envelope = Envelope(received_at=self.clock.now(), door="smtp", mailbox="", virus=virus)
        assert self.room.take(mail_key("smtp", name), raw, envelope), name

    def work(self) -> None:
        """Until all is at rest."""
        self.engine.drain()
        for _ in range(ROUNDS):
            if not self._drive_again():
                break
            self.engine.drain()
        else:
            self.held += [letter.body for letter in self._given_up()]
        self.room.told(lambda key: self.house.ledger.claimed(f"object:{key}"))
        self._note_bugs()

    def go_on_to(self, moment: datetime | None) -> None:
        """Everything that is due up to a moment (None: everything)."""
        settle(self.run, moment)
        self.work()
        if moment is not None:
            self.clock.advance_to(moment)

    def watch(self, after: timedelta) -> None:
        """Let time pass, and the schedules fire."""
        self.clock.advance_to(self.clock.now() + after)
        self.engine.fire_schedules(self.clock.now())
        self.work()

    def number_of(self, name: str) -> str:
        """The receipt number of a mail, "" where it has none."""
        claimed = self.house.ledger.claimed(f"object:{mail_key('smtp', name)}")
        return next(iter(Fate.parse(claimed).receipts), "") if claimed else ""

    def _given_up(self) -> list[Any]:
        if not any(holds_messages(url, self.engine.region) for url in self._last_stops):
            return []
        letters = self.engine.dead_letters()
        self.engine.forget_dead_letters()
        return letters

    def _drive_again(self) -> bool:
        """Put what ended in a dead-letter queue back where it was; whether there was anything."""
        letters = self._given_up()
        if not letters:
            return False
        self.clock.advance_to(self.clock.now() + REDRIVEN)
        for letter in letters:
            queue = letter.queue.replace("DeadLetterQueue", "").lower()
            message = json.loads(letter.body)
            if queue == "submissions":  # within five minutes a FIFO queue takes the same message for one
                self.house.queues.send(
                    queue, {**message, "cause": f"again {self.redriven}"}, message["submission"]
                )
            else:
                self.engine.post(letter.queue.replace("DeadLetter", ""), message)
            self.redriven += 1
        return True

    def _note_bugs(self) -> None:
        """What left a handler that was no fault of ours."""
        for error in self.engine.errors:
            if error.error.partition("(")[0] not in OURS:
                self.bugs[f"{error.function}: {error.error.partition('(')[0]} {error.traceback[-300:]}"] += 1
        self.engine.errors.clear()


def write_calls(folder: Path, recommenders: int) -> Path:
    """The demo's calls, open for ever, with half an hour of quiet, and as many invented recommenders as are wanted."""
    write_demo_calls(ROOT / "schemas", folder)
    for file in (folder / "calls").glob("*.yaml"):
        call = json.loads(file.read_text("utf-8"))
        call |= {"closes": None, "opens": None, "outcome": {**call["outcome"], "settle": "PT30M"}}
        file.write_text(json.dumps(call, ensure_ascii=False), "utf-8")
    file = folder / "recommenders" / f"{GROUP}.yaml"
    group = json.loads(file.read_text("utf-8"))
    known = {**group["members"][-1]}
    group["members"] += [
        {**known, "code": f"SOAK-{n}", "name": recommender_name(n)} for n in range(recommenders)
    ]
    file.write_text(json.dumps(group, ensure_ascii=False), "utf-8")
    return folder


@contextmanager
def office(
    folder: Path, start: datetime, seed: int, recommenders: int, rate: float, kills: float
) -> Iterator[Office]:
    """The whole stack on a folder; `rate` of all calls of ports fail, `kills` of all readings lose their worker."""
    clock = MovingClock(start)
    env = {
        **QUIET,
        **WATCH,
        "MAIL_OUT": "outbox",
        "CALLS_DIR": str(write_calls(folder / "calls", recommenders)),
    }
    pace = Pace(came_back=lambda _: clock.move(SHOWN_AGAIN))
    wiring.reset()
    with (
        WorkerPool(light=1, ocr=1) as pool,
        LocalEngine(ROOT / "template.yaml", clock, env=env, pace=pace) as engine,
    ):
        objects, world = DiskObjects(folder / "data"), World(folder / "sent")
        wiring.use(clock=clock, readers=pool, objects=objects)
        wiring.use(ledger=DurableLedger(wiring.house().ledger, objects))
        house, chance = wiring.house(), Chance(clock, seed, rate, kills)
        plain = {
            "objects": objects, "ledger": house.ledger, "index": house.index, "queues": house.queues,
            "readers": pool, "mailer": world,
        }  # fmt: skip
        wrapped: Any = {name: chance.wrap(name, port) for name, port in plain.items()}
        wiring.use(**wrapped)
        try:
            yield Office(Run(engine, clock, house), engine, chance, world)
        finally:
            wiring.reset()
