"""The template's functions, and calling one in this process as Lambda would."""

import importlib
import os
import time
import traceback
import uuid
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple

from local.builders import known
from local.resolver import TemplateError
from local.stack import Stack
from shoufa.domain.errors import Damaged, MailboxClosed

SERVICE = "POWERTOOLS_SERVICE_NAME"
"""The one variable in which functions may differ: it only labels log lines."""

_FUNCTION = (
    "FunctionName", "Handler", "ImageConfig", "MemorySize", "Timeout", "Environment", "Code", "PackageType",
    "Role", "Runtime", "Architectures", "Layers", "EphemeralStorage", "VpcConfig", "Tags",
)  # fmt: skip
_ADVISES = ((MailboxClosed, "收取邮箱 / mailbox"), (Damaged, "数据文件夹 / data folder"))
"""Errors whose message says what a person is to do, and what it is about."""
_ONLY_ON_AWS = ("Code", "Role", "Layers", "VpcConfig")


class Function(NamedTuple):
    """A function of the template: logical id, `package.module.function`, limits (seconds, MB), variables."""

    name: str
    handler: str
    timeout: int
    memory: int
    variables: dict[str, str]

    def load(self) -> Callable[[dict[str, Any], Any], Any]:
        """Import the handler; errors are the module's own."""
        module, attribute = self.handler.rsplit(".", 1)
        handler: Callable[[dict[str, Any], Any], Any] = getattr(importlib.import_module(module), attribute)
        return handler


class Context:
    """What Lambda tells a handler about its call; the time limit is told, not enforced."""

    function_version = "$LATEST"

    def __init__(self, function: Function) -> None:
        """Begin a call of `function` now."""
        self.function_name = function.name
        self.memory_limit_in_mb = function.memory
        self.invoked_function_arn = f"arn:aws:lambda:local:000000000000:function:{function.name}"
        self.aws_request_id = str(uuid.uuid4())
        self.log_group_name = f"/aws/lambda/{function.name}"
        self.log_stream_name = "local"
        self._ends = time.monotonic() + function.timeout

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds left before Lambda would end the call."""
        return max(0, int((self._ends - time.monotonic()) * 1000))


class HandlerError(NamedTuple):
    """An error that left a handler: logical id, `repr`, traceback; what a person is to do, if known."""

    function: str
    error: str
    traceback: str
    advice: str = ""


def handler_error(function: str, error: BaseException) -> HandlerError:
    """Describe what left a handler."""
    advice = next((f"{about}: {error}" for kind, about in _ADVISES if isinstance(error, kind)), "")
    return HandlerError(function, repr(error), "".join(traceback.format_exception(error)), advice)


def read_functions(stack: Stack) -> dict[str, Function]:
    """Read every function of the stack, by logical id; TemplateError on a property that is not known here."""
    return {name: _read(stack, name, resource) for name, resource in stack.active("AWS::Lambda::Function")}


def _read(stack: Stack, name: str, resource: Mapping[str, Any]) -> Function:
    """Read one function; an image's command is its handler."""
    known(resource["Properties"], _FUNCTION, f"function {name}")
    here = {key: value for key, value in resource["Properties"].items() if key not in _ONLY_ON_AWS}
    properties = stack.resolver.value(here)
    handler = properties.get("Handler") or properties["ImageConfig"]["Command"][0]
    variables = properties.get("Environment", {}).get("Variables", {})
    texts = {key: str(value) for key, value in variables.items()}
    return Function(
        name, handler, int(properties.get("Timeout", 3)), int(properties.get("MemorySize", 128)), texts
    )


def merged_variables(functions: Iterable[Function]) -> dict[str, str]:
    """Return all functions' variables in one; TemplateError if two give one name different values."""
    merged: dict[str, str] = {}
    for function in functions:
        for key, value in function.variables.items():
            if key != SERVICE and merged.setdefault(key, value) != value:
                raise TemplateError(
                    f"{key} of {function.name} differs from another function's: one process holds both"
                )
    return merged


def call(pool: ThreadPoolExecutor, function: Function, event: dict[str, Any]) -> Future[Any]:
    """Start a handler; the future holds what it returned, or what it raised, whatever that is."""
    os.environ[SERVICE] = function.variables.get(SERVICE, function.name)
    return pool.submit(lambda: function.load()(event, Context(function)))
