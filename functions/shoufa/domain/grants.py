"""Grants for drafting standards: an allocation as data, and the sums that follow from it.

The rule is that of 厦府办规〔2020〕15号 五（三）1: a total for each kind of standard; only the first drafting unit is
local, only later ones are, or both; units of the same share divide it equally. Sums are whole yuan, and the
sum of all is always the sum allotted: what equal division leaves over goes, a yuan each, to the units that
are ranked first.
"""

from collections.abc import Iterable

from pydantic import Field, model_validator

from shoufa.domain.value import Value

FIRST = 1
"""The rank of the leading drafting unit."""


class Total(Value):
    """What one kind of standard is granted altogether, in yuan."""

    standard: str
    yuan: int = Field(ge=0)


class Split(Value):
    """Percent of the total to the first unit, and to all later ones together."""

    first: int = Field(ge=0, le=100)
    others: int = Field(ge=0, le=100)

    @model_validator(mode="after")
    def _whole(self) -> "Split":
        """Both together are the whole."""
        if self.first + self.others != 100:
            raise ValueError("两项之和应为100 / the two must add up to 100")
        return self


class Grants(Value):
    """An allocation; `ranks`: how many drafting units, counted from the first, are considered at all.

    `first_only` and `others_only` are percent of the total where only the first, or only later units are
    local; `both` is the split where both are.
    """

    totals: tuple[Total, ...]
    ranks: int = Field(ge=1)
    first_only: int = Field(ge=0, le=100)
    others_only: int = Field(ge=0, le=100)
    both: Split


class Claim(Value):
    """What one drafting unit of a standard claims, in yuan."""

    standard: str
    rank: int
    unit: str
    yuan: int


class Doubt(Value):
    """A claim that differs from what the allocation gives, in yuan."""

    claim: Claim
    due: int


def allot(grants: Grants, standard: str, ranks: Iterable[int]) -> dict[int, int]:
    """Yuan for each local drafting unit by its rank, of one standard of a kind.

    Ranks past `grants.ranks` get nothing and are left out. Raises ValueError for a kind of standard that the
    notice does not name, for a rank below 1 and for a rank given twice.
    """
    total = next((t.yuan for t in grants.totals if t.standard == standard), None)
    if total is None:
        known = "、".join(t.standard for t in grants.totals)
        raise ValueError(f"通知没有写“{standard}”，只有{known} / the notice names no such kind of standard")
    given = sorted(ranks)
    if len(set(given)) < len(given) or any(r < FIRST for r in given):
        raise ValueError(f"名次有误或重复：{given} / ranks must be from 1 on, each once")
    local = [r for r in given if r <= grants.ranks]
    others = [r for r in local if r != FIRST]
    if FIRST not in local:
        return _equally(total * grants.others_only // 100, others)
    if not others:
        return {FIRST: total * grants.first_only // 100}
    rest = total * grants.both.others // 100
    return {FIRST: total - rest, **_equally(rest, others)}


def _equally(yuan: int, ranks: list[int]) -> dict[int, int]:
    """The same for each rank; what does not divide goes, a yuan each, to the better ranks."""
    if not ranks:
        return {}
    share, left = divmod(yuan, len(ranks))
    return {rank: share + (place < left) for place, rank in enumerate(ranks)}


def doubts(grants: Grants, claims: Iterable[Claim]) -> list[Doubt]:
    """The claims of one standard that are not what the allocation gives each unit.

    Raises ValueError as `allot` does, and where the claims are of several kinds of standard.
    """
    every = list(claims)
    kinds = {c.standard for c in every}
    if len(kinds) > 1:
        raise ValueError(f"应为同一项标准：{sorted(kinds)} / the claims are of several kinds of standard")
    if not every:
        return []
    due = allot(grants, every[0].standard, [c.rank for c in every])
    return [Doubt(claim=c, due=due.get(c.rank, 0)) for c in every if c.yuan != due.get(c.rank, 0)]
