"""A lost ledger table, made anew from the objects that prove it (design.md, Ledger).

Chains are checked hash by hash as they are read; heads' states, claims and look-ups are folded from the
entries and from the objects that these name. One chain is in memory at a time; of each mail only its digest
stays. Who gives a head's state a new key, or a step a new claim, teaches it here:
tests/unit/steps/test_restore.py holds a restored table against the one that the steps wrote.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from shoufa.domain.codes import Disposition, EntryKind, Status
from shoufa.domain.fingerprint import fingerprint
from shoufa.domain.ledger import Entry, Head
from shoufa.domain.moments import stamp
from shoufa.domain.submission import Manifest
from shoufa.notices.told import outcome_digest
from shoufa.ports import ObjectStore
from shoufa.steps.chains import LEDGER, read_chains
from shoufa.steps.check_completeness import verdict_look_ups
from shoufa.steps.decided_state import decided_state, merged_state, proposed_state
from shoufa.steps.erasure import erased_state, forget, note_half_erased
from shoufa.steps.fate import Fate, Place, look_ups
from shoufa.steps.fates_seen import Seen
from shoufa.steps.files import load_manifest, load_verdict
from shoufa.steps.held import held_state, write_held
from shoufa.steps.house import House
from shoufa.steps.reconciliation import LIMIT
from shoufa.steps.restore_outgoing import Outbox
from shoufa.steps.revisions import CHAIN, accepted_in, office_with, revision_look_up


class Table(Protocol):
    """Where a restored ledger goes."""

    def chain(self, head: Head, entries: Sequence[Entry]) -> None:
        """Put one chain with its head."""

    def claim(self, name: str, owner: str) -> None:
        """Put one claim."""


class Restored(NamedTuple):
    """How much was restored, and the time of the latest entry (None if there is none)."""

    chains: int
    entries: int
    mails: int
    latest: datetime | None


class _Filing(NamedTuple):
    """One mail in one chain: when and where its entry stands, and what that says of it."""

    at: str
    submission: str
    opens: bool
    call: str
    unit: str
    digest: str
    answer: bool = False
    receipts: tuple[str, ...] = ()
    """All its submissions, the first one first, where there are several."""
    fingerprint: str = ""
    revision: str = ""
    """The call's, under which it was received."""
    other: str = ""
    """The whole fate of a mail of no submission."""


def restore(
    house: House, table: Table, see: Callable[[Head, Sequence[Entry]], None] = lambda _, __: None
) -> Restored:
    """Fill an empty table from `house.objects`; look-ups go to `house.index`. Raises BrokenLedger.

    `see` is shown each chain with its head as restored.
    """
    filings: dict[str, list[_Filing]] = {}
    seen = Seen(house.clock.now() + LIMIT)
    chains = count = 0
    latest = ""
    house = replace(house, objects=_Remembering(house.objects))
    house = replace(house, office=office_with(house.office, accepted_in(house.objects), house.objects))
    outbox = Outbox(house, table.claim)
    for entries in read_chains(house.objects, house.objects.keys(LEDGER)):
        head = Head(submission=entries[0].submission, seq=entries[-1].seq, hash=entries[-1].hash)
        state = _folded(house, entries)
        head = head.model_copy(update={"state": state})
        table.chain(head, entries)
        see(head, entries)
        outbox.see(state, entries)
        for name, owner in _claims(entries):
            table.claim(name, owner)
        for entry in entries:
            if "object" in entry.data and entry.kind is not EntryKind.DECIDED:
                filings.setdefault(entry.data["object"], []).append(_filing(entry))
            seen.entry(house, entry)
            if entry.kind is EntryKind.ERASED:
                note_half_erased(house, entry)
        _look_up_again(house, head, state)
        seen.chain(house, head.submission, state)
        write_held(house.index, head.submission, state)
        chains, count, latest = chains + 1, count + len(entries), max(latest, *(e.at for e in entries))
    for key, filed in filings.items():
        _file_again(house, table, key, sorted(filed), seen)
    for key in seen.erased:
        forget(house.index, key)
    outbox.end()
    return Restored(chains, count, len(filings), datetime.fromisoformat(latest) if latest else None)


class _Remembering:
    """The store, with the verdict that was read last: a chain names its own several times."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects
        self._last: tuple[str, bytes | None] = ("", None)
        self.put, self.exists, self.retain = objects.put, objects.exists, objects.retain
        self.keys, self.erase = objects.keys, objects.erase

    def get(self, key: str) -> bytes | None:
        if not key.startswith("verdicts/"):
            return self._objects.get(key)
        if self._last[0] != key:
            self._last = (key, self._objects.get(key))
        return self._last[1]


def _folded(house: House, entries: Sequence[Entry]) -> dict[str, Any]:
    """The state of a head, as the steps would have left it."""
    state: dict[str, Any] = {}
    for entry in entries:
        fold = _FOLDS.get(entry.kind)
        if fold is not None:
            state.update(fold(house, entry, state))
    return state


def _joined(_: House, entry: Entry, state: dict[str, Any]) -> dict[str, Any]:
    data = entry.data
    mails = [*state.get("mails", []), data["digest"]]
    last = max(data["received_at"], state.get("last", ""))
    new = {"mails": mails, "call": data["call"], "unit": data["unit"], "last": last}
    return {"status": Status.READING.value, **new, **proposed_state(state, data)}


def _judged(house: House, entry: Entry, state: dict[str, Any]) -> dict[str, Any]:
    digest = entry.data["verdict"]
    verdict = load_verdict(house.objects, entry.submission, digest)
    revision = entry.data.get("revision", "")
    call = house.office.definition(state["call"], revision) or house.office.calls.get(state["call"])
    settle = call.outcome.settle if call else None
    due = stamp(datetime.fromisoformat(entry.at) + settle) if settle is not None else ""
    judged = list(verdict.mails) if verdict else list(state["mails"])
    key = verdict.key if verdict else ""
    made = {"status": entry.data["status"], "verdict": digest, "key": key, "due": due}
    return {**made, "judged": judged, "revision": revision, "cause": entry.data.get("cause", "")}


def _sent(house: House, entry: Entry, _: dict[str, Any]) -> dict[str, Any]:
    if entry.data["template"] != "outcome":
        return {}
    verdict = load_verdict(house.objects, entry.submission, entry.data["verdict"])
    number = int(entry.data["notice"].rpartition("-")[0].rpartition("-")[2])
    return {"outcomes": number, **({"told_what": outcome_digest(verdict)} if verdict else {})}


def _noted(_: House, entry: Entry, state: dict[str, Any]) -> dict[str, Any]:
    data = entry.data
    if entry.submission.startswith(CHAIN):
        return {"refused": [*state.get("refused", []), data["refused"]]}
    if "released_as" in data:
        return {"released_as": data["released_as"]}
    if "settled" in data:
        return {"told": data["settled"]}
    if "draft" in data:
        return {"drafts": [*state.get("drafts", []), data["draft"]]}
    return held_state(state, data, entry.seq) if "held" in data or "unheld" in data else {}


def _erased(_: House, entry: Entry, state: dict[str, Any]) -> dict[str, Any]:
    return erased_state(state, entry.data)


def _decided(_: House, entry: Entry, state: dict[str, Any]) -> dict[str, Any]:
    if entry.submission.startswith(CHAIN):
        return {"calls": [*state.get("calls", []), entry.data["object"]]}
    return decided_state(state, entry.data)


def _merged(_: House, entry: Entry, state: dict[str, Any]) -> dict[str, Any]:
    return merged_state(state, entry.data)


_FOLDS: dict[EntryKind, Callable[[House, Entry, dict[str, Any]], dict[str, Any]]] = {
    EntryKind.OPENED: _joined,
    EntryKind.JOINED: _joined,
    EntryKind.JUDGED: _judged,
    EntryKind.SENT: _sent,
    EntryKind.NOTED: _noted,
    EntryKind.DECIDED: _decided,
    EntryKind.MERGED: _merged,
    EntryKind.ERASED: _erased,
}


def _claims(entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """The claims that entries alone tell of: receipt numbers and notices."""
    for entry in entries:
        if entry.kind is EntryKind.OPENED:
            yield f"receipt:{entry.submission}", f"{entry.data['fingerprint']}/{entry.data['unit']}"
        if entry.kind is EntryKind.SENDING:
            yield f"notice:{entry.data['notice']}", entry.submission
        if "checkpoint" in entry.data:
            yield f"checkpoint:{entry.data['day']}", entry.submission


def _filing(entry: Entry) -> _Filing:
    data = entry.data
    if entry.kind is EntryKind.NOTED:
        places = (Place(data["of"], "", "", opens=False),) if "of" in data else ()
        answer = bool(data.get("answer"))
        fate = Fate(Disposition(data["disposition"]), places, answer, data["reason"])
        return _Filing(entry.at, entry.submission, False, "", "", "", other=fate.text())
    where = (
        entry.at,
        entry.submission,
        entry.kind is EntryKind.OPENED,
        data["call"],
        data["unit"],
        data["digest"],
    )
    receipts, print_ = tuple(data.get("receipts", ())), data["fingerprint"]
    return _Filing(*where, not data.get("silent"), receipts, print_, data.get("revision", ""))


def _look_up_again(house: House, head: Head, state: dict[str, Any]) -> None:
    """The look-ups of the verdict that holds; a merged submission keeps those by which it is still found.

    Of a call's chain: its revisions.
    """
    if head.submission.startswith(CHAIN):
        revision_look_up(house.index, head)
    digest = state.get("verdict")
    verdict = load_verdict(house.objects, head.submission, digest) if digest else None
    if verdict is not None:
        verdict_look_ups(house.index, head.submission, state, verdict)


def _file_again(house: House, table: Table, key: str, filed: Sequence[_Filing], seen: Seen) -> None:
    """A mail's claims and look-ups, from its entries in all chains."""
    if filed[0].other:
        chain = filed[0].submission
        table.claim(f"object:{key}", filed[0].other)
        digest = chain.removeprefix("MAIL#")
        seen.mail(house, key, Fate.parse(filed[0].other), digest, load_manifest(house.objects, digest))
        return
    opens = all(f.opens for f in filed)
    disposition = Disposition.SUBMISSION if opens else Disposition.FOLLOW_UP
    order = filed[0].receipts
    filed = sorted(filed, key=lambda f: order.index(f.submission)) if order else filed
    places = tuple(Place(f.submission, f.call, f.unit, opens=f.opens) for f in filed)
    manifest = load_manifest(house.objects, filed[0].digest)
    fate = Fate(disposition, places, filed[0].answer)
    table.claim(f"object:{key}", fate.text())
    seen.mail(house, key, fate, filed[0].digest, manifest)
    if manifest is None:  # erased: its message is still known as one that came
        table.claim(f"message:{filed[0].fingerprint}", places[0].receipt)
    else:
        added = manifest.envelope.added is not None
        copies = () if added else _copies(house, manifest, filed)
        for print_ in {manifest.fingerprint, *copies}:
            table.claim(f"message:{print_}", places[0].receipt)
        look_ups(house, manifest.model_copy(update={"object": key}), fate)


def _copies(house: House, manifest: Manifest, filed: Sequence[_Filing]) -> Iterator[str]:
    """The fingerprints of the mail's copies in the mailboxes of each unit that it went to."""
    for place in filed:
        for mailbox in house.office.boxes_under(place.call, place.unit, place.revision):
            yield fingerprint(manifest.mail, mailbox)
