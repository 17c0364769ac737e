"""The office that runs the house: its calls, its lists of recommenders, and what its settings say."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

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
