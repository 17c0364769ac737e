"""The pull (steps/pull_mailbox.py): every mail of a folder is stored once, whatever fails."""

import email
import json
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.policy import default
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import FakeMailbox, digest
from faults.port_faults import Dead, Mode, Outside
from shoufa.domain.codes import Disposition
from shoufa.domain.errors import MailboxClosed, TryAgain
from shoufa.domain.mail_folder import MailFolder
from shoufa.steps.erasure import Why, erase, plan_erasure
from shoufa.steps.files import load_envelope
from shoufa.steps.pull_mailbox import GROUP, LEASE, MANY, MOST, PAUSE, TRIES, WHOLE, mail_key, pull_mailbox
from shoufa.steps.quarantine_notices import send_quarantine_notice
from shoufa.steps.receive_mail import receive_mail
from shoufa.steps.reconciliation import reconciliation
from unit.judging.build import START, complete
from unit.steps.world import World, papers

FOLDER = MailFolder(host="imap.example", user="a@unit.example", mailbox="a@unit.example", max_bytes=1000)
MINUTE = timedelta(minutes=1)
UNREADABLE, LARGE = b"unreadable:unreadable", b"Subject: large\r\n\r\n" + b"x" * 1000


class Pulled:
    """A world with a mailbox; mails come in with growing UIDs."""

    def __init__(self, folder: MailFolder = FOLDER) -> None:
        self.world, self.box, self.folder = World(), FakeMailbox(), folder
        self._next = 1

    def comes(self, raw: bytes | None = None, at: datetime | None = None) -> int:
        uid, self._next = self._next, self._next + 1
        head = f"Subject: {uid}\r\n\r\nbody".encode()
        self.box.mails[uid] = (at or self.world.clock.now(), head if raw is None else raw)
        return uid

    def pull(self) -> int:
        self.world.clock.move(MINUTE)
        return pull_mailbox(self.folder, self.box, self.world.house)

    def pull_for(self, time: timedelta) -> None:
        until = self.world.clock.now() + time
        while self.world.clock.now() < until:
            self.pull()

    def told_for(self, time: timedelta) -> int:
        """The same where the mailbox gives nothing; how often that was told."""
        told, until = list[str](), self.world.clock.now() + time
        while self.world.clock.now() < until:
            try:
                self.pull()
            except MailboxClosed as err:
                told.append(str(err))
        assert all("未给出" in said and "ask the provider" in said for said in told)
        return len(told)

    def mails(self) -> dict[str, bytes]:
        return {k: v for k, v in self.world.objects.data.items() if k.startswith("inbox/mail/")}

    def key(self, uid: int, withheld: str = "") -> str:
        return mail_key(self.folder, self.box.validity, uid, withheld)


@pytest.fixture
def pulled() -> Pulled:
    return Pulled()


def test_each_mail_is_one_object_with_its_sidecar(pulled):
    uids = [pulled.comes() for _ in range(3)]
    assert pulled.pull() == 3
    assert json.loads(pulled.world.index.groups[GROUP][FOLDER.id]["failing"]) == {}
    assert pulled.mails() == {pulled.key(u): pulled.box.mails[u][1] for u in uids}
    assert pulled.key(1) == f"inbox/mail/imap/{FOLDER.id}/0000000007-0000000001"
    known = load_envelope(pulled.world.objects, pulled.key(1))
    assert (known.door, known.mailbox, known.received_at, known.withheld) == (
        "imap",
        "a@unit.example",
        START,
        "",
    )
    assert pulled.pull() == 0
    assert len(pulled.box.fetched) == 3


def test_nothing_of_the_account_stands_in_a_key(pulled):
    pulled.comes()
    pulled.pull()
    assert not [key for key in pulled.world.objects.data if "unit" in key or "example" in key]


def test_mail_of_before_the_first_look_is_left_and_a_stop_does_not_move_that_day(pulled):
    old = pulled.comes(at=START - timedelta(days=1))
    pulled.pull()
    assert pulled.mails() == {}
    today = pulled.comes(at=START - timedelta(hours=1))
    pulled.world.clock.move(timedelta(days=2))
    pulled.world.index.groups.clear()
    pulled.pull()
    assert set(pulled.mails()) == {pulled.key(today)}
    pulled.folder = FOLDER.model_copy(update={"since": date(2023, 7, 1)})
    pulled.pull()
    assert set(pulled.mails()) == {pulled.key(today), pulled.key(old)}


def test_the_day_is_that_of_shanghai(pulled):
    pulled.folder = FOLDER.model_copy(update={"since": date(2023, 7, 20)})
    before = pulled.comes(at=datetime(2023, 7, 19, 15, 59, tzinfo=UTC))
    after = pulled.comes(at=datetime(2023, 7, 19, 16, 1, tzinfo=UTC))
    pulled.pull()
    assert pulled.key(before) not in pulled.mails()
    assert pulled.key(after) in pulled.mails()


def test_without_what_the_index_knew_nothing_is_taken_again(pulled):
    for _ in range(5):
        pulled.comes()
    pulled.pull()
    pulled.world.index.groups.clear()
    more = pulled.comes()
    assert pulled.pull() == 1
    assert pulled.box.fetched[5:] == [(more, False)]


def test_a_wrong_mark_is_righted_within_a_day(pulled):
    uid = pulled.comes()
    pulled.pull()
    pulled.box.mails[5] = pulled.box.mails.pop(uid)
    pulled.pull()
    pulled.box.mails[3] = (START, b"Subject: late\r\n\r\n")  # a server that shows it only now
    pulled.pull()
    assert pulled.key(3) not in pulled.mails()
    pulled.world.clock.move(WHOLE)
    pulled.pull()
    assert pulled.mails()[pulled.key(3)] == b"Subject: late\r\n\r\n"


@pytest.mark.parametrize("understated", [False, True])
def test_a_mail_over_the_limit_is_filed_by_its_head_and_quarantined(pulled, understated):
    large = pulled.comes(b"Subject: large\r\n\r\n" + b"x" * 1000)
    if understated:
        pulled.box.understated = {large}
    after = pulled.comes()
    assert pulled.pull() == 2
    key = pulled.key(large, "too-large")
    assert pulled.mails() == {key: b"Subject: large\r\n\r\n", pulled.key(after): pulled.box.mails[after][1]}
    known = load_envelope(pulled.world.objects, key)
    assert (known.withheld, known.size) == ("too-large", 1 if understated else 1018)
    assert ((large, False) in pulled.box.fetched) == understated
    assert receive_mail(key, pulled.world.house) is Disposition.QUARANTINED
    assert [e.data["reason"] for e in pulled.world.noted()] == ["too-large"]
    assert not pulled.world.queues.waiting
    assert pulled.pull() == 0


def test_a_person_is_told_when_it_came_into_the_mailbox(pulled):
    came = datetime(2023, 8, 1, 3, 4, tzinfo=UTC)
    key = pulled.key(pulled.comes(LARGE, came), "too-large")
    pulled.pull()
    receive_mail(key, pulled.world.house)
    assert send_quarantine_notice(key, digest(pulled.mails()[key]), pulled.world.house)
    ((raw, _, to),) = pulled.world.mailer.sent
    said = email.message_from_bytes(raw, policy=default).get_body(("plain",))
    assert said is not None
    assert (to, "1 August 2023, 11:04" in said.get_content()) == ("a@unit.example", True)


def test_what_is_not_given_holds_up_none_behind_it_and_is_had_later(pulled):
    bad, good = pulled.comes(), pulled.comes()
    pulled.box.refused = {bad}
    assert pulled.pull() == 1
    assert set(pulled.mails()) == {pulled.key(good)}
    later = pulled.comes()
    pulled.pull_for(timedelta(hours=1))
    assert set(pulled.mails()) == {pulled.key(good), pulled.key(later)}
    pulled.box.refused = set()
    pulled.pull_for(timedelta(hours=2))
    assert pulled.mails()[pulled.key(bad)] == pulled.box.mails[bad][1]


def test_who_kills_the_process_is_asked_for_behind_the_others(pulled):
    class Killed(BaseException):
        pass

    bad, good = pulled.comes(), pulled.comes()
    fetch, index = pulled.box.fetch, pulled.world.index

    def fatal(uid: int, *, head: bool = False) -> bytes:
        if uid == bad and not head:
            left.append(deepcopy(index.groups))
            raise Killed
        return fetch(uid, head=head)

    def killed() -> None:
        with suppress(Killed):
            pulled.pull()
        index.groups = left[-1]  # what a process does on its way out, one that is killed does not

    left: list[Any] = []
    pulled.box.fetch = fatal
    killed()
    assert pulled.pull() == 0
    pulled.world.clock.move(LEASE)
    killed()
    assert set(pulled.mails()) == {pulled.key(good)}
    for _ in range(TRIES - 2):
        pulled.world.clock.move(timedelta(hours=9))
        killed()
    assert len(left) == TRIES
    pulled.world.clock.move(timedelta(hours=9))
    pulled.pull()
    assert set(pulled.mails()) == {pulled.key(good), pulled.key(bad, "unfetched")}


@pytest.mark.parametrize("wholly", [False, True])
def test_what_is_never_given_is_told_in_the_end_by_its_head(pulled, wholly):
    bad = pulled.comes(b"Subject: kept back\r\n\r\nbody")
    twin = pulled.comes()
    (pulled.box.refused if wholly else pulled.box.bodiless).update({bad, twin})
    pulled.pull()
    given = pulled.key(pulled.comes())
    pulled.pull_for(timedelta(minutes=2 ** (TRIES - 1) - 10))
    assert set(pulled.mails()) == {given}
    pulled.pull_for(timedelta(minutes=20))
    heads = {key: raw for key, raw in pulled.mails().items() if key != given}
    assert set(heads) == {pulled.key(bad, "unfetched"), pulled.key(twin, "unfetched")}
    assert (heads[pulled.key(bad, "unfetched")] == b"Subject: kept back\r\n\r\n") != wholly
    for key in heads:
        assert load_envelope(pulled.world.objects, key).received_at - START <= MINUTE
        assert receive_mail(key, pulled.world.house) is Disposition.QUARANTINED
    assert [e.data["reason"] for e in pulled.world.noted()] == ["unfetched", "unfetched"]
    assert len({e.submission for e in pulled.world.noted()}) == 2
    assert json.loads(pulled.world.index.groups[GROUP][FOLDER.id]["failing"]) == {}


@pytest.mark.parametrize("lost", [None, "all", "given"])
@pytest.mark.parametrize("wholly", [False, True])
def test_where_nothing_is_given_for_hours_no_mail_is_given_up_and_it_is_told(pulled, wholly, lost):
    pulled.comes()
    pulled.pull()
    kept = {pulled.comes() for _ in range(20)}
    (pulled.box.refused if wholly else pulled.box.bodiless).update(kept)
    assert pulled.told_for(timedelta(hours=2)) == 0
    if lost == "all":
        pulled.world.index.groups.clear()
    if lost == "given":
        del pulled.world.index.groups[GROUP][FOLDER.id]["given"]
    assert pulled.told_for(timedelta(hours=10)) > 2
    assert len(pulled.mails()) == 1
    pulled.box.refused, pulled.box.bodiless = set(), set()
    pulled.pull_for(timedelta(hours=12))
    assert pulled.mails() == {pulled.key(u): raw for u, (_, raw) in pulled.box.mails.items()}


def test_what_was_given_before_a_mail_was_asked_for_says_nothing_of_it(pulled):
    good, bad = pulled.comes(), pulled.comes()
    pulled.box.refused = {bad}
    assert pulled.told_for(timedelta(hours=10)) == 3
    assert set(pulled.mails()) == {pulled.key(good)}
    later = pulled.comes()
    pulled.pull_for(timedelta(hours=12))
    assert set(pulled.mails()) == {pulled.key(good), pulled.key(later), pulled.key(bad, "unfetched")}


def test_what_a_mailbox_that_gives_nothing_is_asked_for_is_asked_for_less_and_less(pulled):
    pulled.box.bodiless = {pulled.comes()}
    pulled.told_for(timedelta(days=1))
    first = len(pulled.box.fetched)
    assert TRIES < first <= TRIES + 2
    pulled.told_for(timedelta(days=2))
    assert 3 <= len(pulled.box.fetched) - first <= 4


@pytest.mark.parametrize("fault", [TryAgain("the disk is full"), MailboxClosed("not reached")])
def test_what_is_no_fault_of_the_mail_does_not_count_against_it(pulled, fault):
    uid, other = pulled.comes(), pulled.comes()
    fetch, put = pulled.box.fetch, pulled.world.objects.put

    def failing(what: Any, *args: Any, **said: Any) -> Any:
        if args[0] in (uid, pulled.key(uid)) and not said.get("head"):
            raise fault
        return what(*args, **said)

    if isinstance(fault, TryAgain):
        pulled.world.objects.put = lambda *args: failing(put, *args)
    else:
        pulled.box.fetch = lambda *args, **said: failing(fetch, *args, **said)
    for _ in range(40):
        pulled.world.clock.move(timedelta(hours=1))
        with suppress(TryAgain, MailboxClosed):
            pulled.pull()
    assert pulled.key(uid) not in pulled.mails()
    pulled.world.objects.put, pulled.box.fetch = put, fetch
    pulled.pull_for(timedelta(hours=12))
    assert pulled.mails() == {pulled.key(u): pulled.box.mails[u][1] for u in (uid, other)}


def test_of_more_than_can_be_kept_in_mind_none_is_lost(pulled):
    pulled.box.refused = {pulled.comes() for _ in range(MANY + 20)}
    pulled.told_for(timedelta(hours=8))
    known = json.loads(pulled.world.index.groups[GROUP][FOLDER.id]["failing"])
    assert len(known) == MANY
    pulled.box.refused = set(range(MANY + 1, MANY + 21))
    pulled.told_for(timedelta(hours=12))
    assert {
        pulled.key(uid): pulled.box.mails[uid][1] for uid in range(1, MANY + 1)
    }.items() <= pulled.mails().items()
    pulled.box.refused = set()
    pulled.pull_for(timedelta(hours=12))
    assert len(pulled.mails()) == MANY + 20


def test_a_call_ends_after_three_failures_and_the_next_goes_on_behind_them(pulled):
    pulled.box.refused = {pulled.comes() for _ in range(7)}
    last = pulled.comes()
    for _ in range(2):
        assert pulled.pull() == 0
    assert pulled.pull() == 1
    assert set(pulled.mails()) == {pulled.key(last)}


def test_one_call_takes_so_many_and_for_so_long(pulled):
    for _ in range(MOST + 1):
        pulled.comes()
    assert pulled.pull() == MOST
    assert pulled.pull() == 1
    slow = Pulled()
    fetch = slow.box.fetch

    def slowly(uid: int, *, head: bool = False) -> bytes:
        slow.world.clock.move(timedelta(seconds=20))
        return fetch(uid, head=head)

    slow.box.fetch = slowly
    for _ in range(5):
        slow.comes()
    assert [slow.pull(), slow.pull()] == [3, 2]


def test_a_second_call_leaves_the_folder_to_the_first(pulled):
    pulled.comes()
    fetch = pulled.box.fetch
    beside = FakeMailbox()

    def meanwhile(uid: int, *, head: bool = False) -> bytes:
        pulled.world.clock.move(LEASE - MINUTE)
        pull_mailbox(FOLDER, beside, pulled.world.house)
        return fetch(uid, head=head)

    pulled.box.fetch = meanwhile
    assert pulled.pull() == 1
    assert beside.opened == 0


def test_a_mailbox_that_cannot_be_opened_is_left_alone_for_a_while(pulled):
    pulled.comes()
    pulled.box.closed = "授权码"
    with pytest.raises(MailboxClosed, match="授权码"):
        pulled.pull()
    assert pulled.pull() == 0
    assert pulled.box.opened == 1
    pulled.box.closed = ""
    pulled.world.clock.move(PAUSE)
    assert pulled.pull() == 1


def test_uids_of_another_validity_are_other_mails_and_repeats_get_no_second_receipt():
    pulled = Pulled(FOLDER.model_copy(update={"max_bytes": 10**6}))
    world = pulled.world
    pulled.box.most = 10**6
    pulled.comes(world.written(papers(complete()), START))
    pulled.pull()
    fates = [receive_mail(key, world.house) for key in pulled.mails()]
    world.settle()
    before = len(world.mailer.sent)
    assert (fates, before > 0) == ([Disposition.SUBMISSION], True)
    first = set(pulled.mails())
    pulled.box.validity = 8
    assert pulled.pull() == 1
    again = set(pulled.mails()) - first
    assert [receive_mail(key, world.house) for key in again] == [Disposition.DUPLICATE]
    world.settle()
    assert len(world.mailer.sent) == before


def test_what_failed_under_another_validity_is_another_mail(pulled):
    pulled.box.refused = {pulled.comes()}
    pulled.pull_for(timedelta(hours=1))
    pulled.box.refused, pulled.box.validity = set(), 8
    assert pulled.pull() == 1


def test_a_head_is_never_taken_for_the_mail_whose_sidecar_was_written_first(pulled):
    uid = pulled.comes()
    put = pulled.world.objects.put

    def full(key: str, data: bytes) -> bool:
        if key.startswith("inbox/mail/"):
            raise TryAgain("the disk is full")
        return put(key, data)

    pulled.world.objects.put = full
    with pytest.raises(TryAgain):
        pulled.pull()
    pulled.world.objects.put = put
    pulled.box.bodiless = {uid}
    pulled.pull()
    pulled.comes()
    pulled.pull_for(timedelta(hours=6))
    assert len(pulled.mails()) == 2
    assert receive_mail(pulled.key(uid, "unfetched"), pulled.world.house) is Disposition.QUARANTINED


def erased(pulled: Pulled) -> None:
    """All that was pulled, erased as a person has it erased."""
    plan = plan_erasure(pulled.world.house, (), sorted(pulled.mails()))
    assert erase(pulled.world.house, plan, "c", Why.REQUEST)
    assert pulled.mails() == {}


@pytest.mark.parametrize("raw", [UNREADABLE, LARGE])
@pytest.mark.parametrize("known", [False, True])
def test_what_was_erased_is_not_taken_again(pulled, raw, known):
    pulled.comes(raw)
    pulled.pull()
    (key,) = pulled.mails()
    assert receive_mail(key, pulled.world.house) is Disposition.QUARANTINED
    erased(pulled)
    if not known:
        pulled.world.index.groups.pop("fates")
    fetched = len(pulled.box.fetched)
    pulled.world.clock.move(WHOLE)
    assert pulled.pull() == 0
    assert pulled.mails() == {}
    assert (len(pulled.box.fetched) == fetched) == known


def test_a_submission_that_was_erased_is_not_taken_again_by_a_look_up_that_is_wrong():
    pulled, key = filed(papers(complete()))
    erased(pulled)
    pulled.world.index.groups["fates"][key] = {"fate": "submission"}
    pulled.world.clock.move(WHOLE)
    assert (pulled.pull(), pulled.mails()) == (0, {})


def test_what_was_lost_is_taken_again_and_gets_no_second_receipt():
    pulled, key = filed(papers(complete()))
    world = pulled.world
    watched(world)
    before, raw = len(world.mailer.sent), world.objects.data.pop(key)
    world.clock.move(WHOLE)
    assert pulled.pull() == 1
    assert pulled.mails() == {key: raw}
    assert receive_mail(key, world.house) is Disposition.SUBMISSION
    world.settle()
    assert len(world.mailer.sent) == before
    assert world.proven()


def watched(world: World) -> None:
    """The watch goes through all mails and notes their fates."""
    office = replace(world.house.office, reconcile_every=MINUTE)
    assert reconciliation(replace(world.house, office=office))


def filed(files: dict[str, str], **said: Any) -> tuple[Pulled, str]:
    """One mail of these files, pulled, filed and answered; its key."""
    pulled = Pulled(FOLDER.model_copy(update={"max_bytes": 10**6}))
    pulled.box.most = 10**6
    pulled.comes(pulled.world.written(files, START, **said))
    pulled.pull()
    (key,) = pulled.mails()
    receive_mail(key, pulled.world.house)
    pulled.world.settle()
    return pulled, key


@pytest.mark.parametrize(
    ("files", "said", "fate", "reason"),
    [
        (papers(complete()), {}, Disposition.UNMATCHED, "erased-before"),
        ({}, {"subject": "请问", "body": "请问申报截止到哪一天？"}, Disposition.UNMATCHED, "brings-nothing"),
    ],
)
def test_what_was_erased_comes_again_under_other_uids_for_a_person_and_nobody_is_answered(
    files, said, fate, reason
):
    pulled, first = filed(files, **said)
    world = pulled.world
    erased(pulled)
    world.settle()
    sent = len(world.mailer.sent)
    pulled.box.validity = 8
    assert pulled.pull() == 1
    (again,) = pulled.mails()
    assert receive_mail(again, world.house) is fate
    assert world.noted()[-1].data["reason"] == reason
    world.settle()
    assert (len(world.mailer.sent), again != first) == (sent, True)
    watched(world)
    assert dict(world.index.find("held"))[again]["fate"] == fate.value
    erased(pulled)


def test_an_erased_mail_of_a_living_submission_comes_again_as_a_repeat_that_nobody_is_answered():
    pulled, _ = filed(papers(complete()))
    world = pulled.world
    more = {"subject": f"补充 {world.numbers[0]}", "message_id": "<more@hubei.example>"}
    second = pulled.key(
        pulled.comes(world.written({"x.pdf": UNREADABLE.decode()}, world.clock.now(), **more))
    )
    pulled.pull()
    assert receive_mail(second, world.house) is Disposition.FOLLOW_UP
    world.settle()
    erase(world.house, plan_erasure(world.house, (), [second]), "c", Why.REQUEST)
    world.settle()
    assert (second in pulled.mails(), len(pulled.mails())) == (False, 1)
    sent, pulled.box.validity = len(world.mailer.sent), 8
    assert pulled.pull() == 2
    assert receive_mail(pulled.key(2), world.house) is Disposition.DUPLICATE
    world.settle()
    assert len(world.mailer.sent) == sent


def test_what_was_quarantined_and_erased_is_quarantined_again_under_other_uids(pulled):
    pulled.comes(UNREADABLE)
    for validity in (7, 8):
        pulled.box.validity = validity
        assert pulled.pull() == 1
        assert receive_mail(pulled.key(1), pulled.world.house) is Disposition.QUARANTINED
        erased(pulled)


def filled() -> Pulled:
    """Five mails: one too large, one of before, one that is refused at first."""
    pulled = Pulled(FOLDER.model_copy(update={"since": date(2023, 7, 31)}))
    pulled.comes(at=START - timedelta(days=1, hours=10))
    pulled.comes()
    pulled.comes(b"Subject: large\r\n\r\n" + b"x" * 1000)
    pulled.comes()
    return pulled


def end(pulled: Pulled) -> dict[str, bytes]:
    return dict(pulled.world.objects.data)


def disturbed(pulled: Pulled, faults: dict[int, Mode]) -> Outside:
    """One call whose ports fail at these calls."""
    outside = Outside(pulled.world.clock, faults)
    house = pulled.world.house
    ports: Any = {name: outside.wrap(name, getattr(house, name)) for name in ("objects", "index", "ledger")}
    outside.new_process()
    with suppress(Dead, Exception):
        pull_mailbox(pulled.folder, outside.wrap("mailbox", pulled.box), replace(house, **ports))
    return outside


def test_each_call_failing_in_each_way_changes_nothing():
    """All single points, and each again with a second fault at every later call of the same process."""
    undisturbed = filled()
    calls = disturbed(undisturbed, {}).calls
    assert {"mailbox.open", "mailbox.uids", "mailbox.about", "mailbox.fetch", "mailbox.close"} <= set(calls)
    assert {"objects.put", "objects.keys", "index.find", "index.write", "ledger.claimed"} <= set(calls)
    wanted = end(undisturbed)
    assert len(wanted) == 6
    for number in range(1, len(calls) + 1):
        for mode in Mode:
            for second in (None, *range(number + 1, len(calls) + 1, 3)):
                pulled = filled()
                disturbed(pulled, {number: mode} | ({second: mode} if second else {}))
                pulled.pull_for(LEASE + timedelta(minutes=5))
                assert end(pulled) == wanted, (number, calls[number - 1], mode, second)
                assert pulled.world.index.groups[GROUP][FOLDER.id]["mark"] == "4"


def test_a_first_look_that_is_disturbed_begins_on_the_same_day():
    for number in range(1, 8):
        for mode in Mode:
            pulled = Pulled()
            pulled.comes()
            disturbed(pulled, {number: mode})
            pulled.pull_for(LEASE + timedelta(minutes=5))
            assert set(pulled.mails()) == {pulled.key(1)}, (number, mode)


def large(pulled: Pulled) -> None:
    pulled.comes(b"Subject: large\r\n\r\n" + b"x" * 1000)


def other_uids(pulled: Pulled) -> None:
    pulled.box.validity += 1


HAPPENINGS: dict[str, Callable[[Pulled], object]] = {
    "comes": Pulled.comes,
    "large": large,
    "pull": lambda p: p.told_for(MINUTE),
    "refuse": lambda p: p.box.refused.update(list(p.box.mails)[-1:]),
    "heal": lambda p: p.box.refused.clear(),
    "forget": lambda p: p.world.index.groups.clear(),
    "other uids": other_uids,
    "gone": lambda p: [p.box.mails.pop(uid) for uid in list(p.box.mails)[:1]],
    "time": lambda p: p.world.clock.move(timedelta(minutes=50)),
}


@settings(max_examples=150, deadline=None)
@given(happenings=st.lists(st.sampled_from(sorted(HAPPENINGS)), max_size=30))
def test_whatever_happens_each_mail_is_stored_once(happenings):
    pulled = Pulled()
    pulled.pull()
    for what in happenings:
        HAPPENINGS[what](pulled)
    pulled.box.refused.clear()
    pulled.world.clock.move(timedelta(hours=13))
    for _ in range(6):
        pulled.pull()
    prefix = mail_key(FOLDER, pulled.box.validity, 0).removesuffix("0" * 10)
    uids = [int(k.removeprefix(prefix).partition("-")[0]) for k in pulled.mails() if k.startswith(prefix)]
    assert len(uids) == len(set(uids))
    wanted = {pulled.key(u): raw for u, (_, raw) in pulled.box.mails.items() if len(raw) <= 1000}
    heads = {pulled.key(u, "too-large") for u, (_, raw) in pulled.box.mails.items() if len(raw) > 1000}
    assert wanted.items() <= pulled.mails().items()
    assert heads <= pulled.mails().keys()
