"""What a person is shown of a seal: small pictures of the right place."""

import cv2
import numpy as np
import pytest

from samples.seal_dies import Look, seal_mask, stamp
from shoufa.domain.codes import Ink, Shape
from shoufa.domain.facts import Seal
from shoufa.readers.limits import SHOWN_BYTES
from shoufa.readers.seal_evidence import evidence


def page(noise: float = 0.0) -> np.ndarray:
    rng = np.random.default_rng(3)
    sheet = np.full((1400, 1000, 3), 250, np.float32)
    stamp(sheet, seal_mask(Look(name="ABCDEFGHIJKLM", span=230)), (600, 900), 160, (40, 30, 220), rng, 1.0)
    return np.clip(sheet + rng.normal(0, noise, sheet.shape), 0, 255).astype(np.uint8)


def seal(shape: Shape = Shape.ROUND) -> Seal:
    box = (440 / 1000, 740 / 1400, 760 / 1000, 1060 / 1400)
    return Seal(page=1, box=box, ink=Ink.RED, shape=shape)


def decoded(data: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)


def test_the_crop_holds_the_whole_seal() -> None:
    crop = decoded(evidence(page(), [seal()])[0][0])
    red = crop[:, :, 2].astype(int) - crop[:, :, 1] > 60
    rows, columns = np.flatnonzero(red.any(1)), np.flatnonzero(red.any(0))
    assert 0.7 < len(columns) / crop.shape[1] < 0.95
    assert rows[0] > 2
    assert rows[-1] < crop.shape[0] - 3


def test_the_ring_is_unrolled_to_one_line() -> None:
    ring = decoded(evidence(page(), [seal()])[0][1])
    assert ring.shape[1] > 5 * ring.shape[0]
    inked = (ring[8:-8, :, 0] < 128).any(0)
    letters = np.count_nonzero(np.diff(inked.astype(int)) == 1)
    assert 9 <= letters <= 20


def test_a_square_chop_has_no_ring() -> None:
    assert evidence(page(), [seal(Shape.SQUARE)])[0][1] == b""


@pytest.mark.parametrize("noise", [0.0, 90.0])
def test_pictures_stay_small(noise: float) -> None:
    assert all(0 < len(data) <= SHOWN_BYTES for data in evidence(page(noise), [seal()])[0])
