"""Objects in a folder of this machine, as durable as the disk: for an office without an account.

An object is written under `tmp/`, flushed to the disk (fsync), given its name by link(2), which fails where
the name is taken, and its folder is flushed too; only then does `put` return. So an object is whole or
absent, whenever the process or the machine stops. A key becomes a path segment by segment, each with all but
letters, digits and `-_.` escaped: no key leads out of the folder.
"""

import errno
import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from urllib.parse import quote, unquote

from shoufa.domain.errors import TryAgain
from shoufa.domain.moments import stamp

RESERVED = frozenset({"tmp", "drop", "retention", "pending", "trial-calls"})
"""First segments that are no objects: unfinished writes and appends, what is laid there, retention."""
_NAME_BYTES = 240
_SEGMENTS = 12
_ADVICE = {
    errno.ENOSPC: "磁盘已满，请腾出空间 / the disk is full: free some space",
    errno.EDQUOT: "磁盘配额已用完，请腾出空间 / the disk quota is used up: free some space",
    errno.EROFS: "文件夹为只读，请改为可写 / the folder is read-only: make it writable",
    errno.EACCES: "没有写入权限，请检查文件夹属主 / no right to write: check who owns the folder",
    errno.EPERM: "该文件系统不支持硬链接，请换一个文件夹 / no hard links here: choose another file system",
    errno.EIO: "磁盘读写出错，请检查磁盘 / the disk reports errors: check it",
}


class DiskObjects:
    """`ports.ObjectStore` on one folder; safe for threads and for several processes.

    Every trouble with the disk is told to `on_trouble` (what and what to do) and raised as TryAgain.
    """

    def __init__(self, root: Path, on_trouble: Callable[[str], None] | None = None) -> None:
        """Keep the folder; nothing is made before the first write."""
        self.root = root
        self.on_trouble = on_trouble or (lambda _: None)

    def put(self, key: str, data: bytes) -> bool:
        """Write if absent; False if it was there. TryAgain where it did not become durable."""
        path = self._path(key)
        try:
            return self._place(path, data)
        except OSError as err:
            raise self.trouble(key, err) from err

    def get(self, key: str) -> bytes | None:
        """The bytes, or None; None too for a key that no folder can hold: a person's file may name any."""
        path = self._holds(key)
        if path is None:
            return None
        try:
            with path.open("rb", buffering=0) as file:
                return file.read()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as err:
            raise self.trouble(key, err) from err

    def exists(self, key: str) -> bool:
        """Whether the key is there; False for one that no folder can hold."""
        path = self._holds(key)
        return path is not None and path.is_file()

    def keys(self, prefix: str, after: str = "", limit: int = 0) -> Sequence[str]:
        """Keys under a prefix, sorted."""
        found = self._in_order(prefix, after)
        return list(islice(found, limit or None))

    def walk(self, prefix: str) -> Iterator[str]:
        """Keys under a prefix in no order, one folder in memory at a time."""
        folder, _, _ = prefix.rpartition("/")
        start = self._path(folder) if folder else self.root
        skipped = len(str(self.root)) + 1
        for path in _files(str(start)):
            key = unquote(path[skipped:])
            if key.startswith(prefix) and "/" in key and key.partition("/")[0] not in RESERVED:
                yield key

    def _in_order(self, prefix: str, after: str) -> Iterator[str]:
        """Keys under a prefix behind `after`, sorted; of folders that lie before it, nothing is read."""
        folder, slash, _ = prefix.rpartition("/")
        start = self._path(folder) if folder else self.root
        found = _sorted_keys(str(start), f"{folder}{slash}", prefix, after)
        return (key for key in found if "/" in key and key.partition("/")[0] not in RESERVED)

    def retain(self, key: str, until: datetime) -> None:
        """Write down until when the object is to be kept; a longer time that is there already stays."""
        known = self.retained_until(key)
        if known is not None and known >= until:
            return
        path = self.root / "retention" / self._path(key).relative_to(self.root)
        try:
            replace_durably(path, stamp(until).encode(), self._scratch())
        except OSError as err:
            raise self.trouble(key, err) from err

    def erase(self, key: str) -> int:
        """Remove the file and what was said of its retention, durably; 1, or 0 if it was not there."""
        path = self._path(key)
        try:
            for file in (self.root / "retention" / path.relative_to(self.root), path):
                there = file.is_file()
                if there:
                    file.unlink()
                    _flush_folder(file.parent)
        except OSError as err:
            raise self.trouble(key, err) from err
        return int(there)

    def retained_until(self, key: str) -> datetime | None:
        """Until when an object is to be kept, None if nothing was said."""
        path = self.root / "retention" / self._path(key).relative_to(self.root)
        try:
            return datetime.fromisoformat(path.read_text("ascii"))
        except FileNotFoundError:
            return None

    def try_out(self) -> None:
        """Write, link and flush once, and forget writes that an earlier run left unfinished.

        TryAgain says what is wrong with the folder and what to do. Only while nobody else writes.
        """
        try:
            for left in (self.root / "tmp").glob("*"):
                left.unlink()
            probe = self.root / "tmp" / "probe"
            _link_durably(b"probe", probe, self._scratch())
            probe.unlink()
        except OSError as err:
            raise self.trouble(str(self.root), err) from err

    def _place(self, path: Path, data: bytes) -> bool:
        """Write durably if absent; what is there is durable too before it is called there."""
        if path.is_file():
            _flush_folder(path.parent)
            return False
        return _link_durably(data, path, self._scratch())

    def _scratch(self) -> Path:
        """A name under tmp/ that nobody else uses."""
        return self.root / "tmp" / uuid.uuid4().hex

    def _path(self, key: str) -> Path:
        """Where a key lies; ValueError for one that cannot be a path here."""
        path = self._holds(key)
        if path is None:
            raise ValueError(f"not a key that a folder can hold: {key[:80]!r}")
        return path

    def _holds(self, key: str) -> Path | None:
        """Where a key lies, or None where no folder can hold it."""
        segments = [_segment(s) for s in key.split("/")]
        if not all(segments) or len(segments) > _SEGMENTS or segments[0] in RESERVED:
            return None
        return Path(f"{self.root}/{'/'.join(segments)}")

    def trouble(self, key: str, err: OSError) -> TryAgain:
        """Tell what is wrong; the error to raise."""
        advice = _ADVICE.get(err.errno or 0, err.strerror or "")
        self.on_trouble(f"{self.root}：{advice}")
        return TryAgain(f"{key}: not written to {self.root}: {err.strerror} ({advice})")


@lru_cache(maxsize=1024)
def _segment(name: str) -> str:
    """One segment as a file name, or "" where it cannot be one; `.`, `..` and hidden names are escaped.

    A file that a person laid may have bytes in its name that are no characters: no key is made of those.
    """
    try:
        escaped = quote(name, safe="-_.")
    except UnicodeEncodeError:
        return ""
    if escaped.startswith("."):
        escaped = f"%2E{escaped[1:]}"
    return escaped if len(escaped) <= _NAME_BYTES else ""


def _files(folder: str) -> Iterator[str]:
    """All files below a folder; what disappears meanwhile is passed over."""
    try:
        with os.scandir(folder) as found:
            for item in found:
                if item.is_dir(follow_symlinks=False):
                    yield from _files(item.path)
                elif item.is_file(follow_symlinks=False):
                    yield item.path
    except (FileNotFoundError, NotADirectoryError):
        return


def _sorted_keys(folder: str, own: str, prefix: str, after: str) -> Iterator[str]:
    """Keys of all files below a folder, whose own key is `own`, in order; what disappears is passed over.

    A folder's name is sorted with its `/`, as the keys in it are.
    """
    for key, path in sorted(_named(folder, own, prefix, after)):
        if path:
            yield from _sorted_keys(path, key, prefix, after)
        else:
            yield key


def _named(folder: str, own: str, prefix: str, after: str) -> Iterator[tuple[str, str]]:
    """Keys of the files of a folder, and of its folders: those end with `/` and have their path beside."""
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as items:
        for item in items:
            inner = item.is_dir(follow_symlinks=False)
            key = f"{own}{unquote(item.name)}{'/' if inner else ''}"
            if (inner or item.is_file(follow_symlinks=False)) and _may_hold(key, prefix, after):
                yield key, item.path if inner else ""


def _may_hold(key: str, prefix: str, after: str) -> bool:
    """Whether a file, or any in a folder (its key ends with `/`), is under the prefix, behind `after`."""
    if key.endswith("/"):
        under = key.startswith(prefix) or prefix.startswith(key)
        return under and (key > after or after.startswith(key))
    return key.startswith(prefix) and key > after


def _link_durably(data: bytes, path: Path, scratch: Path) -> bool:
    """Write under `scratch`, then give it its name; False if the name was taken."""
    _make_folder(path.parent)
    try:
        _write(scratch, data)
        try:
            os.link(scratch, path)
        except FileExistsError:
            _flush_folder(path.parent)
            return False
        _flush_name(path)
    finally:
        with suppress(FileNotFoundError):
            scratch.unlink()
    return True


def _flush_name(path: Path) -> None:
    """Flush a new name to the disk, or take it back: what is not durable is not there."""
    try:
        _flush_folder(path.parent)
    except OSError:
        path.unlink()
        raise


def replace_durably(path: Path, data: bytes, scratch: Path) -> None:
    """Put `data` in the place of a file, whole or not at all; OSError where it did not become durable."""
    _make_folder(path.parent)
    _write(scratch, data)
    scratch.replace(path)
    _flush_folder(path.parent)


def _write(path: Path, data: bytes) -> None:
    """Write a new file and flush it to the disk."""
    _make_folder(path.parent)
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _make_folder(folder: Path) -> None:
    """Make a folder with those above it, each durably named in its parent."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=0o750, exist_ok=True)
    _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    """Flush a folder's names to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
