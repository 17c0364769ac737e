"""Which of DynamoDB's refusals are a lost race, which a busy table, which a bug (adapters/dynamodb_ledger.py)."""

from datetime import UTC, datetime

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from shoufa.adapters.dynamodb_ledger import DynamoLedger
from shoufa.domain.codes import EntryKind
from shoufa.domain.errors import TryAgain
from shoufa.domain.ledger import Head, next_entry
from shoufa.ports import Change

HEAD = Head(submission="S")
CHANGE = Change(HEAD, [next_entry(HEAD, datetime(2023, 8, 1, tzinfo=UTC), EntryKind.NOTED, {})], {})
CANCELLED = "TransactionCanceledException"


def append(code: str, *reasons: str) -> bool:
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "us-east-1"}
    client = boto3.client("dynamodb", **keys)
    with Stubber(client) as stubber:
        fields = {"CancellationReasons": [{"Code": r} for r in reasons]}
        stubber.add_client_error("transact_write_items", code, modeled_fields=fields if reasons else None)
        return DynamoLedger(client, "ledger").append([CHANGE], {})


@pytest.mark.parametrize("reasons", [("ConditionalCheckFailed",), ("None", "ConditionalCheckFailed", "None")])
def test_a_failed_condition_is_a_lost_race(reasons):
    assert append(CANCELLED, *reasons) is False


@pytest.mark.parametrize(
    ("code", "reasons"),
    [
        (CANCELLED, ("TransactionConflict", "None")),
        (CANCELLED, ("ConditionalCheckFailed", "TransactionConflict")),
        (CANCELLED, ("ThrottlingError",)),
        ("ThrottlingException", ()),
        ("ProvisionedThroughputExceededException", ()),
        ("TransactionInProgressException", ()),
    ],
)
def test_a_busy_table_is_tried_again(code, reasons):
    with pytest.raises(TryAgain, match="ledger"):
        append(code, *reasons)


@pytest.mark.parametrize(
    ("code", "reasons"),
    [
        (CANCELLED, ("ValidationError",)),
        (CANCELLED, ("ItemCollectionSizeLimitExceeded",)),
        ("ResourceNotFoundException", ()),
    ],
)
def test_anything_else_is_a_bug(code, reasons):
    with pytest.raises(ClientError, match=code):
        append(code, *reasons)
