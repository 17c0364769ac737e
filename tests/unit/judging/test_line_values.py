"""Values on a form's lines (line_values.py): numbered and spaced labels, gaps, values that go on below."""

import pytest

from shoufa.judging.fields import read_fields
from unit.judging.build import ACME, LATIN, page

LONG = "城市级车路协同与数字孪生平台"
REST = "标准化应用推广"


def read(text: str, **more: object):
    return read_fields((page(text, **more),), ())


@pytest.mark.parametrize(
    "text",
    [
        f"项目名称：{LATIN}\n申报单位：{ACME}",
        f"1．项目名称：{LATIN}\n2．申报单位（盖章）：{ACME}",
        f"（一）项目名称:{LATIN}\n（二）申报单位:{ACME}",
        f"一、项目名称：{LATIN}\n二、申报单位（全称）：{ACME}（盖章）",
        f"项 目 名 称：  {LATIN}  \n申 报 单 位：__{ACME}__",
        f"项目名称　　　{LATIN}\n申报单位\t{ACME}",
        f"项  目  名  称   {LATIN}\n申报单位（公章）    {ACME}",
        f"项目名称：{LATIN}；申报单位：{ACME}",
        f"项目名称：{LATIN} | 申报单位：{ACME}",
        f"① 项目名称：{LATIN}　② 申报单位：{ACME}",
        f"1·项目名称：{LATIN}\n2·申报单位：{ACME}",
        f"1, 项目名称：{LATIN}\n2，申报单位：{ACME}",
    ],
)
def test_label_and_value_on_a_line(text):
    made = read(text)
    assert (made.name, made.applicant) == (LATIN, ACME)


@pytest.mark.parametrize(
    "text",
    [
        "项目名称：\n申报单位：",
        "项目名称：申报单位：",
        "项目名称    申报单位",
        "项目名称：联系人",
        "如项目名称：见上",
    ],
)
def test_no_value_where_a_label_or_nothing_follows(text):
    assert read(text).name == ""


def lines(*placed: tuple[str, float, float, float]) -> list[dict[str, object]]:
    """Lines of text at (left, top), each so wide, a fiftieth of the page high."""
    return [{"text": t, "box": (x, y, x + w, y + 0.02)} for t, x, y, w in placed]


def placed(*them: tuple[str, float, float, float], scanned: bool = True):
    made = lines(*them)
    return read("\n".join(str(x["text"]) for x in made), lines=made, scanned=scanned)


LABEL = ("项目名称", 0.1, 0.2, 0.12)
WRAPPED = {
    "beside its label": (LABEL, (LONG, 0.3, 0.2, 0.5), (REST, 0.3, 0.23, 0.25)),
    "label midway": (("项目名称", 0.1, 0.215, 0.12), (LONG, 0.3, 0.2, 0.5), (REST, 0.3, 0.23, 0.25)),
    "behind a colon, under the value": ((f"项目名称：{LONG}", 0.1, 0.2, 0.7), (REST, 0.3, 0.23, 0.25)),
    "behind a colon, under the label": ((f"项目名称：{LONG}", 0.1, 0.2, 0.7), (REST, 0.1, 0.23, 0.25)),
    "centred": (LABEL, (LONG, 0.3, 0.2, 0.5), (REST, 0.45, 0.23, 0.2)),
}


@pytest.mark.parametrize("name", WRAPPED)
def test_a_value_that_goes_on_in_the_next_line(name):
    more = ("申报单位", 0.1, 0.27, 0.12), (ACME, 0.3, 0.27, 0.3)
    made = placed(*WRAPPED[name], *more)
    assert (made.name, made.applicant) == (LONG + REST, ACME)


STOPS = {
    "another label's value": (("单位地址", 0.1, 0.23, 0.12), ("武汉市洪山区", 0.3, 0.23, 0.2)),
    "a label": (("单位地址：武汉", 0.3, 0.23, 0.2),),
    "a note": (("（盖章）", 0.3, 0.23, 0.1),),
    "a date": (("2023年8月1日", 0.3, 0.23, 0.2),),
    "a heading": (("一、概况", 0.3, 0.23, 0.2),),
    "far below": ((REST, 0.3, 0.3, 0.2),),
    "longer than the line": ((REST * 3, 0.3, 0.23, 0.6),),
}


@pytest.mark.parametrize("name", STOPS)
def test_what_is_no_rest_of_the_value(name):
    assert placed(LABEL, (LONG, 0.3, 0.2, 0.5), *STOPS[name]).name == LONG


def test_a_short_value_ends_on_its_line():
    assert (
        placed(("联系人", 0.1, 0.2, 0.1), ("张三", 0.3, 0.2, 0.06), ("李", 0.3, 0.23, 0.03)).contact == "张三"
    )


def test_a_misread_label_passes_on_a_recognised_page_only():
    assert placed((f"项日名称：{LATIN}", 0.1, 0.2, 0.5)).name == LATIN
    assert placed((f"项日名称：{LATIN}", 0.1, 0.2, 0.5), scanned=False).name == ""


def test_a_whole_value_is_taken_for_one_cut_short_on_recognised_pages():
    for cut in (LATIN[:6], "令"):
        text = f"项目名称：{cut}\n项目名称：{LATIN}"
        assert read(text, scanned=True).name == LATIN
        assert read(text).name == cut


def test_another_name_is_not_the_same_one_made_whole():
    text = f"项目名称：{LATIN}\n项目名称：{LONG}{REST}"
    assert read(text, scanned=True).name == LATIN


@pytest.mark.parametrize("rest", ["总结。", "道件四限", "开展自查与总结。"])
def test_the_end_of_a_sentence_is_no_body_on_a_recognised_page(rest):
    text = f"项目名称：{LATIN}\n申报单位：{rest}"
    assert read(text, scanned=True).applicant == ""
    assert read(text).applicant == rest


@pytest.mark.parametrize("body", [ACME, "苏州工业园区", "某某产业集群联盟"])
def test_a_body_is_kept_on_a_recognised_page(body):
    assert read(f"申报单位：{body}", scanned=True).applicant == body
