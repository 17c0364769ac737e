"""Step 4: compose (pure) and send: claim with a lease, send, record. At least once, at most one repeat."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from shoufa.domain.codes import EntryKind, Status
from shoufa.domain.errors import TryAgain
from shoufa.domain.ledger import Entry, Head
from shoufa.domain.moments import stamp
from shoufa.domain.submission import Manifest, Verdict
from shoufa.judging.addressing import same_house
from shoufa.notices.compose import Outgoing, to_bytes
from shoufa.notices.headers import Unaddressable
from shoufa.notices.outcome import compose_outcome
from shoufa.notices.receipt import compose_receipt
from shoufa.notices.told import outcome_digest
from shoufa.notices.unit_notice import compose_unit_notice
from shoufa.steps.commit import Wanted, append, change, commit
from shoufa.steps.fate import may_be_answered
from shoufa.steps.files import load_manifest, load_manifests, load_verdict, sent_key
from shoufa.steps.house import House
from shoufa.steps.joining import living

LEASE = timedelta(minutes=5)
ATTEMPTS = 2


def send_receipt(submission: str, mail: str, receipts: Sequence[str], house: House) -> bool:
    """Send the receipt of one mail, whatever its submissions became since.

    False if it had gone out already.
    """
    head, manifest = house.ledger.head(submission), load_manifest(house.objects, mail)
    if head is None or manifest is None:
        raise TryAgain(f"{submission}: its mail is not stored yet")
    call = house.office.calls[head.state["call"]]
    try:
        outgoing = compose_receipt(call, call.unit(head.state["unit"]), manifest, receipts)
    except Unaddressable:
        return False
    return _send(house, submission, outgoing, {"mail": mail})


def send_outcome(submission: str, house: House) -> bool:
    """Send the outcome of a submission and the notice to its unit, once the quiet time is over.

    Nothing goes out twice, and nothing while a newer mail is being read: its verdict begins a quiet time of
    its own. An outcome is not sent where a person has to release it, where nothing that was read
    is a paper of the call, or where nobody may be answered by itself.
    """
    head = living(house, submission)
    if head is None or head.submission != submission or not head.state.get("verdict"):
        return False
    reading = head.state.get("status") == Status.READING.value
    told = head.state.get("told") == head.state["verdict"]
    if reading or told or stamp(house.clock.now()) < head.state.get("due", ""):
        return False
    verdict = load_verdict(house.objects, submission, head.state["verdict"])
    if verdict is None:
        raise TryAgain(f"{submission}: its verdict is not stored yet")
    manifests = load_manifests(house.objects, head)
    try:
        sent = _to_applicant(house, head, verdict, manifests)
    finally:  # an applicant's server that refuses us keeps nothing from the unit
        _to_unit(house, verdict, manifests)
    append(house, submission, _told(head.state["verdict"]))
    return sent


def _to_applicant(house: House, head: Head, verdict: Verdict, manifests: list[Manifest]) -> bool:
    call = house.office.calls[verdict.call]
    number = int(head.state.get("outcomes", 0))
    what = outcome_digest(verdict)
    if (
        call.outcome.release != "automatic"
        or verdict.other_matter
        or head.state.get("told_what") == what
        or not _answerable(manifests)
    ):
        return False
    try:
        made = compose_outcome(
            call, call.unit(verdict.unit), verdict, manifests, number > 0, house.clock.now()
        )
    except Unaddressable:
        return False
    numbered = made.model_copy(update={"notice_id": f"outcome-{verdict.receipt}-{number + 1}-{what[:8]}"})
    return _send(
        house,
        verdict.receipt,
        numbered,
        {"verdict": head.state["verdict"]},
        {"outcomes": number + 1, "told_what": what},
    )


def _answerable(manifests: Sequence[Manifest]) -> bool:
    """Whether an outcome may go out by itself: no mail waits for a person, and all came from one house.

    Where another house's mail joined (a merge, a quoted number) one of the two would be told of the other's
    papers.
    """
    if not manifests or not all(may_be_answered(m) for m in manifests):
        return False
    return all(same_house(m.sender, manifests[0].sender) for m in manifests)


def _to_unit(house: House, verdict: Verdict, manifests: list[Manifest]) -> bool:
    call = house.office.calls[verdict.call]
    try:
        made = compose_unit_notice(call, call.unit(verdict.unit), verdict, manifests)
    except Unaddressable:
        return False
    return _send(house, verdict.receipt, made, {})


def _told(digest: str) -> Callable[[Head], Wanted | None]:
    def entries(head: Head) -> Wanted | None:
        if head.state.get("told") == digest:
            return None
        return [(EntryKind.NOTED, {"settled": digest})], {"told": digest}

    return entries


def _send(
    house: House,
    submission: str,
    outgoing: Outgoing,
    about: dict[str, Any],
    state: dict[str, Any] | None = None,
) -> bool:
    """Claim, send, record. False if it was sent before; raises TryAgain while another lease runs."""
    head = house.ledger.head(submission)
    if head is None or house.mailer is None:
        raise TryAgain(f"{submission}: no ledger head, or no mailer was given")
    attempt = _attempts(house, submission, outgoing.notice_id)
    if attempt is None:
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
