"""Joining (c), and (b) where it came too late: two submissions of one case become one (contracts §3).

By themselves after reading, or by a clerk's decision; a clerk also takes them apart again.
"""

from collections.abc import Sequence
from typing import Any

from shoufa.domain.codes import EntryKind
from shoufa.domain.errors import TryAgain
from shoufa.domain.ledger import Entry, Head
from shoufa.domain.moments import stamp
from shoufa.domain.submission import Manifest, Verdict
from shoufa.ports import Change
from shoufa.steps.answerable import denied_in
from shoufa.steps.commit import Facts, change, commit
from shoufa.steps.decided_state import decided_state, merged_state
from shoufa.steps.files import load_manifest
from shoufa.steps.house import House
from shoufa.steps.joining import QUIET, is_denied, living, sender_group


def merge_if_same(house: House, head: Head, verdict: Verdict) -> bool:
    """Merge the later of two submissions of one case into the earlier, in one transaction over both heads.

    True if anything was merged, by this worker or by another meanwhile: then the earlier one is judged anew.
    Those that a clerk took apart stay apart; a look-up that another verdict left behind merges nothing.
    Raises TryAgain if another writer was first.
    """
    if not verdict.key:
        return False
    if head.state.get("into"):
        return True  # what it went into must not go into it: a ring of two would hold no submission at all
    for receipt, value in house.index.find(f"key#{verdict.key}"):
        other = living(house, receipt)
        if other is None or other.submission == head.submission or _apart(head, other):
            continue
        if other.state.get("key") != verdict.key:
            continue
        if _denied(house, head, other) or _denied(house, other, head):
            continue
        mine = (stamp(verdict.received_at), head.submission)
        theirs = (value["at"], other.submission)
        early, late = (other, head) if theirs < mine else (head, other)
        merge(house, early, late)
        return True
    return False


def _denied(house: House, one: Head, two: Head) -> bool:
    """Whether a clerk said in one submission that who opened the other has no part in it."""
    if not denied_in(house, one):
        return False
    opener = load_manifest(house.objects, two.state["mails"][0])
    return opener is not None and is_denied(house, one, opener)


def _apart(one: Head, two: Head) -> bool:
    """Whether a clerk took these two apart."""
    return two.submission in one.state.get("apart", []) or one.submission in two.state.get("apart", [])


def merge_same_sender(house: House, manifest: Manifest, receipts: Sequence[str]) -> None:
    """Joining (b) once more, after the look-ups: mails of one sender may be filed at the same time.

    Then neither found the other and each opened a submission; the later one is merged into the earlier. Only
    submissions that this sender opened, for the same call and unit, at most 30 days apart, and that no clerk
    took apart.
    """
    if manifest.envelope.added is not None:
        return
    for receipt in receipts:
        head = living(house, receipt)
        if head is None or head.submission != receipt or head.state["mails"][0] != manifest.digest:
            continue
        group = sender_group(head.state["call"], head.state["unit"], manifest.sender)
        for known, _ in house.index.find(group):
            other = living(house, known)
            opener = load_manifest(house.objects, other.state["mails"][0]) if other else None
            if other is None or opener is None or not _near(opener, manifest):
                continue
            if other.submission == receipt or _apart(head, other):
                continue
            pair = sorted(((_when(opener), other.submission, other), (_when(manifest), receipt, head)))
            merge(house, pair[0][2], pair[1][2])
            break


def _near(one: Manifest, other: Manifest) -> bool:
    apart = abs(one.envelope.received_at - other.envelope.received_at)
    return one.sender == other.sender and apart <= QUIET


def _when(manifest: Manifest) -> str:
    return stamp(manifest.envelope.received_at)


def merge(house: House, early: Head, late: Head, decided: dict[str, Any] | None = None) -> None:
    """Merge one submission into another, both heads in one transaction; `decided`: the entry of a decision.

    Raises TryAgain if another writer was first.
    """
    mails = [*early.state["mails"], *(m for m in late.state["mails"] if m not in early.state["mails"])]
    last = max(early.state["last"], late.state["last"])
    changes = [
        _merging(house, early, {"from": late.submission, "mails": mails, "last": last}, decided),
        _merging(house, late, {"into": early.submission}, decided),
    ]
    if not commit(house, changes):
        raise TryAgain(f"{early.submission}, {late.submission}: another writer was first")
    house.index.drop("due", f"{late.state.get('due', '')}#{late.submission}")


def unmerge(house: House, late: Head, decided: dict[str, Any]) -> None:
    """Give a merged submission its own mails back, and take them from those that it went into.

    Mails that joined later stay where they joined. The pair is not merged by itself again. Raises TryAgain
    if another writer was first.
    """
    path = _path(house, late)
    outer_ones = [head.submission for head in path[1:]]
    changes = [_merging(house, late, {"out_of": outer_ones}, decided)]
    own: dict[str, list[str] | None] = {late.submission: None}
    for outer in path[1:]:
        mails = own_mails(house, house.ledger.entries(outer.submission), own)
        own[outer.submission] = mails
        data = {"parted": late.submission, "mails": mails, "last": _last(house, outer, mails)}
        changes.append(_merging(house, outer, data, decided))
    if not commit(house, changes):
        raise TryAgain(f"{late.submission}: another writer was first")


def _path(house: House, late: Head) -> list[Head]:
    """The submission, what it was merged into, and so on to where its mails are now."""
    path = [late]
    while path[-1].state.get("into") and len(path) <= 8:
        head = house.ledger.head(path[-1].state["into"])
        if head is None:
            break
        path.append(head)
    return path


def own_mails(
    house: House, entries: Sequence[Entry], known: dict[str, list[str] | None] | None = None
) -> list[str]:
    """The mails of a submission as its entries tell: those that it opened with, that joined, or were merged.

    `known`: mails of submissions that are just being changed, None for one that goes.
    """
    held: dict[str, list[str]] = {}
    for entry in entries:
        data = entry.data
        if entry.kind in {EntryKind.OPENED, EntryKind.JOINED}:
            held[f"#{entry.seq}"] = [data["digest"]]
        elif entry.kind is EntryKind.MERGED and "from" in data:
            held[data["from"]] = _mails_of(house, data["from"], known or {})
        elif entry.kind is EntryKind.MERGED and "parted" in data:
            held.pop(data["parted"], None)
    return list(dict.fromkeys(m for mails in held.values() for m in mails))


def _mails_of(house: House, number: str, known: dict[str, list[str] | None]) -> list[str]:
    if number in known:
        return known[number] or []
    head = house.ledger.head(number)
    return list(head.state["mails"]) if head else []


def _last(house: House, head: Head, mails: Sequence[str]) -> str:
    """When the last of these mails was received."""
    found = [stamp(m.envelope.received_at) for d in mails if (m := load_manifest(house.objects, d))]
    return max(found, default=str(head.state["last"]))


def _merging(house: House, head: Head, data: dict[str, Any], decided: dict[str, Any] | None) -> Change:
    """The entries of one chain: the decision, if any, then the merge."""
    facts: list[Facts] = [(EntryKind.DECIDED, decided)] if decided else []
    state = {**head.state, **(decided_state(head.state, decided) if decided else {})}
    return change(
        house, head, [*facts, (EntryKind.MERGED, data)], {**state, **merged_state(state, data)}
    )
