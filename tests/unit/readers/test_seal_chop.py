"""Square name chops: their characters are laid in reading order for the recogniser."""

from collections.abc import Sequence

import numpy as np
import pytest

from shoufa.domain.codes import Ink
from shoufa.readers.seal_chop import read_chop
from shoufa.readers.seal_ink import paper
from shoufa.readers.seal_merge import Line
from shoufa.readers.seal_search import Ring

RED = (40, 30, 220)


class Looks:
    """Says which quarter of each strip is inked."""

    def __init__(self) -> None:
        self.seen: list[list[bool]] = []

    def __call__(self, lines: Sequence[Sequence[np.ndarray]]) -> list[Line]:
        for (line,) in lines:
            ink = line[8:-8, 12:-12, 0] < 100
            self.seen.append([bool(q.mean() > 0.5) for q in np.array_split(ink, 4, axis=1)])
        return [Line("王伟之印", 0.9)] * len(lines)


def chop(quarter: tuple[int, int], *, filled: bool = False) -> np.ndarray:
    page = np.full((1800, 1800, 3), 255, np.uint8)
    page[300:500, 300:500] = RED if filled else (255, 255, 255)
    for edge in (slice(300, 308), slice(492, 500)):
        page[edge, 300:500] = page[300:500, edge] = RED
    y, x = (300 + 20 + 80 * quarter[0], 300 + 20 + 80 * quarter[1])
    page[y : y + 80, x : x + 80] = (255, 255, 255) if filled else RED
    return page


@pytest.mark.parametrize(("quarter", "order"), [((0, 1), 0), ((1, 1), 1), ((0, 0), 2), ((1, 0), 3)])
@pytest.mark.parametrize("filled", [False, True])
def test_columns_are_read_from_the_right(quarter: tuple[int, int], order: int, filled: bool) -> None:
    page, looks = chop(quarter, filled=filled), Looks()
    said = read_chop(page, paper(page), Ring(400, 400, 100, 100, 0, 1), Ink.RED, looks)
    assert [i for i, inked in enumerate(looks.seen[0]) if inked] == [order]
    assert said.name == "王伟之印"


def test_a_speck_is_not_read() -> None:
    page = np.full((1800, 1800, 3), 255, np.uint8)
    assert read_chop(page, paper(page), Ring(2, 2, 3, 3, 0, 1), Ink.RED, Looks()).name == ""
