"""Forms and seals of letter, table and applications (contracts §2): each code once said and once not."""

import pytest

from shoufa.domain.codes import Form, Severity, Status
from shoufa.domain.facts import Seal
from unit.judging.build import (
    ACME,
    APPLICATION,
    BRIDGE,
    BUILD,
    CITY,
    HUBEI,
    LATIN,
    LETTER,
    SICHUAN,
    SUMMARY,
    TWO,
    application,
    application_text,
    call,
    codes,
    complete,
    facts,
    letter,
    letter_text,
    of_code,
    only,
    page,
    replaced,
    seal,
    summary,
    verdict,
)


def without(*names: str):
    return {k: v for k, v in complete().items() if k not in names}


def test_a_package_that_lacks_nothing_has_no_finding():
    judged = verdict(complete())
    assert codes(judged) == []
    assert judged.status is Status.COMPLETE


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        (("公文.pdf", "公文.docx"), "letter.missing"),
        (("汇总表.pdf", "汇总表.xlsx"), "summary.missing"),
        (("公文.pdf",), "letter.scan-missing"),
        (("汇总表.xlsx",), "summary.word-missing"),
        (("汇总表.pdf",), "summary.scan-missing"),
        ((f"{LATIN}.docx",), "application.word-missing"),
        ((f"{LATIN}扫描件.pdf",), "application.scan-missing"),
        ((f"{LATIN}.docx", f"{LATIN}扫描件.pdf"), "application.missing"),
    ],
)
def test_what_did_not_arrive_is_one_error(missing, code):
    judged = verdict(without(*missing))
    found = only(judged, code)
    assert codes(judged) == [code]
    assert found.severity is Severity.ERROR
    assert judged.status is Status.INCOMPLETE
    assert found.project == (LATIN if code.startswith("application") else None)


def test_an_optional_form_is_a_warning_that_leaves_the_status():
    judged = verdict(without("公文.docx"))
    assert only(judged, "letter.word-missing").severity is Severity.WARNING
    assert judged.status is Status.COMPLETE


def test_an_expected_form_is_a_question():
    relaxed = call(materials=[{**LETTER, "forms": {"scan": "expected"}}, APPLICATION, SUMMARY])
    assert only(verdict(without("公文.pdf"), of=relaxed), "letter.scan-missing").severity is Severity.QUESTION


def test_a_form_that_nobody_looks_for_is_no_finding():
    relaxed = call(materials=[{**LETTER, "forms": {"scan": "required"}}, APPLICATION, SUMMARY])
    assert codes(verdict(without("公文.docx"), of=relaxed)) == []


def test_each_listed_project_without_application_is_told_by_name():
    missing = [f"{n}{end}" for n in (LATIN, BRIDGE) for end in (".docx", "扫描件.pdf")]
    judged = verdict(without(*missing))
    assert {f.project for f in of_code(judged, "application.missing")} == {LATIN, BRIDGE}


def test_no_project_at_all_is_still_a_missing_application():
    judged = verdict({"公文.pdf": letter(), "公文.docx": letter(Form.WORD)})
    assert only(judged, "application.missing").project is None


def test_a_scan_without_a_seal_by_its_need():
    judged = verdict(replaced(complete(), **{"公文.pdf": letter(seals=[])}))
    assert codes(judged) == ["letter.seal-missing"]
    assert only(judged, "letter.seal-missing").severity is Severity.ERROR
    judged = verdict(replaced(complete(), **{"汇总表.pdf": summary(TWO, Form.SCAN, seals=[])}))
    assert only(judged, "summary.seal-missing").severity is Severity.QUESTION


def test_another_bodys_seal_is_wrong_and_names_what_was_read():
    judged = verdict(replaced(complete(), **{"公文.pdf": letter(seals=[seal(SICHUAN)])}))
    found = only(judged, "letter.seal-wrong")
    assert (codes(judged), found.page) == (["letter.seal-wrong"], 1)
    assert SICHUAN in found.message.zh


def test_a_further_seal_beside_the_right_one_is_no_finding():
    judged = verdict(replaced(complete(), **{"公文.pdf": letter(seals=[seal(SICHUAN), seal(HUBEI)])}))
    assert codes(judged) == []


def test_a_seal_that_could_not_be_read_is_a_question_to_the_unit():
    judged = verdict(replaced(complete(), **{"公文.pdf": letter(seals=[seal("", name_score=0.0)])}))
    found = only(judged, "letter.seal-unclear")
    assert (found.severity, found.audience.value) == (Severity.QUESTION, "unit")
    assert judged.status is Status.REVIEW


@pytest.mark.parametrize("sealed_by", [ACME, HUBEI])
def test_an_application_may_bear_either_seal_and_is_warned_of_none(sealed_by):
    scan = application(form=Form.SCAN, seals=[seal(sealed_by)])
    assert codes(verdict(replaced(complete(), **{f"{LATIN}扫描件.pdf": scan}))) == []


def test_an_unsealed_application_scan_is_asked_about_once():
    scan = application(form=Form.SCAN, seals=[])
    judged = verdict(replaced(complete(), **{f"{LATIN}扫描件.pdf": scan}))
    assert codes(judged) == ["application.seal-missing"]
    assert only(judged, "application.seal-missing").severity is Severity.QUESTION


def test_a_rule_for_each_body_wants_both_seals():
    both = {**APPLICATION, "seals": [{"each": ["applicant", "recommender"], "need": "required"}]}
    strict = call(materials=[LETTER, both, SUMMARY])
    pages = [page(application_text(), seals=[seal(ACME), seal(HUBEI)])]
    judged = verdict(replaced(complete(), **{f"{LATIN}扫描件.pdf": facts(pages, Form.SCAN)}), of=strict)
    assert [f.project for f in of_code(judged, "application.seal-wrong")] == [BRIDGE]


def test_a_scan_far_shorter_than_the_word_version_is_an_extract():
    long = "项目概况" * 200
    word = facts([page(application_text() + "\n" + long)], Form.WORD)
    judged = verdict(replaced(complete(), **{f"{LATIN}.docx": word}))
    assert codes(judged) == ["application.scan-partial"]
    whole = facts([page(application_text() + "\n" + long, seals=[seal(ACME)])], Form.SCAN)
    assert codes(verdict(replaced(complete(), **{f"{LATIN}.docx": word, f"{LATIN}扫描件.pdf": whole}))) == []


def test_a_digital_letter_with_a_picture_of_the_seal_is_unclear_and_stands_for_the_scan():
    judged = verdict(replaced(complete(), **{"公文.pdf": letter(Form.DIGITAL, seals=[seal()])}))
    assert codes(judged) == ["letter.seal-unclear"]


def test_a_digital_letter_with_a_valid_signature_seal_is_sealed():
    signed: Seal = seal(method="pdf-signature", valid=True)
    assert codes(verdict(replaced(complete(), **{"公文.pdf": letter(Form.DIGITAL, seals=[signed])}))) == []


def test_a_digital_letter_without_a_seal_is_no_scan():
    judged = verdict(replaced(complete(), **{"公文.pdf": letter(Form.DIGITAL, seals=[])}))
    assert codes(judged) == ["letter.scan-missing"]


def test_a_failed_signature_seal_is_not_sealed():
    broken = seal(method="pdf-signature", valid=False)
    judged = verdict(replaced(complete(), **{"公文.pdf": letter(Form.DIGITAL, seals=[broken])}))
    assert codes(judged) == ["letter.seal-unclear"]


def test_a_table_in_the_sealed_letters_file_counts_as_its_scan():
    pages = [page(letter_text(), seals=[seal()]), page(summary(TWO).text, 2)]
    one_file = facts(pages, Form.SCAN, [t.model_copy(update={"page": 2}) for t in summary(TWO).tables])
    papers = without("公文.pdf", "汇总表.pdf")
    judged = verdict({**papers, "推荐材料.pdf": one_file})
    assert codes(judged) == []


def test_a_loose_sealed_page_makes_a_missing_seal_unclear():
    bare = replaced(complete(), **{"公文.pdf": letter(seals=[])})
    loose = facts([page("此页无正文", seals=[seal()])], Form.SCAN)
    assert codes(verdict({**bare, "盖章页.pdf": loose})) == ["letter.seal-unclear"]
    other = facts([page("此页无正文", seals=[seal(SICHUAN)])], Form.SCAN)
    assert codes(verdict({**bare, "盖章页.pdf": other})) == ["letter.seal-missing"]


def test_a_city_bureaus_seal_on_the_letter_is_wrong():
    judged = verdict(replaced(complete(), **{"公文.pdf": letter(seals=[seal(CITY)])}))
    assert codes(judged) == ["letter.seal-wrong"]


def test_the_applicants_seal_on_the_letter_is_wrong():
    judged = verdict(replaced(complete(), **{"公文.pdf": letter(seals=[seal(BUILD)])}))
    assert codes(judged) == ["letter.seal-wrong"]
