"""Checks beyond the models."""

from pathlib import Path

import pytest

from shoufa.calls.lint import lint

SCHEMAS = Path(__file__).parents[3] / "schemas"
CALL = """\
id: c
title: 甲项目
notice: {issuer: 甲委}
closes: 2023-08-15T23:59:59+08:00
closes_text: 2023年8月15日前
recommenders: {group: g}
case_by: recommender
tracks:
  - {id: t, title: 试点, form: 申报书, unit: u, words: [试点]}
  - {id: d, title: 示范, form: 申报书, unit: u, words: [示范]}
units:
  - {id: u, name: 甲院, mailbox: a@example.com}
materials:
  - kind: letter
    title: 公文
    per: submission
    forms: {scan: required}
    seals: [{any: [recommender]}]
    fields: [{name: name, labels: [项目名称], type: text}, {name: phone, labels: [电话], type: phone}]
conditions: [{id: k, text: 法人, tracks: [d]}]
"""
GROUP = """\
id: g
title: 甲
members:
  - {code: "1", name: 甲局, others: [甲]}
  - {code: "2", name: 乙局}
impostors: [丙局$]
"""


def faults(tmp_path, call=CALL, group=GROUP):
    for folder, name, text in (("calls", "c", call), ("recommenders", "g", group)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return [line.removeprefix(str(tmp_path)) for line in lint([tmp_path])]


def test_the_committed_definitions_have_no_faults():
    assert len(list(SCHEMAS.rglob("*.yaml"))) >= 4
    assert lint([SCHEMAS / "calls", SCHEMAS / "recommenders"]) == []


def test_a_sound_pair_has_no_faults(tmp_path):
    assert faults(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        ("tracks: [d]}]", "tracks: [d]}, {id: k, text: 无}]", "20: conditions", "id given twice: k"),
        ("words: [示范]", "words: [试点]", "8: tracks", "word of a track given twice: 试点"),
        ("words: [示范]", "words: []", "10: tracks[1]", "words are missing"),
        ("tracks: [d]", "tracks: [x]", "20: conditions[0].tracks", "no track x"),
        ("a@example.com", "A@example.com", "12: units[0].mailbox", "lower case"),
        (", mailbox: a@example.com", "", "12: units[0]", "a mailbox is needed"),
        ("closes_text: 2023年8月15日前\n", "", "4: closes", "closes_text"),
        ("title: 甲项目", "title: 甲项目\nopens: 2024-01-01T00:00:00+08:00", "5: closes", "before it opens"),
        ("{scan: required}", "{}", "17: materials[0].forms", "at least one form"),
        ("{scan: required}", "{scan: required, any: optional}", "17: materials[0].forms", "stands alone"),
        (
            "{any: [recommender]}",
            "{any: [recommender], each: [applicant]}",
            "18: materials[0].seals[0]",
            "either",
        ),
        ("{any: [recommender]}", "{}", "18: materials[0].seals[0]", "either"),
        ("labels: [电话]", "labels: [项目名称]", "19: materials[0].fields", "label given twice: 项目名称"),
        ("labels: [电话]", "labels: []", "19: materials[0].fields[1]", "labels are missing"),
        ("name: phone", "name: name", "19: materials[0].fields", "field given twice: name"),
        ("group: g", "group: h", "6: recommenders.group", "no list h; known: g"),
        ("title: 甲项目", "title: 1", "2: title", "expected text"),
    ],
)
def test_faults_of_a_call(tmp_path, old, new, where, words):
    assert old in CALL
    found = faults(tmp_path, call=CALL.replace(old, new))
    assert len(found) == 1, found
    assert found[0].startswith(f"/calls/c.yaml:{where}: ")
    assert words in found[0]


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        ('"2"', '"1"', "3: members", "code given twice: 1"),
        ("name: 乙局", "name: 甲", "3: members", "name given twice: 甲"),
        ("丙局$", "'('", "6: impostors[0]", "not a regular expression"),
    ],
)
def test_faults_of_a_list(tmp_path, old, new, where, words):
    assert old in GROUP
    found = faults(tmp_path, group=GROUP.replace(old, new))
    assert len(found) == 1, found
    assert found[0].startswith(f"/recommenders/g.yaml:{where}: ")
    assert words in found[0]


def test_a_file_that_is_not_there(tmp_path):
    assert "cannot be read" in lint([tmp_path / "none.yaml"])[0]


@pytest.mark.parametrize(
    ("old", "new", "line", "zh", "en"),
    [
        ("case_by: recommender", "\tcase_by: recommender", 7, "制表符", "a tab"),
        ("case_by: recommender", "case_by：recommender", 7, "全角", "full-width colon"),
        ("case_by: recommender", "case_by:recommender", 7, "冒号后缺少空格", "space is missing"),
        ("title: 甲项目", "title: @甲项目", 2, "加引号", "quote it"),
        ("title: 甲项目", "title: 甲: 项目", 2, "加引号", "quote it"),
        ("title: 甲项目", 'title: "甲项目', 2, "引号没有成对", "not closed"),
        ("title: 甲项目", "title: null", 2, "还是空的", "still empty"),
        ("case_by: recommender", "case_by: null", 7, "'recommender' or 'applicant'", "still empty"),
        ("closes: 2023-08-15T23:59:59+08:00", "closes: 2023年8月15日", 4, "应为时间", "expected a time"),
        ("closes: 2023-08-15T23:59:59+08:00", "closes: 2023-08-15T23:59:59", 4, "时区", "its zone"),
        ("case_by: recommender", "case_bye: recommender", 7, "是否为 case_by？", "did you mean case_by?"),
        ("case_by: recommender", "case_by: recommender\ntitle: 乙", 8, "此项重复", "given twice"),
        ("unit: u, words: [示范]", "unit: uu, words: [示范]", 10, "是否为 u？", "did you mean u?"),
        ("tracks: [d]", "tracks: [dd]", 20, "是否为 d？", "did you mean d?"),
        ("mailbox: a@example.com", "mailbox: 13000000000", 12, "数字请加引号", "quotes around a number"),
        ("notice: {issuer: 甲委}", "notice: issuer：甲委", 3, "全角冒号", "full-width colon"),
    ],
)
def test_slips_of_a_clerk_are_explained(tmp_path, old, new, line, zh, en):
    assert old in CALL
    found = faults(tmp_path, call=CALL.replace(old, new))
    assert any(f.startswith(f"/calls/c.yaml:{line}: ") and zh in f and en in f for f in found), found


def test_a_draft_with_questions_is_not_done(tmp_path):
    asked = "\n# 待答复的问题 / questions\n# - closes：通知没有写截止日期 / the notice does not give the deadline\n"
    found = faults(tmp_path, call=CALL + asked)
    (only,) = found
    assert only.startswith("/calls/c.yaml:23: 还有问题没有答复：closes：通知没有写截止日期。答复后请删去这一行 / ")


def test_lists_may_lie_elsewhere(tmp_path):
    faults(tmp_path)
    alone = tmp_path / "drafts" / "c.yaml"
    alone.parent.mkdir()
    alone.write_text(CALL, encoding="utf-8")
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "g.yaml").write_text(GROUP, encoding="utf-8")
    (tmp_path / "recommenders" / "g.yaml").unlink()
    (tmp_path / "recommenders").rmdir()
    assert lint([alone], tmp_path / "lists") == []
    assert "no list g" in lint([alone])[0]
