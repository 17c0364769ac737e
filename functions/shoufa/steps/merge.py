"""Joining (c): two submissions of one recommender (or applicant), call and unit become one (contracts §3)."""

from shoufa.domain.codes import EntryKind, Status
from shoufa.domain.errors import TryAgain
from shoufa.domain.ledger import Head
from shoufa.domain.moments import stamp
from shoufa.domain.submission import Verdict
from shoufa.steps.commit import change, commit
from shoufa.steps.house import House
from shoufa.steps.joining import living


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


def _merge(house: House, early: Head, late: Head) -> None:
    mails = [*early.state["mails"], *(m for m in late.state["mails"] if m not in early.state["mails"])]
    last = max(early.state["last"], late.state["last"])
    changes = [
        change(
            house,
            early,
            [(EntryKind.MERGED, {"from": late.submission, "mails": mails, "last": last})],
            {"mails": mails, "last": last},
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
