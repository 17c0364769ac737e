"""Merging two submissions, and taking them apart, because a clerk decided so."""

from typing import Any

from shoufa.domain.codes import EntryKind
from shoufa.domain.decision import MergeDecided, UnmergeDecided
from shoufa.domain.ledger import Head
from shoufa.domain.moments import stamp
from shoufa.steps.commit import append, prove
from shoufa.steps.decided_state import decided_state
from shoufa.steps.files import load_manifest
from shoufa.steps.house import House
from shoufa.steps.joining import living
from shoufa.steps.merge import merge, unmerge


def merge_decided(key: str, decision: MergeDecided, data: dict[str, Any], house: House) -> list[str]:
    """Merge the later of two into the earlier, once; the submissions to be judged anew.

    What cannot be done any more is recorded with the reason (`refused`: no-such-submission, same-submission,
    other-call).
    """
    one, two = living(house, decision.submission), living(house, decision.other)
    if one is None or key in one.state.get("decisions", []):
        return _again(house, decision.submission, decision.other) if one else []
    why = _why_not(one, two)
    if why or two is None:
        return _refused(house, key, one.submission, data, why)
    early, late = sorted((one, two), key=lambda h: _began(house, h))
    merge(house, early, late, data)
    return [early.submission]


def _why_not(one: Head, two: Head | None) -> str:
    if two is None:
        return "no-such-submission"
    if one.submission == two.submission:
        return "same-submission"
    return "" if all(one.state[k] == two.state[k] for k in ("call", "unit")) else "other-call"


def _began(house: House, head: Head) -> tuple[str, str]:
    """When a submission's first mail was received, and its number."""
    manifest = load_manifest(house.objects, head.state["mails"][0])
    return (stamp(manifest.envelope.received_at) if manifest else "", head.submission)


def unmerge_decided(key: str, decision: UnmergeDecided, data: dict[str, Any], house: House) -> list[str]:
    """Take a merged submission out of the one it is in, once; both are to be judged anew."""
    late, now = house.ledger.head(decision.submission), living(house, decision.submission)
    if late is None or now is None:
        return []
    if key in late.state.get("decisions", []):
        return _again(house, *late.state.get("apart", ()), late.submission)
    if not late.state.get("into"):
        return _refused(house, key, late.submission, data, "not-merged")
    unmerge(house, late, data)
    return [now.submission, late.submission]


def _again(house: House, *numbers: str) -> list[str]:
    """Redelivered: entries that a crash left without their objects get them; who is to be judged anew."""
    for number in numbers:
        prove(house, house.ledger.entries(number))
    heads = [living(house, n) for n in numbers]
    return list(dict.fromkeys(h.submission for h in heads if h is not None))


def _refused(house: House, key: str, number: str, data: dict[str, Any], why: str) -> list[str]:
    said = {**data, "refused": why}

    def entries(head: Head) -> Any:
        if key in head.state.get("decisions", []):
            return None
        return [(EntryKind.DECIDED, said)], decided_state(head.state, said)

    append(house, number, entries)
    return []
