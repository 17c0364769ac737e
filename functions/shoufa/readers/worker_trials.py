"""Operations of the worker kind `test`: each misbehaves as a hostile file would make a reader misbehave."""

import contextlib
import errno
import os
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import NoReturn

from shoufa.readers import worker_jail
from shoufa.readers.limits import Limits
from shoufa.readers.worker_frames import MAGIC, MAX_HEADER, PREFIX, Header
from shoufa.readers.worker_replies import Replies, Reply


def hang(_header: Header, _blobs: list[bytes], _limits: Limits) -> NoReturn:
    """Never come back."""
    while True:
        time.sleep(60)


def eat(_header: Header, _blobs: list[bytes], _limits: Limits) -> NoReturn:
    """Take memory without end, and touch it."""
    held = []
    while True:
        held.append(b"x" * (8 << 20))
        time.sleep(0.005)


def abort(_header: Header, _blobs: list[bytes], _limits: Limits) -> NoReturn:
    """Crash as a C library does."""
    os.abort()


def shout(_header: Header, _blobs: list[bytes], _limits: Limits) -> Reply:
    """Print to stdout, by Python and by the descriptor, then answer."""
    print("noise", flush=True)  # noqa: T201
    os.write(1, b"more noise")
    return {"calm": True}, []


def lie(header: Header, blobs: list[bytes], _limits: Limits) -> Reply:
    """Answer with what the request asks to be answered."""
    return header["reply"], blobs


def babble(_header: Header, _blobs: list[bytes], _limits: Limits) -> Reply:
    """Write bytes that are no frame on every open pipe, as taken-over code might."""
    for descriptor in range(3, 10):
        try:
            os.write(descriptor, b"no frame at all" * 10)
        except OSError:
            continue
    return {}, []


def look(_header: Header, _blobs: list[bytes], _limits: Limits) -> Reply:
    """Tell what is visible from here: environment, loaded modules, whether the network answers."""
    kinds = (socket.SOCK_DGRAM, socket.SOCK_STREAM)
    return {
        "environment": dict(os.environ), "modules": sorted(sys.modules),
        "routed": any(_reaches("198.51.100.1", kind) for kind in kinds),
        "local": any(_reaches("127.0.0.1", kind) for kind in kinds),
        "parent": _bytes_of(f"/proc/{os.getppid()}/environ"),
        "memory": _bytes_of(f"/proc/{os.getppid()}/mem"),
    }, []  # fmt: skip


def _reaches(address: str, kind: int) -> bool:
    """Whether a socket can be had and pointed there; 198.51.100.1 is for documentation (RFC 5737)."""
    try:
        with socket.socket(socket.AF_INET, kind) as probe:
            probe.settimeout(0.2)
            probe.connect((address, 9))
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return True


def _bytes_of(path: str) -> int:
    """How many bytes of a file can be had, -1 if it does not even open."""
    try:
        with Path(path).open("rb") as file:
            return len(file.read(64))
    except OSError:
        return -1


def deaf(_header: Header, _blobs: list[bytes], _limits: Limits) -> NoReturn:
    """Hear no signal, close every pipe but the reply's, never come back."""
    for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN)
    while True:
        time.sleep(60)


def hush(_header: Header, _blobs: list[bytes], _limits: Limits) -> NoReturn:
    """Close everything that is open, then sleep."""
    os.closerange(0, 256)
    while True:
        time.sleep(60)


def breed(header: Header, _blobs: list[bytes], _limits: Limits) -> NoReturn:
    """Start processes, each child of the one before and in a session of its own; the first may crash then.

    All but the first sleep; with `orphans` each ends when it has started the next, but for the last.
    """
    first = os.getpid()
    for _ in range(header["count"]):
        if os.fork():
            if header["orphans"] and os.getpid() != first:
                os._exit(0)
            break
        os.setsid()
    time.sleep(0.3)
    if header["crash"] and os.getpid() == first:
        os.abort()
    while True:
        time.sleep(60)


def fill(header: Header, _blobs: list[bytes], _limits: Limits) -> Reply:
    """Write files without end, where `whole` is set one that is too long by itself."""
    if header.get("whole"):
        with tempfile.TemporaryFile() as file:
            try:
                file.truncate(worker_jail.FILE_BYTES + 1)
            except OSError as err:
                return {"refused": errno.errorcode[err.errno or 0]}, []
        return {"refused": ""}, []
    for number in range(1 << 20):
        Path(tempfile.gettempdir(), str(number)).write_bytes(b"x" * (1 << 20))
        time.sleep(0.01)
    return {}, []


def hoard(_header: Header, _blobs: list[bytes], _limits: Limits) -> Reply:
    """Open files until no more can be."""
    held: list[int] = []
    try:
        while len(held) < 1 << 16:
            held.append(os.open(os.devnull, os.O_RDONLY))
    except OSError as err:
        return {"opened": len(held), "refused": errno.errorcode[err.errno or 0]}, []
    finally:
        for descriptor in held:
            os.close(descriptor)
    return {"opened": len(held), "refused": ""}, []


def spin(_header: Header, _blobs: list[bytes], _limits: Limits) -> NoReturn:
    """Compute without end, with a processor's time of two seconds."""
    worker_jail.allow_cpu(0)
    while True:
        pass


def flood(_header: Header, _blobs: list[bytes], _limits: Limits) -> NoReturn:
    """Answer with a frame that has no end."""
    for descriptor in range(3, 10):
        try:
            os.write(descriptor, PREFIX.pack(MAGIC, MAX_HEADER))
            while True:
                os.write(descriptor, b" " * (1 << 16))
        except OSError:
            continue
    raise EOFError


def linger(replies: Replies, header: Header, _blobs: list[bytes], _limits: Limits) -> Reply:
    """Read one page, then hang, as a library does on the second."""
    said: Reply | None = ({"pages": 1}, []) if header["read"] else None
    with replies.in_time(0.2, lambda: said):
        time.sleep(header["hangs"])
    return {"pages": 2}, []


def fail(_header: Header, _blobs: list[bytes], _limits: Limits) -> NoReturn:
    """Raise what no reader should raise."""
    raise KeyError("secret")


TRIALS = {
    f.__name__: f
    for f in (hang, eat, abort, shout, lie, babble, look, deaf, hush, breed, fill, hoard, spin, flood, fail)
}
