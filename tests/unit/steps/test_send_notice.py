"""Step 4 (steps/send_notice.py): claim, send, record; at least once, at most one repeat."""

import email
import email.policy
from datetime import timedelta

import pytest

from fakes import Killed
from local.redrive import Redrive
from shoufa.domain.codes import EntryKind
from shoufa.domain.errors import TryAgain
from shoufa.steps.delivery import ATTEMPTS, LEASE, message_id
from shoufa.steps.send_notice import send_outcome, send_receipt
from shoufa.steps.stalled_work import what_stalls
from shoufa.steps.unfinished import Unfinished
from unit.judging.build import START, call, complete, facts, letter, page, seal
from unit.steps.world import SETTLED, World, papers

PACKAGE = papers(complete())
LACKING = {k: v for k, v in PACKAGE.items() if k != "公文.pdf"}
LETTER = {"公文.pdf": PACKAGE["公文.pdf"]}


def received(files=None, **said) -> World:
    """A world in which one mail was filed and judged; nothing has been sent."""
    world = World()
    world.receive(files or PACKAGE, **said)
    receipts = world.queues.take("notices")
    world.drain()
    world.queues.waiting.extend(("notices", m) for m in receipts)
    return world


def receipt(world: World) -> bool:
    message = next(m for q, m in world.queues.waiting if q == "notices")
    return send_receipt(message["submission"], message["mail"], message["receipts"], world.house)


def settled(files=None, **said) -> World:
    world = received(files, **said)
    world.settle()
    return world


def sent_to(world: World, recipient: str) -> list[str]:
    return [s for to, s in world.subjects() if to == recipient]


# --- the receipt


def test_a_receipt_is_claimed_sent_and_recorded():
    world = received()
    number = world.numbers[0]
    assert receipt(world) is True
    assert world.kinds(number)[-2:] == ["sending", "sent"]
    last = world.ledger.entries(number)[-1]
    assert last.data["template"] == "receipt"
    assert last.data["message_id"] == email.message_from_bytes(world.mailer.sent[0][0])["Message-ID"]
    assert world.objects.data[f"sent/{last.data['notice']}.eml"] == world.mailer.sent[0][0]
    assert world.ledger.claimed(f"notice:{last.data['notice']}") == number
    assert world.proven()


def test_a_receipt_is_sent_once_however_often_it_is_asked_for():
    world = received()
    assert [receipt(world) for _ in range(3)] == [True, False, False]
    assert len(world.mailer.sent) == 1


def test_the_entries_hold_no_address():
    world = settled()
    assert all("@hubei" not in e.text() and "@unit" not in e.text() for e in world.ledger.all())


def test_a_receipt_that_cannot_be_addressed_is_not_sent():
    world = received(sender="张三@hubei.example")
    assert receipt(world) is False
    assert world.mailer.sent == []


def test_a_receipt_before_its_mail_is_tried_again():
    world = received()
    with pytest.raises(TryAgain):
        send_receipt(world.numbers[0], "f" * 64, world.numbers, world.house)
    with pytest.raises(TryAgain):
        send_receipt("230801-000000-0", "f" * 64, world.numbers, world.house)


# --- lease and repeat


def test_while_a_lease_runs_nobody_else_sends():
    world = received()
    world.mailer.lost = 1
    with pytest.raises(Killed):
        receipt(world)
    world.clock.move(LEASE - timedelta(seconds=1))
    with pytest.raises(TryAgain):
        receipt(world)
    assert len(world.mailer.sent) == 1


def test_a_lapsed_lease_repeats_once_under_the_same_message_id():
    world = received()
    world.mailer.lost = 1
    with pytest.raises(Killed):
        receipt(world)
    world.clock.move(LEASE)
    assert receipt(world) is True
    ids = [email.message_from_bytes(raw)["Message-ID"] for raw, _, _ in world.mailer.sent]
    assert len(ids) == ATTEMPTS == 2
    assert len(set(ids)) == len(set(world.notices())) == 1
    assert [
        e.data["attempt"] for e in world.ledger.entries(world.numbers[0]) if e.kind is EntryKind.SENDING
    ] == [1, 2]


def test_never_more_than_one_repeat():
    world = received()
    world.mailer.lost = 5
    for _ in range(4):
        world.clock.move(LEASE)
        try:
            receipt(world)
        except (Killed, TryAgain):
            continue
    assert len(world.mailer.sent) == 2


def test_a_server_that_never_answers_gets_the_mail_twice_at_most():
    world = received()
    world.mailer.unanswered = 9
    for _ in range(2):
        world.clock.move(LEASE)
        with pytest.raises(TryAgain):
            receipt(world)
    with pytest.raises(TryAgain, match="is being sent"):
        receipt(world)
    for _ in range(3):
        world.clock.move(LEASE)
        assert receipt(world) is False
    assert len(world.mailer.sent) == 2
    assert not any("refused" in e.data for e in world.ledger.all())


@pytest.mark.parametrize("stops", [1, 2, 3])
def test_a_sending_that_a_stop_cut_off_before_anything_left_goes_out_after_it(stops: int):
    """`up` writes files: after a restart nothing of the attempt is left, and it counts as none."""
    world = received()
    number = world.numbers[0]
    for _ in range(stops):
        world.mailer.lost = 1
        with pytest.raises(Killed):
            receipt(world)
        found = Unfinished()
        found.see(world.ledger.head(number), world.ledger.entries(number))
        assert Redrive(world.house, None, None).end_interrupted(found, nothing_left=True) == 1
    assert receipt(world) is True
    assert world.templates() == ["receipt"]


def test_what_may_have_gone_out_or_not_is_told_to_its_unit_and_owed_no_more():
    world = received()
    number = world.numbers[0]
    world.mailer.unanswered = 9
    for _ in range(2):
        world.clock.move(LEASE)
        with pytest.raises(TryAgain):
            receipt(world)
    assert "receipt" in stalls(world, number)
    world.clock.move(LEASE)
    receipt(world)
    assert "receipt" not in stalls(world, number)
    (noted,) = [e for e in world.ledger.entries(number) if "unsure" in e.data]
    assert noted.data["mail"] == world.state(number)["mails"][0]
    world.mailer.unanswered = 0
    world.clock.move(timedelta(hours=1))
    world.settle()
    (digest,) = [raw for raw, _, _ in world.mailer.sent if b"hourly-" in raw]
    text = email.message_from_bytes(digest, policy=email.policy.default).get_body(("plain",)).get_content()
    assert "发出与否不明的邮件" in text
    assert f"{number}" in text


def test_a_receipt_that_may_have_gone_out_is_no_reason_to_hold_the_outcome():
    world = received()
    world.mailer.unanswered = 2
    for _ in range(2):
        world.clock.move(LEASE)
        with pytest.raises(TryAgain):
            receipt(world)
    world.clock.move(LEASE)
    receipt(world)
    world.settle()
    assert sum(n.startswith("outcome-") for n in world.notices()) == 1


def stalls(world: World, number: str) -> tuple[str, ...]:
    """What the watch would drive of a submission, a day later."""
    now = world.clock.now()
    world.clock.move(timedelta(days=1))
    found = what_stalls(world.house, world.ledger.head(number))
    world.clock.time = now
    return found


def test_a_receipt_that_was_recorded_and_not_proven_is_proven_by_redelivery():
    world = received()
    receipt(world)
    del world.objects.data[world.objects.keys("ledger/")[-1]]
    assert receipt(world) is False
    assert world.proven()


def test_a_server_that_refuses_for_hours_loses_nothing():
    world = received()
    world.mailer.refused = 6
    for _ in range(6):
        world.clock.move(LEASE)
        with pytest.raises(TryAgain):
            receipt(world)
    receipt(world)
    assert len(world.mailer.sent) == 1


def test_a_server_that_did_not_take_it_is_tried_again_later():
    world = received()
    world.mailer.refused = 1
    with pytest.raises(TryAgain):
        receipt(world)
    world.clock.move(LEASE)
    assert receipt(world) is True
    assert len(world.mailer.sent) == 1


def test_who_stood_still_for_longer_than_its_lease_sends_nothing():
    world = received()
    world.ledger.races.append(lambda: world.clock.move(LEASE))
    with pytest.raises(TryAgain, match="lease"):
        receipt(world)
    assert world.mailer.sent == []
    assert receipt(world) is True


def test_a_late_refusal_does_not_end_the_lease_of_another():
    """One sender waits for an answer until its lease is over; another begins; then the first is refused."""
    world = received()

    def slowly(raw: bytes, sender: str, to: str) -> str:
        del world.mailer.send
        world.clock.move(LEASE)
        world.mailer.lost = 1
        with pytest.raises(Killed):
            receipt(world)
        raise TryAgain("refused at last")

    world.mailer.send = slowly
    with pytest.raises(TryAgain, match="refused at last"):
        receipt(world)
    with pytest.raises(TryAgain, match="is being sent"):
        receipt(world)
    assert len(world.mailer.sent) == 1


def test_of_two_senders_at_once_one_sends():
    world = received()
    world.ledger.races.append(lambda: receipt(world))
    with pytest.raises(TryAgain):
        receipt(world)
    assert len(world.mailer.sent) == 1


def test_a_message_id_is_made_from_the_notice_alone():
    assert message_id("receipt-1", "a@x.example") == message_id("receipt-1", "a@x.example")
    assert message_id("receipt-1", "a@x.example") != message_id("receipt-2", "a@x.example")
    assert message_id("receipt-1", "a@x.example").endswith("@x.example>")


# --- outcome and notice


def test_after_the_quiet_time_an_outcome_and_the_units_notice():
    world = settled()
    assert sorted(world.templates()) == ["notice", "outcome", "receipt"]
    assert len(sent_to(world, "zhang@hubei.example")) == 2
    assert len(sent_to(world, "a@unit.example")) == 1
    assert world.kinds(world.numbers[0])[-1] == "noted"


def test_nothing_more_is_said_while_nothing_changes():
    world = settled()
    for _ in range(3):
        world.settle()
        send_outcome(world.numbers[0], world.house)
    assert world.templates() == ["receipt", "outcome", "notice"]


def test_a_second_outcome_only_when_the_verdict_tells_something_new():
    world = settled(LACKING)
    world.receive(LETTER, after=timedelta(hours=1))
    world.settle()
    assert world.templates().count("outcome") == 2
    assert world.state(world.numbers[0])["outcomes"] == 2
    assert len(set(world.notices())) == len(world.notices())


def test_a_question_changes_nothing_and_gets_no_second_outcome():
    world = settled(LACKING)
    world.receive({}, subject="请问收到了吗", after=timedelta(hours=1))
    world.settle()
    assert world.templates().count("outcome") == 1
    assert world.templates().count("receipt") == 1


def test_one_outcome_for_all_mails_of_the_quiet_time():
    world = World()
    world.receive(LACKING)
    world.drain()
    world.receive(LETTER, after=timedelta(minutes=5))
    world.settle()
    assert world.templates().count("outcome") == 1
    assert "未发现缺项" in sent_to(world, "zhang@hubei.example")[-1]


def test_a_clerk_releases_outcomes_where_the_call_says_so():
    world = World(call(outcome={"release": "clerk", "settle": "PT10M"}))
    world.receive(PACKAGE)
    world.settle()
    assert world.templates() == ["receipt", "notice"]


def test_an_unverified_sender_is_not_told_but_the_unit_is():
    world = settled(headers={"authentication-results": ["mx; spf=fail; dkim=fail; dmarc=fail"]})
    assert world.templates() == ["notice"]
    assert sent_to(world, "zhang@hubei.example") == []


def test_one_unverified_mail_among_others_silences_the_outcome():
    world = World()
    world.receive(LACKING)
    world.receive(LETTER, headers={"authentication-results": ["mx; spf=fail; dkim=fail; dmarc=fail"]})
    world.settle()
    assert world.templates() == ["receipt", "notice"]


def test_what_a_colleague_forwarded_is_told_to_the_unit_alone():
    world = World(own_domains=frozenset({"office.example"}))
    inner = {"sender": {"email": "zhang@hubei.example"}, "attached": True}
    world.receive(PACKAGE, sender="li@office.example", forwarded=[inner])
    world.settle()
    assert world.templates() == ["notice"]


def test_what_was_first_seen_after_three_days_gets_no_outcome_either():
    world = settled(at=START - timedelta(days=20))
    assert sent_to(world, "zhang@hubei.example") == []


def test_a_crash_between_outcome_and_notice_repeats_neither():
    world = received()
    world.drain()
    world.clock.move(SETTLED)
    number = world.numbers[0]
    world.mailer.lost = 0
    original = world.mailer.sent
    send_outcome(number, world.house)
    before = [*original]
    send_outcome(number, world.house)
    assert world.mailer.sent == before


def test_a_crash_after_the_outcome_was_handed_over_repeats_it_once():
    world = received()
    world.drain()
    world.clock.move(SETTLED)
    number = world.numbers[0]
    world.mailer.lost = 1
    with pytest.raises(Killed):
        send_outcome(number, world.house)
    world.clock.move(LEASE)
    assert send_outcome(number, world.house) is True
    assert len([n for n in world.notices() if n.startswith("outcome")]) == 2
    assert len({n for n in world.notices() if n.startswith("outcome")}) == 1
    assert sorted(world.templates()) == ["notice", "outcome", "receipt"]


def test_what_was_told_and_not_proven_is_proven_by_redelivery():
    world = settled()
    last = world.objects.keys(f"ledger/{world.numbers[0]}/")[-1]
    assert b'"settled"' in world.objects.data.pop(last)
    send_outcome(world.numbers[0], world.house)
    assert world.proven()


def test_a_submission_that_was_not_judged_has_no_outcome():
    world = World()
    world.receive(PACKAGE)
    assert send_outcome(world.numbers[0], world.house) is False
    assert world.mailer.sent == []


def test_a_verdict_that_is_not_stored_yet_is_tried_again():
    world = received()
    for key in world.objects.keys("verdicts/"):
        del world.objects.data[key]
    world.clock.move(SETTLED)
    with pytest.raises(TryAgain):
        send_outcome(world.numbers[0], world.house)


def test_an_outcome_waits_when_a_new_verdict_began_a_new_quiet_time():
    world = received(LACKING)
    world.drain()
    world.receive(LETTER, after=SETTLED)
    world.drain()
    send_outcome(world.numbers[0], world.house)
    assert "outcome" not in world.templates()


def test_the_units_notice_goes_to_the_unit_that_was_addressed():
    world = settled(papers({**complete(), "公文.pdf": letter(seals=[seal("")])}), to=["b@unit.example"])
    assert len(sent_to(world, "b@unit.example")) == 1
    assert sent_to(world, "a@unit.example") == []


def test_two_units_get_a_notice_each_and_the_applicant_one_receipt():
    world = settled(to=["a@unit.example", "b@unit.example"])
    assert world.templates().count("receipt") == 1
    assert sorted(to for to, _ in world.subjects() if to.endswith("unit.example")) == [
        "a@unit.example",
        "b@unit.example",
    ]


def test_no_outcome_goes_out_while_a_newer_mail_is_read():
    world = received(LACKING)
    world.drain()
    world.clock.move(SETTLED)
    world.receive(LETTER)
    assert world.state(world.numbers[0])["status"] == "reading"
    assert send_outcome(world.numbers[0], world.house) is False
    assert "outcome" not in world.templates()


def test_where_two_houses_mails_met_no_outcome_goes_out_by_itself():
    world = received(LACKING)
    world.drain()
    world.receive(LETTER, sender="li@other.example", subject=f"补充 {world.numbers[0]}")
    world.drain()
    world.clock.move(SETTLED)
    send_outcome(world.numbers[0], world.house)
    assert "outcome" not in world.templates()
    assert "notice" in world.templates()


def test_where_nothing_read_is_the_calls_a_person_says_the_outcome():
    world = settled(papers({"a.docx": facts([page("一些与此无关的文字")])}), subject="您好")
    assert world.templates() == ["receipt", "notice"]
    assert sent_to(world, "zhang@hubei.example") == [s for to, s in world.subjects() if "收件回执" in s]


def test_the_outcome_goes_out_once_a_paper_of_the_call_came():
    world = settled(papers({"a.docx": facts([page("一些与此无关的文字")])}), subject="您好")
    world.receive(LACKING, after=timedelta(days=1))
    world.settle()
    assert world.templates().count("outcome") == 1
