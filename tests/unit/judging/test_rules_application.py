"""Rules for each project (contracts §2, `application.*`)."""

import pytest

from shoufa.domain.codes import Form, Severity, Status
from unit.judging.build import (
    ACME,
    BRIDGE,
    BUILD,
    CODE,
    FARM,
    FOREIGN_FORM,
    INFRA_FORM,
    LATIN,
    RICE,
    TRACKS,
    TWO,
    application,
    call,
    codes,
    complete,
    facts,
    letter,
    of_code,
    only,
    page,
    replaced,
    seal,
    summary,
    verdict,
)

WORD, SCAN = f"{LATIN}.docx", f"{LATIN}扫描件.pdf"
VALID = "91350100M000100Y43"  # the example of GB 32100-2015


def both(**said: str):
    return replaced(complete(), **{WORD: application(**said), SCAN: application(form=Form.SCAN, **said)})


def test_an_application_that_the_table_does_not_list():
    extra = {f"{FARM}.docx": application(FARM, RICE), f"{FARM}扫描件.pdf": application(FARM, RICE, Form.SCAN)}
    judged = verdict({**complete(), **extra})
    assert only(judged, "application.unlisted").project == FARM
    assert only(judged, "application.unlisted").severity is Severity.ERROR


def test_without_a_table_nothing_is_unlisted():
    papers = {k: v for k, v in complete().items() if not k.startswith("汇总表")}
    assert "application.unlisted" not in codes(verdict(papers))


def test_the_same_applicant_under_another_name_is_one_question_and_no_error():
    other = "硅光芯片封装测试平台"
    papers = {k: v for k, v in complete().items() if k not in {WORD, SCAN}}
    judged = verdict(
        {**papers, "a.docx": application(other), "a扫描件.pdf": application(other, form=Form.SCAN)}
    )
    assert codes(judged) == ["application.name-differs"]
    assert other in only(judged, "application.name-differs").message.zh
    assert only(judged, "application.name-differs").project == LATIN


def test_two_unlisted_forms_of_one_applicant_never_share_its_row():
    papers = {k: v for k, v in complete().items() if k not in {WORD, SCAN}}
    judged = verdict(
        {**papers, "a.docx": application("硅光芯片封装平台"), "b.docx": application("量子通信试验网络")}
    )
    assert len(of_code(judged, "application.name-differs")) == 1
    assert len(of_code(judged, "application.unlisted")) == 1


@pytest.mark.parametrize(
    ("title", "wrong"), [(FOREIGN_FORM, True), (INFRA_FORM, True), (TRACKS[0]["form"], False)]
)
def test_a_form_of_another_call_or_track_is_wrong_and_a_shared_one_is_not(title, wrong):
    judged = verdict(both(title=title))
    assert ("application.wrong-form" in codes(judged)) is wrong
    if wrong:
        assert title in only(judged, "application.wrong-form").message.zh


def test_slips_of_recognition_in_a_scanned_title_are_forgiven():
    scan = application(form=Form.SCAN, title="国家标准化试点示范项日申报书")
    assert codes(verdict(replaced(complete(), **{SCAN: scan}))) == []


def test_an_unknown_title_is_wrong_in_word_where_it_is_exact():
    judged = verdict(both(title="企业内部管理创新成果申报书"))
    assert only(judged, "application.wrong-form").document == WORD


def test_a_form_of_another_call_is_known_by_that_calls_definition():
    other = call(id="c2", tracks=[{**TRACKS[0], "form": FOREIGN_FORM}])
    scan = application(form=Form.SCAN, title=FOREIGN_FORM)
    papers = replaced(complete(), **{SCAN: scan})
    assert "application.wrong-form" in codes(verdict(papers, others=[other]))
    assert "application.wrong-form" not in codes(verdict(papers))


def silent(kind: str = ""):
    return both(kind=kind)


def rows(kind: str):
    table = ((LATIN, ACME, kind), TWO[1])
    return {"汇总表.xlsx": summary(table), "汇总表.pdf": summary(table, Form.SCAN)}


def test_table_and_form_that_disagree_are_unclear_and_counted_in_no_track():
    judged = verdict(replaced(complete(), **rows("示范")))
    assert only(judged, "application.track-unclear").project == LATIN
    assert {p.name: p.track for p in judged.projects} == {LATIN: None, BRIDGE: "demo"}


def test_a_silent_table_leaves_it_to_the_form():
    assert codes(verdict(replaced(complete(), **rows("")))) == []


def test_a_silent_form_leaves_it_to_the_table():
    assert codes(verdict(silent("□试点 □示范"))) == []


def test_where_all_are_silent_it_is_unclear_whatever_the_names_say():
    name = "某某标准化示范工程"
    table = ((name, ACME, ""), TWO[1])
    papers = {k: v for k, v in complete().items() if k not in {WORD, SCAN}}
    papers |= {"汇总表.xlsx": summary(table), "汇总表.pdf": summary(table, Form.SCAN)}
    papers |= {
        "a.docx": application(name, kind="□试点 □示范"),
        "a扫描件.pdf": application(name, form=Form.SCAN, kind="□试点 □示范"),
    }
    assert codes(verdict(papers)) == ["application.track-unclear"]


def test_two_ticks_say_nothing():
    judged = verdict({**silent("☑试点 ☑示范"), **rows("")})
    assert codes(judged) == ["application.track-unclear"]


@pytest.mark.parametrize(
    ("label", "field", "severity"), [("项目名称", "name", "question"), ("联系人", "contact", "warning")]
)
def test_an_empty_field_by_its_need(label, field, severity):
    judged = verdict(replaced(complete(), **{WORD: application(**{label: ""})}))
    found = only(judged, "application.field-missing")
    assert (found.field, found.severity.value) == (field, severity)
    assert label in found.message.zh


def test_text_read_without_its_structure_is_not_blamed_for_empty_fields():
    word = application(联系人="").model_copy(update={"text_only": True})
    assert codes(verdict(replaced(complete(), **{WORD: word}))) == []


def test_a_credit_code_that_fails_its_check_character():
    judged = verdict(replaced(complete(), **{WORD: application(统一社会信用代码=CODE)}))
    found = only(judged, "application.field-invalid")
    assert (found.field, found.severity, found.evidence) == ("credit_code", Severity.QUESTION, CODE)
    assert judged.status is Status.REVIEW
    assert codes(verdict(replaced(complete(), **{WORD: application(统一社会信用代码=VALID)}))) == []


@pytest.mark.parametrize("left", ["9.14401E+17", "914401011234567000"])
def test_a_credit_code_that_a_spreadsheet_took_for_a_number(left):
    judged = verdict(replaced(complete(), **{WORD: application(统一社会信用代码=left)}))
    found = only(judged, "application.field-invalid")
    assert found.field == "credit_code"
    assert "Excel" in (found.evidence or "")
    assert "Excel" in found.message.zh
    assert "Excel" in found.message.en


@pytest.mark.parametrize("written", ["无", "暂无", "N/A"])
def test_saying_that_there_is_no_code_is_no_fault(written):
    assert codes(verdict(replaced(complete(), **{WORD: application(统一社会信用代码=written)}))) == []


def test_a_slip_in_a_scanned_code_is_not_held_against_it():
    scan = application(form=Form.SCAN, 统一社会信用代码=CODE)
    assert codes(verdict(replaced(complete(), **{SCAN: scan}))) == []


def test_word_and_scan_of_other_names_are_one_question():
    scan = application(form=Form.SCAN, applicant="武汉未来城市建设管理中心", seals=[seal(ACME)])
    judged = verdict(replaced(complete(), **{SCAN: scan}))
    assert only(judged, "application.versions-differ").field == "申报单位"


def test_a_slip_of_recognition_is_no_difference():
    scan = application(form=Form.SCAN, applicant=ACME.replace("谷", "合"), seals=[seal(ACME)])
    assert codes(verdict(replaced(complete(), **{SCAN: scan}))) == []


@pytest.mark.parametrize("read", [ACME[:4], ACME + "联系人张三"])
def test_a_scan_cut_short_or_run_together_is_no_difference(read):
    scan = application(form=Form.SCAN, applicant=read, seals=[seal(ACME)])
    assert codes(verdict(replaced(complete(), **{SCAN: scan}))) == []


def test_word_and_scan_ticked_differently():
    scan = application(form=Form.SCAN, kind="□试点 ☑示范")
    judged = verdict(replaced(complete(), **{SCAN: scan}))
    assert only(judged, "application.versions-differ").field == "项目类型"


def test_a_call_without_table_and_letter_judges_the_applications_alone():
    alone = call(
        materials=[call().materials[1].model_dump()],
        recommenders={"group": "provinces", "required": False},
        case_by="applicant",
    )
    assert codes(verdict({WORD: application(), SCAN: application(form=Form.SCAN)}, of=alone)) == []


@pytest.mark.parametrize("text", ["项目概况" * 3, ""])
def test_a_paper_of_no_kind_is_told_as_other_and_judged_by_no_rule(text):
    judged = verdict({**complete(), "说明.docx": facts([page(text)])})
    assert codes(judged) == []
    assert next(d for d in judged.documents if d.path == "说明.docx").kind.value == "other"


def test_the_letters_own_track_counts_where_nothing_else_says():
    said = {
        "公文.pdf": letter(said="现推荐试点项目2个，请予审核。"),
        "公文.docx": letter(Form.WORD, said="现推荐试点项目2个，请予审核。"),
    }
    table = ((LATIN, ACME, ""), (BRIDGE, BUILD, ""))
    papers = {
        **silent("□试点 □示范"),
        **said,
        "汇总表.xlsx": summary(table),
        "汇总表.pdf": summary(table, Form.SCAN),
    }
    papers |= {f"{BRIDGE}.docx": application(BRIDGE, BUILD, kind="□试点 □示范")}
    papers |= {f"{BRIDGE}扫描件.pdf": application(BRIDGE, BUILD, Form.SCAN, kind="□试点 □示范")}
    assert {p.track for p in verdict(papers).projects} == {"pilot"}
