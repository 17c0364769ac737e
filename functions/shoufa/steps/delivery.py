"""A notice on its way out: claimed with a lease, sent, recorded. At least once, at most one repeat."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from shoufa.domain.codes import EntryKind
from shoufa.domain.errors import MaybeSent, TryAgain
from shoufa.domain.ledger import Entry, Head
from shoufa.notices.compose import Outgoing, to_bytes
from shoufa.steps.commit import append, change, commit, prove_end
from shoufa.steps.files import sent_key
from shoufa.steps.house import House

LEASE = timedelta(minutes=5)
ATTEMPTS = 2


def deliver(
    house: House,
    submission: str,
    outgoing: Outgoing,
    about: dict[str, Any],
    state: dict[str, Any] | None = None,
) -> bool:
    """Claim, send, record, in the chain `submission`, which may begin with it.

    False if it was sent before; raises TryAgain while another lease runs.
    """
    if house.mailer is None:
        raise TryAgain(f"{submission}: no mailer was given")
    head = house.ledger.head(submission) or Head(submission=submission)
    attempt = _attempts(house, submission, outgoing.notice_id)
    if attempt is None:
        prove_end(house, head)
        return False
    data = {
        "notice": outgoing.notice_id,
        "template": outgoing.template.value,
        "attempt": attempt + 1,
        **about,
    }
    claims = {f"notice:{outgoing.notice_id}": submission}
    if not commit(house, [change(house, head, [(EntryKind.SENDING, data)], {})], claims):
        raise TryAgain(f"{submission}: another writer was first")
    sender = house.office.sender_address
    raw = to_bytes(outgoing, sender, message_id(outgoing.notice_id, sender), house.clock.now())
    try:
        used = house.mailer.send(raw, sender, outgoing.to)
    except MaybeSent:
        raise
    except TryAgain:
        refused = {"notice": outgoing.notice_id, "refused": attempt + 1}
        append(house, submission, lambda _: ([(EntryKind.NOTED, refused)], {}))
        raise
    house.objects.put(sent_key(outgoing.notice_id), raw)
    done = {k: v for k, v in data.items() if k != "attempt"} | {"message_id": used}
    append(house, submission, lambda _: ([(EntryKind.SENT, done)], state or {}))
    return True


def _attempts(house: House, submission: str, notice: str) -> int | None:
    """How often sending was begun and its end is not known; None if the notice was sent.

    A refusal is known not to have gone out and does not count. Raises TryAgain while another lease runs,
    and for good where two attempts ended nobody knows how: a third could be a second repeat, so a person
    has to look.
    """
    mine = [e for e in house.ledger.entries(submission) if e.data.get("notice") == notice]
    begun = [e for e in mine if e.kind is EntryKind.SENDING]
    refused = [e for e in mine if "refused" in e.data]
    if any(e.kind is EntryKind.SENT for e in mine):
        return None
    unknown = len(begun) - len(refused)
    if unknown >= ATTEMPTS:
        raise TryAgain(f"{submission}: {notice} was begun {unknown} times and its end is unknown")
    if begun and mine[-1] is begun[-1] and house.clock.now() - _at(begun[-1]) < LEASE:
        raise TryAgain(f"{submission}: {notice} is being sent")
    return unknown


def _at(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.at)


def message_id(notice: str, sender: str) -> str:
    """The Message-ID of a notice: the same on a repeat, so that a repeat can be recognised."""
    local = hashlib.sha256(notice.encode()).hexdigest()[:24]
    return f"<{local}@{sender.rpartition('@')[2].rstrip('>')}>"
