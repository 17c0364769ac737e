"""Rules for the submission as a whole (contracts §2)."""

from datetime import datetime

import pytest

from shoufa.domain.codes import Audience, Form, Severity, Status
from shoufa.domain.errors import UnreadableCode
from shoufa.judging.view import Elsewhere
from unit.judging.build import (
    BRIDGE,
    CITY,
    FARM,
    HUBEI,
    INFRA_FORM,
    LATIN,
    RICE,
    SICHUAN,
    TWO,
    application,
    call,
    codes,
    complete,
    facts,
    letter,
    only,
    page,
    replaced,
    seal,
    summary,
    unreadable,
    verdict,
)

LATE = datetime.fromisoformat("2023-08-16T00:00:00+08:00")
LAST = datetime.fromisoformat("2023-08-15T23:59:59+08:00")


def own_papers():
    return {k: v for k, v in complete().items() if k.startswith(LATIN)}


def signed_by(body: str):
    return {"公文.pdf": letter(issuer=body, seals=[seal(body)]), "公文.docx": letter(Form.WORD, issuer=body)}


def test_another_channel_stands_alone():
    judged = verdict({"a.docx": application()}, of=call(intake="paper"))
    assert codes(judged) == ["submission.wrong-channel"]
    assert judged.status is Status.INCOMPLETE


def test_an_applicants_own_papers_get_one_error_in_place_of_the_recommenders():
    judged = verdict(own_papers())
    assert codes(judged) == ["submission.not-through-recommender"]


@pytest.mark.parametrize(
    "hidden",
    [
        ({"包.zip": unreadable(UnreadableCode.ENCRYPTED)}, {}),
        ({}, {"links": [{"provider": "QQ", "host": "x"}]}),
    ],
)
def test_what_could_not_be_opened_may_hold_the_letter(hidden):
    papers, more = hidden
    judged = verdict(({**own_papers(), **papers}, more))
    assert "submission.not-through-recommender" not in codes(judged)
    assert "letter.missing" in codes(judged)


def test_a_call_without_recommender_asks_for_none():
    relaxed = call(recommenders={"group": "provinces", "required": False})
    assert "submission.not-through-recommender" not in codes(verdict(own_papers(), of=relaxed))
    assert "recommender.unknown" not in codes(verdict({"说明.docx": facts([page("说明")])}, of=relaxed))


def test_a_letter_of_a_body_that_is_not_entitled():
    judged = verdict(replaced(complete(), **signed_by(CITY)))
    found = only(judged, "recommender.not-entitled")
    assert (found.severity, found.evidence) == (Severity.ERROR, CITY)
    assert judged.recommender is None


def test_a_city_letter_beside_the_provinces_is_no_fault():
    papers = {**complete(), "市局函.pdf": letter(issuer=CITY, seals=[seal(CITY)])}
    judged = verdict(papers)
    assert judged.recommender == HUBEI
    assert "recommender.not-entitled" not in codes(judged)


def test_a_ministry_is_unknown_not_refused():
    judged = verdict(complete(by="国家某某事务管理总局"))
    assert only(judged, "recommender.unknown").severity is Severity.QUESTION
    assert "recommender.not-entitled" not in codes(judged)


def test_on_an_open_list_a_stranger_is_a_question():
    judged = verdict(complete(by=CITY), of=call(recommenders={"group": "provinces", "closed": False}))
    assert "recommender.unknown" in codes(judged)
    assert "recommender.not-entitled" not in codes(judged)


@pytest.mark.parametrize(("at", "late"), [(LAST, False), (LATE, True)])
def test_the_last_second_is_in_time(at, late):
    judged = verdict((complete(), {"at": at}))
    assert judged.late is late
    assert codes(judged) == (["submission.late"] if late else [])
    assert judged.status is Status.COMPLETE


def test_what_was_cured_after_the_deadline_is_not_late_itself():
    first = {k: v for k, v in complete().items() if k != "公文.pdf"}
    judged = verdict(first, ({"公文.pdf": letter()}, {"at": LATE}))
    assert (judged.late, judged.cured_late, codes(judged)) == (False, True, [])
    assert verdict(complete()).cured_late is False


def with_rows(rows):
    papers = {**complete(), "汇总表.xlsx": summary(rows), "汇总表.pdf": summary(rows, Form.SCAN)}
    for name, applicant, kind in rows:
        ticks = "☑试点 □示范" if kind == "试点" else "□试点 ☑示范"
        papers |= {f"{name}.docx": application(name, applicant, kind=ticks)}
        papers |= {f"{name}扫描件.pdf": application(name, applicant, Form.SCAN, kind=ticks)}
    return papers


def test_more_than_a_firm_quota_is_an_error_to_the_applicant():
    judged = verdict(with_rows((*TWO, (FARM, RICE, "示范"))))
    found = only(judged, "submission.over-quota")
    assert (found.severity, found.audience, found.field) == (Severity.ERROR, Audience.APPLICANT, "demo")


def test_more_than_a_loose_quota_is_a_warning_to_the_unit():
    rows = (*TWO, (FARM, RICE, "试点"), ("城市燃气管网巡检", "武汉燃气热力有限公司", "试点"))
    found = only(verdict(with_rows(rows)), "submission.over-quota")
    assert (found.severity, found.audience, found.field) == (Severity.WARNING, Audience.UNIT, "pilot")


def test_exactly_the_quota_is_no_finding():
    assert "submission.over-quota" not in codes(verdict(with_rows((*TWO, (FARM, RICE, "试点")))))


def test_projects_counted_elsewhere_fill_the_quota():
    judged = verdict(complete(), elsewhere=Elsewhere(counted={"demo": 1}))
    assert codes(judged) == ["submission.over-quota"]


def test_a_project_held_by_another_submission():
    judged = verdict(complete(), elsewhere=Elsewhere(projects={LATIN: "230801-ABCDEF-1"}))
    found = only(judged, "submission.duplicate-project")
    assert (found.project, found.severity, found.audience) == (LATIN, Severity.WARNING, Audience.UNIT)


def test_projects_of_another_units_track_stay_and_are_told():
    row = ("5G基站节能运维", "武汉铁塔通信有限公司", "新型基础设施")
    extra = {
        "5G.docx": application(*row[:2], kind="☑新型基础设施", title=INFRA_FORM),
        "5G扫描件.pdf": application(*row[:2], Form.SCAN, kind="☑新型基础设施", title=INFRA_FORM),
    }
    tables = {"汇总表.xlsx": summary((*TWO, row)), "汇总表.pdf": summary((*TWO, row), Form.SCAN)}
    papers = {**complete(), **tables, **extra, **said("现推荐3个项目，请予审核。")}
    to_both = {"to": [{"email": "a@unit.example"}, {"email": "b@unit.example"}]}
    assert [len(verdict((papers, to_both), unit=u).projects) for u in ("u1", "u2")] == [2, 1]
    assert [codes(verdict((papers, to_both), unit=u)) for u in ("u1", "u2")] == [[], []]
    judged = verdict(papers)
    assert codes(judged) == ["submission.wrong-mailbox"]
    assert "b@unit.example" in only(judged, "submission.wrong-mailbox").message.zh


@pytest.mark.parametrize(("subject", "said"), [("报送材料", True), ("【试点 申报】报送材料", False)])
def test_a_mark_in_the_subject(subject, said):
    marked = call(subject_mark="试点申报", subject_mark_need="optional")
    judged = verdict((complete(), {"subject": subject}), of=marked)
    assert codes(judged) == (["submission.subject-mark"] if said else [])


def test_one_archive_where_the_notice_asks_for_one():
    packed = call(archive="optional")
    assert codes(verdict(complete(), of=packed)) == ["submission.not-archived"]
    assert codes(verdict({"材料.zip": None, **complete()}, of=packed)) == []


def test_a_sender_who_failed_verification():
    judged = verdict((complete(), {"unverified": True}))
    assert only(judged, "sender.unverified").audience is Audience.UNIT


def test_a_new_address_that_joins_is_shown_and_an_opener_is_not():
    assert codes(verdict((complete(), {"sender": "12345@qq.com"}))) == []
    judged = verdict(
        complete(), ({"补充说明.docx": facts([page("说明")])}, {"sender": "li@elsewhere.example"})
    )
    assert codes(judged) == ["sender.new"]


@pytest.mark.parametrize("words", [{"subject": "关于撤回项目的函"}, {"body": "请不再推荐长江大桥项目"}])
def test_speaking_of_withdrawal(words):
    judged = verdict((complete(), words))
    assert codes(judged) == ["project.withdrawal"]
    assert only(judged, "project.withdrawal").audience is Audience.UNIT


def said(text: str):
    return {"公文.pdf": letter(said=text), "公文.docx": letter(Form.WORD, said=text)}


@pytest.mark.parametrize(
    ("text", "differs"),
    [
        ("现推荐2个项目，请予审核。", False),
        ("现推荐三个项目，请予审核。", True),
        ("现推荐试点项目1个、示范项目1个，请予审核。", False),
        ("现推荐试点项目2个、示范项目1个，请予审核。", True),
        ("现推荐有关项目，请予审核。", False),
    ],
)
def test_the_letters_number_against_the_tables(text, differs):
    judged = verdict(replaced(complete(), **said(text)))
    assert codes(judged) == (["letter.count-mismatch"] if differs else [])


def test_stated_tracks_are_not_compared_where_a_track_is_unclear():
    table = ((LATIN, "武汉光谷芯片有限公司", "示范"), TWO[1])
    papers = replaced(complete(), **said("现推荐试点项目2个、示范项目1个，请予审核。"))
    judged = verdict({**papers, "汇总表.xlsx": summary(table), "汇总表.pdf": summary(table, Form.SCAN)})
    assert "letter.count-mismatch" not in codes(judged)


def test_without_a_table_the_letter_is_held_against_the_applications():
    papers = {k: v for k, v in complete().items() if not k.startswith("汇总表")}
    judged = verdict({**papers, **said("现推荐3个项目，请予审核。")})
    assert "申报书为2个" in only(judged, "letter.count-mismatch").message.zh


def test_a_table_that_opens_but_is_not_understood():
    odd = facts([page("项目推荐汇总表\n甲 乙 丙\n申报单位 项目类型 所属领域")])
    judged = verdict({**{k: v for k, v in complete().items() if k != "汇总表.pdf"}, "汇总表.xlsx": odd})
    assert only(judged, "summary.columns-missing").document == "汇总表.xlsx"


def test_a_table_that_lacks_the_applicants_column():
    bare = summary(
        [(LATIN, "试点"), (BRIDGE, "示范")], header=("序号", "项目名称", "项目类型", "联系人", "联系电话")
    )
    judged = verdict(replaced(complete(), **{"汇总表.xlsx": bare}))
    assert only(judged, "summary.columns-missing").field == "applicant"


def test_a_row_without_applicant_is_a_question():
    rows = (TWO[0], (BRIDGE, "", "示范"))
    judged = verdict(replaced(complete(), **{"汇总表.xlsx": summary(rows)}))
    assert BRIDGE in only(judged, "summary.row-invalid").message.zh


def test_tables_that_overlap_in_part_conflict():
    other = summary([TWO[0], (FARM, RICE, "试点")])
    judged = verdict(complete(), {"汇总表二.xlsx": other})
    assert only(judged, "summary.versions-conflict").severity is Severity.QUESTION


def test_a_letter_of_another_province_is_that_provinces_submission():
    judged = verdict(complete(by=SICHUAN))
    assert (judged.recommender, codes(judged)) == (SICHUAN, [])


SHAPE = page("项目推荐汇总表\n甲 乙 丙\n申报单位 项目类型 所属领域")


@pytest.mark.parametrize(
    ("name", "form"), [("汇总表.pdf", Form.SCAN), ("汇总表.ofd", Form.DIGITAL), ("汇总表.xlsx", Form.WORD)]
)
def test_a_table_of_whatever_form_that_is_not_understood_is_said(name, form):
    papers = {k: v for k, v in complete().items() if not k.startswith("汇总表")}
    judged = verdict({**papers, name: facts([SHAPE], form)})
    found = only(judged, "summary.columns-missing")
    assert (found.document, found.severity, found.audience) == (name, Severity.QUESTION, Audience.UNIT)


def test_a_scan_that_is_not_understood_is_not_held_against_a_table_that_is():
    assert "summary.columns-missing" not in codes(
        verdict({**complete(), "汇总表.pdf": facts([page(SHAPE.text, seals=[seal()])], Form.SCAN)})
    )


def test_a_second_table_in_word_that_is_not_understood_is_said_beside_one_that_is():
    judged = verdict({**complete(), "汇总表二.xlsx": facts([SHAPE])})
    assert only(judged, "summary.columns-missing").document == "汇总表二.xlsx"


def test_a_later_table_that_is_understood_mends_it():
    judged = verdict({**complete(), "汇总表.xlsx": facts([SHAPE])}, {"汇总表更正.xlsx": summary(TWO)})
    assert "summary.columns-missing" not in codes(judged)


@pytest.mark.parametrize("form", [Form.WORD, Form.SCAN])
def test_a_table_without_any_row_is_said(form):
    papers = {k: v for k, v in complete().items() if not k.startswith("汇总表")}
    judged = verdict({**papers, "汇总表.x": summary((), form)})
    assert "未读到任何项目" in only(judged, "summary.row-invalid").message.zh
    assert judged.status is not Status.COMPLETE
