"""Who a name belongs to.

Entitled recommenders, bodies that look like them, and everybody else (contracts §2).
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache

from shoufa.domain.call import Recommender, RecommenderGroup
from shoufa.judging.names import Weights, body, fit, is_organisation, like, says_more


class Standing(StrEnum):
    """What is known of the recommender."""

    ENTITLED = "entitled"
    NOT_ENTITLED = "not-entitled"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Established:
    """The recommender as established: by letter, then seal, then table; never by the sender."""

    standing: Standing
    name: str = ""
    by: str = ""


@dataclass(frozen=True)
class Register:
    """The call's list of recommenders, ready for look-ups."""

    group: RecommenderGroup
    closed: bool = True

    @cached_property
    def _by_name(self) -> dict[str, Recommender]:
        return {body(n): m for m in self.group.members for n in (m.name, *m.others)}

    @cached_property
    def lexicon(self) -> tuple[str, ...]:
        """Full names of all entitled bodies."""
        return tuple(m.name for m in self.group.members)

    @cached_property
    def weights(self) -> Weights:
        """Which characters tell the entitled bodies apart."""
        return Weights(self.lexicon)

    def entitled(self, name: str) -> Recommender | None:
        """The entitled body of that name; a slip of recognition is forgiven where one body alone fits."""
        exact = self._by_name.get(body(name))
        if exact or len(body(name)) < 5:
            return exact
        scored = sorted(((fit(name, m.name, self.weights), m) for m in self.group.members), key=_by_fit)
        best, second = scored[-1], scored[-2] if len(scored) > 1 else None
        close = (
            best[0].matched >= 0.85
            and best[0].replaced <= 0.1
            and like(body(name), body(best[1].name)) >= 0.85
            and not says_more(name, {body(best[1].name)})
        )
        alone = second is None or best[0].matched - second[0].matched >= 0.1
        return best[1] if close and alone else None

    def standing(self, name: str) -> Standing:
        """Entitled, positively somebody else (closed list), or unknown (open list.

        Or hardly a body's name).
        """
        if self.entitled(name):
            return Standing.ENTITLED
        if not is_organisation(name) or not self.closed:
            return Standing.UNKNOWN
        impostor = any(re.search(p, body(name)) for p in self.group.impostors)
        return Standing.NOT_ENTITLED if impostor else Standing.UNKNOWN


@lru_cache(maxsize=32)
def register_of(group: RecommenderGroup, closed: bool) -> Register:
    """The register of a call's list, its look-ups made once."""
    return Register(group, closed)


def _by_fit(pair: tuple[object, Recommender]) -> float:
    return float(pair[0].matched)  # type: ignore[attr-defined]
