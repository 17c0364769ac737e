"""The ways in which notices write the same fact: what each says is found, what only looks like it is not."""

import pytest

from shoufa.calls.draft import draft_calls
from shoufa.calls.draft_said import Said, counted, number_in


def plain(node):
    if isinstance(node, Said):
        return plain(node.value)
    if isinstance(node, dict):
        return {k: plain(v) for k, v in node.items()}
    return [plain(v) for v in node] if isinstance(node, list) else node


def drafted(text):
    (draft,) = draft_calls(text, "n.txt", [])
    return plain(draft.values), draft


def notice(*lines, head="甲委关于征集乙项目的通知", foot="甲省发展委员会\n2031年4月1日"):
    return drafted("\n".join([head, "各单位：", *lines, foot]))


DEADLINES = [
    ("请于五月六日前报送", "2031-05-06T23:59:59+08:00"),
    ("请于二〇三一年五月六日前报送", "2031-05-06T23:59:59+08:00"),
    ("请于5月6号前报送", "2031-05-06T23:59:59+08:00"),
    ("请于2031.5.6前报送", "2031-05-06T23:59:59+08:00"),
    ("请于2031-05-06 17:00前报送", "2031-05-06T17:00:00+08:00"),
    ("请于5月6日下午5点半前报送", "2031-05-06T17:30:00+08:00"),
    ("请于5月6日上午下班前报送", "2031-05-06T23:59:59+08:00"),
    ("受理时间：2031年4月3日9:00至2031年5月6日18:00", "2031-05-06T18:00:00+08:00"),
    ("受理时间：2031年4月3日- 5月6日，逾期不予受理", "2031-05-06T23:59:59+08:00"),
    ("申报时间为2031年5月3日至6日", "2031-05-06T23:59:59+08:00"),
    ("申报时间为5月3-6日", "2031-05-06T23:59:59+08:00"),
    ("材料集中受理时间为：2031年5月6日9:00-18:00", "2031-05-06T18:00:00+08:00"),
    ("5月6日各单位向我委报送以下材料", "2031-05-06T23:59:59+08:00"),
    ("请各单位于5月6日前完成线上申报", "2031-05-06T23:59:59+08:00"),
    ("请各单位于5月6日前完成遴选，并将结果报我委", "2031-05-06T23:59:59+08:00"),
    ("企业于5月1日前将材料报送至所在地县局，县局于5月6日前报送我委", "2031-05-06T23:59:59+08:00"),
    ("负责人于5月1日前交至各系，各系于5月6日前报送", "2031-05-06T23:59:59+08:00"),
    ("部里规定的申报截止日期为5月10日，请于5月6日前报送我委", "2031-05-06T23:59:59+08:00"),
    ("请于4月20日前反馈联系人名单；5月6日前将申报材料报送我委", "2031-05-06T23:59:59+08:00"),
    ("2030年1月1日至5月1日期间发表的论文均可申报，请于5月6日前报送", "2031-05-06T23:59:59+08:00"),
    ("2030年1月1日至5月1日期间发表的论文均可申报", None),
    ("请于3月6日前报送", None),  # before the notice's own date, eleven months after it: a slip
    ("收到通知后10个工作日内报送", None),
    ("第2.5.6章所述材料请报送", None),
]


@pytest.mark.parametrize(("sentence", "closes"), DEADLINES)
def test_deadlines(sentence, closes):
    got = notice(f"{sentence}，材料发至a@example.com。")[0]["closes"]
    assert (got and got.isoformat()) == closes


def test_a_relative_deadline_is_quoted_and_asked_about():
    call, draft = notice("请自通知印发之日起30日内将申报书发至a@example.com。")
    assert call["closes_text"] == "之日起30日内"
    assert any("相对" in q for q in draft.questions)


def test_a_year_is_taken_from_another_deadline_only():
    lines = ("请于2031年5月1日前完成线上填报，5月6日前将申报书报送我委。",)
    call, draft = notice(*lines, foot="")
    assert call["closes"].year == 2031
    other, draft = notice("工程应于2035年完工。", "请于5月6日前将申报书报送我委。", foot="")
    assert other["closes"] is None
    assert any("没有写年份" in q for q in draft.questions)


QUOTAS = [
    ("各单位可推荐典型案例1个，优先推荐近年成果", [1]),
    ("各高校可各申报2项", [2]),
    ("我校限额3项", [3]),
    ("省厅限我校申报5项", [5]),
    ("请自主推荐1个示范点", [1]),
    ("每单位限推1项", [1]),
    ("推荐项目数量控制在3个以内", [3]),
    ("经开区限报2家，其余县区限报1家", [2]),
    ("部里分配给我省推荐名额为12名，各高校推荐不超过3名", [3]),
    ("每人限报1项", [1]),
    ("各市推荐的优秀场景和示范工厂分别不超过5个和3个", [5, 3]),
    ("限报不超过1家候选示范园区，限报不超过5家候选示范基地", [1, 5]),
    ("拟遴选不超过50个项目", []),
    ("联合申报单位不超过3家", []),
    ("项目团队成员不超过10人", []),
    ("同一机构开展的评价项目（含复核）总计不超过15项", []),
    ("各单位推荐联络员1名", []),
    ("各市推荐3个以上案例", []),
    ("原则上推荐15项左右", []),
    ("每个推荐项目建立一个文件夹", []),
    ("各单位推荐三五个案例", []),
]


@pytest.mark.parametrize(("sentence", "most"), QUOTAS)
def test_quotas(sentence, most):
    call, _ = notice(f"{sentence}，请于2031年5月6日前报送申报书。")
    assert [t["quota"]["max"] for t in call["tracks"] if t["quota"]] == most


def test_limits_that_differ_are_asked_about():
    _, draft = notice("经开区限报2家，其余县区限报1家，请于2031年5月6日前报送申报书。")
    assert any(q.startswith("tracks[0].quota") and "限报1家" in q for q in draft.questions)


PAPERS = [
    ("请将推荐函、推荐表及汇总表报送我委", {"letter": "推荐函", "application": "推荐表", "summary": "汇总表"}),
    ("请将推荐表、申报书报送我委", {"application": "申报书", "summary": "推荐表"}),
    ("请填写提名书并报送我委", {"application": "提名书"}),
    ("请将项目资金申请报告装订成册（一式八份）报送我委", {"application": "项目资金申请报告"}),
    ("请将申报纸质材料一式四份报送我委", {"application": "申报纸质材料"}),
    ("请打印书面申报书报送我委", {"application": "申报书"}),
    ("请将盖章申报函和申报书报送我委", {"letter": "申报函", "application": "申报书"}),
    ("请将申报材料（含申请书、相关证明材料等）报送我委", {"application": "申请书", "proof": "相关证明材料"}),
    ("请将申报书报送我委，证明材料可暂不提交", {"application": "申报书"}),
    ("推荐表格及材料报送我委", {"application": "推荐表"}),
    ("会议材料另发", {}),
]


@pytest.mark.parametrize(("sentence", "papers"), PAPERS)
def test_papers(sentence, papers):
    call, _ = notice(f"请于2031年5月6日前办理。{sentence}。")
    assert {m["kind"]: m["title"] for m in call["materials"]} == papers


def test_a_paper_bears_its_annexs_title_where_only_one_ends_so():
    listed = ("请将申报书和汇总表报送我委。", "附件：1.绿色车间申报书", "2.绿色车间推荐汇总表")
    titles = {m["kind"]: m["title"] for m in notice(*listed)[0]["materials"]}
    assert titles == {"application": "绿色车间申报书", "summary": "绿色车间推荐汇总表"}
    two = notice(*listed, "3.绿色园区推荐汇总表")[0]["materials"]
    assert {m["kind"]: m["title"] for m in two}["summary"] == "汇总表"


COPIES = [
    ("申报书一式陆份报送我委。", 6),
    ("《投标书》一式6份；《申请书》一式2份报送我委。", None),
    ("纸质版公文3份、纸质版申请报告1份报送我委。", None),
    ("申报书一式三五份报送我委。", None),
]


@pytest.mark.parametrize(("sentence", "copies"), COPIES)
def test_copies(sentence, copies):
    assert (notice(sentence)[0].get("paper") or {}).get("copies") == copies


@pytest.mark.parametrize(("text", "number"), [("十二", 12), ("二十", 20), ("叁", 3), ("三五", None), ("十十", None), ("百", None)])
def test_numbers_in_words(text, number):
    assert counted(text) == number
    if number is None:
        with pytest.raises(ValueError, match=text):
            number_in(text)


def test_the_span_that_a_project_falls_into_does_not_open_the_call():
    lines = ("申报项目应为2030年10月1日至2031年3月30日之间完成审定的项目。", "请于2031年5月6日前报送申报书。")
    assert notice(*lines)[0]["opens"] is None
    assert str(notice("申报时间为2031年4月3日至5月6日。")[0]["opens"])[:10] == "2031-04-03"
