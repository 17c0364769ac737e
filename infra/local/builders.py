"""Makes the template's buckets, queues and tables by API calls, on moto or on any AWS-compatible endpoint.

A property that is not understood here raises TemplateError: nothing that the template asks for is dropped in
silence. What exists already (an endpoint that kept its state) is left as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from local.resolver import TemplateError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient


class Clients(NamedTuple):
    """The three services that the stack lives on."""

    s3: S3Client
    sqs: SQSClient
    dynamodb: DynamoDBClient


class Built(NamedTuple):
    """What stands for a resource: its `Ref`, and its attributes for `Fn::GetAtt`."""

    ref: str
    attributes: dict[str, str]


def known(properties: Mapping[str, Any], names: Collection[str], where: str) -> None:
    """Raise TemplateError if `properties` holds a name that is not one of `names`."""
    unknown = sorted(set(properties) - set(names))
    if unknown:
        raise TemplateError(f"{where}: the local engine does not know {', '.join(unknown)}")


_BUCKET = (
    "VersioningConfiguration", "ObjectLockEnabled", "BucketEncryption", "PublicAccessBlockConfiguration",
    "NotificationConfiguration",
)  # fmt: skip
_NOTIFICATION = ("Event", "Queue", "Filter")


def build_bucket(clients: Clients, name: str, properties: dict[str, Any]) -> Built:
    """Make a bucket (its name in small letters); Object Lock can only be asked for while it is made."""
    known(properties, _BUCKET, f"bucket {name}")
    name = name.lower()
    s3 = clients.s3
    lock = bool(properties.get("ObjectLockEnabled", False))
    region = s3.meta.region_name
    place: Any = (
        {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    )
    try:
        s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=lock, **place)
    except (s3.exceptions.BucketAlreadyOwnedByYou, s3.exceptions.BucketAlreadyExists):
        s3.head_bucket(Bucket=name)  # refused if it is another's
    _secure_bucket(s3, name, properties)
    if "NotificationConfiguration" in properties:
        wanted = _notifications(properties["NotificationConfiguration"], name)
        s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration=wanted)
    return Built(name, {"Arn": f"arn:{s3.meta.partition}:s3:::{name}"})


def _secure_bucket(s3: S3Client, name: str, properties: dict[str, Any]) -> None:
    """Set versions, encryption and the block on public access, where the template asks for them."""
    if "VersioningConfiguration" in properties:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=properties["VersioningConfiguration"])
    if "PublicAccessBlockConfiguration" in properties:
        block = properties["PublicAccessBlockConfiguration"]
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)
    if "BucketEncryption" in properties:
        known(properties["BucketEncryption"], ["ServerSideEncryptionConfiguration"], f"bucket {name}")
        rules = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        for rule in rules:
            known(rule, ["ServerSideEncryptionByDefault"], f"bucket {name}")
        wanted: Any = [
            {"ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"]} for rule in rules
        ]
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": wanted})


def _notifications(wanted: dict[str, Any], name: str) -> Any:
    """Translate a NotificationConfiguration from the template's words into the API's."""
    known(wanted, ["QueueConfigurations"], f"notifications of {name}")
    queues = []
    for notification in wanted["QueueConfigurations"]:
        known(notification, _NOTIFICATION, f"notifications of {name}")
        rules = notification["Filter"]["S3Key"]["Rules"] if "Filter" in notification else []
        queues.append(
            {
                "QueueArn": notification["Queue"],
                "Events": [notification["Event"]],
                "Filter": {"Key": {"FilterRules": rules}},
            }
        )
    return {"QueueConfigurations": queues}


_QUEUE = (
    "FifoQueue", "ContentBasedDeduplication", "VisibilityTimeout", "MessageRetentionPeriod",
    "SqsManagedSseEnabled", "RedrivePolicy",
)  # fmt: skip


def build_queue(clients: Clients, name: str, properties: dict[str, Any]) -> Built:
    """Make a queue; a FIFO queue's name ends in `.fifo`, as SQS wants it."""
    known(properties, _QUEUE, f"queue {name}")
    full_name = f"{name}.fifo" if properties.get("FifoQueue") else name
    attributes: Any = {key: _attribute(value) for key, value in properties.items()}
    url = clients.sqs.create_queue(QueueName=full_name, Attributes=attributes)["QueueUrl"]
    arn = clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    return Built(url, {"Arn": arn, "QueueName": full_name, "QueueUrl": url})


def _attribute(value: Any) -> str:
    """Write a queue's property as SQS takes attributes: as text, JSON for policies."""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, dict) else str(value)


_TABLE = (
    "BillingMode", "AttributeDefinitions", "KeySchema", "PointInTimeRecoverySpecification",
    "DeletionProtectionEnabled", "SSESpecification",
)  # fmt: skip


def build_table(clients: Clients, name: str, properties: dict[str, Any]) -> Built:
    """Make a table and wait until it can be used."""
    known(properties, _TABLE, f"table {name}")
    dynamodb = clients.dynamodb
    wanted = dict(properties)
    recovery = wanted.pop("PointInTimeRecoverySpecification", None)
    if "SSESpecification" in wanted:
        known(wanted["SSESpecification"], ["SSEEnabled"], f"table {name}")
        wanted["SSESpecification"] = {"Enabled": wanted["SSESpecification"]["SSEEnabled"]}
    with suppress(dynamodb.exceptions.ResourceInUseException):  # kept by the endpoint
        dynamodb.create_table(TableName=name, **wanted)
    dynamodb.get_waiter("table_exists").wait(TableName=name)
    if recovery:
        dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=recovery)
    arn = dynamodb.describe_table(TableName=name)["Table"]["TableArn"]
    return Built(name, {"Arn": arn})


BUILDERS: dict[str, Callable[[Clients, str, dict[str, Any]], Built]] = {
    "AWS::S3::Bucket": build_bucket,
    "AWS::SQS::Queue": build_queue,
    "AWS::DynamoDB::Table": build_table,
}
