"""The ledger and its look-ups in one DynamoDB table (`pk`, `sk`; design.md, Ledger).

Entries are stored as canonical JSON strings, so their hashes survive DynamoDB's numbers. Partition
`SUB#<submission>` holds `ENTRY#<seq>` and `HEAD`; `CLAIM#<name>` holds a unique claim; `INDEX#<group>`
holds look-ups.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from shoufa.adapters.passing import patient
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


Item = dict[str, dict[str, str]]
"""An item as DynamoDB takes it: all attributes are texts."""


def entry_item(entry: Entry) -> Item:
    """One entry; its canonical JSON is kept as it is hashed."""
    sk = f"ENTRY#{entry.seq:06d}"
    more = {"entry": entry.text(), "kind": entry.kind.value, "hash": entry.hash}
    return _item(f"SUB#{entry.submission}", sk, more)


def head_item(head: Head) -> Item:
    """The end of a chain."""
    more = {"hash": head.hash or "", "head": canonical(head.model_dump())}
    return _item(f"SUB#{head.submission}", "HEAD", more)


def claim_item(name: str, owner: str) -> Item:
    """A unique claim."""
    return _item(f"CLAIM#{name}", "CLAIM", {"owner": owner})


def index_item(group: str, key: str, value: Mapping[str, str]) -> Item:
    """A look-up."""
    return _item(f"INDEX#{group}", key, {"value": json.dumps(dict(value), sort_keys=True)})


def _item(pk: str, sk: str, more: Mapping[str, str]) -> Item:
    return {name: {"S": value} for name, value in {"pk": pk, "sk": sk, **more}.items()}


class DynamoLedger:
    """`ports.Ledger`: one transaction per append over entries, heads and claims."""

    def __init__(self, client: Any, table: str) -> None:
        """Keep the client and the table's name."""
        self._client = client
        self._table = table

    @patient
    def head(self, submission: str) -> Head | None:
        """The end of a chain (consistent read)."""
        item = self._get(f"SUB#{submission}", "HEAD")
        return Head.model_validate_json(item["head"]["S"]) if item else None

    @patient
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

    @patient
    def entries(self, submission: str) -> Sequence[Entry]:
        """All entries of a chain, in order."""
        found = query(self._client, self._table, f"SUB#{submission}", "ENTRY#", "ENTRY#~")
        return [Entry.model_validate_json(item["entry"]["S"]) for item in found]

    @patient
    def claimed(self, name: str) -> str | None:
        """Who holds a claim, or None."""
        item = self._get(f"CLAIM#{name}", "CLAIM")
        return str(item["owner"]["S"]) if item else None

    def _get(self, pk: str, sk: str) -> Any:
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        return self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")

    def _items(self, change: Change) -> list[dict[str, Any]]:
        entries = [self._put(entry_item(e)) for e in change.entries]
        head = self._put(head_item(change.head))
        if change.expected.hash is not None:
            head["Put"]["ConditionExpression"] = "#hash = :expected"
            head["Put"]["ExpressionAttributeNames"] = {"#hash": "hash"}
            head["Put"]["ExpressionAttributeValues"] = {":expected": {"S": change.expected.hash}}
        return [*entries, head]

    def _put(self, item: Item) -> dict[str, Any]:
        return {
            "Put": {
                "TableName": self._table,
                "Item": item,
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }

    def _claim(self, name: str, owner: str) -> dict[str, Any]:
        put = self._put(claim_item(name, owner))
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

    @patient
    def write(self, group: str, key: str, value: Mapping[str, str]) -> None:
        """Put one item, replacing the one of the same key."""
        self._client.put_item(TableName=self._table, Item=index_item(group, key, value))

    @patient
    def drop(self, group: str, key: str) -> None:
        """Remove one item."""
        self._client.delete_item(TableName=self._table, Key={"pk": {"S": f"INDEX#{group}"}, "sk": {"S": key}})

    @patient
    def find(
        self, group: str, until: str | None = None, after: str = ""
    ) -> Sequence[tuple[str, Mapping[str, str]]]:
        """The items of a group in order of key."""
        high = until if until is not None else "\U0010ffff"
        if high <= after:  # DynamoDB refuses such a range
            return []
        found = query(self._client, self._table, f"INDEX#{group}", after or " ", high)
        return [
            (item["sk"]["S"], json.loads(item["value"]["S"])) for item in found if item["sk"]["S"] != after
        ]


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
