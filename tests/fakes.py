"""Every port in memory. tests/contract/test_ports.py holds each against its real adapter.

A fake can be told to fail at its next calls (`broken`), which stands for a process killed at that point.
"""

import hashlib
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from email.parser import BytesHeaderParser
from typing import Any

from shoufa.domain.errors import MailboxClosed, MaybeSent, TryAgain, Unreadable, UnreadableCode
from shoufa.domain.facts import Facts
from shoufa.domain.ledger import Entry, Head, canonical
from shoufa.domain.mail import InboundMail, Part
from shoufa.domain.value import Value
from shoufa.ports import About, Change

REPEATS = timedelta(minutes=5)
"""How long a FIFO queue takes equal messages for one (SQS: exactly-once processing)."""


JPEG = b"\xff\xd8\xff\xd9"
"""What the fake reader shows of a seal: the shortest picture there is."""


class Killed(Exception):
    """The process ended here."""


class FakeClock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def move(self, by: timedelta) -> None:
        self.time += by


class FakeObjects:
    """Objects in a dict; `retained` holds until when each is protected."""

    def __init__(self) -> None:
        self.data: dict[str, bytes] = {}
        self.retained: dict[str, datetime] = {}

    def put(self, key: str, data: bytes) -> bool:
        if key in self.data:
            return False
        self.data[key] = data
        return True

    def get(self, key: str) -> bytes | None:
        return self.data.get(key)

    def exists(self, key: str) -> bool:
        return key in self.data

    def keys(self, prefix: str, after: str = "", limit: int = 0) -> Sequence[str]:
        found = sorted(k for k in self.data if k.startswith(prefix) and k > after)
        return found[:limit] if limit else found

    def erase(self, key: str) -> int:
        self.retained.pop(key, None)
        return int(self.data.pop(key, None) is not None)

    def retain(self, key: str, until: datetime) -> None:
        self.retained[key] = max(until, self.retained.get(key, until))


class FakeLedger:
    """Chains, heads and claims; heads go through JSON as they do in the table."""

    def __init__(self) -> None:
        self._heads: dict[str, str] = {}
        self._chains: dict[str, list[str]] = {}
        self.claims: dict[str, str] = {}
        self.races: deque[Callable[[], object]] = deque()
        """What other writers do just before the next appends."""

    def head(self, submission: str) -> Head | None:
        text = self._heads.get(submission)
        return Head.model_validate_json(text) if text else None

    def append(self, changes: Sequence[Change], claims: Mapping[str, str]) -> bool:
        if self.races:
            self.races.popleft()()
        moved = any(self._hash(c.expected.submission) != c.expected.hash for c in changes)
        taken = any(self.claims.get(name, owner) != owner for name, owner in claims.items())
        if moved or taken:
            return False
        for change in changes:
            submission = change.expected.submission
            self._chains.setdefault(submission, []).extend(e.text() for e in change.entries)
            self._heads[submission] = canonical(change.head.model_dump())
        self.claims.update(claims)
        return True

    def _hash(self, submission: str) -> str | None:
        head = self.head(submission)
        return head.hash if head else None

    def entries(self, submission: str) -> Sequence[Entry]:
        return [Entry.model_validate_json(text) for text in self._chains.get(submission, ())]

    def claimed(self, name: str) -> str | None:
        return self.claims.get(name)

    def all(self) -> list[Entry]:
        """Every entry, chain by chain."""
        return [e for submission in sorted(self._chains) for e in self.entries(submission)]


class FakeIndex:
    """Groups of look-ups in dicts."""

    def __init__(self) -> None:
        self.groups: dict[str, dict[str, dict[str, str]]] = {}
        self.broken = 0

    def write(self, group: str, key: str, value: Mapping[str, str]) -> None:
        if self.broken:
            self.broken -= 1
            raise Killed
        self.groups.setdefault(group, {})[key] = dict(value)

    def drop(self, group: str, key: str) -> None:
        self.groups.get(group, {}).pop(key, None)

    def find(
        self, group: str, until: str | None = None, after: str = ""
    ) -> Sequence[tuple[str, Mapping[str, str]]]:
        items = sorted(self.groups.get(group, {}).items())
        return [(k, dict(v)) for k, v in items if k > after and (until is None or k <= until)]


class FakeQueues:
    """Messages kept in order; `submissions` is FIFO: the same message within five minutes is one."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._seen: dict[str, datetime] = {}
        self.waiting: deque[tuple[str, dict[str, Any]]] = deque()
        self.broken = 0
        """At how many of the next sends the process ends."""

    def send(self, queue: str, message: Mapping[str, Any], group: str = "") -> None:
        if self.broken:
            self.broken -= 1
            raise Killed
        if queue not in {"mails", "decisions", "documents", "submissions", "notices"}:
            raise KeyError(queue)
        body = json.dumps(dict(message), ensure_ascii=False, sort_keys=True)
        if queue == "submissions":
            if not group:
                raise ValueError("a FIFO queue needs a group")
            before = self._seen.get(body)
            if before is not None and self._clock.now() - before < REPEATS:
                return
            self._seen[body] = self._clock.now()
        self.waiting.append((queue, json.loads(body)))

    def take(self, *queues: str) -> list[dict[str, Any]]:
        """The waiting messages of these queues (of all, where none is named), which are then gone."""
        mine = [(q, m) for q, m in self.waiting if not queues or q in queues]
        self.waiting = deque((q, m) for q, m in self.waiting if queues and q not in queues)
        return [m for _, m in mine]

    def drain(self, steps: Mapping[str, Callable[[dict[str, Any]], object]]) -> int:
        """Feed every message to its step, those that steps send included; how many there were."""
        done = 0
        while self.waiting:
            queue, message = self.waiting.popleft()
            steps[queue](message)
            done += 1
        return done


class FakeMailer:
    """Keeps what it was given; `lost` ends the process after it sent, `unanswered` does not say that it sent.

    `refused` sends nothing.
    """

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, str, str]] = []
        self.lost = 0
        self.unanswered = 0
        self.refused = 0

    def send(self, raw: bytes, sender: str, recipient: str) -> str:
        if self.refused:
            self.refused -= 1
            raise TryAgain("the server did not take it")
        self.sent.append((raw, sender, recipient))
        if self.lost:
            self.lost -= 1
            raise Killed
        if self.unanswered:
            self.unanswered -= 1
            raise MaybeSent("no answer")
        return str(BytesHeaderParser().parsebytes(raw)["Message-ID"])


class FakeMailbox:
    """Mails by UID with the time when they came; `most` is the size limit.

    `closed` cannot be opened, of `refused` UIDs nothing is given, of `bodiless` ones no bytes, `understated`
    ones are larger than is said.
    """

    def __init__(self, most: int = 1000) -> None:
        self.mails: dict[int, tuple[datetime, bytes]] = {}
        self.validity = 7
        self.most = most
        self.closed = ""
        self.refused: set[int] = set()
        self.bodiless: set[int] = set()
        self.understated: set[int] = set()
        self.fetched: list[tuple[int, bool]] = []
        self.opened = 0

    def open(self) -> int:
        self.opened += 1
        if self.closed:
            raise MailboxClosed(self.closed)
        return self.validity

    def uids(self, since: date, after: int) -> Sequence[int]:
        return sorted(u for u, (at, _) in self.mails.items() if u > after and at.date() >= since)

    def about(self, uid: int) -> About:
        at, raw = self._mail(uid)
        return About(1 if uid in self.understated else len(raw), at)

    def fetch(self, uid: int, *, head: bool = False) -> bytes:
        _, raw = self._mail(uid)
        self.fetched.append((uid, head))
        if uid in self.bodiless and not head:
            raise TryAgain("no bytes")
        if head:
            return raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        if len(raw) > self.most:
            raise Unreadable(UnreadableCode.TOO_LARGE)
        return raw

    def close(self) -> None:
        pass

    def _mail(self, uid: int) -> tuple[datetime, bytes]:
        if uid in self.refused or uid not in self.mails:
            raise TryAgain("not given")
        return self.mails[uid]


class Written(Value):
    """A mail as the fake reader reads it: `blobs` are the parts' bytes as text, by digest."""

    mail: InboundMail
    blobs: dict[str, str] = {}


class Packed(Value):
    """An archive as the fake reader opens it: members' paths to their bytes as text."""

    members: dict[str, str]


class FakeReaders:
    """Reads bytes that *are* what a reader would say of them: JSON of a mail, of an archive, of facts.

    Bytes `unreadable:<code>` are a file at fault. `read` counts how often each document was read.
    """

    def __init__(self) -> None:
        self.read: dict[str, int] = {}

    def read_mail(self, raw: bytes) -> tuple[InboundMail, dict[str, bytes]]:
        _fail(raw)
        written = Written.model_validate_json(raw)
        return written.mail, {sha: text.encode() for sha, text in written.blobs.items()}

    def expand(
        self, data: bytes, path: str, container: str, rest: Sequence[bytes] = ()
    ) -> tuple[list[Part], dict[str, bytes]]:
        data = b"".join((data, *rest))
        if container != "zip":
            raise Unreadable(UnreadableCode.UNSUPPORTED)
        try:
            members = Packed.model_validate_json(data).members
        except ValueError as err:
            raise Unreadable(UnreadableCode.UNREADABLE) from err
        blobs = {digest(text.encode()): text.encode() for text in members.values()}
        parent = digest(data)
        return [part_of(f"{path}/{name}", text.encode(), parent) for name, text in members.items()], blobs

    def read_document(self, data: bytes, name: str) -> tuple[Facts, dict[str, bytes]]:
        sha = digest(data)
        self.read[sha] = self.read.get(sha, 0) + 1
        _fail(data)
        facts = Facts.model_validate_json(data)
        shown = [] if facts.sensitive else range(1, len(facts.places) + 1)
        return facts, {f"{n}{ring}": JPEG for n in shown for ring in ("", ".ring")}


def _fail(data: bytes) -> None:
    if data.startswith(b"unreadable:"):
        raise Unreadable(data.removeprefix(b"unreadable:").decode(), "made so")
    if data.startswith(b"bug"):
        raise ZeroDivisionError


def digest(data: bytes) -> str:
    """Hex SHA-256."""
    return hashlib.sha256(data).hexdigest()


def part_of(path: str, data: bytes, parent: str = "") -> Part:
    """The part that bytes are: facts, an archive, or a file at fault, by what they hold."""
    container = "zip" if data.startswith(b'{"members"') else "pdf"
    name = path.rpartition("/")[2]
    return Part(path=path, name=name, sha256=digest(data), size=len(data), container=container, parent=parent)
