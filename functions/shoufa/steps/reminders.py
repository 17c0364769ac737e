"""Reminders before a deadline: to the unit, who has submitted and who has not. Nobody else is written to."""

from datetime import date

from shoufa.domain.call import Call
from shoufa.notices.headers import Unaddressable
from shoufa.notices.reminder import Standing, compose_reminder
from shoufa.steps.asking import ask
from shoufa.steps.daily_digest import box_id, chain_of, days_left
from shoufa.steps.days import begun_day, is_done, set_done
from shoufa.steps.delivery import deliver
from shoufa.steps.elsewhere import vouched
from shoufa.steps.house import House
from shoufa.steps.standing import Stands, of_unit


def reminders(house: House) -> int:
    """On the days that a call names (`reminders`): ask for each of its units' lists; how many."""
    day = begun_day(house)
    if day is None or is_done(house, "reminders", day):
        return 0
    asked = 0
    for call in house.office.calls.values():
        if call.recommenders is None or days_left(call, day) not in call.reminders:
            continue
        for unit in call.units:
            if unit.mailbox:
                said = {"day": day.isoformat(), "call": call.id, "unit": unit.id}
                chain = chain_of(day.isoformat(), box_id(unit.mailbox))
                ask(house, chain, f"reminder-{day}-{call.id}-{unit.id}", {"template": "reminder", **said})
                asked += 1
    set_done(house, "reminders", day)
    return asked


def send_reminder(day: str, call_id: str, unit_id: str, house: House) -> bool:
    """Compose and send one unit's list; False if it was sent, or the call is no more."""
    call = house.office.calls.get(call_id)
    on = date.fromisoformat(day)
    left = days_left(call, on) if call else None
    if call is None or left is None:
        return False
    unit = call.unit(unit_id)
    stands = list(of_unit(house, call_id, unit_id))
    unknown = sum(
        s.verdict is None or not (s.verdict.recommender and vouched(call, s.verdict)) for s in stands
    )
    try:
        made = compose_reminder(call, unit, on, left, board(house, call, stands), unknown)
    except Unaddressable:
        return False
    return deliver(house, chain_of(day, box_id(unit.mailbox or "")), made, {})


def board(house: House, call: Call, stands: list[Stands]) -> list[Standing]:
    """Every member of the call's list with its submissions, in the list's order; then bodies beside it."""
    members = house.office.group(call).members
    own = {name: m.name for m in members for name in (m.name, *m.others)}
    found: dict[str, list[Stands]] = {m.name: [] for m in members}
    for one in stands:
        if one.verdict is not None and one.verdict.recommender and vouched(call, one.verdict):
            name = one.verdict.recommender
            found.setdefault(own.get(name, name), []).append(one)
    listed = {m.name for m in members}
    return [_standing(name, mine, listed=name in listed) for name, mine in found.items()]


def _standing(name: str, mine: list[Stands], *, listed: bool) -> Standing:
    return Standing(
        name=name,
        receipts=tuple(s.head.submission for s in mine),
        statuses=tuple(s.status for s in mine),
        projects=sum(len(s.verdict.projects) for s in mine if s.verdict),
        listed=listed,
    )
