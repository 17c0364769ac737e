"""Step 4: compose (pure) and send what a message asks for; what an allowance does not let out is noted."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shoufa.domain import allowance
from shoufa.domain.codes import EntryKind, Status
from shoufa.domain.errors import TryAgain
from shoufa.domain.ledger import Head
from shoufa.domain.moments import stamp
from shoufa.domain.submission import Manifest, Verdict
from shoufa.judging.guided import guided
from shoufa.notices.compose import Outgoing
from shoufa.notices.guidance import Reason, compose_guidance
from shoufa.notices.headers import Unaddressable
from shoufa.notices.outcome import answered_mail, compose_outcome
from shoufa.notices.receipt import compose_receipt
from shoufa.notices.told import outcome_digest
from shoufa.notices.unit_notice import compose_unit_notice
from shoufa.steps import outgoing as counting
from shoufa.steps.answerable import may_be_answered
from shoufa.steps.commit import Wanted, append, prove_end
from shoufa.steps.daily_digest import send_digest
from shoufa.steps.delivery import ATTEMPTS, LEASE, Outcome, Post, message_id, note_again, send
from shoufa.steps.files import load_manifest, load_manifests, load_verdict
from shoufa.steps.held import parked
from shoufa.steps.house import House
from shoufa.steps.joining import living
from shoufa.steps.quarantine_notices import send_quarantine_notice
from shoufa.steps.released import goes_by_itself, own_mail, released
from shoufa.steps.reminders import send_reminder
from shoufa.steps.send_gathered import send_hourly, send_joined

__all__ = [
    "ATTEMPTS",
    "LEASE",
    "message_id",
    "send_guidance",
    "send_notice",
    "send_outcome",
    "send_receipt",
]
Message = Mapping[str, Any]


def send_notice(message: Message, house: House) -> bool:
    """Send what one message of the queue asks for, `{template, submission, …}`; False if nothing went out."""
    return not parked(house, message) and _BY_TEMPLATE[message["template"]](message, house)


def is_delaying(house: House) -> bool:
    """Whether the house has sent all that it may in this hour, so that notices wait for the next."""
    return counting.is_full(house, "")


def send_receipt(submission: str, mail: str, receipts: Sequence[str], house: House) -> bool:
    """Send the receipt of one mail, whatever its submissions became since.

    False if it had gone out already, or goes out with others of its day.
    """
    head, manifest = house.ledger.head(submission), load_manifest(house.objects, mail)
    if head is not None and mail in head.state.get("erased", ()):
        return False
    if head is None or manifest is None:
        raise TryAgain(f"{submission}: its mail is not stored yet")
    call = house.office.calls[head.state["call"]]
    try:
        made = compose_receipt(call, call.unit(head.state["unit"]), manifest, receipts)
    except Unaddressable:
        return False
    if counting.noted_as(house, submission, "postponed", made.notice_id) is None:
        message = {"template": "receipt", "submission": submission, "mail": mail, "receipts": list(receipts)}
        within = (allowance.receipts(house.clock.now()),)
        post = Post(submission, made, message, {"mail": mail}, within, unit=_unit_of(head))
        done = send(house, post)
        if done is not Outcome.OVER:
            return done is Outcome.SENT
    counting.postpone(house, submission, made.notice_id, mail, receipts, made.to)
    return False


def _unit_of(head: Head) -> dict[str, str]:
    return {"call": head.state["call"], "unit": head.state["unit"]}


def send_guidance(chain: str, mail: str, house: House) -> bool:
    """Send guidance for a mail of no submission, as its call says now; False if none goes out."""
    manifest = load_manifest(house.objects, mail)
    if manifest is None:
        raise TryAgain(f"{chain}: its mail is not stored yet")
    target = guided(manifest.mail, manifest.envelope, house.office) if may_be_answered(manifest) else None
    if target is None:
        return False
    call, unit, why = target
    try:
        made = compose_guidance(call, unit, manifest, Reason(why))
    except Unaddressable:
        return False
    now, whose = house.clock.now(), {"call": call.id, "unit": unit.id}
    if unit not in call.units:
        whose = _signer(house, unit.mailbox or "")
    within = (allowance.same_guidance(call.id, why, now), allowance.unasked(now))
    message = {"template": "guidance", "submission": chain, "mail": mail}
    post = Post(chain, made, message, {"mail": mail, **whose}, within, unit=whose)
    return _unasked(house, post) is Outcome.SENT


def _signer(house: House, mailbox: str) -> dict[str, str]:
    """The call and unit that a mailbox belongs to."""
    owners = ((c.id, u.id) for c in house.office.calls.values() for u in c.units if u.mailbox == mailbox)
    call, unit = next(owners, ("", ""))
    return {"call": call, "unit": unit} if call else {}


def _unasked(house: House, post: Post) -> Outcome:
    """Send what is said at most so often; past that it is noted, and its unit told in a digest."""
    entry = counting.noted_as(house, post.chain, "capped", post.notice)
    done = Outcome.OVER if entry else send(house, post)
    if done is Outcome.OVER:
        data = {"capped": post.notice, "template": post.mail.template.value, **post.unit}
        counting.tell_unit(house.index, entry or counting.note_once(house, post.chain, data))
    return done


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
    told = head.state.get("told") == head.state["verdict"] and not released(head)
    if told:
        prove_end(house, head)  # asked again, since a crash fell behind the entry that says so
    if reading or told or stamp(house.clock.now()) < head.state.get("due", ""):
        return False
    verdict = load_verdict(house.objects, submission, head.state["verdict"])
    if verdict is None:
        raise TryAgain(f"{submission}: its verdict is not stored yet")
    manifests = load_manifests(house.objects, head)
    unit = Outcome.BEFORE
    try:
        done = _to_applicant(house, head, verdict, manifests)
    finally:  # an applicant's server that refuses us keeps nothing from the unit
        unit = _to_unit(house, head, verdict, manifests)
    if Outcome.DELAYED not in {done, unit}:  # what waits for the next hour asks again by itself
        append(house, submission, _told(head.state["verdict"]))
    return done is Outcome.SENT


def _to_applicant(house: House, head: Head, verdict: Verdict, manifests: list[Manifest]) -> Outcome:
    call = house.office.calls[verdict.call]
    number = int(head.state.get("outcomes", 0))
    what = outcome_digest(verdict)
    let_go = released(head)
    if head.state.get("told_what") == what:
        note_again(house, verdict.receipt, house.ledger.entries(verdict.receipt))
        return Outcome.BEFORE
    if not (let_go or goes_by_itself(house, head, verdict, manifests)):
        return Outcome.BEFORE
    manifests = [m for m in manifests if m.envelope.added is None]
    now = house.clock.now()
    try:
        answered = _answered(verdict, manifests, let_go=let_go)
        made = compose_outcome(call, call.unit(verdict.unit), verdict, manifests, number > 0, now, answered)
    except Unaddressable:
        return Outcome.BEFORE
    numbered = made.model_copy(update={"notice_id": f"outcome-{verdict.receipt}-{number + 1}-{what[:8]}"})
    about = {"verdict": head.state["verdict"], "answers": answered.digest}
    within = (allowance.unasked(now),) if number else ()
    state = {"outcomes": number + 1, "told_what": what}
    post = Post(verdict.receipt, numbered, _again(verdict.receipt), about, within, state, unit=_unit_of(head))
    return _unasked(house, post)


def _answered(verdict: Verdict, manifests: list[Manifest], *, let_go: bool) -> Manifest:
    """The mail that an outcome answers; released, it goes to its own sender, verified or not."""
    try:
        return answered_mail(verdict, manifests)
    except Unaddressable:
        own = own_mail(verdict, manifests) if let_go else None
        if own is None:
            raise
        return own


def _again(submission: str) -> dict[str, Any]:
    return {"template": "outcome", "submission": submission}


def _to_unit(house: House, head: Head, verdict: Verdict, manifests: list[Manifest]) -> Outcome:
    """The unit's notice; past so many in an hour it is a line of that hour's digest."""
    call = house.office.calls[verdict.call]
    try:
        made: Outgoing = compose_unit_notice(call, call.unit(verdict.unit), verdict, manifests)
    except Unaddressable:
        return Outcome.BEFORE
    chain, unit = verdict.receipt, _unit_of(head)
    within = (allowance.unit_notices(house.clock.now()),)
    entry = counting.noted_as(house, chain, "collapsed", made.notice_id)
    done = Outcome.OVER if entry else send(house, Post(chain, made, _again(chain), {}, within, unit=unit))
    if done is Outcome.OVER:
        data = {"collapsed": made.notice_id, **unit}
        counting.tell_unit(house.index, entry or counting.note_once(house, chain, data))
    return done


def _told(digest: str) -> Callable[[Head], Wanted | None]:
    def entries(head: Head) -> Wanted | None:
        if head.state.get("told") == digest:
            return None
        return [(EntryKind.NOTED, {"settled": digest})], {"told": digest}

    return entries


def _receipt(message: Message, house: House) -> bool:
    return send_receipt(message["submission"], message["mail"], message["receipts"], house)


def _outcome(message: Message, house: House) -> bool:
    return send_outcome(message["submission"], house)


def _guidance(message: Message, house: House) -> bool:
    return send_guidance(message["submission"], message["mail"], house)


def _joined(message: Message, house: House) -> bool:
    return send_joined(message["owed"], house)


def _hourly(message: Message, house: House) -> bool:
    return send_hourly(message["call"], message["unit"], message["hour"], house)


def _digest(message: Message, house: House) -> bool:
    return send_digest(message["day"], message["box"], house)


def _reminder(message: Message, house: House) -> bool:
    return send_reminder(message["day"], message["call"], message["unit"], house)


def _quarantine(message: Message, house: House) -> bool:
    return send_quarantine_notice(message["object"], message["mail"], house)


_BY_TEMPLATE: Mapping[str, Callable[[Message, House], bool]] = {
    "receipt": _receipt,
    "outcome": _outcome,
    "guidance": _guidance,
    "joined": _joined,
    "hourly": _hourly,
    "digest": _digest,
    "reminder": _reminder,
    "quarantine": _quarantine,
}
