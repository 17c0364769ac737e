"""Each limit of a worker against an operation that tries to break it; each costs one request and nothing else."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.readers import worker_filter, worker_jail
from shoufa.readers.limits import Limits
from shoufa.readers.pool import _Bench
from shoufa.readers.worker_family import family, resident
from shoufa.readers.worker_process import WorkerProcess

Start = Callable[..., WorkerProcess]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[WorkerProcess] = []

    def one(environ: dict[str, str] | None = None, **limits: Any) -> WorkerProcess:
        started.append(WorkerProcess("test", Limits(**limits), environ or {}))
        return started[-1]

    yield one
    for worker in started:
        worker.kill()


def refused(worker: WorkerProcess, op: str, seconds: float = 20, **told: Any) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        worker.ask({"op": op, **told}, [], seconds)
    return caught.value


def left_behind(worker: WorkerProcess) -> list[str]:
    """Living processes that were started with the worker's folder in their environment."""
    mark, found = worker.scratch.encode(), []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            if state not in "ZX" and mark in (entry / "environ").read_bytes():
                found.append(entry.name)
        except OSError:
            continue
    return found


class TestTime:
    """Seconds on the wall and on the processor."""

    def test_a_worker_that_hears_no_signal(self, start: Start) -> None:
        worker = start()
        begun = time.monotonic()
        assert refused(worker, "deaf", seconds=0.5).reason == "time limit"
        assert time.monotonic() - begun < 5
        assert not worker.alive
        assert left_behind(worker) == []

    def test_the_processor_s_time(self, start: Start) -> None:
        begun = time.monotonic()
        assert refused(start(), "spin").reason == "reader crashed"
        assert time.monotonic() - begun < 15


class TestAnswer:
    """What comes back, or does not."""

    def test_a_worker_that_closes_its_pipes(self, start: Start) -> None:
        begun = time.monotonic()
        assert refused(start(), "hush").reason == "reader crashed"
        assert time.monotonic() - begun < 5

    def test_an_answer_without_end(self, start: Start) -> None:
        worker = start()
        before = resident(os.getpid())
        assert refused(worker, "flood").reason == "reader gave no valid answer"
        assert resident(os.getpid()) - before < 200 << 20
        assert left_behind(worker) == []

    def test_the_last_word_of_a_reader_that_hangs(self, start: Start) -> None:
        worker = start()
        reply, _ = worker.ask({"op": "linger", "read": True, "hangs": 60}, [], 20)
        assert reply == {"pages": 1}
        assert not worker.alive

    def test_a_reader_in_time_has_the_last_word_itself(self, start: Start) -> None:
        worker = start()
        reply, _ = worker.ask({"op": "linger", "read": True, "hangs": 0}, [], 20)
        time.sleep(0.4)
        assert reply == {"pages": 2}
        assert worker.ask({"op": "shout"}, [], 20)[0] == {"calm": True}

    def test_no_last_word_where_nothing_was_read(self, start: Start) -> None:
        assert refused(start(), "linger", seconds=1, read=False, hangs=60).reason == "time limit"


class TestProcesses:
    """What a worker starts ends with it, whatever it does to get away."""

    def test_more_than_allowed(self, start: Start) -> None:
        worker = start(worker_processes=12)
        assert refused(worker, "breed", count=40, orphans=False, crash=False).reason == "process limit"
        assert left_behind(worker) == []

    @pytest.mark.parametrize("orphans", [False, True])
    def test_those_in_sessions_of_their_own_die_with_it(self, start: Start, orphans: bool) -> None:
        worker = start()
        assert refused(worker, "breed", 1.0, count=6, orphans=orphans, crash=False).reason == "time limit"
        assert left_behind(worker) == []

    @pytest.mark.parametrize("orphans", [False, True])
    def test_those_of_a_worker_that_crashed_die_too(self, start: Start, orphans: bool) -> None:
        worker = start()
        assert refused(worker, "breed", count=6, orphans=orphans, crash=True).reason == "reader crashed"
        assert left_behind(worker) == []

    def test_orphans_are_counted(self, start: Start) -> None:
        worker = start(worker_processes=1)
        assert refused(worker, "breed", count=4, orphans=True, crash=False).reason == "process limit"

    def test_a_family_is_all_below(self) -> None:
        import subprocess

        child = subprocess.Popen(["/bin/sh", "-c", "sleep 30 & sleep 30; true"])
        time.sleep(0.2)
        assert len(family(child.pid)) == 3
        assert child.pid in family(os.getpid())
        for pid in family(child.pid):
            os.kill(pid, 9)
        child.wait()


class TestFiles:
    """Length of a file, length of all, how many open."""

    def test_many_files(self, start: Start) -> None:
        worker = start(scratch_bytes=20 << 20)
        error = refused(worker, "fill")
        assert (error.code, error.reason) == (UnreadableCode.TOO_LARGE, "disk limit")
        assert not Path(worker.scratch).exists()

    def test_one_file(self, start: Start) -> None:
        assert start().ask({"op": "fill", "whole": True}, [], 20)[0] == {"refused": "EFBIG"}

    def test_open_files(self, start: Start) -> None:
        found = start().ask({"op": "hoard"}, [], 20)[0]
        assert found["refused"] == "EMFILE"
        assert found["opened"] < worker_jail.OPEN_FILES


class TestSight:
    """Neither the network nor the parent's secrets."""

    def test_network_and_parent(self, start: Start) -> None:
        worker = start({"AWS_SECRET_ACCESS_KEY": "secret"})
        assert worker.hello["network_denied"] is True
        seen = worker.ask({"op": "look"}, [], 20)[0]
        assert (seen["routed"], seen["local"]) == (False, False)
        assert "secret" not in "".join(seen["environment"].values())
        assert (seen["parent"], seen["memory"]) == (-1, -1)

    def test_the_filter_alone_denies_the_network(self) -> None:
        code = (
            "import ctypes, socket\n"
            "from shoufa.readers import worker_jail\n"
            "libc = ctypes.CDLL(None, use_errno=True)\n"
            "libc.prctl(38, 1, 0, 0, 0)\n"
            "assert worker_jail.filtered(libc)\n"
            "socket.socketpair()\n"
            "socket.socket(socket.AF_UNIX).close()\n"
            "for family in (socket.AF_INET, socket.AF_INET6, socket.AF_PACKET, socket.AF_NETLINK):\n"
            "    try:\n"
            "        socket.socket(family, socket.SOCK_RAW)\n"
            "    except PermissionError as err:\n"
            "        assert err.errno == 1\n"
            "    else:\n"
            "        raise SystemExit(3)\n"
            "assert libc.syscall(101 if __import__('os').uname().machine == 'x86_64' else 117, 0, 0, 0, 0) == -1\n"
            "assert ctypes.get_errno() == 1\n"
        )
        run_apart(code)

    def test_an_unknown_machine_has_no_filter(self) -> None:
        assert worker_filter.filter_program("vax") is None


def run_apart(code: str) -> None:
    import subprocess
    import sys

    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, timeout=60)


@pytest.mark.parametrize(
    ("op", "told"),
    [
        ("abort", {}), ("hush", {}), ("flood", {}), ("deaf", {}), ("eat", {}), ("babble", {}),
        ("breed", {"count": 30, "orphans": True, "crash": False}),
    ],
)  # fmt: skip
def test_the_next_request_is_served(op: str, told: dict[str, Any]) -> None:
    """Whatever happened to one request, a fresh worker takes the next."""
    bench = _Bench("test", 1, Limits(worker_bytes=150 << 20, worker_processes=8), {})
    with pytest.raises(Unreadable):
        bench.ask({"op": op, **told}, [], 1.5)
    assert bench.ask({"op": "shout"}, [], 20)[0] == {"calm": True}
    bench.close()
