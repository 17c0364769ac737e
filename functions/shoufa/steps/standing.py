"""A unit's submissions as they stand now: their heads and verdicts, found by the watch's own look-up."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from shoufa.domain.codes import Status
from shoufa.domain.ledger import Head
from shoufa.domain.submission import Verdict
from shoufa.notices.register import DISPOSITIONS, STATUSES, read_of, shown_time
from shoufa.steps.files import load_verdict
from shoufa.steps.house import House
from shoufa.steps.joining import living


class Stands(NamedTuple):
    """One living submission; no verdict while it is being read for the first time."""

    head: Head
    verdict: Verdict | None

    @property
    def status(self) -> Status:
        """Where it stands."""
        return Status(self.head.state["status"])


def of_unit(house: House, call: str, unit: str) -> Iterator[Stands]:
    """The living submissions of one call and unit, by number."""
    for receipt, _ in house.index.find(f"unit#{call}#{unit}"):
        head = living(house, receipt)
        if head is not None and head.submission == receipt:
            yield Stands(head, load_verdict(house.objects, receipt, head.state.get("verdict", "")))


def register_row(number: int, stands: Stands) -> dict[str, Any]:
    """Its row in the register."""
    state, verdict = stands.head.state, stands.verdict
    received = verdict.received_at.isoformat() if verdict else state["last"]
    row = {
        "序号": number,
        "收件编号": stands.head.submission,
        "收文时间": shown_time(received),
        "征集通知": state["call"],
        "支撑单位": state["unit"],
        "去向": DISPOSITIONS["submission"],
        "核对情况": STATUSES[stands.status.value],
        "来邮封数": len(state["mails"]),
        "末条哈希": stands.head.hash,
    }
    return row | (read_of(verdict) if verdict else {})
