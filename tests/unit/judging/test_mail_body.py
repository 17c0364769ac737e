"""Papers written into a mail's text (mail_body.py): seen, told by name, and in place of no file."""

import time

import pytest

from shoufa.domain.codes import Kind
from shoufa.judging.mail_body import bears_papers, own_words
from unit.judging.build import (
    ACME,
    BRIDGE,
    BUILD,
    CITY,
    FARM,
    FORM,
    HUBEI,
    LATIN,
    RICE,
    TWO,
    application,
    application_text,
    call,
    codes,
    complete,
    letter,
    letter_text,
    manifest,
    of_code,
    only,
    summary,
    verdict,
)

CALL = call()
FORM_TEXT = f"您好，现将我单位材料发送如下：\n\n{application_text()}\n\n此致\n敬礼"
HTML_CELLS = f"{FORM}\n项目名称\n{LATIN}\n申报单位\n{ACME}\n项目类型\n☑试点 □示范\n联系人\n张三\n联系电话\n13800000000"
HTML_ROWS = f"{FORM}\n\n\t项目名称\t{LATIN}\n\n\t申报单位\t{ACME}\n\n\t项目类型\t☑试点 □示范\t联系人\t张三"
UNTITLED = (
    f"项目名称：{LATIN}\n申报单位：{ACME}\n统一社会信用代码：91420100MA4K000004\n所属领域：物联网\n"
    "联系人：张三\n联系电话：13800000000"
)
TABLE_LINES = "\n".join(
    ["项目推荐汇总表", f"推荐单位：{HUBEI}", "序号\t项目名称\t申报单位\t项目类型\t联系人"]
    + [f"{i}\t{name}\t{who}\t{kind}\t张三" for i, (name, who, kind) in enumerate(TWO, 1)]
)
TABLE_BELOW = "\n".join(
    ["序号", "项目名称", "申报单位", "项目类型"]
    + [x for i, (name, who, kind) in enumerate(TWO, 1) for x in (str(i), name, who, kind)]
)
LETTER_TEXT = letter_text()
QUOTED = f"收到，谢谢。\n\n------------------ 原始邮件 ------------------\n发件人: 甲研究院\n\n{application_text()}"
PAPERS = {
    "form": FORM_TEXT,
    "html-cells": HTML_CELLS,
    "html-rows": HTML_ROWS,
    "untitled": UNTITLED,
    "table": TABLE_LINES,
    "table-piped": TABLE_LINES.replace("\t", " | "),
    "table-below": TABLE_BELOW,
    "letter": LETTER_TEXT,
    "before-history": f"{FORM_TEXT}\n\n在 2023年8月1日 09:00，甲研究院 写道：\n> 请补充",
}
NOTES = {
    "report": "您好，现报送湖北省2023年度标准化试点示范项目3个，材料见附件，请查收。",
    "list": f"附件：1.关于推荐2023年度标准化试点示范项目的函.pdf\n2.{FORM}.docx\n3.项目推荐汇总表.xlsx",
    "named": f"您好！\n项目名称：{LATIN}\n申报单位：{ACME}\n联系人：张三\n联系电话：13800000000\n见附件。",
    "title-named": f"附件为{FORM}\n项目名称：{LATIN}\n申报单位：{ACME}\n联系人：张三",
    "question": "请问申报书中的项目名称、申报单位和推荐单位如何填写？联系人：张三 电话：13800000000",
    "template": f"{FORM}\n项目名称：\n申报单位：____\n项目类型：\n联系人：\n推荐单位：（盖章）",
    "quoted": QUOTED,
    "quoted-marks": "好的。\n" + "\n".join("> " + line for line in application_text().splitlines()),
    "quoted-head": f"好的。\n发件人：甲 <a@unit.example>\n发送时间：2023年8月1日\n主题：材料\n\n{application_text()}",
    "signature": f"请查收附件。\n--\n{application_text()}",
    "small-list": f"项目清单如下：\n1  {LATIN}  {ACME}\n2  {BRIDGE}  {BUILD}",
    "letterlike": f"某研究院：\n现将{LATIN}等2个项目材料报送你院，见附件，请审阅。\n{HUBEI}\n2023年8月10日",
    "empty": "",
    "english": "Dear colleagues, please find the application form attached. Project: Photonics.",
}


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_in_the_text_is_seen(name):
    assert bears_papers(manifest(body=PAPERS[name]).mail, CALL)


@pytest.mark.parametrize("name", NOTES)
def test_notes_questions_templates_and_what_is_quoted_are_none(name):
    assert not bears_papers(manifest(body=NOTES[name]).mail, CALL)


@pytest.mark.parametrize("name", ["form", "html-cells", "html-rows", "untitled"])
def test_the_project_of_a_form_in_the_text_is_known(name):
    judged = verdict({}, ({}, {"body": PAPERS[name]}))
    assert [(p.name, p.applicant, p.application, p.listed) for p in judged.projects] == [
        (LATIN, ACME, False, False)
    ]


def test_its_row_has_the_mails_digest_and_no_form():
    judged = verdict(({}, {"body": FORM_TEXT}))
    row = only_row(judged)
    assert (row.kind, row.form, row.path, row.sha256, row.page_range) == (
        Kind.MAIL_BODY, None, "邮件正文", judged.mails[0], None,
    )  # fmt: skip
    assert row.project == LATIN


def only_row(judged):
    assert len(judged.documents) == 1
    return judged.documents[0]


def test_an_entitled_body_that_writes_the_form_into_its_mail_is_asked_for_the_files_by_name():
    judged = verdict(({}, {"body": FORM_TEXT, "sender": "zhang@r0.example"}))
    assert codes(judged) == [
        "application.scan-missing",
        "application.word-missing",
        "letter.missing",
        "recommender.unknown",
        "summary.missing",
    ]
    word = only(judged, "application.word-missing")
    assert word.project == LATIN
    assert word.message.zh == f"“{LATIN}”申报书Word版：来邮正文中载有其内容，未收到文件"
    assert "作为附件" in word.remedy.zh


def test_a_firm_that_writes_its_form_into_a_mail_is_told_whom_to_ask():
    judged = verdict(({}, {"body": FORM_TEXT, "sender": "firm@qq.com"}))
    assert codes(judged) == ["submission.not-through-recommender"]


def test_it_never_stands_for_a_file_beside_a_complete_package():
    lacking = {k: v for k, v in complete().items() if k != f"{LATIN}.docx"}
    judged = verdict((lacking, {"body": FORM_TEXT}))
    assert codes(judged) == ["application.word-missing"]
    assert "目前仅收到扫描件" in only(judged, "application.word-missing").message.zh


def test_it_changes_nothing_in_a_complete_package():
    judged = verdict((complete(), {"body": FORM_TEXT}))
    assert codes(judged) == []
    assert len(judged.projects) == 2


def test_a_listed_project_whose_form_stands_in_the_text_is_not_told_as_missing():
    lacking = {k: v for k, v in complete().items() if not k.startswith(LATIN)}
    judged = verdict((lacking, {"body": FORM_TEXT}))
    assert codes(judged) == ["application.scan-missing", "application.word-missing"]
    assert next((p.name, p.listed, p.application) for p in judged.projects) == (LATIN, True, False)


def test_an_unlisted_project_in_the_text_is_asked_for_and_not_called_received():
    text = application_text(FARM, RICE)
    judged = verdict((complete(), {"body": text}))
    assert codes(judged) == ["application.scan-missing", "application.word-missing"]
    assert {f.project for f in judged.findings} == {FARM}


def test_two_forms_in_one_text_are_two_projects():
    judged = verdict(({}, {"body": f"{application_text()}\n\n{application_text(BRIDGE, BUILD)}"}))
    assert [p.name for p in judged.projects] == [LATIN, BRIDGE]
    assert [d.page_range for d in judged.documents] == [(1, 1), (2, 2)]


@pytest.mark.parametrize("name", ["table", "table-piped", "table-below"])
def test_a_table_in_the_text_names_the_projects_and_lists_none(name):
    judged = verdict(({}, {"body": PAPERS[name]}))
    assert [(p.name, p.listed) for p in judged.projects] == [(LATIN, False), (BRIDGE, False)]
    assert {f.project for f in of_code(judged, "application.missing")} == {LATIN, BRIDGE}
    assert "来邮正文" in only(judged, "summary.scan-missing").message.zh
    assert "summary.missing" not in codes(judged)


def test_a_file_of_the_table_goes_before_the_text():
    judged = verdict((complete(), {"body": TABLE_LINES.replace(BRIDGE, FARM)}))
    assert codes(judged) == []


def test_a_letter_in_the_text_recommends_nobody():
    judged = verdict(({}, {"body": LETTER_TEXT}))
    assert judged.recommender is None
    assert "来邮正文" in only(judged, "letter.scan-missing").message.zh
    assert "letter.missing" not in codes(judged)


def test_a_body_in_the_letters_place_is_no_letter_for_the_seal():
    papers = {"申报书.docx": application(), "公文.pdf": letter(issuer=CITY, seals=[])}
    judged = verdict((papers, {"body": LETTER_TEXT}))
    assert "recommender.not-entitled" in codes(judged)


def test_a_table_in_the_text_establishes_nobody_either():
    assert verdict(({"汇总表.xlsx": summary(TWO, by="")}, {"body": TABLE_LINES})).recommender is None


def test_an_attachment_of_that_very_name_is_still_shown():
    judged = verdict(({"邮件正文": None}, {"body": FORM_TEXT}))
    assert sorted(d.kind.value for d in judged.documents) == ["archive", "mail-body"]


FORWARDED = (
    "请处理。\n\n-----原始邮件-----\n发件人: 张三 <zhang@hubei.example>\n发送时间: 2023年8月1日\n主题: 材料\n\n"
    f"{application_text()}\n\n发件人: 甲研究院 <a@unit.example>\n日期: 2023年7月1日\n\n请补充"
)


def test_what_a_colleague_forwards_are_the_applicants_own_words():
    assert not bears_papers(manifest(body=FORWARDED).mail, CALL)
    assert bears_papers(manifest(body=FORWARDED).mail, CALL, via=True)
    words = own_words(FORWARDED, via=True)
    assert words.startswith(FORM)
    assert "请补充" not in words
    assert "发送时间" not in words


def test_a_text_without_history_or_signature_is_left_as_it_is():
    assert own_words("您好\n  请查收。") == "您好\n  请查收。"


@pytest.mark.parametrize("sign", ["-", "_-", "*"])
def test_a_line_made_to_cost_time_costs_none(sign):
    began = time.process_time()
    assert len(own_words(sign * 30_000)) == len(sign) * 30_000 if len(sign) == 1 else 40_000
    assert time.process_time() - began < 1
