"""`shoufa up`: the stack kept running on this machine, on a folder that survives any stop."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import FrameType

from local.clock import SteadyClock
from local.data_folder import DataFolder, FolderRefused, redrive_asked
from local.dispatcher import Pace
from local.drop_folder import DropFolder
from local.durable_ledger import DurableLedger, finish_pending
from local.engine import LocalEngine
from local.mail_room import MailRoom
from local.moto_table import MotoTable
from local.new_objects import NewObjects, beside
from local.process import ROOT
from local.redrive import Redrive, look_again
from local.smtp_door import HOST, Door, SmtpDoor
from local.taken_files import TakenFiles
from local.unfit_words import not_in, unfit_lines
from local.up_settings import Wanted, environment
from shoufa import wiring
from shoufa.adapters.dynamodb_ledger import DynamoLedger
from shoufa.domain.errors import Damaged, TryAgain
from shoufa.domain.office import Office, boxes
from shoufa.notices.register import DISPOSITIONS
from shoufa.settings import read_settings
from shoufa.steps.chains import BrokenLedger
from shoufa.steps.fate import Fate
from shoufa.steps.house import House
from shoufa.steps.restore import Restored, restore
from shoufa.steps.unfinished import Unfinished

ROUND_SECONDS, LOOK_SECONDS = 0.05, 1.0
RETRY_SECONDS = 15
"""A message that failed comes back after this, five times; then the next look drives it again."""
FIRST_LOOK, LAST_LOOK = timedelta(minutes=5), timedelta(hours=6)
"""When work that was given up is driven again: after five minutes, then each time after twice as long."""
PULLS = frozenset({"PullMailboxFunction"})
"""A mail server may be slow: nobody waits for it."""
ADVICE_SECONDS = 3600.0
"""How long what a person is to do is not said again."""
CLOCK_BEHIND = timedelta(hours=1)


def run_up(wanted: Wanted) -> int:
    """Run until SIGTERM or SIGINT: 0. 2 with a word on what to do where it cannot start."""
    try:
        with DataFolder(wanted.data.absolute(), wanted.real) as folder, _started(wanted, folder) as room:
            room.run()
    except (FolderRefused, BrokenLedger, Damaged, TryAgain) as err:
        say(f"没有启动 / not started: {err}")
        if isinstance(err, BrokenLedger):
            say("台账与写入时不同。请从备份恢复该文件夹，或运行 shoufa ledger verify 查看全部问题。")
            say("Not as it was written: restore the folder from a backup; shoufa ledger verify lists all.")
        return 2
    except OSError as err:
        say(
            f"没有启动 / not started: {err.strerror or err} (SMTP {HOST}:{wanted.port})。端口被占用时请用 --port 另选。"
        )
        return 2
    say("已停止，可随时再启动。/ Stopped; start again at any time.")
    return 0


def say(line: str) -> None:
    """One line with the time; no names, subjects or addresses."""
    print(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} {line}", flush=True)


@contextmanager
def _started(wanted: Wanted, folder: DataFolder) -> Iterator["Room"]:
    """Everything running but the doors; all of it ended afterwards."""
    from shoufa.readers.pool import WorkerPool

    say(f"正在启动，数据在 {folder.root} / starting, data in {folder.root}")
    clock = SteadyClock()
    env = environment(wanted, folder)
    pace = Pace({"ReadDocumentFunction": 2}, retry_after=RETRY_SECONDS, beside=PULLS)
    wiring.reset()
    roots = {"SHOUFA_ROOTS": read_settings().trusted_roots}
    with (
        WorkerPool(environ=roots) as pool,
        LocalEngine(ROOT / "template.yaml", clock, env=env, pace=pace) as engine,
    ):
        wiring.use(clock=clock, readers=pool, objects=folder.objects)
        try:
            yield Room(wanted, folder, engine, clock)
        finally:
            wiring.reset()


class Room:
    """The running receiving room: doors, the engine's rounds, and what it tells the clerk."""

    def __init__(self, wanted: Wanted, folder: DataFolder, engine: LocalEngine, clock: SteadyClock) -> None:
        """Restore the ledger, and drive again what was in flight."""
        self._wanted, self._folder, self._engine, self._clock = wanted, folder, engine, clock
        self._stopping = threading.Event()
        self._troubles: dict[str, float] = {}
        folder.objects.on_trouble = self.trouble
        found = Unfinished()
        self._house = self._restored(found)
        self._room = MailRoom(folder.objects, lambda m: engine.post("MailsQueue", m))
        self._redrive = Redrive(self._house, self._room, lambda m: engine.post("DecisionsQueue", m))
        decisions = MailRoom(folder.objects, lambda m: engine.post("DecisionsQueue", m))
        tell = (_say_revised, self._tell_unfit)
        looks = beside(folder.objects, self._room, decisions, clock, *tell)
        taken = TakenFiles(folder.drop, self._house.index, clock.now, say)
        self._beside: tuple[NewObjects | TakenFiles, ...] = (*looks, taken)
        self._redrive.end_interrupted(found, nothing_left=not wanted.relay)
        self._tell_driven(self._redrive.all(found, folder.objects.walk))
        self._tell_unfit(not_in(found.decided, folder.objects))
        self._next_look, self._look_after = clock.now() + FIRST_LOOK, FIRST_LOOK

    def _restored(self, found: Unfinished) -> House:
        """The house over the restored ledger. BrokenLedger; FolderRefused where the clock is wrong."""
        objects = self._folder.objects
        finished = finish_pending(objects)
        began = time.monotonic()
        table = MotoTable(self._engine.table, self._engine.region)
        restored = restore(replace(wiring.house(), index=table), table, found.see)
        self._check_clock(restored)
        durable = DurableLedger(DynamoLedger(wiring.client("dynamodb"), self._engine.table), objects)
        wiring.use(ledger=durable)
        seconds = time.monotonic() - began
        say(
            f"台账已恢复：{restored.chains}条链，{restored.entries}条记录，用时{seconds:.1f}秒"
            f" / ledger restored: {restored.chains} chains, {restored.entries} entries, {seconds:.1f} s"
            + (f"（补完{finished}笔 / {finished} finished）" if finished else "")
        )
        return wiring.house()

    def _check_clock(self, restored: Restored) -> None:
        if restored.latest is None:
            return
        if restored.latest - datetime.now(UTC) > CLOCK_BEHIND:
            raise FolderRefused(
                f"本机时钟早于台账最后一条（{restored.latest:%Y-%m-%d %H:%M} UTC），请校准时钟。"
                "/ This machine's clock is behind the ledger's last entry: set the clock."
            )
        self._clock.not_before(restored.latest)

    def _tell_driven(self, done: Mapping[str, int]) -> None:
        if any(done.values()):
            say(
                f"继续未完成的：来邮{done['mails']}封，在读{done['readings']}件，回执{done['receipts']}封"
                f" / {done['mails']} mails, {done['readings']} readings, {done['receipts']} receipts go on"
            )

    def run(self) -> None:
        """Open the doors and work until asked to stop; then let what runs end."""
        door = SmtpDoor(Door(self._room, self._clock, self._is_ours, say), self._wanted.port)
        drop = DropFolder(self._folder.drop, self._room, say)
        with _signals(self._stopping):
            door.start()
            self._say_open(_mailboxes(wiring.house(fresh=True).office))
            try:
                self._rounds(drop)
            finally:
                say("正在停止，请稍候 / stopping, one moment")
                door.stop()

    def _is_ours(self, mailbox: str) -> bool:
        """Whether the door takes mail for an address: a unit's, as of now."""
        return mailbox in _mailboxes(wiring.house().office)

    def _say_open(self, mailboxes: set[str]) -> None:
        out = self._wanted.relay or f"{self._folder.root}/outbox（不发送 / nothing is sent）"
        out = f"{self._folder.root}/drafts（只写草稿 / drafts only）" if self._house.drafts else out
        for folder, _ in wiring.mailboxes():
            say(f"收取邮箱 / mailbox: {folder.mailbox} {folder.folder}（{folder.id}）")
        say(
            f"已就绪 / ready: SMTP {HOST}:{self._wanted.port}，投件夹 / drop folder {self._folder.drop}/*.eml"
        )
        trial = "试用，只收示例邮箱 / trial, invented mailboxes only"
        kind = "正式收件 / real mail" if self._wanted.real else trial
        say(f"{kind}：{'、'.join(sorted(mailboxes))}")
        say(f"发件 / outgoing: {out}。停止：Ctrl-C / stop: Ctrl-C")

    def _rounds(self, drop: DropFolder) -> None:
        """Take, call, tell; a look at the doors and the schedules once a second."""
        self._engine.fire_schedules(self._clock.now(), at_once=True)
        looked = 0.0
        while not self._stopping.is_set():
            moved = self._engine.round()
            if time.monotonic() - looked >= LOOK_SECONDS:
                looked = time.monotonic()
                drop.look()
                for new in self._beside:
                    new.look()
                self._tell_fates()
                self._tell_errors()
                self._engine.fire_schedules(self._clock.now())
                self._drive_again()
            if not moved:
                self._stopping.wait(ROUND_SECONDS)

    def _tell_fates(self) -> None:
        for _, text in self._room.told(lambda key: self._house.ledger.claimed(f"object:{key}")):
            fate = Fate.parse(text)
            say(f"来邮 / mail: {DISPOSITIONS[fate.disposition.value]} {' '.join(fate.receipts)}")

    def _tell_errors(self) -> None:
        """Bugs, without the messages that may quote a mail; the list never grows."""
        for error in self._engine.errors[:5]:
            if error.advice:
                self._say_once(error.advice, error.advice, ADVICE_SECONDS)
                continue
            say(
                f"程序错误，稍后自动重试 / a bug, tried again later: {error.function} {error.error.partition('(')[0]}"
            )
        self._engine.errors.clear()

    def _drive_again(self) -> None:
        """Work that was given up too often is driven again, at growing distances, or when it is asked for."""
        asked = redrive_asked(self._folder.root)
        if self._clock.now() < self._next_look and not asked:
            return
        given_up = self._engine.dead_letters()
        self._look_after = min(self._look_after * 2, LAST_LOOK) if given_up else FIRST_LOOK
        self._next_look = self._clock.now() + self._look_after
        if given_up or asked:
            say(f"{len(given_up)}件未能处理，现再试 / {len(given_up)} were given up and are tried again")
            self._engine.forget_dead_letters()
            found = look_again(self._folder.objects, self._house.ledger.head)
            self._tell_driven(self._redrive.all(found, self._folder.objects.walk))
            self._tell_unfit(not_in(found.decided, self._folder.objects))

    def _tell_unfit(self, keys: Iterable[str]) -> None:
        for line in unfit_lines(self._house, keys):
            say(f"决定无法采用 / a decision cannot be taken: {line}")

    def trouble(self, what: str) -> None:
        """Tell of the disk, the same thing once a minute."""
        words = (
            f"磁盘问题，未收下的邮件对方会重发 / disk trouble, nothing is taken that is not durable: {what}"
        )
        self._say_once(what, words, 60.0)

    def _say_once(self, what: str, line: str, seconds: float) -> None:
        """Say a line unless it was said in the last seconds."""
        if time.monotonic() - self._troubles.get(what, float("-inf")) >= seconds:
            self._troubles[what] = time.monotonic()
            say(line)


def _say_revised(key: str) -> None:
    say(f"征集定义有修订 / a call is revised: {key}")


def _mailboxes(office: Office) -> set[str]:
    """All mailboxes that mail is taken for."""
    return {box for call in office.calls.values() for unit in call.units for box in boxes(unit)}


@contextmanager
def _signals(stopping: threading.Event) -> Iterator[None]:
    """SIGTERM and SIGINT ask to stop; a second one ends at once, which loses nothing."""

    def stop(number: int, _: FrameType | None) -> None:
        if stopping.is_set():
            sys.stdout.flush()
            os._exit(128 + number)
        stopping.set()

    before = {s: signal.signal(s, stop) for s in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
