"""The Word version held against the stamped scan (rules_versions.py)."""

import pytest

from shoufa.domain.codes import Form, Severity, Status
from shoufa.domain.facts import Facts, Line
from unit.judging.build import (
    ACME,
    HUBEI,
    HUNAN,
    LATIN,
    application,
    application_text,
    codes,
    complete,
    facts,
    only,
    page,
    replaced,
    seal,
    verdict,
)

WORD, SCAN = f"{LATIN}.docx", f"{LATIN}扫描件.pdf"
DIFFER = "application.versions-differ"


def scan(name: str = LATIN, applicant: str = ACME, **said: str) -> Facts:
    return application(name, applicant, Form.SCAN, [seal(ACME)], **said)


def judged(read: Facts):
    return verdict(replaced(complete(), **{SCAN: read}))


CHANGED = [
    ({"name": LATIN.replace("制造", "运维")}, "项目名称", LATIN.replace("制造", "运维")),
    ({"applicant": ACME.replace("光谷", "长江")}, "申报单位", ACME.replace("光谷", "长江")),
    ({"推荐单位": HUNAN}, "推荐单位", HUNAN),
    ({"kind": "□试点 ☑示范"}, "项目类型", "示范"),
]


@pytest.mark.parametrize(("said", "field", "read"), CHANGED)
def test_a_difference_is_a_question_with_both_readings(said, field, read):
    found = only(judged(scan(**said)), DIFFER)
    assert (found.field, found.severity, found.document) == (field, Severity.QUESTION, SCAN)
    assert f"{field}在Word版为“" in found.message.zh
    assert f"在扫描件识别为“{read}”" in found.message.zh
    assert found.evidence is not None
    assert read in found.evidence
    assert f"read as “{read}” on the scan" in found.message.en


def test_several_differences_are_one_finding():
    found = only(judged(scan(applicant=ACME.replace("光谷", "长江"), 推荐单位=HUNAN)), DIFFER)
    assert "申报单位" in found.message.zh
    assert "推荐单位" in found.message.zh


SLIPS = [
    {"name": LATIN.replace("片", "斤")},
    {"name": LATIN[:-1]},
    {"name": f"“{LATIN}”（试点）"},
    {"applicant": ACME.replace("公司", "责任公司")},
    {"applicant": ACME.replace("谷", "合")},
    {"推荐单位": HUBEI.replace("监督管理", "监管")},
    {"推荐单位": HUBEI.replace("湖", "溯")},
    {"推荐单位": "省市场监"},
    {"推荐单位": ""},
    {"kind": "试点 示范"},
    {"kind": "口试点 区示范"},
]


@pytest.mark.parametrize("said", SLIPS)
def test_slips_cut_lines_and_unsure_ticks_are_no_difference(said):
    assert codes(judged(scan(**said))) == []


def test_a_page_that_was_read_badly_is_held_against_nobody():
    read = scan(applicant=ACME.replace("光谷", "长江"))
    faint = read.model_copy(update={"pages": tuple(p.model_copy(update={"quality": 0.7}) for p in read.pages)})
    assert DIFFER in codes(judged(read))
    assert codes(judged(faint)) == []


def test_a_line_that_was_read_badly_is_held_against_nobody():
    other = ACME.replace("光谷", "长江")
    read = scan(applicant=other)
    unsure = Line(text=f"申报单位：{other}", box=(0.1, 0.1, 0.6, 0.2), score=0.6)
    faint = read.model_copy(update={"pages": tuple(p.model_copy(update={"lines": (unsure,)}) for p in read.pages)})
    assert codes(judged(faint)) == []


def test_the_versions_that_hold_are_compared():
    papers = replaced(complete(), **{SCAN: scan(applicant=ACME.replace("光谷", "长江"))})
    assert verdict(papers).status is Status.REVIEW
    assert codes(verdict(papers, {f"{LATIN}扫描件新.pdf": scan()})) == []


@pytest.mark.parametrize("read", ["项", "你", "1"])
def test_a_sign_that_a_rule_left_of_a_name_is_no_other_name(read):
    scan = facts([page(application_text(read) + f"\n{LATIN}", seals=[seal(ACME)])], Form.SCAN)
    judged = verdict({**complete(), f"{LATIN}扫描件.pdf": scan})
    assert "application.versions-differ" not in codes(judged)


def test_two_files_of_one_name_that_bear_two_projects_differ():
    papers = {k: v for k, v in complete([(LATIN, ACME, "试点")]).items() if not k.startswith(LATIN)}
    other = application("城市级数字孪生平台标准化", form=Form.SCAN, seals=[seal(ACME)])
    judged = verdict({**papers, "申报书.docx": application(LATIN), "申报书.pdf": other})
    assert "城市级数字孪生平台标准化" in only(judged, "application.versions-differ").message.zh
    assert not {c for c in codes(judged) if "missing" in c and c.startswith("application.") and "field" not in c}
