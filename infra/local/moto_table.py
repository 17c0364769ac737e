"""A restored ledger straight into moto's table: a call per item would take minutes for 100,000 entries.

Tied to moto's internals as moto_fixes is, and tested with it; only ever for a table that nobody uses yet.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from shoufa.adapters.dynamodb_ledger import Item, claim_item, entry_item, head_item, index_item
from shoufa.domain.ledger import Entry, Head


class MotoTable:
    """`steps.restore.Table` and `ports.Index` (writing only) on one table of moto in this process."""

    def __init__(self, table: str, region: str) -> None:
        """Find the table; KeyError if moto has none of that name."""
        from moto.core import DEFAULT_ACCOUNT_ID
        from moto.dynamodb.models import dynamodb_backends
        from moto.dynamodb.models.dynamo_type import DynamoType, LimitedSizeDict
        from moto.dynamodb.models.dynamo_type import Item as MotoItem

        self._items: Any = dynamodb_backends[DEFAULT_ACCOUNT_ID][region].tables[table].items
        self._type: Any = DynamoType
        self._item: Any = MotoItem
        self._attributes: Any = LimitedSizeDict

    def chain(self, head: Head, entries: Sequence[Entry]) -> None:
        """Put one chain with its head."""
        for entry in entries:
            self._put(entry_item(entry))
        self._put(head_item(head))

    def claim(self, name: str, owner: str) -> None:
        """Put one claim."""
        self._put(claim_item(name, owner))

    def write(self, group: str, key: str, value: Mapping[str, str]) -> None:
        """Put one look-up."""
        self._put(index_item(group, key, value))

    def drop(self, group: str, key: str) -> None:
        """Remove one look-up; nothing happens if it is not there."""
        item = index_item(group, key, {})
        self._items[self._type(item["pk"])].pop(self._type(item["sk"]), None)

    def find(
        self, group: str, until: str | None = None, after: str = ""
    ) -> Sequence[tuple[str, Mapping[str, str]]]:
        """Nothing is asked for while a table is being filled (AssertionError)."""
        raise AssertionError(f"asked for {group} from {after} to {until} while the table is being filled")

    def _put(self, item: Item) -> None:
        """As moto's own put, without measuring the item anew at each attribute (most of its time)."""
        pk, sk = self._type(item["pk"]), self._type(item["sk"])
        made = self._item(pk, sk, {})
        made.attrs = self._attributes()
        dict.update(made.attrs, {"pk": pk, "sk": sk})
        dict.update(made.attrs, {k: self._type(v) for k, v in item.items() if k not in made.attrs})
        self._items[pk][sk] = made
