"""A quarantined or automatic mail let in by a person: its bytes are filed anew, as a copy.

The first object keeps its one disposition for good; the copy is another object with a fate
of its own (infra/decisions, 2026-11-22-released-from-quarantine.md).
"""

from collections.abc import Callable, Mapping
from typing import Any

from shoufa.domain.codes import Disposition, EntryKind
from shoufa.domain.errors import TryAgain, Unreadable, UnreadableCode
from shoufa.domain.ledger import Head
from shoufa.domain.ledger import digest as sha256
from shoufa.domain.mail import Envelope
from shoufa.steps.commit import Wanted, append
from shoufa.steps.decided_state import decided_state
from shoufa.steps.driving import announce
from shoufa.steps.fate import recall
from shoufa.steps.files import dump, envelope_key, load_envelope, load_manifest
from shoufa.steps.house import House
from shoufa.steps.reconciliation import RELEASED

RELEASABLE = frozenset({Disposition.QUARANTINED, Disposition.AUTOMATIC})


def release_quarantined(house: House, key: str, decided: Mapping[str, Any]) -> str:
    """Have the mail object `key` filed as a person's, with no verdict against it; the mail's own chain.

    `decided` is what the ledger keeps of the decision. It stands in that chain, before `noted` with
    `released_as`: the copy's key; the copy opens or joins a submission as any mail does. Asked twice, it is
    done once. Raises Unreadable where it is neither or was erased, TryAgain where it has no fate yet.
    """
    known = recall(house, key)
    if known is None:
        raise TryAgain(f"{key}: it has no fate yet")
    raw = house.objects.get(key)
    if known.disposition not in RELEASABLE or known.reason == "own-mail" or raw is None:
        raise Unreadable(UnreadableCode.UNREADABLE, f"{key}: neither quarantined nor automatic, or erased")
    digest = sha256(raw)
    copy = f"{RELEASED}{digest}"
    chain = f"MAIL#{digest}"
    # the copy first: after a stop in between, the decision is not in the ledger and is driven again
    house.objects.put(envelope_key(copy), dump(_envelope(house, key, digest)))
    house.objects.put(copy, raw)
    append(house, chain, _once(copy, decided))
    announce(house, "mails", copy)
    for group in ("held", "quarantined"):
        house.index.drop(group, key)
    return chain


def _once(copy: str, decided: Mapping[str, Any]) -> Callable[[Head], Wanted | None]:
    """Each decision once, and once what follows from the first."""

    def entries(head: Head) -> Wanted | None:
        if decided["object"] in head.state.get("decisions", ()):
            return None
        said, state = (EntryKind.DECIDED, dict(decided)), decided_state(head.state, decided)
        if head.state.get("released_as") == copy:
            return [said], state
        return [said, (EntryKind.NOTED, {"released_as": copy})], {**state, "released_as": copy}

    return entries


def _envelope(house: House, key: str, digest: str) -> Envelope:
    """What was known of the mail when it came, without the verdicts that a person overruled."""
    manifest = load_manifest(house.objects, digest)
    known = load_envelope(house.objects, key) or (manifest.envelope if manifest else None)
    known = known or Envelope(received_at=house.clock.now(), door="released")
    return known.model_copy(update={"door": "released", "virus": "", "spam": ""})
