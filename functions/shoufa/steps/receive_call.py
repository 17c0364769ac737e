"""A revision of a call: one object under `inbox/call/`, one entry in the call's own chain, its cases anew.

What cannot be taken is refused with its reasons as an object, and noted; nothing else changes then.
"""

from shoufa.calls.problems import CallError, Problem
from shoufa.calls.revision import check_revision, read_revision
from shoufa.domain.codes import EntryKind
from shoufa.domain.errors import TryAgain, Unreadable, UnreadableCode
from shoufa.domain.fingerprint import private
from shoufa.domain.ledger import Head, canonical, digest
from shoufa.domain.revision import named_by, revision_of
from shoufa.steps.commit import Wanted, append, prove
from shoufa.steps.fate import cases_of
from shoufa.steps.house import House
from shoufa.steps.joining import living
from shoufa.steps.revisions import chain_of, definition_key, refusal_key, revision_look_up

NAMELESS = "CALL#"
"""The chain that notes objects whose key names no revision."""


def receive_call(key: str, house: House) -> str:
    """Put one revision in force and have the call's submissions judged by it; the revision.

    Asked again it sends the next messages again. Raises Unreadable for an object that is refused, TryAgain
    where it is not there yet.
    """
    data = house.objects.get(key)
    if data is None:
        raise TryAgain(f"{key}: no such object yet")
    named = named_by(key)
    call = named[0] if named else ""
    if not _is_in_force(house, call, key):
        try:
            author = _checked(house, key, data)
        except CallError as err:
            _refuse(house, call, key, err)
            raise Unreadable(UnreadableCode.UNREADABLE, f"{key}: {err}") from err
        _accept(house, call, key, author)
    return _tell_next(house, call)


def _is_in_force(house: House, call: str, key: str) -> bool:
    """Whether the call's chain has this object already (then its look-up and its proofs are made again)."""
    head = house.ledger.head(chain_of(call)) if call else None
    if head is None or key not in head.state.get("calls", ()):
        return False
    prove(house, house.ledger.entries(head.submission))
    return True


def _checked(house: House, key: str, data: bytes) -> str:
    """Who accepted it; CallError where it cannot be taken."""
    call = house.office.calls.get((named_by(key) or ("", ""))[0])
    definition = check_revision(data, key, call, house.office.groups)
    if named_by(key) != (definition.id, revision_of(data)):
        raise CallError(_misnamed(key, definition.id, revision_of(data)))
    return read_revision(data, key)[0].author


def _misnamed(key: str, call: str, revision: str) -> list[Problem]:
    zh, en = f"对象名应为 {call}/{revision}.yaml", f"the object's name should be {call}/{revision}.yaml"
    return [Problem(file=key, line=1, zh=zh, en=en)]


def _accept(house: House, call: str, key: str, author: str) -> None:
    """One entry; the definition that it replaces is kept, as mails were received under it."""
    _keep_replaced(house, call)
    _, revision = named_by(key) or ("", "")
    data = {"object": key, "revision": revision, "who": private(author)}

    def entries(head: Head) -> Wanted | None:
        if key in head.state.get("calls", ()):
            return None
        return [(EntryKind.DECIDED, data)], {"calls": [*head.state.get("calls", ()), key]}

    append(house, chain_of(call), entries)


def _keep_replaced(house: House, call: str) -> None:
    """The definition that came with the program, before a revision takes its place."""
    before = house.office.calls.get(call)
    if before is not None and call not in house.office.history:
        text = canonical(before.model_dump(mode="json"))
        house.objects.put(definition_key(call, house.office.revisions[call]), text.encode())


def _refuse(house: House, call: str, key: str, why: CallError) -> None:
    """The reasons as an object, their number and their digest in the ledger, once for each object."""
    reasons = str(why).encode()
    house.objects.put(refusal_key(key), reasons)
    data = {"refused": key, "problems": len(why.problems), "reasons": digest(reasons)}

    def entries(head: Head) -> Wanted | None:
        if key in head.state.get("refused", ()):
            return None
        return [(EntryKind.NOTED, data)], {"refused": [*head.state.get("refused", ()), key]}

    append(house, chain_of(call) if call else NAMELESS, entries)


def _tell_next(house: House, call: str) -> str:
    """Make the look-up, and ask for a judgement of each living submission that another revision judged.

    One that is being read is asked for too: it may be judged by the old one at this very moment.
    """
    head = house.ledger.head(chain_of(call)) or Head(submission=chain_of(call))
    revision = revision_look_up(house.index, head)
    for receipt, _ in house.index.find(cases_of(call)):
        case = living(house, receipt)
        if case is not None and case.submission == receipt and case.state.get("revision") != revision:
            message = {"submission": receipt, "cause": f"call:{revision}"}
            house.queues.send("submissions", message, group=receipt)
    return revision
