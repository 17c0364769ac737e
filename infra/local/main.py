"""The command `shoufa` (contracts §4).

Exit status: 0 done, 1 something has no fate or does not verify, 2 bad usage, or a file that cannot be read or
written, 141 (as the shell has it) where nobody reads the output to its end.
"""

import argparse
import os
import signal
import sys
from pathlib import Path

from local.lever_parsers import add_levers
from shoufa.domain.errors import Damaged


def main(arguments: list[str] | None = None) -> int:
    """Run one command."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except FileNotFoundError as err:
        print(
            f"找不到：{err.filename or err}。请检查路径。/ Not found; please check the path.", file=sys.stderr
        )
        return 2
    except Damaged as err:
        print(err, file=sys.stderr)
        return 2
    except BrokenPipeError:
        return _unread()
    except OSError as err:
        return _not_so(err)
    return status


def _unread() -> int:
    """Who read our output (`| head`) has left: nobody is there to be told. The shell's status for that."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains at its exit
    return 128 + signal.SIGPIPE


def _not_so(err: OSError) -> int:
    """A file or folder that may not be read or written, or is no such thing; the status of bad usage."""
    print(
        f"无法读写：{err.filename or ''}（{err.strerror or err}）。请检查权限、磁盘，或换一个位置。"
        " / It cannot be read or written: check rights and disk, or name another place.",
        file=sys.stderr,
    )
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="shoufa", description="收发室：收件、读件、核对、记账 / files, reads, judges, records"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    demo = commands.add_parser(
        "demo", help="用示例邮件走一遍全流程 / run the sample mails through the whole stack"
    )
    demo.add_argument("--out", type=Path, default=Path("out/demo"))
    demo.set_defaults(run=_demo)
    process = commands.add_parser(
        "process", help="处理已保存的.eml邮件 / run saved mails through the whole stack"
    )
    process.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    process.add_argument("--out", type=Path, required=True, metavar="DIR")
    process.set_defaults(run=_process)
    _add_up(commands)
    _add_call(commands.add_parser("call", help="起草、检查或显示征集定义 / draft, check or show call definitions"))
    _add_ledger(commands)
    _add_care(commands)
    add_levers(commands)
    _add_replay(commands.add_parser("replay", help="由所存邮件和决定重算并与台账比较 / recompute and compare"))
    bench = commands.add_parser("bench", help="测速 / measure on this machine")
    bench.add_argument("mails", nargs="?", type=Path)
    bench.set_defaults(run=_bench)
    return parser


def _add_up(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    up = commands.add_parser("up", help="持续运行：收信、投件夹 / keep running: SMTP door, drop folder")
    up.add_argument("--data", type=Path, required=True, metavar="DIR", help="数据文件夹 / where everything lies")
    up.add_argument("--port", type=int, default=2525, help="SMTP端口，只在本机 / SMTP port, on loopback only")
    up.add_argument("--calls", type=Path, metavar="DIR", help="征集定义文件夹 / folder of call definitions")
    up.add_argument(
        "--real-mail",
        action="store_true",
        help="收真实邮件：数据须存放在境内 / take real mail; personal data of a call in China stays there",
    )
    up.add_argument("--sender", default="", help="发件地址 / address that mail is sent from")
    up.add_argument(
        "--dry-run", action="store_true", help="只写草稿，不发信 / drafts only, under drafts/; nothing is sent"
    )
    up.add_argument("--relay", default="", metavar="HOST:PORT", help="经此服务器发信；不设则只写outbox / send by it")
    up.set_defaults(run=_up)


def _add_replay(replay: argparse.ArgumentParser) -> None:
    replay.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="process 的来邮 / its mails")
    replay.add_argument("--data", type=Path, metavar="DIR", help="up 的数据文件夹 / data folder of `up`")
    replay.add_argument("--out", type=Path, metavar="DIR", help="process 的结果文件夹 / what `process` wrote")
    replay.add_argument("--calls", type=Path, metavar="DIR", help="当时的征集定义 / the definitions as they were")
    replay.add_argument("--read-again", action="store_true", help="重读全部文件 / read all bytes anew")
    replay.set_defaults(run=_replay)


def _add_ledger(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    ledger = commands.add_parser("ledger", help="台账：核验、校验点、导出 / check, checkpoint, export the ledger")
    what = ledger.add_subparsers(required=True, metavar="WHAT")
    verify = what.add_parser("verify", help="核验 / check every chain")
    verify.add_argument("file", type=Path, metavar="FILE|DIR")
    verify.add_argument("--checkpoint", default="", metavar="FILE|COUNT-HASH", help="以前的校验点 / an earlier one")
    verify.set_defaults(run=_verify)
    point = what.add_parser("checkpoint", help="校验点 / print the count and one hash over all ends")
    point.add_argument("file", type=Path, metavar="FILE|DIR")
    point.add_argument("--out", type=Path, metavar="FILE", help="另存全部链尾 / write the ends of all chains too")
    point.set_defaults(run=_checkpoint)
    export = what.add_parser("export", help="导出收文登记表 / write the register of what came in")
    export.add_argument("folder", type=Path, metavar="DIR")
    export.add_argument("--out", type=Path, required=True, metavar="FILE.xlsx|.csv|.jsonl")
    export.set_defaults(run=_export)


def _add_care(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    stalled = commands.add_parser("stalled", help="列出受阻的来邮和报送 / what did not move on, and why")
    stalled.add_argument("--data", type=Path, required=True, metavar="DIR")
    stalled.add_argument("--redrive", action="store_true", help="立即重试 / have it driven again at once")
    stalled.set_defaults(run=_stalled)
    erase = commands.add_parser("erase", help="按要求删除：先列出，确认后删除 / list, then remove what must go")
    erase.add_argument("--data", type=Path, metavar="DIR", help="数据文件夹；不设则用云上的 / else the bucket in BUCKET")
    erase.add_argument("--submission", action="append", default=[], metavar="NUMBER")
    erase.add_argument("--mail", action="append", default=[], metavar="OBJECT")
    erase.add_argument("--who", required=True, help="经办人代码，不写姓名 / a clerk's short id")
    erase.add_argument("--why", required=True, choices=("request", "retention", "mistake", "order"))
    erase.add_argument("--confirm", default="", metavar="CODE", help="清单的确认码 / the code that the list shows")
    erase.set_defaults(run=_erase)


def _add_call(call: argparse.ArgumentParser) -> None:
    whats = call.add_subparsers(required=True, metavar="draft|lint|show|revise")
    draft = whats.add_parser("draft", help="由通知起草定义 / draft definitions from notices")
    draft.add_argument("notices", nargs="+", type=Path, metavar="NOTICE")
    draft.add_argument("--out", type=Path, required=True, metavar="DIR")
    draft.set_defaults(run=_draft)
    for name, words in (("lint", "检查 / check definitions"), ("show", "用文字说明 / tell what a call asks")):
        other = whats.add_parser(name, help=words)
        other.add_argument("files", nargs="*", type=Path, metavar="FILE")
        other.set_defaults(run=_call, what=name)
        if name == "show":
            other.add_argument("--data", type=Path, metavar="DIR", help="另列修订 / list its revisions too")
    _add_revise(whats.add_parser("revise", help="修订：先看变化，再采用 / show what a revision changes, take it"))


def _add_revise(revise: argparse.ArgumentParser) -> None:
    revise.add_argument("file", type=Path, metavar="FILE", help="修订后的定义 / the definition as revised")
    revise.add_argument("--data", type=Path, required=True, metavar="DIR", help="数据文件夹 / data folder")
    revise.add_argument("--who", required=True, help="修订人 / who revises it")
    revise.add_argument("--why", required=True, metavar="TEXT", help="原因 / why")
    revise.add_argument("--source", default="", metavar="TEXT", help="依据，如延期通知文号 / the notice it follows")
    revise.add_argument("--calls", type=Path, metavar="DIR", help="up 所用的定义文件夹 / as given to `up`")
    revise.add_argument("--dry-run", action="store_true", help="只看变化，不写入 / write nothing")
    revise.set_defaults(run=_revise)


def _draft(options: argparse.Namespace) -> int:
    from local.call_drafts import draft_notices

    return draft_notices(options.notices, options.out)


def _demo(options: argparse.Namespace) -> int:
    from local.demo import run_demo

    return run_demo(options.out)


def _process(options: argparse.Namespace) -> int:
    from local.report import process_and_show

    return process_and_show(options.paths, options.out)


def _call(options: argparse.Namespace) -> int:
    from local.call_commands import lint_calls, show_calls

    return lint_calls(options.files) if options.what == "lint" else show_calls(options.files, options.data)


def _revise(options: argparse.Namespace) -> int:
    from local.call_revise import Revise, revise_call

    return revise_call(Revise(**{name: getattr(options, name) for name in Revise._fields}))


def _up(options: argparse.Namespace) -> int:
    from local.up import run_up
    from local.up_settings import Wanted

    chosen = {name: getattr(options, name) for name in ("data", "port", "relay", "sender", "calls")}
    return run_up(Wanted(**chosen, real=options.real_mail, dry_run=options.dry_run))


def _replay(options: argparse.Namespace) -> int:
    from local.replay_command import Replay, run_replay

    return run_replay(Replay(**{name: getattr(options, name) for name in Replay._fields}))


def _verify(options: argparse.Namespace) -> int:
    from local.ledger_commands import verify_ledger

    return verify_ledger(options.file, options.checkpoint)


def _checkpoint(options: argparse.Namespace) -> int:
    from local.ledger_commands import print_checkpoint

    return print_checkpoint(options.file, options.out)


def _export(options: argparse.Namespace) -> int:
    from local.ledger_export import export_ledger

    return export_ledger(options.folder, options.out)


def _stalled(options: argparse.Namespace) -> int:
    from local.stalled_command import show_stalled

    return show_stalled(options.data, redrive=options.redrive)


def _erase(options: argparse.Namespace) -> int:
    from local.erase_command import Wanted, run_erase

    named = (tuple(options.submission), tuple(options.mail))
    return run_erase(Wanted(options.data, *named, options.who, options.why, options.confirm))


def _bench(options: argparse.Namespace) -> int:
    from local.bench import run_bench

    return run_bench(options.mails)


if __name__ == "__main__":
    sys.exit(main())
