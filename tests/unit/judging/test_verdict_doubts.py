"""Packages that look whole and are not: each is held for a person, and the honest one beside it is not."""

from datetime import timedelta

from shoufa.domain.codes import Form, Status
from shoufa.judging.suppression import automatic
from unit.judging.build import (
    ACME,
    BRIDGE,
    BUILD,
    HUBEI,
    LATIN,
    START,
    TWO,
    application,
    application_text,
    call,
    codes,
    complete,
    facts,
    letter_text,
    only,
    page,
    replaced,
    seal,
    summary,
    verdict,
)


def letter_pages(*pages):
    return facts(list(pages), Form.SCAN)


def test_a_letter_about_another_matter_recommends_nobody_here():
    text = (
        "鄂市监函〔2022〕99号\n关于报送计量工作总结的函\n某某院：\n现将总结报上，请审阅。\n"
        + HUBEI
        + "\n2022年8月1日"
    )
    judged = verdict(replaced(complete(), **{"公文.pdf": letter_pages(page(text, seals=[seal()]))}))
    assert "未提到本次征集" in str(only(judged, "letter.seal-unclear").evidence)
    assert verdict(complete()).status is Status.COMPLETE


def test_a_page_with_nothing_but_a_seal_is_no_letter():
    blank = letter_pages(page("", seals=[seal()]))
    papers = {k: v for k, v in complete().items() if not k.startswith("公文")}
    judged = verdict({"推荐函（盖章扫描件）.pdf": blank, **papers})
    assert "letter.seal-unclear" in codes(judged)
    assert judged.status is Status.REVIEW


def test_a_forms_page_behind_an_unsealed_letter_lends_it_no_seal():
    form = page("推荐单位意见\n经审核，同意推荐。\n2023年8月1日", number=2, seals=[seal(page=2)])
    judged = verdict(replaced(complete(), **{"公文.pdf": letter_pages(page(letter_text()), form)}))
    assert codes(judged) == ["letter.seal-unclear"]  # the loose page bears the seal, so a person looks


def test_the_second_page_of_a_letter_still_bears_its_seal():
    second = page(f"{HUBEI}\n2023年8月1日", number=2, seals=[seal(page=2)])
    first = page(letter_text().rpartition("\n" + HUBEI)[0])
    assert (
        verdict(replaced(complete(), **{"公文.pdf": letter_pages(first, second)})).status is Status.COMPLETE
    )


def test_the_editable_table_lists_more_than_the_sealed_one():
    short = summary([TWO[0]], Form.SCAN, [seal()])
    judged = verdict(replaced(complete(), **{"汇总表.pdf": short}))
    assert BRIDGE in only(judged, "summary.versions-conflict").message.zh


def test_a_row_and_a_form_of_two_applicants_are_asked_about():
    rows = [(LATIN, "荆州水产养殖有限公司", "试点"), TWO[1]]
    papers = replaced(
        complete(), **{"汇总表.xlsx": summary(rows), "汇总表.pdf": summary(rows, Form.SCAN, [seal()])}
    )
    judged = verdict(papers)
    assert only(judged, "application.name-differs").field == "applicant"
    assert judged.status is not Status.COMPLETE
    assert "application.name-differs" not in codes(verdict(complete()))


def test_labels_that_only_the_call_names_are_read():
    fields = [{"name": "applicant", "labels": ["报送企业"], "type": "organisation", "need": "expected"}]
    material = {
        "kind": "application",
        "title": "申报书",
        "per": "project",
        "forms": {"word": "required"},
        "fields": fields,
    }
    text = application_text(LATIN, ACME).replace("申报单位：", "报送企业：")
    papers = replaced(complete(), **{f"{LATIN}.docx": facts([page(text)])})
    materials = [m.model_dump() for m in call().materials if m.kind.value != "application"]
    of = call(materials=[*materials, material])
    assert "application.field-missing" not in codes(verdict(papers, of=of))
    assert "application.field-missing" in codes(
        verdict(
            papers,
            of=call(materials=[*materials, {**material, "fields": [{**fields[0], "labels": ["别的"]}]}]),
        )
    )


def test_cured_after_the_deadline_is_said_only_of_a_cure():
    of = call(closes=(START + timedelta(hours=5)).isoformat())
    lacking = {k: v for k, v in complete().items() if not k.startswith("汇总表")}
    tables = {k: v for k, v in complete().items() if k.startswith("汇总表")}
    assert verdict(lacking, tables, of=of).cured_late is True
    assert verdict(complete(), {"执照.docx": facts([page("营业执照")])}, of=of).cured_late is False
    assert verdict(lacking, {"执照.docx": facts([page("营业执照")])}, of=of).cured_late is False


def test_two_forms_of_one_mail_keep_their_rows():
    papers = replaced(complete(), **{f"{BRIDGE}.docx": application(BRIDGE, BUILD, kind="□试点 ☑示范")})
    assert [p.application for p in verdict(papers).projects] == [True, True]


def test_who_answers_a_vacation_note_with_papers_is_no_machine():
    from shoufa.domain.mail import Envelope, InboundMail, Part
    from shoufa.domain.office import Office

    envelope, office = Envelope(received_at=START, door="smtp"), Office(calls={}, groups={})
    papers = (Part(path="公文.pdf", name="公文.pdf", sha256="a" * 64, size=9000, container="pdf"),)
    subject = "回复：自动回复：申报材料"
    assert automatic(InboundMail(subject=subject), envelope, office) == "subject"
    assert automatic(InboundMail(subject=subject, parts=papers), envelope, office) == ""
