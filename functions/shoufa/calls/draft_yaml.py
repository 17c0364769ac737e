"""A draft as the text of a definition's file: each value below the sentence that says it; then questions."""

import json
import re
from datetime import date
from typing import Any

from shoufa.calls.draft import Draft
from shoufa.calls.draft_parts import Node
from shoufa.calls.draft_said import Said
from shoufa.calls.problems import QUESTIONS

LONGEST = 120
"""A comment's sentence is cut around its middle beyond this many characters."""
_PLAIN = re.compile(r"[\u3400-\u9fff A-Za-z][\u3400-\u9fff\w .()（）〔〕、，“”/-]*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off"})
HEAD = """# yaml-language-server: $schema=../call.schema.json
# 草稿：由通知文本起草，每项之上是它所依据的原文。请核对；逐个答复文末的问题并删去该行；改 id 和文件名；再运行 shoufa call lint。
# A draft read from the notice; above each value stands its sentence. Check it; answer each question at the
# end and delete its line; choose an id (it is the file's name); then run `shoufa call lint`.
"""


def to_yaml(draft: Draft) -> str:
    """The file's text."""
    lines = [HEAD.rstrip(), *(f"# 文本整理：{r}" for r in draft.repairs), "", f"id: {draft.id}"]
    last = ""
    for name, node in draft.values.items():
        written, last = _entry(name, node, 0, last)
        lines += ["", *written] if node else written
    if draft.questions:
        lines += ["", QUESTIONS, *(f"# - {q}" for q in draft.questions)]
    return "\n".join(lines) + "\n"


def _entry(name: str, node: Node, depth: int, last: str) -> tuple[list[str], str]:
    """The lines of `name: node`, and the sentence that was quoted last."""
    pad = "  " * depth
    if node is None:
        return [f"{pad}{name}: null"], last
    if isinstance(node, Said):
        comment, last = _comment(node, depth, last)
        return [*comment, f"{pad}{name}: {_scalar(node.value)}"], last
    if not node:
        return [f"{pad}{name}: []"], last
    lines = [f"{pad}{name}:"]
    if isinstance(node, dict):
        for key, value in node.items():
            written, last = _entry(key, value, depth + 1, last)
            lines += written
        return lines, last
    for item in node:
        written, last = _item(item, depth + 1, last)
        lines += written
    return lines, last


def _item(item: Any, depth: int, last: str) -> tuple[list[str], str]:
    pad = "  " * depth
    if isinstance(item, Said):
        comment, last = _comment(item, depth, last)
        return [*comment, f"{pad}- {_scalar(item.value)}"], last
    lines: list[str] = []
    for key, value in item.items():
        written, last = _entry(key, value, depth + 1, last)
        lines += written
    first = next(i for i, line in enumerate(lines) if not line.lstrip().startswith("#"))
    lines[first] = f"{pad}- {lines[first].lstrip()}"
    lines[:first] = [pad + line.lstrip() for line in lines[:first]]
    return lines, last


def _comment(said: Said, depth: int, last: str) -> tuple[list[str], str]:
    if not said.sentence or said.sentence == last:
        return [], last
    note = f"（{said.note}）" if said.note else ""
    return [f"{'  ' * depth}# “{_cut(said.sentence)}”{note}"], said.sentence


def _cut(sentence: str) -> str:
    half = LONGEST // 2
    return sentence if len(sentence) <= LONGEST else f"{sentence[:half]}…{sentence[-half:]}"


def _scalar(value: Any) -> str:
    """A YAML scalar."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):  # and datetime
        return value.isoformat()
    text = str(value)
    plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS and text == text.strip()
    return text if plain and ": " not in text and " #" not in text else json.dumps(text, ensure_ascii=False)
