"""Two versions of one paper in one mail (rules_conflicts.py)."""

import pytest

from shoufa.domain.codes import Audience, Form, Severity
from unit.judging.build import HUBEI, LATIN, RICE, application, codes, complete, letter, only, verdict

LETTER, APPLICATION = "letter.versions-conflict", "application.versions-conflict"
ONE, TWO = "现推荐1个项目，请予审核。", "现推荐2个项目，请予审核。"


def letters(first: str, second: str, form: Form = Form.WORD, *, name: str = "公文B", **more: str):
    """The package with two letters in place of one; `more` is what the second one says otherwise."""
    ending = "docx" if form is Form.WORD else "pdf"
    papers = {k: v for k, v in complete().items() if k != f"公文.{ending}"}
    return {
        **papers,
        f"公文A.{ending}": letter(form, said=first),
        f"{name}.{ending}": letter(form, said=second, **more),
    }


def forms(*, name: str = f"{LATIN}B.docx", **more: str):
    """The package with a second form of one project in Word."""
    return {**complete(), name: application(LATIN, **more)}


@pytest.mark.parametrize("form", [Form.WORD, Form.SCAN])
def test_two_letters_of_one_number_that_recommend_differently_are_a_question_to_the_unit(form):
    found = only(verdict(letters(TWO, ONE, form)), LETTER)
    assert (found.severity, found.audience) == (Severity.QUESTION, Audience.UNIT)
    assert "推荐数量" in found.message.zh


@pytest.mark.parametrize(
    "papers",
    [
        letters(TWO, TWO),
        letters(TWO, ONE, number="鄂市监函〔2023〕13号"),
        letters(ONE, TWO, name="公文（最终版）"),
        letters(TWO, ONE, issuer="湖南省市场监督管理局"),
    ],
    ids=["a copy", "another letter", "called final", "another body's"],
)
def test_these_are_no_versions_that_conflict(papers):
    assert LETTER not in codes(verdict(papers))


def test_a_later_letter_holds_by_itself():
    later = {"公文.docx": letter(Form.WORD, said=TWO)}
    first = {**complete(), "公文.docx": letter(Form.WORD, said=ONE)}
    assert LETTER not in codes(verdict(first, later))


DIFFERENT = [{"联系人": "李四"}, {"kind": "□试点 ☑示范"}, {"推荐单位": "湖南省市场监督管理局"}]


@pytest.mark.parametrize("more", DIFFERENT)
def test_two_forms_of_one_project_that_differ_are_a_question_to_the_unit(more):
    found = only(verdict(forms(**more)), APPLICATION)
    assert (found.project, found.severity, found.audience) == (LATIN, Severity.QUESTION, Audience.UNIT)


def test_a_copy_and_a_later_form_and_a_final_one_conflict_with_nothing():
    assert APPLICATION not in codes(verdict(forms()))
    assert APPLICATION not in codes(verdict(complete(), {f"{LATIN}.docx": application(LATIN, 联系人="李四")}))
    assert APPLICATION not in codes(verdict(forms(name=f"{LATIN}（修订）.docx", 联系人="李四")))


def test_of_two_in_one_mail_the_one_called_final_holds():
    papers = {**complete(), f"{LATIN}（终稿）.docx": application(LATIN, 联系人="")}
    assert "application.field-missing" in codes(verdict(papers))
    papers = {
        **complete(),
        f"{LATIN}.docx": application(LATIN, 联系人=""),
        f"{LATIN}（终稿）.docx": application(LATIN),
    }
    assert "application.field-missing" not in codes(verdict(papers))


def test_two_projects_of_one_name_by_two_bodies_are_no_versions():
    assert APPLICATION not in codes(verdict({**complete(), "乙.docx": application(LATIN, RICE)}))


def test_the_recommender_stays_established_beside_two_letters():
    assert verdict(letters(TWO, ONE)).recommender == HUBEI
