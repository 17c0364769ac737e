"""Whether a disturbed run ended as the undisturbed one: everything durable compared, times and hashes aside.

What a fault may change, and nothing else:

- when things happened (hashes hold times; numbers of entries count tries), and how often a sending was begun;
- where a mail was out and the ledger did not say so yet, one repeat of it, with the same notice id and Message-ID;
- which notice took which place of an allowance, and of which hour, and which waited for the next: that is order;
- look-ups that only say when the watch looks again: `looks` without a reason, `asked` for what was sent meanwhile;
- whether the office's report of a day on which something was erased went with it: it was sent before, or after it.
"""

import functools
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Any

from faults.office_at_work import Durable
from faults.port_faults import Hit
from shoufa.domain.codes import EntryKind
from shoufa.domain.ledger import Entry, verify
from shoufa.steps.files import entry_key

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:\+\d\d:\d\d|Z)")
_HOUR = re.compile(r"(?<=#)\d{4}-\d\d-\d\dT\d\d#\d+$")
"""The hour of a place in an hour's allowance, and which it is."""
_UNTOLD = ("attempt", "slots", "message_id", "cause", "checkpoint", "until", "unheld")
"""What tells how it came about, not what came of it; which notice took which place of an allowance is order."""
_MOMENTS = ("watch", "looks", "asked", "expiry", "owed")
"""Look-ups that hold moments of the watch's own work, or of what waits: the moment is left out."""
_BY_CONTENT = ("mails/", "verdicts/")
"""Objects whose bytes are compared; of the others (facts have the seconds that reading took, sent mails a Date) the key."""


def end_of(durable: Durable, landed: Iterable[str]) -> dict[str, Any]:
    """All that must be the same, as comparable values; `landed` are the stamps that stay as they are."""
    known = set(landed)

    def plain(value: Any) -> str:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
        return _TIME.sub(lambda m: m[0] if m[0] in known else "T", text)

    objects = durable.objects.data
    chains = {s: _read(tuple(texts)) for s, texts in durable.ledger._chains.items()}
    erased = {e.at[:10] for entries in chains.values() for e in entries if e.kind is EntryKind.ERASED}
    reports = tuple(f"sent/digest-{day}" for day in erased)  # sent before or after it, and erased or not
    return {
        "dispositions": {n: o for n, o in durable.ledger.claims.items() if n.startswith("object:")},
        "claims": {n: o for n, o in durable.ledger.claims.items() if not n.startswith("slot:")},
        "places": sorted(_HOUR.sub("H", n) for n in durable.ledger.claims if n.startswith("slot:")),
        "states": {s: plain(_told(json.loads(h)["state"])) for s, h in durable.ledger._heads.items()},
        "chains": {
            s: sorted(plain(_said(e)) for e in entries if not _mere_try(e)) for s, entries in chains.items()
        },
        "look-ups": sorted(
            _timeless(plain, group, item)
            for group, items in durable.index.groups.items()
            for key, value in items.items()
            if (item := _look_up(chains, group, key, value)) is not None
        ),
        "objects": sorted(
            f"{key} {plain(objects[key].decode()) if key.startswith(_BY_CONTENT) else ''}"
            for key in objects
            if not key.startswith(("ledger/", *reports))
        ),
        "retained": durable.objects.retained,
        "waiting": [m.body for m in durable.sqs.waiting],
        "dead": [m.body for m in durable.sqs.dead],
        "notices": sorted(_sent_ids(durable)),
    }


def hourless(end: Mapping[str, Any]) -> dict[str, Any]:
    """The same without what tells in which hour a notice went: what a fault may change where hours are full."""
    names = ("hourly-", "told#", "UNIT#", '["hour"', '["looks"', '["later"')

    def kept(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: v for k, v in value.items() if not any(n in k for n in names)}
        if isinstance(value, list):
            return [v for v in value if not any(n in str(v) for n in names)]
        return value

    return {what: kept(value) for what, value in end.items()}


@functools.lru_cache(65536)
def _read_one(text: str) -> Entry:
    return Entry.model_validate_json(text)


@functools.lru_cache(8192)
def _read(texts: tuple[str, ...]) -> list[Entry]:
    return [_read_one(t) for t in texts]


@functools.lru_cache(8192)
def _proof(texts: tuple[str, ...]) -> tuple[tuple[str, ...], dict[str, bytes]]:
    """What is wrong with one chain, and the objects that prove it."""
    entries = _read(texts)
    faults = tuple(f"{b.submission} {b.seq}: {b.why}" for b in verify(entries))
    return faults, {entry_key(e): t.encode() for e, t in zip(entries, texts, strict=True)}


def _look_up(
    chains: Mapping[str, Sequence[Entry]], group: str, key: str, value: Mapping[str, str]
) -> list[Any] | None:
    """A look-up as far as it must be the same; None for one that only says when to look, not for what.

    `ends`: its number counts tries and its hash holds times, so it must be an entry of its chain. `parked`:
    its key is an entry's number. `looks` without a reason: the first look after something came in. `asked`: a
    notice that was sent meanwhile is forgotten at the next look.
    """
    if group == "ends":
        noted = any((str(e.seq), e.hash) == (value["seq"], value["hash"]) for e in chains[key])
        return [group, key, noted]
    if group == "parked":
        return [group, value["submission"], value["message"]]
    if group == "looks" and "why" not in value:
        return None
    if group == "asked" and _was_sent(chains.get(value["chain"], ()), value["notice"]):
        return None
    return [group, key, value]


def _was_sent(entries: Sequence[Entry], notice: str) -> bool:
    sent = any(e.kind is EntryKind.SENT and e.data["notice"] == notice for e in entries)
    return sent or any(e.data.get("draft") == notice for e in entries)


def _timeless(plain: Callable[[Any], str], group: str, item: list[Any]) -> str:
    """A look-up as text; what the watch puts down for itself (when it looks, when it asks) without any time."""
    return _TIME.sub("T", plain(item)) if group.partition("#")[0] in _MOMENTS else plain(item)


def _said(entry: Entry) -> list[Any]:
    return [entry.kind.value, _told(entry.data)]


def _told(values: dict[str, Any]) -> dict[str, Any]:
    told = {k: v for k, v in values.items() if k not in _UNTOLD}
    if "held" in values and "template" not in values["held"]:  # by the number of its entry
        told["held"] = sorted(json.dumps(m, sort_keys=True) for m in values["held"].values())
    if "drafts" in values:  # in the order of writing
        told["drafts"] = sorted(values["drafts"])
    return told


def _mere_try(entry: Entry) -> bool:
    """Whether an entry tells of an attempt, not of what came of it."""
    tries = {"refused", "interrupted", "delayed"}
    return entry.kind is EntryKind.SENDING or bool(tries & entry.data.keys())


def _sent_ids(durable: Durable) -> dict[str, set[str]]:
    """Notice ids of all mails that went out, with their Message-IDs."""
    found: dict[str, set[str]] = {}
    for raw, _, _ in durable.mailer.sent:
        head = _head(raw)
        found.setdefault(str(head["X-Shoufa-Notice"]), set()).add(str(head["Message-ID"]))
    return found


@functools.lru_cache(4096)
def _head(raw: bytes) -> Message:
    return BytesHeaderParser().parsebytes(raw)


def copies(durable: Durable) -> Counter[str]:
    """How often each notice went out."""
    heads = (_head(raw) for raw, _, _ in durable.mailer.sent)
    return Counter(str(head["X-Shoufa-Notice"]) for head in heads)


def proof_faults(durable: Durable) -> list[str]:
    """What is wrong with the chains, or with the objects that prove them."""
    faults: list[str] = []
    table: dict[str, bytes] = {}
    for texts in durable.ledger._chains.values():
        wrong, proofs = _proof(tuple(texts))
        faults += wrong
        table |= proofs
    objects = {k: v for k, v in durable.objects.data.items() if k.startswith("ledger/")}
    faults += [f"in the table, not as an object: {k}" for k in sorted(table.keys() - objects.keys())]
    faults += [f"an object, not in the table: {k}" for k in sorted(objects.keys() - table.keys())]
    return faults + [
        f"object and table differ: {k}" for k in table.keys() & objects.keys() if table[k] != objects[k]
    ]


def mail_faults(durable: Durable, hits: Sequence[Hit], before: Counter[str]) -> list[str]:
    """Notices that went out too often. `before`: what had gone out before the disturbance."""
    faults = []
    repeated = 0
    for notice, times in copies(durable).items():
        more = times - max(1, before[notice])
        repeated += max(0, more)
        if more > 1:
            faults.append(f"{notice} went out {times} times")
    may = sum(h.unrecorded for h in hits)
    if repeated > may:
        faults.append(f"{repeated} repeats, though a mail was out and not recorded at {may} faults")
    faults += [
        f"{n} under several Message-IDs: {ids}" for n, ids in _sent_ids(durable).items() if len(ids) > 1
    ]
    return faults


def given_up(durable: Durable) -> set[str]:
    """Notices begun twice whose end is unknown: a person has to look, and the alarm of the dead letters says so."""
    found = set()
    for submission in durable.ledger._chains:
        entries = _read(tuple(durable.ledger._chains[submission]))
        ended = {e.data.get("notice") for e in entries if e.kind is EntryKind.SENT}
        begun = Counter(e.data["notice"] for e in entries if e.kind is EntryKind.SENDING)
        begun.subtract(e.data["notice"] for e in entries if {"refused", "notice"} <= e.data.keys())
        found |= {n for n, times in begun.items() if times >= 2 and n not in ended}
    return found
