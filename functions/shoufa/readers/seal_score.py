"""How likely a measured ring is a seal: a logistic rule over the measures of `seal_shape`, and over what it says.

The weights were fitted by `tests/samples/seal_fit.py` on drawn pages (no page of any real mail), so that a score of
0.8 means that about four of five such rings are seals.
"""

import math

from shoufa.readers.seal_shape import FEATURES

CLAIM = 0.5
"""From here on a ring is claimed as a seal."""
FAINT = 0.12
"""From here on a person should look."""
WORTH_READING = 0.03
"""Below this not even a name could make a seal of a ring."""


_COLOUR: tuple[float, ...] = (
    -10.82, 12.68, 5.713, -2.411, -8.091, -1.049, 3.816, -13.75, 6.067, -2.185, -4.704, -6.519, -3.156, 2.411, 1.089, -2.16, 3.954, 0.5395, -0.7881, 0.0, 0.0, -3.276, 5.905, 11.52, 6.389, -0.6725, -1.144, -2.811, -0.007874, -8.488, -4.153, -2.936, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
)
_BLACK: tuple[float, ...] = (
    -14.73, 26.01, 16.97, 7.596, -9.676, 1.918, 0.5562, -8.971, 2.723, -3.195, -3.071, -8.578, 6.591, 3.856, 1.083, -2.9, 1.174, -5.075, 3.137, 0.0, 0.0, -1.483, -4.39, -0.6323, 16.54, -0.8205, -8.542, -3.715, -0.4076, -6.468, -8.812, -1.654, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
)


def terms(measures: dict[str, float]) -> list[float]:
    """The rule's inputs: 1, each measure, and the few products that matter."""
    values = [measures[name] for name in FEATURES]
    m = measures
    products = [
        m["covered"] ** 2, m["covered"] * (1 - m["outside"]), m["text"] * m["turns"], m["star"] * m["centre"],
        m["fill"] ** 2, m["text"] ** 2, m["waist"] ** 2, max(0.0, m["excess"] - 1.2), max(0.0, 0.6 - m["excess"]),
        max(0.0, m["outside"] - 0.2), max(0.0, m["aspect"] - 0.9) * 10, max(0.0, 0.3 - m["turns"]),
        max(0.0, 0.1 - m["text"]), max(0.0, 0.5 - m["sectors"]), m["sectors"] * m["turns"],
        m["sectors"] * m["covered"], max(0.0, m["covered"] - 0.85),
    ]
    return [1.0, *values, *products]


def probability(measures: dict[str, float], *, coloured: bool) -> float:
    """The probability 0..1 that a ring with these measures is a seal, from its look alone."""
    weights = _COLOUR if coloured else _BLACK
    z = sum(w * t for w, t in zip(weights, terms(measures), strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


def with_name(score: float, name: str, name_score: float) -> float:
    """The probability after reading: a body's name on the ring speaks for a seal, silence against it."""
    long = min(len(name), 8) / 8
    evidence = 3.0 * long * (name_score - 0.55) / 0.45 if name else -0.6
    odds = math.log(max(score, 1e-6) / max(1 - score, 1e-6)) + max(-0.6, evidence)
    return 1 / (1 + math.exp(-odds))
