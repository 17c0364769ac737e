"""The verdict as a whole: status, order, and what must not change it (verdict.py)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shoufa.domain.call import Call
from shoufa.domain.codes import Form, Status
from shoufa.domain.finding import FindingCode
from shoufa.domain.submission import Case
from shoufa.judging.verdict import RULES, THROUGH_RECOMMENDER, judge
from unit.judging.build import (
    BRIDGE,
    FARM,
    HUNAN,
    LATIN,
    RICE,
    TWO,
    application,
    call,
    case,
    codes,
    complete,
    facts,
    group,
    letter,
    page,
    replaced,
    seal,
    summary,
    verdict,
)

CALL = call()
MISSING = {"letter.missing", "summary.missing", "application.missing"} | {
    f"{kind}.{form}-missing" for kind in ("letter", "summary", "application") for form in ("word", "scan")
}


def judged(given_case: Case, of: Call = CALL):
    return judge(of, group(), given_case, {of.id: of})


def substance(made):
    """A verdict without the order of its files."""
    return (
        made.status,
        sorted(f.model_dump_json() for f in made.findings),
        sorted(p.model_dump_json() for p in made.projects),
        sorted(d.model_dump_json() for d in made.documents),
        made.letter,
        made.recommender,
        made.key,
    )


FAULTY = replaced(
    complete((*TWO, (FARM, RICE, "试点"))),
    **{
        "公文.pdf": letter(seals=[seal(HUNAN)]),
        f"{LATIN}.docx": application(联系人=""),
        f"{BRIDGE}扫描件.pdf": application(BRIDGE, "某某集团", Form.SCAN, seals=[], kind="□试点 ☑示范"),
        "说明.jpg": facts([page("说明")], Form.SCAN, container="jpg"),
    },
)
WHOLE = case(FAULTY)


@given(st.permutations(range(len(WHOLE.pieces))))
@settings(deadline=None, max_examples=20)
def test_the_order_of_documents_changes_nothing(order):
    shuffled = WHOLE.model_copy(update={"pieces": tuple(WHOLE.pieces[i] for i in order)})
    assert substance(judged(shuffled)) == substance(judged(WHOLE))


def test_the_order_of_two_versions_in_one_mail_changes_nothing():
    papers = {k: v for k, v in complete().items() if k != "公文.pdf"}
    two = {"公文甲.pdf": letter(seals=[]), "公文乙.pdf": letter(seals=[seal("")])}
    made = [codes(verdict({**papers, **dict(order)})) for order in (two.items(), reversed(two.items()))]
    assert made[0] == made[1]


@given(st.sets(st.sampled_from(sorted(FAULTY))), st.sampled_from(sorted(FAULTY)))
@settings(deadline=None, max_examples=25)
def test_one_more_document_never_makes_a_present_one_missing(some, more):
    few = {k: FAULTY[k] for k in sorted(some)}
    many = {k: FAULTY[k] for k in sorted({*some, more})}
    said = [{f.code.value for f in verdict(p).findings if f.project is None} & MISSING for p in (few, many)]
    present = [{(d.kind, d.form) for d in verdict(p).documents} for p in (few, many)]
    assert present[0] <= present[1]
    for kind in ("letter", "summary"):
        came = [{f for k, f in p if k.value == kind} for p in present]
        for form in came[0] & {Form.WORD, Form.SCAN}:
            assert f"{kind}.{form.value}-missing" not in said[1]
        if came[0]:
            assert f"{kind}.missing" not in said[1]


@given(st.sets(st.sampled_from(sorted(FAULTY))), st.sampled_from(sorted(FAULTY)))
@settings(deadline=None, max_examples=25)
def test_a_project_whose_form_came_is_never_told_as_missing(some, more):
    made = verdict({k: FAULTY[k] for k in sorted({*some, more})})
    here = {p.name for p in made.projects if p.application}
    assert not {f.project for f in made.findings if f.code is FindingCode.APPLICATION_MISSING} & here


def test_the_same_facts_give_the_same_verdict():
    assert judged(WHOLE) == judged(WHOLE)


def test_reading_while_one_part_has_neither_facts_nor_code():
    unread = WHOLE.model_copy(
        update={"pieces": (WHOLE.pieces[0].model_copy(update={"facts": None}), *WHOLE.pieces[1:])}
    )
    made = judged(unread)
    assert (made.status, made.findings) == (Status.READING, ())


def test_an_archive_is_its_members():
    assert verdict({"材料.zip": None, **complete()}).status is Status.COMPLETE


SEVERITIES = [
    ({}, Status.COMPLETE),
    ({"公文.docx": None}, Status.COMPLETE),
    ({"公文.pdf": letter(seals=[seal("")])}, Status.REVIEW),
    ({"公文.pdf": letter(seals=[])}, Status.INCOMPLETE),
]


@pytest.mark.parametrize(("changes", "status"), SEVERITIES)
def test_status_follows_the_gravest_finding(changes, status):
    papers = {k: v for k, v in {**complete(), **changes}.items() if v is not None}
    assert verdict(papers).status is status


def test_all_findings_are_collected():
    assert set(codes(verdict(FAULTY))) >= {
        "application.field-missing",
        "application.seal-missing",
        "application.versions-differ",
        "letter.count-mismatch",
    }


def test_every_finding_has_words_in_two_languages_and_no_slot_left():
    for found in verdict(FAULTY).findings:
        said = (found.message.zh, found.message.en, found.remedy.zh, found.remedy.en)
        assert all(said)
        assert "{" not in "".join(said)


def test_rules_stand_once():
    assert len({*RULES, *THROUGH_RECOMMENDER}) == len(RULES) + len(THROUGH_RECOMMENDER)


def test_the_key_is_the_recommenders_and_holds_no_name():
    one, other = verdict(complete()), verdict(complete(by=HUNAN))
    again = verdict(complete((TWO[0],)))
    assert one.key == again.key != other.key
    assert len(one.key) == 32
    assert verdict({"公文.pdf": letter(issuer="本局", seals=[])}).key == ""


def test_by_applicant_the_key_is_the_applicants():
    mine = call(case_by="applicant")
    a = verdict({f"{LATIN}.docx": application()}, of=mine)
    b = verdict({f"{LATIN}.pdf": application(form=Form.SCAN)}, of=mine)
    both = verdict({"a.docx": application(), "b.docx": application(BRIDGE, "乙公司")}, of=mine)
    assert a.key == b.key != ""
    assert both.key == ""


def test_a_summary_of_what_was_read_of_the_letter():
    made = verdict(complete()).letter
    assert made is not None
    assert (made.number, made.date, made.issuer) == (
        "鄂市监函〔2023〕12号",
        "2023-08-01",
        "湖北省市场监督管理局",
    )


def test_tracks_and_projects_in_the_tables_order():
    made = verdict(complete())
    assert made.tracks == ("pilot", "demo")
    assert [p.name for p in made.projects] == [LATIN, BRIDGE]
    assert all(p.listed and p.application for p in made.projects)


def test_a_sealed_document_shows_whose_seal_it_bears():
    rows = {d.path: d for d in verdict(complete()).documents}
    assert rows["公文.pdf"].seals[0].official is True
    assert rows["汇总表.xlsx"].seals == ()


def test_an_empty_mail_still_has_a_verdict():
    made = verdict({})
    assert set(codes(made)) == {"letter.missing", "summary.missing", "application.missing"}


def test_two_tables_in_one_mail_in_two_forms_are_one_table():
    assert len(verdict({"a.xlsx": summary(TWO), "b.pdf": summary(TWO, Form.SCAN)}).projects) == 2
