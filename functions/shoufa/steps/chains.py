"""The ledger as objects: chains read in order and checked hash by hash."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from pydantic import ValidationError

from shoufa.domain.ledger import Entry, verify
from shoufa.ports import ObjectStore
from shoufa.steps.files import entry_key

LEDGER = "ledger/"


class BrokenLedger(Exception):
    """The objects are no whole chains: `faults` names each place in words."""

    def __init__(self, faults: Sequence[str]) -> None:
        """Keep the faults."""
        super().__init__("; ".join(faults[:3]))
        self.faults = tuple(faults)


def read_chains(objects: ObjectStore, keys: Iterable[str]) -> Iterator[list[Entry]]:
    """Each chain in order, checked. BrokenLedger at the first one that does not hold.

    `keys` are those under `ledger/`, sorted.
    """
    for folder, own in groupby(keys, key=lambda k: k.rpartition("/")[0]):
        entries = [read_entry(key, objects.get(key) or b"") for key in own]
        faults = [f"{b.submission} 第{b.seq}条 / entry {b.seq}: {b.why}" for b in verify(entries)]
        if faults or not entries:
            raise BrokenLedger(faults or [folder])
        yield entries


def read_entry(key: str, data: bytes) -> Entry:
    """One entry from its object; BrokenLedger if a byte of it, or its place, is not as it was written."""
    try:
        entry = Entry.model_validate_json(data)
    except ValidationError as err:
        raise BrokenLedger([f"{key}：不是台账条目 / not an entry ({err.errors()[0]['msg']})"]) from err
    if entry.text().encode() != data:
        raise BrokenLedger([f"{key}：字节被改动 / its bytes were changed"])
    if entry_key(entry) != key:
        raise BrokenLedger([f"{key}：位置不对，内容是{entry_key(entry)} / it is entry {entry_key(entry)}"])
    return entry
