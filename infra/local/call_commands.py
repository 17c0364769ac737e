"""`shoufa call lint` and `shoufa call show`."""

from pathlib import Path

from local.process import ROOT
from shoufa.calls.lint import lint
from shoufa.calls.load import CallError, load_call
from shoufa.domain.call import Call
from shoufa.domain.codes import Need

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


def show_calls(files: list[Path]) -> int:
    """What a call asks for, in words."""
    for file in files or sorted((ROOT / "schemas" / "calls").glob("*.yaml")):
        try:
            print("\n".join(_words(load_call(file))))
        except CallError as err:
            print(err)
            return 1
    return 0


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
