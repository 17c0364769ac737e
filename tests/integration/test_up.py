"""`shoufa up`, its rounds: what is due each minute is done each minute, from the start on."""

import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from fakes import FakeClock, FakeObjects
from local import up
from local.drop_folder import DropFolder
from local.mail_room import MailRoom
from local.redrive import Redrive
from local.schedules import Schedule, Ticker
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
