"""How likely a measured ring is a seal.

A logistic rule over the measures of `seal_shape`, and over what it says.

The weights were fitted by `tests/samples/seal_fit.py` on drawn pages (no page of any real mail), so that a
score of
0.8 means that about four of five such rings are seals.
"""

import math

from shoufa.readers.seal_shape import FEATURES

CLAIM = 0.65
"""From here on a ring is claimed as a seal."""
FAINT = 0.15
"""From here on a person should look."""
FAINT_BLACK = 0.3
"""The same for a black ring on a page with tones: black print forms rings of its own."""
UNREAD_BLACK = 0.6
"""A black ring without readable text is never claimed: printed circles, wheels and logos look the same."""
WORTH_READING = 0.05
"""Below this not even a name could make a seal of a ring."""


_COLOUR: tuple[float, ...] = (
    -2.886,
    4.625,
    5.174,
    1.816,
    -6.752,
    -0.5668,
    1.918,
    -10.54,
    5.513,
    -4.504,
    -5.473,
    -2.804,
    -2.663,
    1.658,
    -2.341,
    -2.019,
    0.02486,
    -2.29,
    -0.4483,
    -1.151,
    10.11,
    2.659,
    1.709,
    4.915,
    11.8,
    -1.58,
    -0.6489,
    -3.182,
    1.959,
    -7.038,
    -1.746,
    -2.376,
    1.404,
    -14.03,
    -2.126,
    2.518,
    -0.9461,
    -16.81,
)
_BLACK: tuple[float, ...] = (
    15.48,
    4.493,
    1.043,
    0.6972,
    -5.394,
    -0.8416,
    1.128,
    -9.122,
    4.425,
    -1.523,
    -6.655,
    -12.16,
    0.941,
    -1.835,
    -4.199,
    -1.953,
    -3.183,
    -9.113,
    1.99,
    -10.14,
    20.46,
    0.9393,
    -14.17,
    9.044,
    10.9,
    0.9468,
    -1.904,
    -2.928,
    0.4819,
    -4.004,
    6.253,
    -1.4,
    -4.014,
    -14.84,
    0.7442,
    -2.934,
    11.06,
    -20.88,
)


def terms(measures: dict[str, float]) -> list[float]:
    """The rule's inputs: 1, each measure, and the few products that matter."""
    values = [measures[name] for name in FEATURES]
    m = measures
    products = [
        m["covered"] ** 2,
        m["covered"] * (1 - m["outside"]),
        m["text"] * m["turns"],
        m["star"] * m["centre"],
        m["fill"] ** 2,
        m["text"] ** 2,
        m["waist"] ** 2,
        max(0.0, m["excess"] - 1.2),
        max(0.0, 0.6 - m["excess"]),
        max(0.0, m["outside"] - 0.2),
        max(0.0, m["aspect"] - 0.9) * 10,
        max(0.0, 0.3 - m["turns"]),
        max(0.0, 0.1 - m["text"]),
        max(0.0, 0.5 - m["sectors"]),
        m["sectors"] * m["turns"],
        m["sectors"] * m["covered"],
        max(0.0, m["covered"] - 0.85),
    ]
    return [1.0, *values, *products]


def probability(measures: dict[str, float], *, coloured: bool) -> float:
    """The probability 0..1 that a ring with these measures is a seal, from its look alone."""
    weights = _COLOUR if coloured else _BLACK
    z = sum(w * t for w, t in zip(weights, terms(measures), strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


def with_name(score: float, name: str, name_score: float, *, body: bool) -> float:
    """The probability after reading: a body's name on the ring speaks for a seal, silence against it.

    `body`: the reading ends as names of bodies do; other text may be any print that happens to lie on a ring.
    """
    if len(name) < 3:
        evidence = -1.5
    else:
        sure = (name_score - 0.6) / 0.4 * min(len(name), 8) / 8
        evidence = max(-1.0, 3.5 * sure) if body else min(0.5, 3 * (sure - 0.5))
    odds = math.log(max(score, 1e-6) / max(1 - score, 1e-6)) + evidence
    return 1 / (1 + math.exp(-odds))


def is_part(measures: dict[str, float]) -> bool:
    """Whether a ring that is no whole seal may be a part of one.

    A clean arc with text inside and nothing outside.
    """
    m = measures
    clear = m["outside"] <= 0.015 and m["moat"] <= 0.02 and m["fill"] < 0.3
    return clear and m["covered"] >= 0.36 and m["turns"] >= 0.3 and m["text"] >= 0.06 and m["sectors"] >= 0.25
