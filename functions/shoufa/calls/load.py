"""Calls and lists of recommenders from their YAML files (contracts §1).

Every error names file, line and field.
"""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from shoufa.calls.marked_yaml import read_yaml
from shoufa.calls.problems import CallError, Problem, explain
from shoufa.domain.call import Call, RecommenderGroup
from shoufa.domain.revision import Front

__all__ = [
    "CallError",
    "load_call",
    "load_calls",
    "load_recommender_group",
    "load_recommenders",
    "parse_call",
    "parse_front",
    "parse_recommenders",
]
_Model = TypeVar("_Model", bound=BaseModel)


def parse_call(text: str, file: str) -> Call:
    """The call that a YAML text defines; `file` is the name used in errors. Raises CallError."""
    return _parse(text, file, Call)


def parse_recommenders(text: str, file: str) -> RecommenderGroup:
    """The list of recommenders that a YAML text defines. Raises CallError."""
    return _parse(text, file, RecommenderGroup)


def parse_front(text: str, file: str) -> Front:
    """Who accepted a definition and why, from the front of its object. Raises CallError."""
    return _parse(text, file, Front)


def load_call(path: Path) -> Call:
    """The call of one file, whose name must be its id. Raises CallError."""
    call = parse_call(_text(path), str(path))
    _same_name(path, call.id)
    return call


def load_recommender_group(path: Path) -> RecommenderGroup:
    """The list of one file, whose name must be its id. Raises CallError."""
    group = parse_recommenders(_text(path), str(path))
    _same_name(path, group.id)
    return group


def load_calls(folder: Path) -> dict[str, Call]:
    """All calls of a folder by id, in the order of their file names. Raises CallError."""
    return {path.stem: load_call(path) for path in sorted(folder.glob("*.yaml"))}


def load_recommenders(folder: Path) -> dict[str, RecommenderGroup]:
    """All lists of recommenders of a folder by id. Raises CallError."""
    return {path.stem: load_recommender_group(path) for path in sorted(folder.glob("*.yaml"))}


def _parse(text: str, file: str, model: type[_Model]) -> _Model:
    """Text to model."""
    data, lines = read_yaml(text, file)
    try:
        return model.model_validate(data)
    except ValidationError as err:
        raise explain(err, model, file, lines) from err


def _text(path: Path) -> str:
    """The file's text (UTF-8, a byte order mark is left out)."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as err:
        raise CallError(
            [Problem(file=str(path), line=1, zh="文件应为UTF-8编码", en="not UTF-8 text")]
        ) from err
    except OSError as err:
        problem = Problem(file=str(path), line=1, zh="文件打不开", en=f"cannot be opened: {err.strerror}")
        raise CallError([problem]) from err


def _same_name(path: Path, name: str) -> None:
    """An id is its file's name."""
    if path.stem != name:
        zh, en = f"应与文件名一致：{path.stem}", f"expected the file's name: {path.stem}"
        raise CallError([Problem(file=str(path), line=1, field="id", zh=zh, en=en)])
