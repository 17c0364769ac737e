"""YAML as plain data, with the line of every value: the strict subset that definitions are written in.

Refused: keys given twice, anchors and aliases, merge keys, tags, several documents. Times and dates stay
text (the models read them); `yes` and `no` are words, only `true` and `false` are truth values.
"""

import re
from typing import Any

import yaml

from shoufa.calls.problems import CallError, Problem

Path = tuple[str | int, ...]
Lines = dict[Path, int]
_TAG = "tag:yaml.org,2002:"
_NULL = frozenset({"", "~", "null"})
_TRUTH = {"true": True, "false": False}
_INTEGER = re.compile(r"-?(?:0|[1-9]\d*)")
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d*)\.\d+")

LOOK_BACK = 3
"""A slip is found at the line of the error or a little before it."""
_KEY = r"^\s*(?:- )?[A-Za-z_]+"
_SLIPS = (
    (re.compile(r"^ *\t"), "行首用了制表符（Tab），请改为空格", "a tab at the beginning; use spaces"),
    (re.compile(rf"{_KEY}："), "冒号是全角的，请改为半角冒号加空格", "a full-width colon; use a plain one and a space"),
    (re.compile(rf"{_KEY}:[^\s/]"), "冒号后缺少空格", "a space is missing after the colon"),
    (re.compile(rf"{_KEY}: +[@`%&*]"), "值以特殊符号开头，请给值加引号", "it begins with a sign of YAML's own; quote it"),
    (re.compile(rf"{_KEY}: +[^\"'{{\[#]*: "), "值里有冒号加空格，请给值加引号", "a colon and a space inside; quote it"),
    (re.compile(rf"{_KEY}: +[“”]"), "引号是全角的，请改为半角引号", "full-width quotes; use plain ones"),
    (re.compile(rf"{_KEY}: +(?:\"[^\"]*|'[^']*)$"), "引号没有成对", "a quote is not closed"),
)  # fmt: skip
"""Slips of the hand that YAML itself explains badly: how such a line looks, and what to say."""


def read_yaml(text: str, file: str) -> tuple[Any, Lines]:
    """Data and the line (1-based) of each path in it, e.g. ("units", 0, "name"); raises CallError."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as err:
        raise CallError([_syntax(file, text, err)]) from err
    except yaml.YAMLError as err:
        raise CallError([Problem(file=file, line=1, zh="不是YAML文本", en=f"not YAML: {err}")]) from err
    builder = _Builder(file)
    data = builder.build(root, ()) if root is not None else None
    if builder.problems:
        raise CallError(builder.problems)
    return data, builder.lines


def _syntax(file: str, text: str, err: yaml.MarkedYAMLError) -> Problem:
    """A syntax error with its line and, where a slip of the hand explains it, what to do."""
    at = err.problem_mark.line if err.problem_mark else 0
    lines = text.split("\n")
    near = list(range(min(at, len(lines) - 1), max(at - LOOK_BACK, -1), -1))
    near += [err.context_mark.line] if err.context_mark else []
    for number in near:
        for pattern, zh, en in _SLIPS:
            if pattern.search(lines[number]):
                return Problem(file=file, line=number + 1, zh=zh, en=en)
    return Problem(file=file, line=at + 1, zh="YAML格式有误，请检查缩进和冒号", en=f"YAML syntax: {err.problem}")


class _Builder:
    """Builds data from a node tree; collects lines and problems on the way."""

    def __init__(self, file: str) -> None:
        """Nothing built yet."""
        self.file = file
        self.lines: Lines = {}
        self.problems: list[Problem] = []
        self.seen: set[int] = set()

    def build(self, node: yaml.Node, path: Path) -> Any:
        """The value of one node."""
        line = self.lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in self.seen:
            self.refuse(line, path, "不能使用别名（*）", "no aliases (*): write the value again")
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, i)) for i, item in enumerate(node.value)]
        return _scalar(node) if isinstance(node, yaml.ScalarNode) else None

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        """A mapping with text keys, each once."""
        made: dict[str, Any] = {}
        for key, value in node.value:
            name, line = key.value, key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode) or key.tag == f"{_TAG}merge":
                self.refuse(line, path, "键应为简单文本", "a key must be plain text")
            elif name in made:
                self.refuse(line, (*path, name), "此项重复", "given twice")
            else:
                self.lines[*path, name] = line
                made[name] = self.build(value, (*path, name))
        return made

    def refuse(self, line: int, path: Path, zh: str, en: str) -> None:
        """Note a problem at a line."""
        self.problems.append(Problem.at(self.file, line, path, zh, en))


def _scalar(node: yaml.ScalarNode) -> str | int | float | bool | None:
    """Text, unless it is unquoted and looks like null, a truth value or a plain number."""
    text = str(node.value)
    if node.style in {"'", '"', "|", ">"}:
        return text
    if text in _NULL:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
