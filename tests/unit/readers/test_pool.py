"""Workers that hang, eat, crash, babble and lie; and the pool's ordinary work."""

import hashlib
import io
import os
import signal
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from shoufa.domain.errors import TryAgain, Unreadable, UnreadableCode
from shoufa.domain.facts import Facts, Page, Seal
from shoufa.readers import pool as pool_module
from shoufa.readers.limits import SHOWN_BYTES, Limits
from shoufa.readers.pool import LIGHT, OCR, WorkerPool, bench_for
from shoufa.readers.worker_frames import BrokenFrame, Header, frame, read_frame
from shoufa.readers.worker_process import WorkerGone, WorkerProcess, scrubbed
from unit.readers.mailkit import attached, mail, text

PDF = b"%PDF-1.4 something"
JPEG = b"\xff\xd8\xff\xd9"


@pytest.fixture
def worker() -> Iterator[WorkerProcess]:
    process = WorkerProcess("test", Limits(), {"PATH": os.defpath, "AWS_SECRET_ACCESS_KEY": "secret"})
    yield process
    process.kill()


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(ocr=1) as made:
        yield made


def refused(worker: WorkerProcess, op: str, seconds: float = 20) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        worker.ask({"op": op}, [], seconds)
    return caught.value


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


class TestMisbehaviour:
    """Whatever a reader does, the caller gets an Unreadable and the worker is gone."""

    def test_a_worker_that_hangs_is_killed(self, worker: WorkerProcess) -> None:
        start = time.monotonic()
        error = refused(worker, "hang", seconds=0.3)
        assert (error.code, error.reason) == (UnreadableCode.UNREADABLE, "time limit")
        assert time.monotonic() - start < 5
        assert gone(worker.process.pid)
        assert not worker.alive
        assert not Path(worker.scratch).exists()

    def test_a_worker_that_eats_memory_is_killed(self) -> None:
        worker = WorkerProcess("test", Limits(worker_bytes=150 << 20), {})
        error = refused(worker, "eat")
        assert (error.code, error.reason) == (UnreadableCode.TOO_LARGE, "memory limit")
        assert gone(worker.process.pid)

    def test_a_worker_that_crashes(self, worker: WorkerProcess) -> None:
        error = refused(worker, "abort")
        assert (error.code, error.reason) == (UnreadableCode.UNREADABLE, "reader crashed")
        assert not worker.alive

    def test_a_worker_that_babbles(self, worker: WorkerProcess) -> None:
        assert refused(worker, "babble").reason == "reader gave no valid answer"
        assert not worker.alive

    def test_a_reader_that_raises_tells_where_and_lives_on(self, worker: WorkerProcess) -> None:
        error = refused(worker, "fail")
        assert error.reason.startswith("reader crashed: KeyError at worker_trials.py:")
        assert "secret" not in error.reason
        assert worker.alive

    def test_printing_breaks_nothing(self, worker: WorkerProcess) -> None:
        for _ in range(2):
            assert worker.ask({"op": "shout"}, [], 20)[0] == {"calm": True}

    def test_a_worker_that_died_while_idle(self, worker: WorkerProcess) -> None:
        os.kill(worker.process.pid, 9)
        time.sleep(0.2)
        with pytest.raises(WorkerGone):
            worker.ask({"op": "shout"}, [b"x" * (4 << 20)], 20)


def test_a_worker_sees_little(worker: WorkerProcess) -> None:
    seen = worker.ask({"op": "look"}, [], 20)[0]
    assert set(seen["environment"]) <= {
        "PATH",
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "PYTHONPATH",
        "PYTHONDONTWRITEBYTECODE",
        "HOME",
        "TMPDIR",
    }
    assert not {m.split(".")[0] for m in seen["modules"]} & {"cv2", "onnxruntime", "numpy", "PIL", "boto3"}
    assert seen["routed"] is not worker.hello["network_denied"]
    assert worker.hello["no_new_privileges"] is True


def test_a_busy_worker_ends_with_its_parent() -> None:
    import subprocess
    import sys

    code = (
        "import os, threading, time\n"
        "from shoufa.readers.limits import Limits\n"
        "from shoufa.readers.worker_process import WorkerProcess\n"
        "w = WorkerProcess('test', Limits(), {})\n"
        "threading.Thread(target=w.ask, args=({'op': 'hang'}, [], 60), daemon=True).start()\n"
        "time.sleep(0.3)\n"
        "print(w.process.pid, w.scratch, flush=True)\n"
        "os._exit(1)\n"
    )
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment
    )
    pid, scratch = out.stdout.split()
    Path(scratch).rmdir()
    deadline = time.monotonic() + 5
    while not gone(int(pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert gone(int(pid))


def test_only_known_names_of_the_environment_pass() -> None:
    kept = scrubbed({"AWS_SESSION_TOKEN": "t", "OMP_NUM_THREADS": "2"}, "scratch")
    assert kept["OMP_NUM_THREADS"] == "2"
    assert "AWS_SESSION_TOKEN" not in kept


class TestPool:
    """The pool's three readings, on real workers."""

    def test_nothing_starts_before_it_is_needed(self) -> None:
        with WorkerPool() as fresh:
            assert all(seat is None for bench in fresh._benches.values() for seat in bench.seats.queue)

    def test_mail(self, pool: WorkerPool) -> None:
        found, blobs = pool.read_mail(
            attached(
                PDF, "Content-Type: application/pdf", 'Content-Disposition: attachment; filename="函.pdf"'
            )
        )
        assert [p.name for p in found.parts] == ["函.pdf"]
        assert blobs == {hashlib.sha256(PDF).hexdigest(): PDF}

    def test_no_mail(self, pool: WorkerPool) -> None:
        with pytest.raises(Unreadable) as caught:
            pool.read_mail(b"\0\1")
        assert caught.value.code is UnreadableCode.UNREADABLE

    def test_a_mail_over_the_limit_is_not_even_sent(self) -> None:
        with WorkerPool(limits=Limits(mail_bytes=10)) as small, pytest.raises(Unreadable) as caught:
            small.read_mail(mail(text("x")))
        assert caught.value.code is UnreadableCode.TOO_LARGE

    def test_archive(self, pool: WorkerPool) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("甲.pdf", PDF)
        parts, blobs = pool.expand(out.getvalue(), "材料.zip", "zip")
        assert [p.path for p in parts] == ["材料.zip/甲.pdf"]
        assert list(blobs.values()) == [PDF]

    def test_a_document_that_cannot_be_read_gives_facts(self, pool: WorkerPool) -> None:
        data = b"\0\1\2 nothing known"
        facts = pool.read_document(data, "x.docx")[0]
        assert facts.unreadable is not None
        assert facts.sha256 == hashlib.sha256(data).hexdigest()

    def test_workers_are_reused_and_replaced(self) -> None:
        with WorkerPool(limits=Limits(worker_documents=2)) as short:
            pids = []
            for _ in range(3):
                short.read_mail(mail(text("x")))
                pids.append(short._benches[LIGHT].seats.queue[0].process.pid)
            assert pids[0] == pids[1] != pids[2]
            assert gone(pids[0])
        assert gone(pids[2])

    def test_a_worker_that_died_while_idle_is_replaced(self, pool: WorkerPool) -> None:
        pool.read_mail(mail(text("x")))
        os.kill(pool._benches[LIGHT].seats.queue[0].process.pid, 9)
        time.sleep(0.1)
        assert pool.read_mail(mail(text("y")))[0].body == "y"

    def test_a_worker_killed_over_a_request_is_replaced(self) -> None:
        with WorkerPool() as fresh:
            before = fresh.read_mail(mail(text("x")))[0]
            held = fresh._benches[LIGHT].seats.queue[0]
            os.kill(held.process.pid, signal.SIGSTOP)  # so the request is in its hands when it ends
            threading.Timer(0.3, os.kill, (held.process.pid, signal.SIGKILL)).start()
            assert fresh.read_mail(mail(text("x")))[0] == before
            assert not held.alive

    def test_what_ends_two_workers_is_at_fault_itself(self) -> None:
        bench = pool_module._Bench("test", 1, Limits(), {})
        with pytest.raises(Unreadable) as caught:
            bench.ask({"op": "abort"}, [b"x"], 20)
        assert (caught.value.code, caught.value.reason) == (UnreadableCode.UNREADABLE, "reader crashed")
        bench.close()

    def test_several_threads(self, pool: WorkerPool) -> None:
        bodies: list[str] = []
        threads = [
            threading.Thread(target=lambda n=n: bodies.append(pool.read_mail(mail(text(str(n))))[0].body))
            for n in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(bodies) == [str(n) for n in range(6)]

    def test_a_worker_that_cannot_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.executable", "/nonexistent/python")
        with WorkerPool() as broken, pytest.raises(TryAgain):
            broken.read_mail(mail(text("x")))


class Answering:
    """A bench whose worker answers what the test says."""

    def __init__(self, reply: Header, blobs: list[bytes]) -> None:
        self.reply, self.blobs = reply, blobs

    def ask(self, header: Header, blobs: list[bytes], seconds: float) -> tuple[Header, list[bytes]]:
        return self.reply, self.blobs

    def close(self) -> None:
        pass


def lied_to(reply: Header, *blobs: bytes) -> WorkerPool:
    pool = WorkerPool()
    pool._benches = {kind: Answering(reply, list(blobs)) for kind in (LIGHT, OCR)}  # type: ignore[dict-item]
    return pool


class TestLies:
    """A worker that was taken over cannot make the parent believe anything that does not fit."""

    PART = {"path": "a", "name": "a", "sha256": "0" * 64, "size": 1}

    @pytest.mark.parametrize(
        "reply",
        [
            {},
            {"mail": 7},
            {"mail": "{}x"},
            {"mail": '{"unknown": 1}'},
            {"mail": '{"parts": [{"path": "a"}]}'},
        ],
    )
    def test_mail(self, reply: Header) -> None:
        with pytest.raises(Unreadable):
            lied_to(reply).read_mail(b"x")

    @pytest.mark.parametrize("reply", [{}, {"parts": 7}, {"parts": [7]}, {"parts": [PART]}])
    def test_archive(self, reply: Header) -> None:
        with pytest.raises(Unreadable):
            lied_to(reply, b"other bytes").expand(b"x", "a", "zip")

    @pytest.mark.parametrize(
        "reply", [{}, {"facts": "[]"}, {"facts": Facts(sha256="0" * 64).model_dump_json()}]
    )
    def test_document(self, reply: Header) -> None:
        facts = lied_to(reply).read_document(b"x", "a")[0]
        assert facts.unreadable is UnreadableCode.UNREADABLE
        assert facts.sha256 == hashlib.sha256(b"x").hexdigest()

    SEALED = Facts(
        sha256=hashlib.sha256(b"x").hexdigest(),
        pages=(Page(number=1, seals=(Seal(page=1, box=(0.1, 0.1, 0.2, 0.2)),)),),
    )

    def answered(self, names: object, *pictures: bytes, sensitive: str = "") -> tuple[Facts, dict[str, bytes]]:
        said = self.SEALED.model_copy(update={"sensitive": sensitive}).model_dump_json().encode()
        return lied_to({"shown": names}, said, *pictures).read_document(b"x", "a")

    def test_pictures_of_seals_come_with_the_facts(self) -> None:
        facts, pictures = self.answered(["1", "1.ring"], JPEG, JPEG + b"x")
        assert facts == self.SEALED
        assert pictures == {"1": JPEG, "1.ring": JPEG + b"x"}

    @pytest.mark.parametrize(
        ("names", "pictures"),
        [
            (["2"], [JPEG]),
            (["../1"], [JPEG]),
            (["1", "1.ring"], [JPEG]),
            ([], [JPEG]),
            (None, []),
            (7, [JPEG]),
            ([["1"]], [JPEG]),
            (["1"], [b"<svg onload='x'>"]),
            (["1"], [JPEG + bytes(SHOWN_BYTES)]),
        ],
    )
    def test_pictures(self, names: object, pictures: list[bytes]) -> None:
        facts, kept = self.answered(names, *pictures)
        assert (facts.unreadable, kept) == (UnreadableCode.UNREADABLE, {})

    def test_pictures_of_what_bears_a_secrecy_mark(self) -> None:
        assert self.answered([], sensitive="机密")[0].sensitive == "机密"
        assert self.answered(["1"], JPEG, sensitive="机密")[0].unreadable is UnreadableCode.UNREADABLE

    def test_an_unknown_code_counts_as_unreadable(self, worker: WorkerProcess) -> None:
        with pytest.raises(Unreadable) as caught:
            worker.ask({"op": "lie", "reply": {"unreadable": "bogus", "reason": "r" * 999}}, [], 20)
        assert caught.value.code is UnreadableCode.UNREADABLE
        assert len(caught.value.reason) == 200


class TestFrames:
    """The talk itself."""

    def test_round_trip(self) -> None:
        stream = io.BytesIO(b"".join(frame({"名": "值"}, [b"", b"one", b"\0" * 9])))
        assert read_frame(stream.read) == ({"名": "值"}, [b"", b"one", b"\0" * 9])

    @pytest.mark.parametrize("sizes", [[-1], [True], ["1"], 7, [1 << 40], None])
    def test_lengths_that_lie(self, sizes: object) -> None:
        import json

        text_ = json.dumps({"blobs": sizes}).encode()
        with pytest.raises(BrokenFrame):
            read_frame(io.BytesIO(b"SFW1" + len(text_).to_bytes(4, "big") + text_).read)

    @pytest.mark.parametrize(
        "raw",
        [
            b"XXXX\0\0\0\2{}",
            b"SFW1\xff\xff\xff\xff",
            b"SFW1\0\0\0\2[]",
            b"SFW1\0\0\0\1{",
            b"SFW1\0\0\0\2\xff\xff",
        ],
    )
    def test_no_frame(self, raw: bytes) -> None:
        with pytest.raises(BrokenFrame):
            read_frame(io.BytesIO(raw).read)


@pytest.mark.parametrize(
    ("container", "kind"),
    [
        ("xlsx", LIGHT),
        ("csv", LIGHT),
        ("html", LIGHT),
        ("unknown", LIGHT),
        ("pdf", OCR),
        ("jpg", OCR),
        ("ofd", OCR),
        ("doc", OCR),
        ("rtf", OCR),
    ],
)
def test_which_workers_read_what(container: str, kind: str) -> None:
    assert bench_for(b"", container) == kind


def test_office_files_with_pictures_go_to_the_ocr_workers() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/media/image1.png", b"x")
    assert bench_for(out.getvalue(), "docx") == OCR
    assert bench_for(b"", "docx") == LIGHT


def test_the_parent_side_loads_nothing_heavy() -> None:
    import subprocess
    import sys

    code = "import sys, shoufa.readers.pool; print({m.split('.')[0] for m in sys.modules} & {'cv2', 'numpy', 'onnxruntime', 'PIL', 'lxml', 'libarchive'})"
    out = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert out.stdout.strip() == "set()"
    assert pool_module.LIGHT == "light"
