"""What holds of every verdict, whatever was handed in (verdict.py)."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shoufa.domain.codes import Form, Kind
from shoufa.domain.facts import Facts
from shoufa.domain.submission import Case
from shoufa.judging.verdict import judge
from unit.judging.build import (
    BRIDGE,
    BUILD,
    FARM,
    HUBEI,
    HUNAN,
    LATIN,
    RICE,
    START,
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
)

settings.register_profile(
    "ci", deadline=None, derandomize=True, max_examples=30, suppress_health_check=[HealthCheck.too_slow]
)
CI = settings.get_profile("ci")
CALL, GROUP = call(), group()
FAULTY = replaced(
    complete((*TWO, (FARM, RICE, "试点"))),
    **{
        "公文.pdf": letter(seals=[seal(HUNAN)]),
        f"{LATIN}.docx": application(联系人=""),
        f"{BRIDGE}扫描件.pdf": application(BRIDGE, "某某集团", Form.SCAN, seals=[], kind="□试点 ☑示范"),
        "说明.jpg": facts([page("说明")], Form.SCAN, container="jpg"),
    },
)


def judged(given_case: Case):
    return judge(CALL, GROUP, given_case, {CALL.id: CALL})


# --- more never turns present into missing

PAPERS = {
    (Kind.LETTER, Form.WORD): letter(Form.WORD),
    (Kind.LETTER, Form.SCAN): letter(),
    (Kind.SUMMARY, Form.WORD): summary(TWO),
    (Kind.SUMMARY, Form.SCAN): summary(TWO, Form.SCAN),
    (Kind.APPLICATION, Form.WORD): application(),
    (Kind.APPLICATION, Form.SCAN): application(form=Form.SCAN),
}
MORE = {
    **FAULTY,
    "又一公文.docx": letter(Form.WORD, issuer=HUNAN),
    "又一公文.pdf": letter(seals=[]),
    "又一汇总表.xlsx": summary([(FARM, RICE, "试点")]),
    "又一汇总表.pdf": summary([(LATIN, BUILD, "示范")], Form.SCAN, []),
    "又一申报书.docx": application(联系人="李四"),
    "又一申报书.pdf": application(form=Form.SCAN, seals=[seal("")]),
    "别的.docx": application("别的项目", RICE),
}


def lacking(papers: dict[str, Facts], kind: Kind) -> set[str]:
    """What is told as missing of a kind, of this project or of none."""
    tails = {f"{kind.value}.missing", f"{kind.value}.word-missing", f"{kind.value}.scan-missing"}
    found = judged(case(papers)).findings
    return {f.code.value for f in found if f.code.value in tails and f.project in {None, LATIN}}


@pytest.mark.parametrize(("kind", "form"), sorted(PAPERS))
@given(beside=st.tuples(*(st.booleans() for _ in MORE)))
@settings(CI)
def test_a_paper_that_came_is_never_missing_whatever_comes_beside_it(kind, form, beside):
    alone = {f"纸{'.docx' if form is Form.WORD else '.pdf'}": PAPERS[kind, form]}
    more = {k: v for (k, v), came in zip(MORE.items(), beside, strict=True) if came}
    said = lacking({**more, **alone}, kind)
    assert f"{kind.value}.missing" not in said
    assert f"{kind.value}.{form.value}-missing" not in said


@pytest.mark.parametrize(("kind", "form"), sorted(PAPERS))
def test_without_that_paper_it_is_missing(kind, form):
    """So the property above is no empty one: what is told as missing is what did not come."""
    rest = {f"{of}.{at}": paper for (of, at), paper in PAPERS.items() if (of, at) != (kind, form)}
    assert lacking(rest, kind) == {f"{kind.value}.{form.value}-missing"}


# --- received times decide, not the order of work


def substance(made):
    return made.model_dump() | {"documents": sorted(d.model_dump_json() for d in made.documents)}


THREE = case(
    {k: v for k, v in FAULTY.items() if k.startswith(("公文", LATIN))},
    ({k: v for k, v in FAULTY.items() if k.startswith(("汇总表", BRIDGE))}, {"sender": "li@hubei.example"}),
    {
        "公文.docx": letter(Form.WORD, said="现推荐3个项目，请予审核。"),
        f"{LATIN}.docx": application(),
        "说明.jpg": None,
    },
)


@given(st.permutations(range(len(THREE.mails))), st.permutations(range(len(THREE.pieces))))
@settings(CI)
def test_the_order_in_which_mails_and_documents_are_worked_on_changes_nothing(mails, pieces):
    shuffled = THREE.model_copy(
        update={
            "mails": tuple(THREE.mails[i] for i in mails),
            "pieces": tuple(THREE.pieces[i] for i in pieces),
        }
    )
    assert substance(judged(shuffled)) == substance(judged(THREE))


def test_the_order_in_which_they_were_received_does():
    """So the property above is no empty one: the later letter's number holds."""
    two, one = (letter(Form.WORD, said=f"现推荐{n}个项目，请予审核。") for n in (2, 1))
    rest = {k: v for k, v in complete().items() if k != "公文.docx"}

    def received(one_at: int, two_at: int):
        days = [{"at": START + timedelta(days=at)} for at in (one_at, two_at)]
        return judged(case(rest, ({"公文.docx": one}, days[0]), ({"公文.docx": two}, days[1])))

    assert "letter.count-mismatch" not in codes(received(1, 2))
    assert "letter.count-mismatch" in codes(received(2, 1))


@given(st.sets(st.sampled_from(sorted(MORE)), min_size=1), st.sets(st.sampled_from(sorted(MORE)), min_size=1))
@settings(CI)
def test_judging_twice_says_the_same_whatever_was_judged_between(names, between):
    made = case({k: MORE[k] for k in sorted(names)})
    first = judged(made)
    judged(case({k: MORE[k] for k in sorted(between)}))
    assert judged(made) == first == judged(made.model_copy(deep=True))


@given(st.sets(st.sampled_from(sorted(MORE)), min_size=2))
@settings(CI, max_examples=40)
def test_no_form_belongs_to_two_projects_and_no_project_is_named_twice(names):
    made = judged(case({k: MORE[k] for k in sorted(names)}))
    forms = [d.path for d in made.documents if d.kind is Kind.APPLICATION and d.project]
    assert len(forms) == len(set(forms))
    with_form = [(p.name, p.applicant) for p in made.projects if p.application]
    assert len(with_form) == len(set(with_form))
    assert len(with_form) <= len(forms)


# --- nothing that a reader can give is too much

WORDS = st.sampled_from(
    [
        "申报书",
        "项目名称：",
        "申报单位（盖章）：某某公司",
        "推荐单位：",
        "序号",
        "汇总表",
        "关于推荐…的函",
        "2023年8月1日",
        "试点",
        "☑示范",
        "□",
        "91420100MA4KXXXX04",
        "现推荐",
        "2个项目",
        "附件1",
        "统一社会信用代码",
        "第1页",
        "13800001234",
        "（",
        "）",
        "|",
        "\t",
        "\n",
        "。",
        "：",
        "〔2023〕12号",
        "市场监督管理局",
        "湖北省",
        "合计",
    ]
)
TEXT = st.one_of(
    st.text(max_size=12),
    st.lists(WORDS, max_size=14).map("\n".join),
    st.lists(WORDS, max_size=8).map("".join),
)
FRACTION = st.floats(0, 1)
BOX = st.tuples(FRACTION, FRACTION, FRACTION, FRACTION)
LINE = st.fixed_dictionaries({"text": TEXT, "box": BOX, "score": FRACTION})
SEAL = st.fixed_dictionaries(
    {
        "page": st.integers(0, 5),
        "box": BOX,
        "name": st.one_of(TEXT, st.sampled_from([HUBEI, "湖北省市场监", ""])),
        "name_score": FRACTION,
        "shape": st.sampled_from(["round", "oval", "square"]),
        "ink": st.sampled_from(["red", "blue", "black"]),
        "method": st.sampled_from(["image", "pdf-signature", "ofd-signature"]),
        "valid": st.sampled_from([True, False, None]),
        "official": st.sampled_from([True, False, None]),
        "candidates": st.lists(TEXT, max_size=2),
        "crossed": st.booleans(),
    }
)
PAGE = st.fixed_dictionaries(
    {
        "number": st.integers(1, 4),
        "text": TEXT,
        "lines": st.lists(LINE, max_size=4),
        "seals": st.lists(SEAL, max_size=2),
        "faint": st.lists(SEAL, max_size=1),
        "quality": FRACTION,
        "seals_seen": st.booleans(),
        "blank": st.booleans(),
        "scanned": st.booleans(),
    }
)
CELL = st.fixed_dictionaries(
    {
        "row": st.integers(0, 6),
        "col": st.integers(0, 5),
        "text": TEXT,
        "rowspan": st.integers(1, 4),
        "colspan": st.integers(1, 4),
    }
)
TABLE = st.one_of(
    st.fixed_dictionaries({"page": st.integers(0, 5), "cells": st.lists(CELL, max_size=10)}),
    st.fixed_dictionaries(
        {"page": st.integers(0, 5), "grid": st.lists(st.lists(TEXT, max_size=5), max_size=5)}
    ),
)
FACTS = st.fixed_dictionaries(
    {
        "sha256": st.just("0" * 64),
        "container": st.sampled_from(["docx", "pdf", "jpg", "xlsx", "unknown"]),
        "form": st.sampled_from(["word", "scan", "digital", None]),
        "page_count": st.integers(0, 6),
        "pages": st.lists(PAGE, max_size=3),
        "tables": st.lists(TABLE, max_size=2),
        "truncated": st.booleans(),
        "text_only": st.booleans(),
        "unreadable": st.sampled_from([None, None, None, "unreadable", "encrypted"]),
    }
).map(Facts.model_validate)
NAMES = st.sampled_from(
    ["公文.pdf", "汇总表.xlsx", "申报书1.jpg", "申报书2.jpg", "第3页.jpg", "x", "", "最终.docx"]
)


@given(
    st.lists(st.dictionaries(NAMES, FACTS, max_size=4), min_size=1, max_size=2),
    TEXT,
    TEXT,
    st.sampled_from(["u1", "u2"]),
)
@settings(CI, max_examples=80)
def test_judging_never_raises_and_every_finding_has_its_words(mails, subject, body, unit):
    made = judged(case(*((m, {"subject": subject, "body": body}) for m in mails), unit=unit))
    assert all(f.message.zh and f.message.en and f.remedy.zh and f.remedy.en for f in made.findings)
    assert made == judged(case(*((m, {"subject": subject, "body": body}) for m in mails), unit=unit))


@given(st.integers(0, 40), st.integers(0, 40))
@settings(CI, max_examples=15)
def test_late_is_by_the_first_receipt_and_closes(days, other):
    """Whichever mail is listed first, and whatever their digests are."""
    at, again = (START + timedelta(days=n) for n in (days, other))
    made = judged(case((complete(), {"at": at}), ({"说明.jpg": MORE["说明.jpg"]}, {"at": again})))
    assert CALL.closes is not None
    assert made.late is (min(at, again) > CALL.closes)
    assert made.received_at == min(at, again)
