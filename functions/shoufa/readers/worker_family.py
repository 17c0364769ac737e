"""A worker and everything it started, as the system tells it (proc(5)); nothing where it does not tell.

A worker adopts what its children leave behind (PR_SET_CHILD_SUBREAPER), so all that lives stands below it.
When it is gone itself, what it started is known by the folder that stands in its environment.
"""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")
_ROUNDS = 5


def family(pid: int) -> list[int]:
    """The process and all below it."""
    found, new = [pid], [pid]
    while new:
        new = [child for one in new for child in _children(one) if child not in found]
        found += new
    return found


def _children(pid: int) -> Iterator[int]:
    """What any of its threads has started."""
    with contextlib.suppress(OSError, ValueError):
        for task in (_PROC / str(pid) / "task").iterdir():
            yield from map(int, (task / "children").read_text("ascii").split())


def resident(pid: int) -> int:
    """Bytes of memory that a process and all below it hold."""
    return held(family(pid))


def held(pids: list[int]) -> int:
    """Bytes of memory that these processes hold."""
    pages = 0
    for pid in pids:
        with contextlib.suppress(OSError, IndexError, ValueError):
            pages += int((_PROC / str(pid) / "statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def stored(folder: str) -> int:
    """Bytes of all files below a folder, as they lie on the disk."""
    size = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                size += Path(place, name).lstat().st_blocks * 512
    return size


def end(pid: int, mark: str) -> None:
    """Kill a process, not yet waited for, its group, all below it, and what has `mark` in its environment.

    Processes that fork while they are being killed are found in the next round.
    """
    below = family(pid)[1:]
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    for _ in range(_ROUNDS):
        for one in below:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(one, signal.SIGKILL)
        below = list(_marked(mark.encode()))
        if not below:
            return


def _marked(mark: bytes) -> Iterator[int]:
    """Living processes with these bytes in the environment that they were started with."""
    for entry in _PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (entry / "environ").read_bytes():
                yield int(entry.name)
