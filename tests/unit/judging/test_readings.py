"""Slips of recognition forgiven, other names told apart (readings.py), measured over generated pairs."""

import pytest

from samples.name_readings import other_pairs, same_pairs
from shoufa.judging.readings import folded, same_reading, slips

SAME = [
    ("武汉光谷芯片有限公司", "武汉光合芯片有限公司"),
    ("基于5G的智能制造标准化试点", "基于５Ｇ 的智能制造\n标准化试点"),
    ("工业互联网0号平台", "工业互联网O号平台"),
    ("L1级自动驾驶标准化试点", "Ll级自动驾驶标准化试点"),
    ("已建园区标准化示范", "己建园区标准化示范"),
    ("未来产业标准化试点", "末来产业标准化试点"),
    ("（湖北）光电子“芯片”试点", "(湖北)光电子芯片试点"),
    ("长江大桥智能监测标准化试点", "长江大桥智能监测标准化"),
    ("某某有限责任公司", "某某有限公司"),
    ("湖北省市场监管局", "湖北省市场监督管理局"),
    ("一体化服务标准化试点", "体化服务标准化试点"),
]
OTHER = [
    ("新能源汽车全产业链标准化试点", "新能源汽车全产业链标准化示范"),
    ("湖北数据中心标准化试点", "湖南数据中心标准化试点"),
    ("2023年智能制造标准化试点", "2024年智能制造标准化试点"),
    ("智能制造标准化试点一期", "智能制造标准化试点二期"),
    ("大辉智能装备标准化试点", "越力智能装备标准化试点"),
    ("武汉光谷科技有限公司", "武汉长飞科技有限公司"),
    ("甲股份有限公司某某分公司", "乙股份有限公司某某分公司"),
]


@pytest.mark.parametrize(("exact", "read"), SAME)
def test_slips_marks_widths_and_cut_lines_are_the_same_name(exact, read):
    assert same_reading(exact, read)


@pytest.mark.parametrize(("exact", "read"), OTHER)
def test_a_small_change_that_means_something_is_another_name(exact, read):
    assert not same_reading(exact, read)
    assert not same_reading(read, exact)


@pytest.mark.parametrize("pair", [("", "甲"), ("甲", ""), ("", "")])
def test_nothing_is_no_reading_of_anything(pair):
    assert not same_reading(*pair)


def test_look_alikes_are_one_sign_and_cost_nothing():
    assert folded("已O未") == folded("己0末")
    assert slips("已建未来", "己建末来") == 0


@pytest.mark.parametrize(("rate", "most"), [(0.01, 0.005), (0.02, 0.01), (0.03, 0.02)])
def test_false_alarms_over_generated_readings_stay_rare(rate, most):
    pairs = same_pairs(1000, rate, seed=11)
    assert sum(not same_reading(a, b) for a, b in pairs) / len(pairs) <= most


@pytest.mark.parametrize(("rate", "most"), [(0.0, 0.03), (0.02, 0.05)])
def test_differences_between_close_names_are_rarely_missed(rate, most):
    pairs = other_pairs(1400, rate, seed=12)
    assert sum(same_reading(a, b) for _, a, b in pairs) / len(pairs) <= most
