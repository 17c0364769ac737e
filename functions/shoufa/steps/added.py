"""Files that came another way (`shoufa add`) go where a clerk says, without regard to senders."""

from shoufa.domain.codes import Disposition
from shoufa.domain.mail import Added
from shoufa.domain.submission import Manifest
from shoufa.steps.fate import Fate, Place, free_number
from shoufa.steps.house import House
from shoufa.steps.joining import living


def place_added(house: House, manifest: Manifest, added: Added) -> Fate:
    """The fate of added files: they join the submission named, or open one; nobody is answered.

    Unmatched where there is no such submission, call or unit: filed, shown, never lost.
    """
    if added.submission:
        head = living(house, added.submission)
        if head is None:
            return Fate(Disposition.UNMATCHED, reason="no-such-submission")
        place = Place(head.submission, head.state["call"], head.state["unit"], opens=False)
        return Fate(Disposition.FOLLOW_UP, (place,), answer=False)
    call = house.office.calls.get(added.call)
    if call is None or all(u.id != added.unit for u in call.units):
        return Fate(Disposition.UNMATCHED, reason="no-such-call")
    number = free_number(house, manifest, added.unit)
    return Fate(Disposition.SUBMISSION, (Place(number, call.id, added.unit, opens=True),), answer=False)
