"""A house at rest: a data folder with its ledger made anew in memory, for commands that look or put in order.

What is appended is on the disk before it counts, as in `shoufa up`; what would be asked of the steps is kept
and shown to nobody: the next start finds it in the objects.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.data_folder import MODE, REAL, DataFolder, FolderRefused
from local.durable_ledger import DurableLedger, finish_pending
from local.process import ROOT
from shoufa.adapters.clocks import SystemClock
from shoufa.adapters.disk_objects import DiskObjects
from shoufa.calls.load import load_calls, load_recommenders
from shoufa.domain.ledger import Entry, Head
from shoufa.domain.office import Office
from shoufa.ports import Change
from shoufa.settings import read_settings
from shoufa.steps.house import House
from shoufa.steps.restore import restore

LEFT_BY_TRIALS = "trial-calls"
"""Where a trial keeps its own definitions (`shoufa up` without --real-mail)."""


class MemoryTable:
    """`ports.Ledger`, `ports.Index` and `restore.Table` in dicts; one thread."""

    def __init__(self) -> None:
        """Empty."""
        self._heads: dict[str, Head] = {}
        self._chains: dict[str, list[Entry]] = {}
        self._claims: dict[str, str] = {}
        self._groups: dict[str, dict[str, dict[str, str]]] = {}

    def chain(self, head: Head, entries: Sequence[Entry]) -> None:
        """Put one chain with its head."""
        self._heads[head.submission], self._chains[head.submission] = head, list(entries)

    def claim(self, name: str, owner: str) -> None:
        """Put one claim."""
        self._claims[name] = owner

    def head(self, submission: str) -> Head | None:
        """The end of a chain."""
        return self._heads.get(submission)

    def entries(self, submission: str) -> Sequence[Entry]:
        """All entries of a chain."""
        return self._chains.get(submission, [])

    def claimed(self, name: str) -> str | None:
        """Who holds a claim."""
        return self._claims.get(name)

    def append(self, changes: Sequence[Change], claims: Mapping[str, str]) -> bool:
        """Take what `DurableLedger` found to be free."""
        for change in changes:
            name = change.expected.submission
            self.chain(change.head, [*self.entries(name), *change.entries])
        self._claims.update(claims)
        return True

    def write(self, group: str, key: str, value: Mapping[str, str]) -> None:
        """Put one look-up."""
        self._groups.setdefault(group, {})[key] = dict(value)

    def drop(self, group: str, key: str) -> None:
        """Remove one look-up."""
        self._groups.get(group, {}).pop(key, None)

    def find(
        self, group: str, until: str | None = None, after: str = ""
    ) -> Sequence[tuple[str, Mapping[str, str]]]:
        """The items of a group by key."""
        items = sorted(self._groups.get(group, {}).items())
        return [(k, v) for k, v in items if k > after and (until is None or k <= until)]


class NoQueues:
    """`ports.Queues` that lead nowhere."""

    def send(self, queue: str, message: Mapping[str, Any], group: str = "") -> None:
        """Nothing is waiting there; the next start asks again."""


def still_house(root: Path) -> House:
    """The house of a folder that may be in use: to look at. BrokenLedger where a chain does not hold."""
    objects, table = DiskObjects(root), MemoryTable()
    house = House(
        objects=objects,
        ledger=table,
        index=table,
        queues=NoQueues(),
        clock=SystemClock(),
        office=_office(root),
    )
    restore(house, table)
    return house


@contextmanager
def held_house(root: Path) -> Iterator[House]:
    """The house of a folder that nobody else uses meanwhile, to write to; else FolderRefused."""
    if not (root / MODE).is_file():
        raise FolderRefused(f"{root} 不是 shoufa up 的数据文件夹 / not a data folder of shoufa up")
    real = (root / MODE).read_text("ascii") == REAL
    with DataFolder(root, real) as folder:
        finish_pending(folder.objects)
        house = still_house(root)
        durable = DurableLedger(house.ledger, folder.objects)
        yield House(**{**vars(house), "objects": folder.objects, "ledger": durable})


def _office(root: Path) -> Office:
    """The definitions that the folder works by, or the ones that ship."""
    own = root / LEFT_BY_TRIALS
    settings = read_settings()
    folder = own if own.is_dir() else ROOT / "schemas"
    return Office(
        calls=load_calls(folder / "calls"),
        groups=load_recommenders(folder / "recommenders"),
        sender_address=settings.sender_address,
    )
