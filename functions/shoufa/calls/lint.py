"""Checks of definitions beyond their models: names that must agree, be unique, or make sense together.

`shoufa call lint` prints what `lint` returns. A file with `members` is a list of recommenders, any other
a call; a call's list is looked for in the folder `recommenders` beside the call's own.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from shoufa.calls.load import CallError, load_call, load_recommender_group
from shoufa.calls.marked_yaml import read_yaml
from shoufa.calls.problems import QUESTIONS, Problem
from shoufa.domain.call import Call, FieldRule, Intake, Material, RecommenderGroup
from shoufa.domain.errors import no_such
from shoufa.domain.phones import parse_email

_QUESTION = re.compile(r"#\s*-\s*(.+?)(?: / .*)?$")
Fault = tuple[tuple[str | int, ...], str, str]
"""Path in the file, what is wrong in Chinese, in English."""


def lint(paths: Iterable[Path], lists: Path | None = None) -> list[str]:
    """All faults of the definitions, one line each, `file:line: field: zh / en`; empty if there are none.

    A folder stands for all .yaml files below it. `lists` is the folder of recommenders for calls that have
    none beside their own.
    """
    files = [f for path in paths for f in (sorted(path.rglob("*.yaml")) if path.is_dir() else [path])]
    return [str(problem) for file in files for problem in (*_problems(file, lists), *_unanswered(file))]


def _problems(file: Path, lists: Path | None) -> Iterable[Problem]:
    """The faults of one file; what cannot be loaded is not checked further."""
    try:
        data, lines = read_yaml(file.read_text(encoding="utf-8-sig"), str(file))
        if isinstance(data, dict) and "members" in data:
            faults = list(group_faults(load_recommender_group(file)))
        else:
            faults = [*call_faults(call := load_call(file)), *_group_there(file, call, lists)]
    except CallError as err:
        return err.problems
    except (OSError, UnicodeDecodeError) as err:
        return [Problem(file=str(file), line=1, zh="文件打不开", en=f"cannot be read: {err}")]
    return [Problem.at(str(file), lines.get(path, 1), path, zh, en) for path, zh, en in faults]


def _unanswered(file: Path) -> Iterator[Problem]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return  # said already
    yield from unanswered(text, str(file))


def unanswered(text: str, file: str) -> Iterator[Problem]:
    """The questions that still stand at the end of a draft: each is answered in its field and taken out."""
    begun = False
    for number, line in enumerate(text.splitlines(), 1):
        begun = begun or line.startswith(QUESTIONS)
        if begun and (found := _QUESTION.match(line)):
            zh, en = (
                f"还有问题没有答复：{found[1]}。答复后请删去这一行",
                "a question is not answered; delete its line then",
            )
            yield Problem(file=file, line=number, zh=zh, en=en)


def call_faults(call: Call) -> Iterator[Fault]:
    """What is wrong with a call, by the rules of `CALL_RULES` in order."""
    for rule in CALL_RULES:
        yield from rule(call)


def group_faults(group: RecommenderGroup) -> Iterator[Fault]:
    """What is wrong with a list of recommenders: names or codes given twice, patterns that do not compile."""
    yield from _twice(("members",), [m.code for m in group.members], "代码", "code")
    names = [n for m in group.members for n in dict.fromkeys((m.name, *m.others))]
    yield from _twice(("members",), names, "名称", "name")
    for field in ("open_patterns", "impostors"):
        for i, pattern in enumerate(getattr(group, field)):
            try:
                re.compile(pattern)
            except re.error as err:
                yield (field, i), f"正则表达式有误：{err}", f"not a regular expression: {err}"


def _group_there(file: Path, call: Call, lists: Path | None) -> Iterator[Fault]:
    if call.recommenders is None:
        return
    beside = file.parent.parent / "recommenders"
    group = (beside if beside.is_dir() or lists is None else lists) / f"{call.recommenders.group}.yaml"
    if not group.is_file():
        known = sorted(p.stem for p in group.parent.glob("*.yaml"))
        yield (("recommenders", "group"), *no_such("名单", "list", call.recommenders.group, known))


def _ids(call: Call) -> Iterator[Fault]:
    for field in ("tracks", "units", "conditions", "targets", "reports"):
        yield from _twice((field,), [item.id for item in getattr(call, field)], "id", "id")


def _words(call: Call) -> Iterator[Fault]:
    words = [w for t in call.tracks for w in dict.fromkeys(t.words)]
    yield from _twice(("tracks",), words, "类型名称", "word of a track")
    for i, track in enumerate(call.tracks):
        if len(call.tracks) > 1 and not track.words:
            yield ("tracks", i), "缺少类型名称（words）", "words are missing: the type could not be told"


def _tracks_exist(call: Call) -> Iterator[Fault]:
    for field in ("conditions", "targets"):
        for i, item in enumerate(getattr(call, field)):
            for name in item.tracks:
                if call.track(name) is None:
                    yield ((field, i, "tracks"), *no_such("类型", "track", name, [t.id for t in call.tracks]))


def _mailboxes(call: Call) -> Iterator[Fault]:
    for i, unit in enumerate(call.units):
        if unit.mailbox is None and call.intake is Intake.EMAIL:
            yield ("units", i), "通过邮件申报，应有邮箱", "the intake is email: a mailbox is needed"
        if unit.mailbox is not None and parse_email(unit.mailbox) != unit.mailbox:
            yield ("units", i, "mailbox"), "不是邮箱地址（小写）", "expected an address in lower case"


def _times(call: Call) -> Iterator[Fault]:
    if call.opens and call.closes and call.opens >= call.closes:
        yield ("closes",), "截止时间早于开始时间", "closes before it opens"
    if call.closes and not call.closes_text:
        yield (
            ("closes",),
            "缺少通知中的截止日期原文（closes_text）",
            "closes_text (the notice's words) is missing",
        )


def _materials(call: Call) -> Iterator[Fault]:
    yield from _twice(("materials",), [m.kind.value for m in call.materials], "材料", "kind")
    for i, material in enumerate(call.materials):
        yield from _material(("materials", i), material)


def _material(path: tuple[str | int, ...], material: Material) -> Iterator[Fault]:
    if not material.forms:
        yield (*path, "forms"), "应写明形式", "at least one form is needed"
    if "any" in material.forms and len(material.forms) > 1:
        yield (*path, "forms"), "any 不能与其他形式并列", "`any` stands alone"
    for i, seal in enumerate(material.seals):
        if bool(seal.any) == bool(seal.each):
            yield (*path, "seals", i), "any 与 each 应二选一", "expected either `any` or `each`"
    for field in ("fields", "columns"):
        yield from _fields((*path, field), getattr(material, field))


def _fields(path: tuple[str | int, ...], rules: tuple[FieldRule, ...]) -> Iterator[Fault]:
    yield from _twice(path, [r.name for r in rules], "字段", "field")
    yield from _twice(path, [label for r in rules for label in r.labels], "标签", "label")
    for i, rule in enumerate(rules):
        if not rule.labels:
            yield (*path, i), "缺少标签", "labels are missing: the field could not be found"


def _twice(path: tuple[str | int, ...], items: list[str], zh: str, en: str) -> Iterator[Fault]:
    """Items that stand there more than once."""
    for item, count in Counter(items).items():
        if count > 1:
            yield path, f"{zh}重复：{item}", f"{en} given twice: {item}"


CALL_RULES: tuple[Callable[[Call], Iterator[Fault]], ...] = (
    _ids,
    _words,
    _tracks_exist,
    _mailboxes,
    _times,
    _materials,
)
"""The rules for calls, in order."""
