"""judging/decided.py: a person's word holds over a reading, and the verdict says by which decision."""

from datetime import timedelta

from shoufa.domain.codes import Form
from shoufa.domain.decision import Made, read_decision
from shoufa.domain.submission import Case, Verdict
from shoufa.judging.verdict import judge
from unit.judging.build import (
    BRIDGE,
    HUBEI,
    LATIN,
    START,
    call,
    case,
    codes,
    complete,
    facts,
    group,
    letter,
    letter_text,
    of_code,
    page,
    part,
    replaced,
    seal,
    verdict,
)


def said(case_: Case, *decisions: dict) -> Case:
    made = [
        Made(
            object=f"inbox/decision/{n}.json",
            decision=read_decision({"who": "wl", "submission": case_.receipt, **d}),
        )
        for n, d in enumerate(decisions, 1)
    ]
    return case_.model_copy(update={"decisions": tuple(made)})


def judged(case_: Case, *decisions: dict, of=None) -> Verdict:
    made = of or call()
    return judge(made, group(), said(case_, *decisions), {made.id: made})


def sha(name: str, content) -> str:
    return part(name, content).sha256


def unread_seal():
    return letter(seals=[seal("", name_score=0.0)])


UNCLEAR = replaced(complete(), **{"公文.pdf": unread_seal()})
SHA = sha("公文.pdf", unread_seal())
SEAL = {"action": "seal", "sha256": SHA}


def test_the_seal_is_unclear_before():
    assert codes(judged(case(UNCLEAR))) == ["letter.seal-unclear"]


def test_a_confirmed_seal_is_met_and_the_verdict_says_by_whom():
    made = judged(case(UNCLEAR), {**SEAL, "confirmed": True})
    assert codes(made) == []
    (row,) = made.decisions
    assert (row.object, row.action, row.who) == ("inbox/decision/1.json", "seal", "wl")
    assert (row.about, row.said, row.applied) == ("公文.pdf", "confirmed", True)


def test_a_denied_seal_is_missing():
    assert codes(judged(case(UNCLEAR), {**SEAL, "confirmed": False})) == ["letter.seal-missing"]


def test_the_last_word_counts():
    no_yes = judged(case(UNCLEAR), {**SEAL, "confirmed": False}, {**SEAL, "confirmed": True})
    yes_no = judged(case(UNCLEAR), {**SEAL, "confirmed": True}, {**SEAL, "confirmed": False})
    assert (codes(no_yes), codes(yes_no)) == ([], ["letter.seal-missing"])


def test_a_missed_seal_can_be_confirmed_and_a_claimed_one_denied():
    bare = case(replaced(complete(), **{"公文.pdf": letter(seals=[])}))
    assert codes(judged(bare)) == ["letter.seal-missing"]
    assert codes(judged(bare, {**SEAL, "confirmed": True})) == []
    assert codes(judged(case(complete()), {**SEAL, "confirmed": False})) == ["letter.seal-missing"]


def test_a_decision_on_one_page_leaves_the_others_as_they_are():
    two = facts(
        [page(letter_text(), 1, [seal("", 1, name_score=0.0)]), page("附件说明", 2, [seal("", 2, name_score=0.0)])],
        Form.SCAN,
    )
    there = case(replaced(complete(), **{"公文.pdf": two}))
    first = judged(there, {**SEAL, "pages": [1, 1], "confirmed": False})
    (left,) = of_code(first, "letter.seal-unclear")
    assert left.page == 2
    both = judged(
        there, {**SEAL, "pages": [1, 1], "confirmed": False}, {**SEAL, "pages": [2, 2], "confirmed": False}
    )
    assert codes(both) == ["letter.seal-missing"]
    assert codes(judged(there, {**SEAL, "pages": [2, 2], "confirmed": True})) == []


def test_a_confirmed_applicants_seal_is_not_the_recommenders():
    assert codes(judged(case(UNCLEAR), {**SEAL, "confirmed": True, "whose": "applicant"})) == ["letter.seal-unclear"]
    assert codes(judged(case(UNCLEAR), {**SEAL, "confirmed": True, "whose": "recommender"})) == []


def test_a_decision_on_a_document_that_is_not_there_changes_nothing_and_says_so():
    made = judged(case(UNCLEAR), {**SEAL, "sha256": "f" * 64, "confirmed": True})
    assert codes(made) == ["letter.seal-unclear"]
    assert [r.applied for r in made.decisions] == [False]


def test_a_picture_of_a_seal_in_a_digital_file_can_be_confirmed():
    digital = facts([page(letter_text(), seals=[seal()])], Form.DIGITAL)
    there = case(replaced(complete(), **{"公文.pdf": digital}))
    assert codes(judged(there)) == ["letter.seal-unclear"]
    assert codes(judged(there, {**SEAL, "confirmed": True})) == []


def test_a_letter_that_names_another_matter_counts_once_its_seal_is_confirmed():
    other = facts([page(f"关于召开会议的函\n{HUBEI}\n2023年8月1日", seals=[seal()])], Form.SCAN)
    there = case(replaced(complete(), **{"公文.pdf": other}))
    kind = {"action": "kind", "sha256": SHA, "kind": "letter"}
    assert "letter.seal-unclear" in codes(judged(there, kind))
    assert "letter.seal-unclear" not in codes(judged(there, kind, {**SEAL, "confirmed": True}))


def test_a_documents_kind_can_be_set():
    dark = facts([page("（此页无正文）", seals=[seal()])], Form.SCAN)
    there = case(replaced(complete(), **{"公文.pdf": None, "扫描0001.pdf": dark}))
    del_ = {k: v for k, v in complete().items() if k not in {"公文.pdf", "公文.docx"}}
    there = case({**del_, "扫描0001.pdf": dark})
    assert "letter.missing" in codes(judged(there))
    made = judged(there, {"action": "kind", "sha256": sha("扫描0001.pdf", dark), "kind": "letter"})
    assert "letter.missing" not in codes(made)
    assert [d.kind.value for d in made.documents if d.path == "扫描0001.pdf"] == ["letter"]


def test_a_document_of_which_pages_were_not_read_is_missing_its_seal_once_denied():
    cut = letter(seals=[]).model_copy(update={"truncated": True})
    there = case(replaced(complete(), **{"公文.pdf": cut}))
    assert codes(judged(there)) == ["letter.seal-unclear"]
    assert codes(judged(there, {**SEAL, "confirmed": False})) == ["letter.seal-missing"]


def test_a_digital_letter_whose_seal_was_not_seen_counts_once_confirmed():
    digital = facts([page(letter_text())], Form.DIGITAL)
    there = case(replaced(complete(), **{"公文.pdf": digital}))
    assert codes(judged(there)) == ["letter.scan-missing"]
    assert codes(judged(there, {**SEAL, "confirmed": True})) == []


def test_a_withdrawn_project_is_no_mismatch_with_the_letters_count():
    said_ = {"said": "现推荐试点项目1个、示范项目1个，请予审核。"}
    named = {"公文.pdf": letter(seals=[seal()], **said_), "公文.docx": letter(Form.WORD, **said_)}
    there = case(replaced(complete(), **named))
    assert codes(judged(there)) == []
    assert codes(judged(there, {"action": "withdraw", "project": BRIDGE})) == []


WITHDRAWING = {"subject": "关于撤回项目的说明", "body": "撤回一个项目。"}


def test_a_withdrawn_project_leaves_the_list_and_the_quota_and_the_question_is_answered():
    there = case((complete(), {}), ({}, WITHDRAWING))
    before = judged(there)
    assert codes(before) == ["project.withdrawal"]
    at = (START + timedelta(days=2)).isoformat()
    made = judged(there, {"action": "withdraw", "project": BRIDGE, "at": at})
    assert codes(made) == []
    assert [p.name for p in made.projects] == [LATIN]
    assert made.withdrawn == (BRIDGE,)
    assert made.tracks == ("pilot",)


def test_a_withdrawn_project_is_not_counted_against_the_quota():
    rows = [(f"项目{n}号示范", f"单位{n}有限公司", "示范") for n in (1, 2)]
    there = case(complete(rows))
    assert "submission.over-quota" in codes(judged(there))
    made = judged(there, {"action": "withdraw", "project": "项目2号示范"})
    assert "submission.over-quota" not in codes(made)


def test_a_later_withdrawal_is_a_question_again():
    there = case((complete(), {}), ({}, WITHDRAWING))
    early = START.isoformat()
    assert codes(judged(there, {"action": "withdraw", "project": None, "at": early})) == ["project.withdrawal"]
    late = (START + timedelta(days=3)).isoformat()
    made = judged(there, {"action": "withdraw", "project": None, "at": late})
    assert codes(made) == []
    assert len(made.projects) == 2


def test_a_withdrawal_of_all_projects_leaves_no_claim_that_applications_are_missing():
    made = judged(
        case(complete()), {"action": "withdraw", "project": LATIN}, {"action": "withdraw", "project": BRIDGE}
    )
    assert codes(made) == []
    assert made.projects == ()


CORRECTED = {"公文.pdf": letter(seals=[seal()], number="鄂市监函〔2023〕99号")}


def held_letter(made: Verdict) -> list[bool]:
    return [d.superseded for d in made.documents if d.path == "公文.pdf"]


def test_a_confirmed_new_address_may_supersede_and_is_no_question():
    there = case((complete(), {}), (CORRECTED, {"sender": "li@other.example"}))
    assert codes(judged(there)) == ["sender.new"]
    assert held_letter(judged(there)) == [False, True]
    made = judged(there, {"action": "sender", "address": "Li@Other.example"})
    assert codes(made) == []
    assert held_letter(made) == [True, False]


def test_a_confirmed_sender_is_no_longer_unverified():
    there = case((complete(), {"unverified": True}))
    assert codes(judged(there)) == ["sender.unverified"]
    assert codes(judged(there, {"action": "sender", "address": "zhang@hubei.example"})) == []
    assert codes(judged(there, {"action": "sender", "address": "li@hubei.example"})) == ["sender.unverified"]


def test_paper_stands_in_the_verdict_as_registered_last():
    made = judged(
        case(complete()),
        {"action": "paper", "copies": 1},
        {"action": "paper", "copies": 2, "disc": True, "received": "2023-08-10"},
    )
    assert made.paper is not None
    assert (made.paper.copies, made.paper.disc, str(made.paper.received)) == (2, True, "2023-08-10")
    assert verdict(complete()).paper is None


def test_without_decisions_nothing_is_otherwise():
    assert judged(case(UNCLEAR)) == verdict(UNCLEAR)
