"""Saved files that a dropped mail was taken from: where the mail was erased, they go too."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from local.drop_folder import TAKEN, shown
from local.mail_room import digest_name, mail_key
from shoufa.ports import Index

EVERY = timedelta(hours=1)
DROPPED = mail_key("drop", "")


class TakenFiles:
    """Looks once an hour. Retention erases by schedule, and knows nothing of this folder."""

    def __init__(
        self, drop: Path, index: Index, now: Callable[[], datetime], tell: Callable[[str], None]
    ) -> None:
        """Keep the drop folder, where erased mails are named, what tells the time, and who is told."""
        self._folder, self._index, self._now = drop / TAKEN, index, now
        self._tell = tell
        self._next = now()
        self._done: frozenset[str] = frozenset()

    def look(self) -> int:
        """Remove the files of mails that were erased since the last look; how many.

        After a file that could not be read or removed, all is looked at again the next time.
        """
        if self._now() < self._next:
            return 0
        self._next = self._now() + EVERY
        fates = self._index.find("fates", f"{DROPPED}~", DROPPED)
        erased = frozenset(key for key, said in fates if said.get("erased"))
        new = erased - self._done
        removed = [self._remove(f, new) for f in self._folder.glob("*")] if new else []
        if None not in removed:
            self._done = erased
        return removed.count(True)

    def _remove(self, file: Path, erased: frozenset[str]) -> bool | None:
        """Whether this was the file of one of these mails, now gone; None where the disk refused."""
        try:
            if not file.is_file() or mail_key("drop", digest_name(file.read_bytes())) not in erased:
                return False
            file.unlink()
        except FileNotFoundError:
            return False
        except OSError as err:
            self._tell(
                f"{shown(file.name)}：无法查看或删除，一小时后再试（所属来邮可能已按要求删除）"
                f" / not read or not removed, tried again in an hour; its mail may be erased ({err.strerror})"
            )
            return None
        return True
