"""The daily digest: asked for where something happened or a deadline is near, composed and sent by step 4."""

from datetime import date, datetime, timedelta

from shoufa.domain.call import Call, Unit
from shoufa.domain.finding import FindingCode
from shoufa.domain.fingerprint import private
from shoufa.domain.receipt import ZONE
from shoufa.notices.digest import Day, UnitDay, compose_digest
from shoufa.notices.headers import Unaddressable
from shoufa.steps.asking import ask
from shoufa.steps.checkpoints import SETTLED, checkpoint_on
from shoufa.steps.days import begun_day, hour_of, is_done, set_done
from shoufa.steps.delivery import deliver
from shoufa.steps.erasure import half_erased
from shoufa.steps.house import House
from shoufa.steps.reconciliation import DAMAGED, conserved, counted_since
from shoufa.steps.retention import over_time
from shoufa.steps.stalled_work import stalled_now
from shoufa.steps.standing import Stands, of_unit, register_row
from shoufa.steps.unfit import noted_unfit

NEAR = 7
"""Days before a deadline in which a digest goes out though nothing happened."""


def daily_digest(house: House) -> int:
    """Once a day, after checkpoint and a whole reconciliation: ask for each mailbox's digest; how many."""
    day = begun_day(house)
    if day is None or is_done(house, "digest", day) or checkpoint_on(house, day.isoformat()) is None:
        return 0
    counted = conserved(house)[1]
    since = hour_of(house, day) - SETTLED
    if not counted or datetime.fromisoformat(counted) < since:
        return 0
    moved = _moved(house, day)
    asked = 0
    for mailbox, pairs in house.office.boxes().items():
        if _is_wanted(house, day, pairs, moved, whole=mailbox == house.office.office_mailbox.lower()):
            box = box_id(mailbox)
            message = {"template": "digest", "day": day.isoformat(), "box": box}
            ask(house, chain_of(day.isoformat(), box), f"digest-{day}-{box}", message)
            asked += 1
    set_done(house, "digest", day)
    return asked


def send_digest(day: str, box: str, house: House) -> bool:
    """Compose and send one mailbox's digest; False if it was sent, or that mailbox is no more."""
    found = {box_id(mailbox): (mailbox, pairs) for mailbox, pairs in house.office.boxes().items()}
    if box not in found:
        return False
    mailbox, pairs = found[box]
    on = date.fromisoformat(day)
    moved = _moved(house, on)
    stands = [(call, unit, list(of_unit(house, call.id, unit.id))) for call, unit in pairs]
    rows = [s for _, _, own in stands for s in own]
    units = tuple(_unit_day(c, u, own, on, moved) for c, u, own in stands if own or _is_near(c, on))
    point = checkpoint_on(house, day)
    counts, ended = conserved(house)
    made = Day(
        day=on,
        units=units,
        conservation=counts if ended else None,
        counted=counted_since(house),
        checkpoint=point.short() if point else "",
        waiting=_waiting(house),
        stalled={name: v.get("why", "") for name, v in stalled_now(house).items()},
        unfit=noted_unfit(house),
        over_time=tuple(dict.fromkeys((*half_erased(house), *over_time(house)))),
    )
    try:
        mail = compose_digest(made, mailbox, box, [register_row(n, s) for n, s in enumerate(rows, 1)])
    except Unaddressable:
        return False
    return deliver(house, chain_of(day, box), mail, {})


def box_id(mailbox: str) -> str:
    """A mailbox in ids: no address stands in the ledger."""
    return private(mailbox)[:12]


def chain_of(day: str, box: str) -> str:
    """The chain in which a day's mails to a mailbox are entered."""
    return f"DAY#{day}#{box}"


def days_left(call: Call, day: date) -> int | None:
    """Whole days until a call closes, below 0 after it; None where it never does."""
    return (call.closes.astimezone(ZONE).date() - day).days if call.closes else None


def _is_near(call: Call, day: date) -> bool:
    left = days_left(call, day)
    return left is not None and 0 <= left <= NEAR


def _moved(house: House, day: date) -> set[str]:
    """Chains in which something happened between the last checkpoint and this day's."""
    until = hour_of(house, day) - SETTLED
    changed = house.index.find("changed")
    return {chain for chain, said in changed if datetime.fromisoformat(said["until"]) == until}


def _is_wanted(
    house: House, day: date, pairs: list[tuple[Call, Unit]], moved: set[str], *, whole: bool
) -> bool:
    """Whether a mailbox has anything to be told.

    The clerk is told of mails of no submission too, of what is half erased or damaged, and of decisions of
    the last day that cannot be taken.
    """
    if any(_is_near(call, day) for call, _ in pairs):
        return True
    if whole and (any(_is_anothers(house, chain) for chain in moved) or half_erased(house)):
        return True
    if whole and house.index.find(DAMAGED):
        return True
    if whole and noted_unfit(house, hour_of(house, day) - SETTLED - timedelta(days=1)):
        return True
    own = {r for call, unit in pairs for r, _ in house.index.find(f"unit#{call.id}#{unit.id}")}
    return bool(own & moved)


def _is_anothers(house: House, chain: str) -> bool:
    """Whether a chain is of a mail of no submission that is not our own coming back: a digest of digests."""
    first = next(iter(house.ledger.entries(chain)), None) if chain.startswith("MAIL#") else None
    return first is not None and first.data.get("reason") != "own-mail"


def _unit_day(call: Call, unit: Unit, own: list[Stands], day: date, moved: set[str]) -> UnitDay:
    statuses = [s.status for s in own]
    return UnitDay(
        call=call.title,
        unit=unit.name,
        deadline=call.closes_text,
        days_left=days_left(call, day),
        statuses={status: statuses.count(status) for status in set(statuses)},
        moved=sum(s.head.submission in moved for s in own),
        unverified=sum(_has(s, FindingCode.SENDER_UNVERIFIED) for s in own),
        unanswered=sum(_is_unanswered(s) for s in own),
    )


def _has(stands: Stands, code: FindingCode) -> bool:
    return stands.verdict is not None and any(f.code is code for f in stands.verdict.findings)


def _is_unanswered(stands: Stands) -> bool:
    """Whether its quiet time is over and no outcome was ever sent."""
    state = stands.head.state
    return bool(state.get("told")) and state.get("told") == state.get("verdict") and not state.get("outcomes")


def _waiting(house: House) -> dict[str, int]:
    fates = [said["fate"] for _, said in house.index.find("held")]
    return {fate: fates.count(fate) for fate in sorted(set(fates))}
