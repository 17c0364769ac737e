"""What is over its time by its call's `retention`: listed for the office, erased only where told to.

A mail of no submission counts from its receipt, a submission from the later of the call's closing and its
last mail; neither from before it was filed and judged here: what is laid in years later is not old on its
first day. Periods are the longest of all calls where no call is known.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from shoufa.domain.call import Retention
from shoufa.domain.codes import Disposition, Status
from shoufa.domain.moments import stamp
from shoufa.domain.periods import after
from shoufa.domain.submission import Manifest
from shoufa.steps.days import begun_day, is_done, set_done
from shoufa.steps.erasure import Why, erase, erase_on, plan_erasure
from shoufa.steps.fate import FILED, recall
from shoufa.steps.files import load_envelope
from shoufa.steps.house import House
from shoufa.steps.joining import living

READ_ON = timedelta(days=1)
"""What is being read is not over its time before it was judged."""
MOST = 200
"""How much is erased in one day without a person."""


def retention(house: House) -> int:
    """Once a day: mend the look-ups; where the office erases by itself, erase. How many objects went.

    What was begun and not ended is gone on with at any time, where the office erases by itself; else it is
    listed until a person does.
    """
    count = erase_on(house) if house.office.erases_by_itself else 0
    day = begun_day(house)
    if day is None or is_done(house, "retention", day):
        return count
    over = over_time(house, mend=True)
    found = over[:MOST] if house.office.erases_by_itself else []
    if found:
        submissions = [name for name in found if not name.startswith("inbox/")]
        objects = [name for name in found if name.startswith("inbox/")]
        plan = plan_erasure(house, submissions, objects, spare=True)
        count += erase(house, plan, "schedule", Why.RETENTION)
        over_time(house, mend=True)
    set_done(house, "retention", day)
    return count


def over_time(house: House, *, mend: bool = False) -> list[str]:
    """Submissions and mail objects whose time is over now; `mend`: look-ups not true are set right."""
    now = house.clock.now()
    found = []
    for key, said in house.index.find("expiry", until=f"{stamp(now)}~"):
        name = key.partition("#")[2]
        mail = name.startswith("inbox/")
        until = _mail_ends(house, key, said.get("digest", "")) if mail else _submission_ends(house, name)
        if until is not None and until <= now:
            found.append(name)
        elif mend:
            house.index.drop("expiry", key)
            if until is not None:
                house.index.write("expiry", f"{stamp(until)}#{name}", {})
    return found


def mail_ends(house: House, key: str, fate: Disposition, digest: str, manifest: Manifest | None) -> datetime:
    """When a mail of no submission is over its time."""
    envelope = manifest.envelope if manifest else load_envelope(house.objects, key)
    filed = [datetime.fromisoformat(e.at) for e in house.ledger.entries(f"MAIL#{digest}")[:1]]
    received = max([*filed, *([envelope.received_at] if envelope else ())], default=house.clock.now())
    kind = "automatic" if fate is Disposition.AUTOMATIC else "unmatched"
    return _longest(received, (getattr(c.retention, kind) for c in house.office.calls.values()), kind)


def _longest(moment: datetime, periods: Iterable[str], kind: str) -> datetime:
    """The end of the longest period; of the default where there is no call at all."""
    return max((after(moment, p) for p in periods), default=after(moment, getattr(Retention(), kind)))


def _mail_ends(house: House, key: str, digest: str) -> datetime | None:
    """As it was noted, if the mail is still there; None where it was let in: it goes with its submission."""
    until, _, name = key.partition("#")
    stays = house.objects.exists(name) and not (digest and _let_in(house, digest))
    return datetime.fromisoformat(until) if stays else None


def _let_in(house: House, digest: str) -> bool:
    """Whether the copy of a quarantined mail that a person released is filed in a submission."""
    head = house.ledger.head(f"MAIL#{digest}")
    copy = head.state.get("released_as") if head else None
    known = recall(house, copy) if copy else None
    if known is None or known.disposition not in FILED:
        return False
    return any(living(house, receipt) for receipt in known.receipts)


def _submission_ends(house: House, receipt: str) -> datetime | None:
    """When a submission is over its time as it stands now; None where it is gone, merged, or has no call."""
    head = living(house, receipt)
    if head is None or head.submission != receipt:
        return None
    ends = submission_ends(house, head.state)
    reading = head.state.get("status") == Status.READING.value
    return max(ends, house.clock.now() + READ_ON) if ends and reading else ends


def submission_ends(house: House, state: Mapping[str, Any]) -> datetime | None:
    """The same by the state of its head; None where it has no call any more."""
    call = house.office.calls.get(state["call"])
    if call is None:
        return None
    last = datetime.fromisoformat(state["last"])
    due = [datetime.fromisoformat(head_due)] if (head_due := state.get("due")) else []
    begins = max([last, *due, *([call.closes] if call.closes else ())])
    lacking = state.get("status") == Status.INCOMPLETE.value
    return after(begins, call.retention.incomplete if lacking else call.retention.complete)
