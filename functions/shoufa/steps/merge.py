"""Joining (c), and (b) where it came too late: two submissions of one case become one (contracts §3)."""

from collections.abc import Sequence

from shoufa.domain.codes import EntryKind, Status
from shoufa.domain.errors import TryAgain
from shoufa.domain.ledger import Head
from shoufa.domain.moments import stamp
from shoufa.domain.submission import Manifest, Verdict
from shoufa.steps.commit import change, commit
from shoufa.steps.files import load_manifest
from shoufa.steps.house import House
from shoufa.steps.joining import QUIET, living, sender_group


def merge_if_same(house: House, head: Head, verdict: Verdict) -> bool:
    """Merge the later of two submissions of one case into the earlier, in one transaction over both heads.

    True if anything was merged: then the earlier one is judged anew. A look-up that another verdict left
    behind merges nothing. Raises TryAgain if another writer was first.
    """
    if not verdict.key:
        return False
    for receipt, value in house.index.find(f"key#{verdict.key}"):
        other = living(house, receipt)
        if other is None or other.submission == head.submission or other.state.get("key") != verdict.key:
            continue
        mine = (stamp(verdict.received_at), head.submission)
        theirs = (value["at"], other.submission)
        early, late = (other, head) if theirs < mine else (head, other)
        _merge(house, early, late)
        return True
    return False


def merge_same_sender(house: House, manifest: Manifest, receipts: Sequence[str]) -> None:
    """Joining (b) once more, after the look-ups: mails of one sender may be filed at the same time.

    Then neither found the other and each opened a submission; the later one is merged into the earlier. Only
    submissions that this sender opened, for the same call and unit, at most 30 days apart.
    """
    for receipt in receipts:
        head = living(house, receipt)
        if head is None or head.submission != receipt or head.state["mails"][0] != manifest.digest:
            continue
        for known, _ in house.index.find(
            sender_group(head.state["call"], head.state["unit"], manifest.sender)
        ):
            other = living(house, known)
            opener = load_manifest(house.objects, other.state["mails"][0]) if other else None
            if other is None or opener is None or other.submission == receipt or not _near(opener, manifest):
                continue
            pair = sorted(((_when(opener), other.submission, other), (_when(manifest), receipt, head)))
            _merge(house, pair[0][2], pair[1][2])
            break


def _near(one: Manifest, other: Manifest) -> bool:
    apart = abs(one.envelope.received_at - other.envelope.received_at)
    return one.sender == other.sender and apart <= QUIET


def _when(manifest: Manifest) -> str:
    return stamp(manifest.envelope.received_at)


def _merge(house: House, early: Head, late: Head) -> None:
    mails = [*early.state["mails"], *(m for m in late.state["mails"] if m not in early.state["mails"])]
    last = max(early.state["last"], late.state["last"])
    changes = [
        change(
            house,
            early,
            [(EntryKind.MERGED, {"from": late.submission, "mails": mails, "last": last})],
            {"mails": mails, "last": last, "status": Status.READING.value},
        ),
        change(
            house,
            late,
            [(EntryKind.MERGED, {"into": early.submission})],
            {"into": early.submission, "status": Status.MERGED.value},
        ),
    ]
    if not commit(house, changes):
        raise TryAgain(f"{early.submission}, {late.submission}: another writer was first")
    house.index.drop("due", f"{late.state.get('due', '')}#{late.submission}")
