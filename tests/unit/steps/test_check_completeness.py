"""Step 3 (steps/check_completeness.py, merge.py, commit.py): judged once all is read, and said once."""

from datetime import datetime, timedelta

import pytest

from fakes import FakeIndex, Killed
from shoufa.domain.codes import Disposition, Form, Status
from shoufa.domain.errors import TryAgain
from shoufa.domain.ledger import digest
from shoufa.steps.check_completeness import check_completeness
from shoufa.steps.files import verdict_key
from shoufa.steps.merge import merge_if_same
from shoufa.steps.send_notice import send_outcome
from unit.judging.build import (
    BRIDGE,
    BUILD,
    LATIN,
    START,
    application,
    call,
    codes,
    complete,
    facts,
    letter,
    page,
    seal,
    summary,
)
from unit.steps.world import World, papers

PACKAGE = papers(complete())
BARE = papers({k: v for k, v in complete().items() if k.startswith((LATIN, "汇总表.x"))})
LETTERS = papers({k: v for k, v in complete().items() if not k.startswith((LATIN, BRIDGE, "汇总表.x"))})
REST = papers({k: v for k, v in complete().items() if k.startswith(BRIDGE)})


def judged(files=None, of=None) -> World:
    world = World(of)
    world.receive(PACKAGE if files is None else files)
    world.drain()
    return world


def test_reading_until_the_last_part_has_facts():
    world = World()
    world.receive(PACKAGE)
    number = world.numbers[0]
    messages = world.queues.take("documents")
    for message in messages:
        assert check_completeness(number, world.house) is Status.READING
        assert world.kinds(number) == ["opened"]
        world._read(message)
    assert check_completeness(number, world.house) is Status.COMPLETE
    assert world.kinds(number) == ["opened", "read", "judged"]


def test_a_submission_that_does_not_exist_is_read_for_ever():
    assert check_completeness("230801-000000-0", World().house) is Status.READING


def test_an_unreadable_part_does_not_hold_up_the_verdict():
    world = judged({**PACKAGE, "坏.pdf": "unreadable:encrypted"})
    assert codes(world.verdict(world.numbers[0])) == ["file.encrypted"]


def test_nothing_new_is_said_when_nothing_changed():
    world = judged()
    before = world.kinds(world.numbers[0])
    world.clock.move(timedelta(hours=1))
    for _ in range(3):
        check_completeness(world.numbers[0], world.house)
    assert world.kinds(world.numbers[0]) == before
    assert len(world.objects.keys("verdicts/")) == 1


def test_verdict_object_and_ledger_digest_agree():
    world = judged()
    number = world.numbers[0]
    entry = next(e for e in world.ledger.entries(number) if e.kind == "judged")
    data = world.objects.data[verdict_key(number, entry.data["verdict"])]
    assert digest(data) == entry.data["verdict"] == world.state(number)["verdict"]
    assert world.proven()


def test_the_entry_counts_findings_and_holds_no_words():
    world = judged({k: v for k, v in PACKAGE.items() if k != "公文.pdf"})
    entry = next(e for e in world.ledger.entries(world.numbers[0]) if e.kind == "judged")
    assert entry.data["findings"] == {"error:letter.scan-missing": 1}
    assert (entry.data["status"], entry.data["projects"]) == ("incomplete", 2)
    assert LATIN not in entry.text()


def test_a_verdict_records_the_revision_of_its_call():
    world = World(revisions={"c1": "abc123"})
    world.receive(PACKAGE)
    world.drain()
    assert world.verdict(world.numbers[0]).revision == "abc123"


def test_a_second_mail_is_judged_with_the_first():
    world = judged({k: v for k, v in PACKAGE.items() if k != "公文.pdf"})
    assert codes(world.verdict(world.numbers[0])) == ["letter.scan-missing"]
    world.receive({"公文.pdf": PACKAGE["公文.pdf"]}, after=timedelta(days=1))
    world.drain()
    assert codes(world.verdict(world.numbers[0])) == []
    assert world.kinds(world.numbers[0]).count("judged") == 2


def test_the_same_file_sent_again_is_judged_though_it_is_read_already():
    world = judged()
    world.receive({"公文.pdf": PACKAGE["公文.pdf"]}, sender="li@hubei.example", subject=world.numbers[0])
    world.drain()
    assert len(world.verdict(world.numbers[0]).mails) == 2


# --- merging


def two(first=BARE, second=LETTERS | REST, **said) -> World:
    """Two senders of one recommender: who comes first, and who is found to be the same."""
    world = World()
    world.receive(first)
    world.drain()
    world.receive(second, sender="li@other.example", **{"after": timedelta(hours=1), **said})
    world.drain()
    return world


def test_the_later_submission_of_a_recommender_is_merged_into_the_earlier():
    world = two()
    early, late = world.numbers
    assert world.kinds(late)[-1] == world.kinds(early)[-3] == "merged"
    assert world.state(late)["into"] == early
    assert world.state(late)["status"] == "merged"
    assert len(world.verdict(early).mails) == 2
    assert {p.name for p in world.verdict(early).projects} == {LATIN, BRIDGE}
    assert world.proven()


def test_merged_is_merged_and_its_number_keeps_working():
    world = two()
    early, late = world.numbers
    before = len(world.ledger.all())
    assert check_completeness(late, world.house) is check_completeness(early, world.house)
    assert len(world.ledger.all()) == before
    said = {"sender": "wang@other.example", "subject": late}
    assert (
        world.receive({"补.docx": papers({"a": facts([page("补")])})["a"]}, **said) is Disposition.FOLLOW_UP
    )
    assert "joined" in world.kinds(early)


def test_the_earlier_received_wins_though_judged_later():
    world = World()
    first = world.put(BARE, sender="slow@other.example")
    world.receive(LETTERS | REST, after=timedelta(hours=1))
    world.drain()
    from shoufa.steps.receive_mail import receive_mail

    receive_mail(first, world.house)
    world.drain()
    slow = next(n for n in world.numbers if world.state(n).get("into") is None)
    assert world.verdict(slow).sender == "slow@other.example"


def test_which_is_earlier_is_a_matter_of_time_not_of_zone():
    at = datetime.fromisoformat("2023-08-01T02:00:00+00:00")  # 10:00 in Shanghai, an hour after the first
    world = two(at=at)
    merged = [n for n in world.numbers if world.state(n).get("into")]
    assert [world.ledger.entries(n)[0].data["received_at"] for n in merged] == [at.isoformat()]


def test_another_unit_is_another_case():
    world = World()
    world.receive(PACKAGE)
    world.receive(PACKAGE, to=["b@unit.example"], sender="li@other.example")
    world.drain()
    assert all("into" not in world.state(n) for n in world.numbers)


def test_without_an_entitled_recommender_nothing_is_merged():
    unknown = papers({"函.pdf": letter(issuer="本局", seals=[])})
    world = two(
        unknown, {"函二.pdf": papers({"a": letter(issuer="本局", seals=[], number="某函〔2023〕2号")})["a"]}
    )
    assert [world.verdict(n).key for n in world.numbers] == ["", ""]


def test_by_applicant_the_applicants_mails_are_merged():
    alone = call(
        case_by="applicant",
        recommenders={"group": "provinces", "required": False},
        materials=[call().materials[1].model_dump()],
    )
    world = World(alone)
    world.receive(papers({"a.docx": application()}))
    world.drain()
    world.receive(
        papers({"a.pdf": application(form=Form.SCAN)}), sender="li@other.example", after=timedelta(hours=1)
    )
    world.drain()
    assert codes(world.verdict(world.numbers[0])) == ["sender.new"]
    assert world.state(world.numbers[1])["into"] == world.numbers[0]


def test_a_merge_that_loses_the_race_is_tried_again():
    world = World()
    world.receive(BARE)
    world.drain()
    world.receive(LETTERS | REST, sender="li@other.example", after=timedelta(hours=1))
    for message in world.queues.take("documents"):
        world._read(message)
    late = world.numbers[1]
    world.ledger.races.append(lambda: world.receive({"补.docx": papers({"a": facts([page("补")])})["a"]}))
    with pytest.raises(TryAgain):
        check_completeness(late, world.house)
    check_completeness(late, world.house)
    assert world.state(late)["into"] == world.numbers[0]
    assert len(world.state(world.numbers[0])["mails"]) == 3
    assert world.proven()


# --- projects elsewhere


def test_a_project_of_another_submission_is_shown():
    world = judged()
    other = papers({k: v for k, v in complete(by="湖南省市场监督管理局").items() if not k.startswith(BRIDGE)})
    world.receive(other, sender="li@hunan.example", after=timedelta(hours=1))
    world.drain()
    found = [
        f for f in world.verdict(world.numbers[1]).findings if f.code.value == "submission.duplicate-project"
    ]
    assert {f.project for f in found} == {LATIN, BRIDGE}
    assert world.numbers[0] in found[0].message.zh


def test_the_first_holder_of_a_project_is_told_too():
    world = judged()
    world.receive(
        papers(complete(by="湖南省市场监督管理局")), sender="li@hunan.example", after=timedelta(hours=1)
    )
    world.drain()
    assert "submission.duplicate-project" in codes(world.verdict(world.numbers[0]))


def test_what_was_merged_is_no_second_holder():
    world = World()
    world.receive(papers({"函.pdf": letter(issuer="本局", seals=[]), "a.docx": application(推荐单位="")}))
    world.drain()
    world.receive(PACKAGE, sender="li@other.example", after=timedelta(hours=1))
    world.drain()
    world.receive(
        {"公文.pdf": papers({"a": letter(number="鄂市监函〔2023〕99号")})["a"]}, after=timedelta(hours=1)
    )
    world.drain()
    early, late = world.numbers
    assert world.state(late)["into"] == early
    assert "submission.duplicate-project" not in codes(world.verdict(early))


# --- crashes


def test_a_crash_before_the_look_ups_is_made_good_by_redelivery():
    world = World()
    world.receive(PACKAGE)
    for message in world.queues.take("documents"):
        world._read(message)
    number = world.numbers[0]
    world.index.broken = 1
    with pytest.raises(Killed):
        check_completeness(number, world.house)
    check_completeness(number, world.house)
    assert world.kinds(number).count("judged") == 1
    assert [v["submission"] for _, v in world.index.find("due")] == [number]


def test_the_message_that_led_to_the_verdict_makes_good_what_a_crash_left_out():
    """Its mail is covered by the verdict, and yet its redelivery is no idle one."""
    world = World()
    world.receive(PACKAGE)
    for message in world.queues.take("documents"):
        world._read(message)
    number, causes = world.numbers[0], [m["cause"] for m in world.queues.take("submissions")]
    world.index.broken = 1
    with pytest.raises(Killed):
        check_completeness(number, world.house, causes[0])
    check_completeness(number, world.house, causes[1])
    assert world.index.find("due") == []
    check_completeness(number, world.house, causes[0])
    assert [v["submission"] for _, v in world.index.find("due")] == [number]
    assert world.kinds(number).count("judged") == 1


def test_a_verdict_that_was_not_proven_is_proven_by_redelivery():
    world = judged()
    lost = world.objects.keys("ledger/")[-1]
    del world.objects.data[lost]
    check_completeness(world.numbers[0], world.house)
    assert world.proven()


def test_what_was_not_proven_is_proven_before_more_is_written():
    world = judged()
    for lost in world.objects.keys("ledger/")[-2:]:
        del world.objects.data[lost]
    world.receive(
        {"公文二.pdf": papers({"a": letter(number="鄂市监函〔2023〕13号")})["a"]}, after=timedelta(hours=1)
    )
    assert world.proven()


def test_both_chains_of_a_merge_are_proven_by_redelivery():
    world = two()
    for chain in world.numbers:
        for key in world.objects.keys(f"ledger/{chain}/"):
            if b'"kind":"merged"' in world.objects.data[key] or chain == world.numbers[0]:
                del world.objects.data[key]
    check_completeness(world.numbers[1], world.house)
    assert world.proven()


def test_two_of_one_recommender_judged_at_once_are_merged():
    world = World()
    world.receive(BARE)
    world.receive(LETTERS | REST, sender="li@other.example", after=timedelta(hours=1))
    for message in world.queues.take("documents"):
        world._read(message)
    early, late = world.numbers
    world.ledger.races.append(lambda: check_completeness(late, world.house))
    check_completeness(early, world.house)
    assert world.state(late)["into"] == early
    assert len(world.verdict(early).mails) == 2


def test_a_look_up_that_an_older_verdict_left_merges_nothing():
    world = judged()
    world.index.write("key#another", world.numbers[0], {"at": "2023-01-01T00:00:00+00:00"})
    head = world.ledger.head(world.numbers[0])
    world.receive(
        papers(complete(by="湖南省市场监督管理局")), sender="li@hunan.example", after=timedelta(hours=1)
    )
    world.drain()
    other = world.verdict(world.numbers[1])
    assert (
        merge_if_same(
            world.house, world.ledger.head(world.numbers[1]), other.model_copy(update={"key": "another"})
        )
        is False
    )
    assert head is not None


def test_look_ups_can_be_made_again_from_the_ledger():
    world = judged()
    held = world.index.groups
    kept = {g: i for g, i in held.items() if g.startswith(("due", "key#", "project#"))}
    world.house.index.groups = {}
    check_completeness(world.numbers[0], world.house)
    assert {g: i for g, i in world.index.groups.items() if g in kept} == kept
    assert isinstance(world.index, FakeIndex)


def test_a_told_verdict_has_no_quiet_time_any_more():
    world = judged()
    world.settle()
    world.index.groups.pop("due", None)
    check_completeness(world.numbers[0], world.house)
    assert world.index.find("due") == []


def test_every_quiet_time_starts_with_its_verdict():
    world = judged()
    due = world.state(world.numbers[0])["due"]
    assert datetime.fromisoformat(due) == START + timedelta(minutes=10)
    world.receive(
        {"公文二.pdf": papers({"a": letter(seals=[seal()], number="鄂市监函〔2023〕13号")})["a"]},
        after=timedelta(hours=1),
    )
    world.drain()
    assert datetime.fromisoformat(world.state(world.numbers[0])["due"]) == START + timedelta(
        hours=1, minutes=10
    )


def test_an_outcome_is_never_sent_for_what_was_merged_away():
    world = two()
    assert send_outcome(world.numbers[1], world.house) is False


def test_a_table_that_was_read_lists_its_projects():
    world = judged(papers({"汇总表.xlsx": summary(((LATIN, "某公司", "试点"), (BRIDGE, BUILD, "示范")))}))
    assert [p.name for p in world.verdict(world.numbers[0]).projects] == [LATIN, BRIDGE]
