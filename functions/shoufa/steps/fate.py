"""The one fate of a mail (contracts §3): decided once, claimed with its object, the same on redelivery."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from shoufa.domain.call import Call, Unit
from shoufa.domain.codes import Disposition, EntryKind, Status
from shoufa.domain.errors import TryAgain
from shoufa.domain.fingerprint import contents, fingerprint, private
from shoufa.domain.ledger import Head
from shoufa.domain.mail import Added
from shoufa.domain.moments import stamp
from shoufa.domain.receipt import receipt_number
from shoufa.domain.submission import Manifest
from shoufa.judging.addressing import addressed, brings_something
from shoufa.judging.guided import guided, of_reference
from shoufa.judging.mail_body import bears_papers
from shoufa.judging.other_matter import is_other_matter
from shoufa.judging.suppression import automatic, verdict_fails
from shoufa.ports import Change
from shoufa.steps.answerable import confirmed_in, may_be_answered
from shoufa.steps.commit import change, commit, prove
from shoufa.steps.decided_state import decided_state, proposed_state
from shoufa.steps.house import House
from shoufa.steps.joining import find_joined, is_gone, sender_group

SAME_PARTS = timedelta(days=7)
FILED = frozenset({Disposition.SUBMISSION, Disposition.FOLLOW_UP})
"""Dispositions of mail that belongs to a submission."""


@dataclass(frozen=True)
class Place:
    """One submission that a mail opens or joins."""

    receipt: str
    call: str
    unit: str
    opens: bool
    proposed: bool = False


@dataclass(frozen=True)
class Fate:
    """Disposition, the submissions it concerns, whether a receipt is owed, and why."""

    disposition: Disposition
    places: tuple[Place, ...] = ()
    answer: bool = False
    reason: str = ""

    @property
    def receipts(self) -> tuple[str, ...]:
        """Receipt numbers, the first one first."""
        return tuple(p.receipt for p in self.places)

    def text(self) -> str:
        """The fate as the claim of its object keeps it: ids and codes only."""
        answer = "answer" if self.answer else "silent"
        return "|".join((self.disposition.value, answer, self.reason, *self.receipts))

    @classmethod
    def parse(cls, text: str) -> "Fate":
        """The fate that `text` wrote down; places without call and unit."""
        disposition, answer, reason, *receipts = text.split("|")
        places = tuple(Place(r, "", "", opens=False) for r in receipts)
        return cls(Disposition(disposition), places, answer == "answer", reason)


def recall(house: House, key: str) -> Fate | None:
    """The fate of a mail object that was filed before, or None."""
    claimed = house.ledger.claimed(f"object:{key}")
    if not claimed:
        return None
    known = Fate.parse(claimed)
    return replace(known, places=tuple(_known_place(house, p.receipt) for p in known.places))


def _known_place(house: House, receipt: str) -> Place:
    """The place of a submission that is in the ledger."""
    head = house.ledger.head(receipt)
    state = head.state if head else {}
    return Place(receipt, state.get("call", ""), state.get("unit", ""), opens=False)


def decide(house: House, manifest: Manifest) -> Fate:
    """Decide a mail's fate by what it is, whom it is for, and what came before; the first reason wins."""
    mail, envelope = manifest.mail, manifest.envelope
    if envelope.door != "released":  # which a person looked at
        if verdict_fails(envelope, mail):
            return Fate(Disposition.QUARANTINED, reason="verdict")
        if machine := automatic(mail, envelope, house.office):
            return Fate(Disposition.AUTOMATIC, reason=machine)
    earlier = _earlier(house, manifest)
    if earlier and _was_erased(house, earlier):
        return Fate(Disposition.UNMATCHED, reason="erased-before")
    if earlier:
        return Fate(Disposition.DUPLICATE, (Place(earlier, "", "", opens=False),), reason="same-message")
    targets = addressed(mail, envelope, house.office, envelope.received_at)
    places = tuple(p for t in targets if (p := _place(house, manifest, t[0], t[1])) is not None)
    if not places:
        answer = may_be_answered(manifest) and guided(mail, envelope, house.office) is not None
        why = _why_unmatched(manifest, [call for call, _, _ in targets])
        return Fate(Disposition.UNMATCHED, answer=answer, reason=why)
    opens = all(p.opens for p in places)
    disposition = Disposition.SUBMISSION if opens else Disposition.FOLLOW_UP
    brings = any(_brings(manifest, house.office.calls[p.call]) for p in places)
    confirmed = manifest.unverified and confirmed_in(house, manifest, (p.receipt for p in places))
    return Fate(disposition, places, brings and may_be_answered(manifest, confirmed))


def _why_unmatched(manifest: Manifest, calls: Sequence[Call]) -> str:
    """Why a person's mail belongs to no submission."""
    if not calls:
        return "no-open-call"
    brings = any(_brings(manifest, call) for call in calls)
    return "other-matter" if brings else "brings-nothing"


def _earlier(house: House, manifest: Manifest) -> str:
    """The submission that holds the same message already, "" if none does."""
    owner = house.ledger.claimed(f"message:{manifest.fingerprint}")
    if owner:
        return owner
    same = contents(manifest.mail, manifest.sender, manifest.mailbox)
    for at, value in house.index.find(f"contents#{same}") if same else ():
        if value.get("doubted") and not manifest.unverified:  # nobody's true mail repeats a forged one
            continue
        if manifest.envelope.received_at - datetime.fromisoformat(at.partition("#")[0]) <= SAME_PARTS:
            return value["receipt"]
    return ""


def _was_erased(house: House, receipt: str) -> bool:
    """Whether what held the same message was erased: a person decides what is to become of this one."""
    head = house.ledger.head(receipt)
    return head is not None and is_gone(head)


def _place(house: House, manifest: Manifest, call: Call, unit: Unit) -> Place | None:
    """Where a mail belongs for one call and unit: a submission it joins, or one it opens.

    None for a mere question, and for what is plainly about something else.
    """
    joined = find_joined(house, manifest, call, unit)
    if joined is not None:
        return Place(joined.receipt, call.id, unit.id, opens=False, proposed=joined.proposed)
    mail = manifest.mail
    if not _brings(manifest, call) or is_other_matter(mail, call):
        return None
    if of_reference(mail, call, house.office, manifest.envelope):
        return None
    return Place(free_number(house, manifest, unit.id), call.id, unit.id, opens=True)


def free_number(house: House, manifest: Manifest, unit: str) -> str:
    """The mail's receipt number, two characters longer while another fingerprint holds it."""
    own = f"{manifest.fingerprint}/{unit}"
    for length in range(6, 22, 2):
        number = receipt_number(manifest.envelope.received_at, own, length)
        if house.ledger.claimed(f"receipt:{number}") in (None, own):
            return number
    raise TryAgain("no free receipt number")


def _brings(manifest: Manifest, call: Call) -> bool:
    """Whether a mail brings files, links in place of files, or a paper written into its text.

    For such a mail a receipt is owed (contracts §5); a mere question gets none.
    """
    return brings_something(manifest.mail) or bears_papers(manifest.mail, call, via=bool(manifest.via))


def record(house: House, manifest: Manifest, decided: Fate) -> None:
    """Write a fate into the ledger with its claims, in one transaction; TryAgain if another was first."""
    claims = {f"object:{manifest.object}": decided.text()}
    if decided.disposition in FILED:
        claims |= {f"message:{f}": decided.receipts[0] for f in _fingerprints(house, manifest, decided)}
        opened = (p for p in decided.places if p.opens)
        claims |= {f"receipt:{p.receipt}": f"{manifest.fingerprint}/{p.unit}" for p in opened}
        changes = [_joined(house, manifest, place, decided) for place in decided.places]
    else:
        changes = [_filed(house, manifest.object, manifest.digest, decided)]
    own = {f"message:{manifest.fingerprint}"} & claims.keys()
    _file_once(house, manifest.object, changes, claims, *own)
    look_ups(house, manifest, decided)


def _file_once(house: House, key: str, changes: list[Change], claims: Mapping[str, str], *own: str) -> None:
    """Commit, unless another worker filed the same object, or message, meanwhile; raises TryAgain then.

    Claims are looked for after the heads were read: who files it later moves one of these heads.
    """
    if any(map(house.ledger.claimed, (f"object:{key}", *own))) or not commit(house, changes, claims):
        raise TryAgain(f"{key}: another writer was first")


def _fingerprints(house: House, manifest: Manifest, decided: Fate) -> set[str]:
    """The mail's fingerprint in each unit's mailbox that it went to: its copy there is the same message."""
    if manifest.envelope.added is not None:  # two clerks may add the same file to two submissions
        return {manifest.fingerprint}
    office = house.office
    theirs = {
        box
        for p in decided.places
        for box in office.boxes_under(p.call, p.unit, office.revisions.get(p.call, ""))
    }
    return {manifest.fingerprint, *(fingerprint(manifest.mail, box) for box in theirs)}


def _joined(house: House, manifest: Manifest, place: Place, decided: Fate) -> Change:
    head = house.ledger.head(place.receipt) or Head(submission=place.receipt)
    if head.state.get("into") and not place.opens:
        raise TryAgain(f"{place.receipt}: merged meanwhile")  # what joins it now would be seen by nobody
    state = head.state
    mails = [*state.get("mails", []), manifest.digest]
    kind = EntryKind.OPENED if place.opens else EntryKind.JOINED
    data: dict[str, Any] = {
        "object": manifest.object,
        "digest": manifest.digest,
        "fingerprint": manifest.fingerprint,
        "received_at": stamp(manifest.envelope.received_at),
        "parts": [p.sha256 for p in manifest.mail.parts if p.sha256],
        "call": place.call,
        "unit": place.unit,
        "revision": house.office.revisions.get(place.call, ""),
    }
    if place.proposed:
        data["proposed"] = private(manifest.sender)
    if not decided.answer:
        data["silent"] = True
    if len(decided.places) > 1:
        data["receipts"] = list(decided.receipts)
    last = max(data["received_at"], state.get("last", ""))
    new = {"mails": mails, "call": place.call, "unit": place.unit, "last": last} | proposed_state(state, data)
    facts, more = [(kind, data)], {}
    if manifest.envelope.added is not None:
        decision = added_data(manifest.envelope.added)
        facts, more = [*facts, (EntryKind.DECIDED, decision)], decided_state(state, decision)
    return change(house, head, facts, {**state, "status": Status.READING.value, **new, **more})


def added_data(added: Added) -> dict[str, Any]:
    """The entry of a clerk's decision to add files."""
    return {"object": added.decision, "action": "add", "who": added.who}


def _filed(house: House, key: str, digest: str, decided: Fate) -> Change:
    """The entry of a mail that belongs to no submission, or repeats one."""
    partition = f"MAIL#{digest}"
    head = house.ledger.head(partition) or Head(submission=partition)
    data: dict[str, Any] = {"object": key, "disposition": decided.disposition.value, "reason": decided.reason}
    if decided.receipts:
        data["of"] = decided.receipts[0]
    if decided.answer:
        data["answer"] = True
    return change(house, head, [(EntryKind.NOTED, data)], {})


def look_ups(house: House, manifest: Manifest, decided: Fate) -> None:
    """Rebuildable look-ups of a filed mail: by call, sender, contents sent again; the same on redelivery.

    Added files have no sender by whom others could join.
    """
    if decided.disposition not in FILED:
        return
    for place in decided.places:
        house.index.write(cases_of(place.call), place.receipt, {})
    if manifest.envelope.added is not None:
        return
    at = stamp(manifest.envelope.received_at)
    same = contents(manifest.mail, manifest.sender, manifest.mailbox)
    for place in decided.places:
        value = {"receipt": place.receipt, "at": at}
        house.index.write(sender_group(place.call, place.unit, manifest.sender), place.receipt, value)
        if same:
            doubted = {"doubted": "yes"} if manifest.unverified else {}
            house.index.write(f"contents#{same}", f"{at}#{place.receipt}", value | doubted)


def cases_of(call: str) -> str:
    """The index group of all submissions of a call."""
    return f"call#{call}"


def quarantine(house: House, key: str, digest: str, reason: str) -> Disposition:
    """A mail that cannot be opened at all: filed, shown, never answered, never lost."""
    decided = Fate(Disposition.QUARANTINED, reason=reason)
    _file_once(house, key, [_filed(house, key, digest, decided)], {f"object:{key}": decided.text()})
    return decided.disposition


def prove_again(house: House, digest: str, known: Fate) -> None:
    """After a crash between commit and proof: entries that have no object yet get one."""
    filed = known.disposition in FILED
    for submission in known.receipts if filed else (f"MAIL#{digest}",):
        prove(house, house.ledger.entries(submission))
