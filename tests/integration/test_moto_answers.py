"""What a `Query` and an item cost in moto, counted: the same program runs in two processes, without the cures and with them."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from local.moto_fixes import TOKEN_SECONDS, TOKENS, _forget_old

INFRA = Path(__file__).parents[2] / "infra"

PROGRAM = r"""
import json, os, sys

sys.path.insert(0, sys.argv[1])
os.environ.update(AWS_DEFAULT_REGION="us-east-1", AWS_ACCOUNT_ID_ENDPOINT_MODE="disabled")
import boto3
from moto import mock_aws

if sys.argv[2] == "cured":
    from local import moto_fixes
    moto_fixes.apply()

seen = {}
calls = {}
NAMES = {"get_possible_keys", "__lt__", "compare"}


def counting(frame, event, _):
    if event == "call" and frame.f_code.co_name in NAMES:
        calls[frame.f_code.co_name] = calls.get(frame.f_code.co_name, 0) + 1


def counted(condition, values, **more):
    calls.clear()
    sys.setprofile(counting)
    page = dynamodb.query(
        TableName="table", KeyConditionExpression=condition,
        ExpressionAttributeValues={name: {"S": value} for name, value in values.items()}, **more,
    )
    sys.setprofile(None)
    return page["Items"], dict(calls)


with mock_aws():
    dynamodb = boto3.client("dynamodb")
    names = ("pk", "sk")
    dynamodb.create_table(
        TableName="table", BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in names],
        KeySchema=[{"AttributeName": n, "KeyType": k} for n, k in zip(names, ("HASH", "RANGE"))],
    )
    for number in range(300):
        for pk in ("asked", "other"):
            item = {"pk": {"S": pk}, "sk": {"S": f"{(number * 7) % 300:04d}"}, "value": {"S": "甲\n\"{}"}}
            dynamodb.put_item(TableName="table", Item=item)
    every = {
        "pk": {"S": "kinds"}, "sk": {"S": "1"}, "n": {"N": "4"}, "b": {"B": b"\0\xff"}, "none": {"NULL": True},
        "l": {"L": [{"S": "x"}, {"N": "1"}]}, "m": {"M": {"S": {"S": "y"}, "N": {"BOOL": False}}}, "s": {"SS": ["a"]},
        "empty": {"S": ""}, "inner": {"M": {"k": {"S": "v"}}},
    }
    dynamodb.put_item(TableName="table", Item=every)
    between = "pk = :p AND sk BETWEEN :a AND :b"
    items, cost = counted(between, {":p": "asked", ":a": "0290", ":b": "0299~"})
    seen["few"] = [item["sk"]["S"] for item in items]
    seen["few_cost"] = cost
    items, cost = counted(between, {":p": "asked", ":a": " ", ":b": "~"})
    seen["all"] = [[item["sk"]["S"], item["value"]["S"]] for item in items]
    seen["all_cost"] = cost
    for name, condition, values in (
        ("begins", "pk = :p AND begins_with(sk, :a)", {":p": "asked", ":a": "001"}),
        ("less", "pk = :p AND sk < :a", {":p": "asked", ":a": "0005"}),
        ("nobody", between, {":p": "nobody", ":a": " ", ":b": "~"}),
    ):
        seen[name] = [item["sk"]["S"] for item in counted(condition, values)[0]]
    back, _ = counted(between, {":p": "asked", ":a": "0010", ":b": "0020"}, ScanIndexForward=False, Limit=2)
    seen["back"] = [item["sk"]["S"] for item in back]
    after = {"pk": {"S": "asked"}, "sk": {"S": "0012"}}
    more, _ = counted(between, {":p": "asked", ":a": "0010", ":b": "0020"}, ExclusiveStartKey=after)
    seen["more"] = [item["sk"]["S"] for item in more]
    kinds = counted("pk = :p", {":p": "kinds"})[0]
    got = dynamodb.get_item(TableName="table", Key={"pk": {"S": "kinds"}, "sk": {"S": "1"}})["Item"]
    seen["kinds"] = [kinds == [every], got == every]
    kinds[0]["pk"]["S"] = got["m"]["M"]["S"]["S"] = "changed"
    seen["kept"] = counted("pk = :p", {":p": "kinds"})[0] == [every]
    from moto.dynamodb.models import dynamodb_backends
    held = dynamodb_backends["123456789012"]["us-east-1"].tables["table"].items
    of_keys = [
        id(one) for items in held.values() for item in items.values()
        for one in (item.hash_key, item.range_key, item.attrs["pk"], item.attrs["sk"])
    ]
    seen["keys_held"], seen["keys"] = len(set(of_keys)), sum(map(len, held.values()))
print(json.dumps(seen))
"""


def run(which: str) -> dict[str, Any]:
    command = [sys.executable, "-c", PROGRAM, str(INFRA), which]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def stock() -> dict[str, Any]:
    return run("stock")


@pytest.fixture(scope="module")
def cured() -> dict[str, Any]:
    return run("cured")


def test_the_answers_are_the_same(stock: dict[str, Any], cured: dict[str, Any]) -> None:
    costs = {"few_cost", "all_cost", "keys_held"}
    assert {k: v for k, v in cured.items() if k not in costs} == {
        k: v for k, v in stock.items() if k not in costs
    }
    assert cured["few"] == [f"{n:04d}" for n in range(290, 300)]
    assert len(cured["all"]) == 300
    assert cured["back"] == ["0020", "0019"]
    assert cured["more"] == [f"{n:04d}" for n in range(13, 21)]
    assert cured["kinds"] == [True, True]
    assert cured["kept"]


def test_a_slice_is_compared_and_not_the_whole_partition(
    stock: dict[str, Any], cured: dict[str, Any]
) -> None:
    assert stock["few_cost"]["compare"] >= 300
    assert cured["few_cost"]["compare"] == 10
    assert cured["few_cost"]["__lt__"] < 100 < stock["few_cost"]["__lt__"]


def test_texts_are_answered_as_they_are(stock: dict[str, Any], cured: dict[str, Any]) -> None:
    assert stock["all_cost"]["get_possible_keys"] > 300 * 10
    assert cured["all_cost"]["get_possible_keys"] < 100


def test_the_keys_of_an_item_are_kept_once(stock: dict[str, Any], cured: dict[str, Any]) -> None:
    assert stock["keys"] == cured["keys"] == 601
    assert stock["keys_held"] == 4 * 601
    assert cured["keys_held"] == 601 + 3  # each sort key, and one key for each partition


def test_so_many_tokens_are_remembered_and_no_more() -> None:
    now = time.monotonic()
    answered = dict.fromkeys(range(TOKENS + 500), (now, "answer"))
    _forget_old(answered)
    assert list(answered) == list(range(500, TOKENS + 500))
    old = {1: (now - TOKEN_SECONDS - 1, "answer"), 2: (now, "answer")}
    _forget_old(old)
    assert list(old) == [2]
