"""Ruled tables on drawn pages: grids, joined cells, tilt, and what is no table."""

import cv2
import numpy as np
import pytest

from shoufa.domain.facts import Table
from shoufa.readers import paper, ruled
from shoufa.readers.ocr import Reading
from shoufa.readers.page import compose
from unit.readers import papers

XS, YS = [120, 320, 700, 1100], [200, 260, 340, 400]


def quad(x0: float, y0: float, x1: float, y1: float) -> np.ndarray:
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32)


def grids(page: np.ndarray) -> list[ruled.Grid]:
    return ruled.find_grids(page, paper.inked(page))


def shape(grid: ruled.Grid) -> list[tuple[int, int, int, int]]:
    return [(a.row, a.col, a.rowspan, a.colspan) for a in grid.areas]


def test_a_plain_grid():
    page = papers.blank()
    papers.ruled(page, XS, YS)
    (grid,) = grids(page)
    assert shape(grid) == [(r, c, 1, 1) for r in range(3) for c in range(3)]
    assert grid.areas[4] == grid.area_at(*grid.place(quad(330, 270, 690, 330).mean(axis=0, keepdims=True))[0])


@pytest.mark.parametrize("angle", [-1.5, 1.0, 2.0])
def test_a_tilted_grid(angle: float):
    page = papers.blank()
    papers.ruled(page, XS, YS)
    turn = cv2.getRotationMatrix2D((620, 877), angle, 1)
    page = cv2.warpAffine(page, turn, (1240, 1754), borderValue=(252, 252, 252))
    (grid,) = grids(page)
    assert len(grid.areas) == 9


def test_joined_cells():
    page = papers.blank()
    papers.ruled(page, [120, 1100], YS)
    cv2.line(page, (320, 200), (320, 400), (60, 60, 60), 2)
    cv2.line(page, (700, 260), (700, 340), (60, 60, 60), 2)
    cv2.line(page, (122, 260), (318, 260), (252, 252, 252), 6)
    (grid,) = grids(page)
    assert shape(grid) == [(0, 0, 2, 1), (0, 1, 1, 2), (1, 1, 1, 1), (1, 2, 1, 1), (2, 0, 1, 1), (2, 1, 1, 2)]


@pytest.mark.parametrize("gap", [0, 2, 3])
def test_a_stroke_that_fills_a_low_row_is_no_border(gap: int):
    """In a row as low as its print 圳 or 川 reach nearly from rule to rule, in line with a border below."""
    page = papers.blank()
    levels = [200, 228, 256, 284, 312]
    papers.ruled(page, [120, 1100], levels)
    cv2.line(page, (320, 200), (320, 312), (60, 60, 60), 2)
    cv2.line(page, (700, 256), (700, 312), (60, 60, 60), 2)
    for row in levels[:2]:
        cv2.line(page, (698, row + 2 + gap), (698, row + 20), (60, 60, 60), 2)
        cv2.line(page, (704, row + 9), (704, row + 26 - gap), (60, 60, 60), 2)
    (grid,) = grids(page)
    assert [a.colspan for a in grid.areas if a.row < 2] == [1, 2, 1, 2]
    assert [a.colspan for a in grid.areas if a.row >= 2] == [1, 1, 1, 1, 1, 1]


def test_broken_rules_hold_together():
    page = papers.blank()
    papers.ruled(page, XS, YS)
    for x, y in ((400, 260), (900, 260), (200, 340), (320, 300), (700, 370), (1100, 230), (120, 310)):
        page[y - 7 : y + 8, x - 7 : x + 8] = 252
    assert [len(g.areas) for g in grids(page)] == [9]


def test_a_table_seen_at_an_angle():
    page = papers.blank()
    papers.ruled(page, XS, [200 + 60 * i for i in range(12)])
    flat = np.array([[0, 0], [1240, 0], [1240, 1754], [0, 1754]], np.float32)
    seen = np.array([[40, 20], [1190, 60], [1240, 1700], [0, 1754]], np.float32)
    warp = cv2.getPerspectiveTransform(flat, seen)
    page = cv2.warpPerspective(page, warp, (1240, 1754), borderValue=(252, 252, 252))
    assert [len(g.areas) for g in grids(page)] == [33]


def test_rules_along_a_page_s_edge_are_no_table():
    page = papers.blank()
    cv2.line(page, (30, 60), (1210, 60), (40, 40, 40), 3)
    cv2.line(page, (30, 60), (30, 700), (40, 40, 40), 3)
    cv2.line(page, (600, 60), (600, 120), (40, 40, 40), 3)
    assert grids(page) == []


def test_underlines_and_frames_are_no_tables():
    page = papers.blank()
    for y in (300, 360, 420):
        cv2.line(page, (300, y), (900, y), (60, 60, 60), 2)
    cv2.rectangle(page, (60, 60), (1180, 1690), (60, 60, 60), 2)
    papers.write(page, "PROJECT NAME", 320, 290)
    assert grids(page) == []


def test_letters_in_cells_make_no_columns():
    page = papers.blank()
    papers.ruled(page, XS, YS)
    papers.write(page, "HHIILLTT", 340, 250, 1.2)
    papers.write(page, "IIIIHHHH", 340, 320, 1.6)
    assert [len(g.areas) for g in grids(page)] == [9]


def test_two_tables_from_top_to_bottom():
    page = papers.blank()
    papers.ruled(page, XS, [900, 960, 1020])
    papers.ruled(page, [120, 600, 1100], YS)
    assert [len(g.areas) for g in grids(page)] == [6, 6]
    assert grids(page)[0].corners[0, 1] < 300


def test_a_line_over_a_border_is_cut_there():
    page = papers.blank()
    papers.ruled(page, XS, YS)
    (grid,) = grids(page)
    pieces = ruled.cut_at_rules(quad(150, 215, 1000, 245), grid)
    assert [round(float(piece[1, 0])) for piece in pieces] == [
        pytest.approx(320, abs=3),
        pytest.approx(700, abs=3),
        1000,
    ]


def filled(*texts: tuple[str, tuple[int, int, int, int]]) -> Table:
    page = papers.blank()
    papers.ruled(page, XS, YS)
    readings = [Reading(text, 1.0, quad(*place)) for text, place in texts]
    _, (table,) = compose(readings, grids(page), 7)
    return table


def test_wrapped_lines_of_a_cell_are_joined_and_short_ones_are_not():
    table = filled(
        ("甲市乙某精密机械制造股份有限", (325, 270, 690, 298)),
        ("公司", (325, 305, 380, 333)),
        ("同意", (130, 270, 180, 298)),
        ("盖章", (130, 305, 180, 333)),
    )
    assert table.page == 7
    assert {c.text for c in table.cells} >= {"甲市乙某精密机械制造股份有限公司", "同意\n盖章"}


def test_text_around_a_table_keeps_its_place():
    page = papers.blank()
    papers.ruled(page, XS, YS)
    readings = [
        Reading("尾", 1.0, quad(120, 500, 300, 530)),
        Reading("乙", 1.0, quad(330, 215, 400, 245)),
        Reading("甲", 1.0, quad(130, 215, 200, 245)),
        Reading("首", 1.0, quad(120, 100, 300, 130)),
    ]
    text, _ = compose(readings, grids(page), 1)
    lines = [line.strip(" |") for line in text.splitlines()]
    assert [line for line in lines if line] == ["首", "甲 | 乙", "尾"]
