"""Word version and scan of one application are one, and two projects of one firm never are (bundles.py)."""

import pytest

from shoufa.domain.codes import Form
from shoufa.judging.bundles import bundles_of, cut_short, fits_row
from shoufa.judging.document import Row
from shoufa.judging.segments import documents
from unit.judging.build import (
    ACME,
    BUILD,
    LATIN,
    application,
    application_text,
    call,
    case,
    codes,
    complete,
    facts,
    page,
    seal,
    verdict,
)

CALL = call()
LONG = "城市级车路协同与数字孪生平台标准化"
PHASES = "智慧园区综合能源管理平台标准化"


def bundled(papers, rows=()):
    """The names of the files that are one project's."""
    return sorted(sorted(d.path for d in b) for b in bundles_of(documents(case(papers).pieces, CALL), rows))


def scan(name, applicant=ACME, more=""):
    said = application_text(name, applicant) + more
    return facts([page(said, seals=[seal(applicant)])], Form.SCAN)


CUT = [LONG[:14], LONG[:9], LONG[:4], "你", "项目", ""]


@pytest.mark.parametrize("read", CUT)
def test_a_name_cut_short_or_not_read_is_still_that_of_the_word_version(read):
    papers = {"a.docx": application(LONG), "b.pdf": scan(read, more=f"\n{LONG}")}
    assert bundled(papers) == [["a.docx", "b.pdf"]]


@pytest.mark.parametrize("names", [("申报书.docx", "申报书.pdf"), ("1.docx", "1.pdf"), ("甲/1.doc", "甲/1.PDF")])
def test_two_files_of_one_name_in_one_folder_and_of_one_applicant_are_one(names):
    papers = dict(zip(names, (application(LONG), scan("高端装备")), strict=True))
    assert bundled(papers) == [sorted(names)]


@pytest.mark.parametrize(
    ("names", "applicant"),
    [(("甲/1.docx", "乙/1.pdf"), ACME), (("1.docx", "2.pdf"), ACME), (("1.docx", "1.pdf"), BUILD)],
)
def test_other_folders_names_or_applicants_join_nothing(names, applicant):
    papers = dict(zip(names, (application(LONG), scan("高端装备研发", applicant)), strict=True))
    assert len(bundled(papers)) == 2


def test_a_name_that_the_pages_show_joins_no_other_applicants_form():
    papers = {"a.docx": application(LONG), "b.pdf": scan("你", BUILD, f"\n{LONG}")}
    assert len(bundled(papers)) == 2


SISTERS = [
    (PHASES, PHASES + "二期"),
    (PHASES + "（一期）", PHASES + "（二期）"),
    (PHASES + "试点", PHASES + "示范"),
    ("湖北" + PHASES, "湖南" + PHASES),
]


@pytest.mark.parametrize(("one", "two"), SISTERS)
@pytest.mark.parametrize("files", ["abcd", "dcba", "bdac"])
def test_sister_projects_of_one_firm_each_keep_their_own_scan(one, two, files):
    made = {"a": ("a.docx", application(one)), "b": ("b.pdf", scan(one))}
    made |= {"c": ("c.docx", application(two)), "d": ("d.pdf", scan(two))}
    assert bundled(dict(made[f] for f in files)) == [["a.docx", "b.pdf"], ["c.docx", "d.pdf"]]


@pytest.mark.parametrize(("one", "two"), SISTERS)
def test_where_the_table_lists_both_a_word_version_never_takes_the_others_scan(one, two):
    rows = [Row(name=one, applicant=ACME), Row(name=two, applicant=ACME)]
    papers = {"申报书.docx": application(one), "申报书.pdf": scan(two)}
    assert len(bundled(papers, rows)) == 2


@pytest.mark.parametrize(("one", "two"), SISTERS)
def test_a_form_that_has_its_scan_takes_no_sisters_scan_too(one, two):
    papers = {"a.docx": application(one), "b.pdf": scan(one), "c.pdf": scan(two)}
    assert bundled(papers) == [["a.docx", "b.pdf"], ["c.pdf"]]


def test_two_scans_of_one_name_are_two_versions_of_one():
    papers = {"a.docx": application(LATIN), "b.pdf": scan(LATIN), "c.pdf": scan(LATIN)}
    assert bundled(papers) == [["a.docx", "b.pdf", "c.pdf"]]


@pytest.mark.parametrize(
    ("read", "exact", "cut"),
    [
        (LONG[:12], LONG, True),
        (LONG, LONG, False),
        (LONG[:3], LONG, False),
        (PHASES, PHASES + "二期", False),
        (PHASES, PHASES + "（第二阶段）", False),
        (PHASES, PHASES + "3号线", False),
        (LONG + "试点", LONG, False),
    ],
)
def test_the_beginning_of_a_name_is_no_phase_before_it(read, exact, cut):
    assert cut_short(read, exact) is cut


def test_a_recognised_row_cut_short_is_the_forms():
    doc = documents(case({"a.docx": application(LONG)}).pieces, CALL)[0]
    assert fits_row(doc, Row(name=LONG[:7], applicant=ACME, exact=False)) >= 0.7
    assert fits_row(doc, Row(name=LONG[:7], applicant=ACME)) < 0.7
    assert fits_row(doc, Row(name=LONG[:7], applicant=BUILD, exact=False)) < 0.7


def test_a_cut_scan_in_a_whole_package_is_no_missing_scan():
    papers = complete([(LONG, ACME, "试点")])
    papers[f"{LONG}扫描件.pdf"] = scan(LONG[:8], more=f"\n推荐单位：湖北省市场监督管理局\n{LONG}")
    assert not {c for c in codes(verdict(papers)) if "missing" in c or "unlisted" in c or "differ" in c}
