"""The office that runs the house: its calls, its lists of recommenders, and what its settings say."""

from dataclasses import dataclass, field
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
    office_mailbox: str = ""
    """The clerk's own mailbox; "": what is nobody's goes to no one by mail."""
    digest_at: time | None = None
    """When the office is written to each day (Asia/Shanghai); None: never."""
    reconcile_every: timedelta | None = None
    """How long after a pass over all objects the next begins; None: none is made."""
    erases_by_itself: bool = False
    """Whether what is over its time is erased without a person."""

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
    mails_per_hour: int = PER_HOUR
    """What the whole house sends in an hour; more waits for the next."""

    def open_units(self, mailbox: str, at: datetime) -> list[tuple[Call, Unit]]:
        """Calls and units that a mailbox belongs to and that are open (or closed for less than 180 days)."""
        found = []
        for call in self.calls.values():
            if not self.is_open(call, at):
                continue
            found += [(call, u) for u in call.units if u.mailbox and u.mailbox.lower() == mailbox.lower()]
        return found

    def is_open(self, call: Call, at: datetime) -> bool:
        """Whether mail of that time still belongs to a call: until 180 days after it closes."""
        return not ((call.opens and at < call.opens) or (call.closes and at > call.closes + GRACE))

    def group(self, call: Call) -> RecommenderGroup:
        """The recommenders of a call, none where nobody recommends; KeyError names the missing list."""
        if call.recommenders is None:
            return RecommenderGroup(id="", title="", members=())
        return self.groups[call.recommenders.group]
