"""`shoufa call lint` and `shoufa call show`."""

from collections.abc import Iterator
from pathlib import Path

from local.process import ROOT
from shoufa.adapters.disk_objects import DiskObjects
from shoufa.calls.lint import lint
from shoufa.calls.load import CallError, load_call
from shoufa.calls.revision import read_revision
from shoufa.domain.call import Call
from shoufa.domain.codes import Need
from shoufa.domain.moments import stamp
from shoufa.domain.revision import PREFIX, named_by
from shoufa.notices.register import shown_time
from shoufa.steps.revisions import accepted_in

NEEDS = {Need.REQUIRED: "必须", Need.EXPECTED: "应有", Need.OPTIONAL: "可有", Need.NONE: "不要求"}


def lint_calls(files: list[Path]) -> int:
    """0 if every definition is sound; 1 and what is wrong, by file, line and field, otherwise."""
    chosen = files or sorted((ROOT / "schemas").glob("*/*.yaml"))
    problems = lint(chosen, ROOT / "schemas" / "recommenders")
    for problem in problems:
        print(problem)
    if not problems:
        print(f"{len(chosen)}个定义文件没有问题 / {len(chosen)} definitions are sound")
    return 1 if problems else 0


def show_calls(files: list[Path], data: Path | None = None) -> int:
    """What a call asks for, in words; with a data folder, the revisions that lie there too."""
    for file in files or sorted((ROOT / "schemas" / "calls").glob("*.yaml")):
        try:
            print("\n".join(_words(load_call(file))))
        except CallError as err:
            print(err)
            return 1
    for line in _revisions(data) if data else ():
        print(line)
    return 0


def _revisions(data: Path) -> Iterator[str]:
    """Each revision of each call by time: what it is, whether it is in force, who accepted it and why."""
    objects = DiskObjects(data)
    accepted = accepted_in(objects)
    yield "修订 / revisions:"
    found = []
    for key in objects.keys(PREFIX):
        call, revision = named_by(key) or ("", "")
        try:
            front, _ = read_revision(objects.get(key) or b"", key)
        except CallError:
            found.append((call, "", f"  {key}  未采用，无法读取 / refused, cannot be read"))
            continue
        known = accepted.get(call, ())
        state = "现行 / in force" if known[-1:] == (revision,) else "已被取代 / replaced"
        state = state if revision in known else "未采用 / not taken"
        said = f"{front.author}；{front.reason}" + (f"（{front.source}）" if front.source else "")
        at = stamp(front.at)
        found.append((call, at, f"  {call} {revision}  {shown_time(at)}  {state}  {said}"))
    yield from (line for _, _, line in sorted(found)) if found else ("  无 / none",)


def _words(call: Call) -> list[str]:
    lines = [f"{call.id}  {call.title}", f"  截止：{call.closes_text or '未规定'}"]
    lines += [f"  支撑单位：{u.name} {u.mailbox or ''}" for u in call.units]
    for track in call.tracks:
        quota = (
            f"，每个推荐单位{'' if track.quota.firm else '原则上'}不超过{track.quota.max}个"
            if track.quota
            else ""
        )
        form = f"《{track.form}》" if track.form else "申报书全称未写明"
        lines.append(f"  {track.title}：{form}{quota}")
    for material in call.materials:
        forms = "，".join(f"{form}{NEEDS[need]}" for form, need in material.forms.items())
        lines.append(f"  材料：{material.title}（{forms}）")
    return lines
