"""What a notice asks of applicants beside their papers: eligibility, targets after award, later reports."""

from typing import Literal

from shoufa.domain.value import Value


class Condition(Value):
    """An eligibility clause of the notice. `one_of`: of the clauses that share this name one suffices.

    `shows`: of a clause that is `checked`, the words that the papers must bear near each other (several ways
    of saying one parted by |); none: the clause's own (验收 … 优秀).
    """

    id: str
    text: str
    tracks: tuple[str, ...] = ()
    mode: Literal["declared", "checked"] = "declared"
    one_of: str = ""
    shows: tuple[str, ...] = ()


class Target(Value):
    """A numeric duty after award. `per` null: the sentence leaves open whether it is yearly."""

    id: str
    text: str
    tracks: tuple[str, ...] = ()
    minimum: float | None = None
    unit: str = ""
    per: Literal["year", "total"] | None = None


class Report(Value):
    """A later reporting duty."""

    id: str
    text: str
    to: str = ""
