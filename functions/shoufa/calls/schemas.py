"""JSON Schemas generated from the models: `python -m shoufa.calls.schemas --write schemas/` (or `--check`).

What people write (calls, recommenders, decisions) is described as it may be written, with defaults left out;
what we write ourselves as it is written, with every key.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from shoufa.domain.call import Call, RecommenderGroup
from shoufa.domain.decision import decision_adapter
from shoufa.domain.facts import Facts
from shoufa.domain.finding import Finding
from shoufa.domain.ledger import Entry
from shoufa.domain.submission import Manifest, Verdict

DIALECT = "https://json-schema.org/draft/2020-12/schema"
READ: dict[str, type[BaseModel]] = {"call": Call, "recommenders": RecommenderGroup}
WRITTEN: dict[str, type[BaseModel]] = {
    "submission": Verdict,
    "facts": Facts,
    "mail": Manifest,
    "ledger-entry": Entry,
    "finding": Finding,
}


def schemas() -> dict[str, str]:
    """File name → text of each schema."""
    read = {f"{name}.schema.json": _schema(model, "validation") for name, model in READ.items()}
    read["decision.schema.json"] = _written(decision_adapter().json_schema(mode="validation"))
    return read | {f"{name}.schema.json": _schema(model, "serialization") for name, model in WRITTEN.items()}


def differences(folder: Path) -> list[str]:
    """Names of the files that are missing, differ from the models, or belong to no model."""
    wanted = schemas()
    there = {p.name: p.read_text(encoding="utf-8") for p in folder.glob("*.schema.json")}
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


def write(folder: Path) -> None:
    """Write all schemas into a folder."""
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """The command; exit status 1 if `--check` finds a difference."""
    parser = argparse.ArgumentParser(prog="shoufa.calls.schemas", description=__doc__)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--write", type=Path, metavar="DIR")
    action.add_argument("--check", type=Path, metavar="DIR")
    chosen = parser.parse_args(arguments)
    if chosen.write:
        write(chosen.write)
        return 0
    stale = differences(chosen.check)
    for name in stale:
        sys.stderr.write(f"{chosen.check / name}: 与模型不一致 / does not match the models\n")
    return 1 if stale else 0


def _schema(model: type[BaseModel], mode: Literal["validation", "serialization"]) -> str:
    """One schema as indented JSON."""
    return _written(model.model_json_schema(mode=mode))


def _written(schema: dict[str, Any]) -> str:
    whole = {"$schema": DIALECT, **schema}
    return json.dumps(whole, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.exit(main())
