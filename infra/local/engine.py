"""The stack in this process: storage and queues on moto or an endpoint, handlers called as Lambda does."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from local import moto_fixes
from local.builders import Clients
from local.dead_letters import DeadLetter, dead_letters, forget
from local.dispatcher import Dispatcher, Pace, read_sources
from local.invocation import Function, HandlerError, call, handler_error, merged_variables, read_functions
from local.schedules import Ticker, read_schedules, scheduled_event
from local.stack import Stack, expand
from shoufa.ports import Clock

LOCAL_PARAMETERS = {"Stage": "local", "SenderAddress": "office@example.org", "OcrImageUri": "local"}
"""Values of template.yaml's parameters that have no default; what they stand for is set through `env`."""

_REGION = "us-east-1"
_LAYERS = "/opt"  # where Lambda puts a layer's files
_ALWAYS = {
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",  # else botocore asks hosts that moto does not know
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
_NO_AWS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",  # no secret: nothing is asked for it
    "AWS_DEFAULT_REGION": _REGION,
    "AWS_REGION": _REGION,
}
_NOT_OURS = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL")


class LocalEngine:
    """The stack of a template; a context manager. One at a time: it owns the process's environment meanwhile.

    `endpoint` None = moto in this process, without any network; else any AWS-compatible address. `env`
    overrides the functions' variables. TemplateError from `start` if the template holds anything that is not
    known here.
    """

    bucket: str
    table: str
    queue_urls: dict[str, str]
    functions: dict[str, Function]

    def __init__(
        self,
        template: Path,
        clock: Clock,
        endpoint: str | None = None,
        env: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
        pace: Pace | None = None,
    ) -> None:
        """Remember what to build; nothing happens before `start`."""
        self.clock = clock
        self.errors: list[HandlerError] = []
        self._template = template
        self._endpoint = endpoint
        self._overrides = dict(env or {})
        self._parameters = LOCAL_PARAMETERS if parameters is None else parameters
        self._pace = pace or Pace()
        self._moto: Any = None
        self._environment: dict[str, str] | None = None
        self._dispatcher: Dispatcher | None = None
        self._beside: dict[str, Future[Any]] = {}

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def start(self) -> None:
        """Build the stack and set the functions' environment; if that fails, the environment is restored."""
        self._environment = dict(os.environ)
        try:
            self._enter_environment()
            self._build()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Let running calls end, forget the stack if it was moto's, and restore the environment."""
        if self._dispatcher is not None:
            self._dispatcher.stop()
            self._dispatcher = None
        if self._moto is not None:
            self._moto.stop()
            self._moto = None
        if self._environment is not None:
            os.environ.clear()
            os.environ.update(self._environment)
            self._environment = None

    def drain(self) -> None:
        """Work until all queues are empty and all calls ended."""
        self._working.drain()

    def round(self) -> int:
        """Take from each queue once, leaving slow calls running; how many messages moved."""
        return self._working.round()

    def fire_schedules(self, now: datetime, *, at_once: bool = False) -> list[str]:
        """Call the functions whose schedule is due by `now` (all, `at_once`), each once; logical ids.

        Those that nobody waits for (`Pace.beside`) are noted when a later call finds that they ended.
        """
        for name in [name for name, running in self._beside.items() if running.done()]:
            self._note(name, self._beside.pop(name))
        due = [s for s in self._ticker.due(now, at_once=at_once) if s.function not in self._beside]
        for schedule in due:
            event = scheduled_event(schedule, now, self._stack.region, self._stack.account)
            running = call(self._working.pool, self.functions[schedule.function], event)
            if schedule.function in self._pace.beside:
                self._beside[schedule.function] = running
            else:
                self._note(schedule.function, running)
        return [schedule.function for schedule in due]

    def _note(self, function: str, running: Future[Any]) -> None:
        """Wait for a call, and note what left its handler."""
        error = running.exception()
        if error is not None:
            self.errors.append(handler_error(function, error))

    @property
    def region(self) -> str:
        """Where the stack's resources are."""
        return self._stack.region

    def post(self, queue: str, message: Mapping[str, Any]) -> None:
        """Put one message into a queue (logical id), as a door does whose storage notifies nobody."""
        self._clients.sqs.send_message(QueueUrl=self.queue_urls[queue], MessageBody=json.dumps(message))

    def dead_letters(self) -> list[DeadLetter]:
        """List what ended in the dead-letter queues; it stays there."""
        return dead_letters(self._clients.sqs, self.queue_urls)

    def forget_dead_letters(self) -> None:
        """Empty the dead-letter queues: what stood in them is driven again from where it is durable."""
        forget(self._clients.sqs, self.queue_urls)

    @property
    def _working(self) -> Dispatcher:
        """The dispatcher; RuntimeError if the engine was not started."""
        if self._dispatcher is None:
            raise RuntimeError("the engine was not started")
        return self._dispatcher

    def _enter_environment(self) -> None:
        """Keep everything away from a real account, and start moto if there is no endpoint."""
        for name in _NOT_OURS:
            os.environ.pop(name, None)
        os.environ.update(_ALWAYS)
        if self._endpoint is not None:
            os.environ.update({name: os.environ.get(name, value) for name, value in _NO_AWS.items()})
            os.environ["AWS_ENDPOINT_URL"] = self._endpoint
            return
        from moto import mock_aws

        os.environ.update(_NO_AWS)
        moto_fixes.apply()
        self._moto = mock_aws()
        self._moto.start()

    def _build(self) -> None:
        """Expand the template, make its resources, set the environment, read its sources and schedules."""
        import boto3
        from botocore import UNSIGNED
        from botocore.config import Config

        expanded = expand(self._template, self._parameters)
        config = Config(s3={"addressing_style": "path"})
        s3, sqs = boto3.client("s3", config=config), boto3.client("sqs")
        self._clients = Clients(s3, sqs, boto3.client("dynamodb"))
        account = boto3.client("sts").get_caller_identity()["Account"]
        self._stack = Stack(expanded, self._clients, account)
        self._stack.build()
        self.queue_urls = self._stack.refs("AWS::SQS::Queue")
        self.bucket = next(iter(self._stack.refs("AWS::S3::Bucket").values()), "")
        self.table = next(iter(self._stack.refs("AWS::DynamoDB::Table").values()), "")
        self.functions = read_functions(self._stack)
        self._set_variables(expanded.layer)
        sources = read_sources(self._stack, self.functions, self._pace.workers)
        if self._moto is not None:  # nobody checks signatures; the dispatcher's calls are always the same
            sqs = boto3.client("sqs", config=Config(signature_version=UNSIGNED, parameter_validation=False))
        self._dispatcher = Dispatcher(sqs, sources, self.errors, self._may_hold, self._pace)
        self._ticker = Ticker(read_schedules(self._stack), self.clock.now())

    def _may_hold(self, url: str) -> bool:
        """Say False of a queue that is known to be empty."""
        return self._moto is None or moto_fixes.holds_messages(url, self._stack.region)

    def _set_variables(self, layer: Path | None) -> None:
        """Set all functions' variables; paths into a layer lead to the folder it would be made from."""
        for name, value in merged_variables(self.functions.values()).items():
            inside = layer is not None and f"{value}/".startswith(f"{_LAYERS}/")
            os.environ[name] = f"{layer}{value.removeprefix(_LAYERS)}" if inside else value
        os.environ.update(self._overrides)
