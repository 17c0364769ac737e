"""Reading what a seal says, and what kinds of seal it says it is."""

import numpy as np
import pytest

from samples.seal_dies import Look, fonts, seal_mask, stamp
from shoufa.domain.codes import Ink
from shoufa.readers.seal import find_seals
from shoufa.readers.seal_ink import paper
from shoufa.readers.seal_name import is_body, is_special, read_seal, recogniser
from shoufa.readers.seal_search import Ring
from shoufa.readers.seal_unroll import bands, lean, open_seal

needs_han = pytest.mark.skipif(not fonts(), reason="no CJK font on this machine")
PX = 8.0


def page_with(look: Look) -> np.ndarray:
    page = np.full((1000, 1000, 3), 255, np.float32)
    stamp(page, seal_mask(look), (500, 480), look.radius * PX, (40, 30, 220), np.random.default_rng(1), 1.0)
    return np.clip(page, 0, 255).astype(np.uint8)


def ring(look: Look) -> Ring:
    return Ring(500, 480, look.radius * PX, look.radius * PX, 0.0, 1.0)


@pytest.mark.parametrize(
    ("name", "inner", "special"),
    [
        ("湖北省市场监督管理局", "", False),
        ("湖北恒源新材料有限公司", "合同专用章", True),
        ("湖北恒源新材料有限公司财务专用章", "", True),
        ("湖北恒源新材料有限公司", "合专期", True),
        ("北京市市场监督管理局标准化处", "", True),
        ("湖北恒源新材料有限公司人事部", "", True),
        ("国家发展和改革委员会", "", False),
        ("中共湖北省委宣传部", "", False),
    ],
)
def test_what_a_seal_says_of_itself(name: str, inner: str, special: bool) -> None:
    assert is_special(name, inner) is special


def test_names_of_bodies_end_as_such() -> None:
    assert is_body("长春市农业农村局")
    assert not is_body("项目申报材料")


@pytest.mark.parametrize("turn", [-25.0, 0.0, 18.0])
def test_the_star_tells_the_lean(turn: float) -> None:
    look = Look(name="ABCDEFGHIJKLM", turn=turn)
    page = page_with(look)
    angle, star = lean(open_seal(page, paper(page), ring(look), Ink.RED))
    assert star
    assert abs(np.degrees(angle) - turn) < 4


def test_the_ring_is_cut_open_at_its_foot() -> None:
    look = Look(name="ABCDEFGHIJKLM", span=240)
    page = page_with(look)
    band = bands(open_seal(page, paper(page), ring(look), Ink.RED), 1)[0]
    foot = np.degrees(band.start) - np.degrees(2 * np.pi - band.extent) / 2
    assert abs((foot - 90 + 180) % 360 - 180) < 15
    assert 200 < np.degrees(band.extent) < 320


@needs_han
@pytest.mark.parametrize("name", ["湖北省市场监督管理局", "上海恒源智能装备有限公司"])
def test_a_clean_name_is_read(name: str) -> None:
    look = Look(name=name, span=230)
    page = page_with(look)
    said = read_seal(page, paper(page), ring(look), Ink.RED, recogniser())
    assert said.name == name
    assert said.score > 0.8
    assert said.inner == ""


@needs_han
def test_a_special_seal_is_not_official() -> None:
    look = Look(name="湖北恒源新材料有限公司", inner="合同专用章", span=230)
    page = np.full((1754, 1240, 3), 255, np.uint8)
    page[100:1100, 100:1100] = page_with(look)
    seals, _, _ = find_seals(page, 1)
    assert [(s.inner, s.official) for s in seals] == [("合同专用章", False)]
