"""Drafts of invented notices in the styles of real ones: what is stated is found, what is not stays null."""

import time

import pytest
import yaml

from shoufa.calls.draft import draft_calls
from shoufa.calls.draft_said import Said
from shoufa.calls.draft_yaml import to_yaml
from shoufa.calls.marked_yaml import read_yaml
from shoufa.domain.call import Recommender, RecommenderGroup

GROUP = RecommenderGroup(
    id="g", title="甲", members=(Recommender(code="1", name="甲局"),), said_as=("各市工业和信息化局",)
)
CITY = """\
云泽省工业和信息化厅关于组织申报2031年度绿色车间试点项目的通知
云工信节〔2031〕12号
各市工业和信息化局：
现组织开展绿色车间试点项目申报工作，通知如下：
一、申报条件
1.申报企业应具有独立法人资格；
2.近三年未发生重大安全事故。
二、报送要求
各市工业和信息化局推荐项目原则上不超过4个，请于3月14日（周五）下班前将推荐函（加盖公章的扫描件PDF格式）、申报书（Word版）和汇总表发至邮箱lvse#example.com，邮件主题注明“绿色车间试点申报”；纸质材料一式三份、光盘一张，邮寄至云泽市长安路8号，邮编：650000。
联 系 人：张 三    电 话：0871-6000 1234  传真：0871-60001235
云泽省工业和信息化厅
2031年2月20日
"""


def plain(node):
    if isinstance(node, Said):
        return plain(node.value)
    if isinstance(node, dict):
        return {k: plain(v) for k, v in node.items()}
    return [plain(v) for v in node] if isinstance(node, list) else node


def drafted(text):
    (draft,) = draft_calls(text, "n.txt", [GROUP])
    return plain(draft.values), draft


def test_a_provinces_notice():
    call, draft = drafted(CITY)
    unit, track = call["units"][0], call["tracks"][0]
    assert draft.id == "draft-2031-12"
    assert call["notice"]["issuer"] == "云泽省工业和信息化厅"
    assert str(call["notice"]["issued"]) == "2031-02-20"
    assert (call["closes"].isoformat(), call["closes_text"]) == ("2031-03-14T23:59:59+08:00", "3月14日（周五）下班前")
    assert unit["mailbox"] == "lvse@example.com"
    assert any("@" in r for r in draft.repairs)
    assert unit["contact"] == {"name": "张三", "phone": "0871-60001234", "fax": "0871-60001235"}
    assert (unit["post"]["address"], unit["post"]["code"]) == ("云泽市长安路8号", "650000")
    assert call["subject_mark"] == "绿色车间试点申报"
    assert track["quota"] == {"max": 4, "firm": False}
    assert {m["kind"] for m in call["materials"]} == {"letter", "application", "summary"}
    assert call["paper"]["copies"] == 3
    assert call["paper"]["disc"] == "required"
    assert [c["text"] for c in call["conditions"]] == ["申报企业应具有独立法人资格", "近三年未发生重大安全事故"]
    assert call["recommenders"] == {"group": "g"}


def test_what_is_not_said_is_null_and_asked():
    call, draft = drafted("各有关单位：\n请将申报材料发送至邮箱a@example.com。\n甲办\n")
    assert call["title"] is None
    assert call["closes"] is None
    assert call["case_by"] is None
    assert call["notice"]["number"] is None
    for field in ("title", "closes", "case_by", "notice.number", "tracks[0].form", "recommenders.group"):
        assert any(q.startswith(field) for q in draft.questions), field


DEADLINES = [
    ("请于2031年5月6日17:00前报送", "2031-05-06T17:00:00+08:00"),
    ("请于5月6日下午5:30前报送", "2031-05-06T17:30:00+08:00"),
    ("请于5月6日上午12点前报送", "2031-05-06T12:00:00+08:00"),
    ("请于5月6日24时前报送", "2031-05-06T23:59:59+08:00"),
    ("申报截止日期为2031年5月6日，逾期不予受理", "2031-05-06T23:59:59+08:00"),
    ("申报时间：4月8日至5月6日", "2031-05-06T23:59:59+08:00"),
    ("即日起至5月6日报送", "2031-05-06T23:59:59+08:00"),
    ("请于5月底前报送", "2031-05-31T23:59:59+08:00"),
    ("请于5月6日前（以邮戳为准）寄送", "2031-05-06T23:59:59+08:00"),
    ("于2031年5月6日将推荐函报送我委", "2031-05-06T23:59:59+08:00"),
    ("请于1月6日前报送", "2032-01-06T23:59:59+08:00"),
    ("所有项目应于2031年12月20日前完成；5月6日前报送材料", "2031-05-06T23:59:59+08:00"),
    ("建设期至2033年", None),
    ("材料随时报送", None),
]


@pytest.mark.parametrize(("sentence", "closes"), DEADLINES)
def test_deadlines(sentence, closes):
    text = f"甲委关于征集乙项目的通知\n各单位：\n{sentence}，材料发至a@example.com。\n甲省发展委员会\n2031年4月1日\n"
    got = drafted(text)[0]["closes"]
    assert (got and got.isoformat()) == closes


def test_a_day_without_any_year_is_not_guessed():
    call, draft = drafted("各单位：\n请于5月6日前将申报书发至a@example.com。\n")
    assert call["closes"] is None
    assert call["closes_text"] == "5月6日前"
    assert any("没有写年份" in q for q in draft.questions)


def test_a_next_years_day_and_other_days_are_asked_about():
    text = "甲委关于征集乙项目的通知\n各单位：\n请于1月6日前报送申报书，纸质材料于1月9日前送达。另请于2月1日前寄送光盘。\n甲省发展委员会\n2031年12月1日\n"
    questions = " ".join(drafted(text)[1].questions)
    assert "次年" in questions
    assert "2月1日前" in questions


MAILBOXES = [
    ("发送至邮箱：a.b@example.com", ["a.b@example.com"]),
    ("发至a@example.com，纸质件寄送我局", ["a@example.com"]),
    ("发送至 a＠example.com", ["a@example.com"]),
    ("发送至a(at)example.com", ["a@example.com"]),
    ("发送至a#example.com", ["a@example.com"]),
    ("发送至邮箱：[email\u00a0protected]", []),
    ("电子版发送至办公室邮箱", []),
]


@pytest.mark.parametrize(("words", "boxes"), MAILBOXES)
def test_mailboxes(words, boxes):
    text = f"甲委关于征集乙项目的通知\n各单位：\n请于2031年5月6日前将申报书{words}。\n版权声明：侵权请联系foot@example.com\n"
    assert [u["mailbox"] for u in drafted(text)[0]["units"] if u["mailbox"]] == boxes


QUOTAS = [
    ("每个市推荐项目不超过3个", [(3, True)]),
    ("原则上各市推荐不超过5项", [(5, False)]),
    ("各市限报2项", [(2, True)]),
    ("各推荐1-2个项目", [(2, True)]),
    ("每院最多推荐1项", [(1, True)]),
    ("我校申报名额限2项", [(2, True)]),
    ("推荐不少于2个项目", []),
    ("申报书不超过500字，每个项目限申报1个方向", []),
]


@pytest.mark.parametrize(("sentence", "quotas"), QUOTAS)
def test_quotas(sentence, quotas):
    text = f"甲委关于征集乙项目的通知\n各单位：\n{sentence}，请于2031年5月6日前报送申报书。\n"
    tracks = drafted(text)[0]["tracks"]
    assert [(t["quota"]["max"], t["quota"]["firm"]) for t in tracks if t["quota"]] == quotas


def test_several_kinds_with_their_quotas_and_places():
    call, _ = drafted(
        "甲委关于征集乙项目的通知\n各单位：\n"
        "推荐试点项目不超过6个，示范项目不超过2个，于2031年5月6日前将申报书发送至支撑单位邮箱。\n"
        "试点项目支撑单位及联系人：\n甲研究院 张三 010-60000001\n邮箱：a@example.com\n"
        "示范项目支撑单位及联系人：\n乙研究院 李四 010-60000002\n邮箱：b@example.com\n"
    )
    assert [(t["title"], t["quota"]["max"]) for t in call["tracks"]] == [("试点项目", 6), ("示范项目", 2)]
    assert [(u["name"], u["mailbox"], u["contact"]["name"]) for u in call["units"]] == [
        ("甲研究院", "a@example.com", "张三"),
        ("乙研究院", "b@example.com", "李四"),
    ]


def test_a_system_is_named_and_its_address_kept():
    call, _ = drafted(
        "甲委关于征集乙项目的通知\n各单位：\n请于2031年5月6日前登录“乙项目申报系统”（https://sys.example.org）填报申报书。\n"
    )
    assert (call["intake"], call["system"]) == ("system", "https://sys.example.org")


def test_annexes_that_are_calls_become_drafts_of_their_own():
    text = (
        "甲委关于征集2031年度试点的通知\n甲委发〔2031〕3号\n各单位：\n请于2031年5月6日前报送材料。\n"
        "附件：1.乙项目申报工作要求\n2.丙项目申报工作要求\n3.申报书\n甲省发展委员会\n2031年4月1日\n"
        "附件1\n乙项目申报工作要求\n申报单位填写《乙项目申报书》。\n推荐不超过2个，将申报书发送至b@example.com。\n"
        "附件2\n丙项目申报工作要求\n申报单位填写《丙项目申请书》。\n将申请书一式两份邮寄至丙市一路1号。\n"
    )
    first, second = draft_calls(text, "n.txt", [])
    assert (first.id, second.id) == ("draft-2031-3-1", "draft-2031-3-2")
    one, two = plain(first.values), plain(second.values)
    assert (one["title"], two["title"]) == ("乙项目", "丙项目")
    assert (one["intake"], two["intake"]) == ("email", "paper")
    assert one["closes"] == two["closes"]
    assert two["tracks"][0]["form"] == "丙项目申请书"


def test_a_damaged_copy_gives_the_same_facts():
    broken = CITY.replace("，请于", "，请\n于").replace("云工信节〔2031〕12号\n", "云工信节〔2031〕12号\n发布时间：2031-02-21 来源：网站 点击：8\n")
    broken = broken.replace("的通知\n", "的通知\n", 1) + "相关链接\nCopyright 某网站 邮箱：web@example.com\n"
    whole, hurt = drafted(CITY)[0], drafted(broken)[0]
    assert hurt == whole


def test_a_text_cut_in_mid_sentence_is_said_to_be():
    cut = CITY[: CITY.index("的扫描件PDF")]
    _, draft = drafted(cut)
    assert draft.truncated
    assert any(q.startswith("truncated") for q in draft.questions)


def test_nothing_is_drafted_from_nothing():
    with pytest.raises(ValueError, match="没有文字"):
        draft_calls(" \n\n", "n.txt", [])


def test_the_file_is_yaml_and_shows_each_values_sentence():
    _, draft = drafted(CITY)
    text = to_yaml(draft)
    data, _ = read_yaml(text, "n.yaml")
    assert data["units"][0]["post"]["code"] == "650000"
    assert yaml.safe_load(text)["tracks"][0]["quota"]["max"] == 4
    lines = text.splitlines()
    above = lines[next(i for i, x in enumerate(lines) if x.strip().startswith("copies:")) - 1]
    assert above.startswith("  # “")
    assert "一式三份" in above
    assert lines[-len(draft.questions) - 1] == "# 待答复的问题 / questions"


@pytest.mark.parametrize("words", ["推荐", "各省推荐项目申报材料", "（《“", "请各单位将材料报送至所在地局", "2031年1月1日"])
def test_no_text_takes_long(words):
    began = time.monotonic()
    draft_calls(words * (16_000 // len(words)), "n.txt", [])
    assert time.monotonic() - began < 20
