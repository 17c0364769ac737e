"""Every test that SECURITY.md names is there, and every promise names one."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "SECURITY.md").read_text("utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)


def names_in(path: Path) -> set[str]:
    """Names of the functions in a file, those of its classes too."""
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_named_test_is_there() -> None:
    assert len(NAMED) > 30
    lost = [f"{file}::{name}" for file, name in NAMED if name not in names_in(ROOT / file)]
    assert lost == []


def test_every_promise_names_a_test() -> None:
    promises = [
        line
        for table in re.findall(r"\| promise \| test \|\n\| --- \| --- \|\n((?:\|.*\n)+)", TEXT)
        for line in table.splitlines()
    ]
    assert len(promises) > 15
    assert [line for line in promises if "`tests/" not in line] == []
