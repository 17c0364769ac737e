"""One verb phrase per step: handler file, step module, logical id, service name, log group, queue's consumer, tests."""

import ast
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
HANDLERS = {p.stem: p for p in (ROOT / "functions/handlers").glob("*.py") if p.stem != "__init__"}
BESIDE = {"receive_decision": ("shoufa.steps.receive_call",)}
"""What one queue brings beside its step's own: a revision of a call is a decision too."""
NUMBERED = re.compile(r"^step(\d)_(.+)$")


def verb(stem: str) -> str:
    found = NUMBERED.match(stem)
    return found.group(2) if found else stem


class Loader(yaml.SafeLoader):
    """YAML with the template's short functions, whose arguments are kept."""


def _short(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.ScalarNode):
        return {suffix: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {suffix: loader.construct_mapping(node, deep=True)}


Loader.add_multi_constructor("!", _short)


@pytest.fixture(scope="module")
def functions() -> dict[str, dict]:
    template = yaml.load((ROOT / "template.yaml").read_text(encoding="utf-8"), Loader=Loader)
    return {
        n: r["Properties"]
        for n, r in template["Resources"].items()
        if r["Type"] == "AWS::Serverless::Function"
    }


def pascal(words: str) -> str:
    return "".join(w.capitalize() for w in words.split("_"))


def test_steps_are_numbered_in_the_order_of_the_way():
    numbers = sorted(int(m.group(1)) for stem in HANDLERS if (m := NUMBERED.match(stem)))
    assert numbers == [1, 2, 3, 4]


def test_each_handler_has_its_function_and_no_function_is_without(functions):
    assert set(functions) == {pascal(verb(stem)) + "Function" for stem in HANDLERS}


@pytest.mark.parametrize("stem", sorted(HANDLERS))
def test_a_handler_calls_the_step_of_its_name(stem):
    assert (ROOT / f"functions/shoufa/steps/{verb(stem)}.py").is_file()
    imports = [
        n
        for n in ast.walk(ast.parse(HANDLERS[stem].read_text(encoding="utf-8")))
        if isinstance(n, ast.ImportFrom)
    ]
    steps = {n.module for n in imports if (n.module or "").startswith("shoufa.steps")}
    assert steps == {f"shoufa.steps.{verb(stem)}", *BESIDE.get(stem, ())}


@pytest.mark.parametrize("stem", sorted(HANDLERS))
def test_function_service_and_log_group_bear_its_name(functions, stem):
    made = functions[pascal(verb(stem)) + "Function"]
    path = f"handlers.{stem}.handler"
    assert made.get("Handler", made.get("ImageConfig", {}).get("Command", [""])[0]) == path
    assert made["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == verb(stem)
    assert made["FunctionName"] == {"Sub": f"shoufa-${{Stage}}-{verb(stem).replace('_', '-')}"}
    assert made["Role"] == {"GetAtt": f"{pascal(verb(stem))}Role.Arn"}


@pytest.mark.parametrize("stem", sorted(HANDLERS))
def test_each_step_has_its_test(stem):
    assert (ROOT / f"tests/unit/steps/test_{verb(stem)}.py").is_file()


def test_tests_mirror_what_they_test():
    """A test file stands in the folder of its package and begins as one of its modules does."""
    lost = []
    for test in ROOT.glob("tests/unit/*/test_*.py"):
        folder, word = test.parent.name, test.stem.removeprefix("test_").partition("_")[0]
        package = ROOT / ("functions/handlers" if folder == "handlers" else f"functions/shoufa/{folder}")
        if folder != "handlers" and not list(package.glob(f"{word}*.py")):
            lost.append(test.relative_to(ROOT).as_posix())
    assert lost == []
