"""The generator of labelled pages: the same for the same seed, and its labels lie on its seals."""

import numpy as np
import pytest

from samples.seal_labelled import CONDITIONS, COUNTED, drawn, generator_hash
from samples.seal_names import candidates
from samples.seal_presses import faces

needs_han = pytest.mark.skipif(len(faces()) < 5, reason="no CJK fonts on this machine")


def test_two_hundred_names_matter() -> None:
    assert len(set(candidates())) == len(candidates()) == 200
    assert "湖北省市场监督管理局" in candidates()


def test_the_hash_names_the_generator() -> None:
    assert len(generator_hash()) == 16


@needs_han
@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_page_is_a_function_of_its_seed(condition: str) -> None:
    one, same, other = drawn(5, condition), drawn(5, condition), drawn(6, condition)
    assert np.array_equal(one.image, same.image)
    assert one.seals == same.seals
    assert one.image.shape != other.image.shape or not np.array_equal(one.image, other.image)


@needs_han
def test_red_lies_where_the_labels_say() -> None:
    page = next(p for p in (drawn(s, "colour", sealed=True) for s in range(70, 99)) if p.seals and p.seals[0].ink == "red")
    seal = page.seals[0]
    height, width = page.image.shape[:2]
    x0, y0, x1, y1 = (round(min(1, max(0, v)) * n) for v, n in zip(seal.box, (width, height, width, height), strict=True))
    area = page.image[y0:y1, x0:x1].astype(int)
    assert np.percentile(area[:, :, 2] - area[:, :, 1], 97) > 30


@needs_han
def test_half_the_pages_are_unsealed_and_parts_do_not_count() -> None:
    pages = [drawn(s, "grey") for s in range(40)]
    assert 10 <= sum(not p.seals for p in pages) <= 30
    assert all(t.counted == (t.visible >= COUNTED) for p in pages for t in p.seals)
