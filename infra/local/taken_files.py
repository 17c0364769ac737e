"""Saved files that a dropped mail was taken from: where the mail was erased, they go too."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from local.drop_folder import TAKEN
from local.mail_room import digest_name, mail_key
from shoufa.ports import Index

EVERY = timedelta(hours=1)
DROPPED = mail_key("drop", "")


class TakenFiles:
    """Looks once an hour. Retention erases by schedule, and knows nothing of this folder."""

    def __init__(self, drop: Path, index: Index, now: Callable[[], datetime]) -> None:
        """Keep the drop folder, where erased mails are named, and what tells the time."""
        self._folder, self._index, self._now = drop / TAKEN, index, now
        self._next = now()
        self._done: frozenset[str] = frozenset()

    def look(self) -> int:
        """Remove the files of mails that were erased since the last look; how many."""
        if self._now() < self._next:
            return 0
        self._next = self._now() + EVERY
        fates = self._index.find("fates", f"{DROPPED}~", DROPPED)
        erased = frozenset(key for key, said in fates if said.get("erased"))
        new, self._done = erased - self._done, erased
        going = [f for f in self._files() if _key_of(f) in new] if new else []
        for file in going:
            file.unlink(missing_ok=True)
        return len(going)

    def _files(self) -> list[Path]:
        return [f for f in self._folder.glob("*") if f.is_file()]


def _key_of(file: Path) -> str:
    return mail_key("drop", digest_name(file.read_bytes()))
