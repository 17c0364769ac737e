"""The house's budgets (style: Size, Words, Errors), measured over everything that ships."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("functions/**/*.py"), *ROOT.glob("infra/local/**/*.py")])
MAX_FILE, MAX_FUNCTION, MOST_FUNCTIONS, MEDIAN_FUNCTION, MAX_LINE = 300, 40, 25, 10, 110
MAY_CATCH_ALL = {"functions/shoufa/entry.py"}
WORKER = "functions/shoufa/readers/worker"
"""The worker's outermost loop answers for a reader's bug; each such `except` says why beside it."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.AST) -> Iterator[Function]:
    yield from (n for n in ast.walk(tree) if isinstance(n, Function))


def length(function: Function) -> int:
    """Lines from `def` to the end."""
    return (function.end_lineno or 0) - function.lineno + 1


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    return {named(p): ast.parse(p.read_text(encoding="utf-8")) for p in FILES}


def test_there_is_something_to_measure():
    assert len(FILES) > 50


def test_files_are_short():
    long = {named(p): n for p in FILES if (n := len(p.read_text(encoding="utf-8").splitlines())) > MAX_FILE}
    assert long == {}


def test_lines_are_short_in_characters():
    long = [
        f"{named(p)}:{i}: {len(line)}"
        for p in FILES
        for i, line in enumerate(p.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > MAX_LINE
    ]
    assert long == []


def test_no_function_is_long(trees):
    long = {
        f"{f}:{n.name}": length(n) for f, t in trees.items() for n in functions(t) if length(n) > MAX_FUNCTION
    }
    assert long == {}


def test_most_functions_are_short(trees):
    lengths = sorted(length(n) for t in trees.values() for n in functions(t))
    within = sum(n <= MOST_FUNCTIONS for n in lengths) / len(lengths)
    assert median(lengths) <= MEDIAN_FUNCTION
    assert within >= 0.9


def public(tree: ast.Module) -> Iterator[ast.AST]:
    """Public functions and classes of a module, and the public methods of its public classes."""
    for node in tree.body:
        if isinstance(node, (ast.ClassDef, *Function.__args__)) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (m for m in node.body if isinstance(m, Function) and not m.name.startswith("_"))


def test_everything_public_says_what_it_is(trees):
    mute = [f for f, t in trees.items() if not ast.get_docstring(t)]
    mute += [f"{f}:{n.name}" for f, t in trees.items() for n in public(t) if not ast.get_docstring(n)]
    assert mute == []


def catches_all(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        c is None or (isinstance(c, ast.Name) and c.id in {"Exception", "BaseException"}) for c in caught
    )


def reraises(handler: ast.ExceptHandler) -> bool:
    """Whether it only undoes (ends in a bare `raise`) or only filters (begins with `if …: raise`)."""
    first, last = handler.body[0], handler.body[-1]
    filtered = first.body[-1] if isinstance(first, ast.If) else None
    return any(isinstance(n, ast.Raise) and n.exc is None for n in (last, filtered))


def test_only_the_border_catches_everything(trees):
    found = [
        f"{f}:{n.lineno}"
        for f, t in trees.items()
        if f not in MAY_CATCH_ALL and not f.startswith(WORKER)
        for n in ast.walk(t)
        if isinstance(n, ast.ExceptHandler) and catches_all(n) and not reraises(n)
    ]
    assert found == []


def test_the_workers_broad_excepts_say_why(trees):
    silent = []
    for f, t in trees.items():
        lines = (ROOT / f).read_text(encoding="utf-8").splitlines()
        for n in ast.walk(t):
            if f.startswith(WORKER) and isinstance(n, ast.ExceptHandler) and catches_all(n):
                around = " ".join(lines[n.lineno - 2 : n.lineno + 1])
                if around.count("#") < 1 or len(around.partition("#")[2]) < 30:
                    silent.append(f"{f}:{n.lineno}")
    assert silent == []


def test_nothing_of_this_machine_stands_in_a_file():
    words = (f"{ROOT}/", f"{Path.home()}/")
    found = [named(p) for p in FILES if any(w in p.read_text(encoding="utf-8") for w in words)]
    assert found == []
