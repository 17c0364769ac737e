"""The drop folder: a saved mail laid there is taken, and moved to `drop/taken` once it is durable."""

import os
from collections.abc import Callable
from pathlib import Path

from local.mail_room import MailRoom, digest_name, mail_key
from local.received import received_at
from shoufa.domain.errors import TryAgain
from shoufa.domain.mail import Envelope

TAKEN, REFUSED = "taken", "refused"
MAX_BYTES = 60 * 2**20
AT_ONCE = 20
"""Files taken in one look, so that the queues have their turn."""


class DropFolder:
    """Looks into one folder when asked to. A file still being copied (changed since the last look) waits."""

    def __init__(self, folder: Path, room: MailRoom, tell: Callable[[str], None]) -> None:
        """Keep the folder, the room that files are taken to, and who is told."""
        self._folder = folder
        self._room = room
        self._tell = tell
        self._seen: dict[str, tuple[int, int]] = {}
        self._told: set[str] = set()

    def look(self) -> int:
        """Take the `.eml` files that have come to rest; how many. What the disk refuses stays for later."""
        seen, taken, told = {}, 0, self._told
        self._told = set()
        for file in self._files():
            try:
                state = file.stat()
                seen[file.name] = (state.st_size, state.st_mtime_ns)
                if self._seen.get(file.name) != seen[file.name] or taken >= AT_ONCE:
                    continue
                taken += self._take(file)
            except TryAgain as err:  # the disk: nothing else would be taken either
                self._tell_once(told, file, err)
                break
            except OSError as err:  # this file's own trouble keeps no other one waiting
                self._tell_once(told, file, err)
        self._seen = seen
        return taken

    def _tell_once(self, told: set[str], file: Path, err: Exception) -> None:
        """Say what is wrong with a file; not again at each look, while it stays the same."""
        line = f"{shown(file.name)}：暂未收下，稍后再试 / not taken yet, tried again later ({err})"
        if line not in told:
            self._tell(line)
        self._told.add(line)

    def _files(self) -> list[Path]:
        """Plain files named .eml, no hidden ones and no links; the folder is made again if it is gone."""
        self._folder.mkdir(exist_ok=True)
        with os.scandir(self._folder) as found:
            return sorted(
                Path(i.path)
                for i in found
                if i.is_file(follow_symlinks=False)
                and i.name.lower().endswith(".eml")
                and not i.name.startswith(".")
            )

    def _take(self, file: Path) -> int:
        if file.stat().st_size > MAX_BYTES:
            self._tell(f"{shown(file.name)}：超过60MB，未收 / larger than 60 MB, not taken: drop/{REFUSED}")
            self._move(file, REFUSED)
            return 0
        raw = file.read_bytes()
        envelope = Envelope(received_at=received_at(raw, file), door="drop", file=shown(file.name)[-120:])
        if not self._room.take(mail_key("drop", digest_name(raw)), raw, envelope):
            self._tell(f"{shown(file.name)}：同一文件已收过 / the same file was taken before")
        self._move(file, TAKEN)
        return 1

    def _move(self, file: Path, where: str) -> None:
        """Out of the way, under a name that is free."""
        folder = self._folder / where
        folder.mkdir(exist_ok=True)
        target, n = folder / file.name, 1
        while target.exists():
            n += 1
            target = folder / f"{file.stem}-{n}{file.suffix}"
        file.rename(target)


def shown(name: str) -> str:
    """A file's name as text: one in GBK on a UTF-8 machine has bytes that are no character."""
    return os.fsencode(name).decode("utf-8", "replace")
