"""Files that nobody here wrote, read as steps 1 and 2 would: always in workers, never in this process."""

import hashlib
import os
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Self

from shoufa.domain.errors import Unreadable
from shoufa.domain.facts import Facts
from shoufa.domain.mail import ARCHIVES, InboundMail, Part
from shoufa.readers.pool import WorkerPool
from shoufa.readers.sniff import sniff
from shoufa.readers.worker_family import resident
from shoufa.steps.receive_mail import to_be_read
from shoufa.steps.unpack import unpack

READ, TEXT_ONLY, NOTHING = "read", "text only", "NOTHING"
"""Outcomes beside the four codes; NOTHING is neither facts nor a code, which must not be."""
RUNAWAYS = ("reader crashed", "reader gave no valid answer", "time limit", "memory limit")
"""Reasons that speak of our reader rather than of the file."""
LOOSE = frozenset({"eml", "txt", "unknown", "csv"})
"""Containers that a file of the mail folder may have and still be meant as a mail."""
WATCH_SECONDS = 0.1


@dataclass(frozen=True)
class Item:
    """One file of a corpus: its kind is the sub-folder it lies in."""

    kind: str
    file: Path
    shown: str


@dataclass(frozen=True)
class Ending:
    """How one mail, archive or document ended: under which row it counts, its outcome, why, seconds."""

    row: str
    shown: str
    container: str
    outcome: str
    reason: str = ""
    seconds: float = 0.0


@dataclass
class Reading:
    """All that became of one file; `parts` and `facts` (by sha256) are what a second reader looks at."""

    item: Item
    container: str = ""
    endings: list[Ending] = field(default_factory=list)
    parts: tuple[Part, ...] = ()
    facts: dict[str, Facts] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    letter: InboundMail | None = None
    """The mail itself, where it was one."""


def find_items(root: Path) -> list[Item]:
    """Every file of every kind's folder, large ones first, so that no worker has the longest for its last."""
    found = [
        Item(folder.name, file, str(file.relative_to(root)))
        for folder in sorted(p for p in root.iterdir() if p.is_dir())
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.is_symlink()
    ]
    return sorted(found, key=lambda item: -item.file.stat().st_size)


def read_item(pool: WorkerPool, item: Item) -> Reading:
    """Read one file and everything in it. Raises TryAgain where no worker could be had."""
    data = item.file.read_bytes()
    reading = Reading(item, sniff(data))
    if item.kind == "mail":
        enclosed = reading.container not in LOOSE
        _mail(pool, reading, letter_with(data, item.file.name) if enclosed else data)
    else:
        sha = hashlib.sha256(data).hexdigest()
        part = Part(
            path=item.file.name, name=item.file.name, sha256=sha, size=len(data), container=reading.container
        )
        _parts(pool, reading, [part], {sha: data}, item.kind)
    reading.blobs.clear()
    return reading


def letter_with(data: bytes, name: str) -> bytes:
    """A mail that carries a file: the way on which a winmail.dat or a picture would come."""
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "sender@example.org", "enclosed"
    letter.set_content("enclosed")
    letter.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return letter.as_bytes()


def _mail(pool: WorkerPool, reading: Reading, raw: bytes) -> None:
    """Step 1 and 2 of a mail."""
    began = time.monotonic()
    shown = reading.item.shown
    try:
        mail, blobs = pool.read_mail(raw)
    except Unreadable as err:
        seconds = time.monotonic() - began
        reading.endings.append(Ending("mail", shown, reading.container, err.code.value, err.reason, seconds))
        return
    reading.letter = mail
    reading.endings.append(Ending("mail", shown, reading.container, READ, seconds=time.monotonic() - began))
    _parts(pool, reading, mail.parts, blobs, "mail")


def _parts(
    pool: WorkerPool, reading: Reading, parts: Iterable[Part], blobs: dict[str, bytes], kind: str
) -> None:
    """Open the archives among some parts, then read every document, each distinct one once."""
    given = {part.path for part in parts}
    for part in parts:
        began = time.monotonic()
        found, known = unpack(pool, [part], blobs)
        reading.parts += tuple(found)
        reading.blobs |= known
        for each in found:
            row = kind if kind != "mail" and each.path in given else f"{kind}: inside"
            _ending(pool, reading, each, row, began)


def _ending(pool: WorkerPool, reading: Reading, part: Part, row: str, began: float) -> None:
    """Note how one part ended; a document is read first."""
    outcome, reason, container = READ, part.reason, part.container
    if part.code is not None:
        outcome = part.code.value
    elif to_be_read(part) and part.sha256 not in reading.facts:
        began = time.monotonic()
        facts, _ = pool.read_document(reading.blobs[part.sha256], part.name)
        reading.facts[part.sha256] = facts
        outcome, reason, container = outcome_of(facts), facts.reason, facts.container
    elif part.container not in ARCHIVES:
        return
    shown = reading.item.shown if row == reading.item.kind else f"{reading.item.shown} › {part.path}"
    reading.endings.append(Ending(row, shown, container, outcome, reason, time.monotonic() - began))


def outcome_of(facts: Facts) -> str:
    """The one word for a document's facts."""
    if facts.unreadable is not None:
        return facts.unreadable.value
    if not facts.pages and not facts.sensitive:
        return NOTHING
    return TEXT_ONLY if facts.text_only else READ


class MemoryWatch:
    """Looks at the workers' memory while it is open; `peak` is the most that one and its children held."""

    def __init__(self) -> None:
        """Look at nothing yet."""
        self.peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        """Begin to look."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Look no more."""
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(WATCH_SECONDS):
            self.peak = max([self.peak, *(resident(pid) for pid in _children())])


def _children() -> list[int]:
    """Process ids of this process's children, whichever thread started them; none where that is not told."""
    found: list[int] = []
    for listed in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
        try:
            found += [int(pid) for pid in listed.read_text("ascii").split()]
        except OSError:  # the thread has ended
            continue
    return found
