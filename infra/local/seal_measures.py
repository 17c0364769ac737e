"""What the seal reader made of one drawn page, counted, so that many pages can be added up."""

import math
import time
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from rapidfuzz.distance import Levenshtein

from shoufa.domain.codes import Shape
from shoufa.domain.facts import Seal
from shoufa.judging.names import Weights, body, fit, like
from shoufa.judging.seals import Bodies, Whose, whose
from shoufa.readers.seal_merge import Line


class Tally:
    """Counts of what happened and lists of what was timed; two can be added."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.count: Counter[str] = Counter()
        self.times: dict[str, list[float]] = {"find": [], "name": []}

    def add(self, other: "Tally") -> None:
        """Take another's counts in."""
        self.count.update(other.count)
        for key, values in other.times.items():
            self.times[key] += values


class Silent:
    """A recogniser that reads nothing."""

    def __call__(self, lines: Sequence[Sequence[Any]]) -> list[Line]:
        """Empty readings."""
        return [Line("", 0.0)] * len(lines)


@cache
def lexicon() -> tuple[tuple[str, ...], Weights]:
    """The 200 candidates and what tells them apart."""
    from samples.seal_names import candidates

    return candidates(), Weights(candidates())


def measured(seed: int, condition: str, *, mute: bool = False) -> Tally:
    """Draw one page, read it, compare."""
    from samples.seal_labelled import drawn
    from shoufa.readers.seal import find_seals, look

    page, tally = drawn(seed, condition), Tally()
    start = time.process_time()
    look(page.image)
    found = time.process_time()
    seals, faint, _ = find_seals(page.image, 1, Silent() if mute else None)
    read = time.process_time() - found - (found - start)
    tally.times["find"].append(found - start)
    if seals or faint:
        tally.times["name"].append(max(0.0, read) / (len(seals) + len(faint)))
    size = (page.image.shape[1], page.image.shape[0])
    claims = paired(page.seals, seals, size)
    doubts = paired(page.seals, faint, size)
    count_page(tally.count, page.seals, seals, faint)
    count_places(tally.count, page.seals, claims, doubts, len(seals))
    for index, seal in claims.items():
        count_name(tally.count, page.seals[index], seal, seed)
    return tally


def paired(truths: Sequence[Any], seals: Sequence[Seal], size: tuple[int, int]) -> dict[int, Seal]:
    """Which true seal each found one is: the nearest whose middle and size agree."""
    pairs: dict[int, Seal] = {}
    for seal in sorted(seals, key=lambda s: -s.score):
        free = [(apart(t, seal, size), i) for i, t in enumerate(truths) if i not in pairs]
        near = [(d, i) for d, i in free if d < 0.5]
        if near:
            pairs[min(near)[1]] = seal
    return pairs


def apart(truth: Any, seal: Seal, size: tuple[int, int]) -> float:
    """Distance of middles in half widths, of what lies on the page; infinite if sizes differ by far."""
    x0, y0, x1, y1 = (min(1.0, max(0.0, v)) for v in truth.box)
    a0, b0, a1, b1 = seal.box
    half = max((x1 - x0) * size[0], (y1 - y0) * size[1]) / 2
    own = max((a1 - a0) * size[0], (b1 - b0) * size[1]) / 2
    if not 0.6 < own / max(half, 1) < 1.6:
        return math.inf
    across, down = (x0 + x1 - a0 - a1) * size[0] / 2, (y0 + y1 - b0 - b1) * size[1] / 2
    return float(math.hypot(across, down) / half)


def count_page(
    count: Counter[str], truths: Sequence[Any], seals: Sequence[Seal], faint: Sequence[Seal]
) -> None:
    """Whole pages: sealed, unsealed (a page with parts only is neither), and what was said of them."""
    kind = "sealed" if any(t.counted for t in truths) else "unsealed" if not truths else "parts"
    said = "claimed" if seals else "doubted" if faint else "missing"
    count[f"page {kind}"] += 1
    count[f"page {kind} {said}"] += 1


def count_places(
    count: Counter[str], truths: Sequence[Any], claims: dict[int, Seal], doubts: dict[int, Seal], said: int
) -> None:
    """Single seals: claimed, left to a person, lost; and claims where none is."""
    count["false"] += said - len(claims)
    for i, truth in enumerate(truths):
        state = "claimed" if i in claims else "doubted" if i in doubts else "lost"
        kind = truth.shape if truth.counted else "part"
        count[f"seal {kind} {state}"] += 1
        if truth.counted:
            count[f"seal {state}"] += 1


def count_name(count: Counter[str], truth: Any, seal: Seal, seed: int) -> None:
    """A claimed seal's name against what it says, if a person could read it."""
    if not truth.readable or not truth.counted:
        return
    wrong = min(Levenshtein.distance(seal.name, truth.name), len(truth.name))
    count["name"] += 1
    count["name exact"] += wrong == 0
    count["name characters"] += len(truth.name)
    count["name errors"] += wrong
    names, weights = lexicon()
    if truth.name in names:
        count["name candidate"] += 1
        count["name picked"] += picked(seal, names, weights) == truth.name
    count_decision(count, truth, seal, seed)


def picked(seal: Seal, names: tuple[str, ...], weights: Weights) -> str:
    """The candidate that fits the readings best."""
    readings = [r for r in (seal.name, *seal.candidates) if r]

    def worth(name: str) -> float:
        return max((fit(r, name, weights).matched + like(body(r), body(name)) for r in readings), default=0.0)

    return max(names, key=worth)


def count_decision(count: Counter[str], truth: Any, seal: Seal, seed: int) -> None:
    """The decision where this body is wanted, and where another is."""
    names, weights = lexicon()
    if not truth.official:
        count["special"] += 1
        count["special told"] += seal.official is False
        return
    if truth.name in names:
        own = whose(seal, Bodies(wanted=(truth.name,), others=names), weights)
        count["right"] += 1
        count[f"right {own.value}"] += 1
    pool = [n for n in names if n != truth.name]
    other = str(np.random.default_rng(seed).choice(pool))
    decision = whose(seal, Bodies(wanted=(other,), others=names), weights)
    count["other"] += 1
    count[f"other {decision.value}"] += 1
    count["other told"] += decision in {Whose.ANOTHER, Whose.NOT_OFFICIAL}
    count["shape right"] += seal.shape is Shape(truth.shape)
