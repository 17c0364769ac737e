"""Which submission a mail joins (contracts §3, Joining): our number or token first, then the same sender."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shoufa.domain.call import Call, Unit
from shoufa.domain.fingerprint import private
from shoufa.domain.ledger import Head
from shoufa.domain.receipt import numbers_in, tokens_in
from shoufa.domain.submission import Manifest
from shoufa.judging.addressing import same_house
from shoufa.steps.answerable import denied_in
from shoufa.steps.files import load_manifest, load_verdict
from shoufa.steps.house import House

QUIET = timedelta(days=30)
NAMED = 20
"""Numbers that a mail may name us: each is looked up, and a subject has room for thousands."""


@dataclass(frozen=True)
class Joined:
    """The submission found; `proposed` where only a number from elsewhere points to it (`sender.new`)."""

    receipt: str
    proposed: bool = False


def find_joined(house: House, manifest: Manifest, call: Call, unit: Unit) -> Joined | None:
    """The submission that a mail joins, or None: first match wins."""
    return _by_number(house, manifest, call, unit) or _by_sender(house, manifest, call, unit)


def _by_number(house: House, manifest: Manifest, call: Call, unit: Unit) -> Joined | None:
    """(a) Our receipt number or token in References, In-Reply-To or subject."""
    mail = manifest.mail
    numbers = [*tokens_in((*mail.references, *mail.in_reply_to)), *numbers_in(mail.subject)]
    for number in list(dict.fromkeys(numbers))[:NAMED]:
        head = living(house, number)
        if head is None or (head.state["call"], head.state["unit"]) != (call.id, unit.id):
            continue
        if is_denied(house, head, manifest):
            continue
        opener = load_manifest(house.objects, head.state["mails"][0])
        known = opener is not None and same_house(opener.sender, manifest.sender)
        known = known or _of_recommender(house, call, head, manifest.sender)
        return Joined(head.submission, proposed=not known)
    return None


def _of_recommender(house: House, call: Call, head: Head, sender: str) -> bool:
    """Whether a sender's domain is the recommender's own: where one is established, that one's."""
    domain = sender.rpartition("@")[2]
    owners = [m for m in house.office.group(call).members if domain in m.domains]
    verdict = load_verdict(house.objects, head.submission, head.state.get("verdict", "")) if owners else None
    name = verdict.recommender if verdict else None
    return any(name in (None, m.name, *m.others) for m in owners)


def _by_sender(house: House, manifest: Manifest, call: Call, unit: Unit) -> Joined | None:
    """(b) The same address, call and unit, still open, last mail at most 30 days ago.

    Whom a number alone brought there proposes with the next mail, too.
    """
    found: list[tuple[datetime, str]] = []
    for receipt, _ in house.index.find(sender_group(call.id, unit.id, manifest.sender)):
        head = living(house, receipt)
        last = datetime.fromisoformat(head.state["last"]) if head else None
        near = head and last and manifest.envelope.received_at - last <= QUIET
        if head and last and near and not is_denied(house, head, manifest):
            found.append((last, head.submission))
    if not found:
        return None
    receipt = max(found)[1]
    at = house.ledger.head(receipt)
    known = proposed_in(house, at) if at else {}
    return Joined(receipt, proposed=private(manifest.sender) in known.values())


def is_denied(house: House, head: Head, manifest: Manifest) -> bool:
    """Whether a clerk said that this sender has no part in a submission that another one opened.

    What it sends on its own account belongs elsewhere.
    """
    if private(manifest.sender) not in denied_in(house, head):
        return False
    opener = load_manifest(house.objects, head.state["mails"][0])
    return opener is None or opener.sender != manifest.sender


def proposed_in(house: House, head: Head) -> dict[str, str]:
    """The mails that only a quoted number brought, to it or to those merged into it, and their senders.

    Both are digests.
    """
    found = dict(head.state.get("proposed", {}))
    for number in head.state.get("members", ()):
        member = house.ledger.head(number)
        found |= proposed_in(house, member) if member else {}
    return found


def is_gone(head: Head) -> bool:
    """Whether all of a submission was erased: nothing joins it, nothing is told of it any more."""
    return bool(head.state.get("gone"))


def sender_group(call: str, unit: str, sender: str) -> str:
    """The index group of the submissions that a sender's mails opened or joined."""
    return f"sender#{call}#{unit}#{private(sender)}"


def living(house: House, receipt: str) -> Head | None:
    """The head of a submission, following merges to where its mails are now; None if there is none."""
    for _ in range(8):
        head = house.ledger.head(receipt)
        if head is None or "call" not in head.state or is_gone(head):
            return None
        if not head.state.get("into"):
            return head
        receipt = head.state["into"]
    return None
