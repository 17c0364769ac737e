"""What chains tell of unfinished work: read off their entries, nothing is asked for here."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shoufa.domain.allowance import day_ends
from shoufa.domain.codes import EntryKind, Status
from shoufa.domain.ledger import Entry, Head
from shoufa.steps.joining import is_gone

JUDGED_AGAIN = frozenset({"judge-again", "seal", "kind", "sender", "withdraw", "paper", "merge", "unmerge"})
"""Actions after which a submission is judged anew."""


_ENDS = frozenset({"joined", "draft", "unsure"})
"""What else than `sent` ends a receipt: joined with others, shown only, left to a person."""


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
    guided: list[str] = field(default_factory=list)
    """Chains of mails of no submission that wait for guidance."""
    interrupted: list[tuple[str, str]] = field(default_factory=list)
    """Submission and notice id whose sending was begun and whose end is not known."""
    open: list[str] = field(default_factory=list)
    """Submissions to be read on or judged."""
    untold: list[str] = field(default_factory=list)
    """Submissions whose verdict was not told yet: others may not have heard of it either."""
    released: list[str] = field(default_factory=list)
    """Submissions whose outcome a clerk released, and it did not go out."""
    decided: set[str] = field(default_factory=set)
    """Decisions that are in the ledger; revisions of calls that were taken or refused, save the newest.

    The newest is taken once more: submissions that it concerns may not have been judged by it yet.
    """

    def see(self, head: Head, entries: Sequence[Entry]) -> None:
        """Note what one chain still owes."""
        self.decided.update(head.state.get("decisions", ()))
        self.decided.update((*head.state.get("calls", ())[:-1], *head.state.get("refused", ())))
        self._interrupted(entries)
        if not is_gone(head):
            self._guidance(head, entries)
        if "call" not in head.state or is_gone(head):
            return
        self._receipts(head, entries)
        if head.state.get("into"):
            return
        if _released(head, entries):
            self.released.append(head.submission)
        if head.state.get("status") == Status.READING.value or _judged_less(head, entries):
            self.open.append(head.submission)
        elif head.state.get("told") != head.state.get("verdict"):
            self.untold.append(head.submission)

    def _interrupted(self, entries: Sequence[Entry]) -> None:
        ended = [e.data.get("notice") for e in entries if e.kind is EntryKind.SENT or _given_up(e)]
        begun = Counter(e.data["notice"] for e in entries if e.kind is EntryKind.SENDING)
        for notice, times in begun.items():
            sent = any(e.kind is EntryKind.SENT and e.data["notice"] == notice for e in entries)
            if not sent and times > ended.count(notice):
                self.interrupted.append((entries[0].submission, notice))

    def _guidance(self, head: Head, entries: Sequence[Entry]) -> None:
        """A mail of no submission to be answered, and was not: nor drafted, parked, said too often."""
        done = any(e.kind is EntryKind.SENT or e.data.keys() & {"draft", "capped", "unsure"} for e in entries)
        if entries[0].data.get("answer") and not done and not is_parked(head, "guidance"):
            self.guided.append(entries[0].submission)

    def _receipts(self, head: Head, entries: Sequence[Entry]) -> None:
        ended = [e.data for e in entries if e.kind is EntryKind.SENT or e.data.keys() & _ENDS]
        done = {digest for data in ended for digest in (data.get("mail"), *data.get("mails", ()))}
        done |= {d for e in entries if e.kind is EntryKind.ERASED for d in e.data["mails"]}
        done |= {m.get("mail") for m in head.state.get("held", {}).values() if m["template"] == "receipt"}
        for entry in entries:
            filed = entry.kind in {EntryKind.OPENED, EntryKind.JOINED}
            if filed and entry.data["digest"] not in done:
                self.owed.append(Owed(entry.submission, entry.data["object"], entry.data["digest"]))


def is_parked(head: Head, template: str) -> bool:
    """Whether a notice of a kind is parked in this chain: it goes out when mail goes on."""
    return any(message["template"] == template for message in head.state.get("held", {}).values())


def receipt_expected(entries: Sequence[Entry], mail: str) -> datetime | None:
    """By when the receipt of a mail is to go out, where it waits: for others of its day, for another hour.

    A receipt that was parked and let go is expected from then on. None where it does not wait.
    """
    moments = [_put_off(e, "receipt") for e in entries if "unheld" in e.data or _about(e, mail)]
    return max((m for m in moments if m is not None), default=None)


def outcome_expected(head: Head, entries: Sequence[Entry]) -> datetime | None:
    """By when an outcome is to go out: its quiet time, or what it was put off for after that."""
    moments = [_put_off(e, "outcome") for e in entries]
    due = head.state.get("due")
    moments.append(datetime.fromisoformat(due) if due else None)
    return max((m for m in moments if m is not None), default=None)


def _about(entry: Entry, mail: str) -> bool:
    return mail in {entry.data.get("mail"), dict(entry.data.get("message", {})).get("mail")}


def _put_off(entry: Entry, template: str) -> datetime | None:
    """Until when an entry puts a notice off; None for entries that do not."""
    data = entry.data
    if "unheld" in data:
        return datetime.fromisoformat(entry.at)
    if "delayed" in data and data["message"]["template"] == template:
        return datetime.fromisoformat(data["until"])
    return day_ends(data["day"]) if "postponed" in data and template == "receipt" else None


def _released(head: Head, entries: Sequence[Entry]) -> bool:
    """Whether the verdict that holds was released, and no outcome of it was sent."""
    verdict = head.state.get("verdict")
    ended = (e for e in entries if e.kind is EntryKind.SENT or "unsure" in e.data)
    sent = any(e.data.get("verdict") == verdict for e in ended)
    return bool(verdict) and head.state.get("released") == verdict and not sent


def _given_up(entry: Entry) -> bool:
    """Whether an entry ends an attempt without a mail: refused, or cut off by a stop."""
    return entry.kind is EntryKind.NOTED and ("refused" in entry.data or "interrupted" in entry.data)


def _judged_less(head: Head, entries: Sequence[Entry]) -> bool:
    """Whether a mail or a decision came after the verdict that holds."""
    return decided_since(entries) or set(head.state.get("mails", ())) != set(head.state.get("judged", ()))


def decided_since(entries: Sequence[Entry]) -> bool:
    """Whether something was decided that calls for a judgement, and none was made since.

    A judgement that came out as the one before is `noted` as `unchanged`.
    """
    judged = (e.seq for e in entries if e.kind is EntryKind.JUDGED or "unchanged" in e.data)
    decided = (e.seq for e in entries if e.data.get("action") in JUDGED_AGAIN and "refused" not in e.data)
    return max(decided, default=0) > max(judged, default=0)
