"""Step 4, mails that stand for several: the joined receipts of an address and day, a unit's hour."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from shoufa.domain import allowance
from shoufa.domain.codes import Template
from shoufa.domain.errors import TryAgain
from shoufa.domain.ledger import Entry
from shoufa.domain.submission import Manifest
from shoufa.notices.headers import Unaddressable
from shoufa.notices.receipt_joined import compose_joined_receipt
from shoufa.notices.unit_digest import Told, compose_unit_digest
from shoufa.steps import outgoing as counting
from shoufa.steps.delivery import Outcome, Post, deliver, send
from shoufa.steps.files import load_manifest, load_verdict
from shoufa.steps.house import House
from shoufa.steps.joining import living

MOST = 60
"""Mails in one joined receipt: each has a claim in the same transaction, which DynamoDB limits to 100."""

Owed = Mapping[str, str]
"""What the look-up of a receipt to be joined says: submission, mail, notice, receipts."""


def send_joined(key: str, house: House) -> bool:
    """Send the receipts of one address and day that are to be joined, once no more of them come.

    `key` is that of `outgoing.day_key`. A joined receipt that was begun is ended with the mails it was begun
    with. False if nothing went out.
    """
    begun: dict[str, list[Owed]] = {}
    waiting: list[Owed] = []
    last = ""
    for at, owed in house.index.find(f"owed#{key}"):
        joined = house.ledger.claimed(counting.joined_claim(owed["notice"]))
        if joined:
            begun.setdefault(joined, []).append(owed)
        else:
            waiting.append(owed)
            last = at.partition("#")[0]
    day = key.rpartition("#")[2]
    if waiting and house.clock.now() >= allowance.joined_due(day, _moment(last), bool(begun)):
        for i in range(0, len(waiting), MOST):
            begun[_name(key, waiting[i])] = waiting[i : i + MOST]
    sent = [_send_one(house, key, notice, mails) for notice, mails in begun.items()]
    return any(sent)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _name(key: str, first: Owed) -> str:
    """The id of a joined receipt: its day, its address as a digest, its first mail."""
    address, _, day = key.rpartition("#")
    return f"receipts-{day}-{address[:12]}-{first['mail'][:12]}"


def _send_one(house: House, key: str, notice: str, owed: Sequence[Owed]) -> bool:
    chain = owed[0]["submission"]
    head = house.ledger.head(chain)
    if head is None:
        raise TryAgain(f"{chain}: it is not in the ledger yet")
    call = house.office.calls[head.state["call"]]
    unit = call.unit(head.state["unit"])
    mails = [(_mail(house, o["mail"]), o["receipts"].split()) for o in owed]
    try:
        made = compose_joined_receipt(notice, call, unit, mails)
    except Unaddressable:
        return False
    about = {"mails": [o["mail"] for o in owed], "of": [o["notice"] for o in owed]}
    claims = {counting.joined_claim(o["notice"]): notice for o in owed}
    if house.ledger.claimed(counting.joined_claim(key)) in {None, notice}:
        claims[counting.joined_claim(key)] = notice
        about["first"] = [key.rpartition("#")[2]]
    message = {"template": "joined", "submission": chain, "owed": key}
    unit_of = {"call": call.id, "unit": unit.id}
    done = send(house, Post(chain, made, message, about, claims=claims, unit=unit_of))
    if done is not Outcome.DELAYED:
        _note_elsewhere(house, chain, notice, owed)
    return done is Outcome.SENT


def _note_elsewhere(house: House, chain: str, notice: str, owed: Sequence[Owed]) -> None:
    """Say in the other submissions' chains that their mails have their receipt."""
    for other in owed:
        if other["submission"] != chain:
            counting.note_once(house, other["submission"], {"joined": notice, "mail": other["mail"]})


def _mail(house: House, digest: str) -> Manifest:
    manifest = load_manifest(house.objects, digest)
    if manifest is None:
        raise TryAgain(f"{digest}: the mail is not stored")
    return manifest


def send_hourly(call_id: str, unit_id: str, hour: str, house: House) -> bool:
    """Send the digest of a unit's hour; False if it went out before or nothing is in it."""
    call = house.office.calls[call_id]
    items = house.index.find(counting.told_group(call_id, unit_id, hour))
    lines = [line for key, value in items if (line := _line(house, key, value["submission"]))]
    if not lines:
        return False
    try:
        made = compose_unit_digest(call, call.unit(unit_id), hour, lines)
    except Unaddressable:
        return False
    about = {"call": call_id, "unit": unit_id, "hour": hour}
    return deliver(house, counting.unit_chain(call_id, unit_id), made, about)


def _line(house: House, key: str, chain: str) -> Told | None:
    """The line of one item; None where its entry is not there."""
    what, _, about = key.partition("#")
    entry = counting.noted_as(house, chain, what, about)
    if entry is None:
        return None
    head = living(house, chain)
    verdict = load_verdict(house.objects, head.submission, head.state.get("verdict", "")) if head else None
    return Told(
        what=what,
        template=_template(entry, about),
        number=chain if head else "",
        status=verdict.status if verdict else None,
        who=(verdict.recommender or verdict.applicant or "") if verdict else "",
        code=str(entry.data.get("status", "")),
    )


def _template(entry: Entry, notice: str) -> Template:
    """What kind of mail a notice is, by its entry or else by its id."""
    said = str(entry.data.get("template", notice.partition("-")[0]))
    return Template(said) if said in {t.value for t in Template} else Template.RECEIPT
