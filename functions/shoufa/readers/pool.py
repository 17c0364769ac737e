"""Warm killable workers for everything that reads untrusted bytes (design.md, "Untrusted bytes").

One light pool (mail, archives, editable files) and one OCR pool (pages). Workers start on first use, are
replaced after a kill or a number of requests, and end with the pool. Thread-safe. Whatever a worker answers
is checked before it is believed.
"""

import hashlib
import queue
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from pydantic import TypeAdapter, ValidationError

from shoufa.domain.errors import TryAgain, Unreadable, UnreadableCode
from shoufa.domain.facts import Facts, Table
from shoufa.domain.mail import InboundMail, Part
from shoufa.readers.limits import SHOWN_BYTES, SHOWN_FAINT, SHOWN_SEALS, Limits
from shoufa.readers.sniff import has_pictures, sniff
from shoufa.readers.worker_frames import Header
from shoufa.readers.worker_jail import hide
from shoufa.readers.worker_process import WorkerDied, WorkerGone, WorkerProcess

LIGHT, OCR = "light", "ocr"
PAGED = frozenset(
    {"pdf", "ofd", "doc", "wps", "rtf", "odt", "word-xml", "mht", "jpg", "png", "tif", "bmp", "gif", "webp",
     "heic"}
)  # fmt: skip
"""Containers whose reading may need OCR, the seal search or a converter."""
_PARTS = TypeAdapter(tuple[Part, ...])
_JPEG = b"\xff\xd8\xff"
MAX_PLACES = 4_000_000
"""Rows times columns of one table. Laid out as a grid all are held; two kilobytes can ask for billions."""


class _Bench:
    """The seats of one kind of worker; an empty seat is filled when it is first used."""

    def __init__(self, kind: str, seats: int, limits: Limits, environ: Mapping[str, str]) -> None:
        """Set the seats out; nothing starts yet."""
        self.kind, self.limits, self.environ = kind, limits, environ
        self.seats: queue.LifoQueue[WorkerProcess | None] = queue.LifoQueue()
        self.count = seats
        for _ in range(seats):
            self.seats.put(None)

    @contextmanager
    def worker(self) -> Iterator[WorkerProcess]:
        """A live worker for one request; waits for a seat. Raises TryAgain where none can be started."""
        held = self.seats.get()
        try:
            if held is not None and not held.alive:
                held.kill()
                held = None
            held = held or self._start()
            yield held
        finally:
            self.seats.put(held)

    def _start(self) -> WorkerProcess:
        """A new worker, by a second attempt if the first fails. Raises TryAgain."""
        try:
            return WorkerProcess(self.kind, self.limits, self.environ)
        except TryAgain:
            return WorkerProcess(self.kind, self.limits, self.environ)

    def ask(self, header: Header, blobs: list[bytes], seconds: float) -> tuple[Header, list[bytes]]:
        """One request to a worker; one that had died while idle is replaced once.

        So is one that dies over the request: the system kills whom it likes when memory runs out, and that is
        no fault of the file. What ends a second worker is. Raises Unreadable, TryAgain.
        """
        gone = died = 0
        while gone < 2:
            try:
                with self.worker() as worker:
                    return worker.ask(header, blobs, seconds)
            except WorkerGone:
                gone += 1
            except WorkerDied:
                died += 1
                if died == 2:
                    raise
        raise TryAgain(f"worker {self.kind} ends before it takes a request")

    def close(self) -> None:
        """End all workers, waiting for those in use."""
        held = [self.seats.get() for _ in range(self.count)]
        for worker in held:
            if worker is not None:
                worker.kill()
            self.seats.put(None)


class WorkerPool:
    """Reads mails, archives and documents in workers. A context manager; may be used from several threads."""

    def __init__(
        self,
        light: int = 1,
        ocr: int = 2,
        limits: Limits | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """Set up `light` and `ocr` seats; no process starts before it is needed.

        `environ`: what may be passed on to workers (only names that `worker_process.scrubbed` knows).
        """
        self.limits = limits or Limits()
        hide()
        self._benches = {
            LIGHT: _Bench(LIGHT, light, self.limits, environ or {}),
            OCR: _Bench(OCR, ocr, self.limits, environ or {}),
        }

    def __enter__(self) -> Self:
        """The pool itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """End all workers and remove their folders; the pool may be used again afterwards."""
        for bench in self._benches.values():
            bench.close()

    def warm(self) -> None:
        """Start one OCR worker and let it load its models. Raises TryAgain, Unreadable."""
        self._benches[OCR].ask({"op": "warm"}, [], self.limits.document_seconds)

    def hello(self, kind: str = LIGHT) -> Header:
        """What a worker of this kind says of itself: reader version, network_denied, no_new_privileges."""
        with self._benches[kind].worker() as worker:
            return worker.hello

    def read_mail(self, raw: bytes) -> tuple[InboundMail, dict[str, bytes]]:
        """The mail and its parts' bytes by sha256. Raises Unreadable, TryAgain."""
        if len(raw) > self.limits.mail_bytes:
            raise Unreadable(UnreadableCode.TOO_LARGE, f"{len(raw)} bytes")
        reply, blobs = self._benches[LIGHT].ask({"op": "mail"}, [raw], self.limits.mail_seconds)
        with _believed():
            mail = InboundMail.model_validate_json(reply["mail"])
            return mail, _contents(mail.parts, blobs)

    def expand(
        self, data: bytes, path: str, container: str, rest: Sequence[bytes] = ()
    ) -> tuple[list[Part], dict[str, bytes]]:
        """Everything inside an archive, and the bytes by sha256; `rest` are a divided one's other volumes.

        Raises Unreadable, TryAgain.
        """
        header = {"op": "expand", "path": path, "container": container}
        reply, blobs = self._benches[LIGHT].ask(header, [data, *rest], self.limits.document_seconds)
        with _believed():
            parts = _PARTS.validate_python(reply["parts"])
            return list(parts), _contents(parts, blobs)

    def read_document(self, data: bytes, name: str) -> tuple[Facts, dict[str, bytes]]:
        """The facts of a document, and JPEGs of its seals by name (seal_album.Album.shown).

        What cannot be read is facts with `unreadable` set. Raises TryAgain only.
        """
        started = time.monotonic()
        sha, container = hashlib.sha256(data).hexdigest(), sniff(data)
        header = {"op": "document", "name": name}
        try:
            bench = self._benches[bench_for(data, container)]
            reply, blobs = bench.ask(header, [data], self.limits.document_seconds)
            with _believed():
                facts = _facts(blobs, sha, self.limits)
                return facts, _pictures(facts, reply["shown"], blobs[1:])
        except Unreadable as err:
            seconds = round(time.monotonic() - started, 3)
            failed = Facts(
                sha256=sha, container=container, unreadable=err.code, reason=err.reason, seconds=seconds
            )
            return failed, {}


def bench_for(data: bytes, container: str) -> str:
    """Which workers read a container: pages, and Office files that carry pictures, go to the OCR workers."""
    if container in PAGED or (container in {"docx", "xlsx"} and has_pictures(data)):
        return OCR
    return LIGHT


def _facts(blobs: list[bytes], sha: str, limits: Limits) -> Facts:
    """A worker's facts.

    Raises ValueError if of other bytes, Unreadable if they are too many or a table cannot be laid out.
    """
    text = blobs[0] if blobs else b""
    if len(text) > limits.answer_bytes:
        raise Unreadable(UnreadableCode.TOO_LARGE, "more in it than can be kept")
    facts = Facts.model_validate_json(text)
    if facts.sha256 != sha:
        raise ValueError("facts of other bytes")
    if not all(map(_fits, facts.tables)):
        raise Unreadable(UnreadableCode.TOO_LARGE, "a table with more places than anyone fills")
    return facts


def _pictures(facts: Facts, names: list[str], blobs: list[bytes]) -> dict[str, bytes]:
    """A worker's pictures of seals by name. Raises ValueError where one belongs to no seal, or is none."""
    numbers = range(1, len(facts.places) + 1) if not facts.sensitive else ()
    known = {name for n in numbers for name in (f"{n}", f"{n}.ring")}
    found = dict(zip(names, blobs, strict=True))
    if not known.issuperset(found) or len(found) > 2 * (SHOWN_SEALS + SHOWN_FAINT):
        raise ValueError("pictures of no seals")
    if not all(data.startswith(_JPEG) and len(data) <= SHOWN_BYTES for data in found.values()):
        raise ValueError("no small pictures")
    return found


def _fits(table: Table) -> bool:
    """Whether a table's cells lie within a grid that can be laid out."""
    if not table.cells:
        return True
    first = min(min(c.row, c.col) for c in table.cells)
    height, width = max(c.row for c in table.cells) + 1, max(c.col for c in table.cells) + 1
    return first >= 0 and height * width <= MAX_PLACES


@contextmanager
def _believed() -> Iterator[None]:
    """Turns an answer that does not fit the models into Unreadable."""
    try:
        yield
    except (ValidationError, KeyError, TypeError, ValueError) as err:
        raise Unreadable(UnreadableCode.UNREADABLE, "reader gave no valid answer") from err


def _contents(parts: tuple[Part, ...], blobs: list[bytes]) -> dict[str, bytes]:
    """Blobs by their own digest. Raises ValueError where a part that was taken out has none."""
    found = {hashlib.sha256(blob).hexdigest(): blob for blob in blobs}
    if any(p.sha256 and p.sha256 not in found for p in parts):
        raise ValueError("a part without content")
    return found
