"""Stalled work driven again, by the messages that drove it first.

Every step may be asked twice (design.md, "Commit, then send; redelivery re-sends"), so too much is harmless.
"""

from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from shoufa.domain.codes import Disposition
from shoufa.domain.moments import stamp
from shoufa.steps.elsewhere import wake_others
from shoufa.steps.fate import FILED, Fate
from shoufa.steps.files import facts_key, load_envelope, load_manifests, load_verdict
from shoufa.steps.house import House
from shoufa.steps.receive_mail import to_be_read
from shoufa.steps.unfinished import Owed


def notification(key: str, at: datetime) -> dict[str, Any]:
    """An object's name as S3 tells of it: what wakes step 1 and receive_decision."""
    return {"Records": [{"eventTime": stamp(at), "s3": {"object": {"key": quote_plus(key, safe="/")}}}]}


def announce(house: House, queue: str, key: str) -> None:
    """Tell of an object once more: of a mail with the time when it was received, where that is known."""
    envelope = load_envelope(house.objects, key) if queue == "mails" else None
    house.queues.send(queue, notification(key, envelope.received_at if envelope else house.clock.now()))


def read_on(house: House, submission: str) -> int:
    """Ask for each part without facts; where none is missing, for a judgement. How many were missing."""
    head = house.ledger.head(submission)
    missing = 0
    for manifest in load_manifests(house.objects, head) if head else ():
        for part in {p.sha256: p for p in manifest.mail.parts if to_be_read(p)}.values():
            if not house.objects.exists(facts_key(part.sha256)):
                message = {"sha256": part.sha256, "name": part.name[-60:], "submissions": [submission]}
                house.queues.send("documents", {**message, "mail": manifest.digest})
                missing += 1
    if not missing:
        cause = f"redriven at {house.clock.now().timestamp()}"
        house.queues.send("submissions", {"submission": submission, "cause": cause}, submission)
    return missing


def is_owed(house: House, owed: Owed) -> bool:
    """Whether the receipt of a mail is to be sent, by the first of its submissions."""
    claimed = house.ledger.claimed(f"object:{owed.object}")
    fate = Fate.parse(claimed) if claimed else Fate(Disposition.UNMATCHED)
    return fate.answer and fate.disposition in FILED and fate.receipts[0] == owed.submission


def send_owed(house: House, owed: Owed) -> int:
    """Ask for a receipt where one is owed; how many."""
    if not is_owed(house, owed):
        return 0
    claimed = house.ledger.claimed(f"object:{owed.object}") or ""
    message = {"template": "receipt", "submission": owed.submission, "mail": owed.digest}
    house.queues.send("notices", {**message, "receipts": list(Fate.parse(claimed).receipts)})
    return 1


def tell_others(house: House, submission: str) -> None:
    """Wake the holders of this submission's projects, which a stop may have kept from hearing of it."""
    head = house.ledger.head(submission)
    digest = head.state.get("verdict", "") if head else ""
    verdict = load_verdict(house.objects, submission, digest)
    if verdict is not None:
        wake_others(house, house.office.calls[verdict.call], verdict)
