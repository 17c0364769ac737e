"""Every call of every port counted, and made to fail where a plan says so.

A port is wrapped whole: whatever method it has or gets is counted, nothing is listed. A process that was killed can
do nothing any more: each later call of its ports ends it again.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from fakes import FakeClock
from shoufa.domain.errors import MaybeSent, ShoufaError, TryAgain


class Dead(BaseException):
    """kill -9: nothing catches it."""


class Mode(StrEnum):
    """How a call fails."""

    BEFORE = "before"
    """The connection breaks before anything happened."""
    AFTER = "after"
    """It happened, and the answer was lost."""
    THROTTLED = "throttled"
    """The service asked to come back later."""
    TIMEOUT = "timeout"
    """It happened, and the answer was waited for in vain for a minute."""
    KILLED = "killed"
    """It happened, and the process was killed."""


ACTED = {Mode.AFTER, Mode.TIMEOUT, Mode.KILLED}
WAITED = timedelta(minutes=1)


class Hit(NamedTuple):
    """A fault as it came to pass. `unrecorded`: a mail was out and the ledger did not say so yet."""

    number: int
    call: str
    mode: Mode
    unrecorded: bool


class Outside:
    """Counts calls over all ports of all processes, and fails those that `faults` names by number."""

    def __init__(self, clock: FakeClock, faults: Mapping[int, Mode] | None = None, count: int = 0) -> None:
        self.clock = clock
        self.faults = dict(faults or {})
        self.count = count
        self.hits: list[Hit] = []
        self.calls: list[str] = []
        """The names of the calls, from the first one that was counted here."""
        self.between: Callable[[str], None] = lambda _: None
        """What others do before each call."""
        self._dead = False
        self._unrecorded = False

    def new_process(self) -> None:
        """Another process begins."""
        self._dead = self._unrecorded = False

    def wrap(self, name: str, port: Any) -> Any:
        """A port whose calls are counted."""
        return _Wrapped(self, name, port)

    def call(self, name: str, act: Callable[[], Any]) -> Any:
        """Make one call, or have it fail."""
        if self._dead:
            raise Dead
        self.between(name)
        self.count += 1
        self.calls.append(name)
        mode = self.faults.get(self.count)
        if mode is None:
            return self._acted(name, act)
        if mode in ACTED:
            with suppress(ShoufaError):  # the answer would have said so, but it did not come
                self._acted(name, act)
        self.hits.append(Hit(self.count, name, mode, self._unrecorded))
        self._fail(mode)
        raise AssertionError

    def _acted(self, name: str, act: Callable[[], Any]) -> Any:
        answer = act()
        if name == "mailer.send":
            self._unrecorded = True
        elif name == "ledger.append" and answer:
            self._unrecorded = False
        return answer

    def _fail(self, mode: Mode) -> None:
        if mode is Mode.KILLED:
            self._dead = True
            raise Dead
        if mode is Mode.THROTTLED:
            raise TryAgain("asked to come back later")
        if mode is Mode.TIMEOUT:
            self.clock.move(WAITED)
            raise MaybeSent("no answer")
        raise ConnectionError(mode)


class _Wrapped:
    """One port, seen from a step."""

    def __init__(self, outside: Outside, name: str, port: Any) -> None:
        self._outside, self._name, self._port = outside, name, port

    def __getattr__(self, method: str) -> Any:
        found = getattr(self._port, method)
        if not callable(found):
            return found
        name = f"{self._name}.{method}"
        return lambda *args, **kwargs: self._outside.call(name, lambda: found(*args, **kwargs))
