"""What S3 answers, as the adapter tells it (adapters/s3_objects.py); what moto cannot show is answered by a stub."""

import io
from datetime import UTC, datetime

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from shoufa.adapters.s3_objects import S3Objects
from shoufa.domain.errors import TryAgain

UNTIL = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def stub():
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "us-east-1"}
    client = boto3.client("s3", **keys)
    with Stubber(client) as stubber:
        yield stubber, S3Objects(client, "inbox")
        stubber.assert_no_pending_responses()


def test_a_put_is_conditional(stub):
    stubber, objects = stub
    stubber.add_response("put_object", {}, {"Bucket": "inbox", "Key": "a", "Body": b"x", "IfNoneMatch": "*"})
    assert objects.put("a", b"x") is True


def test_a_key_that_is_there_is_left_alone(stub):
    stubber, objects = stub
    stubber.add_client_error("put_object", "PreconditionFailed", http_status_code=412)
    assert objects.put("a", b"x") is False


def test_two_writers_that_collide_try_again(stub):
    stubber, objects = stub
    stubber.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)
    with pytest.raises(TryAgain, match="inbox/a"):
        objects.put("a", b"x")


@pytest.mark.parametrize("call", ["put_object", "get_object", "head_object"])
def test_what_is_forbidden_is_never_taken_for_absent(stub, call):
    stubber, objects = stub
    stubber.add_client_error(call, "AccessDenied", http_status_code=403)
    action = {"put_object": lambda: objects.put("a", b""), "get_object": lambda: objects.get("a")}
    with pytest.raises(ClientError, match="AccessDenied"):
        action.get(call, lambda: objects.exists("a"))()


def test_bytes_are_read_whole(stub):
    stubber, objects = stub
    stubber.add_response("get_object", {"Body": StreamingBody(io.BytesIO(b"abc"), 3)})
    assert objects.get("a") == b"abc"


def test_a_key_too_long_for_any_object_is_absent(stub):
    """To a GET S3 says why; to a HEAD it says 400 and no more, as to a request that is wrong."""
    stubber, objects = stub
    stubber.add_client_error("get_object", "KeyTooLongError", http_status_code=400)
    assert objects.get("长" * 342) is None
    assert objects.exists("长" * 342) is False
    stubber.add_response("head_object", {}, {"Bucket": "inbox", "Key": "长" * 341})
    assert objects.exists("长" * 341) is True


def test_a_longer_retention_stays(stub):
    """S3 refuses to shorten GOVERNANCE retention; moto does not."""
    stubber, objects = stub
    stubber.add_client_error("put_object_retention", "AccessDenied", http_status_code=403)
    objects.retain("a", UNTIL)


def test_a_bucket_without_object_lock_is_a_bug(stub):
    stubber, objects = stub
    stubber.add_client_error("put_object_retention", "InvalidRequest", http_status_code=400)
    with pytest.raises(ClientError, match="InvalidRequest"):
        objects.retain("a", UNTIL)
