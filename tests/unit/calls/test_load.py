"""Loading the two calls and their recommenders, and what is said of faulty files."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from shoufa.calls.load import (
    CallError,
    load_call,
    load_calls,
    load_recommenders,
    parse_call,
    parse_recommenders,
)
from shoufa.domain.codes import Form, Kind, Need

SCHEMAS = Path(__file__).parents[3] / "schemas"
CALL = """\
id: c
title: 甲项目
notice: {issuer: 甲委}
recommenders: {group: g}
case_by: recommender
tracks:
  - {id: t, title: 试点, form: 申报书, unit: u}
units:
  - {id: u, name: 甲院, mailbox: a@example.com}
materials: []
"""


@pytest.fixture(scope="module")
def calls():
    return load_calls(SCHEMAS / "calls")


@pytest.fixture(scope="module")
def groups():
    return load_recommenders(SCHEMAS / "recommenders")


def needs(material):
    return {str(form): str(need) for form, need in material.forms.items()}


def test_the_hightech_call(calls):
    call = calls["sac-2023-27-hightech"]
    assert [(t.id, t.unit, t.quota.max, t.quota.firm) for t in call.tracks] == [
        ("pilot", "cnis", 10, False),
        ("demo", "cnis", 2, False),
        ("newinfra", "cesi", 10, False),
    ]
    assert [u.mailbox for u in call.units] == ["wangshm@cnis.ac.cn", "sujr@cesi.cn"]
    assert call.closes.astimezone(UTC) == datetime(2023, 8, 15, 15, 59, 59, tzinfo=UTC)
    assert {m.kind.value: needs(m) for m in call.materials} == {
        "letter": {"scan": "required", "word": "optional"},
        "application": {"word": "required", "scan": "required"},
        "summary": {"word": "required", "scan": "required"},
        "proof": {"any": "optional"},
    }
    assert [(s.any, s.need) for s in call.material(Kind.APPLICATION).seals] == [
        (("applicant", "recommender"), Need.EXPECTED),
        (("recommender",), Need.OPTIONAL),
    ]
    assert (call.archive, call.subject_mark) == (Need.NONE, None)
    assert call.outcome.settle == timedelta(minutes=10)


def test_the_shanghai_call(calls):
    call = calls["shanghai-2021-511"]
    assert [t.id for t in call.tracks] == ["base", "centre"]
    assert (call.case_by, call.recommenders.closed, call.archive) == ("applicant", False, Need.OPTIONAL)
    assert [m.kind for m in call.materials] == [Kind.APPLICATION]
    assert call.material(Kind.APPLICATION).need(Form.SCAN) is Need.EXPECTED
    assert (call.subject_mark, call.subject_mark_need) == ("新型标准化技术组织试点申报", Need.OPTIONAL)
    assert call.notice.issued == date(2021, 9, 30)
    assert call.closes.astimezone(UTC) == datetime(2021, 10, 15, 15, 59, 59, tzinfo=UTC)
    assert (call.unit("sh").contact.phone, call.paper.copies) == ("64220000转2509分机", 2)


def test_fields_of_forms_are_never_stated(calls):
    for call in calls.values():
        for material in call.materials:
            assert all(rule.source == "inferred" for rule in (*material.fields, *material.columns))


def test_every_call_has_its_list(calls, groups):
    assert {c.recommenders.group for c in calls.values() if c.recommenders} == set(groups)


def test_the_recommenders_of_the_provinces(groups):
    members = {m.code: m.name for m in groups["provincial-market-regulators"].members}
    assert len(members) == 32
    assert members["120000"] == "天津市市场监督管理委员会"
    assert [n for n in members.values() if n.endswith("厅")] == [
        "吉林省市场监督管理厅",
        "宁夏回族自治区市场监督管理厅",
    ]
    assert members["XPCC"] == "新疆生产建设兵团市场监督管理局"


def is_impostor(groups, name):
    return any(re.search(p, name) for p in groups["provincial-market-regulators"].impostors)


def test_no_name_of_a_member_looks_like_an_impostor(groups):
    for member in groups["provincial-market-regulators"].members:
        for name in (member.name, *member.others, f"{member.name}（{member.name[:3]}知识产权局）"):
            assert not is_impostor(groups, name), name


@pytest.mark.parametrize(
    "name",
    [
        "武汉市市场监督管理局",
        "湖北省武汉市市场监督管理局",
        "杭州市市场监管局",
        "上海市徐汇区市场监督管理局",
        "长沙县市场监督管理局",
        "恩施土家族苗族自治州市场监督管理局",
        "深圳市市场监督管理局",
        "无锡市市场监督管理局（无锡市知识产权局）",
        "兴安盟市场监督管理局",
        "天津市市场监督管理委员会滨海新区分局",
        "第八师石河子市市场监督管理局",
        "新疆生产建设兵团第八师市场监督管理局",
        "吉林市市场监督管理局",
        "宁夏回族自治区固原市市场监督管理局",
        "贵州省遵义市市场监管局",
        "广州市质量技术监督局",
        "重庆市渝北区市场监督管理局",
        "大连市市监局",
    ],
)
def test_city_and_county_bureaus_are_impostors(groups, name):
    assert is_impostor(groups, name)


@pytest.mark.parametrize(
    "name",
    [
        "自治区市场监管局",
        "省市场监督管理局",
        "市市场监督管理局",
        "国家市场监督管理总局",
        "湖北省市场监督管理局标准化处",
        "武汉市人民政府",
        "武汉市某某市场监督管理咨询有限公司",
    ],
)
def test_what_is_not_known_is_no_impostor(groups, name):
    assert not is_impostor(groups, name)


def test_the_recommenders_of_shanghai(groups):
    group = groups["shanghai-districts-and-departments"]
    assert len([m for m in group.members if m.name.endswith("区人民政府")]) == 16
    others = {o: m.name for m in group.members for o in m.others}
    assert others["徐汇区政府"] == "上海市徐汇区人民政府"
    assert others["市经信委"] == "上海市经济和信息化委员会"

    def is_open(name):
        return any(re.search(p, name) for p in group.open_patterns)

    assert is_open("上海市信访办公室")
    assert is_open("上海虹桥国际中央商务区管理委员会")
    assert not is_open("江苏省商务厅")
    assert not is_open("上海某某管理有限公司")


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "zh", "en"),
    [
        ("case_by: recommender", "case_by: anyone", 5, "case_by", "下列之一", "'recommender' or 'applicant'"),
        ("title: 甲项目", "titel: 甲项目", 2, "titel", "是否为 title", "did you mean title"),
        ("title: 甲项目\n", "", 1, "title", "缺少此项", "missing"),
        ("mailbox: a@", "mailbx: a@", 9, "units[0].mailbx", "是否为 mailbox", "did you mean mailbox"),
        ("name: 甲院", "name: 12", 9, "units[0].name", "加引号", "quotes"),
        ("materials: []", "materials: []\ncloses: 2023-08-15T23:59:59", 11, "closes", "时区", "zone"),
        ("materials: []", "materials: []\ncloses: 八月", 11, "closes", "应为时间", "expected a time"),
        ("materials: []", "materials: 公文", 10, "materials", "列表", "a list"),
        ("materials: []", "materials: []\noutcome: {settle: soon}", 11, "outcome.settle", "时长", "PT10M"),
        ("unit: u}", "unit: x}", 7, "tracks[0].unit", "没有单位 x", "no unit x; known: u"),
        ("unit: u}", "unit: u, quota: {max: -1}}", 7, "tracks[0].quota.max", "不合要求", "greater than"),
        ("title: 甲项目", "title: 甲\ntitle: 乙", 3, "title", "重复", "given twice"),
    ],
)
def test_errors_name_file_line_and_field(old, new, line, field, zh, en):
    assert old in CALL
    with pytest.raises(CallError) as caught:
        parse_call(CALL.replace(old, new), "c.yaml")
    problem = next(p for p in caught.value.problems if p.field == field)
    assert (problem.file, problem.line) == ("c.yaml", line)
    assert zh in problem.zh
    assert en in problem.en
    assert str(problem).startswith(f"c.yaml:{line}: ")


def test_an_unknown_form_names_the_forms_there_are():
    text = CALL.replace(
        "materials: []",
        "materials:\n  - {kind: letter, title: 公文, per: submission, forms: {pdf: required}}",
    )
    with pytest.raises(CallError, match="'word', 'scan' or 'digital'") as caught:
        parse_call(text, "c.yaml")
    assert caught.value.problems[0].field == "materials[0].forms.pdf"


def test_all_faults_are_told_at_once():
    text = CALL.replace("case_by: recommender", "case_by: x").replace("title: 甲项目", "title: 1")
    with pytest.raises(CallError) as caught:
        parse_call(text, "c.yaml")
    assert [p.line for p in caught.value.problems] == [2, 5]


def test_an_empty_file_is_no_call():
    with pytest.raises(CallError, match="name: value"):
        parse_call("", "c.yaml")


def test_a_list_needs_names():
    with pytest.raises(CallError) as caught:
        parse_recommenders("id: g\ntitle: 甲\nmembers:\n  - {code: '1'}\n", "g.yaml")
    assert [(p.line, p.field) for p in caught.value.problems] == [(4, "members[0].name")]


def test_the_id_is_the_file_name(tmp_path):
    (tmp_path / "d.yaml").write_text(CALL, encoding="utf-8")
    with pytest.raises(CallError, match="the file's name: d"):
        load_call(tmp_path / "d.yaml")


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(CallError, match="cannot be opened"):
        load_call(tmp_path / "none.yaml")
    (tmp_path / "c.yaml").write_bytes(CALL.encode("gb18030"))
    with pytest.raises(CallError, match="not UTF-8"):
        load_call(tmp_path / "c.yaml")


def test_a_byte_order_mark_is_left_out(tmp_path):
    (tmp_path / "c.yaml").write_text(CALL, encoding="utf-8-sig")
    assert load_calls(tmp_path)["c"].title == "甲项目"
