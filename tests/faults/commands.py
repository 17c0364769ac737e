"""What a person types, as a process that may be killed: it is typed again until it says that it is done."""

from typing import Any

from shoufa import wiring
from shoufa.steps.erasure import Why, plan_erasure
from shoufa.steps.erasure import erase as erase_planned


def erase(what: dict[str, Any], _context: Any) -> int:
    """`shoufa erase`: list, then remove what was listed. How many objects went."""
    house = wiring.house()
    plan = plan_erasure(house, what["submissions"], what["mails"])
    return erase_planned(house, plan, "clerk-1", Why.REQUEST)
