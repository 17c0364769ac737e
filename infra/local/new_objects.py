"""Objects that others put into the data folder: clerks' commands beside a running `up`, pulled mailboxes."""

import time
from collections.abc import Callable, Sequence

from local.mail_room import MailRoom, mail_key
from shoufa.adapters.disk_objects import DiskObjects
from shoufa.domain.decision import DECISION_PREFIX
from shoufa.domain.revision import PREFIX
from shoufa.ports import Clock

FRESH_SECONDS = 5.0
"""How long a folder that changed is looked through again: its time may stand still for two changes."""


class NewObjects:
    """Looks under one prefix when asked to; what lies there at the beginning is known already."""

    def __init__(
        self, objects: DiskObjects, prefix: str, found: Callable[[str], None], *, folders: bool = False
    ) -> None:
        """Remember what is there; `found` is told of each new key. `folders`: keys lie in folders below."""
        self._objects, self._prefix, self._found = objects, prefix, found
        self._folder, self._folders = objects.root / prefix, folders
        self._changed = self._time()
        self._seen = set(objects.walk(prefix))

    def look(self) -> int:
        """Tell of each key that is new; how many."""
        changed = self._time()
        if changed == self._changed and time.time() - changed / 1e9 > FRESH_SECONDS:
            return 0
        self._changed = changed
        new = sorted(set(self._objects.walk(self._prefix)) - self._seen)
        for key in new:
            self._found(key)
            self._seen.add(key)
        return len(new)

    def _time(self) -> int:
        """When the folder, or one below it, changed last, in nanoseconds; 0 if it is not there."""
        try:
            below = (f for f in self._folder.iterdir() if f.is_dir()) if self._folders else ()
            times: list[int] = [f.stat().st_mtime_ns for f in (self._folder, *below)]
            return max(times)
        except FileNotFoundError:
            return 0


def beside(
    objects: DiskObjects,
    room: MailRoom,
    decisions: MailRoom,
    clock: Clock,
    revised: Callable[[str], None] = lambda _: None,
    laid: Callable[[Sequence[str]], None] = lambda _: None,
) -> tuple[NewObjects, ...]:
    """What nobody tells of: decisions (`laid` is told), revisions (`revised`), added files, pulled mail."""

    def decided(key: str) -> None:
        decisions.announce(key, clock.now())

    def decision(key: str) -> None:
        decided(key)
        laid((key,))

    def call(key: str) -> None:
        decided(key)
        revised(key)

    def found(key: str) -> None:
        room.found(key, clock.now())

    return (
        NewObjects(objects, DECISION_PREFIX, decision),
        NewObjects(objects, PREFIX, call, folders=True),
        NewObjects(objects, mail_key("add", ""), found),
        NewObjects(objects, mail_key("imap", ""), found, folders=True),
    )
