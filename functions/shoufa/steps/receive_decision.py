"""A clerk's decision, or a revision of a call.

One object under `inbox/`, one entry in the ledger, then judged anew.
"""

import json
from typing import Any, Literal

from pydantic import ValidationError

from shoufa.domain.codes import EntryKind
from shoufa.domain.errors import TryAgain, Unreadable, UnreadableCode
from shoufa.domain.ledger import Head
from shoufa.domain.value import Value
from shoufa.steps.commit import Wanted, append
from shoufa.steps.house import House
from shoufa.steps.joining import living


class Decision(Value):
    """What a clerk decided: who, about which submission, what, and why."""

    who: str
    submission: str
    action: Literal["judge-again", "note"]
    why: str = ""


def receive_decision(key: str, house: House) -> str:
    """Record one decision and have the submission judged again; the submission's number.

    Raises Unreadable for an object that is no decision, TryAgain where it is not there yet.
    """
    if not key.startswith("inbox/decision/"):
        raise TryAgain(
            f"{key}: revisions of calls are not taken yet; left to the dead-letter queue and its alarm"
        )
    data = house.objects.get(key)
    if data is None:
        raise TryAgain(f"{key}: no such object yet")
    decision = _parse(key, data)
    head = living(house, decision.submission)
    if head is None:
        raise Unreadable(UnreadableCode.UNREADABLE, f"{key}: no submission {decision.submission}")
    append(house, head.submission, _once(key, decision))
    if decision.action == "judge-again":
        house.queues.send("submissions", {"submission": head.submission, "cause": key}, group=head.submission)
    return head.submission


def _parse(key: str, data: bytes) -> Decision:
    try:
        return Decision.model_validate(json.loads(data))
    except (ValueError, ValidationError) as err:
        raise Unreadable(UnreadableCode.UNREADABLE, f"{key}: not a decision") from err


def _once(key: str, decision: Decision) -> Any:
    def entries(head: Head) -> Wanted | None:
        if key in head.state.get("decisions", []):
            return None
        data = {"object": key, "action": decision.action}
        return [(EntryKind.DECIDED, data)], {"decisions": [*head.state.get("decisions", []), key]}

    return entries
