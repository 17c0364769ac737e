"""Decisions under `inbox/decision/` that cannot be taken: which, and why.

In codes; notices/digest.py has the words.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from shoufa.domain.decision import (
    OFFICE,
    FilesAdded,
    NotADecision,
    OnSubmission,
    Paused,
    ReleaseQuarantined,
    Resumed,
    read_decision,
)
from shoufa.domain.ledger import Head
from shoufa.domain.ledger import digest as sha256
from shoufa.domain.moments import stamp
from shoufa.steps.house import House
from shoufa.steps.joining import living

UNFIT = "unfit"
"""The look-ups of these, by key: the code (`why`), and since when it is known."""


class Unfit(NamedTuple):
    """One of them: its key, a code, and of what is no decision each problem in words.

    `file-name`: listed, but under that name nothing can be read · `no-decision` · `no-submission`: the number
    names none · `no-mail`: the mail to be released is not there, or was neither quarantined nor automatic.
    """

    key: str
    why: str
    problems: tuple[str, ...] = ()


def weighed(house: House, key: str) -> tuple[Head | None, Unfit | None]:
    """The end of the chain that a decision belongs in, or why it cannot be taken; of added files neither."""
    data = house.objects.get(key)
    if data is None:
        return None, Unfit(key, "file-name")
    try:
        said = read_decision(data)
    except NotADecision as err:
        return None, Unfit(key, "no-decision", err.problems)
    head = _concerned(house, said)
    if head is not None or isinstance(said, FilesAdded):
        return head, None
    return None, Unfit(key, "no-mail" if isinstance(said, ReleaseQuarantined) else "no-submission")


def unfit_among(house: House, keys: Iterable[str]) -> Iterator[Unfit]:
    """Those of some decisions, none of which the ledger holds, that cannot be taken."""
    return (found for key in keys if (found := weighed(house, key)[1]) is not None)


def _concerned(house: House, said: Any) -> Head | None:
    """The end of the chain in which a decision belongs; None where there is no such chain."""
    if isinstance(said, (Paused, Resumed)):
        return house.ledger.head(OFFICE) or Head(submission=OFFICE)
    if isinstance(said, ReleaseQuarantined):
        raw = house.objects.get(said.object)
        return house.ledger.head(f"MAIL#{sha256(raw)}") if raw is not None else None
    return living(house, said.submission) if isinstance(said, OnSubmission) else None


def note_unfit(house: House, found: Unfit) -> None:
    """Note one for the digest."""
    house.index.write(UNFIT, found.key, {"why": found.why, "since": stamp(house.clock.now())})


def noted_unfit(house: House, since: datetime | None = None) -> dict[str, str]:
    """Those that were noted (at or after a moment) and still lie there: key to code."""
    first = stamp(since) if since else ""
    noted = [(key, v["why"]) for key, v in house.index.find(UNFIT) if v["since"] >= first]
    return {key: why for key, why in noted if key in house.objects.keys(key)}
