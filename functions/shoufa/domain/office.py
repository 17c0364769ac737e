"""The office that runs the house: its calls, its lists of recommenders, and what its settings say."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

from shoufa.domain.allowance import PER_HOUR
from shoufa.domain.call import Call, RecommenderGroup, Unit

GRACE = timedelta(days=180)
"""How long after `closes` mail still belongs to a call (late, but filed and judged)."""
FREEMAIL = frozenset(
    [
        "qq.com",
        "foxmail.com",
        "163.com",
        "126.com",
        "yeah.net",
        "sina.com",
        "sina.cn",
        "sohu.com",
        "139.com",
        "189.cn",
        "aliyun.com",
        "gmail.com",
        "outlook.com",
        "hotmail.com",
        "live.cn",
        "vip.163.com",
        "vip.126.com",
        "vip.qq.com",
        "188.com",
        "tom.com",
        "21cn.com",
        "icloud.com",
    ]
)
"""Domains of private mailboxes: two addresses there are never one sender."""


@dataclass(frozen=True)
class Office:
    """Everything about the office that rules ask for."""

    calls: dict[str, Call]
    groups: dict[str, RecommenderGroup]
    sender_address: str = "shoufa@example.org"
    authserv_id: str = ""
    own_domains: frozenset[str] = field(default_factory=frozenset)
    revisions: dict[str, str] = field(default_factory=dict)
    """The revision that each call is judged by."""
    history: dict[str, dict[str, Call]] = field(default_factory=dict)
    """Of each call that was revised: its definitions by revision, the oldest first."""
    office_mailbox: str = ""
    """The clerk's own mailbox; "": what is nobody's goes to no one by mail."""
    digest_at: time | None = None
    """When the office is written to each day (Asia/Shanghai); None: never."""
    reconcile_every: timedelta | None = None
    """How long after a pass over all objects the next begins; None: none is made."""
    erases_by_itself: bool = False
    """Whether what is over its time is erased without a person."""
    mails_per_hour: int = PER_HOUR
    """What the whole house sends in an hour; more waits for the next."""

    def boxes(self) -> dict[str, list[tuple[Call, Unit]]]:
        """Every unit's mailbox with the calls it stands in, and the office's own with all of them."""
        pairs = [(c, u) for c in self.calls.values() for u in c.units]
        found: dict[str, list[tuple[Call, Unit]]] = {}
        for call, unit in pairs:
            if unit.mailbox:
                found.setdefault(unit.mailbox.lower(), []).append((call, unit))
        if self.office_mailbox:
            found[self.office_mailbox.lower()] = pairs
        return found

    def open_units(self, mailbox: str, at: datetime) -> list[tuple[Call, Unit]]:
        """Calls and units that a mailbox belongs to and that are open (or closed for less than 180 days)."""
        found = []
        for call in self.calls.values():
            if not self.is_open(call, at):
                continue
            found += [(call, u) for u in call.units if mailbox.lower() in boxes(u)]
        return found

    def is_open(self, call: Call, at: datetime) -> bool:
        """Whether mail of that time still belongs to a call: until 180 days after it closes."""
        return not ((call.opens and at < call.opens) or (call.closes and at > call.closes + GRACE))

    def definition(self, call: str, revision: str) -> Call | None:
        """A call as a revision of it has it, None if that revision is not known."""
        if self.revisions.get(call) == revision:
            return self.calls.get(call)
        return self.history.get(call, {}).get(revision)

    def boxes_under(self, call: str, unit: str, revision: str) -> frozenset[str]:
        """A unit's mailboxes by one revision of its call and those before it; else as of now."""
        known = self.history.get(call, {})
        if revision in known:
            order = list(known)
            definitions = [known[r] for r in order[: order.index(revision) + 1]]
        else:
            definitions = [self.calls[call]] if call in self.calls else []
        return frozenset(b for c in definitions for u in c.units if u.id == unit for b in boxes(u))

    def revised(self, history: Mapping[str, dict[str, Call]]) -> "Office":
        """The office with the newest revision (the last one) of each call in `history` in force.

        A mailbox that an earlier revision gave a unit stays the unit's: no mail to it is lost.
        """
        newest = {name: list(known)[-1] for name, known in history.items()}
        calls = {name: _with_former(known[newest[name]], known) for name, known in history.items()}
        return replace(
            self,
            calls={**self.calls, **calls},
            revisions={**self.revisions, **newest},
            history={name: dict(known) for name, known in history.items()},
        )

    def group(self, call: Call) -> RecommenderGroup:
        """The recommenders of a call, none where nobody recommends; KeyError names the missing list."""
        if call.recommenders is None:
            return RecommenderGroup(id="", title="", members=())
        return self.groups[call.recommenders.group]


def boxes(unit: Unit) -> frozenset[str]:
    """All mailboxes of a unit in lower case: its own, and those of earlier definitions."""
    return frozenset(b.lower() for b in (unit.mailbox, *unit.former) if b)


def _with_former(call: Call, known: Mapping[str, Call]) -> Call:
    """The call whose units keep the mailboxes that other revisions gave them."""
    earlier: dict[str, list[str]] = {}
    for definition in known.values():
        for unit in definition.units:
            earlier.setdefault(unit.id, []).extend(sorted(boxes(unit)))
    units = tuple(
        u.model_copy(update={"former": tuple(b for b in dict.fromkeys(earlier[u.id]) if b != u.mailbox)})
        for u in call.units
    )
    return call.model_copy(update={"units": units})
