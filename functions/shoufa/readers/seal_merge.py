"""Readings of one ring, each with slips of its own, made into one: sign by sign, what both thought possible.

Print over a seal spoils another sign in each rendering. What two readings agree on stays; where they differ,
the choices of both are weighed; a sign that only one of them has, between signs that both have, was lost by
the other. What stands before or behind is taken where it makes a name whole, for there print is read too.
"""

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein, Opcode

from shoufa.readers.seal_signs import ENDS, PLACE, Sign, spelt

_ALIKE, _OVERLAP = 0.6, 3
"""Share of signs that two readings of one name have in common, and how many at least."""
_SEEN = 0.35
"""Probability from which a sign that one reading alone has is believed."""


class Line(NamedTuple):
    """One line as it was read: its text, how sure (0..1), and its signs with their choices, if known."""

    text: str
    score: float
    signs: tuple[Sign, ...] = ()


def lined(signs: Sequence[Sign]) -> Line:
    """A line of signs; its score is their mean probability."""
    score = sum(s.sure for s in signs) / len(signs) if signs else 0.0
    return Line("".join(s.text for s in signs), score, tuple(signs))


def merged(lines: Sequence[Line]) -> Line | None:
    """What the readings of one ring say together; None where fewer than two tell the same name.

    It is as sure as the surest of them: another reading of a sign makes no seal less of a seal.
    """
    known = [line for line in lines if line.signs]
    if not known:
        return None
    whole, joined = known[0].signs, known[:1]
    for line in known[1:]:
        if alike(_text(whole), _text(line.signs)):
            whole = _both(whole, line.signs, doubted=len(joined) == 1)
            joined.append(line)
    return lined(spelt(list(whole)))._replace(score=max(j.score for j in joined)) if joined[1:] else None


def alike(one: str, other: str) -> bool:
    """Whether two readings tell the same name from the same place on."""
    same = sum(b.size for b in Levenshtein.editops(one, other).as_matching_blocks())
    return same >= max(_OVERLAP, _ALIKE * min(len(one), len(other)))


def _text(signs: Sequence[Sign]) -> str:
    """What signs say."""
    return "".join(s.text for s in signs)


def _both(one: tuple[Sign, ...], other: tuple[Sign, ...], *, doubted: bool) -> tuple[Sign, ...]:
    """Two readings of the same name in one; a doubtful sign that the other has not may be dropped."""
    steps = list(Levenshtein.opcodes(_text(one), _text(other)))
    made: list[Sign] = []
    for i, step in enumerate(steps):
        here, there = one[step.src_start : step.src_end], other[step.dest_start : step.dest_end]
        if len(here) == len(there):
            made += [_mixed(a, b) for a, b in zip(here, there, strict=True)]
        elif not _between(steps, i) or (len(here) > len(there) and not doubted):
            made += here
        else:
            made += _inside(here, there)
    return _ended(tuple(made), other, steps)


def _between(steps: Sequence[Opcode], i: int) -> bool:
    """Whether a difference stands between signs that both readings have."""
    return 0 < i < len(steps) - 1 and steps[i - 1].tag == steps[i + 1].tag == "equal"


def _inside(here: tuple[Sign, ...], there: tuple[Sign, ...]) -> list[Sign]:
    """Between signs that both have: the longer reading's, without those that it doubts itself."""
    longer, shorter = (here, there) if len(here) >= len(there) else (there, here)
    doubtful = sorted(range(len(longer)), key=lambda i: longer[i].sure)[: len(longer) - len(shorter)]
    return [s for i, s in enumerate(longer) if i not in doubtful or s.sure >= _SEEN]


def _ended(made: tuple[Sign, ...], other: tuple[Sign, ...], steps: Sequence[Opcode]) -> tuple[Sign, ...]:
    """With what the other has before or behind, or without what it has not, where that makes a name whole."""
    for at, mark in ((0, PLACE), (-1, ENDS)):
        step = steps[at]
        if step.tag == "insert":
            more = other[step.dest_start : step.dest_end]
            changed = made + more if at else more + made
        elif step.tag == "delete":
            less = step.src_end - step.src_start
            changed = made[:-less] if at else made[less:]
        else:
            continue
        if mark.search(_text(changed)) and not mark.search(_text(made)):
            made = changed
    return made


def _mixed(one: Sign, other: Sign) -> Sign:
    """The choices of both: the likeliest by both together, the others as likely as one of them thinks."""
    each = [dict(one.choices), dict(other.choices)]
    mean = {c: sum(e.get(c, 0.0) for e in each) / 2 for c in {**each[0], **each[1]}}
    best, *others = sorted(mean, key=lambda c: -mean[c])
    return Sign(((best, mean[best]), *((c, max(e.get(c, 0.0) for e in each)) for c in others)))
