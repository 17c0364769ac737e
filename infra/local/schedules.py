"""The template's schedules, fired by a virtual clock."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from local.builders import known
from local.resolver import TemplateError
from local.stack import Stack

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")


class Schedule(NamedTuple):
    """A rule that calls a function every so often; both by logical id."""

    rule: str
    function: str
    every: timedelta


def rate(expression: str) -> timedelta:
    """Read `rate(5 minutes)`; TemplateError on anything else (cron is not known here)."""
    match = _RATE.fullmatch(expression)
    if match is None:
        raise TemplateError(f"the local engine does not know the schedule {expression}")
    return timedelta(**{f"{match[2]}s": int(match[1])})


def read_schedules(stack: Stack) -> list[Schedule]:
    """Read the schedules of the stack; TemplateError on a property that is not known here."""
    found = []
    for name, resource in stack.active("AWS::Events::Rule"):
        properties = resource["Properties"]
        known(properties, ["ScheduleExpression", "Targets"], f"schedule {name}")
        for target in properties["Targets"]:
            known(target, ["Arn", "Id"], f"schedule {name}")
            found.append(
                Schedule(name, target["Arn"]["Fn::GetAtt"][0], rate(properties["ScheduleExpression"]))
            )
    return found


class Ticker:
    """Remembers when each schedule last fired."""

    def __init__(self, schedules: list[Schedule], start: datetime) -> None:
        """Count from `start`."""
        self._last = dict.fromkeys(schedules, start)

    def due(self, now: datetime, *, at_once: bool = False) -> list[Schedule]:
        """Return the schedules whose time has come, each once however long ago, and count them as fired.

        `at_once`: all of them, whenever they fired last.
        """
        due = [schedule for schedule, last in self._last.items() if at_once or now - last >= schedule.every]
        self._last.update(dict.fromkeys(due, now))
        return due


def scheduled_event(schedule: Schedule, now: datetime, region: str, account: str) -> dict[str, Any]:
    """Write the event that EventBridge sends; `time` in UTC, whole seconds."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": account,
        "time": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region,
        "resources": [f"arn:aws:events:{region}:{account}:rule/{schedule.rule}"],
        "detail": {},
    }
