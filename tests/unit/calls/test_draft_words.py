"""What notices say of themselves and of whom to ask, in the copies that people make of them."""

import pytest

from shoufa.calls.draft import draft_calls
from shoufa.calls.draft_said import Said

BODY = "请于2031年5月6日前将申报书发送至a@example.com。"


def plain(node):
    if isinstance(node, Said):
        return plain(node.value)
    if isinstance(node, dict):
        return {k: plain(v) for k, v in node.items()}
    return [plain(v) for v in node] if isinstance(node, list) else node


def drafted(*lines):
    (draft,) = draft_calls("\n".join(lines), "n.txt", [])
    return plain(draft.values), draft


NUMBERS = [
    ("云农计(示范)[2031]16号", "云农计（示范）〔2031〕16号"),
    ("(云科函字〔2031〕9号)", "云科函字〔2031〕9号"),
    ("云教规办[2031]5号关于做好课题申报工作的通知", "云教规办〔2031〕5号"),
    ("根据云科发〔2030〕7号文件精神", None),
]


@pytest.mark.parametrize(("line", "number"), NUMBERS)
def test_numbers(line, number):
    assert drafted(line, "各单位：", BODY)[0]["notice"]["number"] == number


ISSUERS = [
    (("云泽省工业厅 云泽省财政厅转发关于开展绿色车间申报的通知", "各市：", BODY), "云泽省工业厅"),
    (("云泽省建筑协会关于开展绿色工地申报的通知", "各市：", BODY), "云泽省建筑协会"),
    (("关于申报乙项目的通知", "各市：", BODY, "云泽省工业厅", "云泽省财政厅", "2031年4月1日"), "云泽省工业厅"),
    (("关于申报乙项目的通知", "各市：", BODY, "云泽省工业厅 云泽省财政厅", "2031年4月1日"), "云泽省工业厅"),
    (("关于申报乙项目的通知", "各市：", BODY, "国家工业部发展司", "2031年4月1日"), "国家工业部发展司"),
    (("关于申报乙项目的通知", "各市：", BODY, "云泽学院科技处", "二0三一年四月一日"), "云泽学院科技处"),
    (("- 发布机构：云泽市农业农村局", "- 公文生成日期：2031-04-01", "各乡镇：", BODY), "云泽市农业农村局"),
    ((f"各县区：请推荐乙项目。{BODY}附件：《申报书》云泽市工业和信息化局2031年4月1日联系电话：60000000",), "云泽市工业和信息化局"),
    (("转发省工业厅关于申报乙项目的通知", "各县区：", BODY), None),
    (("云泽省科技厅转发国家火炬中心关于申报乙项目的通知", "各市：", BODY), "云泽省科技厅"),
]


@pytest.mark.parametrize(("lines", "issuer"), ISSUERS)
def test_issuers(lines, issuer):
    assert drafted(*lines)[0]["notice"]["issuer"] == issuer


def test_a_sites_index_gives_the_year():
    call, _ = drafted("- 公文生成日期：2031-04-01", "各乡镇：", "请于6月9日前将申报书发送至a@example.com。")
    assert str(call["notice"]["issued"]) == "2031-04-01"
    assert call["closes"].date().isoformat() == "2031-06-09"


TITLES = [
    ("现将《云泽省工业厅关于组织申报2031年绿色车间的通知》转发给你们。", "2031年绿色车间"),
    ("现将《2031年度社科基金项目申报公告》转发给你们。", "2031年度社科基金项目"),
    ("现就2031年绿色车间申报有关事项通知如下：", "2031年绿色车间"),
    ("我委决定组织实施2031年第二批新材料产业专项，有关事项如下：", "2031年第二批新材料产业专项"),
    ("为做好绿色车间试点项目申报工作，有关要求如下：", "绿色车间试点"),
    ("按照《关于推荐2031年绿色车间的通知》要求，请抓紧办理。", "2031年绿色车间"),
    ("为做好组织申报推荐工作，有关要求如下：", None),
    ("近日有关部门召开了座谈会。", None),
]


@pytest.mark.parametrize(("sentence", "title"), TITLES)
def test_titles_of_notices_that_bear_none(sentence, title):
    assert drafted("各有关单位：", sentence, BODY)[0]["title"] == title


PEOPLE = [
    (("联系电话：60000001 联系人：张三",), [("张三", "60000001", None)]),
    (("邮编：650000 联系电话：60000001", "联系人：张三"), [("张三", "60000001", None)]),
    (("联系人：张三 李四", "电子信箱：b@example.com", "电 话：60000001"), [("张三、李四", "60000001", None)]),
    (("联系人：张三", "邮编：650000 联系电话：60000001"), [("张三", "60000001", None)]),
    (("联系人：张三，电话和传真：0871-60000001",), [("张三", "0871-60000001", "0871-60000001")]),
    (("联系人：张三，联系电话：60000001（传真）",), [("张三", "60000001", "60000001")]),
    (("联系人：张三；电话：010-60000001-4132",), [("张三", "010-60000001-4132", None)]),
    (("联系人：市工信局投资科 张 三", "电话：60000001"), [("张三", "60000001", None)]),
    (("联系人：张三；QQ：60000001",), [("张三", None, None)]),
    (("联系人：张三，电话：60000001", "联系人：李四"), [("张三", "60000001", None), ("李四", None, None)]),
]


@pytest.mark.parametrize(("lines", "people"), PEOPLE)
def test_people(lines, people):
    call, _ = drafted("关于申报乙项目的通知", "各单位：", BODY, *lines)
    found = [u["contact"] for u in call["units"] if u.get("contact")] + call["contacts"]
    assert [(p["name"], p.get("phone"), p.get("fax")) for p in found] == people


PLACES = [
    ("地址：云泽市一路8号，邮箱：b@example.com", "云泽市一路8号", None),
    ("通信地址：云泽市科协（一路8号水利大楼1401室）", "云泽市科协（一路8号水利大楼1401室）", None),
    ("地址：云泽市一路8号600室（650000）", "云泽市一路8号600室", "650000"),
    ("报送地点：云泽饭店（饭店地址：云泽市一路8号），见大堂指示牌", "云泽市一路8号", None),
]


@pytest.mark.parametrize(("line", "address", "code"), PLACES)
def test_places(line, address, code):
    call, _ = drafted("关于申报乙项目的通知", "各单位：", "请于2031年5月6日前报送申报书。", line)
    assert [(u["post"]["address"], u["post"].get("code")) for u in call["units"] if u.get("post")] == [(address, code)]


RECEIVERS = [
    ("请将申报书报送我部评审处", "云泽部办公厅", "云泽部评审处"),
    ("请将申报书报送我部发展司评审处", "云泽部发展司", "云泽部发展司评审处"),
    ("请将申报书报送我局", "云泽市工业局", "云泽市工业局"),
    ("请将申报书报送所在地工业局", "云泽市工业局", None),
    ("请将申报书一式两份报厅造林处", "云泽省林业厅", "云泽省林业厅造林处"),
    ("请将申报书报送至我协会", "云泽建设协会", "云泽建设协会"),
]


@pytest.mark.parametrize(("sentence", "issuer", "name"), RECEIVERS)
def test_receivers_who_speak_of_themselves(sentence, issuer, name):
    call, _ = drafted("关于申报乙项目的通知", "各单位：", f"{sentence}。", issuer, "2031年4月1日")
    assert call["units"][0]["name"] == name


def test_a_mailbox_is_told_from_one_for_complaints_beside_it():
    said = "请加强监督，评价机构须具备能力，联系人及电话：60000001，材料发送至a@example.com，监督举报邮箱：c@example.com"
    call, _ = drafted("关于申报乙项目的通知", "各单位：", f"{said}。")
    assert [u["mailbox"] for u in call["units"]] == ["a@example.com"]


def test_each_body_with_its_mailbox_is_a_place():
    boxes = [f"云泽省绿色建筑标准化技术第{n}分会秘书处Email:tc{i}@example.com" for i, n in enumerate("一二三")]
    call, _ = drafted("关于申报乙项目的通知", "各单位：", "请于2031年5月6日前将申报书发送至各分会秘书处邮箱。", *boxes)
    assert [u["mailbox"] for u in call["units"]] == ["tc0@example.com", "tc1@example.com", "tc2@example.com"]
    assert call["units"][1]["name"] == "云泽省绿色建筑标准化技术第二分会秘书处"


def test_a_mailbox_of_whom_to_ask_is_no_place():
    line = "需要查新的请联系云泽查新中心（联系人：张三，邮箱：b@example.com）。"
    call, _ = drafted("关于申报乙项目的通知", "各单位：", "请于2031年5月6日前将申报书一式两份报送我厅。", line)
    assert not any(u["mailbox"] for u in call["units"])


def test_what_follows_a_pages_owner_is_the_pages():
    foot = ("©版权所有：某网站", "地址：某市三路1号", "电话：60000009 邮编：610000")
    call, _ = drafted("关于申报乙项目的通知", "各单位：", BODY, "云泽省工业厅", "2031年4月1日", *foot)
    assert not any(u.get("post") for u in call["units"])
    assert not any(u.get("contact") for u in call["units"])


def test_question_marks_that_stood_for_spaces():
    call, draft = drafted("关于申报乙项目的通知", "各单位：", f"???? {BODY}", "联系人：张三??李四", "电? 话：60000001")
    assert call["units"][0]["contact"] == {"name": "张三、李四", "phone": "60000001"}
    assert any("问号" in r for r in draft.repairs)
    kept, draft = drafted("关于申报乙项目的通知", "各单位：", "请登录系统（https://sys.example.org/a?id=7）填报申报书。")
    assert kept["system"] == "https://sys.example.org/a?id=7"
    assert not draft.repairs


def test_readings_with_a_space_in_their_brackets():
    call, _ = drafted("关(guān)于申報(bào)乙項(xiàng )目的通知", "各单位：", BODY)
    assert call["title"] == "乙项目"


def test_a_notice_in_one_line_is_unfolded():
    text = (
        "各县区：为做好工作，现征集乙项目。" + "请各单位认真组织。" * 20 + f"{BODY} 一、请认真填写。 二、逾期不予受理。 "
        "邮寄地址及联系方式： 云泽市一路8号 邮 编：650000 联系电话：60000001 联 系 人：张三 电子信箱：a@example.com"
    )
    unit = drafted(text)[0]["units"][0]
    assert unit["contact"] == {"name": "张三", "phone": "60000001"}
    assert (unit["post"]["address"], unit["post"]["code"]) == ("云泽市一路8号", "650000")


def test_a_line_broken_inside_its_brackets_is_no_title():
    lines = ("各有关单位：", "按照《云泽省工业厅关于全面开展绿色车间建设推动产业提质", "增效的意见》要求，请抓紧办理。", BODY)
    assert drafted(*lines)[0]["title"] is None


def test_the_end_of_a_bodys_name_is_no_body():
    lines = ("管理局转发关于开展绿色车间申报的通知", "各市：", BODY)
    assert drafted(*lines)[0]["notice"]["issuer"] is None


def test_the_first_of_several_bodies_run_together():
    head = "云泽省工业厅云泽省发展和改革委员会云泽省市场监督管理局关于开展绿色车间申报的通知"
    assert drafted(head, "各市：", BODY)[0]["notice"]["issuer"] == "云泽省工业厅"
