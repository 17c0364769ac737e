"""Reconciliation: every object under `inbox/` against its claim, every attachment against its mail.

A pass goes through the stored keys slice by slice, for a bounded time at each call, and remembers in the
index how far it has come, to the key: a port that fails costs no more than what it failed at. What it sees
for the first time it notes there (steps/fates_seen.py). No mail waits for it.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shoufa.domain.codes import Disposition
from shoufa.domain.errors import Damaged
from shoufa.domain.ledger import digest as sha256
from shoufa.domain.moments import stamp
from shoufa.notices.conservation import Conservation
from shoufa.steps import fate as fates
from shoufa.steps.commit import prove
from shoufa.steps.driving import announce
from shoufa.steps.fate import FILED, Fate
from shoufa.steps.fates_seen import Stored, note_end, note_mail, note_submission
from shoufa.steps.files import MAIL_PREFIX, entry_key, load_manifest
from shoufa.steps.house import House
from shoufa.steps.unfit import note_unfit, weighed

LIMIT = timedelta(minutes=30)
"""How old something may be without having moved on: longer than a step's own tries take on one machine."""
LAST = timedelta(hours=6)
"""The longest that stalled work waits to be driven again; it doubles from LIMIT."""
SLICE, SLICES, NEW = 1_000, 10, 1_000
"""Keys in one slice; slices, and keys never seen before, in one call."""
SPENT = timedelta(seconds=10)
"""The time that one call takes at most, and the key that it is at: the rest waits for the next call."""
DAMAGED = "damaged"
"""What such mails count as; the look-ups of these, by key: the damaged object, and the pass that met it."""
DECISIONS, PARTS, RELEASED = "inbox/decision/", "parts/", f"{MAIL_PREFIX}released/"


@dataclass
class Pass:
    """How far a pass has come: its stage, the last key seen, what was counted; and the last whole count.

    `since`: when the pass of the last whole count began; all that came in before was looked at.
    """

    began: str = ""
    done: str = ""
    since: str = ""
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
        said = {n: known.get(n, "") for n in ("began", "done", "since", "stage", "after")}
        return cls(**said, counted=Counter(numbers["counted"]), whole=numbers["whole"])

    def keep(self, house: House) -> None:
        """Write it down."""
        numbers = {"counted": json.dumps(self.counted), "whole": json.dumps(self.whole)}
        said = {n: getattr(self, n) for n in ("began", "done", "since", "stage", "after")}
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
    while state.began and new < NEW and slices < SLICES and house.clock.now() - now < SPENT:
        try:
            slice_ = _STAGES[state.stage](house, state, now + SPENT)
        finally:
            state.keep(house)
        looked, new, slices = looked + slice_[0], new + slice_[1], slices + 1
    return looked


def conserved(house: House) -> tuple[Conservation, str]:
    """What the last whole pass counted, and when it ended ("" if there was none)."""
    state = Pass.of(house)
    known = dict(state.whole)
    counts = {d: known.pop(d.value) for d in Disposition if d.value in known}
    return Conservation(fates=counts, **known), state.done


def counted_since(house: House) -> datetime | None:
    """Up to when all that came in was counted by the last whole pass; None where none ended yet."""
    state = Pass.of(house)
    return datetime.fromisoformat(state.since) if state.done and state.since else None


def count_now(house: House) -> Conservation:
    """All mails against their claims at once: for a run that ends, not for a house that runs."""
    counts: Counter[Disposition] = Counter()
    unaccounted = released = 0
    stored = frozenset(house.objects.keys(MAIL_PREFIX))
    missed = Counter(bool(v.get("erased")) for k, v in house.index.find("fates") if k not in stored)
    for key in stored:
        claimed = house.ledger.claimed(f"object:{key}")
        released += key.startswith(RELEASED)
        unaccounted += claimed is None
        if claimed is not None:
            counts[Fate.parse(claimed).disposition] += 1
    gone = {"erased": missed[True], "lost": missed[False]}
    return Conservation(fates=dict(counts), unaccounted=unaccounted, released=released, **gone)


def _mails(house: House, state: Pass, ends: datetime) -> tuple[int, int]:
    """One slice of mails: known ones are counted, new ones noted, those without a fate driven again."""
    keys = house.objects.keys(MAIL_PREFIX, state.after, SLICE)
    whole, stored = len(keys) < SLICE, frozenset(keys)
    known = dict(house.index.find("fates", None if whole else keys[-1], state.after))
    looked = new = 0
    for key in sorted(stored | known.keys()):
        seen = known.get(key)
        if looked and seen is None and (new >= NEW or house.clock.now() >= ends):
            return looked, new
        if key not in stored:
            state.counted["erased" if known[key].get("erased") else "lost"] += 1
        else:
            state.counted[seen["fate"] if seen else _seen_or_damaged(house, state, key)] += 1
            state.counted["released"] += key.startswith(RELEASED)
        state.after, looked, new = key, looked + 1, new + (seen is None)
    if whole:
        _go_on_to(state, "decisions")
    return looked, new


def _seen_or_damaged(house: House, state: Pass, key: str) -> str:
    """What a mail counts as; a damaged one is noted, is looked at again by each pass, and stops no other."""
    try:
        return _first_seen(house, key)
    except Damaged as err:
        house.index.write(DAMAGED, key, {"object": err.key, "pass": state.began})
    return DAMAGED


def _first_seen(house: House, key: str) -> str:
    """Note a mail that has its fate; drive one that has none. What it counts as."""
    fate = fates.recall(house, key)
    if fate is None:
        return _without_fate(house, "mails", key)
    house.index.drop("unfiled", key)
    raw = house.objects.get(key) or b""
    digest = sha256(raw)
    manifest = load_manifest(house.objects, digest)
    for chain in fate.receipts if fate.disposition in FILED else (f"MAIL#{digest}",):
        prove_all(house, chain)
    for place in fate.places if fate.disposition in FILED else ():
        when = stamp(house.clock.now() + LIMIT)
        note_submission(house, place.receipt, {"call": place.call, "unit": place.unit}, when)
        note_end(house, place.receipt)
    waits = not was_released(house, key, digest)
    note_mail(house, key, fate, Stored(digest, manifest, waits=waits))
    return fate.disposition.value


def was_released(house: House, key: str, digest: str) -> bool:
    """Whether a person let a quarantined mail out: then its copy is what is there, under another key."""
    head = house.ledger.head(f"MAIL#{digest}")
    return head is not None and head.state.get("released_as", key) != key


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


def _decisions(house: House, state: Pass, ends: datetime) -> tuple[int, int]:
    """One slice of decisions: those that their submission does not know of are driven again."""
    keys = house.objects.keys(DECISIONS, state.after, SLICE)
    known = dict(house.index.find("decided", keys[-1] if keys else "", state.after))
    new = 0
    for looked, key in enumerate(keys):
        if key not in known:
            if looked and (new >= NEW or house.clock.now() >= ends):
                return looked, new
            new += 1
            _decision(house, key)
        state.after = key
    if len(keys) < SLICE:
        _go_on_to(state, "parts")
    return len(keys), new


def _decision(house: House, key: str) -> None:
    """A decision that was taken up is done, one that cannot be is noted; any other is driven."""
    head, wrong = weighed(house, key)
    if head is not None and key not in head.state.get("decisions", ()):
        _without_fate(house, "decisions", key)
        return
    house.index.drop("unfiled", key)
    if wrong is not None:
        note_unfit(house, wrong)
    if head is not None and "call" in head.state:
        when = stamp(house.clock.now() + LIMIT)
        house.index.write("looks", f"{when}#{head.submission}", {"tries": "0"})
    house.index.write("decided", key, {})  # last: a decision that is noted is looked at no more


def _parts(house: House, state: Pass, _: datetime) -> tuple[int, int]:
    """One slice of attachments: those that no mail holds are orphans once they are older than the limit."""
    keys = house.objects.keys(PARTS, state.after, SLICE)
    names = [key.removeprefix(PARTS) for key in keys]
    last, first = names[-1] if names else "", state.after.removeprefix(PARTS)
    held = dict(house.index.find("parts", last, first))
    waiting = dict(house.index.find("orphans", last, first))
    for name in names:
        if name in held and name in waiting:
            house.index.drop("orphans", name)
        elif name not in held:
            state.counted["orphans"] += _is_orphan(house, name, waiting.get(name))
        state.after = f"{PARTS}{name}"
    if len(keys) < SLICE:
        _end(house, state)
    return len(keys), 0


def _is_orphan(house: House, name: str, known: Mapping[str, str] | None) -> bool:
    """Whether an attachment of no mail is older than the limit; the first time it is only noted."""
    now = house.clock.now()
    if known is None:
        house.index.write("orphans", name, {"since": stamp(now)})
    return known is not None and now - datetime.fromisoformat(known["since"]) >= LIMIT


def _go_on_to(state: Pass, stage: str) -> None:
    state.stage, state.after = stage, ""


def _end(house: House, state: Pass) -> None:
    """The pass is over: what it counted is the whole count; what it found mended is damaged no more."""
    for key, said in house.index.find(DAMAGED):
        if said["pass"] != state.began:
            house.index.drop(DAMAGED, key)
    state.whole = {k: n for k, n in state.counted.items() if n}
    state.began, state.done, state.since = "", stamp(house.clock.now()), state.began
    state.counted = Counter()
    _go_on_to(state, "mails")


_STAGES: dict[str, Callable[[House, Pass, datetime], tuple[int, int]]] = {
    "mails": _mails,
    "decisions": _decisions,
    "parts": _parts,
}
