"""The office's daily mail: checkpoint, digest, reminders, quarantine notices (steps of those names)."""

import email
import io
import zipfile
from contextlib import suppress
from datetime import datetime, time, timedelta
from email.policy import default

import pytest

from fakes import Killed
from shoufa.domain.checkpoint import Checkpoint, against
from shoufa.domain.codes import EntryKind
from shoufa.domain.errors import TryAgain, Unreadable
from shoufa.steps.asking import FOR
from shoufa.steps.checkpoints import checkpoint_on
from shoufa.steps.commit import append
from shoufa.steps.daily_digest import box_id, chain_of, send_digest
from shoufa.steps.receive_decision import receive_decision
from shoufa.steps.receive_mail import receive_mail
from shoufa.steps.reconciliation import reconciliation
from shoufa.steps.watch_submissions import watch_submissions
from unit.judging.build import HUBEI, HUNAN, call, complete
from unit.steps import levers
from unit.steps.world import World, papers

PACKAGE = papers(complete())
LACKING = {k: v for k, v in PACKAGE.items() if k != "公文.pdf"}
CLERK = "clerk@office.example"
UNIT = "a@unit.example"


def office(**more) -> World:
    settings = {"reconcile_every": timedelta(minutes=10), "digest_at": time(8, 30), "office_mailbox": CLERK}
    return World(**{**settings, **more})


def run(world: World, to: str | None = None, every: timedelta = timedelta(minutes=10)) -> None:
    """Let the schedule run until a moment, `MM-DD HH:MM` of 2023 in Asia/Shanghai."""
    end = datetime.fromisoformat(f"2023-{to.replace(' ', 'T')}:00+08:00")
    while world.clock.now() < end:
        world.clock.move(min(every, end - world.clock.now()))
        watch_submissions(world.house)
        world.drain()


def mails(world: World, template: str, to: str | None = None) -> list[email.message.EmailMessage]:
    found = [email.message_from_bytes(raw, policy=default) for raw, _, _ in world.mailer.sent]
    found = [m for m in found if str(m["X-Shoufa-Notice"]).startswith(template)]
    return [m for m in found if to is None or m["To"] == to]


def body(mail) -> str:
    return mail.get_body(("plain",)).get_content()


def sheet(mail) -> str:
    (file,) = list(mail.iter_attachments())
    assert file.get_content_type() == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    with zipfile.ZipFile(io.BytesIO(file.get_content())) as book:
        return book.read("xl/worksheets/sheet1.xml").decode()


def day_after() -> World:
    world = office()
    world.receive(PACKAGE)
    world.receive(subject="请问", sender="li@other.example")
    run(world, "08-02 09:00")
    return world


def test_unit_and_clerk_get_one_digest_the_day_after_and_none_when_nothing_happens():
    world = day_after()
    assert sorted(m["To"] for m in mails(world, "digest")) == [UNIT, CLERK]
    run(world, "08-05 09:00")
    days = {m["X-Shoufa-Notice"].rpartition("-")[0] for m in mails(world, "digest")}
    # the digests' own chains are no event of a unit's; the clerk is told of mails of no submission only
    assert days == {"digest-2023-08-02"}


def test_composed_after_a_restore_it_claims_nothing_before_all_mail_was_looked_at():
    world = day_after()
    world.index.drop("watch", "reconciliation")
    world.mailer.sent.clear()
    chain = chain_of("2023-08-02", box_id(UNIT))
    world.ledger._chains.pop(chain)
    world.ledger._heads.pop(chain)
    world.ledger.claims = {k: v for k, v in world.ledger.claims.items() if "digest-" not in k}
    assert send_digest("2023-08-02", box_id(UNIT), world.house)
    assert "Not all mail was looked at yet" in body(mails(world, "digest")[0])


def test_it_says_where_all_mail_went_and_what_waits():
    world = day_after()
    said = body(mails(world, "digest", UNIT)[0])
    assert "来邮2封：新报送1封，补充材料0封，自动邮件0封，咨询或其他1封，未落实0封。" in said
    assert "2 mails: 1 submissions, 0 follow-ups, 0 automatic, 1 unmatched, 0 unaccounted." in said
    assert "1封咨询或其他来邮待查看" in said
    assert "处理受阻" not in said


def test_the_register_is_attached_and_no_cell_starts_a_formula():
    world = office()
    world.receive(PACKAGE, sender="zhang@hubei.example")
    run(world, "08-02 09:00")
    rows = sheet(mails(world, "digest", UNIT)[0])
    assert world.numbers[0] in rows
    assert HUBEI in rows
    assert "<f>" not in rows
    assert rows.count("<row ") == 2


def test_the_checkpoint_it_prints_holds_for_the_ledger_then_and_later():
    world = day_after()
    said = body(mails(world, "digest", UNIT)[0])
    printed = said.partition("--checkpoint ")[2].split()[0]
    point = Checkpoint.parse(printed)
    assert point.entries > 5
    assert against(world.ledger.all(), point) == []
    world.receive(LACKING, sender="wang@hunan.example")
    run(world, "08-04 09:00")
    assert against(world.ledger.all(), point) == []
    newest = checkpoint_on(world.house, "2023-08-04")
    assert newest is not None
    assert newest.entries > point.entries
    assert against(world.ledger.all(), newest) == []
    cut = [e for e in world.ledger.all() if not (e.submission == world.numbers[0] and e.seq == 3)]
    assert against(cut, point)
    assert world.proven()


def test_a_checkpoint_is_taken_over_several_calls(monkeypatch):
    from shoufa.steps import checkpoints

    monkeypatch.setattr(checkpoints, "SLICE", 2)
    monkeypatch.setattr(checkpoints, "NEW", 1)
    world = day_after()
    assert checkpoint_on(world.house, "2023-08-02") is None
    run(world, "08-02 11:00")
    point = checkpoint_on(world.house, "2023-08-02")
    assert point is not None
    assert against(world.ledger.all(), point) == []
    assert point.entries == sum(e.at < "2023-08-01T23:30" for e in world.ledger.all())


def test_a_clock_that_went_back_in_a_chain_breaks_no_checkpoint():
    world = day_after()
    run(world, "08-03 07:31")
    append(world.house, world.numbers[0], lambda _: ([("noted", {"n": 1})], {}))
    world.clock.move(-timedelta(minutes=10))
    append(world.house, world.numbers[0], lambda _: ([("noted", {"n": 2})], {}))
    world.clock.move(timedelta(minutes=5))
    world.receive(subject="请问", sender="chen@other.example")
    run(world, "08-03 09:00")
    point = checkpoint_on(world.house, "2023-08-03")
    assert point is not None
    assert against(world.ledger.all(), point) == []


def test_a_checkpoint_that_was_not_proven_is_proven_by_the_next_run():
    world = office()
    world.receive(PACKAGE)
    world.drain()
    run(world, "08-02 08:30")
    entered = world.objects.keys("ledger/LEDGER/")
    del world.objects.data[entered[-1]]
    world.index.drop("days", "checkpoint")
    run(world, "08-02 08:40")
    assert world.objects.keys("ledger/LEDGER/") == entered
    assert world.proven()


def test_nothing_is_written_where_that_is_off():
    world = office(digest_at=None)
    world.receive(PACKAGE)
    run(world, "08-03 09:00", timedelta(hours=1))
    assert {m["To"] for m in mails(world, "")} == {"zhang@hubei.example", UNIT}
    assert not mails(world, "digest")
    assert world.ledger.head("LEDGER") is None


def test_near_a_deadline_it_goes_out_though_nothing_happened():
    world = office(of=call(closes="2023-08-08T23:59:59+08:00", closes_text="2023年8月8日前"))
    run(world, "08-02 09:00", timedelta(hours=1))
    assert "2023年8月8日前（还有6天）" in body(mails(world, "digest", UNIT)[-1])


def test_a_late_start_still_writes_that_day_and_once():
    world = office()
    world.receive(PACKAGE)
    world.drain()
    world.clock.move(timedelta(days=1, hours=9))
    for _ in range(5):
        watch_submissions(world.house)
        world.drain()
    assert len(mails(world, "digest", UNIT)) == 1


def test_what_was_not_sent_is_asked_for_again_for_two_days():
    world = office()
    world.receive(PACKAGE)
    run(world, "08-02 08:20")
    world.mailer.refused = 0
    lost = []
    world.queues.send = lambda queue, message, group="": lost.append(message)
    run(world, "08-02 12:00")
    del world.queues.send
    assert len([m for m in lost if m["template"] == "digest" and m["day"] == "2023-08-02"]) > 4
    run(world, "08-02 13:00")
    assert len(mails(world, "digest", UNIT)) == 1
    run(world, "08-06 13:00")
    assert len(mails(world, "digest", UNIT)) == 1
    assert world.index.find("asked") == []
    assert timedelta(days=3) > FOR


@pytest.mark.parametrize("killed_at", range(1, 16))
def test_a_stop_anywhere_makes_no_second_digest_and_loses_none(killed_at):
    world = office()
    world.receive(PACKAGE)
    run(world, "08-02 08:29")
    calls = 0
    real = {"write": world.index.write, "send": world.queues.send, "append": world.ledger.append}

    def kills(name):
        def call_(*args, **kw):
            nonlocal calls
            calls += 1
            if calls == killed_at:
                raise Killed
            return real[name](*args, **kw)

        return call_

    world.index.write, world.ledger.append = kills("write"), kills("append")
    world.queues.send = kills("send")
    world.clock.move(timedelta(minutes=1))
    with suppress(Killed):
        watch_submissions(world.house)
    world.index.write, world.ledger.append, world.queues.send = real["write"], real["append"], real["send"]
    world.drain()
    run(world, "08-02 10:00")
    assert len(mails(world, "digest", UNIT)) == 1
    assert len(mails(world, "digest", CLERK)) == 1
    assert world.proven()


def test_a_mailbox_that_is_no_more_gets_nothing():
    assert send_digest("2023-08-02", "0" * 12, office().house) is False


# --- reminders


def closing() -> World:
    return office(of=call(closes="2023-08-09T23:59:59+08:00", closes_text="2023年8月9日前"))


def test_the_unit_alone_is_reminded_on_the_named_days():
    world = closing()
    world.receive(PACKAGE)
    run(world, "08-11 09:00", timedelta(minutes=30))
    found = mails(world, "reminder")
    assert [m["X-Shoufa-Notice"][:19] for m in found if m["To"] == UNIT] == [
        "reminder-2023-08-02", "reminder-2023-08-06", "reminder-2023-08-08",
    ]  # fmt: skip
    assert {m["To"] for m in found} <= {UNIT, "b@unit.example"}
    assert {to for to, _ in world.subjects()} <= {UNIT, "b@unit.example", CLERK, "zhang@hubei.example"}


def test_it_lists_who_has_not_submitted():
    world = closing()
    world.receive(PACKAGE)
    run(world, "08-02 09:00")
    (mail,) = mails(world, "reminder", UNIT)
    said = body(mail)
    assert "推荐单位共7家：已报送1家，尚未报送6家。" in said
    assert "Submitted: 1 of 7. Not yet: 6." in said
    missing = said.partition("尚未报送：")[2].splitlines()[0]
    assert HUNAN in missing
    assert HUBEI not in missing
    board = sheet(mail)
    assert board.count("<row ") == 8
    assert board.count("尚未报送") == 6
    assert world.numbers[0] in board


def test_days_are_the_calls_own_setting():
    made = call(closes="2023-08-09T23:59:59+08:00", closes_text="x", reminders=[5])
    world = office(of=made)
    run(world, "08-10 09:00", timedelta(minutes=30))
    assert [m["X-Shoufa-Notice"][:19] for m in mails(world, "reminder", UNIT)] == ["reminder-2023-08-04"]


# --- quarantine


def condemned(world: World, **said) -> str:
    return levers.condemned(world, PACKAGE, **said)


def test_a_quarantined_mail_with_attachments_is_told_of_the_same_day_without_its_contents():
    world = office()
    key = condemned(world, subject="秘密主题", sender="zhang@mail.hubei.example")
    run(world, "08-01 09:20")
    (mail,) = mails(world, "quarantine")
    said = body(mail) + str(mail["Subject"])
    assert mail["To"] == UNIT
    assert key in said
    assert "h***.example" in said
    for secret in ("秘密主题", "zhang", "hubei", "公文"):
        assert secret not in said
    run(world, "08-03 09:20", timedelta(hours=1))
    assert len(mails(world, "quarantine")) == 1


MACHINE = {"auto-submitted": ["auto-generated"]}


def test_a_machines_mail_with_papers_is_told_of_and_filed_when_a_person_lets_it_in():
    """A mailbox's forwarding rule marks what it passes on."""
    world = office()
    world.receive(PACKAGE, headers=MACHINE)
    run(world, "08-01 09:20")
    assert (world.numbers, len(world.mailer.sent)) == ([], 1)
    (mail,) = mails(world, "quarantine")
    assert "判为自动发出" in body(mail)
    assert "inbox/mail/1.eml" in body(mail)
    levers.decide(world, "release-mail", object="inbox/mail/1.eml")
    run(world, "08-01 11:20")
    assert len(world.numbers) == 1
    assert sum(n.startswith("receipt-") for n in world.notices()) == 1
    assert world.index.find("held") == []


SCANNED = [("x-spam-flag", "YES"), ("x-virus-status", "Infected"), ("x-ses-spam-verdict", "FAIL")]


@pytest.mark.parametrize(("name", "said"), SCANNED)
def test_what_a_scanners_header_quarantined_can_be_let_in(name, said):
    world = office()
    world.receive(PACKAGE, headers={name: [said]})
    run(world, "08-01 09:20")
    assert world.numbers == []
    levers.decide(world, "release-mail", object="inbox/mail/1.eml")
    run(world, "08-01 11:20")
    assert len(world.numbers) == 1


def test_our_own_mail_that_comes_back_keeps_nobody_busy():
    """A mailbox that is pulled gets our digests, too."""
    world = office()
    world.receive(PACKAGE, headers={"x-shoufa-notice": ["digest-2023-08-01-x"], **MACHINE})
    run(world, "08-01 09:20")
    assert world.mailer.sent == []
    assert world.index.find("held") == []
    run(world, "08-04 09:20", timedelta(hours=1))
    assert mails(world, "digest", CLERK) == []
    with pytest.raises(Unreadable):
        levers.decide(world, "release-mail", object="inbox/mail/1.eml")


def test_a_machines_mail_without_papers_keeps_nobody_busy():
    world = office()
    world.receive(headers=MACHINE)
    run(world, "08-01 09:20")
    assert world.mailer.sent == []
    assert world.index.find("held") == []


@pytest.mark.parametrize("looked", [0, 1, 2])
def test_one_that_was_released_before_is_not_announced(looked):
    """Released before the watch saw it; after it saw it; after it asked for the notice."""
    world = office()
    key = levers.condemned(world, PACKAGE)
    if looked:
        reconciliation(world.house)
        assert world.index.find("quarantined")
    if looked == 2:
        watch_submissions(world.house)
        (asked,) = [m for m in world.queues.take("notices") if m["template"] == "quarantine"]
    levers.decide(world, "release-mail", object=key)
    if looked == 2:
        world.queues.send("notices", asked)
    run(world, "08-01 09:40")
    assert not mails(world, "quarantine")
    assert [k for k, _ in world.index.find("held")] == []


def test_one_that_was_let_out_and_still_cannot_be_opened_is_announced():
    world = office()
    world.objects.put("inbox/mail/broken", b"unreadable:unreadable")
    receive_mail("inbox/mail/broken", world.house)
    levers.decide(world, "release-mail", object="inbox/mail/broken")
    run(world, "08-01 09:40")
    assert len(mails(world, "quarantine")) == 1
    assert [k.startswith("inbox/mail/released/") for k, _ in world.index.find("held")] == [True]


def test_one_without_attachments_is_not():
    world = office()
    key = world.put({})
    world.objects.data[f"inbox/envelope/{key[11:]}.json"] = world.objects.data[
        f"inbox/envelope/{key[11:]}.json"
    ].replace(b'"virus":""', b'"virus":"FAIL"')
    receive_mail(key, world.house)
    run(world, "08-01 09:40")
    assert world.noted()[0].data["disposition"] == "quarantined"
    assert not mails(world, "quarantine")


def test_what_cannot_be_opened_goes_to_the_clerk():
    world = office()
    world.objects.put("inbox/mail/broken", b"unreadable:unreadable")
    receive_mail("inbox/mail/broken", world.house)
    run(world, "08-01 09:40")
    assert [m["To"] for m in mails(world, "quarantine")] == [CLERK]


def test_a_released_mail_is_filed_anew_and_the_first_keeps_its_fate():
    world = office()
    key = condemned(world)
    run(world, "08-01 09:20")
    decided = levers.decide(world, "release-mail", object=key)
    receive_decision(decided, world.house)
    (copy,) = world.objects.keys("inbox/mail/released/")
    world.drain()
    assert world.ledger.claims[f"object:{key}"].startswith("quarantined|")
    assert world.ledger.claims[f"object:{copy}"].startswith("submission|answer|")
    chain = [e for e in world.noted() if e.kind is not EntryKind.SENDING][-2:]
    assert chain[0].data == {
        "object": decided,
        "action": "release-mail",
        "who": levers.WHO,
        "mail": key,
    }
    assert [e.data["released_as"] for e in world.noted() if "released_as" in e.data] == [copy]
    second = levers.decide(world, "release-mail", object=key)
    assert world.noted()[-1].data["object"] == second
    assert len(world.objects.keys("inbox/mail/released/")) == len(world.numbers) == 1
    opened = world.ledger.entries(world.numbers[0])[0]
    assert opened.data["object"] == copy
    assert world.proven()
    run(world, "08-02 09:00")
    said = body(mails(world, "digest", UNIT)[0])
    assert "2 mails: 1 submissions" in said
    assert "1 quarantined" in said
    assert "1 of them are copies released" in said
    assert "封来邮被隔离" not in said


def test_only_what_is_quarantined_can_be_released():
    world = office()
    world.receive(PACKAGE)
    with pytest.raises(Unreadable):
        levers.decide(world, "release-mail", object="inbox/mail/1.eml")
    with pytest.raises(TryAgain):
        levers.decide(world, "release-mail", object="inbox/mail/none.eml")
    assert not any(e.kind is EntryKind.DECIDED for e in world.ledger.all())


def test_a_release_cut_off_anywhere_is_made_good_by_the_decision_alone():
    """Also where the queues are lost: a decision that is in the ledger has all that follows from it."""
    for calls in range(12):
        world = office()
        key = condemned(world)
        decided = levers.lay(world, "release-mail", object=key)
        kept, done = world.objects.put, []

        def put(name: str, data: bytes, kept=kept, done=done, calls=calls) -> bool:
            if len(done) == calls:
                raise Killed
            done.append(name)
            return kept(name, data)

        world.objects.put = put
        with suppress(Killed):
            receive_decision(decided, world.house)
        world.objects.put = kept
        known = [e for e in world.noted() if e.data.get("object") == decided]
        copies = world.objects.keys("inbox/mail/released/")
        assert not known or len(copies) == 1
        receive_decision(decided, world.house)
        world.drain()
        assert len(world.numbers) == 1
        assert world.proven()


def test_where_the_digest_is_off_quarantined_mail_is_told_of_all_the_same_and_once():
    world = office(digest_at=None)
    condemned(world)
    run(world, "08-01 09:20")
    assert len(mails(world, "quarantine")) == 1


def test_a_run_that_reconciles_nothing_tells_of_nothing():
    world = office(digest_at=None, reconcile_every=None)
    condemned(world)
    world.index.write("quarantined", "inbox/mail/1.eml", {"digest": "0" * 64})
    run(world, "08-01 09:20")
    assert not mails(world, "quarantine")


def test_the_clerk_is_told_each_day_what_is_damaged():
    world = office()
    world.receive(subject="请问", sender="li@other.example")
    (key,) = world.objects.keys("mails/")
    world.objects.data[key] = world.objects.data[key][:50]
    run(world, "08-04 12:00")
    *_, last = mails(world, "digest", CLERK)
    assert str(last["X-Shoufa-Notice"]).startswith("digest-2023-08-04")
    said = last.get_body(("plain",)).get_content()
    assert f"{key}：存储的对象已损坏" in said
    assert "1 damaged in storage" in said
