"""Which mails a long run brings, and in which order: the same hundred kinds over and over, shuffled by a seed.

Every hundred holds the same mixture, so that the first tenth of a run and its last one can be compared.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from shoufa.domain.codes import Disposition


class Kind(StrEnum):
    """What a mail is. `of` of its slot is the mail that it follows or repeats."""

    NEW = "new"
    NEW_PDF = "new-pdf"
    NUMBER = "number"
    """Follows with our receipt number in its subject."""
    SENDER = "sender"
    """Follows from the same address, without a number."""
    SAME = "same"
    """Byte for byte once more."""
    RELAYED = "relayed"
    """Once more, with another server's stamp."""
    RESENT = "resent"
    """The same papers under another Message-ID, a day later."""
    VACATION = "vacation"
    BOUNCE = "bounce"
    LIST = "list"
    QUESTION = "question"
    ASTRAY = "astray"
    """To a mailbox that is no unit's."""
    VIRUS = "virus"
    GARBAGE = "garbage"
    """More parts than any mail may have: it cannot be opened."""
    BOMB = "bomb"
    NESTED = "nested"
    CLAIMED = "claimed"
    """An archive whose member says that it is of four gigabytes."""
    TWO_UNITS = "two-units"
    EARLY = "early"
    """Follows a mail that comes after it."""


HUNDRED = {
    Kind.NEW: 43, Kind.NEW_PDF: 2, Kind.NUMBER: 8, Kind.SENDER: 7, Kind.SAME: 4, Kind.RELAYED: 3, Kind.RESENT: 3,
    Kind.VACATION: 4, Kind.BOUNCE: 3, Kind.LIST: 3, Kind.QUESTION: 3, Kind.ASTRAY: 2, Kind.VIRUS: 1, Kind.GARBAGE: 2,
    Kind.BOMB: 1, Kind.NESTED: 1, Kind.CLAIMED: 1, Kind.TWO_UNITS: 4, Kind.EARLY: 5,
}  # fmt: skip
REPEATS = frozenset({Kind.SAME, Kind.RELAYED, Kind.RESENT})
MACHINES = frozenset({Kind.VACATION, Kind.BOUNCE, Kind.LIST})
FOLLOWS = frozenset({Kind.NUMBER, Kind.SENDER})
BACK, FIRST = 120, 8
"""How many mails back the one may lie that is followed or repeated; at the least it lies FIRST back."""
_FILED = frozenset({Disposition.SUBMISSION, Disposition.FOLLOW_UP})
_FATES = {
    **dict.fromkeys(REPEATS, frozenset({Disposition.DUPLICATE})),
    **dict.fromkeys(MACHINES, frozenset({Disposition.AUTOMATIC})),
    **dict.fromkeys((Kind.QUESTION, Kind.ASTRAY), frozenset({Disposition.UNMATCHED})),
    **dict.fromkeys((Kind.VIRUS, Kind.GARBAGE), frozenset({Disposition.QUARANTINED})),
    **dict.fromkeys(FOLLOWS, frozenset({Disposition.FOLLOW_UP})),
}


@dataclass(frozen=True)
class Slot:
    """The n-th mail of a run. `of` is the number of the mail it has to do with, its own where there is none."""

    number: int
    kind: Kind
    of: int

    @property
    def fates(self) -> frozenset[Disposition]:
        """The dispositions that are right for it."""
        return _FATES.get(self.kind, _FILED)


def plan(count: int, seed: int) -> list[Slot]:
    """The first `count` mails of a run."""
    dice, slots = random.Random(seed), list[Slot]()
    while len(slots) < count:
        for kind in _hundred(dice):
            slots.append(Slot(len(slots), kind, _of(dice, kind, slots)))
    return slots[:count]


def _hundred(dice: random.Random) -> list[Kind]:
    """One hundred kinds: first some that others can follow; each early one right before what it follows."""
    kinds = [kind for kind, times in HUNDRED.items() for _ in range(times) if kind is not Kind.EARLY]
    dice.shuffle(kinds)
    for place in range(FIRST):
        other = next(n for n in range(place, len(kinds)) if kinds[n] is Kind.NEW)
        kinds[place], kinds[other] = kinds[other], kinds[place]
    fresh = [n for n, kind in enumerate(kinds) if kind is Kind.NEW and n >= FIRST]
    for place in sorted(dice.sample(fresh, HUNDRED[Kind.EARLY]), reverse=True):
        kinds.insert(place, Kind.EARLY)
    return kinds


def _of(dice: random.Random, kind: Kind, slots: Sequence[Slot]) -> int:
    """The mail that one follows or repeats: a fresh one a few mails back, or the next one."""
    if kind in FOLLOWS | REPEATS:
        return dice.choice([s.number for s in slots[-BACK : 1 - FIRST] if s.kind is Kind.NEW])
    return len(slots) + (kind is Kind.EARLY)
