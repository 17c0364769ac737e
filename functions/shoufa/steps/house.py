"""The ports and the office, handed to every step as one thing."""

from dataclasses import dataclass

from shoufa.domain.office import Office
from shoufa.ports import Clock, Index, Ledger, Mailer, ObjectStore, Queues, Readers


@dataclass(frozen=True)
class House:
    """What a step works with. A light step never touches `readers`; only step 4 touches `mailer`."""

    objects: ObjectStore
    ledger: Ledger
    index: Index
    queues: Queues
    clock: Clock
    office: Office
    readers: Readers | None = None
    mailer: Mailer | None = None
    drafts: bool = False
    """Nothing is sent: what would go out is written under `drafts/`."""
