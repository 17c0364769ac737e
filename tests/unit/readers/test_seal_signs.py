"""Signs from a recogniser's frames: second choices that make words, print beside a name."""

import numpy as np
import pytest

from shoufa.readers.seal_signs import Sign, signs, spelt
from shoufa.readers.seal_words import PLACED


def line(text: str, **unsure: tuple[str, float]) -> list[Sign]:
    """Signs read surely, save those named: place (`_3`) to second choice and the first one's probability."""
    made = []
    for i, character in enumerate(text):
        second, sure = unsure.get(f"_{i}", ("口", 0.99))
        made.append(Sign(((character, sure), (second, round((1 - sure) * 0.9, 4)))))
    return made


def text(line: list[Sign]) -> str:
    """What the signs say."""
    return "".join(s.text for s in line)


def test_frames_become_signs_once_each_in_simplified_forms() -> None:
    frames = np.full((6, 12), 0.001, np.float32)
    for i, best in enumerate((1, 1, 0, 1, 2, 0)):
        frames[i, best] = 0.6
    frames[4, 3] = 0.3
    found = signs(frames, ("", "湖", "監", "监", *"abcdefgh"))
    assert text(found) == "湖湖监"
    assert found[2].sure == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("read", "unsure", "meant"),
    [
        ("湖北省市场监督营理局", {"_7": ("管", 0.6)}, "湖北省市场监督管理局"),
        ("翻北省市场监督管理局", {"_0": ("湖", 0.6)}, "湖北省市场监督管理局"),
        ("湖北省市场监督营理局", {"_7": ("管", 0.98)}, "湖北省市场监督营理局"),
        ("湖北省市场监督营理局", {"_7": ("官", 0.6)}, "湖北省市场监督营理局"),
        ("湖北恒源新村料有限公司", {"_5": ("材", 0.5)}, "湖北恒源新材料有限公司"),
        ("翻北恒源物流有限公司", {"_0": ("湖", 0.84)}, "湖北恒源物流有限公司"),
        ("翻北恒源物流有限公司", {"_0": ("湖", 0.86)}, "翻北恒源物流有限公司"),
        ("心苏州市标准化研究院", {"_0": ("个", 0.5)}, "苏州市标准化研究院"),
        ("大苏州市标准化研究院", {}, "大苏州市标准化研究院"),
        ("一苏州市标准化研究院", {}, "苏州市标准化研究院"),
        ("呼和特市商务局", {}, "呼和浩特市商务局"),
        ("宁回族自治区人民政府", {}, "宁夏回族自治区人民政府"),
        ("徐市人民府", {}, "徐州市人民政府"),
        ("长市商务局", {}, "长市商务局"),
        ("大连恒源物流有公司", {}, "大连恒源物流有限公司"),
        ("石家生市商务局", {"_2": ("庄", 0.95)}, "石家庄市商务局"),
        ("石家生市商务局", {"_2": ("庄", 0.98)}, "石家生市商务局"),
        ("佛山市恒源物流有限公司", {}, "佛山市恒源物流有限公司"),
        ("湖北省人民政府会心", {"_7": ("出", 0.8), "_8": ("小", 0.8)}, "湖北省人民政府"),
        ("湖北省人民政府办公室", {}, "湖北省人民政府办公室"),
        ("湖北省市场监督管理局八", {}, "湖北省市场监督管理局"),
        ("湖北恒源物流有限公司章", {}, "湖北恒源物流有限公司章"),
        ("沁阳市商务局", {"_0": ("沈", 0.9)}, "沁阳市商务局"),
        ("昆山恒源物流有限公司", {"_1": ("明", 0.7)}, "昆山恒源物流有限公司"),
        ("吉林市商务局", {"_2": ("省", 0.9)}, "吉林市商务局"),
        ("浙江省生态环境厅", {"_7": ("局", 0.8)}, "浙江省生态环境厅"),
        ("泽城市标准化学会", {"_6": ("协", 0.8)}, "泽城市标准化学会"),
    ],
)
def test_words_places_and_ends(read: str, unsure: dict[str, tuple[str, float]], meant: str) -> None:
    assert text(spelt(line(read, **unsure))) == meant


def test_a_lost_sign_makes_no_other_place() -> None:
    """海省 may be 青海省 as well as 海南省, 昆市 昆山市 as well as 昆明市."""
    for place in PLACED:
        for lost in range(len(place) - 1):
            read = place[:lost] + place[lost + 1 :] + "财政局"
            assert text(spelt(line(read))) in {read, place + "财政局"}


def test_two_places_that_may_both_be_meant_leave_the_sign_as_it_was_read() -> None:
    first = Sign((("基", 0.5), ("苏", 0.2), ("泰", 0.2)))
    assert text(spelt([first, *line("州市标准化研究院")])) == "基州市标准化研究院"
