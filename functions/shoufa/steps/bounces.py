"""A notice of ours that came back: recorded where it was sent from, told to the unit, never answered."""

from shoufa.domain.codes import Disposition, EntryKind
from shoufa.domain.ledger import Entry
from shoufa.domain.mail import Returned
from shoufa.domain.receipt import tokens_in
from shoufa.domain.submission import Manifest
from shoufa.steps import outgoing as counting
from shoufa.steps.delivery import id_group
from shoufa.steps.house import House

TO_UNITS = frozenset({"notice", "digest", "reminder"})
"""What goes to a unit's own mailbox: where that comes back, one more mail to it would come back too."""
ARRIVED = frozenset({"delivered", "relayed", "expanded"})
"""Actions of a delivery report that tells of no failure (RFC 3464 §2.3.3)."""


def note_bounce(house: House, manifest: Manifest, disposition: Disposition) -> bool:
    """Record the return of one of our notices, once; False if this mail is none."""
    back = manifest.mail.returned
    if disposition is not Disposition.AUTOMATIC or back is None or _is_success(back):
        return False
    found = _notice(house, back)
    if found is None:
        return False
    chain, notice = found
    sent = next(e for e in house.ledger.entries(chain) if _sent(e) == notice)
    unit = {} if sent.data["template"] in TO_UNITS else _unit(house, chain)
    template = sent.data["template"]
    data = {"bounced": notice, "status": back.status, "mail": manifest.digest, "template": template, **unit}
    counting.tell_unit(house.index, counting.note_once(house, chain, data))
    return True


def _is_success(back: Returned) -> bool:
    return back.action in ARRIVED or (not back.action and back.status.startswith("2"))


def _notice(house: House, back: Returned) -> tuple[str, str] | None:
    """The chain and id of the notice that came back: by its own id, its Message-ID, our token or number.

    Only what the ledger says was sent is believed: anybody can write a bounce.
    """
    if back.notice:
        chain = house.ledger.claimed(f"notice:{back.notice}")
        if chain and any(_sent(e) == back.notice for e in house.ledger.entries(chain)):
            return chain, back.notice
    for used in back.ids:
        for notice, value in house.index.find(id_group(used)):
            return value["submission"], notice
    for number in dict.fromkeys((*tokens_in(back.ids), *back.numbers)):
        sent = [e for e in house.ledger.entries(number) if _sent(e) and e.data["template"] not in TO_UNITS]
        if sent:
            return number, str(sent[-1].data["notice"])
    return None


def _sent(entry: Entry) -> str:
    """The notice that an entry says was sent, "" for any other entry."""
    return str(entry.data["notice"]) if entry.kind is EntryKind.SENT else ""


def _unit(house: House, chain: str) -> dict[str, str]:
    """The call and unit of a chain: a submission's own, or those that its guidance named."""
    head = house.ledger.head(chain)
    if head is not None and "call" in head.state:
        return {"call": head.state["call"], "unit": head.state["unit"]}
    named = (e.data for e in house.ledger.entries(chain) if "call" in e.data and "unit" in e.data)
    return next(({"call": d["call"], "unit": d["unit"]} for d in named), {})
