"""Cures for what moto 5.2.5 does differently from AWS in ways that would make a local run lie.

1. `TransactWriteItems`: moto deep-copies the table once per item and swaps the table object back when a
   condition fails. Writes that other threads were told had succeeded are lost, streams show records that
   never committed, and each call costs O(table). Here all conditions are checked first, then all writes
   applied, under one lock.
2. `ClientRequestToken` of that call is ignored by moto. Here a repeat within ten minutes does nothing, as on
   AWS.
3. `Query` of a table walks the whole table, and writing an answer takes most of a call. Here neither
   (moto_answers.py).
4. SQS `ReceiveMessage` computes every attribute of the queue for each message handed out. Here only its age
   is.
5. A bucket's notification lacks the version that was written, and its sequencer, and escapes the key's `/`.
6. moto's in-process entry is not safe for several threads. Here calls pass one at a time.
7. moto remembers every message and item that it ever made, for its dashboard. Here it forgets them.
8. moto keeps the receipt handle of every message that was ever deleted. Here the last thousand or so.
9. moto works out the names of its own methods anew at each call (a tenth of a call). Here it does so once.
10. moto keeps the key of each item three times. Here once (a fifth of the table's memory).

Each cure is tied to moto's internals: a name that has moved raises AttributeError in `apply`, and
tests/integration/test_moto_fixes.py shows each fault on stock moto beside its cure. A consequence of 6: a
long poll (`WaitTimeSeconds`) would hold up every other thread, so nothing here polls long.
"""

import copy
import functools
import hashlib
import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from threading import RLock
from typing import Any, NamedTuple
from urllib.parse import quote_plus

from local.moto_answers import of_one_partition, texts_as_they_are

LOCK = RLock()
HANDLES = 1_000
TOKEN_SECONDS = 600  # "idempotent for 10 minutes": API reference of TransactWriteItems
TOKENS = 2_000  # as many are remembered at the most: a repeat comes right after its call, or never


@functools.cache
def apply() -> None:
    """Put the cures in place, once per process; AttributeError if moto's internals have moved."""
    from moto.core import responses
    from moto.core.botocore_stubber import BotocoreStubber
    from moto.core.common_models import BaseModel
    from moto.core.serialize import BaseJSONSerializer
    from moto.dynamodb.models import DynamoDBBackend
    from moto.dynamodb.models.table import Table
    from moto.dynamodb.responses import DynamoHandler
    from moto.s3 import notifications
    from moto.sqs import models as sqs_models
    from moto.sqs.models import SQSBackend

    _replace(BotocoreStubber, "process_request", _one_at_a_time)
    _replace(BaseModel, "__new__", lambda _original: _untracked)
    for write in ("put_item", "update_item", "delete_item"):
        _replace(DynamoDBBackend, write, _one_at_a_time)
    _replace(DynamoDBBackend, "transact_write_items", lambda _original: _transact)
    _replace(DynamoHandler, "transact_write_items", _once_per_token)
    _replace(Table, "query", of_one_partition)
    _replace(Table, "put_item", _keeping_keys_once)
    _replace(BaseJSONSerializer, "_serialize_type_map", texts_as_they_are)
    _replace(SQSBackend, "is_message_valid_based_on_retention_period", lambda _original: _is_young_enough)
    _replace(sqs_models.Queue, "delete_message", _remembering_few)
    _replace(notifications, "_get_s3_event", _with_version)
    _replace(responses, "method_names_from_class", functools.cache)
    for module in (responses, sqs_models):
        _replace(module, "camelcase_to_underscores", functools.cache)


def holds_messages(url: str, region: str) -> bool:
    """Say whether a queue holds any message, hidden ones too (cheaper than an empty receive, 1.3 ms)."""
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.sqs.models import sqs_backends

    with LOCK:
        queue = sqs_backends[DEFAULT_ACCOUNT_ID][region].queues[url.rsplit("/", 1)[-1]]
        return bool(queue._messages)  # noqa: SLF001 (nothing public tells it without counting)


def _replace(owner: Any, name: str, cure: Callable[[Any], Any]) -> None:
    """Replace `owner.name` by `cure(original)`; AttributeError if there is no original."""
    setattr(owner, name, cure(getattr(owner, name)))


def _untracked(cls: type[Any], *_: Any, **__: Any) -> Any:
    """Make an instance that nobody keeps."""
    return object.__new__(cls)


def _one_at_a_time(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return `original` behind the lock."""

    @functools.wraps(original)
    def locked(*args: Any, **kwargs: Any) -> Any:
        with LOCK:
            return original(*args, **kwargs)

    return locked


class _Planned(NamedTuple):
    """One item of a transaction: what to do (`Put`, `Update` …), its parameters, its table, its key."""

    kind: str
    operation: dict[str, Any]
    table: Any
    key: dict[str, Any]


def _transact(backend: Any, transact_items: list[dict[str, Any]]) -> None:
    """Do all of `transact_items` or none; raises moto's own errors, which botocore shows as AWS's."""
    from moto.dynamodb.exceptions import TooManyTransactionsException

    if len(transact_items) > 100:
        raise TooManyTransactionsException
    with LOCK:
        plan = [_planned(backend, item) for item in transact_items]
        _refuse_repeated_keys(plan)
        _check_conditions(backend, plan)
        with ExitStack() as undo:
            for planned in plan:
                before = backend.get_item(planned.table.name, planned.key)
                undo.callback(
                    _restore, backend, planned, before and copy.deepcopy(before.to_json()["Attributes"])
                )
                _write(backend, planned)
            undo.pop_all()


def _planned(backend: Any, item: dict[str, Any]) -> _Planned:
    """Look up table and key of one item of a transaction."""
    from moto.dynamodb.exceptions import TransactWriteSingleOpException

    if len(item) != 1:
        raise TransactWriteSingleOpException
    ((kind, operation),) = item.items()
    table = backend.get_table(operation["TableName"])
    if kind != "Put":
        return _Planned(kind, operation, table, operation["Key"])
    names = [name for name in (table.hash_key_attr, table.range_key_attr) if name is not None]
    return _Planned(kind, operation, table, {name: operation["Item"][name] for name in names})


def _refuse_repeated_keys(plan: list[_Planned]) -> None:
    """Raise as AWS does when one transaction names one item twice."""
    from moto.dynamodb.exceptions import MultipleTransactionsException

    keys = {(planned.table.name, json.dumps(planned.key, sort_keys=True)) for planned in plan}
    if len(keys) < len(plan):
        raise MultipleTransactionsException


def _check_conditions(backend: Any, plan: list[_Planned]) -> None:
    """Raise TransactionCanceledException with one reason per item if any condition fails."""
    from moto.dynamodb.exceptions import TransactionCanceledException

    reasons = [_reason_against(backend, planned) for planned in plan]
    if any(code is not None for code, _message, _item in reasons):
        raise TransactionCanceledException(reasons)


def _reason_against(backend: Any, planned: _Planned) -> tuple[str | None, str | None, dict[str, Any] | None]:
    """Return (code, message, item) why this item cancels the transaction, or three Nones."""
    from moto.dynamodb.exceptions import ConditionalCheckFailed
    from moto.dynamodb.models import get_filter_expression

    expression = planned.operation.get("ConditionExpression")
    if expression is None:
        return None, None, None
    names, values = _placeholders(planned.operation)
    current = backend.get_item(planned.table.name, planned.key)
    if get_filter_expression(expression, names, values).expr(current):
        return None, None, None
    shown = planned.operation.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" and current
    item = current.to_json()["Attributes"] if shown else None
    return "ConditionalCheckFailed", str(ConditionalCheckFailed(item=item).message), item


def _placeholders(operation: dict[str, Any]) -> tuple[Any, Any]:
    """Return the names and values that an operation's expressions stand on."""
    return operation.get("ExpressionAttributeNames"), operation.get("ExpressionAttributeValues")


def _write(backend: Any, planned: _Planned) -> None:
    """Apply one item whose condition was already found true."""
    table, operation = planned.table.name, planned.operation
    if planned.kind == "Put":
        backend.put_item(table, operation["Item"])
    elif planned.kind == "Delete":
        backend.delete_item(table, planned.key)
    elif planned.kind == "Update":
        names, values = _placeholders(operation)
        backend.update_item(table, planned.key, operation["UpdateExpression"], names, values)


def _restore(backend: Any, planned: _Planned, before: dict[str, Any] | None) -> None:
    """Put one item back as it was when a later item of the same transaction could not be applied."""
    if planned.kind == "ConditionCheck":
        return
    if before is None:
        backend.delete_item(planned.table.name, planned.key)
    else:
        backend.put_item(planned.table.name, before)


def _once_per_token(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return the request handler that answers a repeated ClientRequestToken without acting again."""
    answered: dict[tuple[str, str, str, str], tuple[float, Any]] = {}

    @functools.wraps(original)
    def handle(request: Any) -> Any:
        token = request.body.get("ClientRequestToken")
        if not token:
            return original(request)
        text = json.dumps(request.body["TransactItems"], sort_keys=True)
        items = hashlib.sha256(text.encode()).hexdigest()  # the text itself would be a second table
        key = (request.current_account, request.region, token, items)
        with LOCK:
            at, answer = answered.get(key, (float("-inf"), None))
            if time.monotonic() - at >= TOKEN_SECONDS:
                answer = original(request)
                answered.pop(key, None)
                answered[key] = (time.monotonic(), answer)
                _forget_old(answered)
            return answer

    return handle


def _forget_old(answered: dict[Any, tuple[float, Any]]) -> None:
    """Drop the answers, oldest first, whose token is no longer remembered."""
    while answered:
        oldest = next(iter(answered))
        if len(answered) <= TOKENS and time.monotonic() - answered[oldest][0] < TOKEN_SECONDS:
            return
        del answered[oldest]


def _keeping_keys_once(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return the table's put: an item shares its keys with its attributes, the first with its partition."""

    @functools.wraps(original)
    def put(table: Any, *args: Any, **kwargs: Any) -> Any:
        item = original(table, *args, **kwargs)
        if table.has_range_key:
            item.hash_key = next(iter(table.items[item.hash_key].values())).hash_key
            keys = {table.hash_key_attr: item.hash_key, table.range_key_attr: item.range_key}
            dict.update(
                item.attrs, keys
            )  # not `item.attrs.update`, which measures the item at each attribute
        return item

    return put


def _remembering_few(original: Callable[..., None]) -> Callable[..., None]:
    """Return the queue's deletion, which forgets the handles of old messages now and then."""

    @functools.wraps(original)
    def delete(queue: Any, receipt_handle: str) -> None:
        if len(queue.deleted_messages) > HANDLES:
            queue.deleted_messages.clear()
        original(queue, receipt_handle)

    return delete


def _is_young_enough(backend: Any, queue_name: str, message: Any) -> bool:
    """Say whether a message is still within its queue's retention period (seconds)."""
    age = time.time() - message.sent_timestamp / 1000
    return bool(age < backend.get_queue(queue_name).message_retention_period)


def _with_version(original: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """The maker of S3 events, with `versionId` (if versioned), `sequencer`, and keys with plain `/`."""

    @functools.wraps(original)
    def event(event_name: str, bucket: Any, key: Any, notification_id: str) -> dict[str, Any]:
        made = original(event_name, bucket, key, notification_id)
        described = made["Records"][0]["s3"]["object"]
        described["key"] = quote_plus(key.name, safe="/")
        described["sequencer"] = f"{time.time_ns():016X}"
        if bucket.is_versioned:
            described["versionId"] = key.version_id
        return made

    return event
