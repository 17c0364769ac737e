"""Whether a mail may be answered by itself, or waits for a person (contracts §5)."""

from collections.abc import Iterable
from datetime import timedelta

from shoufa.domain.fingerprint import private
from shoufa.domain.ledger import Head
from shoufa.domain.submission import Manifest
from shoufa.judging.suppression import through_list
from shoufa.steps.house import House

STALE = timedelta(hours=72)
"""First seen later than this after it was received: not answered until a clerk says so (contracts §5)."""


def may_be_answered(manifest: Manifest, confirmed: bool = False) -> bool:
    """Whether a mail may be answered by itself.

    Verified (or its sender confirmed by a clerk), sent directly to us, and first seen when it came.
    """
    seen = manifest.seen_at or manifest.envelope.received_at
    stale = seen - manifest.envelope.received_at > STALE
    listed = through_list(manifest.mail, manifest.mailbox)
    return not ((manifest.unverified and not confirmed) or manifest.via or stale or listed)


def senders_of(house: House, head: Head) -> frozenset[str]:
    """Digests of the addresses that a clerk confirmed in a submission, or in one that was merged into it."""
    found = set(head.state.get("senders", ()))
    for member in _members(house, head):
        found |= senders_of(house, member)
    return frozenset(found) - denied_in(house, head)


def denied_in(house: House, head: Head) -> frozenset[str]:
    """Digests of the addresses that a clerk denied there: a submission's own word holds over its members'."""
    found = {sender for member in _members(house, head) for sender in denied_in(house, member)}
    return frozenset((found - set(head.state.get("senders", ()))) | set(head.state.get("denied", ())))


def _members(house: House, head: Head) -> list[Head]:
    heads = (house.ledger.head(number) for number in head.state.get("members", ()))
    return [member for member in heads if member is not None]


def confirmed_in(house: House, manifest: Manifest, receipts: Iterable[str]) -> bool:
    """Whether a clerk confirmed this sender in every one of the submissions, which the mail joins."""
    heads = [house.ledger.head(receipt) for receipt in receipts]
    return all(h is not None and private(manifest.sender) in senders_of(house, h) for h in heads)
