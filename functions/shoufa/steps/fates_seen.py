"""What the watch knows of what it has seen, in look-ups of its own; a restored table has them, too.

`fates` (each mail object with its fate), `parts` (each attachment that a mail holds), `unit#…` (the
submissions of a unit), `looks` (when to look at a submission again), `held` (mails that wait for a person),
`quarantined` (to be told of: quarantined mail, and a machine's with papers),
`expiry`, `decided`. Because a restored table knows each mail's fate from its
entry, a mail whose object is gone is missed after a restore as before it, and none has to be read again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from shoufa.domain.codes import Disposition, EntryKind
from shoufa.domain.decision import DECISION_PREFIX
from shoufa.domain.ledger import Entry
from shoufa.domain.moments import stamp
from shoufa.domain.submission import Manifest
from shoufa.judging.suppression import brings_papers
from shoufa.steps.fate import FILED, Fate
from shoufa.steps.house import House
from shoufa.steps.joining import living
from shoufa.steps.retention import mail_ends, submission_ends


class Stored(NamedTuple):
    """A mail object's digest and manifest (None for one that could not be opened, or was erased)."""

    digest: str
    manifest: Manifest | None
    waits: bool = True
    """Whether a mail of no submission waits for a person: none has let it out."""


@dataclass
class Seen:
    """What a lost table's entries say of what the watch had seen; `look`: when to look at all again.

    Nobody knows what was in flight, so every submission is looked at.
    """

    look: datetime
    erased: set[str] = field(default_factory=set)
    """Objects that an entry orders to be erased."""
    _released: dict[str, str] = field(default_factory=dict)

    def entry(self, house: House, entry: Entry) -> None:
        """One entry of any chain: what was ordered to be erased, which decision was taken."""
        if entry.kind is EntryKind.ERASED:
            self.erased.update(entry.data["objects"])
        if entry.kind is EntryKind.DECIDED and entry.data["object"].startswith(DECISION_PREFIX):
            house.index.write("decided", entry.data["object"], {})

    def chain(self, house: House, chain: str, state: Mapping[str, Any]) -> None:
        """One chain, by its head's state."""
        if "released_as" in state:
            self._released[chain] = state["released_as"]
        if "call" in state and not state.get("gone"):
            note_submission(house, chain, state, stamp(self.look))
            note_end_of(house, chain, state)

    def mail(self, house: House, key: str, fate: Fate, digest: str, manifest: Manifest | None) -> None:
        """One mail object, after all chains."""
        if key not in self.erased:
            waits = self._released.get(f"MAIL#{digest}", key) == key
            note_mail(house, key, fate, Stored(digest, manifest, waits=waits))


def note_mail(house: House, key: str, fate: Fate, mail: Stored) -> None:
    """Note one mail object that has its fate."""
    for part in mail.manifest.mail.parts if mail.manifest else ():
        if part.sha256:
            house.index.write("parts", part.sha256, {})
    if fate.disposition not in FILED | {Disposition.DUPLICATE}:  # a repeat goes with what it repeats
        until = mail_ends(house, key, fate.disposition, mail.digest, mail.manifest)
        house.index.write("expiry", f"{stamp(until)}#{key}", {"digest": mail.digest} if mail.manifest else {})
    told = fate.disposition is Disposition.QUARANTINED or _machine_with_papers(fate, mail.manifest)
    if mail.waits and (told or fate.disposition is Disposition.UNMATCHED):
        house.index.write("held", key, {"fate": fate.disposition.value, "digest": mail.digest})
        if told:
            house.index.write("quarantined", key, {"digest": mail.digest})
    house.index.write("fates", key, {"fate": fate.disposition.value})


def _machine_with_papers(fate: Fate, manifest: Manifest | None) -> bool:
    """Whether a mail was taken for a machine's and brings files: a person should look at it."""
    machine = fate.disposition is Disposition.AUTOMATIC
    return machine and manifest is not None and brings_papers(manifest.mail, fate.reason)


def note_submission(house: House, number: str, state: Mapping[str, Any], when: str) -> None:
    """Note a submission for its unit's lists, and to be looked at at `when`."""
    house.index.write(f"unit#{state['call']}#{state['unit']}", number, {})
    house.index.write("looks", f"{when}#{number}", {"tries": "0"})


def note_end(house: House, number: str) -> None:
    """Note when a submission may be over its time at the earliest, if it lives under this number."""
    head = living(house, number)
    if head is not None and head.submission == number:
        note_end_of(house, number, head.state)


def note_end_of(house: House, number: str, state: Mapping[str, Any]) -> None:
    """The same for a submission whose state is known; nothing for one that was merged or erased."""
    gone = state.get("gone") or state.get("into")
    until = None if gone else submission_ends(house, state)
    if until is not None:
        house.index.write("expiry", f"{stamp(until)}#{number}", {})
