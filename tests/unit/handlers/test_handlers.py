"""Handlers, entry and wiring together: events as Lambda gives them, the real adapters on moto, fake readers.

Nothing is patched: the environment says where the buckets are, `wiring.use` says which clock and readers.
"""

import email
import json
import logging
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from fakes import FakeClock, FakeReaders
from handlers import (
    receive_decision,
    step1_receive_mail,
    step2_read_document,
    step3_check_completeness,
    step4_send_notice,
    watch_submissions,
)
from local import moto_fixes
from shoufa import wiring
from shoufa.domain.codes import Disposition
from shoufa.domain.errors import TryAgain
from shoufa.domain.mail import Envelope
from shoufa.domain.revision import Front, revision_key, revision_of, written
from shoufa.steps.files import dump, envelope_key
from shoufa.steps.reconciliation import conserved
from unit.judging.build import START, call, complete
from unit.steps.world import SETTLED, World, papers

CONTEXT = SimpleNamespace(
    function_name="f", memory_limit_in_mb=1, invoked_function_arn="arn", aws_request_id="r"
)
CALL_MAILBOX = "a@unit.example"
QUEUES = ("mails", "decisions", "documents", "submissions", "notices")


@pytest.fixture
def cloud(monkeypatch, tmp_path):
    """The stack that the environment names, and a definition of one call in a folder."""
    from unit.judging.build import call, group

    for folder, value in (("calls", call()), ("recommenders", group())):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{value.id}.yaml").write_text(
            json.dumps(value.model_dump(mode="json"), ensure_ascii=False)
        )
    env = {
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": "us-east-1",
        "CALLS_DIR": str(tmp_path),
    }
    env |= {
        "BUCKET": "inbox",
        "TABLE": "ledger",
        "MAIL_OUT": "outbox",
        "SENDER_ADDRESS": "shoufa@unit.example",
    }
    env |= {
        "POWERTOOLS_SERVICE_NAME": "test",
        "POWERTOOLS_TRACE_DISABLED": "1",
        "POWERTOOLS_METRICS_DISABLED": "1",
    }
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    moto_fixes.apply()
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="inbox", ObjectLockEnabledForBucket=True)
        boto3.client("dynamodb").create_table(
            TableName="ledger",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k in ("pk", "sk")],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
        )
        sqs = boto3.client("sqs")
        for name in QUEUES:
            fifo = {"FifoQueue": "true"} if name == "submissions" else {}
            url = sqs.create_queue(QueueName=name + (".fifo" if fifo else ""), Attributes=fifo)["QueueUrl"]
            monkeypatch.setenv(f"{name.upper()}_QUEUE_URL", url)
        clock = FakeClock(START)
        wiring.reset()
        wiring.use(clock=clock, readers=FakeReaders())
        yield clock
        wiring.reset()


def event(*bodies: Any) -> dict[str, Any]:
    records = [
        {
            "messageId": f"m{i}",
            "receiptHandle": "h",
            "body": body if isinstance(body, str) else json.dumps(body),
            "attributes": {"MessageGroupId": "g", "ApproximateReceiveCount": "1"},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:q",
            "awsRegion": "us-east-1",
        }
        for i, body in enumerate(bodies)
    ]
    return {"Records": records}


def stored(*keys: str) -> dict[str, Any]:
    """A notification of S3; keys are escaped there."""
    return {
        "Records": [
            {"eventTime": "2023-08-01T01:00:00.000Z", "s3": {"object": {"key": k.replace(" ", "+")}}}
            for k in keys
        ]
    }


def failed(answer: dict[str, Any]) -> list[str]:
    return [f["itemIdentifier"] for f in answer["batchItemFailures"]]


def put_mail(key: str = "inbox/mail/1 x.eml") -> None:
    raw = World().written(papers(complete()), START, to=[CALL_MAILBOX])
    house = wiring.house()
    house.objects.put(key, raw)
    house.objects.put(envelope_key(key), dump(Envelope(received_at=START, door="smtp")))


def take(queue: str) -> list[dict[str, Any]]:
    sqs, found = boto3.client("sqs"), []
    url = sqs.get_queue_url(QueueName=queue + (".fifo" if queue == "submissions" else ""))["QueueUrl"]
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(m["Body"]) for m in messages]
        for m in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=m["ReceiptHandle"])
    return found


def test_a_mail_goes_all_the_way(cloud):
    put_mail()
    assert failed(step1_receive_mail.handler(event(stored("inbox/mail/1 x.eml")), CONTEXT)) == []
    documents = take("documents")
    assert len(documents) == len(complete())
    assert failed(step2_read_document.handler(event(*documents), CONTEXT)) == []
    assert failed(step3_check_completeness.handler(event(*take("submissions")), CONTEXT)) == []
    assert failed(step4_send_notice.handler(event(*take("notices")), CONTEXT)) == []
    cloud.move(SETTLED)
    assert watch_submissions.handler({}, CONTEXT)["outcomes_due"] == 1
    assert failed(step4_send_notice.handler(event(*take("notices")), CONTEXT)) == []
    assert len(wiring.house().objects.keys("outbox/")) == 3


def test_the_office_hears_of_its_day_through_the_real_adapters(cloud):
    put_mail()
    step1_receive_mail.handler(event(stored("inbox/mail/1 x.eml")), CONTEXT)
    put_mail("inbox/mail/forgotten")
    step2_read_document.handler(event(*take("documents")), CONTEXT)
    for _ in range(9):
        watch_submissions.handler({}, CONTEXT)
        cloud.move(timedelta(hours=3, minutes=10))
        step3_check_completeness.handler(event(*take("submissions")), CONTEXT)
        for message in take("mails"):
            assert message["Records"][0]["s3"]["object"]["key"] == "inbox/mail/forgotten"
            step1_receive_mail.handler(event(message), CONTEXT)
        for message in take("notices"):
            step4_send_notice.handler(event(message), CONTEXT)
    house = wiring.house()
    assert conserved(house)[0].fates == {Disposition.SUBMISSION: 1, Disposition.DUPLICATE: 1}
    raw = [house.objects.get(k) or b"" for k in house.objects.keys("sent/digest-2023-08-02")]
    assert [email.message_from_bytes(r)["To"] for r in raw] == [CALL_MAILBOX]
    assert not take("mails")


def test_a_decision_has_the_submission_judged_again(cloud):
    put_mail()
    step1_receive_mail.handler(event(stored("inbox/mail/1 x.eml")), CONTEXT)
    number = take("documents")[0]["submissions"][0]
    body = {"who": "c", "submission": number, "action": "judge-again"}
    wiring.house().objects.put("inbox/decision/1.json", json.dumps(body).encode())
    assert failed(receive_decision.handler(event(stored("inbox/decision/1.json")), CONTEXT)) == []
    assert [m["submission"] for m in take("submissions")] == [number]


def test_a_revision_is_in_force_for_the_next_mail(cloud):
    made = wiring.house(fresh=True).office.calls["c1"]
    assert wiring.house() is wiring.house()
    data = written(
        Front(author="王", source="", reason="更正邮箱", at=START),
        json.dumps(
            call(
                units=[{**u.model_dump(mode="json"), "mailbox": f"new-{u.mailbox}"} for u in made.units]
            ).model_dump(mode="json")
        ).encode(),
    )
    key = revision_key("c1", revision_of(data))
    wiring.house().objects.put(key, data)
    assert failed(receive_decision.handler(event(stored(key)), CONTEXT)) == []
    assert wiring.house().office.revisions["c1"] == revision_of(data)
    assert wiring.house(reads=True).office is wiring.house().office
    for number, box in enumerate(("new-a@unit.example", CALL_MAILBOX), 1):
        raw = World().written(papers(complete()), START, to=[box], sender=f"z{number}@{number}.example")
        wiring.house().objects.put(f"inbox/mail/{number}", raw)
        wiring.house().objects.put(
            envelope_key(f"inbox/mail/{number}"), dump(Envelope(received_at=START, door="smtp"))
        )
    assert (
        failed(step1_receive_mail.handler(event(stored("inbox/mail/1"), stored("inbox/mail/2")), CONTEXT))
        == []
    )
    assert len(take("notices")) == 2


def test_another_process_learns_of_a_revision_when_it_must_be_fresh(cloud):
    house = wiring.house()
    house.index.write("revisions", "c1", {"revisions": "0123456789abcdef"})
    assert wiring.house() is house
    with pytest.raises(TryAgain, match="0123456789abcdef"):
        wiring.house(fresh=True)


def test_what_is_not_there_yet_is_redelivered_and_the_rest_is_done(cloud):
    put_mail()
    answer = step1_receive_mail.handler(
        event(stored("inbox/mail/none"), stored("inbox/mail/1 x.eml")), CONTEXT
    )
    assert failed(answer) == ["m0"]
    assert len(take("notices")) == 1


def test_a_bug_is_redelivered(cloud):
    assert failed(step2_read_document.handler(event({"no": "such field"}, "not json"), CONTEXT)) == [
        "m0",
        "m1",
    ]


def test_the_senders_fault_is_acknowledged(cloud):
    wiring.house().objects.put("inbox/decision/1.json", b"no decision")
    assert failed(receive_decision.handler(event(stored("inbox/decision/1.json")), CONTEXT)) == []


def test_in_a_fifo_batch_what_follows_a_failure_waits(cloud):
    put_mail()
    step1_receive_mail.handler(event(stored("inbox/mail/1 x.eml")), CONTEXT)
    number = take("documents")[0]["submissions"][0]
    good = {"submission": number, "cause": "x"}
    answer = step3_check_completeness.handler(event(good, {"bug": True}, good), CONTEXT)
    assert failed(answer) == ["m1", "m2"]


def test_the_test_event_of_a_notification_names_nothing(cloud):
    answer = step1_receive_mail.handler(event({"Service": "Amazon S3", "Event": "s3:TestEvent"}), CONTEXT)
    assert failed(answer) == []


def test_adapters_are_built_once(cloud):
    assert wiring.house() is wiring.house()
    assert wiring.house(sends=True).mailer is not None
    assert wiring.house().mailer is None
    assert wiring.house().readers is None


def test_a_log_line_says_which_message_and_which_fault(cloud, caplog, monkeypatch):
    monkeypatch.setattr(logging.Logger.manager, "loggerDict", {})  # loggers keep the level of who came first
    wiring.house().objects.put("inbox/decision/1.json", b"no decision")
    notifications = (
        stored("inbox/decision/1.json"),
        stored("inbox/decision/none"),
        {"Records": [{"s3": {}}]},
    )
    receive_decision.handler(event(*notifications), CONTEXT)
    said = [(r.levelname, r.getMessage(), r.message_id) for r in caplog.records if hasattr(r, "message_id")]
    assert said == [("WARNING", "refused", "m0"), ("INFO", "try again", "m1"), ("ERROR", "bug", "m2")]
    assert "no decision" not in caplog.text


def test_that_mail_waits_is_counted_so_that_an_alarm_can_ring(cloud, monkeypatch, capsys):
    monkeypatch.setenv("MAILS_PER_HOUR", "1")
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "0")
    for number in (1, 2):
        raw = World().written({f"{number}.docx": f"unread{number}"}, START, to=[CALL_MAILBOX])
        wiring.house().objects.put(f"inbox/mail/{number}", raw)
        step1_receive_mail.handler(event(stored(f"inbox/mail/{number}")), CONTEXT)
    capsys.readouterr()
    assert failed(step4_send_notice.handler(event(*take("notices")), CONTEXT)) == []
    assert '"Delayed":[1.0]' in capsys.readouterr().out.replace(" ", "")
    assert len(wiring.house().objects.keys("outbox/")) == 1
    cloud.move(SETTLED * 6)
    assert watch_submissions.handler({}, CONTEXT)["due_notices"] >= 1
    step4_send_notice.handler(event(*take("notices")), CONTEXT)
    receipts_and_digest = wiring.house().objects.keys("outbox/")
    assert len(receipts_and_digest) == 3
