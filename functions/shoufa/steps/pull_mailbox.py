"""A mailbox's folder looked through: each mail in it becomes one object under `inbox/mail/imap/`, once.

The mail's key is made of its UID, so what is stored is what was taken. How far a folder has come (`pull` in
the index) only spares work: without it, and once a day all the same, all keys are held against all UIDs. What
the mailbox does not give is asked for again behind the others, at growing distances; at the end its head is
filed, which step 1 quarantines, so that a person hears of it. Where the mailbox gives nothing at all, no mail
is at fault: all are asked for on and on, and the clerk is told.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from shoufa.domain.errors import MailboxClosed, TryAgain, Unreadable
from shoufa.domain.ledger import digest as sha256
from shoufa.domain.mail import Envelope
from shoufa.domain.mail_folder import MailFolder
from shoufa.domain.moments import stamp
from shoufa.domain.receipt import ZONE
from shoufa.ports import Mailbox, ObjectStore
from shoufa.steps.fate import Fate
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
SILENCE, LONGEST = timedelta(hours=2), timedelta(hours=12)
"""After how long without any mail that is told; how long one that failed is left alone at most meanwhile."""
MANY = 500
"""Of how many failing mails an account is kept: an item of the index has a size."""


class Failing(NamedTuple):
    """A mail asked for in vain: how often, since when, until when it is left alone.

    `given`: how many mails the mailbox had given when it was first asked for.
    """

    tries: int
    first: str
    rest: str = ""
    given: int = 0


@dataclass
class Progress:
    """How far a folder has come. All mails up to `mark` are stored, or are none to be stored.

    `rest`: until when the folder is left alone. `since`: the day of which `mark` is true. `whole`: when it
    was last begun from the beginning. `failing`: by UID, what was asked for in vain. `given`: how many mails
    the mailbox gave; where that is lost, what fails waits for as many again.
    """

    rest: str = ""
    validity: int = 0
    mark: int = 0
    since: str = ""
    whole: str = ""
    failing: dict[int, Failing] = field(default_factory=dict)
    given: int = 0

    @classmethod
    def of(cls, house: House, folder: MailFolder) -> "Progress":
        """As the index keeps it; nothing where it keeps nothing."""
        known = dict(house.index.find(GROUP, folder.id, folder.id[:-1])).get(folder.id)
        if known is None:
            return cls()
        failing = {int(uid): Failing(*said) for uid, said in json.loads(known["failing"]).items()}
        words = {name: known[name] for name in ("rest", "since", "whole")}
        validity, mark, given = (int(known.get(name, 0)) for name in ("validity", "mark", "given"))
        return cls(validity=validity, mark=mark, given=given, failing=failing, **words)

    def keep(self, house: House, folder: MailFolder) -> None:
        """Write it down."""
        value = {"rest": self.rest, "since": self.since, "whole": self.whole}
        value |= {name: str(getattr(self, name)) for name in ("validity", "mark", "given")}
        house.index.write(GROUP, folder.id, {**value, "failing": json.dumps(self.failing)})

    def enter(self, validity: int, since: date, now: datetime) -> None:
        """Begin from the beginning where UIDs mean other mails, earlier ones are wanted, or a day is over."""
        if validity != self.validity:
            self.failing = {}
        old = not self.whole or now - datetime.fromisoformat(self.whole) >= WHOLE
        if old or (validity, since.isoformat()) != (self.validity, self.since):
            self.validity, self.since, self.mark, self.whole = validity, since.isoformat(), 0, stamp(now)

    def in_order(self, uids: Sequence[int], now: datetime) -> list[int]:
        """The mails to ask for now: new ones, then those that failed and whose time has come.

        The other way about where too many fail for an account to be kept of more.
        """
        fresh = [uid for uid in uids if uid not in self.failing]
        again = [uid for uid in uids if uid in self.failing and self.failing[uid].rest <= stamp(now)]
        return [*again, *fresh] if len(self.failing) >= MANY else [*fresh, *again]

    def begin(self, uid: int, now: datetime) -> Failing:
        """Count a try before it is made: who is killed by it counts no more."""
        known = self.failing.get(uid) or Failing(0, stamp(now), given=self.given)
        tries = known.tries + 1
        rest = datetime.fromisoformat(known.first) + timedelta(minutes=2 ** min(tries, TRIES) - 1)
        begun = known._replace(tries=tries, rest=stamp(rest))
        if uid in self.failing or len(self.failing) < MANY:
            self.failing[uid] = begun
        return begun

    def refuse(self, uid: int, now: datetime) -> None:
        """A last try that proved nothing, as the mailbox gave no other mail either, is to come again."""
        known = self.failing.get(uid)
        if known and known.tries >= TRIES:
            rest = now + min(now - datetime.fromisoformat(known.first), LONGEST)
            self.failing[uid] = known._replace(tries=known.tries - 1, rest=stamp(rest))

    def gives_others(self, tried: Failing) -> bool:
        """Whether the mailbox gave a mail since this one was first asked for."""
        return self.given > tried.given

    def gives_nothing(self, now: datetime) -> bool:
        """Whether a mail has been asked for in vain so long, and nothing else was given since."""
        failing = [one for one in self.failing.values() if not self.gives_others(one)]
        return any(now - datetime.fromisoformat(one.first) >= SILENCE for one in failing)


class _Given(NamedTuple):
    """What a mailbox gave of one mail, and why not more ("" where it gave all)."""

    received_at: datetime
    raw: bytes
    withheld: str = ""
    size: int | None = None


def pull_mailbox(folder: MailFolder, mailbox: Mailbox, house: House) -> int:
    """Store the folder's new mails, for a bounded time; how many.

    Raises MailboxClosed where it cannot be opened, or gave no mail for hours (then it is left alone for five
    minutes), TryAgain where it does not answer. What was stored stays stored.
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
    count = refused = 0
    for uid in state.in_order(sorted(left), now)[:MOST]:
        if refused >= FAILURES or house.clock.now() - now >= SPENT:
            break
        if not _is_erased(folder, house, state.validity, uid):
            given = _asked(folder, mailbox, house, state, uid)
            if given is None:
                refused += 1
                continue
            if given.received_at.astimezone(ZONE).date() >= since:
                count += _store(folder, house, mail_key(folder, state.validity, uid, given.withheld), given)
        left.discard(uid)
    state.mark = max((uid for uid in uids if uid < min(left, default=uid + 1)), default=state.mark)
    if refused and state.gives_nothing(now):
        raise _gives_nothing(folder)
    return count


def _gives_nothing(folder: MailFolder) -> MailboxClosed:
    return MailboxClosed(
        f"{folder.host}（{folder.id}）：能列出邮件，但两小时以上未给出任何一封；会继续重试，不会漏收。请登录网页邮箱，"
        f"查看是否限制了IMAP收取，一直如此请联系邮箱服务商 / {folder.host} ({folder.id}): it lists its mails and "
        "gave none for two hours or more; they are asked for on and on, none is given up. See in the web "
        "mailbox whether IMAP is limited, and if that goes on, ask the provider"
    )


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


def _is_erased(folder: MailFolder, house: House, validity: int, uid: int) -> bool:
    """Whether a mail whose object is not there was erased, as the watch knows it: it is not asked for again.

    One that was lost is: its claim names its fate still, and the same bytes get no second one.
    """
    keys = (mail_key(folder, validity, uid, withheld) for withheld in ("", UNFETCHED))
    return any("erased" in dict(house.index.find("fates", key, key[:-1])).get(key, {}) for key in keys)


def _was_erased(house: House, key: str, raw: bytes) -> bool:
    """The same of a mail that was given, as the ledger knows it: a look-up may be wrong."""
    claimed = house.ledger.claimed(f"object:{key}")
    if claimed is None:
        return False
    digest = sha256(raw)
    heads = (house.ledger.head(chain) for chain in (f"MAIL#{digest}", *Fate.parse(claimed).receipts))
    return any(digest in head.state.get("erased", ()) for head in heads if head)


def _asked(folder: MailFolder, mailbox: Mailbox, house: House, state: Progress, uid: int) -> _Given | None:
    """One mail as the mailbox gives it now; None where it gives nothing of it and there is hope."""
    tried = state.begin(uid, house.clock.now())
    state.keep(house, folder)
    try:
        given = _given(mailbox, folder, uid, tried, last=tried.tries >= TRIES and state.gives_others(tried))
    except (TryAgain, MailboxClosed) as err:
        state.refuse(uid, house.clock.now())
        if isinstance(err, MailboxClosed):
            raise
        return None
    state.failing.pop(uid, None)  # what fails from here on is no fault of the mail
    state.given += not given.withheld
    return given


def _given(mailbox: Mailbox, folder: MailFolder, uid: int, tried: Failing, *, last: bool) -> _Given:
    """One mail, or its head and why; TryAgain while there is hope, which ends with the `last` try.

    After TRIES, the last of which killed the process, its body is asked for no more.
    """
    at, why, size = datetime.fromisoformat(tried.first), TOO_LARGE, None
    try:
        size, at = mailbox.about(uid)
        if tried.tries > TRIES:
            why = UNFETCHED
        elif size <= folder.max_bytes:
            return _Given(at, mailbox.fetch(uid))
    except Unreadable:  # it is larger than was said
        pass
    except TryAgain:
        if not last:
            raise
        why = UNFETCHED
    return _Given(at, _head(mailbox, folder, uid, last=last), why, size)


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
    """The sidecar first, as at every door; False if the mail was there, or was erased."""
    if _was_erased(house, key, given.raw):
        return False
    why = {"withheld": given.withheld, "size": given.size}
    known = Envelope(received_at=given.received_at, door="imap", mailbox=folder.mailbox, **why)
    house.objects.put(envelope_key(key), dump(known))
    return house.objects.put(key, given.raw)
