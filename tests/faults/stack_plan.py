"""What template.yaml says of queues, functions, schedules and notifications: the harness drives what stands there.

Nothing is listed here by name, so a new queue, handler or schedule is swept as soon as the template has it.
"""

import importlib
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parents[2]
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON_EVERY = timedelta(days=1)


class Queue(NamedTuple):
    """A queue; `most` receives, then it goes to `dead` (None: kept until it is too old)."""

    visibility: timedelta
    fifo: bool
    most: int | None
    dead: str | None


class Source(NamedTuple):
    """A function fed by a queue."""

    queue: str
    handler: str
    batch: int
    timeout: timedelta


class Schedule(NamedTuple):
    """A function called every so often."""

    handler: str
    every: timedelta
    timeout: timedelta


class Plan(NamedTuple):
    """The whole stack as far as it moves messages. `ports`: the steps' word for a queue to its logical id."""

    queues: Mapping[str, Queue]
    sources: tuple[Source, ...]
    schedules: tuple[Schedule, ...]
    notified: tuple[tuple[str, str], ...]
    ports: Mapping[str, str]


class _Loader(yaml.SafeLoader):
    """YAML with the template's short functions, whose arguments are kept."""


def _short(loader: yaml.SafeLoader, _: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value).removesuffix(".Arn")
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    assert isinstance(node, yaml.MappingNode)
    return loader.construct_mapping(node, deep=True)


_Loader.add_multi_constructor("!", _short)


def read_plan() -> Plan:
    """The plan of template.yaml."""
    template = yaml.load((ROOT / "template.yaml").read_text("utf-8"), Loader=_Loader)
    resources, usual = template["Resources"], template["Globals"]["Function"]
    of = {n: (r["Type"], r.get("Properties", {})) for n, r in resources.items()}
    functions = [p for t, p in of.values() if t == "AWS::Serverless::Function"]
    events = [
        (_handler(f), timedelta(seconds=int({**usual, **f}["Timeout"])), e["Type"], e["Properties"])
        for f in functions
        for e in f.get("Events", {}).values()
    ]
    variables = [f.get("Environment", {}).get("Variables", {}) for f in functions]
    return Plan(
        queues={n: _queue(p) for n, (t, p) in of.items() if t == "AWS::SQS::Queue"},
        sources=tuple(Source(p["Queue"], h, int(p["BatchSize"]), most) for h, most, t, p in events if t == "SQS"),
        schedules=tuple(
            Schedule(h, _every(p), most) for h, most, t, p in events if t in {"Schedule", "ScheduleV2"}
        ),
        notified=tuple(n for t, p in of.values() if t == "AWS::S3::Bucket" for n in _notified(p)),
        ports={
            name.removesuffix("_QUEUE_URL").lower(): str(queue)
            for v in variables
            for name, queue in v.items()
            if name.endswith("_QUEUE_URL")
        },
    )


def _handler(function: Mapping[str, Any]) -> str:
    return str(function.get("Handler") or function["ImageConfig"]["Command"][0])


def _queue(properties: Mapping[str, Any]) -> Queue:
    policy = properties.get("RedrivePolicy", {})
    seconds = timedelta(seconds=int(properties.get("VisibilityTimeout", 30)))
    most = policy.get("maxReceiveCount")
    dead = policy.get("deadLetterTargetArn")
    return Queue(seconds, bool(properties.get("FifoQueue")), int(most) if most else None, dead)


def _every(properties: Mapping[str, Any]) -> timedelta:
    said = str(properties.get("Schedule") or properties.get("ScheduleExpression"))
    found = _RATE.fullmatch(said)
    return timedelta(**{f"{found[2]}s": int(found[1])}) if found else _CRON_EVERY


def _notified(bucket: Mapping[str, Any]) -> list[tuple[str, str]]:
    rules = bucket.get("NotificationConfiguration", {}).get("QueueConfigurations", [])
    return [(r["Filter"]["S3Key"]["Rules"][0]["Value"], r["Queue"]) for r in rules]


def load_handler(path: str) -> Callable[[dict[str, Any], Any], Any]:
    """The function that a handler's path names."""
    module, _, name = path.rpartition(".")
    found: Callable[[dict[str, Any], Any], Any] = getattr(importlib.import_module(module), name)
    return found
