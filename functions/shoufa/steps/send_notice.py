"""Step 4: compose (pure) and send: claim with a lease, send, record. At least once, at most one repeat."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shoufa.domain.codes import EntryKind, Status
from shoufa.domain.errors import TryAgain
from shoufa.domain.ledger import Head
from shoufa.domain.moments import stamp
from shoufa.domain.submission import Manifest, Verdict
from shoufa.judging.addressing import same_house
from shoufa.notices.headers import Unaddressable
from shoufa.notices.outcome import compose_outcome
from shoufa.notices.receipt import compose_receipt
from shoufa.notices.told import outcome_digest
from shoufa.notices.unit_notice import compose_unit_notice
from shoufa.steps.commit import Wanted, append
from shoufa.steps.daily_digest import send_digest
from shoufa.steps.delivery import deliver
from shoufa.steps.fate import may_be_answered
from shoufa.steps.files import load_manifest, load_manifests, load_verdict
from shoufa.steps.house import House
from shoufa.steps.joining import living
from shoufa.steps.quarantine_notices import send_quarantine_notice
from shoufa.steps.reminders import send_reminder


def send_notice(message: Mapping[str, Any], house: House) -> bool:
    """Send what a message of the queue asks for; False where there is nothing (more) to send."""
    match message["template"]:
        case "receipt":
            return send_receipt(message["submission"], message["mail"], message["receipts"], house)
        case "digest":
            return send_digest(message["day"], message["box"], house)
        case "reminder":
            return send_reminder(message["day"], message["call"], message["unit"], house)
        case "quarantine":
            return send_quarantine_notice(message["object"], message["mail"], house)
        case _:
            return send_outcome(message["submission"], house)


def send_receipt(submission: str, mail: str, receipts: Sequence[str], house: House) -> bool:
    """Send the receipt of one mail, whatever its submissions became since.

    False if it had gone out already.
    """
    head, manifest = house.ledger.head(submission), load_manifest(house.objects, mail)
    if head is not None and mail in head.state.get("erased", ()):
        return False
    if head is None or manifest is None:
        raise TryAgain(f"{submission}: its mail is not stored yet")
    call = house.office.calls[head.state["call"]]
    try:
        outgoing = compose_receipt(call, call.unit(head.state["unit"]), manifest, receipts)
    except Unaddressable:
        return False
    return deliver(house, submission, outgoing, {"mail": mail})


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
    if reading or stamp(house.clock.now()) < head.state.get("due", ""):
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
    return deliver(
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
    return deliver(house, verdict.receipt, made, {})


def _told(digest: str) -> Callable[[Head], Wanted | None]:
    def entries(head: Head) -> Wanted | None:
        if head.state.get("told") == digest:
            return None
        return [(EntryKind.NOTED, {"settled": digest})], {"told": digest}

    return entries
