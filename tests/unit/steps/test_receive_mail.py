"""Step 1 (steps/receive_mail.py, fate.py, joining.py): every mail has exactly one fate (contracts §3)."""

import email
from datetime import datetime, timedelta
from typing import Any

import pytest

from fakes import Killed
from shoufa.domain.codes import Disposition
from shoufa.domain.errors import TryAgain
from shoufa.domain.fingerprint import private
from shoufa.domain.moments import stamp
from shoufa.domain.receipt import receipt_number, token
from shoufa.steps.joining import NAMED
from shoufa.steps.receive_mail import receive_mail
from unit.judging.build import (
    BRIDGE,
    BUILD,
    START,
    application,
    application_text,
    call,
    complete,
    facts,
    letter,
    page,
)
from unit.steps.world import World, packed, paper, papers

ONE = {"申报书.docx": paper(application())}
TWO = {"申报书二.docx": paper(application(BRIDGE, BUILD))}
DAY = timedelta(days=1)


def opened(**said) -> World:
    """A world in which one mail has opened a submission, its messages not yet worked."""
    world = World()
    assert world.receive(ONE, **said) is Disposition.SUBMISSION
    return world


def waiting(world: World) -> list[str]:
    return [q for q, _ in world.queues.waiting]


def test_a_mail_with_papers_opens_a_submission():
    world = opened()
    assert world.kinds(world.numbers[0]) == ["opened"]
    assert waiting(world) == ["documents", "notices"]
    assert world.proven()
    assert world.state(world.numbers[0])["status"] == "reading"


def test_parts_are_stored_by_content_and_read_once_each():
    world = World()
    world.receive(
        {"a.docx": ONE["申报书.docx"], "b.docx": ONE["申报书.docx"], "c.docx": TWO["申报书二.docx"]}
    )
    assert len(world.queues.take("documents")) == 2
    assert len(world.objects.keys("parts/")) == 2


def test_the_entry_holds_ids_and_digests_and_no_name_or_address():
    world = opened(subject="关于长江大桥的材料", sender="zhang.san@hubei.example")
    text = world.ledger.entries(world.numbers[0])[0].text()
    assert all(word not in text for word in ("zhang", "hubei", "长江", "申报书"))


def test_what_came_in_is_protected_until_half_a_year_after_the_deadline():
    world = opened()
    assert world.objects.retained == {"inbox/mail/1.eml": call().closes + timedelta(days=180)}


def test_an_open_ended_call_retains_nothing():
    world = World(call(closes=None))
    world.receive(ONE)
    assert world.objects.retained == {}


def test_a_mail_not_yet_stored_is_tried_again():
    with pytest.raises(TryAgain):
        receive_mail("inbox/mail/none", World().house)


def test_without_a_sidecar_the_objects_own_time_counts():
    world = World()
    key = world.put(ONE, date=START - 5 * DAY)
    del world.objects.data[f"inbox/envelope/{key.removeprefix('inbox/mail/')}.json"]
    receive_mail(key, world.house, START - timedelta(hours=1))
    assert world.state(world.numbers[0])["last"] == stamp(START - timedelta(hours=1))


# --- joining


def test_the_same_sender_follows_up():
    world = opened()
    assert world.receive(TWO, after=DAY) is Disposition.FOLLOW_UP
    assert world.kinds(world.numbers[0]) == ["opened", "joined"]


def test_after_30_days_of_silence_it_opens_another():
    world = opened()
    assert world.receive(TWO, after=30 * DAY) is Disposition.FOLLOW_UP
    assert world.receive({"c.docx": paper(facts([page("丙")]))}, after=31 * DAY) is Disposition.SUBMISSION


@pytest.mark.parametrize("sender", ["other@hubei.example", "zhang@qq.com"])
def test_another_sender_opens_another(sender):
    world = opened()
    assert world.receive(TWO, sender=sender) is Disposition.SUBMISSION
    assert len(world.numbers) == 2


def test_a_number_in_the_subject_joins_from_the_same_house():
    world = opened()
    number = world.numbers[0].lower()
    assert (
        world.receive(TWO, sender="li@hubei.example", subject=f"回复：{number} 补充") is Disposition.FOLLOW_UP
    )
    assert "proposed" not in world.ledger.entries(world.numbers[0])[1].data


@pytest.mark.parametrize("field", ["references", "in_reply_to"])
def test_a_token_in_the_thread_joins(field):
    world = opened()
    said = {field: [token(world.numbers[0])]}
    assert world.receive(TWO, sender="li@hubei.example", **said) is Disposition.FOLLOW_UP


def test_a_number_from_elsewhere_only_proposes():
    world = opened()
    assert world.receive(TWO, sender="li@qq.com", subject=world.numbers[0]) is Disposition.FOLLOW_UP
    assert world.ledger.entries(world.numbers[0])[1].data["proposed"] == private("li@qq.com")


def test_a_subject_full_of_numbers_costs_few_look_ups():
    world = opened()
    numbers = [receipt_number(world.clock.now(), f"{n}") for n in range(500)]
    asked = []
    real = world.ledger.head
    world.ledger.head = lambda number: (asked.append(number), real(number))[1]
    world.receive(TWO, sender="li@qq.com", subject=" ".join(numbers))
    assert len(set(asked) & set(numbers)) == NAMED


def test_whom_a_number_brought_proposes_with_the_next_mail_too():
    world = opened()
    world.receive(TWO, sender="li@qq.com", subject=world.numbers[0])
    world.receive({"c.docx": paper(facts([page("丙")]))}, sender="li@qq.com", after=DAY)
    world.receive({"d.docx": paper(facts([page("丁")]))}, after=DAY)
    third, own = world.ledger.entries(world.numbers[0])[2:4]
    assert third.data["proposed"] == private("li@qq.com")
    assert "proposed" not in own.data
    assert list(world.state(world.numbers[0])["proposed"].values()) == [private("li@qq.com")] * 2


def test_a_recommenders_domain_may_use_the_number():
    world = opened()
    world.receive(TWO, sender="wang@r0.example", subject=world.numbers[0])
    assert "proposed" not in world.ledger.entries(world.numbers[0])[1].data


@pytest.mark.parametrize("change", [("Y", "Z"), ("230801", "230802")])
def test_a_mistyped_number_joins_nothing(change):
    world = opened()
    number = world.numbers[0]
    wrong = number[:-1] + ("2" if number[-1] == "1" else "1") if change[0] == "Y" else number.replace(*change)
    assert world.receive(TWO, sender="li@qq.com", subject=wrong) is Disposition.SUBMISSION


def test_a_question_by_the_sender_joins_and_gets_no_receipt():
    world = opened()
    world.queues.take()
    assert world.receive({}, subject="请问收到了吗") is Disposition.FOLLOW_UP
    assert waiting(world) == ["submissions"]


# --- duplicates


def test_the_same_message_again_is_a_duplicate_and_not_answered():
    world = opened()
    world.queues.take()
    again = world.objects.data["inbox/mail/1.eml"]
    world.objects.put("inbox/mail/again", again)
    world.objects.put("inbox/envelope/again.json", world.objects.data["inbox/envelope/1.eml.json"])
    assert receive_mail("inbox/mail/again", world.house) is Disposition.DUPLICATE
    assert waiting(world) == []
    assert [e.data["of"] for e in world.noted()] == [world.numbers[0]]
    assert world.kinds(world.numbers[0]) == ["opened"]


def test_the_same_papers_under_another_message_id_within_a_week_are_a_duplicate():
    world = opened()
    assert world.receive(ONE, after=7 * DAY) is Disposition.DUPLICATE
    assert world.receive(ONE, after=timedelta(seconds=1)) is Disposition.FOLLOW_UP


def test_the_same_papers_of_another_sender_are_not():
    assert opened().receive(ONE, sender="li@qq.com") is Disposition.SUBMISSION


def test_the_same_papers_for_another_mailbox_are_not():
    assert opened().receive(ONE, to=["b@unit.example"]) is Disposition.SUBMISSION


def test_the_same_message_id_with_other_content_is_a_follow_up():
    world = opened(message_id="<same@x>")
    assert world.receive(TWO, message_id="<same@x>") is Disposition.FOLLOW_UP


# --- other fates


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"headers": {"auto-submitted": ["auto-replied"]}}, "auto-submitted"),
        ({"mail_from": ""}, "null-return-path"),
        ({"headers": {"x-shoufa-notice": ["receipt-1"]}}, "own-mail"),
    ],
)
def test_machines_are_filed_and_never_answered(said, reason):
    world = World()
    assert world.receive(ONE, **said) is Disposition.AUTOMATIC
    assert (waiting(world), world.numbers) == ([], [])
    assert [e.data["reason"] for e in world.noted()] == [reason]
    assert world.proven()


@pytest.mark.parametrize(
    ("said", "reason"), [({"to": ["x@unit.example"]}, "no-open-call"), ({"files": {}}, "brings-nothing")]
)
def test_a_persons_mail_that_belongs_nowhere_is_unmatched(said, reason):
    world = World()
    assert world.receive(**{"files": ONE, **said}) is Disposition.UNMATCHED
    assert [e.data["reason"] for e in world.noted()] == [reason]
    assert waiting(world) == []


def test_a_question_is_guided_where_the_call_says_so():
    world = World(call(answer_unmatched=True))
    assert world.receive(subject="请问", body="请问怎么办？") is Disposition.UNMATCHED
    (asked,) = world.queues.take("notices")
    (entry,) = world.noted()
    assert (asked["template"], asked["submission"]) == ("guidance", entry.submission)
    assert entry.data["answer"] is True
    receive_mail("inbox/mail/1.eml", world.house)
    assert world.queues.take("notices") == [asked]


UNVERIFIED = {"authentication-results": ["mx; spf=fail; dkim=fail; dmarc=fail"]}


@pytest.mark.parametrize(
    "said",
    [
        {"headers": UNVERIFIED},
        {"headers": {"list-id": ["<x>"]}, "to": ["list@x.example"], "delivered_to": ["a@unit.example"]},
        {"at": START - timedelta(days=5)},
        {"headers": {"x-auto-response-suppress": ["All"]}},
        {"headers": {"auto-submitted": ["auto-replied"]}},
        {"sender": "b@unit.example"},
    ],
)
def test_who_is_not_guided(said):
    world = World(call(answer_unmatched=True))
    world.receive(**{"subject": "请问", "body": "请问怎么办？", **said})
    assert world.queues.take("notices") == []


def test_papers_that_came_through_a_list_are_judged_and_nobody_is_answered():
    world = World()
    said = {"headers": {"list-id": ["<x>"]}, "to": ["list@x.example"], "delivered_to": ["a@unit.example"]}
    assert world.receive(ONE, **said) is Disposition.SUBMISSION
    world.settle()
    assert world.templates() == ["notice"]


def test_a_request_for_silence_keeps_no_receipt_from_what_was_brought():
    world = World()
    world.receive(ONE, headers={"x-auto-response-suppress": ["All"]})
    world.drain()
    assert world.templates() == ["receipt"]


@pytest.mark.parametrize("code", ["unreadable", "encrypted"])
def test_a_mail_that_cannot_be_opened_is_quarantined_not_lost(code):
    world = World()
    world.objects.put("inbox/mail/x", f"unreadable:{code}".encode())
    assert receive_mail("inbox/mail/x", world.house) is Disposition.QUARANTINED
    assert receive_mail("inbox/mail/x", world.house) is Disposition.QUARANTINED
    assert [e.data["reason"] for e in world.noted()] == [code]
    assert world.proven()


def test_a_virus_is_quarantined_before_anything_else():
    world = World()
    said = {"headers": {"x-ses-virus-verdict": ["FAIL"], "auto-submitted": ["auto-replied"]}, "door": "ses"}
    assert world.receive(ONE, **said) is Disposition.QUARANTINED
    assert waiting(world) == []


# --- several units


def test_two_units_are_two_submissions_and_one_receipt():
    world = World()
    assert world.receive(ONE, to=["a@unit.example", "b@unit.example"]) is Disposition.SUBMISSION
    assert [world.state(n)["unit"] for n in world.numbers] in (["u1", "u2"], ["u2", "u1"])
    documents, receipts = world.queues.take("documents"), world.queues.take("notices")
    assert [sorted(m["submissions"]) for m in documents] == [sorted(world.numbers)]
    assert [sorted(m["receipts"]) for m in receipts] == [sorted(world.numbers)]
    assert len(set(world.numbers)) == 2


def test_the_copy_in_the_second_mailbox_is_the_same_message():
    world = World()
    both = ["a@unit.example", "b@unit.example"]
    world.receive(ONE, to=both, at=START)
    assert world.receive(ONE, to=both, at=START, delivered_to=["b@unit.example"]) is Disposition.DUPLICATE
    assert len(world.queues.take("notices")) == 1


# --- not answered


def test_a_colleagues_forward_is_the_original_senders_and_not_answered():
    world = World(own_domains=frozenset({"office.example"}))
    inner = {"sender": {"email": "zhang@hubei.example"}, "attached": True}
    world.receive(ONE, sender="li@office.example", forwarded=[inner])
    assert waiting(world) == ["documents"]
    assert world.receive(TWO) is Disposition.FOLLOW_UP


def test_an_unverified_sender_gets_no_receipt():
    world = World()
    world.receive(ONE, headers={"authentication-results": ["mx; spf=fail; dkim=fail; dmarc=fail"]})
    assert waiting(world) == ["documents"]


@pytest.mark.parametrize(("hours", "queues"), [(72, ["documents", "notices"]), (73, ["documents"])])
def test_what_is_first_seen_after_three_days_is_not_answered(hours, queues):
    world = World()
    world.receive(ONE, at=START - timedelta(hours=hours))
    assert waiting(world) == queues


# --- archives


def test_archives_are_opened_and_their_members_read():
    world = World()
    world.receive({"材料.zip": packed(甲=ONE["申报书.docx"], 乙=packed(丙=TWO["申报书二.docx"]))})
    assert [m["name"] for m in world.queues.take("documents")] == ["甲"]
    parts = world.ledger.entries(world.numbers[0])[0].data["parts"]
    assert len(parts) == 3


def test_an_archive_that_cannot_be_opened_keeps_its_code():
    world = World()
    world.receive({"a.zip": '{"members" cut short'})
    world.drain()
    assert "file.unreadable" in [f.code.value for f in world.verdict(world.numbers[0]).findings]
    assert [d.kind for d in world.verdict(world.numbers[0]).documents] == ["archive"]


# --- crash and redelivery


def test_a_crash_between_commit_and_send_is_made_good_by_redelivery():
    world = World()
    key = world.put(ONE)
    world.queues.broken = 1
    with pytest.raises(Killed):
        receive_mail(key, world.house)
    before = len(world.ledger.all())
    assert before == 1
    assert receive_mail(key, world.house) is Disposition.SUBMISSION
    assert waiting(world) == ["documents", "notices"]
    assert len(world.ledger.all()) == before
    assert world.proven()


def test_a_crash_before_the_entry_is_proven_is_made_good():
    world = World()
    world.receive(ONE)
    proofs = world.objects.keys("ledger/")
    for lost in proofs:
        del world.objects.data[lost]
    receive_mail("inbox/mail/1.eml", world.house)
    assert world.objects.keys("ledger/") == proofs


def test_redelivery_sends_again_and_adds_nothing():
    world = opened()
    first = world.queues.take()
    assert receive_mail("inbox/mail/1.eml", world.house) is Disposition.SUBMISSION
    assert world.queues.take() == first
    assert len(world.ledger.all()) == 1


def test_redelivery_protects_the_mail_too():
    world = opened()
    world.objects.retained.clear()
    receive_mail("inbox/mail/1.eml", world.house)
    assert world.objects.retained != {}


def test_redelivery_writes_the_look_ups_too():
    world = World()
    key = world.put(ONE)
    world.index.broken = 1
    with pytest.raises(Killed):
        receive_mail(key, world.house)
    receive_mail(key, world.house)
    assert world.receive(TWO, after=DAY) is Disposition.FOLLOW_UP


def test_a_lost_race_is_tried_again_and_files_once():
    world = World()
    key = world.put(ONE)
    world.ledger.races.append(lambda: receive_mail(key, world.house))
    with pytest.raises(TryAgain):
        receive_mail(key, world.house)
    assert receive_mail(key, world.house) is Disposition.SUBMISSION
    assert len(world.ledger.all()) == 1


def test_a_copy_that_another_worker_files_meanwhile_is_a_duplicate():
    """The copy joins what the first one opened after it was looked for; it is the same message all the same."""
    world = World()
    key, find = world.put(ONE), world.index.find
    world.objects.put("inbox/mail/copy", world.objects.data[key])

    def meanwhile(group: str, *args: Any, **kwargs: Any) -> Any:
        if group.startswith("contents#"):
            world.index.find = find  # type: ignore[method-assign]
            receive_mail(key, world.house)
            return []
        return find(group, *args, **kwargs)

    world.index.find = meanwhile  # type: ignore[method-assign]
    with pytest.raises(TryAgain):
        receive_mail("inbox/mail/copy", world.house)
    assert receive_mail("inbox/mail/copy", world.house) is Disposition.DUPLICATE
    assert len(world.numbers) == 1


@pytest.mark.parametrize("first", [0, 1])
def test_two_mails_of_one_sender_filed_at_once_are_one_submission(first: int):
    """Neither finds the other's look-up; whichever is filed first, the earlier received one stays."""
    world = World()
    keys = [world.put(ONE), world.put(TWO, after=timedelta(minutes=1))]
    world.ledger.races.append(lambda: receive_mail(keys[first], world.house))
    assert receive_mail(keys[1 - first], world.house) is Disposition.SUBMISSION
    early, late = sorted(world.numbers, key=lambda n: world.ledger.entries(n)[0].data["object"])
    assert world.state(late)["into"] == early
    assert (len(world.state(early)["mails"]), world.state(early)["status"]) == (2, "reading")
    world.drain()
    assert len(world.verdict(early).mails) == 2
    assert sorted(world.templates()) == ["receipt", "receipt"]
    assert world.proven()


def test_what_one_sender_opened_long_ago_or_for_another_is_left_apart():
    world = opened()
    world.receive(TWO, after=31 * DAY)
    apart = list(world.numbers)
    for n in (1, 2):
        receive_mail(f"inbox/mail/{n}.eml", world.house)
    assert all("into" not in world.state(n) for n in apart)
    assert len(apart) == 2


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (TWO, {}),
        (None, {"headers": {"auto-submitted": ["auto-replied"]}}),
        (None, {"raw": b"unreadable:unreadable"}),
    ],
)
def test_a_mail_that_two_workers_hold_is_filed_once(files, said):
    """The second one finds it not filed yet, and decides the very same."""
    world = opened()
    raw = said.pop("raw", None)
    key = world.put(files, after=DAY, **said)
    if raw:
        world.objects.data[key] = raw
    before, read = len(world.ledger.all()), world.readers.read_mail

    def meanwhile(data: bytes) -> object:
        world.readers.read_mail = read  # type: ignore[method-assign]
        receive_mail(key, world.house)
        return read(data)

    world.readers.read_mail = meanwhile  # type: ignore[method-assign,assignment]
    with pytest.raises(TryAgain):
        receive_mail(key, world.house)
    assert len(world.ledger.all()) == before + 1


def test_a_duplicates_own_entry_is_proven_by_redelivery():
    world = opened()
    world.put(ONE)
    world.objects.put("inbox/mail/copy", world.objects.data["inbox/mail/1.eml"])
    assert receive_mail("inbox/mail/copy", world.house) is Disposition.DUPLICATE
    del world.objects.data[next(k for k in world.objects.keys("ledger/") if "MAIL#" in k)]
    receive_mail("inbox/mail/copy", world.house)
    assert world.proven()


def test_a_receipt_number_that_another_mail_holds_grows_by_two():
    world = World()
    world.receive(ONE)
    number = world.numbers[0]
    twin = World()
    twin.ledger.claims[f"receipt:{number}"] = "another"
    twin.receive(ONE)
    assert (len(twin.numbers[0]), twin.numbers[0][:13]) == (len(number) + 2, number[:13])


def test_a_follow_up_puts_the_submission_back_to_reading():
    world = World()
    world.receive(papers({**complete(), "公文.pdf": letter(seals=[])}))
    world.settle()
    world.receive({"函.pdf": paper(letter())})
    assert world.state(world.numbers[0])["status"] == "reading"


def test_times_are_those_of_the_server_never_the_date_header():
    world = World()
    world.receive(ONE, date=datetime.fromisoformat("2001-01-01T00:00:00+00:00"))
    assert world.numbers[0].startswith("230801-")


# --- a paper in the mail's text

IN_TEXT = f"您好：\n{application_text()}"


def test_a_mail_with_a_form_in_its_text_opens_a_submission_and_is_told_that_nothing_was_attached():
    world = World()
    assert world.receive({}, body=IN_TEXT) is Disposition.SUBMISSION
    world.settle()
    receipt = next(raw for raw, _, _ in world.mailer.sent if b"receipt-" in raw)
    words = email.message_from_bytes(receipt).get_payload(0).get_payload(decode=True).decode()
    said = [line for line in words.splitlines() if line.strip()]
    assert said[1].startswith("您的来邮中未发现附件")
    assert world.state(world.numbers[0])["status"] == "incomplete"
    assert [d.kind.value for d in world.verdict(world.numbers[0]).documents] == ["mail-body"]


def test_a_mail_with_a_form_in_its_text_joins_its_senders_submission_and_gets_a_receipt():
    world = opened()
    world.drain()
    assert world.receive({}, body=IN_TEXT, after=DAY) is Disposition.FOLLOW_UP
    assert waiting(world) == ["submissions", "notices"]


@pytest.mark.parametrize("body", ["请问申报书的项目名称、申报单位怎么填写？", "您好，材料稍后发送。"])
def test_a_question_stays_a_question(body):
    world = World()
    assert world.receive({}, body=body) is Disposition.UNMATCHED
    assert waiting(world) == []


def test_a_reply_that_only_quotes_the_form_brings_nothing():
    world = opened()
    world.drain()
    quoted = f"收到。\n-----原始邮件-----\n发件人：甲\n主题：乙\n{IN_TEXT}"
    assert world.receive({}, body=quoted, after=DAY) is Disposition.FOLLOW_UP
    assert waiting(world) == ["submissions"]


JOB = {"简历.docx": paper(facts([page("个人简历 张三")]))}


def test_another_matter_opens_nothing_and_is_kept_for_a_person():
    world = World()
    assert world.receive(JOB, subject="应聘行政岗位", body="附上本人简历，请查收。") is Disposition.UNMATCHED
    assert [e.data["reason"] for e in world.noted()] == ["other-matter"]
    assert waiting(world) == []
    assert world.proven()


def test_another_matter_that_names_the_call_opens_a_submission():
    world = World()
    said = "现报送试点项目负责人简历。"
    assert world.receive(JOB, subject="项目负责人简历", body=said) is Disposition.SUBMISSION


def test_another_matter_of_a_sender_who_is_known_joins():
    world = opened()
    assert world.receive(JOB, subject="简历", after=DAY) is Disposition.FOLLOW_UP
