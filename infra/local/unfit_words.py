"""Decisions that cannot be taken, as a clerk reads of them: the object, and what is wrong with it."""

from collections.abc import Container, Iterable, Iterator

from shoufa.domain.decision import DECISION_PREFIX
from shoufa.domain.errors import TryAgain
from shoufa.notices.digest import UNFIT_WHY
from shoufa.ports import ObjectStore
from shoufa.steps.house import House
from shoufa.steps.unfit import Unfit, unfit_among

ADVICE = (
    "请用 shoufa decide 重新作出，再删去原文件。"
    " / Decide anew with shoufa decide, then remove the file (inbox/decision/)."
)


def unfit_lines(house: House, keys: Iterable[str]) -> Iterator[str]:
    """A line for each of some decisions, none of which the ledger holds, that cannot be taken.

    A file that the disk does not give (of another owner, say) has its line too, and keeps none from its own.
    """
    for key in keys:
        try:
            yield from map(unfit_words, unfit_among(house, (key,)))
        except TryAgain:
            yield f"{_shown(key)}：暂时无法读取，请检查文件属主 / not readable now: check who owns the file"


def unfit_words(found: Unfit) -> str:
    """The key and the reason; of what is no decision each problem, of its fields in words."""
    why = UNFIT_WHY[found.why]
    return f"{_shown(found.key)}：" + "；".join((f"{why.zh} / {why.en}", *found.problems))


def _shown(key: str) -> str:
    return key.encode("utf-8", "replace").decode()


def not_taken(house: House) -> list[str]:
    """Decisions that no entry of a restored ledger names."""
    return not_in({key for key, _ in house.index.find("decided")}, house.objects)


def not_in(taken: Container[str], objects: ObjectStore) -> list[str]:
    """Keys of decisions, but for these."""
    return [key for key in objects.keys(DECISION_PREFIX) if key not in taken]
