"""Which version holds (contracts §2, Superseding)."""

import pytest

from shoufa.domain.codes import Form, SealMethod
from unit.judging.build import (
    BRIDGE,
    FARM,
    HUBEI,
    LATIN,
    RICE,
    SICHUAN,
    TWO,
    application,
    codes,
    complete,
    facts,
    letter,
    page,
    replaced,
    seal,
    summary,
    verdict,
)


def standing(judged) -> dict[str, bool]:
    return {d.path: not d.superseded for d in judged.documents}


def test_a_later_version_supersedes_the_earlier():
    judged = verdict(complete(), {"公文新.pdf": letter()})
    assert standing(judged)["公文.pdf"] is False
    assert standing(judged)["公文新.pdf"] is True


def test_a_later_sealed_version_cures_the_unsealed():
    bad = replaced(complete(), **{"公文.pdf": letter(seals=[])})
    assert codes(verdict(bad)) == ["letter.seal-missing"]
    assert codes(verdict(bad, {"公文新.pdf": letter()})) == []


@pytest.mark.parametrize("worse", [[], [seal(SICHUAN)], [seal("")]])
def test_a_later_worse_version_does_not_supersede(worse):
    judged = verdict(complete(), {"公文新.pdf": letter(seals=worse)})
    assert codes(judged) == []
    assert standing(judged)["公文.pdf"] is True
    assert standing(judged)["公文新.pdf"] is False


def test_each_form_has_its_own_version():
    judged = verdict(complete(), {f"{LATIN}新.docx": application()})
    assert standing(judged)[f"{LATIN}扫描件.pdf"] is True
    assert standing(judged)[f"{LATIN}.docx"] is False


def test_each_project_has_its_own_version():
    judged = verdict(complete(), {f"{LATIN}新.docx": application()})
    assert standing(judged)[f"{BRIDGE}.docx"] is True


def test_what_a_new_address_sends_adds_but_never_supersedes():
    judged = verdict(complete(), ({"公文新.pdf": letter()}, {"sender": "li@elsewhere.example"}))
    assert standing(judged)["公文.pdf"] is True
    first = {k: v for k, v in complete().items() if k != "公文.pdf"}
    assert codes(verdict(first, ({"公文.pdf": letter()}, {"sender": "li@elsewhere.example"}))) == [
        "sender.new"
    ]


def test_what_an_unverified_mail_sends_never_supersedes():
    judged = verdict(complete(), ({"公文新.pdf": letter(seals=[seal(SICHUAN)])}, {"unverified": True}))
    assert standing(judged)["公文.pdf"] is True


DOUBTED = [{"sender": "li@elsewhere.example"}, {"unverified": True}]
"""A new address, and the own one where it could not be verified."""
DISCREET = {"sender.new", "sender.unverified"}


@pytest.mark.parametrize("who", DOUBTED)
@pytest.mark.parametrize("form", [Form.WORD, Form.SCAN])
def test_a_doubted_senders_letter_never_takes_the_case_to_another_body(who, form):
    own = {k: v for k, v in complete().items() if k != "公文.docx"}
    before = verdict(own)
    stamped = [seal(SICHUAN)] if form is Form.SCAN else []
    judged = verdict(own, ({"公文二.pdf": letter(form, issuer=SICHUAN, seals=stamped)}, who))
    assert (judged.recommender, judged.key, judged.letter) == (HUBEI, before.key, before.letter)
    assert set(codes(judged)) <= DISCREET | set(codes(before))


def test_a_new_address_may_add_the_letter_that_was_lacking():
    own = {k: v for k, v in complete().items() if not k.startswith(("公文", "汇总表"))}
    judged = verdict(own, ({"公文.pdf": letter(), "公文.docx": letter(Form.WORD)}, DOUBTED[0]))
    assert judged.recommender == HUBEI


def test_where_nobody_is_verified_what_came_still_speaks():
    assert verdict((complete(), {"unverified": True})).recommender == HUBEI


@pytest.mark.parametrize("who", DOUBTED)
@pytest.mark.parametrize(
    "sent",
    [
        {"公文二.pdf": letter(seals=[])},
        {"公文二.docx": letter(Form.WORD, said="现推荐9个项目，请予审核。")},
        {f"{LATIN}二.docx": application(contact="李四")},
        {f"{LATIN}二.pdf": application(form=Form.SCAN, seals=[])},
        {"汇总表更正.xlsx": summary([TWO[0]])},
        {"汇总表更正.pdf": summary([TWO[0]], Form.SCAN, [])},
    ],
)
def test_nothing_of_a_doubted_sender_changes_what_holds(who, sent):
    judged, before = verdict(complete(), (sent, who)), verdict(complete())
    assert [k for k, holds in standing(judged).items() if not holds and k in standing(before)] == []
    assert judged.projects == before.projects
    assert set(codes(judged)) <= DISCREET


def rows(*more):
    return (*TWO, *more)


THIRD = (FARM, RICE, "试点")


def listed(judged) -> set[str]:
    return {p.name for p in judged.projects if p.listed}


def test_a_later_table_that_covers_all_rows_replaces():
    judged = verdict(complete(), {"汇总表二.xlsx": summary(rows(THIRD))})
    assert listed(judged) == {LATIN, BRIDGE, FARM}
    assert "summary.versions-conflict" not in codes(judged)


def test_a_correction_replaces_whatever_it_covers():
    judged = verdict(complete(), {"汇总表（更正）.xlsx": summary([TWO[0], THIRD])})
    assert listed(judged) == {LATIN, FARM}
    assert "summary.versions-conflict" not in codes(judged)


def test_a_disjoint_table_adds():
    judged = verdict(complete(), {"汇总表二.xlsx": summary([THIRD])})
    assert listed(judged) == {LATIN, BRIDGE, FARM}
    assert "summary.versions-conflict" not in codes(judged)


def test_a_table_that_repeats_a_part_changes_nothing():
    judged = verdict(complete(), {"汇总表二.xlsx": summary([TWO[0]])})
    assert (listed(judged), codes(judged)) == ({LATIN, BRIDGE}, [])


def test_tables_that_overlap_conflict_and_the_first_stays():
    judged = verdict(complete(), {"汇总表二.xlsx": summary([TWO[0], THIRD])})
    assert listed(judged) == {LATIN, BRIDGE}
    assert codes(judged) == ["summary.versions-conflict"]


def test_a_table_from_a_new_address_replaces_nothing():
    judged = verdict(complete(), ({"汇总表更正.xlsx": summary([THIRD])}, {"sender": "li@elsewhere.example"}))
    assert listed(judged) >= {LATIN, BRIDGE}


def test_a_replaced_table_is_marked():
    judged = verdict(complete(), {"汇总表更正.xlsx": summary(rows(THIRD))})
    assert standing(judged)["汇总表.xlsx"] is False


def test_a_signed_file_is_better_than_a_picture():
    signed = seal(method=SealMethod.PDF_SIGNATURE, valid=True)
    bad = replaced(complete(), **{"公文.pdf": letter(Form.DIGITAL)})
    bad["公文.pdf"] = letter(Form.DIGITAL, seals=[seal(HUBEI)])
    assert codes(verdict(bad)) == ["letter.seal-unclear"]
    assert codes(verdict(bad, {"公文二.pdf": letter(Form.DIGITAL, seals=[signed])})) == []


def test_pages_of_another_kind_are_never_a_version():
    judged = verdict(complete(), {"说明.pdf": facts([page("情况说明")], Form.SCAN)})
    assert standing(judged)["说明.pdf"] is True
    assert standing(judged)["公文.pdf"] is True
