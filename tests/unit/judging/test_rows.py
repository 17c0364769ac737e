"""Under whose name a seal is shown (rows.py)."""

from hypothesis import given
from hypothesis import strategies as st

from shoufa.judging.names import Weights, body
from shoufa.judging.rows import NAMED, support_of, supported
from unit.judging.build import ACME, BUILD, CITY, HUBEI, HUNAN, group

NAMES = tuple(sorted({*(m.name for m in group().members), ACME, BUILD, CITY, HUBEI + "分局"}))
WEIGHTS = Weights(NAMES)
READING = st.sampled_from(NAMES).flatmap(
    lambda name: st.sets(st.integers(0, len(name) - 1), max_size=4).map(
        lambda lost: "".join(c for i, c in enumerate(name) if i not in lost)
    )
)


def by_all_names(readings: tuple[str, ...]) -> str:
    """The rule as it is written down: every reading held against every name."""
    support = {n: max(support_of(r, n, WEIGHTS) for r in readings) for n in NAMES}
    best, name = max((score, n) for n, score in support.items())
    ahead = best - max(score for n, score in support.items() if body(n) != body(name))
    return name if any(best >= least and ahead >= margin for least, margin in NAMED) else ""


@given(st.lists(READING, min_size=1, max_size=3))
def test_the_name_is_the_one_that_comparing_with_all_would_give(readings):
    assert supported(tuple(readings), NAMES, WEIGHTS) == by_all_names(tuple(readings))


def test_a_ring_read_well_has_its_name_and_one_that_fits_two_has_none():
    assert supported((HUBEI,), NAMES, WEIGHTS) == HUBEI
    assert supported((HUNAN[:-1], HUNAN), NAMES, WEIGHTS) == HUNAN
    assert supported(("省市场监督管理局",), NAMES, WEIGHTS) == ""
    assert supported(("□",), NAMES, WEIGHTS) == ""
