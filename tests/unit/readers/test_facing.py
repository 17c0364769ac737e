"""Two pages on one sheet: parted in the middle, read left page first; wide tables and single pages stay whole."""

import numpy as np
import pytest

from shoufa.readers import facing, page, paper, ruled
from unit.readers import papers


def one(word: str, *, table: bool = False) -> np.ndarray:
    side = papers.blank()
    papers.write(side, f"{word} heading of the page", 330, 160, 1.3)
    if table:
        papers.ruled(side, [120, 480, 1120], [1200, 1300, 1400])
        papers.write(side, f"{word}", 140, 1265)
        papers.write(side, f"{word} cell", 520, 1365)
    for row in range(14):
        papers.write(
            side,
            f"{word} line {row + 1} of a page that is full of print up to its other margin",
            110,
            320 + 58 * row,
        )
    return side


def test_the_left_page_is_read_before_the_right_one():
    sheet = np.hstack([one("Alpha", table=True), one("Omega", table=True)])
    read, tables = page.read_page(sheet, 4)
    assert read.text.rindex("Alpha") < read.text.index("Omega")
    assert [read.lines[0].text[:5], read.lines[-1].text[:5]] == ["Alpha", "Omega"]
    assert [t.page for t in tables] == [4, 4]
    assert [{c.text[:5] for c in t.cells if c.text} for t in tables] == [{"Alpha"}, {"Omega"}]


def test_a_page_beside_a_cover_parts_from_it():
    cover = papers.blank()
    for row in range(3):
        papers.write(cover, "Title of cover", 470, 500 + 200 * row)
    assert facing.parting(paper.lay(np.hstack([cover, one("Omega")])), []) == pytest.approx(1000, abs=90)


def wide_table() -> np.ndarray:
    sheet = papers.blank(1754, 1240)
    papers.ruled(sheet, [80, 400, 800, 950, 1300, 1680], [200, 280, 360, 440])
    for y in (250, 330, 410):
        for x in (90, 410, 960, 1310):
            papers.write(sheet, "Example firm", x, y)
    return sheet


def open_table() -> np.ndarray:
    sheet = papers.blank(1754, 1240)
    papers.write(sheet, "Summary table of the projects recommended this year", 500, 120)
    for y in range(250, 900, 80):
        papers.write(sheet, "Cold chain monitoring pilot", 100, y)
        papers.write(sheet, "Example Technology Limited", 1000, y)
    return sheet


@pytest.mark.parametrize("sheet", [wide_table(), open_table(), one("Alpha")])
def test_other_sheets_stay_whole(sheet: np.ndarray):
    laid = paper.lay(sheet)
    assert facing.parting(laid, ruled.find_grids(laid.lifted, laid.region)) is None
