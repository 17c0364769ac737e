"""Sheets on photographs: on darker, lighter and grained tables, on other print; and what is no sheet's edge."""

import cv2
import numpy as np
import pytest

from shoufa.readers import page_edge
from unit.readers import papers

CORNERS = np.array([[180, 150], [1380, 210], [1330, 1850], [240, 1800]], np.float32)


def sheet() -> np.ndarray:
    page = papers.blank()
    papers.ruled(page, [120, 320, 700, 1100], [300, 360, 440, 500])
    for row in range(12):
        papers.write(page, "Applicant of the project", 140, 640 + 60 * row)
    return page


def plain(*colour: int) -> np.ndarray:
    return np.full((2000, 1600, 3), colour, np.uint8)


def grained() -> np.ndarray:
    across = np.sin(np.linspace(0, 90, 1600) + np.linspace(0, 8, 2000)[:, None]) * 25
    return np.clip(np.array((70, 110, 150)) + across[..., None], 0, 255).astype(np.uint8)


def photographed(table: np.ndarray, page: np.ndarray, light: float = 0.92) -> np.ndarray:
    flat = np.array([[0, 0], [1240, 0], [1240, 1754], [0, 1754]], np.float32)
    warp = cv2.getPerspectiveTransform(flat, CORNERS)
    shade = np.linspace(1.0, 0.75, 1600)[None, :, None]
    laid = cv2.warpPerspective(
        (page * light).astype(np.uint8), warp, (1600, 2000), dst=table, borderMode=cv2.BORDER_TRANSPARENT
    )
    return (laid * shade).astype(np.uint8)


@pytest.mark.parametrize("table", [plain(60, 70, 80), plain(140, 150, 135), plain(195, 205, 200), grained()])
def test_a_sheet_on_any_table(table: np.ndarray):
    found = page_edge.corners(photographed(table, sheet()))
    assert found is not None
    assert np.abs(found - CORNERS).max() < 40


def framed() -> np.ndarray:
    page = sheet()
    cv2.rectangle(page, (60, 60), (1180, 1690), (40, 40, 40), 6)
    return page


def boxed() -> np.ndarray:
    page = sheet()
    papers.write(page, "A heading over the box", 300, 120)
    page[180:1500, 80:1160] = (page[180:1500, 80:1160] * 0.8).astype(np.uint8)
    return (page * 0.88).astype(np.uint8)


def blackened() -> np.ndarray:
    page = sheet()
    page[:, :40] = 15
    page[-25:] = 20
    return page


@pytest.mark.parametrize("page", [sheet(), framed(), boxed(), blackened(), (sheet() * 0.8).astype(np.uint8)])
def test_a_scan_is_all_sheet(page: np.ndarray):
    assert page_edge.corners(page) is None


def test_a_small_picture_has_no_edge():
    assert page_edge.corners(np.zeros((40, 30, 3), np.uint8)) is None
