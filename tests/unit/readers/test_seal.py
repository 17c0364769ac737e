"""The seal reader on drawn pages: found, read, told apart; and nothing found where nothing is."""

import math
import time
from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from samples.seal_dies import Look, fonts, seal_mask, stamp
from samples.seal_labelled import CONDITIONS, Truth, drawn
from shoufa.domain.codes import Ink, Shape
from shoufa.readers.seal import find_seals
from shoufa.readers.seal_merge import Line

WIDTH, HEIGHT = 1240, 1754
PX = WIDTH / 210
RED = (40, 30, 220)
needs_han = pytest.mark.skipif(not fonts(), reason="no CJK font on this machine")


class Says:
    """A recogniser that always reads the same."""

    def __init__(self, text: str = "", score: float = 0.0) -> None:
        self.answer = Line(text, score)

    def __call__(self, lines: Sequence[Sequence[np.ndarray]]) -> list[Line]:
        return [self.answer] * len(lines)


def sheet() -> np.ndarray:
    """White paper with some black print."""
    page = np.full((HEIGHT, WIDTH, 3), 250, np.uint8)
    for i in range(22):
        cv2.putText(page, "the quick brown fox jumps over it", (150, 250 + i * 48), 0, 1.1, (20, 20, 20), 2)
    return page


def sealed(
    look: Look, at: tuple[float, float], colour: tuple[int, int, int] = RED, page: np.ndarray | None = None
) -> np.ndarray:
    """A page with a seal pressed on it; `at` in millimetres."""
    canvas = (sheet() if page is None else page).astype(np.float32)
    rng = np.random.default_rng(7)
    stamp(canvas, seal_mask(look), (at[0] * PX, at[1] * PX), look.radius * PX, colour, rng, 0.95)
    return np.clip(canvas, 0, 255).astype(np.uint8)


def at(box: tuple[float, float, float, float], mm: tuple[float, float]) -> bool:
    """Whether a box is centred within 2 mm of a place."""
    x, y = (box[0] + box[2]) / 2 * 210, (box[1] + box[3]) / 2 * 297
    return math.hypot(x - mm[0], y - mm[1]) < 2


LATIN = Look(name="MARKETSUPERVISION", radius=21)


def test_a_red_seal_is_found_where_it_is() -> None:
    seals, _, seen = find_seals(sealed(LATIN, (140, 220)), 3, Says("某某市场监督管理局", 0.99))
    assert seen
    assert [s.page for s in seals] == [3]
    assert at(seals[0].box, (140, 220))
    assert abs((seals[0].box[2] - seals[0].box[0]) * 210 - 42) < 2
    assert (seals[0].ink, seals[0].shape) == (Ink.RED, Shape.ROUND)
    assert (seals[0].name, seals[0].official) == ("某某市场监督管理局", None)


def test_a_seal_counts_even_when_its_name_cannot_be_read() -> None:
    seals, _, _ = find_seals(sealed(LATIN, (140, 220)), 1, Says())
    assert [s.name for s in seals] == [""]


@pytest.mark.parametrize("radius", [15, 17, 24])
def test_small_and_large_seals(radius: float) -> None:
    seals, _, _ = find_seals(sealed(LATIN._replace(radius=radius), (120, 200)), 1, Says("甲有限公司", 0.9))
    assert len(seals) == 1
    assert abs((seals[0].box[2] - seals[0].box[0]) * 210 - 2 * radius) < 0.12 * radius


@pytest.mark.parametrize("dpi", [100, 500])
def test_coarse_and_fine_scans(dpi: int) -> None:
    page = cv2.resize(
        sealed(LATIN, (140, 220)), None, fx=dpi / 150, fy=dpi / 150, interpolation=cv2.INTER_AREA
    )
    seals, _, _ = find_seals(page, 1, Says("甲乙有限公司", 0.9))
    assert len(seals) == 1
    assert at(seals[0].box, (140, 220))


def test_two_seals_side_by_side_and_a_blue_one() -> None:
    page = sealed(LATIN, (60, 220))
    page = sealed(LATIN._replace(name="ANOTHERBODYHERE"), (125, 222), (190, 60, 40), page)
    seals, _, _ = find_seals(page, 1, Says("甲乙丙有限公司", 0.95))
    assert {s.ink for s in seals} == {Ink.RED, Ink.BLUE}
    assert any(at(s.box, (60, 220)) for s in seals)
    assert any(at(s.box, (125, 222)) for s in seals)


def test_an_oval_is_called_oval() -> None:
    look = Look(name="TAXCODEINVOICESEAL", radius=21, aspect=0.72, centre="")
    seals, faint, _ = find_seals(sealed(look, (120, 200)), 1, Says("某某有限公司", 0.95))
    assert [s.shape for s in seals + faint] == [Shape.OVAL]


def test_a_grey_copy_is_found_in_black() -> None:
    grey = cv2.cvtColor(sealed(LATIN, (140, 230)), cv2.COLOR_BGR2GRAY)
    seals, _, _ = find_seals(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), 1, Says("某某市场监督管理局", 0.95))
    assert [s.ink for s in seals] == [Ink.BLACK]
    assert at(seals[0].box, (140, 230))


def test_nothing_on_plain_print() -> None:
    assert find_seals(sheet(), 1, Says()) == ((), (), True)


def test_red_printing_is_no_seal() -> None:
    page = sheet()
    cv2.putText(page, "RED HEAD OF A LETTER", (150, 170), 0, 2, RED, 8)
    cv2.line(page, (150, 200), (1090, 200), RED, 5)
    cv2.circle(page, (150, 90), 60, RED, -1)
    cv2.rectangle(page, (700, 1400), (1000, 1500), RED, 4)
    assert find_seals(page, 1, Says()) == ((), (), True)


def test_an_empty_circle_is_never_claimed() -> None:
    page = sheet()
    cv2.circle(page, (700, 1200), 130, RED, 5)
    assert find_seals(page, 1, Says())[0] == ()


@pytest.mark.parametrize("missing", [0.6, 0.65])
def test_a_part_of_a_seal_is_for_a_person(missing: float) -> None:
    page = sheet().astype(np.float32)
    die = seal_mask(LATIN)
    die[:, : round(die.shape[1] * missing)] = 0
    stamp(page, die, (140 * PX, 220 * PX), 21 * PX, RED, np.random.default_rng(3), 0.6)
    seals, faint, _ = find_seals(np.clip(page, 0, 255).astype(np.uint8), 1, Says())
    assert seals == ()
    assert len(faint) == 1


@pytest.mark.parametrize(
    "page", [np.full((300, 200, 3), 255, np.uint8), np.full((1754, 1240, 3), 20, np.uint8)]
)
def test_too_small_or_too_dark_is_not_seen(page: np.ndarray) -> None:
    assert find_seals(page, 1, Says()) == ((), (), False)


def test_a_seal_cut_by_the_edge_keeps_its_box_on_the_page() -> None:
    seals, faint, _ = find_seals(sealed(LATIN, (202, 150)), 1, Says("某某有限公司", 0.9))
    assert len(seals) + len(faint) == 1
    assert (seals + faint)[0].box[2] == 1.0


@pytest.mark.parametrize("kind", ["noise", "print"])
def test_no_page_takes_long(kind: str) -> None:
    rng = np.random.default_rng(1)
    page = rng.integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8) if kind == "noise" else sheet()
    find_seals(sheet(), 1, Says())
    start = time.process_time()
    seals, _, _ = find_seals(page, 1, Says())
    assert time.process_time() - start < 1
    assert seals == ()


def test_few_places_are_read_whatever_is_on_the_page() -> None:
    page, says = sheet(), Counting()
    for x in range(30, 210, 36):
        for y in range(30, 290, 36):
            page = sealed(LATIN._replace(radius=15), (x, y), RED, page)
    seals, faint, _ = find_seals(page, 1, says)
    assert 6 <= len(seals) + len(faint) <= 16
    assert says.lines <= 80


class Counting(Says):
    """Counts the lines it is given."""

    lines = 0

    def __call__(self, lines: Sequence[Sequence[np.ndarray]]) -> list[Line]:
        self.lines += len(lines)
        return super().__call__(lines)


def matches(truth: Truth, box: tuple[float, float, float, float]) -> bool:
    """Whether a box is on a drawn seal."""
    middle = [(box[i] + box[i + 2] - truth.box[i] - truth.box[i + 2]) / 2 for i in (0, 1)]
    return math.hypot(*middle) < 0.3 * (truth.box[2] - truth.box[0])


@needs_han
@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("seed", [31, 32])
def test_seals_on_drawn_pages(seed: int, condition: str) -> None:
    page = drawn(seed, condition, sealed=True)
    seals, faint, _ = find_seals(page.image, 1, Says())
    clear = [t for t in page.seals if t.visible > 0.9]
    assert all(any(matches(t, s.box) for s in seals + faint) for t in clear)


@needs_han
@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("seed", [41, 42, 43])
def test_no_seal_on_unsealed_pages(seed: int, condition: str) -> None:
    page = drawn(seed, condition, sealed=False)
    assert len(find_seals(page.image, 1, Says())[0]) <= len(page.seals)
