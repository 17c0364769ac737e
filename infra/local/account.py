"""What a ledger says in the end, without times, sequence and hashes: so that two ledgers can be compared.

The fate of every mail, the mails and the verdict of every living submission, and what was sent. How often an
outcome went out on the way depends on how long readings took; what was told last does not.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, NamedTuple

from shoufa.domain.codes import Disposition, EntryKind
from shoufa.domain.ledger import Entry

TOLD = (
    "status", "late", "cured_late", "tracks", "sender", "letter", "recommender", "applicant", "other_matter",
    "documents", "projects", "findings",
)  # fmt: skip
"""Fields of a verdict that are compared; times are not, reader and revision name the group instead."""
Verdicts = Callable[[str, str], Mapping[str, Any] | None]
"""A verdict as JSON by submission and digest, None where it is lost or its bytes are not what was judged."""


@dataclass
class Case:
    """One living submission in the end; a submission that was merged has only the one it is `into`."""

    number: str
    mails: list[str] = field(default_factory=list)
    """Digests."""
    objects: list[str] = field(default_factory=list)
    """The mail objects that it was filed from, also those that were erased."""
    into: str = ""
    judged: dict[str, Any] = field(default_factory=dict)
    """What the last entry of a judgement says."""
    ended: bool = False
    """Nothing came after that judgement, and it was told."""
    outcome: str = ""
    notice: str = ""
    """What the last outcome told, and the last notice to the unit."""
    verdict: Mapping[str, Any] | None = None

    @property
    def group(self) -> tuple[str, str]:
        """Reader version and call revision."""
        return str(self.judged.get("reader", "")), str(self.judged.get("revision", ""))


class LeftOut(NamedTuple):
    """What an erasure took out of the comparison: erased objects, and by them submissions and their own.

    `objects` are all mail objects concerned, `mails` their digests.
    """

    erased: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    objects: frozenset[str] = frozenset()
    mails: frozenset[str] = frozenset()
    decisions: frozenset[str] = frozenset()


@dataclass
class Account:
    """A ledger in the end."""

    fates: dict[str, str] = field(default_factory=dict)
    """Disposition by mail object."""
    cases: dict[str, Case] = field(default_factory=dict)
    receipts: set[str] = field(default_factory=set)
    """Digests of mails whose receipt went out."""
    calls: dict[str, str] = field(default_factory=dict)
    """Objects under `inbox/call/`, taken or refused."""
    decisions: set[tuple[str, str]] = field(default_factory=set)
    """Objects under `inbox/decision/` with the submission that they concern."""
    erased: set[str] = field(default_factory=set)
    """Mail objects that were erased: nothing can be recomputed of them, nor of what they were part of."""
    erased_digests: set[str] = field(default_factory=set)
    repeated: dict[str, str] = field(default_factory=dict)
    """Mail objects that repeat a message, with the submission that holds it."""

    def left_out(self) -> LeftOut:
        """What cannot be recomputed: erased mails, submissions that held them, and what concerns these."""
        numbers = {n for n, c in self.cases.items() if set(c.objects) & self.erased}
        while more := self._beside(numbers) - numbers:
            numbers |= more
        cases = [self.cases[n] for n in numbers]
        objects = {o for c in cases for o in c.objects}
        objects |= {o for o, n in self.repeated.items() if n in numbers}
        decisions = {key for key, number in self.decisions if number in numbers}
        chains = {f"MAIL#{digest}" for digest in self.erased_digests}
        decisions |= {key for key, chain in self.decisions if chain in chains}
        mails = frozenset(m for c in cases for m in c.mails)
        return LeftOut(
            frozenset(self.erased),
            frozenset(numbers),
            frozenset(objects | self.erased),
            mails,
            frozenset(decisions),
        )

    def _beside(self, numbers: set[str]) -> set[str]:
        """Submissions that these were merged into, and those merged into them."""
        into = {self.cases[n].into for n in numbers} - {""}
        return into | {n for n, c in self.cases.items() if c.into in numbers}

    def without(self, left: LeftOut) -> "Account":
        """The same but for what cannot be compared."""
        fates = {k: f for k, f in self.fates.items() if k not in left.objects}
        cases = {
            n: c
            for n, c in self.cases.items()
            if n not in left.numbers and not left.objects.intersection(c.objects)
        }
        decisions = {d for d in self.decisions if d[0] not in left.decisions}
        receipts = self.receipts - left.mails
        return replace(self, fates=fates, cases=cases, receipts=receipts, decisions=decisions)


def account_of(entries: Iterable[Entry], verdicts: Verdicts) -> Account:
    """The account of a ledger whose entries stand chain by chain."""
    made = Account()
    opens: dict[str, list[bool]] = {}
    for number, chain in groupby(entries, key=lambda e: e.submission):
        own = list(chain)
        for entry in own:
            _note(made, entry, opens)
        if any(e.kind is EntryKind.OPENED for e in own):
            made.cases[number] = _case(number, own, verdicts)
    for key, first in opens.items():
        opened = Disposition.SUBMISSION if all(first) else Disposition.FOLLOW_UP
        made.fates[key] = opened.value
    return made


def _note(made: Account, entry: Entry, opens: dict[str, list[bool]]) -> None:
    """One entry's mail, receipt, revision or decision."""
    data = entry.data
    if entry.kind in {EntryKind.OPENED, EntryKind.JOINED}:
        opens.setdefault(data["object"], []).append(entry.kind is EntryKind.OPENED)
    elif "disposition" in data:
        made.fates[data["object"]] = data["disposition"]
        if "of" in data:
            made.repeated[data["object"]] = data["of"]
    elif _is_told(entry) and data["template"] == "receipt":
        made.receipts.add(data["mail"])
    elif entry.kind is EntryKind.ERASED:
        made.erased.update(data["objects"])
        made.erased_digests.update(data["mails"])
    elif entry.submission.startswith("CALL#"):
        made.calls[data.get("object") or data.get("refused", "")] = entry.kind.value
    elif entry.kind is EntryKind.DECIDED:
        made.decisions.add((data.get("object", ""), entry.submission))


def _case(number: str, own: list[Entry], verdicts: Verdicts) -> Case:
    case, told = Case(number), ""
    for entry in own:
        data = entry.data
        if entry.kind in {EntryKind.OPENED, EntryKind.JOINED}:
            case.mails.append(data["digest"])
            case.objects.append(data["object"])
        elif entry.kind is EntryKind.MERGED:
            case.mails = data.get("mails", case.mails)
            case.into = data.get("into", "")
        elif entry.kind is EntryKind.JUDGED:
            case.judged = data
        elif _is_told(entry):
            _sent(case, data)
        told = data.get("settled", told)
        case.ended = _ended(case.ended, entry, told, case.judged.get("verdict", ""))
    if case.judged and not case.into:
        case.verdict = verdicts(number, case.judged["verdict"])
    return case


def _is_told(entry: Entry) -> bool:
    """Whether a notice went out, or was written as the draft of a first week."""
    return entry.kind is EntryKind.SENT or (entry.kind is EntryKind.NOTED and "draft" in entry.data)


def _sent(case: Case, data: Mapping[str, Any]) -> None:
    if data["template"] == "outcome":
        case.outcome = data["notice"].rpartition("-")[2]
    elif data["template"] == "notice":
        case.notice = data["notice"].rpartition("-")[2]


def _ended(before: bool, entry: Entry, told: str, verdict: str) -> bool:
    """Whether a submission rests after this entry."""
    if entry.kind in {EntryKind.OPENED, EntryKind.JOINED, EntryKind.JUDGED, EntryKind.MERGED}:
        return False
    return before or (told == verdict != "")
