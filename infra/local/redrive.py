"""What was in flight when the queues were lost: found in the objects and the ledger, and driven again.

Every step may be asked twice (design.md, "Commit, then send; redelivery re-sends"), so too much is harmless.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from local.mail_room import MailRoom
from shoufa.domain.codes import EntryKind
from shoufa.domain.ledger import Head
from shoufa.domain.revision import PREFIX
from shoufa.ports import ObjectStore
from shoufa.steps.chains import LEDGER, read_chains
from shoufa.steps.commit import append
from shoufa.steps.driving import read_on, send_owed, tell_others
from shoufa.steps.files import MAIL_PREFIX, load_envelope
from shoufa.steps.house import House
from shoufa.steps.unfinished import Unfinished

DECISIONS = "inbox/decision/"


class Redrive:
    """Drives again what is unfinished; each method answers how much it found."""

    def __init__(self, house: House, room: MailRoom, decide: Callable[[dict[str, Any]], None]) -> None:
        """Keep the house, the room that wakes step 1, and what wakes `receive_decision`."""
        self._house = house
        self._room = room
        self._decisions = MailRoom(house.objects, decide)

    def all(self, found: Unfinished, keys: Callable[[str], Any]) -> Counter[str]:
        """Drive everything. `keys` lists the keys under a prefix."""
        done: Counter[str] = Counter()
        done["mails"] = self._mails(keys(MAIL_PREFIX))
        done["decisions"] = self.decide(key for key in keys(DECISIONS) if key not in found.decided)
        done["calls"] = self.decide(key for key in keys(PREFIX) if key not in found.decided)
        for submission in found.open:
            read_on(self._house, submission)
            done["readings"] += 1
        for owed in found.owed:
            done["receipts"] += send_owed(self._house, owed)
        for chain in found.guided:
            message = {"template": "guidance", "submission": chain, "mail": chain.partition("#")[2]}
            self._house.queues.send("notices", message)
        for submission in found.untold:
            tell_others(self._house, submission)
        for submission in found.released:
            self._house.queues.send("notices", {"template": "outcome", "submission": submission})
        return done

    def end_interrupted(self, found: Unfinished, *, nothing_left: bool) -> int:
        """Note, after a stop, each sending that nobody ends any more; only this process can send.

        Where `nothing_left` the house (an outbox of files, the same file for a repeat) the attempt counts as
        none, else as one whose end is unknown: it may be repeated once.
        """
        for submission, notice in found.interrupted:
            data: dict[str, Any] = {"notice": notice, "interrupted": True}
            if nothing_left:
                data["refused"] = "restart"
            append(self._house, submission, _wanted(data))
        return len(found.interrupted)

    def _mails(self, keys: Any) -> int:
        """Mails that are durable and have no fate."""
        count = 0
        for key in keys:
            if self._house.ledger.claimed(f"object:{key}") is None:
                envelope = load_envelope(self._house.objects, key)
                self._room.announce(key, envelope.received_at if envelope else self._house.clock.now())
                count += 1
        return count

    def decide(self, keys: Iterable[str]) -> int:
        """Have decisions and revisions taken; how many."""
        count = 0
        for count, key in enumerate(keys, 1):  # noqa: B007 (the last number is the count)
            self._decisions.announce(key, self._house.clock.now())
        return count


def look_again(objects: ObjectStore, state_of: Callable[[str], Head | None]) -> Unfinished:
    """Read all chains once more, while the table is in use."""
    found = Unfinished()
    for entries in read_chains(objects, objects.keys(LEDGER)):
        head = state_of(entries[0].submission)
        if head is not None:
            found.see(head, entries)
    return found


def _wanted(data: dict[str, Any]) -> Any:
    return lambda _: ([(EntryKind.NOTED, data)], {})
