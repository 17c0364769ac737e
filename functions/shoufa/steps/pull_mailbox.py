"""A mailbox's folder looked through: each mail in it becomes one object under `inbox/mail/imap/`, once.

The mail's key is made of its UID, so what is stored is what was taken. How far a folder has come (`pull` in
the index) only spares work: without it, and once a day all the same, all keys are held against all UIDs. What
the mailbox does not give is asked for again behind the others, at growing distances; at the end its head is
filed, which step 1 quarantines, so that a person hears of it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from shoufa.domain.errors import MailboxClosed, TryAgain, Unreadable
from shoufa.domain.mail import Envelope
from shoufa.domain.mail_folder import MailFolder
from shoufa.domain.moments import stamp
from shoufa.domain.receipt import ZONE
from shoufa.ports import Mailbox, ObjectStore
from shoufa.steps.files import MAIL_PREFIX, dump, envelope_key
from shoufa.steps.house import House

GROUP = "pull"
"""The index group: one item for each folder."""
SPENT, MOST = timedelta(seconds=45), 500
"""After which time no further mail is begun, and how many are looked at, in one call."""
LEASE = timedelta(minutes=15)
"""How long a call may take: until then another one leaves the folder alone."""
PAUSE = timedelta(minutes=5)
"""How long a mailbox that could not be opened is left alone: providers lock out who knocks each minute."""
WHOLE = timedelta(days=1)
"""How long a folder is gone through from where the last call came to; then from its beginning."""
TOO_LARGE, UNFETCHED = "too-large", "unfetched"
"""Why only a mail's head was filed."""
TRIES, FAILURES = 9, 3
"""How often a mail is asked for in vain (in four hours) until its head is filed; failures that end a call."""


@dataclass
class Progress:
    """How far a folder has come. All mails up to `mark` are stored, or are none to be stored.

    `rest`: until when the folder is left alone. `since`: the day of which `mark` is true. `whole`: when it
    was last begun from the beginning. `failing`: UIDs asked for in vain, how often, and when first.
    """

    rest: str = ""
    validity: int = 0
    mark: int = 0
    since: str = ""
    whole: str = ""
    failing: dict[int, tuple[int, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, house: House, folder: MailFolder) -> "Progress":
        """As the index keeps it; nothing where it keeps nothing."""
        known = dict(house.index.find(GROUP, folder.id, folder.id[:-1])).get(folder.id)
        if known is None:
            return cls()
        failing = {int(uid): (tries, at) for uid, (tries, at) in json.loads(known["failing"]).items()}
        words = {name: known[name] for name in ("rest", "since", "whole")}
        return cls(validity=int(known["validity"]), mark=int(known["mark"]), failing=failing, **words)

    def keep(self, house: House, folder: MailFolder) -> None:
        """Write it down."""
        value = {"rest": self.rest, "since": self.since, "whole": self.whole}
        value |= {"validity": str(self.validity), "mark": str(self.mark)}
        house.index.write(GROUP, folder.id, {**value, "failing": json.dumps(self.failing)})

    def enter(self, validity: int, since: date, now: datetime) -> None:
        """Begin from the beginning where UIDs mean other mails, earlier ones are wanted, or a day is over."""
        if validity != self.validity:
            self.failing = {}
        old = not self.whole or now - datetime.fromisoformat(self.whole) >= WHOLE
        if old or (validity, since.isoformat()) != (self.validity, self.since):
            self.validity, self.since, self.mark, self.whole = validity, since.isoformat(), 0, stamp(now)

    def in_order(self, uids: Sequence[int], now: datetime) -> list[int]:
        """The mails to ask for now: new ones first, then those that failed and whose time has come."""
        fresh = [uid for uid in uids if uid not in self.failing]
        again = [uid for uid in uids if uid in self.failing and self._is_due(uid, now)]
        return [*fresh, *again]

    def _is_due(self, uid: int, now: datetime) -> bool:
        tries, at = self.failing[uid]
        return now - datetime.fromisoformat(at) >= timedelta(minutes=2 ** min(tries, TRIES) - 1)

    def begin(self, uid: int, now: datetime) -> tuple[int, str]:
        """Count a try before it is made: who is killed by it counts no more. How many, and when the first."""
        tries, at = self.failing.get(uid, (0, stamp(now)))
        self.failing[uid] = (tries + 1, at)
        return self.failing[uid]


class _Given(NamedTuple):
    """What a mailbox gave of one mail, and why not more ("" where it gave all)."""

    received_at: datetime
    raw: bytes
    withheld: str = ""
    size: int | None = None


def pull_mailbox(folder: MailFolder, mailbox: Mailbox, house: House) -> int:
    """Store the folder's new mails, for a bounded time; how many.

    Raises MailboxClosed where it cannot be opened (then it is left alone for five minutes), TryAgain where it
    does not answer. What was stored stays stored.
    """
    state, now = Progress.of(house, folder), house.clock.now()
    if stamp(now) < state.rest:
        return 0
    state.rest = stamp(now + LEASE)
    state.keep(house, folder)
    rest = ""
    try:
        return _pull(folder, mailbox, house, state)
    except MailboxClosed:
        rest = stamp(house.clock.now() + PAUSE)
        raise
    finally:
        mailbox.close()
        state.rest = rest
        state.keep(house, folder)


def _pull(folder: MailFolder, mailbox: Mailbox, house: House, state: Progress) -> int:
    now = house.clock.now()
    since = folder.since or _first_look(folder, house)
    state.enter(mailbox.open(), since, now)
    uids = mailbox.uids(since - timedelta(days=1), state.mark)
    left = set(uids) - _stored(folder, house.objects, state)
    state.failing = {uid: said for uid, said in state.failing.items() if uid in left}
    count = failures = 0
    for uid in state.in_order(sorted(left), now)[:MOST]:
        if failures >= FAILURES or house.clock.now() - now >= SPENT:
            break
        if not _was_taken(folder, house, state.validity, uid):
            tries, known = state.begin(uid, now)
            state.keep(house, folder)
            try:
                given = _given(mailbox, folder, uid, datetime.fromisoformat(known), tries)
            except TryAgain:
                failures += 1
                continue
            if given.received_at.astimezone(ZONE).date() >= since:
                count += _store(folder, house, mail_key(folder, state.validity, uid, given.withheld), given)
        state.failing.pop(uid, None)
        left.discard(uid)
    state.mark = max((uid for uid in uids if uid < min(left, default=uid + 1)), default=state.mark)
    return count


def _first_look(folder: MailFolder, house: House) -> date:
    """The day of the first look at a folder, kept as an object: a lost table, or a stop, does not move it."""
    key = f"mailboxes/{folder.id}.json"
    today = house.clock.now().astimezone(ZONE).date()
    house.objects.put(key, json.dumps({"since": today.isoformat()}).encode())
    known = house.objects.get(key)
    return date.fromisoformat(json.loads(known)["since"]) if known else today


def _stored(folder: MailFolder, objects: ObjectStore, state: Progress) -> set[int]:
    """UIDs above the mark whose mails are there."""
    prefix = f"{MAIL_PREFIX}imap/{folder.id}/{state.validity:010d}-"
    keys = objects.keys(prefix, after=f"{prefix}{state.mark:010d}~")
    return {int(key.removeprefix(prefix).partition("-")[0]) for key in keys}


def _was_taken(folder: MailFolder, house: House, validity: int, uid: int) -> bool:
    """Whether a mail whose object is not there had its fate: it was erased, and is not to come again."""
    keys = (mail_key(folder, validity, uid, withheld) for withheld in ("", UNFETCHED))
    return any(house.ledger.claimed(f"object:{key}") for key in keys)


def _given(mailbox: Mailbox, folder: MailFolder, uid: int, known: datetime, tries: int) -> _Given:
    """One mail, or its head and why; TryAgain while there is hope. `known`: since when we know of it.

    Past the last try, which killed the process, its body is asked for no more.
    """
    at, why, size = known, TOO_LARGE, None
    try:
        size, at = mailbox.about(uid)
        if tries > TRIES:
            why = UNFETCHED
        elif size <= folder.max_bytes:
            return _Given(at, mailbox.fetch(uid))
    except Unreadable:  # it is larger than was said
        pass
    except TryAgain:
        if tries < TRIES:
            raise
        why = UNFETCHED
    return _Given(at, _head(mailbox, folder, uid, last=tries >= TRIES), why, size)


def _head(mailbox: Mailbox, folder: MailFolder, uid: int, *, last: bool) -> bytes:
    """A mail's head; in the end two lines that tell it from any other mail."""
    try:
        return mailbox.fetch(uid, head=True)
    except TryAgain:
        if not last:
            raise
        return f"X-Shoufa-Pulled: {folder.id} {uid}\r\n\r\n".encode()


def mail_key(folder: MailFolder, validity: int, uid: int, withheld: str = "") -> str:
    """The key of one mail, in the order of UIDs; of a mere head it is another than of the mail."""
    return f"{MAIL_PREFIX}imap/{folder.id}/{validity:010d}-{uid:010d}{'-head' if withheld else ''}"


def _store(folder: MailFolder, house: House, key: str, given: _Given) -> bool:
    """The sidecar first, as at every door; False if the mail was there."""
    why = {"withheld": given.withheld, "size": given.size}
    known = Envelope(received_at=given.received_at, door="imap", mailbox=folder.mailbox, **why)
    house.objects.put(envelope_key(key), dump(known))
    return house.objects.put(key, given.raw)
