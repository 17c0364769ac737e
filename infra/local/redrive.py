"""What was in flight when the queues were lost: found in the objects and the ledger, and driven again.

Every step may be asked twice (design.md, "Commit, then send; redelivery re-sends"), so too much is harmless.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from local.mail_room import MailRoom
from shoufa.domain.codes import Disposition, EntryKind, Status
from shoufa.domain.ledger import Entry, Head
from shoufa.domain.revision import PREFIX
from shoufa.ports import ObjectStore
from shoufa.steps.commit import append
from shoufa.steps.elsewhere import wake_others
from shoufa.steps.fate import FILED, Fate
from shoufa.steps.files import MAIL_PREFIX, facts_key, load_envelope, load_manifests, load_verdict
from shoufa.steps.house import House
from shoufa.steps.receive_mail import to_be_read
from shoufa.steps.restore import LEDGER, read_chains

DECISIONS = "inbox/decision/"


@dataclass(frozen=True)
class Owed:
    """A mail in the chain that answers for it, without its receipt."""

    submission: str
    object: str
    digest: str


@dataclass
class Unfinished:
    """What chains tell of unfinished work; `see` is given each of them."""

    owed: list[Owed] = field(default_factory=list)
    interrupted: list[tuple[str, str]] = field(default_factory=list)
    """Submission and notice id whose sending was begun and whose end is not known."""
    open: list[str] = field(default_factory=list)
    """Submissions to be read on or judged."""
    untold: list[str] = field(default_factory=list)
    """Submissions whose verdict was not told yet: others may not have heard of it either."""
    decided: set[str] = field(default_factory=set)
    """Decisions that are in the ledger; revisions of calls that were taken or refused, save the newest.

    The newest is taken once more: submissions that it concerns may not have been judged by it yet.
    """

    def see(self, head: Head, entries: Sequence[Entry]) -> None:
        """Note what one chain still owes."""
        self.decided.update(head.state.get("decisions", ()))
        self.decided.update((*head.state.get("calls", ())[:-1], *head.state.get("refused", ())))
        if "call" not in head.state:
            return
        self._receipts(entries)
        ended = [e.data.get("notice") for e in entries if e.kind is EntryKind.SENT or _given_up(e)]
        begun = Counter(e.data["notice"] for e in entries if e.kind is EntryKind.SENDING)
        for notice, times in begun.items():
            sent = any(e.kind is EntryKind.SENT and e.data["notice"] == notice for e in entries)
            if not sent and times > ended.count(notice):
                self.interrupted.append((head.submission, notice))
        if head.state.get("into"):
            return
        if head.state.get("status") == Status.READING.value or _judged_less(head, entries):
            self.open.append(head.submission)
        elif head.state.get("told") != head.state.get("verdict"):
            self.untold.append(head.submission)

    def _receipts(self, entries: Sequence[Entry]) -> None:
        sent = {e.data.get("mail") for e in entries if e.kind is EntryKind.SENT}
        for entry in entries:
            filed = entry.kind in {EntryKind.OPENED, EntryKind.JOINED}
            if filed and entry.data["digest"] not in sent:
                self.owed.append(Owed(entry.submission, entry.data["object"], entry.data["digest"]))


def _given_up(entry: Entry) -> bool:
    """Whether an entry ends an attempt without a mail: refused, or cut off by a stop."""
    return entry.kind is EntryKind.NOTED and ("refused" in entry.data or "interrupted" in entry.data)


def _judged_less(head: Head, entries: Sequence[Entry]) -> bool:
    """Whether a mail or a decision came after the verdict that holds."""
    judged = max((e.seq for e in entries if e.kind is EntryKind.JUDGED), default=0)
    decided = max((e.seq for e in entries if e.data.get("action") == "judge-again"), default=0)
    return decided > judged or set(head.state.get("mails", ())) != set(head.state.get("judged", ()))


class Redrive:
    """Drives again what is unfinished; each method answers how much it found."""

    def __init__(self, house: House, room: MailRoom, decide: Callable[[dict[str, Any]], None]) -> None:
        """Keep the house, the room that wakes step 1, and what wakes `receive_decision`."""
        self._house = house
        self._room = room
        self._decisions = MailRoom(house.objects, decide)

    def all(self, found: Unfinished, keys: Callable[[str], Any]) -> Counter[str]:
        """Drive everything. `keys` lists the keys under a prefix."""
        done: Counter[str] = Counter()
        done["mails"] = self._mails(keys(MAIL_PREFIX))
        done["decisions"] = self.decide(key for key in keys(DECISIONS) if key not in found.decided)
        done["calls"] = self.decide(key for key in keys(PREFIX) if key not in found.decided)
        for submission in found.open:
            done["readings"] += self._read_on(submission)
        for owed in found.owed:
            done["receipts"] += self._receipt(owed)
        for submission in found.untold:
            self._tell_others(submission)
        return done

    def end_interrupted(self, found: Unfinished, *, nothing_left: bool) -> int:
        """Note, after a stop, each sending that nobody ends any more; only this process can send.

        Where `nothing_left` the house (an outbox of files, the same file for a repeat) the attempt counts as
        none, else as one whose end is unknown: it may be repeated once.
        """
        for submission, notice in found.interrupted:
            data: dict[str, Any] = {"notice": notice, "interrupted": True}
            if nothing_left:
                data["refused"] = "restart"
            append(self._house, submission, _wanted(data))
        return len(found.interrupted)

    def _mails(self, keys: Any) -> int:
        """Mails that are durable and have no fate."""
        count = 0
        for key in keys:
            if self._house.ledger.claimed(f"object:{key}") is None:
                envelope = load_envelope(self._house.objects, key)
                self._room.announce(key, envelope.received_at if envelope else self._house.clock.now())
                count += 1
        return count

    def decide(self, keys: Iterable[str]) -> int:
        """Have decisions and revisions taken; how many."""
        count = 0
        for count, key in enumerate(keys, 1):  # noqa: B007 (the last number is the count)
            self._decisions.announce(key, self._house.clock.now())
        return count

    def _read_on(self, submission: str) -> int:
        """Ask for each part without facts; where none is missing, for a judgement."""
        head = self._house.ledger.head(submission)
        missing = 0
        for manifest in load_manifests(self._house.objects, head) if head else ():
            for part in {p.sha256: p for p in manifest.mail.parts if to_be_read(p)}.values():
                if not self._house.objects.exists(facts_key(part.sha256)):
                    message = {"sha256": part.sha256, "name": part.name[-60:], "submissions": [submission]}
                    self._house.queues.send("documents", {**message, "mail": manifest.digest})
                    missing += 1
        if not missing:
            cause = f"redriven at {self._house.clock.now().timestamp()}"
            self._house.queues.send("submissions", {"submission": submission, "cause": cause}, submission)
        return 1

    def _receipt(self, owed: Owed) -> int:
        """Ask for a receipt where one is owed, by the first of the mail's submissions."""
        claimed = self._house.ledger.claimed(f"object:{owed.object}")
        fate = Fate.parse(claimed) if claimed else Fate(Disposition.UNMATCHED)
        if not fate.answer or fate.disposition not in FILED or fate.receipts[0] != owed.submission:
            return 0
        message = {"template": "receipt", "submission": owed.submission, "mail": owed.digest}
        self._house.queues.send("notices", {**message, "receipts": list(fate.receipts)})
        return 1

    def _tell_others(self, submission: str) -> None:
        head = self._house.ledger.head(submission)
        digest = head.state.get("verdict", "") if head else ""
        verdict = load_verdict(self._house.objects, submission, digest)
        if verdict is not None:
            wake_others(self._house, self._house.office.calls[verdict.call], verdict)


def look_again(objects: ObjectStore, state_of: Callable[[str], Head | None]) -> Unfinished:
    """Read all chains once more, while the table is in use."""
    found = Unfinished()
    for entries in read_chains(objects, objects.keys(LEDGER)):
        head = state_of(entries[0].submission)
        if head is not None:
            found.see(head, entries)
    return found


def _wanted(data: dict[str, Any]) -> Any:
    return lambda _: ([(EntryKind.NOTED, data)], {})
