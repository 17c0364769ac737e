"""The committed schemas are those of the models, and the committed definitions obey them."""

import json
from pathlib import Path

import jsonschema
import pytest

from shoufa.calls.marked_yaml import read_yaml
from shoufa.calls.schemas import differences, main, schemas

ROOT = Path(__file__).parents[2] / "schemas"
NAMES = ["call", "decision", "facts", "finding", "ledger-entry", "mail", "recommenders", "submission"]


def test_committed_schemas_match_the_models():
    assert differences(ROOT) == [], "run: python -m shoufa.calls.schemas --write schemas/"


def test_one_schema_for_each_contract():
    assert sorted(schemas()) == [f"{name}.schema.json" for name in NAMES]
    for text in schemas().values():
        jsonschema.Draft202012Validator.check_schema(json.loads(text))


@pytest.mark.parametrize(
    ("folder", "schema"), [("calls", "call.schema.json"), ("recommenders", "recommenders.schema.json")]
)
def test_definitions_obey_their_schema(folder, schema):
    validator = jsonschema.Draft202012Validator(json.loads((ROOT / schema).read_text(encoding="utf-8")))
    files = sorted((ROOT / folder).glob("*.yaml"))
    assert files
    for file in files:
        data, _ = read_yaml(file.read_text(encoding="utf-8"), file.name)
        assert [e.message for e in validator.iter_errors(data)] == []
        assert list(validator.iter_errors(data | {"surprise": 1}))


def test_the_command_writes_and_checks(tmp_path, capsys):
    assert main(["--check", str(tmp_path)]) == 1
    assert "call.schema.json" in capsys.readouterr().err
    assert main(["--write", str(tmp_path)]) == 0
    assert main(["--check", str(tmp_path)]) == 0
    (tmp_path / "old.schema.json").write_text("{}", encoding="utf-8")
    assert differences(tmp_path) == ["old.schema.json"]
