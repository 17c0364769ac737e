"""judging/revised.py: what a revision adds about papers that came before it is a question for the unit at most."""

import pytest

from shoufa.domain.codes import Severity
from shoufa.domain.submission import Verdict
from shoufa.judging.revised import Earlier, judge_revised
from shoufa.judging.verdict import judge
from unit.judging.build import APPLICATION, LETTER, SUMMARY, call, case, complete, group

BOTH = {"scan": "required", "word": "required"}
ASKS_MORE = call(materials=[{**LETTER, "forms": BOTH}, APPLICATION, SUMMARY])
NO_WORD = {k: v for k, v in complete().items() if k != "公文.docx"}


def judged(made, old, mails=None) -> Verdict:
    """A case by the rules of `made`, received under those of `old`."""
    given = case(NO_WORD).model_copy(update={"revision": "feedfeedfeedfeed"})
    mails = frozenset(m.digest for m in given.mails) if mails is None else mails
    return judge_revised(made, group(), given, {made.id: made}, earlier=(Earlier(old, group(), mails),))


def test_without_earlier_rules_it_is_the_plain_verdict():
    given = case(NO_WORD)
    assert judge_revised(ASKS_MORE, group(), given, {}) == judge(ASKS_MORE, group(), given, {})


def test_an_added_error_is_a_question_for_the_unit():
    verdict = judged(ASKS_MORE, call())
    (finding,) = [f for f in verdict.findings if f.code == "letter.word-missing"]
    assert (finding.severity, finding.audience, verdict.status) == ("question", "unit", "review")
    assert "feedfeedfeedfeed" in finding.message.zh


def test_what_was_asked_for_before_is_an_error_still():
    verdict = judged(ASKS_MORE, ASKS_MORE)
    (finding,) = [f for f in verdict.findings if f.code == "letter.word-missing"]
    assert (finding.severity, finding.audience, verdict.status) == ("error", "applicant", "incomplete")


@pytest.mark.parametrize(
    ("was", "becomes"), [("optional", "question"), ("expected", "question"), ("required", "error")]
)
def test_a_heavier_need_weighs_no_more_than_a_question(was: str, becomes: str):
    old = call(materials=[{**LETTER, "forms": {"scan": "required", "word": was}}, APPLICATION, SUMMARY])
    (finding,) = [f for f in judged(ASKS_MORE, old).findings if f.code == "letter.word-missing"]
    assert finding.severity == becomes


def test_an_added_warning_stays_one_and_is_the_units():
    mark = call(subject_mark="【申报】", subject_mark_need="optional")
    (finding,) = [f for f in judged(mark, call()).findings if f.code == "submission.subject-mark"]
    assert (finding.severity, finding.audience) == (Severity.WARNING, "unit")


def test_loosening_holds_without_a_word():
    old = call(materials=[{**LETTER, "forms": BOTH}, APPLICATION, SUMMARY])
    assert "letter.word-missing" not in {
        f.code for f in judged(call(), old).findings if f.severity == "error"
    }
