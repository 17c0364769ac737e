"""Tables without upright rules on drawn pages."""

import cv2
import numpy as np
import pytest

from shoufa.readers import open_tables, page, paper
from unit.readers import papers

HEAD = ("No", "Project name", "Applicant", "Phone")
ROWS = tuple(
    (str(i + 1), f"Pilot {w}", f"Firm {w}", f"0105550{i}") for i, w in enumerate(("north", "south", "west"))
)
XS = (150, 260, 560, 860)


def drawn(levels: list[int]) -> np.ndarray:
    sheet = papers.blank()
    for y in levels:
        cv2.line(sheet, (120, y), (1120, y), (50, 50, 50), 2)
    for at, row in enumerate((HEAD, *ROWS)):
        for x, text in zip(XS, row, strict=True):
            papers.write(sheet, text, x, 345 + 80 * at, 0.9)
    return sheet


@pytest.mark.parametrize("levels", [[300, 380, 620], [300, 380, 460, 540, 620]])
def test_columns_stand_between_white_strips(levels: list[int]):
    _, (table,) = page.read_page(drawn(levels), 1)
    read = [["".join(cell.split()) for cell in row] for row in table.rows()]
    assert read == [["".join(cell.split()) for cell in row] for row in (HEAD, *ROWS)]


def test_print_between_rules_is_no_table():
    sheet = papers.blank()
    for y in (300, 700, 1100):
        cv2.line(sheet, (120, y), (1120, y), (50, 50, 50), 2)
    for row in range(12):
        papers.write(sheet, "A letter whose lines run from one margin to the other", 130, 350 + 60 * row)
    laid = paper.lay(sheet)
    assert open_tables.find_open(laid.lifted, laid.region, laid.quads, []) == []
