"""The ledger and its look-ups in one DynamoDB table (`pk`, `sk`; design.md, Ledger).

Entries are stored as canonical JSON strings, so their hashes survive DynamoDB's numbers. Partition
`SUB#<submission>` holds `ENTRY#<seq>` and `HEAD`; `CLAIM#<name>` holds a unique claim; `INDEX#<group>`
holds look-ups.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from shoufa.adapters.s3_objects import code
from shoufa.domain.errors import TryAgain
from shoufa.domain.ledger import Entry, Head, canonical
from shoufa.ports import Change

BUSY = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
SLOW = frozenset(
    {"ThrottlingException", "ProvisionedThroughputExceededException", "TransactionInProgressException"}
)
MAX_ITEMS = 100
"""Items in one transaction (AWS limit)."""


class DynamoLedger:
    """`ports.Ledger`: one transaction per append over entries, heads and claims."""

    def __init__(self, client: Any, table: str) -> None:
        """Keep the client and the table's name."""
        self._client = client
        self._table = table

    def head(self, submission: str) -> Head | None:
        """The end of a chain (consistent read)."""
        item = self._get(f"SUB#{submission}", "HEAD")
        return Head.model_validate_json(item["head"]["S"]) if item else None

    def append(self, changes: Sequence[Change], claims: Mapping[str, str]) -> bool:
        """All or nothing; False if a head moved or a claim is another's.

        Raises TryAgain when the table is busy.
        """
        items = [item for change in changes for item in self._items(change)]
        items += [self._claim(name, owner) for name, owner in claims.items()]
        if len(items) > MAX_ITEMS:
            raise ValueError(f"{len(items)} items in one transaction; DynamoDB takes {MAX_ITEMS}")
        try:
            self._client.transact_write_items(TransactItems=items)
        except ClientError as err:
            return self._refused(err)
        return True

    def _refused(self, err: ClientError) -> bool:
        reasons = {str(r.get("Code")) for r in err.response.get("CancellationReasons", ())} - {"None"}
        if code(err) in SLOW or reasons & BUSY:
            raise TryAgain(f"table {self._table} is busy") from err
        if code(err) == "TransactionCanceledException" and reasons == {"ConditionalCheckFailed"}:
            return False
        raise err

    def entries(self, submission: str) -> Sequence[Entry]:
        """All entries of a chain, in order."""
        found = query(self._client, self._table, f"SUB#{submission}", "ENTRY#", "ENTRY#~")
        return [Entry.model_validate_json(item["entry"]["S"]) for item in found]

    def claimed(self, name: str) -> str | None:
        """Who holds a claim, or None."""
        item = self._get(f"CLAIM#{name}", "CLAIM")
        return str(item["owner"]["S"]) if item else None

    def _get(self, pk: str, sk: str) -> Any:
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        return self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")

    def _items(self, change: Change) -> list[dict[str, Any]]:
        pk = f"SUB#{change.expected.submission}"
        entries = [
            self._put(
                {
                    "pk": pk,
                    "sk": f"ENTRY#{e.seq:06d}",
                    "entry": e.text(),
                    "kind": e.kind.value,
                    "hash": e.hash,
                }
            )
            for e in change.entries
        ]
        head = self._put(
            {
                "pk": pk,
                "sk": "HEAD",
                "hash": change.head.hash or "",
                "head": canonical(change.head.model_dump()),
            }
        )
        if change.expected.hash is not None:
            head["Put"]["ConditionExpression"] = "#hash = :expected"
            head["Put"]["ExpressionAttributeNames"] = {"#hash": "hash"}
            head["Put"]["ExpressionAttributeValues"] = {":expected": {"S": change.expected.hash}}
        return [*entries, head]

    def _put(self, item: Mapping[str, str]) -> dict[str, Any]:
        values = {name: {"S": value} for name, value in item.items()}
        return {
            "Put": {
                "TableName": self._table,
                "Item": values,
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }

    def _claim(self, name: str, owner: str) -> dict[str, Any]:
        put = self._put({"pk": f"CLAIM#{name}", "sk": "CLAIM", "owner": owner})
        put["Put"]["ConditionExpression"] = "attribute_not_exists(pk) OR #owner = :owner"
        put["Put"]["ExpressionAttributeNames"] = {"#owner": "owner"}
        put["Put"]["ExpressionAttributeValues"] = {":owner": {"S": owner}}
        return put


class DynamoIndex:
    """`ports.Index`: look-ups beside the ledger, each group a partition."""

    def __init__(self, client: Any, table: str) -> None:
        """Keep the client and the table's name."""
        self._client = client
        self._table = table

    def write(self, group: str, key: str, value: Mapping[str, str]) -> None:
        """Put one item, replacing the one of the same key."""
        item = {"pk": f"INDEX#{group}", "sk": key, "value": json.dumps(dict(value), sort_keys=True)}
        self._client.put_item(TableName=self._table, Item={k: {"S": v} for k, v in item.items()})

    def drop(self, group: str, key: str) -> None:
        """Remove one item."""
        self._client.delete_item(TableName=self._table, Key={"pk": {"S": f"INDEX#{group}"}, "sk": {"S": key}})

    def find(self, group: str, until: str | None = None) -> Sequence[tuple[str, Mapping[str, str]]]:
        """The items of a group in order of key."""
        found = query(
            self._client, self._table, f"INDEX#{group}", " ", until if until is not None else "\U0010ffff"
        )
        return [(item["sk"]["S"], json.loads(item["value"]["S"])) for item in found]


def query(client: Any, table: str, pk: str, low: str, high: str) -> list[dict[str, Any]]:
    """All items of one partition between two sort keys, consistent, page by page."""
    items: list[dict[str, Any]] = []
    pages = client.get_paginator("query").paginate(
        TableName=table,
        ConsistentRead=True,
        KeyConditionExpression="pk = :pk AND sk BETWEEN :low AND :high",
        ExpressionAttributeValues={":pk": {"S": pk}, ":low": {"S": low}, ":high": {"S": high}},
    )
    for page in pages:
        items += page["Items"]
    return items
