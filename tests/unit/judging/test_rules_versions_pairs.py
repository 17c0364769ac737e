"""The Word version against its stamped scan over generated pairs: slips never raise it, true differences do."""

from collections import Counter

import pytest

from samples.version_pairs import Said, changed_pairs, pairs
from shoufa.domain.codes import Form
from shoufa.domain.facts import Facts
from shoufa.domain.finding import Finding
from unit.judging.build import application, complete, of_code, replaced, seal, verdict

FIELDS = {"name": "项目名称", "applicant": "申报单位", "recommender": "推荐单位", "type": "项目类型"}
ENGLISH = {"name": "project", "applicant": "applicant", "recommender": "recommender", "type": "type"}


def paper(said: Said, form: Form) -> Facts:
    seals = [seal(said.applicant)] if form is Form.SCAN else None
    return application(said.name, said.applicant, form, seals, kind=said.kind, 推荐单位=said.recommender)


def found(word: Said, scan: Said) -> list[Finding]:
    papers = complete([(word.name, word.applicant, word.type)], by=word.recommender)
    both = {f"{word.name}.docx": paper(word, Form.WORD), f"{word.name}扫描件.pdf": paper(scan, Form.SCAN)}
    return of_code(verdict(replaced(papers, **both)), "application.versions-differ")


def alarms(count: int, rate: float, seed: int) -> int:
    """How many of so many faithful scans are said to differ."""
    return sum(bool(found(word, scan)) for word, scan in pairs(count, rate, seed))


def caught(count: int, rate: float, seed: int) -> tuple[Counter[str], Counter[str]]:
    """Differences by kind, and those of them that were found, in the right field, with both readings."""
    tried, seen = Counter[str](), Counter[str]()
    for way, word, scan in changed_pairs(count, rate, seed):
        tried[way] += 1
        seen[way] += any(_tells(f, way.partition(":")[0]) for f in found(word, scan))
    return tried, seen


def _tells(finding: Finding, field: str) -> bool:
    zh, en = FIELDS[field], ENGLISH[field]
    return (
        f"{zh}在Word版为“" in finding.message.zh
        and "在扫描件识别为“" in finding.message.zh.partition(f"{zh}在Word版为“")[2]
        and f"{en}: “" in finding.message.en
        and "” in Word, read as “" in finding.message.en.partition(f"{en}: “")[2]
    )


@pytest.mark.parametrize(("rate", "most"), [(0.0, 0), (0.005, 0), (0.02, 3)])
def test_a_faithful_scan_hardly_ever_differs(rate, most):
    assert alarms(120, rate, seed=21) <= most


@pytest.mark.parametrize(("rate", "least"), [(0.0, 0.97), (0.02, 0.9)])
def test_true_differences_are_found_in_their_field_with_both_readings(rate, least):
    tried, seen = caught(110, rate, seed=22)
    assert set(tried) == {way for way, _, _ in changed_pairs(11, 0, 1)}
    assert seen.total() >= least * tried.total(), tried - seen
