"""A seal's strokes: as sharp as the light allows, without the print over them."""

import cv2
import numpy as np
import pytest

from shoufa.domain.codes import Ink
from shoufa.readers.seal_ink import Gray, ink, paper
from shoufa.readers.seal_search import Ring
from shoufa.readers.seal_shape import view
from shoufa.readers.seal_strokes import strokes

RING = Ring(120, 120, 80, 80, 0.0, 1.0)
INKS = {Ink.RED: (50, 40, 215), Ink.BLUE: (190, 50, 40)}


PATTERN = np.random.default_rng(1).random((30, 60)) < 0.4


def sheet(kind: Ink) -> np.ndarray:
    """A circle with a fine pattern in it."""
    page = np.full((240, 240, 3), 250, np.uint8)
    cv2.circle(page, (120, 120), 80, INKS[kind], 4)
    page[70:100, 90:150][PATTERN] = INKS[kind]
    return page


def map_of(page: np.ndarray, kind: Ink) -> tuple[Gray, Gray]:
    """The strokes of a page, and its map of colour."""
    crop = view(page, paper(page), RING, kind, 80)
    local = RING.scaled(crop.scale, -crop.x0 * crop.scale, -crop.y0 * crop.scale)
    return strokes(crop, local, kind), ink(crop.flat, kind)


def agrees(plane: Gray) -> float:
    """How well a map shows the pattern, at most 1."""
    middle = (plane.shape[0] - 1) / 2
    across, down = np.meshgrid(np.arange(90, 150), np.arange(70, 100))
    place = [(v - 120 + middle).astype(np.float32) for v in (across, down)]
    seen = cv2.remap(plane, place[0], place[1], cv2.INTER_LINEAR)
    return float(np.corrcoef(seen.ravel(), PATTERN.ravel())[0, 1])


@pytest.mark.parametrize("kind", [Ink.RED, Ink.BLUE])
def test_fine_strokes_survive_what_jpeg_does_to_colour(kind: Ink) -> None:
    data = cv2.imencode(".jpg", sheet(kind), [cv2.IMWRITE_JPEG_QUALITY, 75])[1]
    sharp, colour = map_of(np.asarray(cv2.imdecode(data, 1), np.uint8), kind)
    assert agrees(sharp) > 0.95
    assert agrees(sharp) > agrees(colour) + 0.05


def test_black_print_is_not_the_seals() -> None:
    page = sheet(Ink.RED)
    page[130:136, 60:180] = 20
    sharp, _ = map_of(page, Ink.RED)
    middle = sharp.shape[0] // 2
    assert sharp[middle + 12 : middle + 14, middle - 30 : middle + 30].mean() < 20
    assert sharp[middle - 40 : middle - 25, middle - 28 : middle + 28].max() > 120


def test_a_seal_without_colour_stays_as_it_is() -> None:
    page = np.repeat(cv2.cvtColor(sheet(Ink.RED), cv2.COLOR_BGR2GRAY)[:, :, None], 3, 2)
    sharp, plane = map_of(page, Ink.BLACK)
    assert np.array_equal(sharp, plane)
