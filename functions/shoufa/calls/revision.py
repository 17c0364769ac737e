"""A revision of a call, read strictly and checked as `shoufa call lint` does, before it is in force."""

from collections.abc import Collection, Iterable, Iterator

from shoufa.calls.lint import Fault, call_faults, unanswered
from shoufa.calls.load import parse_call, parse_front
from shoufa.calls.marked_yaml import Lines, read_yaml
from shoufa.calls.problems import CallError, Problem
from shoufa.domain.call import Call
from shoufa.domain.errors import no_such
from shoufa.domain.revision import MARK, Front


def read_revision(data: bytes, file: str) -> tuple[Front, Call]:
    """The front and the call of an object; CallError says by line and field why it is none."""
    head, mark, body = data.partition(MARK)
    if not mark:
        zh, en = (
            "缺少前言（谁、依据、原因、时间）和其后的一行“---”",
            "the front and the line --- after it are missing",
        )
        raise CallError([Problem(file=file, line=1, zh=zh, en=en)])
    front = parse_front(_text(head, file), file)
    return front, parse_call(_below(head, body, file), file)


def check_revision(data: bytes, file: str, before: Call | None, lists: Collection[str]) -> Call:
    """The call of a revision that may follow `before`; CallError lists all that speaks against it.

    `lists`: the ids of the lists of recommenders that there are.
    """
    _, call = read_revision(data, file)
    head, _, body = data.partition(MARK)
    text = _below(head, body, file)
    _, lines = read_yaml(text, file)
    faults = [*call_faults(call), *_beside(call, before, lists)]
    problems = [*_located(faults, file, lines), *unanswered(text, file)]
    if problems:
        raise CallError(problems)
    return call


def _beside(call: Call, before: Call | None, lists: Collection[str]) -> Iterator[Fault]:
    """What goes not with the rest of the office: a list that is not there, a unit that has mail already."""
    if call.recommenders is not None and call.recommenders.group not in lists:
        yield (("recommenders", "group"), *no_such("名单", "list", call.recommenders.group, sorted(lists)))
    if before is None:
        return
    if call.id != before.id:
        yield ("id",), f"应为 {before.id}", f"expected {before.id}"
    units = {u.id for u in call.units}
    for unit in before.units:
        if unit.id not in units:
            zh = f"单位 {unit.id} 不能取消：可能已有报送，请保留该单位"
            yield ("units",), zh, f"unit {unit.id} cannot be taken away: submissions may be its; keep it"


def _located(faults: Iterable[Fault], file: str, lines: Lines) -> list[Problem]:
    return [Problem.at(file, lines.get(path, 1), path, zh, en) for path, zh, en in faults]


def _below(head: bytes, body: bytes, file: str) -> str:
    """The definition's text, each line with the number that it has in the object."""
    return "\n" * (head.count(b"\n") + MARK.count(b"\n")) + _text(body, file)


def _text(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        raise CallError([Problem(file=file, line=1, zh="文件应为UTF-8编码", en="not UTF-8 text")]) from err
