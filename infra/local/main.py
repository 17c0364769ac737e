"""The command `shoufa` (contracts §4).

Exit status: 0 done, 1 something has no fate or does not verify, 2 bad usage.
"""

import argparse
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Run one command."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except FileNotFoundError as err:
        print(
            f"找不到：{err.filename or err}。请检查路径。/ Not found; please check the path.", file=sys.stderr
        )
        return 2
    return status


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
    _add_call(commands.add_parser("call", help="起草、检查或显示征集定义 / draft, check or show call definitions"))
    ledger = commands.add_parser("ledger", help="核验台账 / check the ledger")
    ledger.add_argument("what", choices=("verify",))
    ledger.add_argument("file", type=Path, metavar="FILE|DIR")
    ledger.set_defaults(run=_ledger)
    bench = commands.add_parser("bench", help="测速 / measure on this machine")
    bench.add_argument("mails", nargs="?", type=Path)
    bench.set_defaults(run=_bench)
    return parser


def _add_call(call: argparse.ArgumentParser) -> None:
    whats = call.add_subparsers(required=True, metavar="draft|lint|show")
    draft = whats.add_parser("draft", help="由通知起草定义 / draft definitions from notices")
    draft.add_argument("notices", nargs="+", type=Path, metavar="NOTICE")
    draft.add_argument("--out", type=Path, required=True, metavar="DIR")
    draft.set_defaults(run=_draft)
    for name, words in (("lint", "检查 / check definitions"), ("show", "用文字说明 / tell what a call asks")):
        other = whats.add_parser(name, help=words)
        other.add_argument("files", nargs="*", type=Path, metavar="FILE")
        other.set_defaults(run=_call, what=name)


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

    return lint_calls(options.files) if options.what == "lint" else show_calls(options.files)


def _ledger(options: argparse.Namespace) -> int:
    from local.ledger_commands import verify_ledger

    return verify_ledger(options.file)


def _bench(options: argparse.Namespace) -> int:
    from local.bench import run_bench

    return run_bench(options.mails)


if __name__ == "__main__":
    sys.exit(main())
