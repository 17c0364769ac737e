"""The day's checkpoint: count and one hash over the ends of all chains, entered in the chain `LEDGER`.

Of each chain the index remembers where it ended at the last checkpoint, so a day costs one listing of
`ledger/` and one read of each entry that is new. What is younger than an hour waits for the next day: by then
every entry has its object (steps/reconciliation.py sees to it).
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import groupby

from shoufa.domain.checkpoint import Checkpoint, End, checkpoint_of
from shoufa.domain.codes import EntryKind
from shoufa.domain.ledger import Entry, Head
from shoufa.domain.moments import stamp
from shoufa.steps.chains import LEDGER, read_entry
from shoufa.steps.commit import Facts, change, commit, prove_end
from shoufa.steps.days import begun_day, hour_of, is_done, set_done
from shoufa.steps.house import House

CHAIN = "LEDGER"
SETTLED = timedelta(hours=1)
SLICE, NEW = 1_000, 500
"""Keys in one listing; entries read in one call."""


def checkpoint(house: House) -> int:
    """Take the day's checkpoint, over several calls where there is much; how many entries were read."""
    day = begun_day(house)
    if day is None or is_done(house, "checkpoint", day):
        return 0
    if house.ledger.claimed(f"checkpoint:{day}"):  # a crash fell behind it
        prove_end(house, house.ledger.head(CHAIN) or Head(submission=CHAIN))
        set_done(house, "checkpoint", day)
        return 0
    until = stamp(hour_of(house, day) - SETTLED)
    known = dict(house.index.find("watch")).get("checkpoint", {})
    behind = known.get("after", "") if known.get("day") == day.isoformat() else ""
    read = 0
    while read < NEW:
        keys = house.objects.keys(LEDGER, behind, SLICE)
        read += _slice(house, keys, until)
        if len(keys) < SLICE:
            _enter(house, day.isoformat(), until)
            set_done(house, "checkpoint", day)
            return read
        behind = keys[-1]
        house.index.write("watch", "checkpoint", {"day": day.isoformat(), "after": behind})
    return read


def checkpoint_on(house: House, day: str) -> Checkpoint | None:
    """The checkpoint of a day, None where there is none."""
    entries = house.ledger.entries(CHAIN)
    said = next((e.data for e in reversed(entries) if e.data.get("day") == day), None)
    return Checkpoint.parse(said["checkpoint"]) if said else None


def _slice(house: House, keys: Sequence[str], until: str) -> int:
    """Move the ends of the chains in one slice of keys; how many entries were read."""
    chains = {c: list(own) for c, own in groupby(keys, key=_chain)}
    if not chains:
        return 0
    low, high = min(chains), max(chains)
    ends = dict(house.index.find("ends", high, low[:-1]))
    read = 0
    for chain, own in chains.items():
        end = _end(ends.get(chain))
        moved, count = _moved(house, own, end, until)
        read += count
        if moved is not None and moved != end:
            said = {"seq": str(moved.seq), "hash": moved.hash}
            # before the end: a chain whose end is noted is read no more
            house.index.write("changed", chain, {"until": until})
            house.index.write("ends", chain, said)
    return read


def _chain(key: str) -> str:
    return key.removeprefix(LEDGER).rpartition("/")[0]


def _end(said: Mapping[str, str] | None) -> End | None:
    return End(seq=int(said["seq"]), hash=said["hash"]) if said else None


def _moved(house: House, keys: list[str], end: End | None, until: str) -> tuple[End | None, int]:
    """Where a chain ended at the moment `until`, from where it ended before; and how many were read."""
    count = 0
    for key in keys:
        seq = int(key.rpartition("/")[2].removesuffix(".json"))
        if end is not None and seq <= end.seq:
            continue
        entry: Entry = read_entry(key, house.objects.get(key) or b"")
        count += 1
        if entry.at >= until:
            break
        end = End(seq=entry.seq, hash=entry.hash)
    return end, count


def _enter(house: House, day: str, until: str) -> None:
    """Enter the checkpoint, unless another writer did."""
    ends = {chain: End(seq=int(v["seq"]), hash=v["hash"]) for chain, v in house.index.find("ends")}
    made = checkpoint_of(ends)
    head = house.ledger.head(CHAIN) or Head(submission=CHAIN)
    data = {"day": day, "until": until, "checkpoint": made.short(), "chains": len(ends)}
    facts: list[Facts] = [(EntryKind.NOTED, data)]
    commit(house, [change(house, head, facts, {})], {f"checkpoint:{day}": CHAIN})
