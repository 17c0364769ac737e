"""Reading what a seal says, and what kinds of seal it says it is."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from samples.seal_dies import Look, fonts, seal_mask, stamp
from shoufa.domain.codes import Ink
from shoufa.readers.seal import find_seals
from shoufa.readers.seal_across import crossed, lines_across, turned
from shoufa.readers.seal_ink import Colour, paper
from shoufa.readers.seal_merge import Line
from shoufa.readers.seal_name import Recogniser, is_body, is_special, read_ring, read_seal, recogniser
from shoufa.readers.seal_search import Ring
from shoufa.readers.seal_signs import Sign
from shoufa.readers.seal_unroll import Band, bands, closed_up, lean, open_seal, strip

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


@pytest.mark.parametrize("turn", [0.0, 40.0])
def test_the_line_across_is_cut_out_upright(turn: float) -> None:
    look = Look(name="ABCDEFGHIJKLM", inner="XYZXYZ", turn=turn, span=230)
    page = page_with(look)
    opened = open_seal(page, paper(page), ring(look), Ink.RED)
    lines = lines_across(opened, bands(opened, 1)[0])
    assert len(lines) == 1
    assert lines[0].shape[1] > 2.5 * lines[0].shape[0]


@pytest.mark.parametrize(
    ("inner", "span", "line"), [("XYZXYZ", 230, True), ("", 230, False), ("", 300, False)]
)
def test_a_line_across_is_noticed_even_if_nobody_can_read_it(inner: str, span: int, line: bool) -> None:
    look = Look(name="ABCDEFGHIJKLM", inner=inner, span=span)
    page = page_with(look)
    opened = open_seal(page, paper(page), ring(look), Ink.RED)
    assert crossed(opened, bands(opened, 1)[0]) is line


def sure(text: str) -> Line:
    """A line of which every sign was read surely."""
    return Line(text, 0.99, tuple(Sign(((c, 0.99),)) for c in text))


def scripted(*texts: str | Line) -> Recogniser:
    """A recogniser that reads these texts, one strip after the other, the last for ever."""
    left = [sure(t) if isinstance(t, str) else t for t in texts]

    def read(lines: Sequence[Sequence[Colour]]) -> list[Line]:
        return [left.pop(0) if len(left) > 1 else left[0] for _ in lines]

    return read


def test_a_lost_beginning_is_found_again_on_the_other_side() -> None:
    look = Look(name="ABCDEFGHIJKLM", span=230)
    page = page_with(look)
    opened = open_seal(page, paper(page), ring(look), Ink.RED)
    cut = bands(opened, 1)[0]._replace(left=1.0)
    cuts = [cut, cut._replace(extent=cut.extent + 1, left=0.0)]
    name = read_ring(opened, cuts, scripted("泽省市场监督管理局", "省市场监督管理局云泽"))[0][0]
    assert name == "云泽省市场监督管理局"
    name = read_ring(opened, cuts, scripted("湖北省市场监督管理", "", "监督管理局湖北省市场"))[0][0]
    assert name == "湖北省市场监督管理局"
    name = read_ring(opened, cuts, scripted("泽省市场监督管理局", "市场监督管理所云泽省"))[0][0]
    assert name == "泽省市场监督管理局"


def test_a_name_with_one_sign_more_before_is_the_whole_one() -> None:
    look = Look(name="ABCDEFGHIJKLM", span=230)
    page = page_with(look)
    opened = open_seal(page, paper(page), ring(look), Ink.RED)
    cut = bands(opened, 1)[0]._replace(left=1.0)
    cuts = [cut, cut._replace(extent=cut.extent + 1, left=0.0)]
    name = read_ring(opened, cuts, scripted("阳市精通信息技术有限公司", "沈阳市精通信息技术有限公司"))[0][0]
    assert name == "沈阳市精通信息技术有限公司"
    name = read_ring(opened, cuts, scripted("阳市精通信息技术有限公司", "司阳市精通信息技术有限公司"))[0][0]
    assert name == "阳市精通信息技术有限公司"


def test_no_province_has_a_name_of_one_sign() -> None:
    look = Look(name="ABCDEFGHIJKLM", span=230)
    page = page_with(look)
    opened = open_seal(page, paper(page), ring(look), Ink.RED)
    cut = bands(opened, 1)
    assert read_ring(opened, cut, scripted("东省商务发展局", "广东省商务发展局"))[0][0] == "广东省商务发展局"


def test_readings_together_count_less_than_one_that_is_a_whole_name() -> None:
    look = Look(name="ABCDEFGHIJKLM", span=230)
    page = page_with(look)
    opened = open_seal(page, paper(page), ring(look), Ink.RED)
    doubtful = Line("湖北省人民政府", 0.9, tuple(Sign(((c, 0.3),)) for c in "湖北省人民政府"))
    print_over = Line("湖北省人民魏用", 0.9, tuple(Sign(((c, 0.9),)) for c in "湖北省人民魏用"))
    read = scripted(doubtful, print_over)
    assert read_ring(opened, bands(opened, 1), read)[0][0] == "湖北省人民政府"


def test_another_look_is_taken_only_where_signs_were_left_out() -> None:
    look = Look(name="ABCDEFGHIJKLM", span=230)
    page = page_with(look)
    opened = open_seal(page, paper(page), ring(look), Ink.RED)
    first, whole = "自治区市场监督管理局", "新疆维吾尔自治区市场监督管理局"
    cut = bands(opened, 1)[0]
    assert cut.left == 0.0
    again = cut._replace(extent=cut.extent + 1)
    assert read_ring(opened, [cut, again], scripted("湖北" + first, whole))[0][0] == "湖北" + first
    cuts = [cut._replace(left=1.0), again]
    assert read_ring(opened, cuts, scripted(first, whole))[0][0] == whole


def test_a_reading_without_its_end_is_completed() -> None:
    look = Look(name="ABCDEFGHIJKLM", span=230)
    page = page_with(look)
    opened = open_seal(page, paper(page), ring(look), Ink.RED)
    cut = bands(opened, 1)[0]
    name = read_ring(
        opened, [cut, cut], scripted("湖北省市场监督", "湖北省市场监督", "湖北省市场监督管理局")
    )[0][0]
    assert name == "湖北省市场监督管理局"


@pytest.mark.parametrize("turn", [-50.0, 0.0, 50.0])
def test_the_name_tells_which_way_is_up(turn: float) -> None:
    look = Look(name="ABCDEFGHIJKLM", turn=turn, span=230)
    page = page_with(look)
    opened = open_seal(page, paper(page), ring(look), Ink.RED)
    off = np.degrees(turned(opened, bands(opened, 1)[0])) - turn
    assert abs((off + 180) % 360 - 180) < 5


def test_a_number_at_the_foot_is_no_part_of_the_name() -> None:
    look = Look(name="ABCDEFGHIJKLM", code="5087464243368", span=200)
    page = page_with(look)
    band = bands(open_seal(page, paper(page), ring(look), Ink.RED), 1)[0]
    foot = np.degrees(band.start) - np.degrees(2 * np.pi - band.extent) / 2
    assert abs((foot - 90 + 180) % 360 - 180) < 15
    assert np.degrees(band.extent) < 260


@pytest.mark.parametrize("off", [0, 14])
def test_the_text_lies_within_both_outlines_even_if_they_waver(off: int) -> None:
    page = np.full((1000, 1000, 3), 255, np.uint8)
    cv2.circle(page, (500, 480), 200, (40, 30, 220), 8)
    cv2.circle(page, (500 + off // 2, 480), 178, (40, 30, 220), 3)
    for i in range(9):
        angle = np.radians(200 + i * 17.5)
        place = (round(500 + 140 * np.cos(angle)), round(480 + 140 * np.sin(angle)))
        cv2.circle(page, place, 14, (40, 30, 220), 5)
    ring = Ring(500, 480, 200, 200, 0.0, 1.0)
    band = bands(open_seal(page, paper(page), ring, Ink.RED), 1)[0]
    assert 0.76 < band.outer < 0.9


def test_wide_spaces_between_characters_are_narrowed() -> None:
    straight = np.zeros((48, 300), np.float32)
    for x in (20, 140, 260):
        straight[8:40, x : x + 20] = 1
    close = closed_up(straight)
    assert close.shape[1] < 130
    assert close.sum() == straight.sum()


def test_an_oval_is_unrolled_along_its_outline() -> None:
    oval = Ring(500, 480, 300, 210, 0.0, 1.0)
    page = np.full((1000, 1000, 3), 255, np.uint8)
    cv2.ellipse(page, (500, 480), (300 - 40, 210 - 40), 0, 0, 360, (40, 30, 220), 6)
    opened = open_seal(page, paper(page), oval, Ink.RED)
    line = strip(opened.clean, opened.ring, Band(0.98, 0.5, 0.0, 2 * np.pi))
    rows = np.flatnonzero(line.max(1) > 0.5)
    assert rows[-1] - rows[0] < 9
