"""Files divided into documents, and pictures joined into one (segments.py)."""

import pytest

from shoufa.domain.codes import Form, Kind
from shoufa.domain.errors import UnreadableCode
from shoufa.judging.segments import documents
from unit.judging.build import (
    BRIDGE,
    BUILD,
    LATIN,
    TWO,
    application,
    application_text,
    call,
    case,
    facts,
    letter,
    letter_text,
    page,
    summary,
    unreadable,
    verdict,
)

CALL = call()


def picture(text: str, container: str = "jpg"):
    return facts([page(text)], Form.SCAN, container=container)


def found(*mails):
    return documents(case(*mails).pieces, CALL)


def kinds(*mails) -> list[tuple[str, int]]:
    return [(d.kind.value, len(d.pages)) for d in found(*mails)]


def test_one_pdf_of_everything_is_divided_where_each_begins():
    pages = [
        page(letter_text(), 1),
        page("附件：第二页，正文续", 2),
        page(summary(TWO).text, 3),
        page(application_text(), 4),
        page("一、项目概况", 5),
        page(application_text(BRIDGE, BUILD), 6),
    ]
    whole = facts(pages, Form.SCAN, [t.model_copy(update={"page": 3}) for t in summary(TWO).tables])
    made = found({"全部材料.pdf": whole})
    assert [(d.kind.value, d.sources[0].first, d.sources[0].last) for d in made] == [
        ("letter", 1, 2),
        ("summary", 3, 3),
        ("application", 4, 5),
        ("application", 6, 6),
    ]
    assert [d.fields.name for d in made[2:]] == [LATIN, BRIDGE]
    assert all(not d.sources[0].whole for d in made)


def test_page_ranges_and_only_they_are_shown_for_a_divided_file():
    pages = [page(application_text(), 1), page(application_text(BRIDGE, BUILD), 2)]
    rows = verdict({"a.pdf": facts(pages, Form.SCAN), "b.pdf": letter()}).documents
    assert [(r.path, r.page_range) for r in rows] == [("a.pdf", (1, 1)), ("a.pdf", (2, 2)), ("b.pdf", None)]


@pytest.mark.parametrize(
    "names",
    [("申报书1.jpg", "申报书2.jpg"), ("申报书（1）.png", "申报书（2）.png"), ("第1页.jpg", "第2页.jpg")],
)
def test_pictures_that_differ_in_a_number_are_pages_of_one(names):
    made = found({names[1]: picture("一、项目概况"), names[0]: picture(application_text())})
    assert [(d.kind, [s.piece.part.name for s in d.sources]) for d in made] == [
        (Kind.APPLICATION, list(names))
    ]


def test_joined_pictures_share_a_group():
    papers = {
        "申报书1.jpg": picture(application_text()),
        "申报书2.jpg": picture("一、项目概况"),
        "公文.pdf": letter(),
    }
    rows = verdict(papers).documents
    groups = {r.path: r.group for r in rows}
    assert groups["申报书1.jpg"] == groups["申报书2.jpg"] is not None
    assert groups["公文.pdf"] is None


def test_pages_may_come_in_two_mails():
    made = found({"申报书1.jpg": picture(application_text())}, {"申报书2.jpg": picture("一、项目概况")})
    assert [len(d.sources) for d in made] == [2]


def test_the_same_number_twice_is_no_sequence():
    assert len(found({"申报书1.jpg": picture("一")}, {"申报书1.jpg": picture("二")})) == 2


@pytest.mark.parametrize(
    "names", [("a/1.jpg", "b/2.jpg"), ("IMG20230801.jpg", "IMG20230802.jpg"), ("公文1.pdf", "公文2.pdf")]
)
def test_folders_dates_and_papers_keep_apart(names):
    container = "pdf" if names[0].endswith("pdf") else "jpg"
    papers = {n: picture("说明", container) for n in names}
    assert len(found(papers)) == 2


def test_pictures_are_put_in_the_order_of_their_numbers():
    papers = {f"扫描{n}.jpg": picture(f"第{n}页") for n in (10, 2, 1)}
    assert [p.text for p in found(papers)[0].pages] == ["第1页", "第2页", "第10页"]


def test_a_tables_next_page_goes_on():
    pages = [page(summary(TWO).text, 1), page("项目推荐汇总表\n序号 项目名称 申报单位 项目类型", 2)]
    assert kinds({"a.pdf": facts(pages, Form.SCAN)}) == [("summary", 2)]


def test_an_editable_file_is_one_document():
    both = facts([page(letter_text()), page(application_text(), 2)], Form.WORD)
    assert kinds({"a.docx": both}) == [("letter", 2)]


def test_archives_unreadable_and_unread_files_are_no_documents():
    assert (
        found({"a.zip": None, "b.pdf": unreadable(UnreadableCode.ENCRYPTED), "c.docx": facts([], None)}) == []
    )


def test_a_table_in_the_letters_file_has_the_letter_beside_it():
    pages = [page(letter_text(), 1), page(summary(TWO).text, 2)]
    made = found({"a.pdf": facts(pages, Form.SCAN)})
    assert [len(d.beside) for d in made] == [0, 1]
    assert found({"a.pdf": letter(), "b.pdf": summary(TWO, Form.SCAN)})[1].beside == ()


KINDS = [
    ("说明.docx", "项目名称：甲\n申报单位：乙\n推荐单位：丙\n申报日期：丁", Kind.APPLICATION),
    ("项目推荐汇总表.docx", "甲", Kind.SUMMARY),
    ("某某申报书.docx", "甲", Kind.APPLICATION),
    ("推荐函.docx", "甲", Kind.LETTER),
    ("营业执照.docx", "甲", Kind.PROOF),
    ("甲.docx", "检测报告", Kind.PROOF),
    ("甲.docx", "乙", Kind.OTHER),
    ("推荐函.docx", application_text(), Kind.APPLICATION),
    ("申报书.docx", letter_text(), Kind.LETTER),
]


@pytest.mark.parametrize(("name", "text", "kind"), KINDS)
def test_content_says_what_a_file_is_and_its_name_only_where_content_is_silent(name, text, kind):
    assert [d.kind for d in found({name: facts([page(text)])})] == [kind]


def test_a_form_that_runs_over_lines_is_read_whole():
    text = application_text(title="国家标准化试点\n示范项目\n申报书")
    assert found({"a.docx": facts([page(text)])})[0].fields.title == "国家标准化试点示范项目申报书"


def test_an_application_read_from_a_table():
    made = found({"a.docx": application()})[0]
    assert (made.fields.name, made.form) == (LATIN, Form.WORD)


@pytest.mark.parametrize(
    ("kind", "ticked"), [("试点（√） 示范（ ）", ("试点",)), ("试点□ 示范☑", ("示范",)), ("试点√示范", ())]
)
def test_a_forms_choice_is_read_with_the_calls_tracks(kind, ticked):
    assert found({"a.docx": application(kind=kind)})[0].fields.ticked == ticked


@pytest.mark.parametrize("name", ["附件2.docx", "1.xlsx", "汇总.et"])
def test_a_table_with_labels_of_its_own_is_a_summary_whatever_its_file_is_called(name):
    table = summary(TWO, title="推荐项目汇总", header=("编号", "项目名称", "承担单位", "类型", "信用代码"), by="")
    assert [(d.kind, len(d.table.rows)) for d in found({name: table})] == [(Kind.SUMMARY, 2)]


def test_a_letter_that_proposes_under_a_short_title():
    said = "推 荐 函\n甲研究院：\n我局组织了遴选，拟推荐以下2个项目：\n1.某某项目；\n请予支持。\n2023年8月1日"
    assert [d.kind for d in found({"a.docx": facts([page(said)])})] == [Kind.LETTER]
