"""`shoufa up`, its rounds: what is due each minute is done each minute, from the start on."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from fakes import FakeClock, FakeObjects
from local import up
from local.drop_folder import DropFolder
from local.invocation import handler_error
from local.mail_room import MailRoom
from local.redrive import Redrive
from local.schedules import Schedule, Ticker
from local.unfit_words import unfit_lines
from shoufa.domain.errors import Damaged, TryAgain
from unit.judging.build import START
from unit.steps.world import World

MINUTE = timedelta(minutes=1)


class Watched:
    """An engine that has one schedule, of a minute, and writes down when it fired; a round takes a minute."""

    def __init__(self, clock: FakeClock, stopping: threading.Event, rounds: int) -> None:
        self.errors: list[Any] = []
        self.fired: list[datetime] = []
        self._clock, self._stopping, self._left = clock, stopping, rounds
        self._ticker = Ticker([Schedule("EveryMinute", "WatchFunction", MINUTE)], clock.now())

    def fire_schedules(self, now: datetime, *, at_once: bool = False) -> None:
        self.fired += [now for _ in self._ticker.due(now, at_once=at_once)]

    def round(self) -> int:
        self._clock.move(MINUTE)
        self._left -= 1
        if not self._left:
            self._stopping.set()
        return 1


class Rounds(up.Room):
    """The room's rounds alone, without a ledger behind them."""

    def __init__(self, drop: Path, rounds: int) -> None:
        self._clock: Any = FakeClock(START)
        self._stopping = threading.Event()
        self.watched = Watched(self._clock, self._stopping, rounds)
        self._engine = cast("Any", self.watched)
        self._beside = ()
        self._room = MailRoom(FakeObjects(), lambda _: None)
        self._next_look = START + timedelta(days=1)
        self._folder = cast("Any", Folder(drop))
        self._rounds(DropFolder(drop, self._room, str))


class Folder:
    """A data folder as the rounds know it."""

    def __init__(self, root: Path, objects: Any = None) -> None:
        self.root, self.objects = root, objects


def test_the_watch_looks_at_the_start_and_each_minute_from_then_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(up, "LOOK_SECONDS", 0.0)
    assert Rounds(tmp_path, 3).watched.fired == [START + n * MINUTE for n in range(4)]


class Looking(up.Room):
    """The room's look at what was given up, over an office of tests."""

    def __init__(self, world: World, root: Path) -> None:
        self._clock: Any = world.clock
        self._folder = cast("Any", Folder(root, world.objects))
        self._house = world.house
        self._engine = cast("Any", GivenUp())
        self._next_look, self._look_after = world.clock.now(), up.FIRST_LOOK
        self._redrive = Redrive(world.house, MailRoom(world.objects, lambda _: None), lambda _: None)
        self._drive_again()


class Telling(up.Room):
    """The room's word on errors that left a handler."""

    def __init__(self, *errors: Exception) -> None:
        self._troubles = {}
        self._engine = cast("Any", GivenUp())
        self._engine.errors = [handler_error("ReadDocumentFunction", e) for e in errors]
        self._tell_errors()


def test_a_damaged_object_is_named_and_no_bug(capsys: pytest.CaptureFixture[str]):
    Telling(Damaged("mails/ab.json"), Damaged("mails/ab.json"), KeyError("x"))
    damaged, bug = capsys.readouterr().out.splitlines()
    assert "mails/ab.json. Restore this file from a backup" in damaged
    assert "mailbox" not in damaged
    assert "a bug, tried again later: ReadDocumentFunction KeyError" in bug


class Unreadable(FakeObjects):
    """A folder with a file that belongs to somebody else."""

    def get(self, key: str) -> bytes | None:
        if key == "inbox/decision/w.json":
            raise TryAgain("no right")
        return super().get(key)


def test_a_decision_that_cannot_be_read_keeps_no_other_from_being_named():
    world = World()
    objects = Unreadable()
    world.house = replace(world.house, objects=objects)
    for name in ("w", "x"):
        objects.put(f"inbox/decision/{name}.json", b"{")
    first, second = unfit_lines(world.house, objects.keys("inbox/decision/"))
    assert "w.json：暂时无法读取" in first
    assert "x.json：不是一项处理决定" in second


class GivenUp:
    """An engine with one message in its dead-letter queue."""

    def dead_letters(self) -> list[str]:
        return ["one"]

    def forget_dead_letters(self) -> None:
        """It is driven again."""


def test_what_was_given_up_is_named_where_it_is_a_decision(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    world = World()
    world.receive({})
    world.objects.put("inbox/decision/w.json", b"{")
    world.objects.walk = world.objects.keys
    Looking(world, tmp_path)
    said = capsys.readouterr().out
    assert "1 were given up" in said
    assert "a decision cannot be taken: inbox/decision/w.json：不是一项处理决定" in said
