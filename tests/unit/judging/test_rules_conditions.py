"""Eligibility clauses that are checked (rules_conditions.py)."""

import pytest

from shoufa.domain.codes import Audience, Form, Severity
from shoufa.domain.duties import Condition
from shoufa.judging.rules_conditions import is_shown, words_of
from unit.judging.build import (
    BRIDGE,
    BUILD,
    LATIN,
    application,
    call,
    codes,
    complete,
    facts,
    only,
    page,
    verdict,
)

CLAUSE = "示范项目申报主体为已开展并通过验收，且验收结论为优秀的国家级标准化试点项目"
CODE = "application.condition-unclear"


def condition(**more: object) -> dict[str, object]:
    return {"id": "accepted", "text": CLAUSE, "tracks": ["demo"], "mode": "checked", **more}


def judged(said: str = "", *conditions: dict[str, object], papers=None):
    """The package whose demonstration's form says something more."""
    form = application(BRIDGE, BUILD, kind="□试点 ☑示范", 工作基础=said)
    asked = call(conditions=list(conditions) or [condition()])
    return verdict({**complete(), f"{BRIDGE}.docx": form, **(papers or {})}, of=asked)


def test_a_clause_that_nothing_shows_is_a_question_to_the_unit():
    found = only(judged("长期开展标准化工作"), CODE)
    assert (found.project, found.field) == (BRIDGE, "accepted")
    assert (found.severity, found.audience) == (Severity.QUESTION, Audience.UNIT)
    assert "验收" in found.message.zh


SHOWN = [
    "2021年通过国家级标准化试点验收，结论为优秀",
    "国家级服务业标准化试点（2019—2021），验收结论：优秀",
    "试点验收结论：☑优秀 □良好 □合格",
    "试点项目以优秀等次通过考核验收",
    "近三年未发生事故，试点验收结论为优秀",
]
NOT_SHOWN = [
    "2021年通过国家级标准化试点验收，结论为合格",
    "试点验收结论：□优秀 ☑合格",
    "尚未验收，争取达到优秀",
    "示范项目应为通过验收且验收结论为优秀的试点项目",
    "拥有一支优秀的标准化团队。产品通过用户验收",
    "试点未通过验收，团队优秀",
]


@pytest.mark.parametrize("said", SHOWN)
def test_what_shows_it(said):
    assert CODE not in codes(judged(said))


@pytest.mark.parametrize("said", NOT_SHOWN)
def test_what_does_not(said):
    assert CODE in codes(judged(said))


def test_a_proof_that_names_the_applicant_shows_it_and_another_ones_does_not():
    def proof(who: str):
        text = f"验收证书\n{who}承担的国家级标准化试点项目通过验收，验收结论为优秀。"
        return {"验收证书.pdf": facts([page(text)], Form.SCAN)}

    assert CODE not in codes(judged(papers=proof(BUILD)))
    assert CODE in codes(judged(papers=proof("某某第三方公司")))


def test_a_clause_of_another_track_or_only_declared_asks_nothing():
    assert CODE not in codes(judged("", condition(tracks=["infra"])))
    assert CODE not in codes(judged("", condition(mode="declared")))


def test_of_clauses_under_one_name_one_suffices():
    either = condition(id="standards", text="主导制定国家标准", shows=["主导", "国家标准"], one_of="a")
    assert CODE not in codes(judged("主导制定国家标准3项", condition(one_of="a"), either))
    assert codes(judged("长期工作", condition(one_of="a"), either)).count(CODE) == 2


def test_a_project_whose_form_is_missing_is_told_of_that_alone():
    papers = {k: v for k, v in complete().items() if not k.startswith(BRIDGE)}
    assert CODE not in codes(verdict(papers, of=call(conditions=[condition()])))


def test_the_words_are_the_calls_or_the_clauses_own():
    assert words_of(Condition(id="a", text=CLAUSE)) == ("验收", "优秀")
    assert words_of(Condition(id="a", text=CLAUSE, shows=("评估|验收", "合格"))) == ("评估|验收", "合格")


def test_a_clause_without_words_is_never_shown():
    assert not is_shown(Condition(id="a", text="具有典型特色", mode="checked"), "具有典型特色")


def test_the_other_project_is_not_asked():
    assert LATIN not in {f.project for f in judged("").findings if f.code.value == CODE}
