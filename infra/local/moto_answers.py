"""Cures for what moto 5.2.5 makes of a `Query`: an answer costs what is in it. Put in place by moto_fixes.py.

1. moto sorts and compares the whole table for each `Query`. Here it is shown the items of one partition that
   lie between the two sort keys asked for.
2. moto looks up each attribute that an item might have under a dozen names (half a millisecond an item, most
   of a call). Here an item whose attributes are all texts, as the ledger's and the look-ups' are, is answered
   as it is.
"""

import copy
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_INDEX = 4
"""Where the name of an index stands among the arguments that follow the bounds."""


def of_one_partition(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return the table's query, shown only what is asked for of one partition (indexes: as before)."""

    @functools.wraps(original)
    def query(
        table: Any, hash_key: Any, comparison: str | None, bounds: Sequence[Any], *args: Any, **kwargs: Any
    ) -> Any:
        index = kwargs.get("index_name") or (args[_INDEX] if len(args) > _INDEX else None)
        if index or hash_key is None or not table.has_range_key:
            return original(table, hash_key, comparison, bounds, *args, **kwargs)
        partition = copy.copy(table)
        there = table.items.get(hash_key, {})
        partition.items = {hash_key: _within(there, comparison, bounds)} if there else {}
        return original(partition, hash_key, comparison, bounds, *args, **kwargs)

    return query


def _within(items: dict[Any, Any], comparison: str | None, bounds: Sequence[Any]) -> dict[Any, Any]:
    """The items between two sort keys that are texts; all where anything else is asked for."""
    if comparison != "BETWEEN" or any(bound.type != "S" for bound in bounds):
        return items
    low, high = (bound.value for bound in bounds)
    return {key: item for key, item in items.items() if low <= key.value <= high}


def texts_as_they_are(original: Callable[..., None]) -> Callable[..., None]:
    """Return the writer of maps of a JSON answer, which takes an item of texts as it is."""

    @functools.wraps(original)
    def write(serializer: Any, serialized: Any, value: Mapping[str, Any], shape: Any, key: str) -> None:
        if shape.value.name == "AttributeValue" and all(map(_is_text, value.values())):
            serializer._default_serialize(serialized, dict(value), shape, key)  # noqa: SLF001 (as moto does)
        else:
            original(serializer, serialized, value, shape, key)

    return write


def _is_text(attribute: Any) -> bool:
    """Whether an attribute is `{"S": text}`."""
    return isinstance(attribute, dict) and len(attribute) == 1 and isinstance(attribute.get("S"), str)
