"""How sure a place is a seal, and what is claimed of it: thresholds read off measured curves.

`seal_curves.json` holds the curves and says how they were measured: generator, seeds, pages. It is written by
`tests/samples/seal_tune.py`; nothing in it comes from a real mail.
"""

import functools
import json
import math
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from shoufa.readers.seal_search import Place

_CURVES = Path(__file__).with_name("seal_curves.json")
WORTH_NAMING = 0.02
"""Answers of the net below this are not looked at further."""


class Tone(StrEnum):
    """What a page's picture can show; each has curves of its own."""

    COLOUR = "colour"
    GREY = "grey"
    ONE_BIT = "one-bit"


class Evidence(NamedTuple):
    """What is known of a place, each 0..1.

    The net's answers, how well a body's name was read there, how much text of any kind, whether it is square.
    """

    whole: float
    part: float
    named: float
    text: float = 0.0
    square: float = 0.0


class Rule(NamedTuple):
    """For one tone: weights of the evidence, thresholds of claiming and doubting, and the measured curve."""

    weights: tuple[float, ...]
    claim: float
    faint: float
    curve: tuple[tuple[float, ...], ...]


@functools.cache
def rule(tone: Tone) -> Rule:
    """The rule of one tone."""
    data: dict[str, Any] = json.loads(_CURVES.read_text(encoding="utf-8"))["tones"][tone.value]
    curve = tuple(tuple(float(v) for v in row) for row in data["curve"])
    return Rule(tuple(data["weights"]), data["claim"], data["faint"], curve)


def logit(p: float) -> float:
    """Log odds, bounded."""
    p = min(max(p, 1e-4), 1 - 1e-4)
    return math.log(p / (1 - p))


def terms(e: Evidence) -> tuple[float, ...]:
    """What the weights multiply: 1, log odds of both answers, the name, the text, squareness."""
    return (1.0, logit(e.whole), logit(max(e.whole, e.part)), e.named, e.text, e.square)


def probability(e: Evidence, tone: Tone) -> float:
    """The probability 0..1 that a whole seal is there, as calibrated on drawn pages of that tone."""
    z = sum(w * t for w, t in zip(rule(tone).weights, terms(e), strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


def claimed(score: float, tone: Tone) -> bool:
    """Whether a seal is claimed."""
    return score >= rule(tone).claim


def doubtful(score: float, place: Place, tone: Tone) -> bool:
    """Whether a person must look: a probable seal, or a part of one."""
    return max(score, place.part, place.whole) >= rule(tone).faint
