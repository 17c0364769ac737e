"""What a clerk sees of a run: a progress bar, then a table of mails and a table of submissions."""

import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from local.process import Run, find_mails, run_mails, stack
from local.results import write_results
from shoufa.domain.codes import Disposition
from shoufa.domain.receipt import ZONE
from shoufa.notices.register import DISPOSITIONS, STATUSES
from shoufa.steps.reconciliation import count_now


def process_and_show(paths: list[Path], out: Path, environment: dict[str, str] | None = None) -> int:
    """Run the mails, write the results, show the tables.

    0 if every mail has a fate, 2 if there is none to run.
    """
    console = Console(width=None if sys.stdout.isatty() else 150)
    mails = find_mails(paths)
    if not mails:
        print(
            "没有找到.eml邮件。请给出邮件文件或文件夹。/ No .eml files there; name a file or a folder.",
            file=sys.stderr,
        )
        return 2
    with stack(mails[0].at, environment) as run:
        with progress_bar(console) as bar:
            task = bar.add_task("处理来邮 / mails", total=len(mails))
            run_mails(run, mails, lambda _: bar.advance(task))
        rows = write_results(run, mails, out)
        show(console, rows, out)
        line = count_now(run.house).line()
        console.print(f"{line.zh} / {line.en}", highlight=False)
        return faults(console, run, rows)


def progress_bar(console: Console) -> Progress:
    """A bar over the mails, with the count and the time."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console)


def faults(console: Console, run: Run, rows: list[dict[str, Any]]) -> int:
    """Bugs and dead letters, so that nothing fails in silence."""
    lost = [row for row in rows if row["disposition"] not in set(Disposition)]
    for error in run.engine.errors[:5]:
        console.print(f"[red]程序错误 / bug[/red] {error}", markup=True, highlight=False)
    for letter in run.engine.dead_letters():
        console.print(f"[red]未能处理 / dead letter[/red] {letter}", highlight=False)
    for row in lost:
        console.print(f"[red]没有去向 / no fate[/red] {row['file']}", highlight=False)
    return 1 if lost else 0


def show(console: Console, rows: list[dict[str, Any]], out: Path) -> None:
    """The two tables and where the files are."""
    import json

    submissions = [json.loads(line) for line in (out / "submissions.jsonl").read_text("utf-8").splitlines()]
    console.print(mail_table(rows))
    console.print(submission_table(submissions))
    counted = Counter(row["disposition"] for row in rows)
    parts = "，".join(f"{DISPOSITIONS[d]}{n}" for d, n in counted.most_common())
    console.print(f"共{len(rows)}封来邮：{parts}。")
    console.print(
        f"结果 / results: {out}/mails.jsonl, submissions.jsonl, ledger.jsonl, outbox/（邮件未发出 / nothing was sent）"
    )


def mail_table(rows: list[dict[str, Any]]) -> Table:
    """Each mail and its fate."""
    table = Table(title="来邮 / mails", title_justify="left")
    for name in ("收到时间", "文件", "主题", "去向", "收件编号"):
        table.add_column(name, overflow="fold", max_width=44)
    for row in rows:
        at = datetime.fromisoformat(row["received_at"]).astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
        fate = DISPOSITIONS[row["disposition"]]
        table.add_row(at, row["file"], row["subject"] or "", fate, "\n".join(row["receipts"]))
    return table


def submission_table(submissions: list[dict[str, Any]]) -> Table:
    """Each submission and what was found."""
    table = Table(title="报送 / submissions", title_justify="left", show_lines=True)
    for name in ("收件编号", "推荐（申报）单位", "项目", "核对情况", "说明"):
        table.add_column(name, overflow="fold", max_width=60)
    for sub in submissions:
        who = sub.get("recommender") or sub.get("applicant") or "未确定"
        findings = [f for f in sub["findings"] if f["severity"] != "warning"] or sub["findings"]
        notes = "\n".join(f"·{f['message']['zh']}" for f in findings[:4])
        more = f"\n…另{len(findings) - 4}项" if len(findings) > 4 else ""
        status = STATUSES[sub["status"]]
        table.add_row(sub["receipt"], who, str(len(sub["projects"])), status, notes + more)
    return table
