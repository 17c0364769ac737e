"""judging/senders.py: what nobody vouches for is filed and counts for nothing until a clerk confirms it."""

import pytest

from shoufa.domain.codes import Status
from shoufa.domain.decision import Made, read_decision
from shoufa.judging.senders import counted, in_doubt, proposals, trusted_mails
from shoufa.judging.verdict import judge
from unit.judging.build import (
    HUBEI,
    SICHUAN,
    application,
    call,
    case,
    codes,
    complete,
    facts,
    group,
    letter,
    of_code,
    only,
    page,
    seal,
    summary,
    verdict,
)

OWN = {k: v for k, v in complete().items() if not k.startswith("公文")}
LETTERS = {k: v for k, v in complete().items() if k.startswith("公文")}
STRANGER = {"sender": "li@elsewhere.example"}
FORGED = [{"unverified": True}, {"unverified": True, **STRANGER}]


def judged(there, *decisions, quoted=()):
    """The verdict of a case; `quoted`: the places of mails that a number alone brought."""
    made = tuple(
        Made(
            object=f"inbox/decision/{n}",
            decision=read_decision({"who": "wl", "submission": there.receipt, **d}),
        )
        for n, d in enumerate(decisions)
    )
    brought = frozenset(there.mails[n].digest for n in quoted)
    there = there.model_copy(update={"decisions": made, "proposed": brought})
    return judge(call(), group(), there, {"c1": call()})


@pytest.mark.parametrize("who", FORGED)
def test_a_forged_letter_completes_nothing_until_its_sender_is_confirmed(who):
    there = case(OWN, (LETTERS, who))
    made = judged(there)
    assert made.status is Status.INCOMPLETE
    assert set(codes(made)) >= {"letter.missing", "sender.unverified"}
    assert "2个文件暂不计入" in only(made, "sender.unverified").message.zh
    assert made.letter is None
    sender = there.mails[1].sender
    sure = judged(there, {"action": "sender", "address": sender})
    assert sure.status is Status.COMPLETE
    assert sure.letter is not None
    assert not any(d.proposed for d in sure.documents)


def test_what_a_quoted_number_brought_from_elsewhere_completes_nothing_until_confirmed():
    there = case(OWN, (LETTERS, STRANGER))
    made = judged(there, quoted=[1])
    assert "letter.missing" in codes(made)
    assert "2个文件暂不计入" in only(made, "sender.new").message.zh
    assert codes(judged(there, {"action": "sender", "address": "li@elsewhere.example"}, quoted=[1])) == []


def test_a_colleague_whom_the_papers_brought_adds_and_a_person_looks():
    """Joining (c): the same recommender, found after reading, from another address."""
    made = judged(case(OWN, (LETTERS, STRANGER)))
    assert (made.status, codes(made)) == (Status.REVIEW, ["sender.new"])
    assert "暂不计入" not in only(made, "sender.new").message.zh


def test_a_number_quoted_by_somebody_whose_own_papers_are_here_is_no_mere_proposal():
    there = case(OWN, (LETTERS, STRANGER), ({"补充.docx": facts([page("说明")])}, STRANGER))
    assert codes(judged(there, quoted=[2])) == ["sender.new"]


def test_what_a_colleague_of_the_office_forwards_counts():
    there = case(OWN, (LETTERS, {"via": "clerk@office.example", **STRANGER}))
    assert codes(judged(there, quoted=[1])) == []


def test_an_unverified_forward_in_the_offices_name_is_a_proposal():
    there = case(OWN, (LETTERS, {"via": "clerk@office.example", "unverified": True}))
    assert "letter.missing" in codes(judged(there))


@pytest.mark.parametrize("who", FORGED)
@pytest.mark.parametrize(
    "sent",
    [
        {"公文二.pdf": letter(seals=[seal(SICHUAN)], issuer=SICHUAN)},
        {"汇总表更正.xlsx": summary([])},
        {"第三.docx": application("稻田标准化试点", "某农场")},
        {"锁.zip": None},
    ],
)
def test_nothing_that_may_be_forged_takes_anything_away(who, sent):
    """Neither rows nor rules change; what came is listed, and marked as not counted."""
    made, before = verdict(complete(), (sent, who)), verdict(complete())
    assert codes(made) in (["sender.unverified"], ["sender.new", "sender.unverified"])
    assert (made.projects, made.letter, made.recommender) == (before.projects, before.letter, HUBEI)
    assert [d for d in made.documents if not d.proposed] == list(before.documents)
    assert [d.path for d in made.documents if d.proposed] == list(sent)


def test_a_forged_mail_to_another_unit_takes_no_project_out():
    forged = ({}, {"unverified": True, "to": [{"email": "a@unit.example"}, {"email": "b@unit.example"}]})
    assert verdict(complete(), forged).projects == verdict(complete()).projects


def test_a_secrecy_mark_is_told_whoever_sent_it():
    marked = facts([page("机密★一年")], sensitive="机密")
    assert of_code(verdict(complete(), ({"密.pdf": marked}, FORGED[0])), "file.sensitive-mark")


@pytest.mark.parametrize("who", FORGED)
def test_a_denied_forgery_stays_out_and_nobody_is_asked_again(who):
    there = case((complete(), {}), (LETTERS, who))
    sender = there.mails[1].sender
    assert "sender.unverified" in codes(judged(there))
    made = judged(there, {"action": "sender", "address": sender.upper(), "confirmed": False})
    assert (made.status, codes(made)) == (Status.COMPLETE, [])
    assert [d.proposed for d in made.documents].count(True) == len(LETTERS)
    assert [(row.action, row.said, row.applied) for row in made.decisions] == [("sender", "denied", True)]


def test_a_denial_that_keeps_nothing_out_is_shown_as_not_applied():
    """Of the submission's own address only what failed verification stays out."""
    there = case((complete(), {}))
    made = judged(there, {"action": "sender", "address": there.opener, "confirmed": False})
    assert (made.status, [row.applied for row in made.decisions]) == (Status.COMPLETE, [False])
    no, yes = ({"action": "sender", "address": "li@elsewhere.example", "confirmed": c} for c in (False, True))
    made = judged(case(OWN, (LETTERS, STRANGER)), no, yes)
    assert [row.applied for row in made.decisions] == [True, True]


def test_the_last_word_on_a_sender_counts():
    there = case(OWN, (LETTERS, STRANGER))
    yes, no = ({"action": "sender", "address": "li@elsewhere.example", "confirmed": c} for c in (True, False))
    assert judged(there, no, yes).status is Status.COMPLETE
    made = judged(there, yes, no)
    assert "letter.missing" in codes(made)
    assert "sender.new" not in codes(made)


def test_of_merged_submissions_the_later_word_counts_whichever_is_listed_first():
    there = case(OWN, (LETTERS, STRANGER))
    said = {"action": "sender", "address": "li@elsewhere.example"}
    early = {**said, "confirmed": True, "at": "2023-08-01T09:00:00+08:00"}
    late = {**said, "confirmed": False, "at": "2023-08-02T09:00:00+08:00"}
    for words in ((early, late), (late, early)):
        assert "letter.missing" in codes(judged(there, *words))


@pytest.mark.parametrize("unverified", [True, False])
def test_a_submissions_only_sender_cannot_be_denied_into_silence(unverified):
    there = case((complete(), {"unverified": unverified}))
    own = {"action": "sender", "address": there.mails[0].sender, "confirmed": False}
    assert codes(judged(there, own)) == codes(judged(there))


def test_where_only_a_doubtful_sender_wrote_all_is_judged_and_merged_with_nobody():
    made = verdict((complete(), {"unverified": True}))
    assert (made.status, codes(made)) == (Status.REVIEW, ["sender.unverified"])
    assert (made.recommender, made.key) == (HUBEI, "")
    assert verdict(complete()).key != ""


def test_a_confirmed_senders_submission_is_found_by_its_papers_again():
    there = case((complete(), {"unverified": True}))
    assert (
        judged(there, {"action": "sender", "address": "zhang@hubei.example"}).key == verdict(complete()).key
    )


def test_the_own_senders_verified_mail_sets_its_unverified_one_aside():
    there = case((LETTERS, {"unverified": True}), OWN)
    assert proposals(there) == {there.mails[0].digest}
    assert [m.digest for m in counted(there).mails] == [there.mails[1].digest]
    assert trusted_mails(there) == {there.mails[1].digest}
    assert not in_doubt(there)


def test_a_proposal_that_was_received_first_opens_nothing():
    there = case((LETTERS, STRANGER), OWN).model_copy(update={"proposed": frozenset({f"{0:064d}"})})
    assert there.opener == "zhang@hubei.example"
    assert proposals(there) == {f"{0:064d}"}
