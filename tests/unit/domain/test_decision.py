"""domain/decision.py: the closed list of decisions, and exact words where one is none."""

import json

import pytest

from shoufa.domain.decision import NotADecision, read_decision
from shoufa.domain.decision_problems import ACTIONS

NUMBER, SHA = "230801-7KQ3XF-4", "a" * 64
BASE = {"who": "wl", "submission": NUMBER}
GOOD = [
    {**BASE, "action": "judge-again"},
    {**BASE, "action": "note", "why": "电话核对"},
    {**BASE, "action": "seal", "sha256": SHA, "confirmed": True},
    {**BASE, "action": "seal", "sha256": SHA, "pages": [2, 3], "confirmed": False, "whose": "applicant"},
    {**BASE, "action": "kind", "sha256": SHA, "kind": "letter"},
    {**BASE, "action": "sender", "address": "li@other.example"},
    {**BASE, "action": "release", "verdict": SHA},
    {**BASE, "action": "hold"},
    {**BASE, "action": "merge", "other": "230802-7KQ3XF-4"},
    {**BASE, "action": "unmerge"},
    {**BASE, "action": "withdraw", "project": "稻虾共作"},
    {**BASE, "action": "withdraw", "project": None},
    {**BASE, "action": "paper", "copies": 2, "disc": True, "received": "2023-08-10"},
    {
        "action": "add",
        "who": "wl",
        "mail": f"inbox/mail/add/{SHA}",
        "submission": NUMBER,
        "received_at": "2023-08-10T09:30:00+08:00",
    },
    {"action": "release-mail", "who": "wl", "object": "inbox/mail/smtp/1.eml"},
    {"action": "pause", "who": "wl"},
    {"action": "resume", "who": "wl"},
]


@pytest.mark.parametrize("said", GOOD, ids=lambda s: s["action"])
def test_each_action_is_read_back_as_it_was_written(said):
    made = read_decision(json.dumps(said).encode())
    assert made.action == said["action"]
    assert made.who == "wl"
    assert read_decision(made.model_dump_json().encode()) == made


def test_every_action_is_tried():
    assert {s["action"] for s in GOOD} == set(ACTIONS)


@pytest.mark.parametrize("said", GOOD, ids=lambda s: s["action"])
def test_the_ledger_gets_codes_and_no_words(said):
    codes = read_decision(json.dumps(said | {"why": "因为如此"}).encode()).codes()
    told = json.dumps(codes, ensure_ascii=False)
    assert not any(w in told for w in ("因为", "稻虾", "@", "other.example"))


WRONG = [
    ({}, "action：须为其中之一 / must be one of: judge-again"),
    ({**BASE, "action": "delete"}, "must be one of"),
    ({"action": "note", "submission": NUMBER}, "who：缺少，应为工作人员代号"),
    ({**BASE, "action": "note", "who": "王丽"}, "who：应为工作人员代号，限字母、数字和._-，最多32个字符 / must be a short id"),
    ({**BASE, "action": "note", "who": "a" * 33}, "who：应为"),
    ({**BASE, "action": "note", "who": "wl\n"}, "who：应为"),
    ({**BASE, "action": "note", "submission": "x"}, "submission：应为收件编号"),
    ({**BASE, "action": "note", "colour": "red"}, "colour：该操作没有此项 / this action has no such field"),
    ({**BASE, "action": "seal", "sha256": "zz", "confirmed": True}, "sha256：应为文件的SHA-256"),
    ({**BASE, "action": "seal", "sha256": SHA}, "confirmed：缺少"),
    ({**BASE, "action": "seal", "sha256": SHA, "confirmed": True, "pages": [0, 1]}, "pages：应为起止页码"),
    ({**BASE, "action": "kind", "sha256": SHA, "kind": "archive"}, "kind：应为letter"),
    ({**BASE, "action": "sender", "address": "nobody"}, "address：应为邮箱地址"),
    ({**BASE, "action": "release", "verdict": "1"}, "verdict：应为核对结果"),
    ({**BASE, "action": "paper", "copies": -1}, "copies：应为份数"),
    ({"action": "add", "who": "wl", "mail": "inbox/mail/1", "received_at": "2023-08-10T09:30:00+08:00"}, "mail：应为"),
    ({**BASE, "action": "note", "at": "2023-08-10T09:30:00"}, "at：应为带时区的时间"),
    ([], "不是JSON对象 / not a JSON object"),
]


@pytest.mark.parametrize(("said", "words"), WRONG, ids=[w[1][:20] for w in WRONG])
def test_what_is_wrong_is_said_in_both_languages(said, words):
    with pytest.raises(NotADecision) as err:
        read_decision(json.dumps(said, ensure_ascii=False).encode())
    assert words in "\n".join(err.value.problems)
    assert all(" / " in p for p in err.value.problems)


def test_the_value_itself_is_not_repeated():
    with pytest.raises(NotADecision) as err:
        read_decision(json.dumps({**BASE, "action": "sender", "address": "secret words"}).encode())
    assert "secret" not in str(err.value)
