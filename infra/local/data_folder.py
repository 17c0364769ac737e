"""The folder that `shoufa up` works in: what lies where, who holds it, and which mail it may take."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from shoufa.adapters.disk_objects import DiskObjects, replace_durably
from shoufa.domain.errors import ShoufaError, TryAgain

LOCK, MODE, REDRIVE = "lock", "mode", "redrive"
TRIAL, REAL = "trial", "real"


class FolderRefused(ShoufaError):
    """The folder cannot be worked in; the message says why and what to do, in Chinese and English."""


class DataFolder:
    """One data folder, held by one process (flock) while it is open; a context manager.

    `objects` is its store; `drop` where mails are laid; `real` whether it may take real mail.
    """

    def __init__(self, root: Path, real: bool) -> None:
        """Keep what is wanted; nothing is touched before it is entered."""
        self.root = root
        self.real = real
        self.drop = root / "drop"
        self.objects = DiskObjects(root)
        self._held: IO[bytes] | None = None

    def __enter__(self) -> Self:
        """Make the folder, take the lock, try the disk. FolderRefused says what is wrong."""
        try:
            self.root.mkdir(mode=0o750, parents=True, exist_ok=True)
            self._lock()
            self.objects.try_out()
            self._settle_mode()
            self.drop.mkdir(exist_ok=True)
        except (OSError, TryAgain) as err:
            self._release()
            why = self.objects.trouble(str(self.root), err) if isinstance(err, OSError) else err
            raise FolderRefused(f"数据文件夹不能使用 / the data folder cannot be used: {why}") from err
        except FolderRefused:
            self._release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        """Let the folder go."""
        self._release()

    def _lock(self) -> None:
        held = (self.root / LOCK).open("ab")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as err:
            held.close()
            raise FolderRefused(
                f"{self.root} 正由另一个 shoufa up 使用。请先停止它，或换一个文件夹。"
                f"/ Another shoufa up works in {self.root}: stop it first, or name another folder."
            ) from err
        self._held = held

    def _release(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None

    def _settle_mode(self) -> None:
        """Trial mails and real ones never share a folder: the first start decides."""
        file, wanted = self.root / MODE, REAL if self.real else TRIAL
        if not file.exists():
            replace_durably(file, wanted.encode(), self.root / "tmp" / f"mode-{os.getpid()}")
        if file.read_text("ascii") != wanted:
            raise FolderRefused(f"{self.root}：{_BEGUN_FOR_TRIALS if self.real else _BEGUN_FOR_REAL}")


_BEGUN_FOR_TRIALS = "此文件夹是为试用建立的，请另用一个文件夹正式收件。/ It was begun for trials: name another folder for real mail."
_BEGUN_FOR_REAL = (
    "此文件夹是为正式收件建立的，请加上 --real-mail 启动，或换一个文件夹。"
    "/ It was begun for real mail: add --real-mail, or name another folder."
)


def ask_redrive(root: Path) -> None:
    """Ask the `shoufa up` that works in a folder to drive again what stalls."""
    (root / REDRIVE).touch()


def redrive_asked(root: Path) -> bool:
    """Whether that was asked; asked once, it is answered once."""
    try:
        (root / REDRIVE).unlink()
    except FileNotFoundError:
        return False
    return True


def is_held(root: Path) -> bool:
    """Whether a `shoufa up` works in the folder just now."""
    try:
        with (root / LOCK).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False
