"""Decisions that cannot be taken, as a clerk reads of them: the object, and what is wrong with it."""

from collections.abc import Container, Iterable, Iterator

from shoufa.domain.decision import DECISION_PREFIX
from shoufa.notices.digest import UNFIT_WHY
from shoufa.ports import ObjectStore
from shoufa.steps.house import House
from shoufa.steps.unfit import Unfit, unfit_among

ADVICE = (
    "请用 shoufa decide 重新作出，再删去原文件。"
    " / Decide anew with shoufa decide, then remove the file (inbox/decision/)."
)


def unfit_lines(house: House, keys: Iterable[str]) -> Iterator[str]:
    """A line for each of some decisions, none of which the ledger holds, that cannot be taken."""
    return (unfit_words(found) for found in unfit_among(house, keys))


def unfit_words(found: Unfit) -> str:
    """The key and the reason; of what is no decision each problem, of its fields in words."""
    why = UNFIT_WHY[found.why]
    return f"{found.key.encode('utf-8', 'replace').decode()}：" + "；".join(
        (f"{why.zh} / {why.en}", *found.problems)
    )


def not_taken(house: House) -> list[str]:
    """Decisions that no entry of a restored ledger names."""
    return not_in({key for key, _ in house.index.find("decided")}, house.objects)


def not_in(taken: Container[str], objects: ObjectStore) -> list[str]:
    """Keys of decisions, but for these."""
    return [key for key in objects.keys(DECISION_PREFIX) if key not in taken]
