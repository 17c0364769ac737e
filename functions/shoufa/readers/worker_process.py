"""The parent's side of one worker.

Starts it, talks to it under a clock and a memory limit, kills its whole group.
"""

import contextlib
import fcntl
import logging
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping

from shoufa.domain.errors import TryAgain, Unreadable, UnreadableCode
from shoufa.readers.limits import Limits
from shoufa.readers.worker_family import end, family, held, stored
from shoufa.readers.worker_frames import BrokenFrame, Header, frame, read_frame

LOG = logging.getLogger(__name__)
WATCH_SECONDS = 0.05
_PASSED = (
    "PATH", "LD_LIBRARY_PATH", "LIBARCHIVE", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "ORT_NUM_THREADS",
    "SHOUFA_MODELS",
    "SHOUFA_ROOTS",
    "SHOUFA_SOFFICE",
)  # fmt: skip


class WorkerGone(Exception):
    """The worker ended or broke the talk; it was killed."""


class WorkerDied(Unreadable):
    """The worker ended with a whole request in its hands: by what it read, or by somebody's signal."""


def scrubbed(environ: Mapping[str, str], scratch: str) -> dict[str, str]:
    """The environment a worker gets.

    It says where to find programs, libraries and modules, its folder, nothing else.
    """
    kept = {name: environ[name] for name in _PASSED if name in environ}
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": scratch,
        "TMPDIR": scratch,
        **kept,
    }


def _widen(pipe: int) -> None:
    """Let a pipe hold a megabyte where the system can (fcntl(2)); a large mail then needs fewer turns."""
    size = getattr(fcntl, "F_SETPIPE_SZ", None)
    if size is None:
        return
    with contextlib.suppress(OSError):  # a limit of the system's; the pipe keeps its size
        fcntl.fcntl(pipe, size, 1 << 20)


class WorkerProcess:
    """One worker of a kind. Not thread-safe: the pool lends it to one caller at a time."""

    def __init__(self, kind: str, limits: Limits, environ: Mapping[str, str]) -> None:
        """Start the process and wait for its hello. Raises TryAgain if none comes."""
        self.limits = limits
        self.kind = kind
        self.requests = 0
        self.killed = False
        self.scratch = tempfile.mkdtemp(prefix="shoufa-worker-")
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "shoufa.readers.worker", kind],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self.scratch,
                env=scrubbed(environ, self.scratch),
                start_new_session=True,
                bufsize=0,
            )
        except OSError as err:
            shutil.rmtree(self.scratch, ignore_errors=True)
            raise TryAgain(f"worker {kind} cannot be started") from err
        self.hello = self._greeting()

    def _greeting(self) -> Header:
        """The hello frame. Raises TryAgain."""
        assert self.process.stdin
        assert self.process.stdout
        for pipe in (self.process.stdin, self.process.stdout):
            os.set_blocking(pipe.fileno(), False)
            _widen(pipe.fileno())
        try:
            hello, _ = self._exchange([], self.limits.start_seconds)
        except (WorkerGone, Unreadable) as err:
            raise TryAgain(f"worker {self.kind} does not answer") from err
        if hello.get("hello") != self.kind:
            self.kill()
            raise TryAgain(f"worker {self.kind} does not answer")
        return hello

    @property
    def alive(self) -> bool:
        """Whether it can take another request."""
        gone = self.killed or ended(self.process.pid)
        return not gone and self.requests < self.limits.worker_documents

    def ask(self, header: Header, blobs: list[bytes], seconds: float) -> tuple[Header, list[bytes]]:
        """Header and blobs of the reply.

        Raises Unreadable: what the reader said, "time limit", memory ("too-large"); WorkerDied ("reader
        crashed"). Raises WorkerGone where it had ended before the request could be handed over in full.
        """
        self.requests += 1
        request = frame(header | {"seconds": seconds, "limits": self.limits.model_dump()}, blobs)
        reply, contents = self._exchange(request, seconds)
        if reply.pop("ends", False):
            self.kill()
        if "failed" in reply:
            LOG.error("reader failed: %s", str(reply["failed"])[:200])
            raise Unreadable(UnreadableCode.UNREADABLE, f"reader crashed: {str(reply['failed'])[:100]}")
        if "unreadable" in reply:
            raise _refusal(reply)
        return reply, contents

    def _exchange(self, request: list[bytes], seconds: float) -> tuple[Header, list[bytes]]:
        """Write the request, read one frame; kill the worker where a limit is crossed or the talk breaks."""
        talk = _Talk(self.process, time.monotonic() + seconds, self.limits, self.scratch)
        try:
            talk.write(request)
            return read_frame(talk.read)
        except Unreadable:
            self.kill()
            raise
        except BrokenFrame as err:
            self.kill()
            raise Unreadable(UnreadableCode.UNREADABLE, "reader gave no valid answer") from err
        except (EOFError, OSError) as err:
            written = talk.written
            self.kill()
            if written:
                raise WorkerDied(UnreadableCode.UNREADABLE, "reader crashed") from err
            raise WorkerGone from err

    def kill(self) -> None:
        """End the worker and all it started, close its pipes, remove its folder. May be called twice."""
        if self.killed:
            return
        self.killed = True
        end(self.process.pid, self.scratch)  # not yet waited for, so the number is still its own
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
        shutil.rmtree(self.scratch, ignore_errors=True)


def ended(pid: int) -> bool:
    """Whether a child of this process has ended; it stays to be waited for."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _refusal(reply: Header) -> Unreadable:
    """The Unreadable that a worker reported; an unknown code counts as unreadable."""
    code = reply["unreadable"]
    known = code if code in set(UnreadableCode) else UnreadableCode.UNREADABLE
    return Unreadable(known, str(reply.get("reason", ""))[:200])


class _Talk:
    """One request and its reply over non-blocking pipes, watched for time and memory."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", deadline: float, limits: Limits, scratch: str
    ) -> None:
        """Prepare to wait on the two pipes."""
        assert process.stdin
        assert process.stdout
        self.stdin, self.stdout = process.stdin.fileno(), process.stdout.fileno()
        self.pid, self.deadline, self.limits, self.scratch = process.pid, deadline, limits, scratch
        self.turns = 0
        self.written = False

    def write(self, pieces: list[bytes]) -> None:
        """Write all pieces. Raises OSError where the worker is gone, Unreadable over a limit."""
        for piece in pieces:
            view = memoryview(piece)
            while view:
                self._wait(self.stdin, select.POLLOUT)
                view = view[os.write(self.stdin, view[: 1 << 20]) :]
        self.written = bool(pieces)

    def read(self, size: int) -> bytes:
        """Exactly `size` bytes. Raises EOFError where the worker is gone, Unreadable over a limit."""
        out = bytearray()
        while len(out) < size:
            self._wait(self.stdout, select.POLLIN)
            chunk = os.read(self.stdout, min(size - len(out), 1 << 20))
            if not chunk:
                raise EOFError
            out += chunk
        return bytes(out)

    def _wait(self, descriptor: int, event: int) -> None:
        """Wait until the pipe is ready, looking at the limits meanwhile. Raises Unreadable."""
        poll = select.poll()
        poll.register(descriptor, event)
        while not poll.poll(WATCH_SECONDS * 1000):
            if time.monotonic() > self.deadline:
                raise Unreadable(UnreadableCode.UNREADABLE, "time limit")
            if ended(self.pid):
                raise EOFError  # what it started may hold the pipe open
            self._look()

    def _look(self) -> None:
        """Look at memory and processes each time, at the folder every tenth. Raises Unreadable."""
        pids = family(self.pid)
        if len(pids) > self.limits.worker_processes:
            raise Unreadable(UnreadableCode.UNREADABLE, "process limit")
        if held(pids) > self.limits.worker_bytes:
            raise Unreadable(UnreadableCode.TOO_LARGE, "memory limit")
        self.turns += 1
        if self.turns % 10 == 0 and stored(self.scratch) > self.limits.scratch_bytes:
            raise Unreadable(UnreadableCode.TOO_LARGE, "disk limit")
