"""Each port's fake and its real adapter pass the same tests; the adapters run on moto,
cured as the local engine cures it, and on ministack where `SHOUFA_TEST_ENDPOINT` names one."""

import email
import json
import os
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import cv2
import numpy as np
import pytest
from moto import mock_aws

from fakes import FakeClock, FakeIndex, FakeLedger, FakeMailer, FakeObjects, FakeQueues, FakeReaders
from local import moto_fixes
from shoufa.adapters.clocks import SystemClock
from shoufa.adapters.disk_objects import DiskObjects
from shoufa.adapters.dynamodb_ledger import DynamoIndex, DynamoLedger
from shoufa.adapters.mailers import OutboxMailer, SesMailer, SmtpMailer
from shoufa.adapters.s3_objects import S3Objects
from shoufa.adapters.sqs_queues import SqsQueues
from shoufa.domain.codes import EntryKind
from shoufa.domain.errors import TryAgain
from shoufa.domain.facts import Facts, Page, Seal
from shoufa.domain.ledger import Head, next_entry, verify
from shoufa.ports import Change, Clock, Index, Ledger, Mailer, ObjectStore, Queues, Readers
from shoufa.readers.limits import SHOWN_BYTES
from shoufa.readers.pool import WorkerPool

AT = datetime.fromisoformat("2023-08-01T09:00:00+08:00")
BUCKET, TABLE, SENDER = "inbox", "ledger", "shoufa@unit.example"


@pytest.fixture
def aws(monkeypatch) -> Iterator[None]:
    """An empty engine: moto in this process, or the ministack at `SHOUFA_TEST_ENDPOINT`."""
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(name, value)
    endpoint = os.environ.get("SHOUFA_TEST_ENDPOINT")
    if endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        urllib.request.urlopen(f"{endpoint}/_ministack/reset", data=b"", timeout=10).close()
        yield
        return
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    moto_fixes.apply()
    with mock_aws():
        yield


def bucket() -> Any:
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=True)
    return client


def table() -> Any:
    client = boto3.client("dynamodb")
    client.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    return client


# --- ObjectStore


@pytest.fixture(params=["fake", "s3", "disk"])
def objects(request) -> ObjectStore:
    if request.param == "fake":
        return FakeObjects()
    if request.param == "disk":
        return DiskObjects(request.getfixturevalue("tmp_path") / "data")
    request.getfixturevalue("aws")
    return S3Objects(bucket(), BUCKET)


def test_an_object_is_written_once(objects: ObjectStore):
    assert objects.put("a/1", b"first") is True
    assert objects.put("a/1", b"second") is False
    assert objects.put("a/1", b"first") is False
    assert objects.get("a/1") == b"first"


def test_what_is_absent_is_none(objects: ObjectStore):
    assert objects.get("a/1") is None
    assert objects.exists("a/1") is False
    objects.put("a/1", b"")
    assert objects.exists("a/1") is True
    assert objects.get("a/1") == b""


def test_keys_by_prefix_in_order(objects: ObjectStore):
    for key in ("b/1", "a/10", "a/2", "a/1#甲"):
        objects.put(key, b"x")
    assert objects.keys("a/") == ["a/1#甲", "a/10", "a/2"]
    assert objects.keys("c/") == []


def test_keys_may_be_taken_in_slices(objects: ObjectStore):
    for i in range(7):
        objects.put(f"a/{i}", b"x")
    objects.put("b/1", b"x")
    assert list(objects.keys("a/", limit=3)) == ["a/0", "a/1", "a/2"]
    assert list(objects.keys("a/", after="a/2", limit=3)) == ["a/3", "a/4", "a/5"]
    assert list(objects.keys("a/", after="a/5", limit=3)) == ["a/6"]
    assert list(objects.keys("a/", after="a/35")) == ["a/4", "a/5", "a/6"]
    assert list(objects.keys("a/", after="a/6")) == []


def test_what_is_erased_is_gone_whatever_protects_it(objects: ObjectStore):
    for key in ("a/1", "a/12"):
        objects.put(key, b"x")
        objects.retain(key, datetime.now(UTC) + timedelta(days=30))
    assert objects.erase("a/1") == 1
    assert objects.erase("a/1") == 0
    assert (objects.get("a/1"), objects.exists("a/1")) == (None, False)
    assert list(objects.keys("a/")) == ["a/12"]
    assert objects.put("a/1", b"y") is True
    assert objects.get("a/1") == b"y"


def retained_until(objects: ObjectStore, key: str) -> datetime:
    if isinstance(objects, FakeObjects):
        return objects.retained[key]
    if isinstance(objects, DiskObjects):
        kept = objects.retained_until(key)
        assert kept is not None
        return kept
    found: datetime = boto3.client("s3").head_object(Bucket=BUCKET, Key=key)["ObjectLockRetainUntilDate"]
    return found


def test_retention_is_set_and_extended(objects: ObjectStore):
    objects.put("a/1", b"x")
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    objects.retain("a/1", until)
    assert retained_until(objects, "a/1") == until
    objects.retain("a/1", until + timedelta(days=1))
    assert retained_until(objects, "a/1") == until + timedelta(days=1)
    assert objects.get("a/1") == b"x"
    assert list(objects.keys("a/")) == ["a/1"]


@pytest.mark.parametrize("prefix", ["ledger/S", "ledger/S/", "ledger/"])
def test_a_prefix_may_end_within_a_name(objects: ObjectStore, prefix: str):
    for key in ("ledger/S/1", "ledger/S2/1", "ledger2/S/1"):
        objects.put(key, b"x")
    assert list(objects.keys(prefix)) == [k for k in ("ledger/S/1", "ledger/S2/1") if k.startswith(prefix)]


def test_of_writers_at_once_one_writes(objects: ObjectStore):
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda n: objects.put("a/1", str(n).encode()), range(24)))
    assert won.count(True) == 1
    assert objects.get("a/1") == str(won.index(True)).encode()


def paged(client: Any, operation: str, **limit: int) -> Any:
    """The client with small pages, as a service gives them when there is much."""
    client.meta.events.register(f"provide-client-params.{operation}", lambda params, **_: {**params, **limit})
    return client


def test_more_keys_than_a_page(aws):
    objects = S3Objects(paged(bucket(), "s3.ListObjectsV2", MaxKeys=2), BUCKET)
    for i in range(7):
        objects.put(f"a/{i}", b"x")
    assert len(objects.keys("a/")) == 7


def test_retention_is_governance_and_protects_the_version(aws):
    client = bucket()
    objects = S3Objects(client, BUCKET)
    objects.put("a/1", b"x")
    objects.retain("a/1", datetime.now(UTC) + timedelta(days=1))
    head = client.head_object(Bucket=BUCKET, Key="a/1")
    assert head["ObjectLockMode"] == "GOVERNANCE"
    with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
        client.delete_object(Bucket=BUCKET, Key="a/1", VersionId=head["VersionId"])


def test_every_version_is_erased_and_the_markers_too(aws):
    client = bucket()
    objects = S3Objects(paged(client, "s3.ListObjectVersions", MaxKeys=2), BUCKET)
    for n in range(3):
        client.put_object(Bucket=BUCKET, Key="a/1", Body=bytes(n))
    client.delete_object(Bucket=BUCKET, Key="a/1")
    assert objects.erase("a/1") == 4
    left = client.list_object_versions(Bucket=BUCKET)
    assert not left.get("Versions")
    assert not left.get("DeleteMarkers")


# --- Ledger


@pytest.fixture(params=["fake", "dynamodb"])
def ledger(request) -> Ledger:
    if request.param == "fake":
        return FakeLedger()
    request.getfixturevalue("aws")
    return DynamoLedger(table(), TABLE)


def change(head: Head, count: int = 1, **state: Any) -> Change:
    """`count` entries that follow a head."""
    entries, at = [], head
    for i in range(count):
        made = next_entry(at, AT, EntryKind.NOTED, {"n": head.seq + i, "字": "省"})
        entries.append(made)
        at = Head(submission=head.submission, seq=made.seq, hash=made.hash)
    return Change(head, entries, {**head.state, **state})


def started(ledger: Ledger, submission: str = "S", **state: Any) -> Head:
    assert ledger.append([change(Head(submission=submission), **state)], {}) is True
    head = ledger.head(submission)
    assert head is not None
    return head


def test_there_is_nothing_before_the_first_entry(ledger: Ledger):
    assert ledger.head("S") is None
    assert list(ledger.entries("S")) == []
    assert ledger.claimed("x") is None


def test_a_head_moves_with_its_entries_and_keeps_its_state(ledger: Ledger):
    head = started(ledger, mails=["m1"], status="reading", outcomes=1, deep={"字": None})
    assert (head.seq, head.state) == (
        1,
        {"mails": ["m1"], "status": "reading", "outcomes": 1, "deep": {"字": None}},
    )
    assert ledger.append([change(head, 2, status="complete")], {}) is True
    moved = ledger.head("S")
    assert moved is not None
    assert (moved.seq, moved.state["status"], moved.state["mails"]) == (3, "complete", ["m1"])
    assert moved.hash == ledger.entries("S")[-1].hash


def test_of_two_writers_at_one_head_the_second_writes_nothing(ledger: Ledger):
    head = started(ledger)
    assert ledger.append([change(head, status="one")], {}) is True
    assert ledger.append([change(head, 2, status="two")], {"c": "S"}) is False
    assert len(ledger.entries("S")) == 2
    assert ledger.claimed("c") is None


def test_of_two_openers_the_second_writes_nothing(ledger: Ledger):
    started(ledger)
    assert ledger.append([change(Head(submission="S"))], {}) is False
    assert len(ledger.entries("S")) == 1


def test_a_head_that_never_was_is_no_ground(ledger: Ledger):
    ghost = Head(submission="S", seq=5, hash="f" * 64)
    assert ledger.append([change(ghost)], {}) is False
    assert ledger.head("S") is None


def test_a_claim_is_ours_or_anothers(ledger: Ledger):
    head = started(ledger)
    assert ledger.append([change(head)], {"message:1": "S"}) is True
    head = ledger.head("S")
    assert head is not None
    assert ledger.append([change(head)], {"message:1": "S"}) is True
    head = ledger.head("S")
    assert head is not None
    assert ledger.append([change(head)], {"message:1": "T", "message:2": "T"}) is False
    assert (ledger.claimed("message:1"), ledger.claimed("message:2")) == ("S", None)
    assert len(ledger.entries("S")) == 3


def test_two_changes_are_one_transaction(ledger: Ledger):
    early, late = started(ledger, "E"), started(ledger, "L")
    assert ledger.append([change(early, into=""), change(late, into="E")], {}) is True
    assert [len(ledger.entries(s)) for s in ("E", "L")] == [2, 2]


@pytest.mark.parametrize("stale", [0, 1])
def test_one_stale_head_stops_both(ledger: Ledger, stale: int):
    heads = [started(ledger, "E"), started(ledger, "L")]
    assert ledger.append([change(heads[stale])], {}) is True
    assert ledger.append([change(h, into="X") for h in heads], {"c": "X"}) is False
    assert sorted(len(ledger.entries(s)) for s in ("E", "L")) == [1, 2]
    assert ledger.claimed("c") is None
    assert all("into" not in (ledger.head(s) or heads[0]).state for s in ("E", "L"))


def test_entries_come_back_in_order_and_whole(ledger: Ledger):
    head = started(ledger)
    for _ in range(12):
        assert ledger.append([change(head)], {}) is True
        head = ledger.head("S") or head
    found = ledger.entries("S")
    assert [e.seq for e in found] == list(range(1, 14))
    assert verify(found) == []


def test_entries_of_one_chain_do_not_show_in_another(ledger: Ledger):
    started(ledger, "S")
    started(ledger, "S1")
    started(ledger, "MAIL#S")
    assert [len(ledger.entries(s)) for s in ("S", "S1", "MAIL#S")] == [1, 1, 1]


def test_a_chain_of_more_than_a_page(aws):
    client = paged(table(), "dynamodb.Query", Limit=2)
    ledger, index = DynamoLedger(client, TABLE), DynamoIndex(client, TABLE)
    assert ledger.append([change(Head(submission="S"), 7)], {}) is True
    assert [e.seq for e in ledger.entries("S")] == [1, 2, 3, 4, 5, 6, 7]
    for key in "abcde":
        index.write("g", key, {})
    assert [k for k, _ in index.find("g", until="d")] == [*"abcd"]


def test_more_items_than_a_transaction_takes_is_a_bug_not_a_half(aws):
    ledger = DynamoLedger(table(), TABLE)
    with pytest.raises(ValueError, match="100"):
        ledger.append([change(Head(submission="S"), 100)], {})
    assert ledger.head("S") is None


# --- Index


@pytest.fixture(params=["fake", "dynamodb"])
def index(request) -> Index:
    if request.param == "fake":
        return FakeIndex()
    request.getfixturevalue("aws")
    return DynamoIndex(table(), TABLE)


def test_look_ups_by_group_in_order_of_key(index: Index):
    for key in ("b", "a#2", "a#10", "甲"):
        index.write("g", key, {"k": key, "字": "省"})
    index.write("g2", "c", {})
    assert [k for k, _ in index.find("g")] == ["a#10", "a#2", "b", "甲"]
    assert index.find("g")[-1][1] == {"k": "甲", "字": "省"}
    assert index.find("none") == []


def test_look_ups_may_be_taken_in_slices(index: Index):
    for key in "abcde":
        index.write("g", key, {})
    assert [k for k, _ in index.find("g", until="d", after="b")] == ["c", "d"]
    assert [k for k, _ in index.find("g", after="bb")] == ["c", "d", "e"]
    assert index.find("g", until="a", after="c") == []
    assert index.find("g", after="e") == []
    assert index.find("g", until="") == []


def test_a_look_up_is_replaced_and_dropped(index: Index):
    index.write("g", "a", {"n": "1"})
    index.write("g", "a", {"n": "2"})
    assert index.find("g") == [("a", {"n": "2"})]
    index.drop("g", "a")
    index.drop("g", "a")
    assert index.find("g") == []


def test_until_is_the_last_key_included(index: Index):
    for key in ("2023-08-01T09:00", "2023-08-01T09:10", "2023-08-01T09:20"):
        index.write("due", key, {})
    assert [k for k, _ in index.find("due", until="2023-08-01T09:10")] == [
        "2023-08-01T09:00",
        "2023-08-01T09:10",
    ]
    assert index.find("due", until="2022") == []


# --- Queues


URLS = {"documents": "documents", "submissions": "submissions.fifo", "notices": "notices"}


@pytest.fixture(params=["fake", "sqs"])
def queues(request) -> tuple[Queues, Callable[[str], list[dict[str, Any]]]]:
    """The queues, and what takes all messages of one."""
    if request.param == "fake":
        fake = FakeQueues(FakeClock(AT))
        return fake, fake.take
    request.getfixturevalue("aws")
    client = boto3.client("sqs")
    urls = {}
    for name, queue in URLS.items():
        fifo = {"FifoQueue": "true"} if queue.endswith(".fifo") else {}
        urls[name] = client.create_queue(QueueName=queue, Attributes=fifo)["QueueUrl"]

    def take(name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while messages := client.receive_message(QueueUrl=urls[name], MaxNumberOfMessages=10).get("Messages"):
            found += [json.loads(m["Body"]) for m in messages]
            for m in messages:
                client.delete_message(QueueUrl=urls[name], ReceiptHandle=m["ReceiptHandle"])
        return found

    return SqsQueues(client, urls), take


def test_messages_reach_their_queue(queues):
    port, take = queues
    port.send("documents", {"sha256": "a", "submissions": ["S"], "name": "甲.pdf"})
    port.send("notices", {"template": "outcome"})
    assert take("documents") == [{"sha256": "a", "submissions": ["S"], "name": "甲.pdf"}]
    assert take("notices") == [{"template": "outcome"}]
    assert take("submissions") == []


def test_in_a_fifo_queue_the_same_message_is_one(queues):
    port, take = queues
    for cause in ("a", "a", "b"):
        port.send("submissions", {"submission": "S", "cause": cause}, group="S")
    assert [m["cause"] for m in take("submissions")] == ["a", "b"]


def test_a_fifo_queue_keeps_the_order_of_a_group(queues):
    port, take = queues
    for cause in "12345":
        port.send("submissions", {"submission": "S", "cause": cause}, group="S")
    assert [m["cause"] for m in take("submissions")] == [*"12345"]


def test_elsewhere_the_same_message_twice_is_two(queues):
    port, take = queues
    for _ in range(2):
        port.send("documents", {"sha256": "a"})
    assert len(take("documents")) == 2


def test_there_are_no_other_queues(queues):
    port, _ = queues
    with pytest.raises(KeyError):
        port.send("elsewhere", {})


# --- Mailer


RAW = b"From: shoufa@unit.example\r\nTo: z@x.example\r\nMessage-ID: <n1@unit.example>\r\nSubject: x\r\n\r\nbody\r\n"


@pytest.fixture(params=["fake", "outbox", "ses"])
def mailer(request) -> tuple[Mailer, Callable[[], int]]:
    """A mailer, and what counts what left (SES counts recipients)."""
    if request.param == "fake":
        fake = FakeMailer()
        return fake, lambda: len(fake.sent)
    if request.param == "outbox":
        objects = FakeObjects()
        return OutboxMailer(objects), lambda: len(objects.keys("outbox/"))
    request.getfixturevalue("aws")
    client = boto3.client("sesv2")
    client.create_email_identity(EmailIdentity=SENDER)
    return SesMailer(client), lambda: int(boto3.client("ses").get_send_quota()["SentLast24Hours"])


def test_a_mail_leaves_and_its_id_is_told(mailer):
    port, count = mailer
    assert count() == 0
    assert port.send(RAW, SENDER, "z@x.example")
    assert count() > 0


def test_an_outbox_holds_the_very_bytes_once():
    objects = FakeObjects()
    for _ in range(2):
        assert OutboxMailer(objects).send(RAW, SENDER, "z@x.example") == "<n1@unit.example>"
    assert objects.data == {"outbox/n1.eml": RAW}
    assert email.message_from_bytes(RAW)["Message-ID"] == FakeMailer().send(RAW, SENDER, "z@x.example")


def test_what_ses_refuses_is_tried_again(aws):
    client = boto3.client("sesv2")
    client.create_email_identity(EmailIdentity=SENDER)
    with pytest.raises(TryAgain):
        SesMailer(client).send(RAW, "stranger@elsewhere.example", "z@x.example")


def test_a_server_that_is_not_there_is_tried_again():
    with pytest.raises(TryAgain, match="not reached"):
        SmtpMailer("127.0.0.1", 1).send(RAW, SENDER, "z@x.example")


# --- Readers


def stamped_page() -> bytes:
    """A page that bears a red ring with a blot."""
    made = np.full((1400, 1000, 3), 250, np.uint8)
    cv2.circle(made, (600, 900), 140, (40, 30, 220), 9)
    cv2.circle(made, (600, 900), 30, (40, 30, 220), -1)
    return bytes(cv2.imencode(".png", made)[1])


def facts_of_a_page() -> bytes:
    seal = Seal(page=1, box=(0.4, 0.5, 0.7, 0.8))
    return Facts(sha256="0" * 64, pages=(Page(number=1, faint=(seal,)),)).model_dump_json().encode()


@pytest.fixture(params=["fake", "workers"])
def readers(request) -> Iterator[tuple[Readers, bytes]]:
    """Readers, and the bytes of a page with one place where a seal is or may be."""
    if request.param == "fake":
        yield FakeReaders(), facts_of_a_page()
        return
    with WorkerPool(light=1, ocr=1) as pool:
        yield pool, stamped_page()


def test_facts_come_with_a_picture_and_a_ring_of_each_place(readers):
    port, data = readers
    facts, pictures = port.read_document(data, "甲.png")
    assert len(facts.places) == 1
    assert set(pictures) == {"1", "1.ring"}
    assert all(p.startswith(b"\xff\xd8\xff") and len(p) <= SHOWN_BYTES for p in pictures.values())


# --- Clock


@pytest.mark.parametrize("clock", [FakeClock(AT), SystemClock()])
def test_the_time_has_its_zone(clock: Clock):
    assert clock.now().utcoffset() is not None
