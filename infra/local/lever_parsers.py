"""The clerk's levers on the command line: `decide`, `add`, `pause`, `resume` (contracts §4)."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

KINDS = ("letter", "application", "summary", "proof", "other")


def add_levers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Put the four commands beside the others."""
    decide = commands.add_parser("decide", help="人工处理 / a clerk's decisions")
    decide.add_argument("--data", type=Path, metavar="DIR", help="数据文件夹 / the data folder")
    decide.add_argument(
        "--list", default="", metavar="NUMBER", help="这一件可以处理什么 / what can be decided"
    )
    decide.set_defaults(run=_list)
    whats = decide.add_subparsers(required=False, metavar="ACTION")
    for name, words, more in _ACTIONS:
        one = whats.add_parser(name, help=words)
        wanted: dict[str, Any] = {"nargs": "?", "default": ""} if name == "release" else {}
        one.add_argument("number", metavar="NUMBER", help="收件编号 / the receipt number", **wanted)
        more(one)
        _who(one)
        one.set_defaults(run=_decide, what=name)
    _add(commands.add_parser("add", help="登记其他途径收到的文件 / files that came another way"))
    for name, words in (
        ("pause", "暂停所有发信 / stop all outgoing mail"),
        ("resume", "恢复发信 / let it go on"),
    ):
        one = commands.add_parser(name, help=words)
        _who(one)
        one.set_defaults(run=_office, what=name)


def _who(one: argparse.ArgumentParser) -> None:
    """Folder, who decides, and why; the folder may stand before or behind the action."""
    one.add_argument("--data", type=Path, default=argparse.SUPPRESS, metavar="DIR")
    one.add_argument("--who", required=True, help="您的代号，如姓名缩写 / your short id, such as initials")
    one.add_argument("--why", default="", help="理由，不记入台账 / a reason; it stays out of the ledger")


def _document(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--document", required=True, metavar="N|DIGITS", help="清单中的序号或校验码 / from --list"
    )
    one.add_argument("--page", type=int, help="文件中的页码 / a page of the file")


def _seal(one: argparse.ArgumentParser) -> None:
    _document(one)
    said = one.add_mutually_exclusive_group(required=True)
    said.add_argument("--confirm", dest="confirmed", action="store_true", help="所要的印章在 / it is there")
    said.add_argument("--deny", dest="confirmed", action="store_false", help="没有印章 / there is none")
    one.add_argument("--whose", choices=("any", "recommender", "applicant"), default="any")


def _kind(one: argparse.ArgumentParser) -> None:
    _document(one)
    one.add_argument("--kind", required=True, choices=KINDS)


def _sender(one: argparse.ArgumentParser) -> None:
    one.add_argument("--address", required=True, help="来件邮箱 / the address")
    one.add_argument(
        "--deny", dest="confirmed", action="store_false", help="与本件无关，其来件不计入 / it has no part in it"
    )


def _release(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--verdict", default="", metavar="DIGITS", help="核对结果的校验码；默认为当前的 / default: now"
    )
    one.add_argument(
        "--object", default="", metavar="KEY", help="或放行一封被隔离的来邮 / or a quarantined mail"
    )


def _merge(one: argparse.ArgumentParser) -> None:
    one.add_argument("other", metavar="OTHER", help="另一收件编号 / the other number")


def _withdraw(one: argparse.ArgumentParser) -> None:
    said = one.add_mutually_exclusive_group(required=True)
    said.add_argument("--project", metavar="N|NAME", help="清单中的序号或项目名称 / from --list")
    said.add_argument("--none", action="store_true", help="没有项目撤回 / none is withdrawn")


def _paper(one: argparse.ArgumentParser) -> None:
    one.add_argument("--copies", type=int, required=True, help="至今共收到的份数 / copies so far")
    one.add_argument("--disc", action="store_true", help="光盘已收到 / the disc came too")
    one.add_argument("--received", default=None, metavar="DATE", help="收到日期 / the day, 2023-08-10")


def _nothing(_: argparse.ArgumentParser) -> None:
    """No options of its own."""


_ACTIONS: tuple[tuple[str, str, Callable[[argparse.ArgumentParser], None]], ...] = (
    ("seal", "确认或否定印章 / confirm or deny a seal", _seal),
    ("kind", "指定文件种类 / say what a document is", _kind),
    ("sender", "确认或否定来件人 / confirm or deny a sender", _sender),
    ("release", "放行核对结果或隔离来邮 / let an outcome or a quarantined mail go on", _release),
    ("hold", "暂不发核对结果 / hold outcomes back", _nothing),
    ("merge", "并件 / merge two submissions", _merge),
    ("unmerge", "撤销并件 / undo a merge", _nothing),
    ("withdraw", "项目撤回 / withdraw a project", _withdraw),
    ("paper", "登记纸质件和光盘 / paper and disc received", _paper),
    ("again", "重新核对 / judge again", _nothing),
    ("note", "备注 / a note", _nothing),
)


def _add(one: argparse.ArgumentParser) -> None:
    one.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="文件 / files")
    one.add_argument("--submission", default="", metavar="NUMBER", help="并入这一件 / what they join")
    one.add_argument("--call", default="", metavar="ID", help="或新开一件：征集 / or open one of this call")
    one.add_argument("--unit", default="", metavar="ID", help="及其支撑单位 / and this unit")
    one.add_argument(
        "--from", dest="source", required=True, metavar="NAME", help="何人交来 / who brought them"
    )
    one.add_argument("--at", required=True, metavar="TIME", help="收到时间 / when, 2023-08-10 09:30")
    one.add_argument("--calls", type=Path, metavar="DIR", help="征集定义文件夹 / folder of call definitions")
    _who(one)
    one.set_defaults(run=_add_files)


def _list(options: argparse.Namespace) -> int:
    from local.decide_list import show_submission

    return show_submission(options.data, options.list)


def _decide(options: argparse.Namespace) -> int:
    from local.decide_commands import decide

    return decide(options)


def _office(options: argparse.Namespace) -> int:
    from local.decide_commands import decide_for_office

    return decide_for_office(options)


def _add_files(options: argparse.Namespace) -> int:
    from local.add_command import add_files

    return add_files(options)
