"""How drawn and found seals are paired and counted."""

from collections import Counter
from typing import NamedTuple

import pytest

from local.seal_measures import count_page, count_places, paired
from local.seal_table import wilson
from shoufa.domain.facts import Seal


class Truth(NamedTuple):
    box: tuple[float, float, float, float]
    counted: bool = True
    shape: str = "round"


def seal(x: float, y: float, half: float = 0.1) -> Seal:
    return Seal(page=1, box=(x - half, y - half, x + half, y + half), score=0.9)


HERE = Truth((0.4, 0.4, 0.6, 0.6))
PART = Truth((0.9, 0.4, 1.1, 0.6), counted=False)


def test_the_nearest_of_the_right_size_is_paired() -> None:
    near, far, big = seal(0.51, 0.5), seal(0.8, 0.5), seal(0.5, 0.5, 0.25)
    assert paired([HERE], [far, near], (1000, 1000)) == {0: near}
    assert paired([HERE], [big], (1000, 1000)) == {}


def test_a_seal_cut_by_the_edge_is_compared_by_what_is_on_the_page() -> None:
    cut = Seal(page=1, box=(0.9, 0.4, 1.0, 0.6), score=0.9)
    assert paired([PART], [cut], (1000, 1000)) == {0: cut}


@pytest.mark.parametrize(
    ("truths", "seals", "faint", "said"),
    [
        ([HERE], [seal(0.5, 0.5)], [], "page sealed claimed"),
        ([HERE], [], [seal(0.5, 0.5)], "page sealed doubted"),
        ([HERE], [], [], "page sealed missing"),
        ([], [seal(0.5, 0.5)], [], "page unsealed claimed"),
        ([PART], [], [], "page parts missing"),
    ],
)
def test_pages_are_counted_by_what_was_said(truths, seals, faint, said) -> None:
    count: Counter[str] = Counter()
    count_page(count, truths, seals, faint)
    assert count[said] == 1


def test_a_claim_on_nothing_is_false_and_one_on_a_part_is_not() -> None:
    count: Counter[str] = Counter()
    count_places(count, [HERE, PART], {1: seal(0.95, 0.5)}, {0: seal(0.5, 0.5)}, 2)
    assert count["false"] == 1
    assert count["seal doubted"] == 1
    assert count["seal claimed"] == 0
    assert count["seal part claimed"] == 1


@pytest.mark.parametrize(("hits", "total", "low", "high"), [(98, 100, 0.930, 0.9945), (0, 0, 0.0, 1.0), (10, 10, 0.722, 1.0)])
def test_wilson_intervals(hits: int, total: int, low: float, high: float) -> None:
    assert wilson(hits, total) == pytest.approx((low, high), abs=0.001)
