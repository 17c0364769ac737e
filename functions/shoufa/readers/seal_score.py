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
    0.05548, 3.771, 3.88, 0.09978, -4.645, -1.051, 2.038, -7.955, 5.722, -3.398,
    -5.288, -3.13, -1.919, 0.3708, -2.41, -1.805, -1.784, -1.728, -0.3721, -1.208,
    7.923, 2.45, 2.147, 2.727, 10.2, -1.4, -0.6943, -3.171, 0.4218, -6.501,
    -0.7492, -1.475, 3.127, -12.81, -3.129, 1.383, -1.567, -11.41,
)
_BLACK: tuple[float, ...] = (
    5.694, 4.851, 3.054, 2.412, -3.93, -0.4925, 1.353, -8.413, 4.212, -0.8889,
    -6.116, -13.22, 0.7796, -2.818, 0.4702, 0.06149, -2.205, -8.625, 1.216, -7.083,
    16.75, 2.112, -8.578, 6.824, 8.238, 0.5297, -0.5932, -2.758, -1.625, -2.117,
    1.886, -1.241, -2.926, -13.05, -1.148, -2.482, 6.548, -23.04,
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
    evidence = 3.0 * long * (name_score - 0.55) / 0.45 if len(name) > 2 else -1.5
    odds = math.log(max(score, 1e-6) / max(1 - score, 1e-6)) + max(-1.5, evidence)
    return 1 / (1 + math.exp(-odds))
