"""The engine on a small template with small handlers: what Lambda, SQS and S3 would do, it does."""

import json
import os
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from local.clock import VirtualClock
from local.dispatcher import Pace, failed_items
from local.engine import LocalEngine
from local.invocation import handler_error
from local.resolver import TemplateError
from local.schedules import rate
from shoufa.domain.errors import Damaged, MailboxClosed

START = datetime(2023, 8, 10, 9, 0, tzinfo=UTC)

TEMPLATE = """
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Word: {Type: String, Default: hello}
Conditions:
  Never: !Equals [!Ref Word, other]
Globals:
  Function:
    Runtime: python3.12
    CodeUri: src/
    Timeout: 30
    Layers: [!Ref Definitions]
    Environment: {Variables: {WORD: !Ref Word, QUEUE: !Ref Jobs, DEFINITIONS: /opt/calls}}
Resources:
  Definitions:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: schemas/}
  Inbox:
    Type: AWS::S3::Bucket
    Properties:
      ObjectLockEnabled: true
      VersioningConfiguration: {Status: Enabled}
      BucketEncryption:
        ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: AES256}}]
      PublicAccessBlockConfiguration:
        {BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true}
      NotificationConfiguration:
        QueueConfigurations:
          - Event: s3:ObjectCreated:*
            Queue: !GetAtt Mails.Arn
            Filter: {S3Key: {Rules: [{Name: prefix, Value: inbox/}]}}
  Ledger:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}, {AttributeName: sk, AttributeType: S}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}, {AttributeName: sk, KeyType: RANGE}]
      PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}
      DeletionProtectionEnabled: true
      SSESpecification: {SSEEnabled: true}
  Mails:
    Type: AWS::SQS::Queue
    Properties: {VisibilityTimeout: 1, RedrivePolicy: {deadLetterTargetArn: !GetAtt MailsDead.Arn, maxReceiveCount: 3}}
  MailsDead: {Type: AWS::SQS::Queue}
  Slow: {Type: AWS::SQS::Queue}
  Jobs:
    Type: AWS::SQS::Queue
    Properties:
      FifoQueue: true
      ContentBasedDeduplication: false
      RedrivePolicy: {deadLetterTargetArn: !GetAtt JobsDead.Arn, maxReceiveCount: 3}
  JobsDead:
    Type: AWS::SQS::Queue
    Properties: {FifoQueue: true}
  Left:
    Type: AWS::SNS::Topic
    Condition: Never
  MailFunction:
    Type: AWS::Serverless::Function
    Properties:
      Handler: tiny.mail
      Events:
        Mails:
          Type: SQS
          Properties: {Queue: !GetAtt Mails.Arn, BatchSize: 5, FunctionResponseTypes: [ReportBatchItemFailures]}
  SlowFunction:
    Type: AWS::Serverless::Function
    Properties:
      Handler: tiny.slow
      Events:
        Slow: {Type: SQS, Properties: {Queue: !GetAtt Slow.Arn, BatchSize: 1}}
  JobFunction:
    Type: AWS::Serverless::Function
    Properties:
      Handler: tiny.job
      Environment: {Variables: {POWERTOOLS_SERVICE_NAME: do_job}}
      Events:
        Jobs:
          Type: SQS
          Properties: {Queue: !GetAtt Jobs.Arn, BatchSize: 10, FunctionResponseTypes: [ReportBatchItemFailures]}
        Ticks: {Type: Schedule, Properties: {Schedule: rate(5 minutes)}}
"""


def fail(*records):
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in records]}


@pytest.fixture
def tiny(monkeypatch):
    """Handlers that note what they were given; a test replaces those it is about."""
    calls = []

    def note(name):
        return lambda event, context: calls.append((name, event, context))

    module = SimpleNamespace(mail=note("mail"), slow=note("slow"), job=note("job"), calls=calls)
    monkeypatch.setitem(sys.modules, "tiny", module)
    return module


@pytest.fixture
def build(tmp_path, tiny):
    def make(text=TEMPLATE, pace=None, **env):
        (tmp_path / "template.yaml").write_text(text, encoding="utf-8")
        clock = VirtualClock(START)
        return LocalEngine(tmp_path / "template.yaml", clock, env=env, parameters={}, pace=pace)

    return make


@pytest.fixture
def engine(build, tiny):
    """A started engine whose set-up notification (s3:TestEvent) is already out of the way."""
    with build() as started:
        started.drain()
        tiny.calls.clear()
        yield started


def send(engine, queue, body, group=None):
    import boto3

    fifo = {"MessageGroupId": group, "MessageDeduplicationId": body} if group else {}
    boto3.client("sqs").send_message(QueueUrl=engine.queue_urls[queue], MessageBody=body, **fifo)


def put(engine, key, body=b"x"):
    import boto3

    return boto3.client("s3").put_object(Bucket=engine.bucket, Key=key, Body=body)


def bodies(tiny, name):
    return [r["body"] for called, event, _context in tiny.calls if called == name for r in event["Records"]]


def test_the_first_message_is_the_set_up_notification_as_on_aws(build, tiny):
    with build() as engine:
        engine.drain()
    assert [json.loads(body)["Event"] for body in bodies(tiny, "mail")] == ["s3:TestEvent"]


def test_an_object_becomes_an_event_as_lambda_writes_it(engine, tiny):
    version = put(engine, "inbox/甲 乙.eml")["VersionId"]
    put(engine, "elsewhere/no.eml")
    engine.drain()
    ((name, event, context),) = tiny.calls
    (record,) = event["Records"]
    (told,) = json.loads(record["body"])["Records"]
    assert name == "mail"
    assert told["s3"]["object"]["key"] == "inbox/%E7%94%B2+%E4%B9%99.eml"
    assert told["s3"]["object"]["versionId"] == version
    assert told["s3"]["bucket"]["name"] == engine.bucket
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"].endswith(":shoufa-Mails")
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert all(isinstance(value, str) for value in record["attributes"].values())
    assert 0 < context.get_remaining_time_in_millis() <= 30_000
    assert context.function_name == "MailFunction"


def test_a_group_shows_in_a_fifo_queues_event(engine, tiny):
    send(engine, "Jobs", "one", group="g1")
    engine.drain()
    ((_name, event, _context),) = tiny.calls
    assert event["Records"][0]["attributes"]["MessageGroupId"] == "g1"


def test_only_what_is_named_as_failed_comes_back_and_ends_as_a_dead_letter(engine, tiny):
    seen = []

    def mail(event, _context):
        seen.extend(record["body"] for record in event["Records"])
        return fail(*[record for record in event["Records"] if record["body"] == "bad"])

    tiny.mail = mail
    for body in ("good", "bad", "fine"):
        send(engine, "Mails", body)
    engine.drain()
    assert sorted(seen) == ["bad", "bad", "bad", "fine", "good"]
    assert [(letter.queue, letter.body) for letter in engine.dead_letters()] == [("MailsDead", "bad")]
    assert [letter.body for letter in engine.dead_letters()] == ["bad"]  # looking took nothing away
    assert engine.errors == []


def test_dead_letters_are_forgotten_as_often_as_wanted(engine, tiny):
    tiny.mail = lambda event, _context: fail(*event["Records"])
    for body in ("one", "two"):
        send(engine, "Mails", body)
        engine.drain()
        assert [letter.body for letter in engine.dead_letters()] == [body]
        engine.forget_dead_letters()
        assert engine.dead_letters() == []


def test_an_error_fails_the_whole_batch_and_is_kept_for_the_report(engine, tiny):
    seen = []

    def mail(event, _context):
        seen.append(len(event["Records"]))
        if len(seen) == 1:
            raise LookupError("no such thing")

    tiny.mail = mail
    for body in ("a", "b"):
        send(engine, "Mails", body)
    engine.drain()
    assert seen == [2, 2]
    ((function, error, trace, advice),) = engine.errors
    assert advice == ""
    assert (function, error) == ("MailFunction", "LookupError('no such thing')")
    assert "in mail" in trace
    assert engine.dead_letters() == []


def test_a_handler_that_cannot_be_imported_is_an_error_of_its_batch(engine, tiny):
    del tiny.mail
    send(engine, "Mails", "a")
    engine.drain()
    assert len(engine.errors) == 3
    assert [letter.body for letter in engine.dead_letters()] == ["a"]


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (None, set()),
        ({}, set()),
        ({"batchItemFailures": None}, set()),
        ({"batchItemFailures": []}, set()),
        ({"batchItemFailures": [{"itemIdentifier": "b"}]}, {"b"}),
        ({"batchItemFailures": [{"itemIdentifier": "stranger"}]}, {"a", "b"}),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, {"a", "b"}),
        ({"batchItemFailures": [{"id": "b"}]}, {"a", "b"}),
        ({"batchItemFailures": "b"}, {"a", "b"}),
        ("done", {"a", "b"}),
    ],
)
def test_an_answer_is_understood_as_lambda_does(answer, failed):
    assert failed_items(answer, ["a", "b"]) == failed


def test_a_group_keeps_its_order_through_a_failure(engine, tiny):
    done = []
    failures = iter([True, False])

    def job(event, _context):
        for number, record in enumerate(event["Records"]):
            if record["body"] == "2" and next(failures):
                return fail(*event["Records"][number:])
            done.append(record["body"])
        return None

    tiny.job = job
    for body in ("1", "2", "3"):
        send(engine, "Jobs", body, group="g")
    engine.drain()
    assert done == ["1", "2", "3"]
    assert engine.errors == []


def test_a_fifo_handler_that_goes_on_after_a_failure_is_an_error(engine, tiny):
    tiny.job = lambda event, _context: fail(event["Records"][0]) if len(event["Records"]) == 2 else None
    send(engine, "Jobs", "1", group="g")
    send(engine, "Jobs", "2", group="g")
    engine.drain()
    assert [error.error for error in engine.errors] == ["went on after a failure in the same message group"]


def test_other_groups_may_go_on_after_a_failure(engine, tiny):
    tiny.job = lambda event, _context: fail(event["Records"][0]) if len(event["Records"]) == 2 else None
    send(engine, "Jobs", "1", group="g")
    send(engine, "Jobs", "2", group="h")
    engine.drain()
    assert engine.errors == []


def test_functions_with_workers_run_beside_each_other_and_beside_the_rest(build, tiny):
    both, mail_done = threading.Barrier(2, timeout=20), threading.Event()

    def slow(_event, _context):
        both.wait()
        assert mail_done.wait(20)

    tiny.slow = slow
    with build(pace=Pace(workers={"SlowFunction": 2})) as engine:
        engine.drain()
        tiny.mail = lambda _event, _context: mail_done.set()
        for body in ("1", "2"):
            send(engine, "Slow", body)
        engine.round()
        send(engine, "Mails", "late")
        engine.drain()
        assert engine.errors == []


def test_stopping_waits_for_calls_that_are_running(build, tiny):
    ended = []

    def slow(_event, _context):
        time.sleep(0.2)
        ended.append(os.environ["WORD"])

    tiny.slow = slow
    with build(pace=Pace(workers={"SlowFunction": 2})) as engine:
        send(engine, "Slow", "1")
        engine.round()
    assert ended == ["hello"]


def test_in_real_time_a_failure_waits_out_its_visibility(build, tiny):
    times = []

    def mail(event, _context):
        times.append(time.monotonic())
        return fail(*event["Records"]) if len(times) == 1 else None

    with build(pace=Pace(real_time=True)) as engine:
        engine.drain()
        tiny.mail = mail
        send(engine, "Mails", "a")
        engine.drain()
    assert len(times) == 2
    assert times[1] - times[0] > 0.9


def test_it_tells_how_many_messages_came_back(build, tiny):
    told, failing = [], iter([True, True, False])
    with build(pace=Pace(came_back=told.append)) as engine:
        engine.drain()
        tiny.mail = lambda event, _context: fail(*event["Records"]) if next(failing) else None
        send(engine, "Mails", "a")
        engine.drain()
    assert told == [1, 1]


def test_schedules_follow_the_virtual_clock(engine, tiny):
    assert engine.fire_schedules(START + timedelta(minutes=4)) == []
    assert engine.fire_schedules(START + timedelta(minutes=5)) == ["JobFunction"]
    assert engine.fire_schedules(START + timedelta(minutes=9)) == []
    assert engine.fire_schedules(START + timedelta(days=3)) == ["JobFunction"]
    assert [event["time"] for _name, event, _context in tiny.calls] == [
        "2023-08-10T09:05:00Z",
        "2023-08-13T09:00:00Z",
    ]


def test_schedules_fired_at_once_come_again_after_their_own_time(engine, tiny):
    assert engine.fire_schedules(START, at_once=True) == ["JobFunction"]
    assert engine.fire_schedules(START + timedelta(minutes=4)) == []
    assert engine.fire_schedules(START + timedelta(minutes=5)) == ["JobFunction"]


def test_nobody_waits_for_a_function_beside_and_it_is_never_called_twice_at_a_time(build, tiny):
    going, ended = threading.Event(), []

    def job(_event, _context):
        going.wait(20)
        ended.append(1)
        raise MailboxClosed("do this")

    tiny.job = job
    with build(pace=Pace(beside=frozenset({"JobFunction"}))) as engine:
        assert engine.fire_schedules(START, at_once=True) == ["JobFunction"]
        assert engine.fire_schedules(START + timedelta(minutes=5)) == []
        assert ended == []
        going.set()
        until = time.monotonic() + 20
        while not engine.errors and time.monotonic() < until:
            time.sleep(0.01)
            engine.fire_schedules(START + timedelta(minutes=5))
        assert [(e.function, e.advice) for e in engine.errors] == [
            ("JobFunction", "收取邮箱 / mailbox: do this")
        ]
        assert engine.fire_schedules(START + timedelta(minutes=10)) == ["JobFunction"]
    assert ended == [1, 1]


def test_of_a_damaged_object_it_is_told_which_and_what_to_do():
    advice = handler_error("JobFunction", Damaged("mails/ab.json")).advice
    assert advice.startswith("数据文件夹 / data folder: ")
    assert "mails/ab.json. Restore this file from a backup" in advice


def test_an_error_of_a_scheduled_call_is_kept(engine, tiny):
    tiny.job = lambda _event, _context: {}["nothing"]
    engine.fire_schedules(START + timedelta(minutes=5))
    assert [(error.function, error.error) for error in engine.errors] == [
        ("JobFunction", "KeyError('nothing')")
    ]


@pytest.mark.parametrize("expression", ["cron(0 8 * * ? *)", "rate(5 weeks)", "every minute"])
def test_a_schedule_that_is_not_a_rate_is_refused(expression):
    with pytest.raises(TemplateError, match="schedule"):
        rate(expression)


def test_the_environment_is_the_functions_while_it_runs_and_as_before_afterwards(
    build, monkeypatch, tmp_path
):
    monkeypatch.setenv("AWS_PROFILE", "somebody")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://example.org")
    monkeypatch.delenv("WORD", raising=False)
    before = dict(os.environ)
    with build(MAIL_OUT="outbox") as engine:
        assert os.environ["WORD"] == "hello"
        assert os.environ["QUEUE"] == engine.queue_urls["Jobs"]
        assert os.environ["QUEUE"].endswith(".fifo")
        assert os.environ["DEFINITIONS"] == f"{tmp_path}/schemas/calls"
        assert os.environ["MAIL_OUT"] == "outbox"
        assert "AWS_PROFILE" not in os.environ
        assert "AWS_ENDPOINT_URL" not in os.environ
    assert dict(os.environ) == before


def test_the_service_name_is_that_of_the_function_which_is_called(engine, tiny):
    names = []
    tiny.job = lambda _event, _context: names.append(os.environ["POWERTOOLS_SERVICE_NAME"])
    send(engine, "Jobs", "1", group="g")
    engine.drain()
    assert names == ["do_job"]


def test_two_functions_must_not_differ_in_a_variable(build):
    text = TEMPLATE.replace("{POWERTOOLS_SERVICE_NAME: do_job}", "{WORD: different}")
    with pytest.raises(TemplateError, match="WORD of JobFunction differs"), build(text):
        pass


def test_a_failed_start_leaves_the_environment_as_it_was(build):
    before = dict(os.environ)
    with pytest.raises(TemplateError), build(TEMPLATE.replace("AWS::SNS::Topic", "AWS::MQ::Broker")):
        pass
    assert dict(os.environ) == before


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("AWS::SNS::Topic", "AWS::MQ::Broker", "type AWS::MQ::Broker"),
        ("      ObjectLockEnabled: true\n", "      LifecycleConfiguration: {}\n", "LifecycleConfiguration"),
        ("Event: s3:ObjectCreated:*", "Event: s3:ObjectCreated:*\n            Batch: 1", "Batch"),
        ("{SSEAlgorithm: AES256}}]", "{SSEAlgorithm: AES256}, BucketKeyEnabled: true}]", "BucketKeyEnabled"),
        ("DeletionProtectionEnabled: true", "TableClass: STANDARD", "TableClass"),
        ("{SSEEnabled: true}", "{SSEEnabled: true, KMSMasterKeyId: k}", "KMSMasterKeyId"),
        ("{VisibilityTimeout: 1,", "{VisibilityTimeout: 1, DelaySeconds: 1,", "DelaySeconds"),
        (
            "Handler: tiny.slow",
            "Handler: tiny.slow\n      ReservedConcurrentExecutions: 1",
            "ReservedConcurrent",
        ),
        (
            "BatchSize: 10, Fun",
            "BatchSize: 10, MaximumBatchingWindowInSeconds: 1, Fun",
            "MaximumBatchingWindow",
        ),
        ("BatchSize: 5,", "BatchSize: 50, MaximumBatchingWindowInSeconds: 1,", "mapping"),
        ("{Schedule: rate(5 minutes)}", "{Schedule: rate(5 minutes), Enabled: false}", "schedule"),
        ("{WORD: !Ref Word,", "{WORD: !ImportValue other,", "Fn::ImportValue"),
        ("{WORD: !Ref Word,", "{WORD: !Ref Nobody,", "Nobody"),
        ("{WORD: !Ref Word,", "{WORD: !GetAtt Mails.Colour,", "Colour"),
        ("Default: hello", "AllowedPattern: .*", "Word"),
    ],
)
def test_what_the_engine_does_not_know_it_refuses(build, old, new, message):
    assert TEMPLATE.count(old) == 1
    with pytest.raises(TemplateError, match=message), build(TEMPLATE.replace(old, new)):
        pass


def test_a_parameter_that_the_template_does_not_have_is_refused(tmp_path):
    (tmp_path / "template.yaml").write_text(TEMPLATE, encoding="utf-8")
    engine = LocalEngine(tmp_path / "template.yaml", VirtualClock(START), parameters={"Wrod": "hello"})
    with pytest.raises(TemplateError, match="Wrod"), engine:
        pass


def test_storage_is_made_as_the_template_says(engine):
    import boto3

    s3, dynamodb, sqs = (boto3.client(name) for name in ("s3", "dynamodb", "sqs"))
    lock = s3.get_object_lock_configuration(Bucket=engine.bucket)["ObjectLockConfiguration"]
    assert lock == {"ObjectLockEnabled": "Enabled"}
    assert s3.get_bucket_versioning(Bucket=engine.bucket)["Status"] == "Enabled"
    rules = s3.get_bucket_encryption(Bucket=engine.bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    block = s3.get_public_access_block(Bucket=engine.bucket)["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True}
    table = dynamodb.describe_table(TableName=engine.table)["Table"]
    assert table["DeletionProtectionEnabled"] is True
    assert [key["AttributeName"] for key in table["KeySchema"]] == ["pk", "sk"]
    backups = dynamodb.describe_continuous_backups(TableName=engine.table)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    jobs = sqs.get_queue_attributes(QueueUrl=engine.queue_urls["Jobs"], AttributeNames=["All"])["Attributes"]
    assert jobs["FifoQueue"] == "true"
    assert json.loads(jobs["RedrivePolicy"])["maxReceiveCount"] in (3, "3")


def test_the_clock_goes_forward_only_and_knows_its_zone():
    clock = VirtualClock(START)
    clock.advance_to(START + timedelta(hours=1))
    assert clock.now() == START + timedelta(hours=1)
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance_to(START)
    with pytest.raises(ValueError, match="no time zone"):
        VirtualClock(datetime(2023, 8, 10, 9, 0))


def test_an_engine_that_was_not_started_says_so(build):
    with pytest.raises(RuntimeError, match="not started"):
        build().drain()


@pytest.mark.skipif(
    "SHOUFA_TEST_ENDPOINT" not in os.environ, reason="set SHOUFA_TEST_ENDPOINT to a fresh ministack"
)
def test_the_same_behind_an_endpoint(tmp_path, tiny):
    (tmp_path / "template.yaml").write_text(TEMPLATE, encoding="utf-8")
    endpoint = os.environ["SHOUFA_TEST_ENDPOINT"]
    tiny.job = lambda event, _context: fail(*event["Records"])
    for _start in range(2):  # the second finds what the first has made
        with LocalEngine(tmp_path / "template.yaml", VirtualClock(START), endpoint, parameters={}) as engine:
            engine.drain()
            tiny.calls.clear()
            put(engine, "inbox/a.eml")
            engine.drain()
            assert len(bodies(tiny, "mail")) == 1
    send_to = engine.queue_urls["Jobs"]
    with LocalEngine(tmp_path / "template.yaml", VirtualClock(START), endpoint, parameters={}) as engine:
        assert engine.queue_urls["Jobs"] == send_to
        send(engine, "Jobs", "bad", group="g")
        engine.drain()
        assert "bad" in [letter.body for letter in engine.dead_letters()]
