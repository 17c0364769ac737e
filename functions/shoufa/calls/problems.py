"""What is wrong with a definition, in words that name file, line and field and what was expected."""

import difflib
import types
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from shoufa.domain.errors import FieldError, ShoufaError
from shoufa.domain.value import Value

_EXPECTED = {
    "missing": ("缺少此项", "missing, must be given"),
    "string_type": ("应为文本（数字请加引号）", "expected text (put quotes around a number)"),
    "int_": ("应为整数", "expected a whole number"),
    "float_": ("应为数字", "expected a number"),
    "bool_": ("应为 true 或 false", "expected true or false"),
    "timezone_": ("时间应带时区，如 2023-08-15T23:59:59+08:00", "expected a time with its zone, +08:00"),
    "datetime_": (
        "应为时间，如 2023-08-15T23:59:59+08:00",
        "expected a time such as 2023-08-15T23:59:59+08:00",
    ),
    "date_": ("应为日期，如 2023-08-15", "expected a date such as 2023-08-15"),
    "time_delta_": ("应为时长，如 PT10M", "expected a duration such as PT10M"),
    "tuple_type": ("应为列表", "expected a list"),
    "model_": ("应为一组“名称: 值”", "expected a group of `name: value`"),
    "dict_": ("应为一组“名称: 值”", "expected a group of `name: value`"),
}
"""Kinds of pydantic errors, by the beginning of their type; the first that fits is used."""


QUESTIONS = "# 待答复的问题 / questions"
"""The line below which a draft lists what its notice leaves open."""


class Problem(Value):
    """One fault: file, line (1-based), field as a dotted path, and what was expected in two languages."""

    file: str
    line: int
    field: str = ""
    zh: str
    en: str

    @classmethod
    def at(cls, file: str, line: int, path: Sequence[str | int], zh: str, en: str) -> "Problem":
        """A fault at a path such as ("units", 0, "name"), which becomes `units[0].name`."""
        field = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")
        return cls(file=file, line=line, field=field, zh=zh, en=en)

    def __str__(self) -> str:
        """`file:line: field: zh / en`."""
        where = f"{self.file}:{self.line}: {self.field}" if self.field else f"{self.file}:{self.line}"
        return f"{where}: {self.zh} / {self.en}"


class CallError(ShoufaError):
    """A definition that cannot be used; `problems` lists all its faults."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the faults; the message has one line for each."""
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def explain(
    err: ValidationError, model: type[BaseModel], file: str, lines: Mapping[tuple[str | int, ...], int]
) -> CallError:
    """A pydantic error as a CallError; `lines` gives the line of each path."""
    found: dict[tuple[int, str], Problem] = {}
    for error in err.errors(include_url=False):
        cause = error.get("ctx", {}).get("error")
        path = _known((*error["loc"], *cause.path) if isinstance(cause, FieldError) else error["loc"], lines)
        absent = error["loc"][-1:] if error["type"] == "missing" else ()
        zh, en = _words(error, model)
        problem = Problem.at(file, lines.get(path, 1), (*path, *absent), zh, en)
        found.setdefault((problem.line, problem.field), problem)
    return CallError(found.values())


def _known(loc: tuple[str | int, ...], lines: Mapping[tuple[str | int, ...], int]) -> tuple[str | int, ...]:
    """The longest beginning of a pydantic location that stands in the file (its own marks left out)."""
    for end in range(len(loc), 0, -1):
        if loc[:end] in lines:
            return loc[:end]
    return ()


def _words(error: Any, model: type[BaseModel]) -> tuple[str, str]:
    """What was expected, in two languages."""
    kind, context = str(error["type"]), error.get("ctx", {})
    given = error.get("input")
    if given is None and kind != "missing":
        zh, en = _expected(kind, context)
        return f"还是空的（null），请填写；{zh}", f"still empty (null), to be filled in; {en}"
    if isinstance(given, str) and kind.startswith(("model_", "dict_")) and "：" in given:
        return f"“{given}”用了全角冒号，请改为半角冒号加空格", "a full-width colon; write `name: value` with a plain one"
    if kind == "extra_forbidden":
        return _unknown_field(error["loc"], model)
    if kind == "value_error":
        zh, _, en = str(context["error"]).partition(" / ")
        return zh, en or zh
    expected = _expected(kind, context)
    return expected if expected[0] else (f"值不合要求（{error['msg']}）", str(error["msg"]))


def _expected(kind: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """What a kind of error says should stand there; "" where it is not told."""
    if kind in {"enum", "literal_error"}:
        return f"应为下列之一：{context['expected']}", f"expected one of {context['expected']}"
    for start, words in _EXPECTED.items():
        if kind.startswith(start):
            return words
    return "", ""


def _unknown_field(loc: tuple[str | int, ...], model: type[BaseModel]) -> tuple[str, str]:
    """Which fields there are, and the one that was probably meant."""
    owner = model_at(model, loc[:-1])
    names = list(owner.model_fields) if owner else []
    near = difflib.get_close_matches(str(loc[-1]), names, 1)
    zh = f"没有这一项；{f'是否为 {near[0]}？' if near else ''}可用：{'、'.join(names)}"
    return zh, f"no such field; {f'did you mean {near[0]}? ' if near else ''}known: {', '.join(names)}"


def model_at(model: Any, path: Sequence[str | int]) -> type[BaseModel] | None:
    """The model that stands at a path inside another, or None."""
    while get_origin(model) in {Union, types.UnionType, tuple}:
        inner = [a for a in get_args(model) if a not in {type(None), Ellipsis}]
        model = inner[0]
        if path and isinstance(path[0], int):
            path = path[1:]
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return None
    if not path:
        return model
    field = model.model_fields.get(str(path[0]))
    return model_at(field.annotation, path[1:]) if field else None
