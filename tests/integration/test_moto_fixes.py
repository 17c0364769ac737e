"""Each fault of stock moto is shown beside its cure: the same program runs in two processes, without and with."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

INFRA = Path(__file__).parents[2] / "infra"

PROGRAM = r"""
import json, os, sys, threading, time
from contextlib import suppress

sys.path.insert(0, sys.argv[1])
os.environ.update(AWS_DEFAULT_REGION="us-east-1", AWS_ACCOUNT_ID_ENDPOINT_MODE="disabled")
import boto3
from moto import mock_aws

if sys.argv[2] == "cured":
    from local import moto_fixes
    moto_fixes.apply()

seen = {}


def table(name, *keys, **more):
    types = [{"AttributeName": key, "AttributeType": "S"} for key in keys]
    schema = [{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"))]
    dynamodb.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST", AttributeDefinitions=types, KeySchema=schema, **more
    )


def put(name, pk, **more):
    return {"Put": {"TableName": name, "Item": {"pk": {"S": pk}}, **more}}


NEW = {"ConditionExpression": "attribute_not_exists(pk)"}


def milliseconds(action, times):
    start = time.perf_counter()
    for number in range(times):
        action(number)
    return (time.perf_counter() - start) / times * 1000


def stream():
    table("streamed", "pk", StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
    client = boto3.client("dynamodbstreams")
    arn = dynamodb.describe_table(TableName="streamed")["Table"]["LatestStreamArn"]
    shard = client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    dynamodb.put_item(TableName="streamed", Item={"pk": {"S": "first"}})
    iterator = client.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="LATEST")["ShardIterator"]
    with suppress(dynamodb.exceptions.TransactionCanceledException):
        items = [put("streamed", "cancelled"), put("streamed", "first", **NEW)]
        dynamodb.transact_write_items(TransactItems=items)
    dynamodb.put_item(TableName="streamed", Item={"pk": {"S": "second"}})
    records = client.get_records(ShardIterator=iterator)["Records"]
    seen["stream"] = [record["dynamodb"]["Keys"]["pk"]["S"] for record in records]


def token():
    table("counted", "pk")
    add = {
        "TableName": "counted", "Key": {"pk": {"S": "n"}}, "UpdateExpression": "ADD n :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    for _ in range(2):
        dynamodb.transact_write_items(ClientRequestToken="once", TransactItems=[{"Update": add}])
    seen["counter"] = dynamodb.get_item(TableName="counted", Key={"pk": {"S": "n"}})["Item"]["n"]["N"]


def lost_writes():
    table("shared", "pk")
    for number in range(200):
        dynamodb.put_item(TableName="shared", Item={"pk": {"S": f"fill-{number}"}})
    acknowledged, crashes, stop, interval = [], [], threading.Event(), sys.getswitchinterval()
    sys.setswitchinterval(1e-5)

    def cancel():
        while not stop.is_set():
            try:
                dynamodb.transact_write_items(TransactItems=[put("shared", "fill-0", **NEW)])
            except dynamodb.exceptions.TransactionCanceledException:
                pass
            except RuntimeError:  # "dictionary changed size during iteration", in moto's copy of the table
                crashes.append(1)

    def write():
        for number in range(60):
            dynamodb.put_item(TableName="shared", Item={"pk": {"S": f"w-{number}"}})
            acknowledged.append(f"w-{number}")

    threads = [threading.Thread(target=cancel), threading.Thread(target=write)]
    for thread in threads:
        thread.start()
    threads[1].join()
    stop.set()
    threads[0].join()
    sys.setswitchinterval(interval)
    kept = {item["pk"]["S"] for item in dynamodb.scan(TableName="shared")["Items"]}
    seen["harm"] = len(set(acknowledged) - kept) + len(crashes)


def cost_of_size():
    table("large", "pk", "sk")
    for number in range(500):
        dynamodb.put_item(TableName="large", Item={"pk": {"S": f"p{number % 100}"}, "sk": {"S": f"{number:05d}"}})

    def transact(number):
        item = {"pk": {"S": "new"}, "sk": {"S": f"{number}"}}
        dynamodb.transact_write_items(TransactItems=[{"Put": {"TableName": "large", "Item": item}}])

    values = {":p": {"S": "p7"}, ":s": {"S": "00000"}}

    def query(_number, condition="pk = :p AND sk >= :s"):
        page = dynamodb.query(
            TableName="large", KeyConditionExpression=condition, ExpressionAttributeValues=values,
            ScanIndexForward=False, Limit=3,
        )
        seen["queried"] = [item["sk"]["S"] for item in page["Items"]], "LastEvaluatedKey" in page

    seen["transact_ms"], seen["query_ms"] = milliseconds(transact, 5), milliseconds(query, 10)
    values = {":p": {"S": "nobody"}, ":s": {"S": "0"}}
    query(0)
    seen["queried_nobody"] = seen["queried"]
    values = {":p": {"S": "p7"}, ":s": {"S": "00000"}}
    query(0)


def deep_queue():
    url = sqs.create_queue(QueueName="deep")["QueueUrl"]
    for number in range(150):
        sqs.send_message(QueueUrl=url, MessageBody=str(number))
    receive = lambda _number: sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1)
    seen["receive_ms"] = milliseconds(receive, 20)
    old = sqs.create_queue(QueueName="short", Attributes={"MessageRetentionPeriod": "60"})["QueueUrl"]
    sqs.send_message(QueueUrl=old, MessageBody="old")
    from moto.sqs.models import sqs_backends
    sqs_backends["123456789012"]["us-east-1"].queues["short"]._messages[0].sent_timestamp -= 61_000
    seen["old"] = len(sqs.receive_message(QueueUrl=old).get("Messages", []))
    queue = sqs_backends["123456789012"]["us-east-1"].queues["deep"]
    queue.deleted_messages.update(str(number) for number in range(20_000))
    taken = sqs.receive_message(QueueUrl=url, VisibilityTimeout=60)["Messages"][0]["ReceiptHandle"]
    for _ in range(2):
        sqs.delete_message(QueueUrl=url, ReceiptHandle=taken)
    seen["handles"] = len(queue.deleted_messages)


def notification():
    url = sqs.create_queue(QueueName="told")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    s3.create_bucket(Bucket="telling")
    s3.put_bucket_versioning(Bucket="telling", VersioningConfiguration={"Status": "Enabled"})
    tell = [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]
    s3.put_bucket_notification_configuration(Bucket="telling", NotificationConfiguration={"QueueConfigurations": tell})
    version = s3.put_object(Bucket="telling", Key="a", Body=b"a")["VersionId"]
    bodies = [json.loads(m["Body"]) for m in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]]
    told = [record["s3"]["object"] for body in bodies for record in body.get("Records", [])]
    seen["told_version"] = [t.get("versionId") for t in told] == [version]


def in_two_threads(action):
    errors, interval = [], sys.getswitchinterval()
    sys.setswitchinterval(1e-5)

    def work(worker):
        try:
            for number in range(100):
                action(worker, number)
        except Exception as error:
            errors.append(repr(error))

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(interval)
    return errors


def overwrites():
    s3.create_bucket(Bucket="overwritten")
    put = lambda _worker, _number: s3.put_object(Bucket="overwritten", Key="same", Body=b"x" * 1000)
    seen["overwrite_errors"] = in_two_threads(put)


def claims():
    table("claims", "pk")
    s3.create_bucket(Bucket="claims")
    url = sqs.create_queue(QueueName="claims")["QueueUrl"]
    objects, items, bodies = [], [], []

    def claim(worker, number):
        with suppress(s3.exceptions.ClientError):
            s3.put_object(Bucket="claims", Key=str(number), Body=b"x" * 1000, IfNoneMatch="*")
            objects.append(number)
        with suppress(dynamodb.exceptions.ConditionalCheckFailedException):
            dynamodb.put_item(TableName="claims", Item={"pk": {"S": str(number)}}, **NEW)
            items.append(number)
        sqs.send_message(QueueUrl=url, MessageBody=f"{worker}-{number}")
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=2).get("Messages", []):
            bodies.append(message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    seen["claim_errors"] = in_two_threads(claim)
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        bodies += [message["Body"] for message in messages]
    seen["claimed_once"] = sorted(objects) == sorted(items) == list(range(100))
    seen["bodies"] = [len(bodies), len(set(bodies))]


def late_failure():
    table("undone", "pk")
    dynamodb.put_item(TableName="undone", Item={"pk": {"S": "old"}, "n": {"S": "text"}})
    one = {":one": {"N": "1"}}
    add = {"TableName": "undone", "Key": {"pk": {"S": "old"}}, "UpdateExpression": "ADD n :one"}
    items = [put("undone", "new"), {"Update": {**add, "ExpressionAttributeValues": one}}]
    with suppress(dynamodb.exceptions.ClientError):
        dynamodb.transact_write_items(TransactItems=items)
        seen["late"] = "acknowledged"
    seen["undone"] = sorted(item["pk"]["S"] for item in dynamodb.scan(TableName="undone")["Items"])


def refusals():
    table("refusing", "pk")

    def code(*items):
        try:
            dynamodb.transact_write_items(TransactItems=list(items))
        except dynamodb.exceptions.ClientError as error:
            reasons = error.response.get("CancellationReasons", [])
            return [error.response["Error"]["Code"], [reason["Code"] for reason in reasons]]

    old = {"pk": {"S": "old"}}
    dynamodb.put_item(TableName="refusing", Item=old)
    delete = {"Delete": {"TableName": "refusing", "Key": old}}
    check = {"ConditionCheck": {"TableName": "refusing", "Key": old, "ConditionExpression": "attribute_exists(pk)"}}
    seen["refusals"] = {
        "twice": code(put("refusing", "a"), put("refusing", "a")),
        "claimed": code(put("refusing", "b"), put("refusing", "old", **NEW)),
        "missing table": code(put("nowhere", "a"))[:1],
        "check and put": code(check, put("refusing", "c", **NEW)),
        "delete": code(delete),
    }
    seen["left"] = sorted(item["pk"]["S"] for item in dynamodb.scan(TableName="refusing")["Items"])


def own_names():
    looked = []
    seeing = lambda frame, event, _: looked.append(1) if (event, frame.f_code.co_name) == ("call", "getmembers") else 0
    sys.setprofile(seeing)
    for _ in range(10):
        dynamodb.list_tables()
    sys.setprofile(None)
    seen["looked"] = len(looked)


with mock_aws():
    dynamodb, s3, sqs = (boto3.client(name) for name in ("dynamodb", "s3", "sqs"))
    for check in (
        stream, token, lost_writes, cost_of_size, deep_queue, notification, overwrites, late_failure, refusals,
        own_names,
    ):
        check()
    if sys.argv[2] == "cured":
        claims()
print(json.dumps(seen))
"""


def run(which):
    command = [sys.executable, "-c", PROGRAM, str(INFRA), which]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def stock():
    return run("stock")


@pytest.fixture(scope="module")
def cured():
    return run("cured")


def test_a_cancelled_transaction_never_shows_in_a_stream(stock, cured):
    assert stock["stream"] != ["second"]
    assert cured["stream"] == ["second"]


def test_a_repeated_request_token_acts_once(stock, cured):
    assert (stock["counter"], cured["counter"]) == ("2", "1")


def test_an_acknowledged_write_survives_another_threads_cancelled_transaction(stock, cured):
    assert stock["harm"] > 0
    assert cured["harm"] == 0


def test_a_transaction_does_not_cost_the_whole_table(stock, cured):
    assert cured["transact_ms"] < stock["transact_ms"] / 3


def test_a_query_does_not_cost_the_whole_table_and_answers_the_same(stock, cured):
    assert cured["query_ms"] < stock["query_ms"] / 1.5
    assert cured["queried"] == stock["queried"] == [["00407", "00307", "00207"], True]
    assert cured["queried_nobody"] == stock["queried_nobody"] == [[], False]


def test_a_deep_queue_is_received_from_quickly_and_still_forgets_old_messages(stock, cured):
    assert cured["receive_ms"] < stock["receive_ms"] / 1.5
    assert cured["old"] == 0
    assert stock["handles"] > 20_000
    assert 1 <= cured["handles"] < 100


def test_a_notification_names_the_version(stock, cured):
    assert (stock["told_version"], cured["told_version"]) == (False, True)


def test_two_threads_may_write_at_once(stock, cured):
    assert stock["overwrite_errors"]
    assert cured["overwrite_errors"] == []


def test_two_threads_claim_each_thing_once_and_receive_each_message_once(cured):
    assert cured["claim_errors"] == []
    assert cured["claimed_once"]
    assert cured["bodies"] == [200, 200]


def test_a_transaction_that_fails_late_leaves_nothing(cured):
    assert "late" not in cured
    assert cured["undone"] == ["old"]


def test_a_call_does_not_look_up_what_methods_there_are(stock, cured):
    assert stock["looked"] >= 10
    assert cured["looked"] <= 1


def test_refusals_are_those_of_aws(cured):
    assert cured["refusals"] == {
        "twice": ["ValidationException", []],
        "claimed": ["TransactionCanceledException", ["None", "ConditionalCheckFailed"]],
        "missing table": ["ResourceNotFoundException"],
        "check and put": None,
        "delete": None,
    }
    assert cured["left"] == ["c"]
