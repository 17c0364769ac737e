"""Readings of one ring made into one, sign by sign."""

import pytest

from shoufa.readers.seal_merge import Line, alike, merged
from shoufa.readers.seal_signs import Sign


def read(text: str, **doubts: tuple[float, str, float]) -> Line:
    """A line read surely, save those named: place (`_3`) to probability, second choice and that one's."""
    signs = []
    for i, character in enumerate(text):
        sure, second, chance = doubts.get(f"_{i}", (0.99, "口", 0.001))
        signs.append(Sign(((character, sure), (second, chance))))
    return Line(text, 0.9, tuple(signs))


def said(*lines: Line) -> str:
    line = merged(lines)
    return line.text if line else ""


def test_where_readings_differ_the_surer_one_is_believed() -> None:
    first = read("泽城恒原冷库有限公司", _3=(0.4, "源", 0.3))
    other = read("泽城恒源冷库有限公司", _3=(0.7, "原", 0.1))
    assert said(first, other) == "泽城恒源冷库有限公司"
    assert said(read("泽城恒原冷库有限公司", _3=(0.9, "源", 0.05)), other) == "泽城恒原冷库有限公司"


def test_a_second_choice_of_both_makes_a_place() -> None:
    first = read("湖业省市场监督管理局", _1=(0.6, "北", 0.2))
    other = read("湖坐省市场监督管理局", _1=(0.6, "北", 0.1))
    assert said(first, other) == "湖北省市场监督管理局"


@pytest.mark.parametrize(("sure", "whole"), [(0.5, "泽城恒源冷库有限公司"), (0.2, "泽城恒冷库有限公司")])
def test_a_sign_that_one_reading_lost_is_kept_if_the_other_believes_it(sure: float, whole: str) -> None:
    with_it, without = read("泽城恒源冷库有限公司", _3=(sure, "口", 0.1)), read("泽城恒冷库有限公司")
    assert said(with_it, without) == said(without, with_it) == whole


def test_ends_are_taken_where_they_make_a_name_whole() -> None:
    assert said(read("海市科学技术委员会"), read("上海市科学技术")) == "上海市科学技术委员会"
    assert said(read("泽城恒源冷库"), read("泽城恒源冷库有限公司")) == "泽城恒源冷库有限公司"
    assert said(read("恒源冷库有限公司"), read("泽恒源冷库有限公司")) == "恒源冷库有限公司"


def test_what_tells_another_name_is_not_mixed_in() -> None:
    assert merged([read("泽城恒源冷库有限公司"), read("监督管理局湖北省市场")]) is None
    assert merged([read("泽城恒源冷库有限公司")]) is None
    assert merged([read(""), read("")]) is None
    assert merged([Line("泽城恒源冷库有限公司", 0.9), read("泽城恒源冷库有限公司")]) is None


def test_what_readings_say_together_is_as_sure_as_the_surest() -> None:
    first = read("泽城恒原冷库有限公司", _3=(0.4, "源", 0.3))
    other = read("泽城恒源冷库有限公司")._replace(score=0.7)
    together = merged([other, first])
    assert together is not None
    assert together.score == 0.9


def test_readings_are_alike_by_their_common_signs() -> None:
    assert alike("清华大学", "滑华大学")
    assert not alike("市府", "市府")
    assert not alike("上海市商务局", "湖北省科技厅")
