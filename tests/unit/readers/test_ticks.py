"""Check boxes seen on drawn lines, whatever the recogniser made of them."""

import cv2
import numpy as np
import pytest

from shoufa.readers import ticks
from shoufa.readers.ocr import Spoken
from unit.readers import papers


def line(*marks: tuple[int, bool], underline: bool = False) -> np.ndarray:
    """A line 48 pixels high with boxes of 26 at the given places, and a letter behind each."""
    drawn = np.full((48, 400, 3), 250, np.uint8)
    for x, ticked in marks:
        cv2.rectangle(drawn, (x, 12), (x + 26, 38), (40, 40, 40), 1)
        if ticked:
            cv2.polylines(
                drawn, [np.array([[x + 5, 25], [x + 11, 33], [x + 22, 15]])], False, (30, 30, 30), 3
            )
        papers.write(drawn, "H", x + 34, 38, 1.0)
    if underline:
        cv2.line(drawn, (0, 40), (400, 40), (60, 60, 60), 1)
    return drawn


@pytest.mark.parametrize("underline", [False, True])
def test_boxes_and_whether_they_are_ticked(underline: bool):
    found = ticks.boxes(line((60, True), (220, False), underline=underline))
    assert [ticked for _, _, ticked in found] == [True, False]
    assert [left for left, _, _ in found] == [pytest.approx(60, abs=2), pytest.approx(220, abs=2)]


def test_a_dropped_box_is_put_in_its_place():
    said = Spoken("类型AB", 0.99, 0.98, (15.0, 40.0, 105.0, 265.0))
    assert ticks.with_boxes(line((60, True), (220, False)), said).text == "类型☑A□B"


@pytest.mark.parametrize("taken", ["□", "☑", "口"])
def test_a_box_is_what_it_looks_like(taken: str):
    said = Spoken(f":{taken}A", 0.9, 0.5, (40.0, 73.0, 105.0))
    assert ticks.with_boxes(line((60, True)), said).text == ":☑A"


def test_a_letter_that_fills_the_place_stays():
    said = Spoken("人口A", 0.9, 0.9, (40.0, 73.0, 105.0))
    assert ticks.with_boxes(line((60, False)), said).text == "人口A"


@pytest.mark.parametrize(
    ("text", "offers"), [("项目类型：试点", True), ("□企业", True), ("项目名称：甲", False), ("√", True)]
)
def test_lines_that_offer_a_choice(text: str, offers: bool):
    assert ticks.offers_choice(text) is offers


def test_letters_are_no_boxes():
    drawn = np.full((48, 500, 3), 250, np.uint8)
    papers.write(drawn, "HIDNMBOQ 0388 ELTU", 10, 38, 1.1)
    assert ticks.boxes(drawn) == []


def test_a_line_without_contrast():
    assert ticks.boxes(np.full((48, 100, 3), 200, np.uint8)) == []
