"""A clerk's decision, or a revision of a call.

One object under `inbox/`, one entry in the ledger, then what follows from it: judged anew, an outcome sent,
two submissions merged or taken apart, all mail stopped or going on.
"""

from collections.abc import Callable, Sequence
from typing import Any

from shoufa.domain.codes import EntryKind
from shoufa.domain.decision import (
    DECISION_PREFIX,
    OFFICE,
    FilesAdded,
    MergeDecided,
    NotADecision,
    Note,
    Paused,
    Released,
    ReleaseQuarantined,
    Resumed,
    UnmergeDecided,
    read_decision,
)
from shoufa.domain.errors import TryAgain, Unreadable, UnreadableCode
from shoufa.domain.ledger import Head
from shoufa.steps.commit import Wanted, append
from shoufa.steps.decided_state import decided_state
from shoufa.steps.held import release_held
from shoufa.steps.house import House
from shoufa.steps.joining import living
from shoufa.steps.merge_decided import merge_decided, unmerge_decided
from shoufa.steps.release import release_quarantined


def receive_decision(key: str, house: House) -> str:
    """Record one decision and do what follows from it; the chain that it stands in ("" for added files).

    Raises Unreadable for an object that is no decision, TryAgain where it is not there yet.
    """
    if not key.startswith(DECISION_PREFIX):
        raise TryAgain(
            f"{key}: revisions of calls are not taken yet; left to the dead-letter queue and its alarm"
        )
    data = house.objects.get(key)
    if data is None:
        raise TryAgain(f"{key}: no such object yet")
    decision = _parse(key, data)
    if isinstance(decision, FilesAdded):
        return ""  # step 1 records it with the mail that it belongs to
    if isinstance(decision, (Paused, Resumed)):
        return _for_the_office(key, decision, house)
    if isinstance(decision, ReleaseQuarantined):
        return release_quarantined(house, decision.object, entry_data(key, decision))
    return _for_a_submission(key, decision, house)


def _for_the_office(key: str, decision: Any, house: House) -> str:
    """Stop or go on; what was parked goes first."""
    append(house, OFFICE, _once(key, decision))
    if isinstance(decision, Resumed):
        release_held(house)
    return OFFICE


def _for_a_submission(key: str, decision: Any, house: House) -> str:
    head = living(house, decision.submission)
    if head is None:
        raise Unreadable(UnreadableCode.UNREADABLE, f"{key}: no submission {decision.submission}")
    if isinstance(decision, MergeDecided):
        _judge_again(key, merge_decided(key, decision, entry_data(key, decision), house), house)
    elif isinstance(decision, UnmergeDecided):
        _judge_again(key, unmerge_decided(key, decision, entry_data(key, decision), house), house)
    else:
        append(house, head.submission, _once(key, decision))
        _ask(key, decision, head.submission, house)
    return head.submission


def _ask(key: str, decision: Any, number: str, house: House) -> None:
    """What a decision sets off."""
    if isinstance(decision, Released):
        house.queues.send("notices", {"template": "outcome", "submission": number})
    elif not isinstance(decision, Note) and decision.action != "hold":
        _judge_again(key, [number], house)


def _judge_again(key: str, numbers: Sequence[str], house: House) -> None:
    for number in numbers:
        house.queues.send("submissions", {"submission": number, "cause": key}, group=number)


def entry_data(key: str, decision: Any) -> dict[str, Any]:
    """What the ledger keeps of a decision: its object, the action, who, and codes."""
    return {"object": key, "action": decision.action, "who": decision.who, **decision.codes()}


def _parse(key: str, data: bytes) -> Any:
    try:
        return read_decision(data)
    except NotADecision as err:
        raise Unreadable(UnreadableCode.UNREADABLE, f"{key}: not a decision: {err}") from err


def _once(key: str, decision: Any) -> Callable[[Head], Wanted | None]:
    def entries(head: Head) -> Wanted | None:
        if key in head.state.get("decisions", []):
            return None
        data = entry_data(key, decision)
        return [(EntryKind.DECIDED, data)], decided_state(head.state, data)

    return entries
