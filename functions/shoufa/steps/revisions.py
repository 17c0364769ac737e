"""Revisions of calls as all steps see them, and what they mean for mail that came before them.

A call's chain is `CALL#<id>`; one look-up holds the accepted revisions of all calls, so that a step learns of
a new one by a single query.
"""

from collections.abc import Mapping, Sequence

from shoufa.calls.load import parse_call
from shoufa.calls.problems import CallError
from shoufa.calls.revision import read_revision
from shoufa.domain.call import Call
from shoufa.domain.codes import EntryKind
from shoufa.domain.errors import TryAgain
from shoufa.domain.ledger import Entry, Head
from shoufa.domain.office import GRACE, Office
from shoufa.domain.revision import PREFIX, named_by, revision_key
from shoufa.domain.submission import Manifest, Verdict
from shoufa.judging.revised import Earlier
from shoufa.ports import Index, ObjectStore
from shoufa.steps.house import House

CHAIN = "CALL#"
LOOK_UP = "revisions"
"""The index group with one item for each call that was revised."""
CAUSE = "call:"
"""How the cause of a judgement begins that a revision asks for."""


def chain_of(call: str) -> str:
    """The ledger partition of a call's revisions."""
    return f"{CHAIN}{call}"


def definition_key(call: str, revision: str) -> str:
    """Where a definition is kept that came with the program and was replaced by a revision."""
    return f"calls/{call}/{revision}.json"


def refusal_key(key: str) -> str:
    """Where the reasons lie for which an object under `inbox/call/` was refused."""
    return f"calls/refused/{key.removeprefix(PREFIX)}.txt"


def revision_look_up(index: Index, head: Head) -> str:
    """Write the look-up of a call's revisions from the head of its chain; the newest revision, "" if none."""
    revisions = [named[1] for key in head.state.get("calls", ()) if (named := named_by(key))]
    if revisions:
        index.write(LOOK_UP, head.submission.removeprefix(CHAIN), {"revisions": " ".join(revisions)})
    return revisions[-1] if revisions else ""


def accepted(index: Index) -> dict[str, tuple[str, ...]]:
    """The accepted revisions of each call, the newest last."""
    return {call: tuple(value["revisions"].split()) for call, value in index.find(LOOK_UP)}


def accepted_in(objects: ObjectStore) -> dict[str, tuple[str, ...]]:
    """The same from the objects, for a table that is lost."""
    calls = sorted({named[0] for key in objects.keys(PREFIX) if (named := named_by(key))})
    found = {call: _chain(objects, call) for call in calls}
    return {call: revisions for call, revisions in found.items() if revisions}


def _chain(objects: ObjectStore, call: str) -> tuple[str, ...]:
    entries = [objects.get(key) for key in objects.keys(f"ledger/{chain_of(call)}/")]
    made = [Entry.model_validate_json(data) for data in entries if data]
    return tuple(e.data["revision"] for e in made if e.kind is EntryKind.DECIDED)


def office_with(shipped: Office, revisions: Mapping[str, Sequence[str]], objects: ObjectStore) -> Office:
    """The office with accepted revisions in force over the definitions that came with the program.

    Raises TryAgain where the newest of a call cannot be read: nothing is judged by an older one then.
    """
    history = {call: _history(shipped, call, own, objects) for call, own in revisions.items() if own}
    return shipped.revised(history)


def _history(shipped: Office, call: str, revisions: Sequence[str], objects: ObjectStore) -> dict[str, Call]:
    """All definitions of a call by revision; an old one that no longer loads is left out."""
    known: dict[str, Call] = {}
    for key in objects.keys(f"calls/{call}/"):
        known[key.rpartition("/")[2].removesuffix(".json")] = parse_call(
            (objects.get(key) or b"").decode(), key
        )
    if call in shipped.calls:
        known[shipped.revisions.get(call, "")] = shipped.calls[call]
    for revision in revisions:
        key = revision_key(call, revision)
        try:
            known.pop(revision, None)
            known[revision] = read_revision(objects.get(key) or b"", key)[1]
        except CallError as err:
            if revision == revisions[-1]:
                raise TryAgain(f"{key}: the definition in force cannot be read: {err}") from err
    return known


def received_under(house: House, submission: str) -> dict[str, str]:
    """Mails of a submission to the revision under which each was received, of merged ones too."""
    found: dict[str, str] = {}
    for entry in house.ledger.entries(submission):
        if entry.kind in {EntryKind.OPENED, EntryKind.JOINED}:
            found[entry.data["digest"]] = entry.data.get("revision", "")
        elif entry.kind is EntryKind.MERGED and "from" in entry.data:
            found = {**received_under(house, entry.data["from"]), **found}
    return found


def earlier_rules(house: House, head: Head) -> tuple[Earlier, ...]:
    """Definitions that mails of a submission were received under before the one in force, oldest first.

    Mail of a revision that nobody has any more counts as received under the oldest that is known.
    """
    call = head.state["call"]
    known = house.office.history.get(call)
    if not known:
        return ()
    received = received_under(house, head.submission)
    mails = {mail: r if r in known else next(iter(known)) for mail, r in received.items()}
    order = [r for r in known if r != house.office.revisions[call]]
    made = []
    for at, revision in enumerate(order):
        theirs = frozenset(m for m, r in mails.items() if r in order[: at + 1])
        if revision in mails.values():
            made.append(Earlier(known[revision], house.office.group(known[revision]), theirs))
    return tuple(made)


def revised_only(head: Head, verdict: Verdict, cause: str) -> bool:
    """Whether nothing but a revision of the call made this verdict, and the one before it was told."""
    told = head.state.get("told") == head.state.get("verdict")
    return told and cause.startswith(CAUSE) and set(head.state.get("judged", ())) == set(verdict.mails)


def keep_longer(house: House, call: Call, manifests: Sequence[Manifest]) -> None:
    """Retain mails until the closing that a revision put off, plus 180 days (design.md, Object Lock)."""
    until = call.closes + GRACE if call.closes else None
    if until is not None and until > house.clock.now():
        for manifest in manifests:
            house.objects.retain(manifest.object, until)
