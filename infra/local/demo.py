"""`shoufa demo`: the sample mails through the whole stack, told to a clerk step by step."""

import json
import sys
import tempfile
from collections import Counter
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from local.demo_office import write_demo_calls
from local.ledger_commands import verify_ledger
from local.process import ROOT, find_mails, run_mails, stack
from local.report import faults, mail_table, progress_bar, submission_table
from local.results import write_results

MAILS = ROOT / "tests" / "samples" / "mails"
SHOWN = "03-云泽-公文未盖章.eml"
"""The mail whose receipt and outcome are shown."""

INTRO = """[bold]收发室演示 / Shoufa demo[/bold]
示例邮件共{count}封，模拟支撑单位邮箱在两次征集期间收到的来邮。人名、单位、省份、公章和邮箱均为虚构，不会发出任何邮件。
{count} sample mails as a support unit receives them; all names and seals are invented, nothing is sent.

系统依次收件、读件（含扫描件文字和公章）、核对、拟写回执和核对结果、记台账，约需半分钟。"""
BEFORE_MAILS = """
[bold]一、每封来邮的去向[/bold]：每封邮件有且只有一个去向；新报送给一个收件编号，补充材料归入原编号，重复来邮和自动回复只归档不答复。
Every mail has exactly one fate."""
AFTER_MAILS = "其中{answered}封需要回执，已逐封拟好；{silent}封不自动答复（{why}）。"
BEFORE_SUBMISSIONS = """
[bold]二、每件报送的核对情况[/bold]：同一单位的多封来邮合为一件，按通知要求核对。“需补充”缺必须的材料，“待人工核对”须由工作人员查看，
“未发现缺项”指初步核对未发现缺项，不代表审核通过。
Mails of one sender are one case, checked against the call's own rules."""
AFTER_SUBMISSIONS = """
可以看到：云泽省第一封来邮的公文没有盖章，第二封补来了盖章件，两封合并后未发现缺项；松溪省有一份申报书未列入汇总表；
直接报送的企业被告知须由省级部门推荐；上海的统一社会信用代码有笔误，系统只提问，不下结论。"""
BEFORE_LETTERS = """
[bold]三、拟好的邮件[/bold]：以下是对“{file}”的回执（收到后立即）和核对结果（静默10分钟后），与实际发出的文字相同。
The receipt and the outcome of one mail, word for word."""
BEFORE_LEDGER = """
[bold]四、台账核验[/bold]：每一步都记入台账，条目环环相扣，改动、抽去、调换或插入任何一条都会被发现。
The ledger is a set of hash chains that anyone can check:"""
END = """
[bold]结果在 {out}/[/bold]
  mails.jsonl        每封来邮的去向 / each mail's fate
  submissions.jsonl  每件报送的材料、项目和核对情况 / each case: documents, projects, findings
  ledger.jsonl       台账 / the ledger
  outbox/*.eml       拟好的邮件，可用邮件软件打开 / the mails, open them with any mail program
示例邮件在 {mails}/。处理您自己的邮件 / your own mails:  .venv/bin/shoufa process 文件夹 --out 结果文件夹"""


def run_demo(out: Path) -> int:
    """Run the sample mails, write the results to `out`, show them; 0 if all is well, 1 otherwise."""
    console = Console(width=None if sys.stdout.isatty() else 150, highlight=False)
    mails = find_mails([MAILS])
    console.print(INTRO.format(count=len(mails)))
    _clear(out / "outbox")
    with tempfile.TemporaryDirectory() as scratch:
        calls = write_demo_calls(ROOT / "schemas", Path(scratch))
        with stack(mails[0].at, {"CALLS_DIR": str(calls)}) as run:
            with progress_bar(console) as bar:
                task = bar.add_task("处理来邮 / mails", total=len(mails))
                run_mails(run, mails, lambda _: bar.advance(task))
            rows = write_results(run, mails, out)
            status = faults(console, run, rows)
    _show_tables(console, rows, out)
    _show_letters(console, rows, out)
    console.print(BEFORE_LEDGER)
    verified = verify_ledger(out)
    console.print(END.format(out=out, mails=MAILS.relative_to(ROOT)))
    return status or verified


def _clear(outbox: Path) -> None:
    """Mails of an earlier demo would stand among the new ones."""
    for old in outbox.glob("*.eml"):
        old.unlink()


def _show_tables(console: Console, rows: list[dict[str, Any]], out: Path) -> None:
    silent = [row for row in rows if not row["sent"]]
    counted = Counter(row["disposition"] for row in silent)
    words = {
        "automatic": "自动回复",
        "duplicate": "重复来邮",
        "unmatched": "咨询，留待人工答复",
        "quarantined": "隔离",
    }
    why = "、".join(f"{words.get(kind, kind)}{n}封" for kind, n in counted.items())
    console.print(BEFORE_MAILS)
    console.print(mail_table(rows))
    console.print(AFTER_MAILS.format(answered=len(rows) - len(silent), silent=len(silent), why=why))
    console.print(BEFORE_SUBMISSIONS)
    console.print(submission_table(_submissions(out)))
    console.print(AFTER_SUBMISSIONS.lstrip())


def _submissions(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "submissions.jsonl").read_text("utf-8").splitlines()]


def _show_letters(console: Console, rows: list[dict[str, Any]], out: Path) -> None:
    console.print(BEFORE_LETTERS.format(file=SHOWN))
    row = next(r for r in rows if r["file"] == SHOWN)
    case = next(s for s in _submissions(out) if s["receipt"] == row["receipt"])
    for sent in (*row["sent"][:1], *[s for s in case["sent"] if s["template"] == "outcome"][:1]):
        file, mail = _mail(out / "outbox", sent["message_id"])
        head = f"{mail['Subject']}\n收件人 / To: {mail['To']}"
        text = Text(f"{head}\n\n{plain_text(mail)}")
        console.print(Panel(text, title=f"outbox/{file.name}", title_align="left"))


def _mail(outbox: Path, message_id: str) -> tuple[Path, EmailMessage]:
    """The mail of that Message-ID; StopIteration if it is not there."""
    made = (
        (file, message_from_bytes(file.read_bytes(), policy=policy.default))
        for file in sorted(outbox.glob("*.eml"))
    )
    return next((file, mail) for file, mail in made if mail["Message-ID"] == message_id)


def plain_text(mail: EmailMessage) -> str:
    """The text part of a mail, as a reader without HTML sees it."""
    part = mail.get_body(("plain",))
    return str(part.get_content()).strip() if part else ""
