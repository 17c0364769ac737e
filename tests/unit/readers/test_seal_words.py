"""Slips of recognition in common words are mended, what tells bodies apart is not."""

import pytest

from shoufa.readers.seal_words import mended


@pytest.mark.parametrize(
    ("read", "name"),
    [
        ("湖北省市场监麓管理局", "湖北省市场监督管理局"),
        ("大庆市光通精密机械有限重任公司", "大庆市光通精密机械有限责任公司"),
        ("浙江省市場監督管理局", "浙江省市场监督管理局"),
        ("乌鲁木齐市发展和改革委员", "乌鲁木齐市发展和改革委员会"),
        ("泽城恒源数据有限责任公", "泽城恒源数据有限责任公司"),
        ("泽城市商务委员", "泽城市商务委员会"),
        ("广西汁族自治区市场监督管理局", "广西壮族自治区市场监督管理局"),
    ],
)
def test_a_slip_in_a_common_word_is_mended(read: str, name: str) -> None:
    assert mended(read) == name


@pytest.mark.parametrize(
    "name",
    [
        "湖南省市场监督管理局",
        "江省市场监督管理局",
        "江苏省科学技术厅",
        "吉林省市场监督管理厅",
        "上海市人民法院",
        "湖北恒源新材料有限公司",
        "上海市市场监督管理委员会",
        "上海市国有资产监督管理委员会",
        "江苏省药品监督管理局",
        "上海市住房和城乡建设管理委员会",
        "工业和信息化部电子第五研究所",
        "中华人民共和国工业和信息化部",
        "江苏省农业农村厅",
        "上海市标准化学会",
        "江苏省标准化研究所",
    ],
)
def test_names_and_what_tells_them_apart_stay(name: str) -> None:
    assert mended(name) == name
