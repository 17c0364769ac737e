"""Reconciliation: every object under `inbox/` against its claim, every attachment against its mail.

A pass goes through the stored keys slice by slice, a bounded number at each call, and remembers in the index
how far it has come. What it sees for the first time it notes there (`fates`, `parts`, `unit#…`, `looks`,
`held`): look-ups of the watch's own, made anew by another pass if they are lost. No mail waits for it.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shoufa.domain.codes import Disposition
from shoufa.domain.decision import (
    OFFICE,
    NotADecision,
    OnSubmission,
    Paused,
    ReleaseQuarantined,
    Resumed,
    read_decision,
)
from shoufa.domain.ledger import Head
from shoufa.domain.ledger import digest as sha256
from shoufa.domain.moments import stamp
from shoufa.notices.conservation import Conservation
from shoufa.steps import fate as fates
from shoufa.steps.commit import prove
from shoufa.steps.driving import announce
from shoufa.steps.fate import FILED, Fate
from shoufa.steps.files import MAIL_PREFIX, entry_key, load_manifest
from shoufa.steps.house import House
from shoufa.steps.joining import living
from shoufa.steps.retention import note_expiry

LIMIT = timedelta(minutes=30)
"""How old something may be without having moved on: longer than a step's own tries take on one machine."""
LAST = timedelta(hours=6)
"""The longest that stalled work waits to be driven again; it doubles from LIMIT."""
SLICE, SLICES, NEW = 1_000, 10, 100
"""Keys in one slice; slices, and keys never seen before, in one call."""
DECISIONS, PARTS, RELEASED = "inbox/decision/", "parts/", f"{MAIL_PREFIX}released/"


@dataclass
class Pass:
    """How far a pass has come: its stage, the last key seen, what was counted; and the last whole count."""

    began: str = ""
    done: str = ""
    stage: str = "mails"
    after: str = ""
    counted: Counter[str] = field(default_factory=Counter)
    whole: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, house: House) -> "Pass":
        """As the index keeps it."""
        known = dict(house.index.find("watch")).get("reconciliation")
        if known is None:
            return cls()
        numbers = {n: json.loads(known[n]) for n in ("counted", "whole")}
        said = {n: known[n] for n in ("began", "done", "stage", "after")}
        return cls(**said, counted=Counter(numbers["counted"]), whole=numbers["whole"])

    def keep(self, house: House) -> None:
        """Write it down."""
        numbers = {"counted": json.dumps(self.counted), "whole": json.dumps(self.whole)}
        said = {"began": self.began, "done": self.done, "stage": self.stage, "after": self.after}
        house.index.write("watch", "reconciliation", said | numbers)


def reconciliation(house: House) -> int:
    """Go on with the pass, or begin one when it is time; how many keys were looked at.

    The pass ends within one call where there are few keys.
    """
    now, state, every = house.clock.now(), Pass.of(house), house.office.reconcile_every
    if every is None:
        return 0
    if not state.began:
        if state.done and now - datetime.fromisoformat(state.done) < every:
            return 0
        state.began = stamp(now)
    looked = new = slices = 0
    while state.began and new < NEW and slices < SLICES:
        slice_ = _STAGES[state.stage](house, state)
        looked, new, slices = looked + slice_[0], new + slice_[1], slices + 1
        state.keep(house)
    return looked


def conserved(house: House) -> tuple[Conservation, str]:
    """What the last whole pass counted, and when it ended ("" if there was none)."""
    state = Pass.of(house)
    known = dict(state.whole)
    counts = {d: known.pop(d.value) for d in Disposition if d.value in known}
    return Conservation(fates=counts, **known), state.done


def count_now(house: House) -> Conservation:
    """All mails against their claims at once: for a run that ends, not for a house that runs."""
    counts: Counter[Disposition] = Counter()
    unaccounted = released = 0
    for key in house.objects.keys(MAIL_PREFIX):
        claimed = house.ledger.claimed(f"object:{key}")
        released += key.startswith(RELEASED)
        unaccounted += claimed is None
        if claimed is not None:
            counts[Fate.parse(claimed).disposition] += 1
    return Conservation(fates=dict(counts), unaccounted=unaccounted, released=released)


def _mails(house: House, state: Pass) -> tuple[int, int]:
    """One slice of mails: known ones are counted, new ones noted, those without a fate driven again."""
    keys = house.objects.keys(MAIL_PREFIX, state.after, SLICE)
    until = keys[-1] if len(keys) == SLICE else None
    known = dict(house.index.find("fates", until, state.after))
    new = 0
    for at, key in enumerate(keys):
        if new >= NEW:
            keys, until, known = keys[:at], keys[at - 1], {k: v for k, v in known.items() if k < key}
            break
        seen = known.get(key)
        new += seen is None
        state.counted[seen["fate"] if seen else _first_seen(house, key)] += 1
        state.counted["released"] += key.startswith(RELEASED)
    for key in known.keys() - set(keys):
        state.counted["erased" if known[key].get("erased") else "lost"] += 1
    _step(state, keys[-1] if until is not None else "", "decisions")
    return len(keys), new


def _first_seen(house: House, key: str) -> str:
    """Note a mail that has its fate; drive one that has none. What it counts as."""
    fate = fates.recall(house, key)
    if fate is None:
        return _without_fate(house, "mails", key)
    house.index.drop("unfiled", key)
    raw = house.objects.get(key) or b""
    digest = sha256(raw)
    manifest = load_manifest(house.objects, digest)
    for part in manifest.mail.parts if manifest else ():
        if part.sha256:
            house.index.write("parts", part.sha256, {})
    for chain in fate.receipts if fate.disposition in FILED else (f"MAIL#{digest}",):
        prove_all(house, chain)
    for place in fate.places if fate.disposition in FILED else ():
        house.index.write(f"unit#{place.call}#{place.unit}", place.receipt, {})
        house.index.write("looks", f"{stamp(house.clock.now() + LIMIT)}#{place.receipt}", {"tries": "0"})
    if fate.disposition in {Disposition.UNMATCHED, Disposition.QUARANTINED}:
        house.index.write("held", key, {"fate": fate.disposition.value, "digest": digest})
    if fate.disposition is Disposition.QUARANTINED:
        house.index.write("quarantined", key, {"digest": digest})
    note_expiry(house, key, fate, manifest)
    house.index.write("fates", key, {"fate": fate.disposition.value})
    return fate.disposition.value


def _without_fate(house: House, queue: str, key: str) -> str:
    """Drive an object again that nobody took up in its time, at growing distances."""
    now = house.clock.now()
    known = dict(house.index.find("unfiled", key, key[:-1])).get(key)
    if known is None:
        house.index.write("unfiled", key, {"since": stamp(now), "next": stamp(now + LIMIT), "tries": "0"})
        return "in_hand"
    tries = int(known["tries"])
    if stamp(now) >= known["next"]:
        announce(house, queue, key)
        tries += 1
        again = {"next": stamp(now + backoff(tries)), "tries": str(tries)}
        house.index.write("unfiled", key, {**known, **again})
    return "unaccounted" if tries else "in_hand"


def backoff(tries: int) -> timedelta:
    """How long to wait after so many tries."""
    return min(LIMIT * (1 << min(tries, 10)), LAST)


def prove_all(house: House, chain: str) -> None:
    """Entries of a chain that have no object (a crash between commit and proof) get one."""
    entries = house.ledger.entries(chain)
    there = set(house.objects.keys(f"ledger/{chain}/"))
    prove(house, [e for e in entries if entry_key(e) not in there])


def _decisions(house: House, state: Pass) -> tuple[int, int]:
    """One slice of decisions: those that their submission does not know of are driven again."""
    keys = house.objects.keys(DECISIONS, state.after, SLICE)
    known = dict(house.index.find("decided", keys[-1] if keys else "", state.after))
    new = 0
    for key in keys:
        if key not in known:
            new += 1
            _decision(house, key)
    _step(state, keys[-1] if len(keys) == SLICE else "", "parts")
    return len(keys), new


def _decision(house: House, key: str) -> None:
    """A decision that was taken up, or names nothing that is there, is done; any other is driven."""
    try:
        said = read_decision(house.objects.get(key) or b"")
    except NotADecision:
        said = None
    head = _concerned(house, said)
    if head is not None and key not in head.state.get("decisions", ()):
        _without_fate(house, "decisions", key)
        return
    house.index.drop("unfiled", key)
    if head is not None and "call" in head.state:
        when = stamp(house.clock.now() + LIMIT)
        house.index.write("looks", f"{when}#{head.submission}", {"tries": "0"})
    house.index.write("decided", key, {})  # last: a decision that is noted is looked at no more


def _concerned(house: House, said: Any) -> Head | None:
    """The end of the chain in which a decision belongs; None where there is no such chain."""
    if isinstance(said, (Paused, Resumed)):
        return house.ledger.head(OFFICE) or Head(submission=OFFICE)
    if isinstance(said, ReleaseQuarantined):
        raw = house.objects.get(said.object)
        return house.ledger.head(f"MAIL#{sha256(raw)}") if raw is not None else None
    return living(house, said.submission) if isinstance(said, OnSubmission) else None


def _parts(house: House, state: Pass) -> tuple[int, int]:
    """One slice of attachments: those that no mail holds are orphans once they are older than the limit."""
    keys = house.objects.keys(PARTS, state.after, SLICE)
    names = [key.removeprefix(PARTS) for key in keys]
    last, first = names[-1] if names else "", state.after.removeprefix(PARTS)
    held = dict(house.index.find("parts", last, first))
    waiting = dict(house.index.find("orphans", last, first))
    now = house.clock.now()
    for name in names:
        if name in held:
            if name in waiting:
                house.index.drop("orphans", name)
        elif name not in waiting:
            house.index.write("orphans", name, {"since": stamp(now)})
        else:
            state.counted["orphans"] += now - datetime.fromisoformat(waiting[name]["since"]) >= LIMIT
    _step(state, keys[-1] if len(keys) == SLICE else "", "")
    if not state.stage:
        state.whole = {k: n for k, n in state.counted.items() if n}
        state.began, state.done, state.stage = "", stamp(now), "mails"
        state.counted = Counter()
    return len(keys), 0


def _step(state: Pass, after: str, following: str) -> None:
    """Remember the last key of a slice, or go on to the next stage where it was the last slice."""
    state.after = after
    if not after:
        state.stage = following


_STAGES: dict[str, Callable[[House, Pass], tuple[int, int]]] = {
    "mails": _mails,
    "decisions": _decisions,
    "parts": _parts,
}
