"""The straight line across a seal: where it stands, how it leans, what it names."""

import numpy as np
import pytest

from samples.seal_dies import Look, fonts, seal_mask, stamp
from shoufa.domain.codes import Ink
from shoufa.readers.seal_across import DEPARTMENT, lines_across, names_special
from shoufa.readers.seal_ink import paper
from shoufa.readers.seal_search import Ring
from shoufa.readers.seal_unroll import Band, Opened, bands, open_seal

needs_han = pytest.mark.skipif(not fonts(), reason="no CJK font on this machine")
PX = 8.0
NAMED = Look(name="湖北恒源新材料有限公司")


def opened(look: Look, strength: float = 1.0) -> tuple[Opened, Band]:
    """A seal in red on white, ready to be read, and its band of text."""
    page = np.full((500, 500, 3), 255, np.float32)
    rng = np.random.default_rng(1)
    stamp(page, seal_mask(look), (250, 250), look.radius * PX, (40, 30, 220), rng, strength)
    sheet = np.clip(page, 0, 255).astype(np.uint8)
    ring = Ring(250, 250, look.radius * PX, look.radius * PX, 0.0, 1.0)
    seal = open_seal(sheet, paper(sheet), ring, Ink.RED)
    return seal, bands(seal)[0]


@needs_han
@pytest.mark.parametrize("turn", [-25.0, 0.0, 12.0])
@pytest.mark.parametrize("centre", ["star", ""])
def test_the_line_is_cut_out_upright_however_the_seal_leans(turn: float, centre: str) -> None:
    lines = lines_across(*opened(NAMED._replace(inner="合同专用章", centre=centre, turn=turn)))
    assert any(line.shape[1] > 3.5 * line.shape[0] for line in lines)


@needs_han
def test_a_pale_line_comes_out_at_full_ink() -> None:
    lines = lines_across(*opened(NAMED._replace(inner="合同专用章"), strength=0.4))
    assert max(float(np.percentile(line, 97)) for line in lines) > 0.9


@needs_han
def test_no_line_under_the_star_of_a_bodys_own_seal() -> None:
    lines = lines_across(*opened(NAMED._replace(name="湖北省人民政府", span=150)))
    assert all(line.shape[1] < 3.5 * line.shape[0] for line in lines)


@pytest.mark.parametrize(
    ("line", "division"),
    [("标准化处", True), ("人事部", True), ("技术中心", True), ("合同专用章", False), ("湖北省", False)],
)
def test_lines_that_name_a_division(line: str, division: bool) -> None:
    assert bool(DEPARTMENT.match(line)) is division


def test_a_line_that_lost_a_sign_still_names_a_special_seal() -> None:
    assert names_special("合专章")
    assert not names_special("湖北省")
