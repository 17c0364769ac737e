"""A notice on its way out: claimed with a lease, sent, recorded. At least once, at most one repeat."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from shoufa.domain.allowance import Allowance
from shoufa.domain.codes import EntryKind, Template
from shoufa.domain.errors import MaybeSent, TryAgain
from shoufa.domain.fingerprint import private
from shoufa.domain.ledger import Entry, Head
from shoufa.notices.compose import Outgoing, to_bytes
from shoufa.ports import Mailer
from shoufa.steps import outgoing as counting
from shoufa.steps.commit import append, change, commit, prove_end
from shoufa.steps.drafts import keep_draft, stays_draft
from shoufa.steps.files import sent_key
from shoufa.steps.house import House
from shoufa.steps.released import released

LEASE = timedelta(minutes=5)
ATTEMPTS = 2
RACES = 8
"""How often another sender to the same address may take the place that was free."""


class Outcome(StrEnum):
    """What became of a notice."""

    SENT = "sent"
    BEFORE = "sent-before"
    OVER = "over"
    """An allowance is used up: the caller says what is done instead."""
    DELAYED = "delayed"
    UNSURE = "unsure"
    """Two attempts ended nobody knows how; a third could be a second repeat, so its unit is told instead."""
    DRAFTED = "drafted"
    """Written and shown only, as the settings say (`MAIL_OUT=drafts`)."""


@dataclass(frozen=True)
class Post:
    """A notice to send: the chain that records it, the mail, and the message that asks for it again.

    `about`: what its entries say beside its id. `within`: the allowances it counts in. `state`: what the
    head's state becomes when it is sent. `claims`: what is claimed with its sending. `unit`: call and unit
    that are told where it has to wait. Without a `message` it never waits: the office's own mail, which says
    what is wrong.
    """

    chain: str
    mail: Outgoing
    message: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    within: tuple[Allowance, ...] = ()
    state: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, str] = field(default_factory=dict)
    unit: dict[str, str] = field(default_factory=dict)

    @property
    def notice(self) -> str:
        """The notice's id."""
        return self.mail.notice_id


def deliver(
    house: House,
    submission: str,
    outgoing: Outgoing,
    about: dict[str, Any],
    state: dict[str, Any] | None = None,
) -> bool:
    """Send a notice that counts in no allowance, in the chain `submission`; False if it was sent before."""
    return send(house, Post(submission, outgoing, about=about, state=state or {})) is Outcome.SENT


def send(house: House, post: Post) -> Outcome:
    """Send a notice, unless it was sent; raises TryAgain while another lease runs or nobody takes it.

    The head is read before the entries: what another sender begins meanwhile moves it, and then this one
    may not begin.
    """
    head = house.ledger.head(post.chain) or Head(submission=post.chain)
    if house.mailer is None:
        raise TryAgain(f"{post.chain}: no mailer was given")
    mine = [e for e in house.ledger.entries(post.chain) if e.data.get("notice") == post.notice]
    begun = _attempts(house, post, mine)
    let_go = post.mail.template is not Template.RECEIPT and released(head)
    if begun is None:
        prove_end(house, head)
        note_again(house, post.chain, mine)
        return Outcome.BEFORE
    if begun >= ATTEMPTS:
        return _unsure(house, post, begun)
    if stays_draft(house, head, post.notice, released=let_go):
        return Outcome.BEFORE
    if house.drafts:
        keep_draft(house, post.chain, post.mail, _raw(house, post), post.about)
        return Outcome.DRAFTED
    if post.message and counting.is_full(house, post.notice):
        counting.delay(house, post.chain, post.notice, post.message, post.unit)
        return Outcome.DELAYED
    until = house.clock.now() + LEASE
    data = _begin(house, head, post, begun + 1, _places(mine))
    if data is None:
        return Outcome.OVER
    counting.count(house.index, post.notice, house.clock.now())
    _hand_over(house, house.mailer, post, data, until)
    return Outcome.SENT


def _unsure(house: House, post: Post, begun: int) -> Outcome:
    """Note once that a notice may have gone out or not, and tell its unit.

    The office's own mail, which no unit is told of, ends in the dead-letter queue (TryAgain).
    """
    if not post.unit:
        raise TryAgain(f"{post.chain}: {post.notice} was begun {begun} times and its end is unknown")
    data = {"unsure": post.notice, "template": post.mail.template.value, **post.about, **post.unit}
    entry = counting.noted_as(house, post.chain, "unsure", post.notice)
    counting.tell_unit(house.index, entry or counting.note_once(house, post.chain, data))
    return Outcome.UNSURE


def _begin(
    house: House, head: Head, post: Post, attempt: int, kept: list[str] | None
) -> dict[str, Any] | None:
    """Append `sending` with its claims; what the entry says, None where there is no place for the notice.

    `kept`: the places that it took when it was begun before. Where only a place went to another sender, the
    next one is tried.
    """
    told = {"notice": post.notice, "template": post.mail.template.value, "attempt": attempt, **post.about}
    for _ in range(RACES):
        slots = kept if kept is not None else counting.free_slots(house, post.mail.to, post.within)
        if slots is None:
            return None
        data = {**told, **({"slots": slots} if slots else {})}
        claims = {counting.slot_claim(s): post.notice for s in slots}
        claims |= {f"notice:{post.notice}": post.chain, **post.claims}
        if commit(house, [change(house, head, [(EntryKind.SENDING, data)], {})], claims):
            return data
        now = house.ledger.head(post.chain) or Head(submission=post.chain)
        if now.hash != head.hash:
            break
    raise TryAgain(f"{post.chain}: another writer was first")


def _places(mine: Sequence[Entry]) -> list[str] | None:
    """The places that a notice took when it was begun before, None if it was not."""
    return next((e.data.get("slots", []) for e in mine if e.kind is EntryKind.SENDING), None)


def _hand_over(house: House, mailer: Mailer, post: Post, data: dict[str, Any], until: datetime) -> None:
    """Give the mail to the mailer and record what became of it.

    `until`: when the lease ends. Whoever stood still for longer (a machine that slept) sends nothing, since
    another may have.
    """
    raw = _raw(house, post)
    try:
        _in_time(house, post, until)
        used = mailer.send(raw, house.office.sender_address, post.mail.to)
    except MaybeSent:
        raise
    except TryAgain:
        refused = {"notice": post.notice, "refused": data["attempt"]}
        append(house, post.chain, lambda _: ([(EntryKind.NOTED, refused)], {}))
        raise
    house.objects.put(sent_key(post.notice), raw)
    done = {k: v for k, v in data.items() if k not in {"attempt", "slots"}} | {"message_id": used}
    append(house, post.chain, lambda _: ([(EntryKind.SENT, done)], post.state))
    note_id(house, used, post.chain, post.notice)


def _in_time(house: House, post: Post, until: datetime) -> None:
    if house.clock.now() >= until:
        raise TryAgain(f"{post.chain}: the lease of {post.notice} is over")


def _raw(house: House, post: Post) -> bytes:
    sender = house.office.sender_address
    return to_bytes(post.mail, sender, message_id(post.notice, sender), house.clock.now())


def note_again(house: House, chain: str, entries: Sequence[Entry]) -> None:
    """After a crash behind `sent`: its look-up is written once more."""
    for entry in entries:
        if entry.kind is EntryKind.SENT:
            note_id(house, entry.data["message_id"], chain, entry.data["notice"])


def note_id(house: House, used: str, chain: str, notice: str) -> None:
    """The look-up of a notice by the Message-ID it went out under: what comes back may name no more."""
    house.index.write(id_group(used), notice, {"submission": chain})


def id_group(used: str) -> str:
    """The index group of a Message-ID: of what stands before the @, which SES completes with its own host."""
    return f"id#{private(used.strip('<> ').partition('@')[0])}"


def _attempts(house: House, post: Post, mine: Sequence[Entry]) -> int | None:
    """How often sending was begun and its end is not known; None if the notice was sent.

    `mine` are the notice's entries. A refusal is known not to have gone out and does not count. Raises
    TryAgain while another lease runs.
    """
    if any(e.kind is EntryKind.SENT for e in mine):
        return None
    unknown = _unknown(mine)
    if unknown and house.clock.now() - _at(unknown[-1]) < LEASE and not _cut_off(mine, unknown[-1]):
        raise TryAgain(f"{post.chain}: {post.notice} is being sent")
    return len(unknown)


def _unknown(mine: Sequence[Entry]) -> list[Entry]:
    """The sendings whose end is not known, oldest first; a refusal ends the first of its number.

    One that a stop cut off before anything left the house (`refused` by a restart) ends the last.
    """
    found: list[Entry] = []
    for entry in mine:
        if entry.kind is EntryKind.SENDING:
            found.append(entry)
        elif "refused" in entry.data and found:
            found.remove(next((e for e in found if e.data["attempt"] == entry.data["refused"]), found[-1]))
    return found


def _cut_off(mine: Sequence[Entry], begun: Entry) -> bool:
    """Whether the process that began a sending is known to have ended."""
    return any("interrupted" in e.data for e in mine if e.seq > begun.seq)


def _at(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.at)


def message_id(notice: str, sender: str) -> str:
    """The Message-ID of a notice: the same on a repeat, so that a repeat can be recognised."""
    local = hashlib.sha256(notice.encode()).hexdigest()[:24]
    return f"<{local}@{sender.rpartition('@')[2].rstrip('>')}>"
