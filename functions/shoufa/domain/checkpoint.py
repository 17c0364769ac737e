"""A checkpoint: how many entries the ledger had, and one hash over the ends of all its chains.

A chain proves its own order and contents, not that its end was not cut off, nor that all chains are there.
Who keeps a checkpoint elsewhere (it goes out by mail) can prove both. Its short form is `<entries>-<hash>`.
"""

import re
from collections.abc import Iterable, Mapping

from shoufa.domain.ledger import Break, Entry, canonical, digest
from shoufa.domain.value import Value

_SHORT = re.compile(r"(\d{1,12})-([0-9a-f]{64})")


class End(Value):
    """Where one chain ended: the number of its last entry, and that entry's hash."""

    seq: int
    hash: str


class Checkpoint(Value):
    """`entries` in all, `hash` over all ends; `ends` by submission, empty in the short form."""

    entries: int
    hash: str
    ends: dict[str, End] = {}

    def short(self) -> str:
        """The form for a mail: count and hash."""
        return f"{self.entries}-{self.hash}"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """From the short form, or from the JSON of a whole one; ValueError if it is neither."""
        short = _SHORT.fullmatch(text.strip())
        if short:
            return cls(entries=int(short[1]), hash=short[2])
        whole = cls.model_validate_json(text)
        if whole.ends and checkpoint_of(whole.ends) != whole:
            raise ValueError("the checkpoint's hash is not that of its own ends")
        return whole


def checkpoint_of(ends: Mapping[str, End]) -> Checkpoint:
    """The checkpoint of a ledger whose chains end there."""
    lines = [[submission, ends[submission].seq, ends[submission].hash] for submission in sorted(ends)]
    total = sum(end.seq for end in ends.values())
    return Checkpoint(entries=total, hash=digest(canonical(lines).encode()), ends=dict(ends))


def ends_of(entries: Iterable[Entry]) -> dict[str, End]:
    """The end of each chain; of one submission the entry with the highest number counts."""
    ends: dict[str, End] = {}
    for entry in entries:
        if entry.submission not in ends or ends[entry.submission].seq < entry.seq:
            ends[entry.submission] = End(seq=entry.seq, hash=entry.hash)
    return ends


def against(entries: Iterable[Entry], known: Checkpoint) -> list[Break]:
    """What a ledger lacks of what it had at a checkpoint, or holds otherwise; entries after it are welcome.

    With its ends known, each chain is named that was cut, removed or rewritten. Of the short form the oldest
    `entries` of them (by time, submission, number) are held against the one hash.
    """
    if known.ends:
        return _each_end(entries, known.ends)
    oldest = _by_time(entries)[: known.entries]
    if len(oldest) < known.entries:
        why = f"只有{len(oldest)}条，校验点为{known.entries}条 / {len(oldest)} entries, {known.entries} were there"
        return [Break(submission="*", seq=len(oldest), why=why)]
    if checkpoint_of(ends_of(oldest)).hash != known.hash:
        why = "与校验点不符：有条目被删、被换或整链被重写 / not the ledger of the checkpoint: removed or rewritten"
        return [Break(submission="*", seq=known.entries, why=why)]
    return []


def _by_time(entries: Iterable[Entry]) -> list[Entry]:
    """By time, submission, number; none is older than the one before it in its chain (clocks differ)."""
    latest: dict[str, str] = {}
    timed = []
    for entry in sorted(entries, key=lambda e: (e.submission, e.seq)):
        at = latest[entry.submission] = max(entry.at, latest.get(entry.submission, ""))
        timed.append((at, entry.submission, entry.seq, entry))
    return [entry for *_, entry in sorted(timed, key=lambda t: t[:3])]


def _each_end(entries: Iterable[Entry], ends: Mapping[str, End]) -> list[Break]:
    """Chains that do not hold, at the checkpoint's number, the checkpoint's hash."""
    held = {
        (e.submission, e.seq): e.hash
        for e in entries
        if e.submission in ends and e.seq == ends[e.submission].seq
    }
    breaks = []
    for submission, end in sorted(ends.items()):
        found = held.get((submission, end.seq))
        if found is None:
            why = (
                f"缺第{end.seq}条：末尾被截断或整链被删 / entry {end.seq} is gone: tail cut or chain removed"
            )
            breaks.append(Break(submission=submission, seq=end.seq, why=why))
        elif found != end.hash:
            why = "与校验点不符：该链被重写 / not the entry of the checkpoint: the chain was rewritten"
            breaks.append(Break(submission=submission, seq=end.seq, why=why))
    return breaks
