"""What a check of an electronic signature comes to, and how to put it on a page."""

from collections.abc import Iterable
from datetime import datetime

from shoufa.domain.codes import SealNote, SealReason
from shoufa.domain.facts import Box
from shoufa.domain.value import Value

UNKNOWN = frozenset(list(SealReason)[list(SealReason).index(SealReason.UNREADABLE) :])
"""Reasons that leave the validity unknown; all others are failures."""
HIDDEN: Box = (0.0, 0.0, 0.0, 0.0)
"""The box of a signature without a place on a page."""


class Checked(Value):
    """One signature after its check: does it hold, why not, whose it is, when it was made (ISO 8601).

    `place` is the field's name (PDF); `name` is what the seal or the certificate calls its owner.
    """

    valid: bool | None = None
    reason: SealReason | None = None
    name: str = ""
    signer: str = ""
    signed_at: str | None = None
    place: str = ""
    notes: tuple[SealNote, ...] = ()


def weigh(reasons: Iterable[SealReason]) -> tuple[bool | None, SealReason | None]:
    """`valid` and the gravest reason: one failure makes it false, else one doubt unknown, else it is true."""
    grave = sorted(set(reasons), key=list(SealReason).index)
    if not grave:
        return True, None
    return None if grave[0] in UNKNOWN else False, grave[0]


def iso(moment: datetime | None) -> str | None:
    """A moment as it stands in `signed_at`."""
    return moment.isoformat(timespec="seconds") if moment else None
