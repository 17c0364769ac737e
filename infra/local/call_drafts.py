"""`shoufa call draft`: notices read in a worker that can be killed, drafted, written as files."""

import sys
from collections.abc import Iterable
from pathlib import Path

from local.process import ROOT
from shoufa.calls.draft import Draft, draft_calls
from shoufa.calls.draft_yaml import to_yaml
from shoufa.calls.load import load_recommenders
from shoufa.domain.errors import ShoufaError
from shoufa.domain.facts import Facts
from shoufa.readers.pool import WorkerPool


class NoticeError(ShoufaError):
    """A notice that gives no draft; the message says why, in two languages."""


def draft_notices(notices: Iterable[Path], out: Path) -> int:
    """0: a draft was written for every call; 1: a notice could not be read, or a file of that name is there.

    FileNotFoundError names a notice that is not there; then nothing is written.
    """
    files = list(notices)
    for file in files:
        if not file.is_file():
            raise FileNotFoundError(2, "no such notice", str(file))
    groups = list(load_recommenders(ROOT / "schemas" / "recommenders").values())
    failed = False
    with WorkerPool(ocr=1) as pool:
        for file in files:
            try:
                drafts = draft_calls(notice_text(pool, file), file.name, groups)
            except (ShoufaError, ValueError) as err:
                print(f"{file.name}：未能起草：{err}", file=sys.stderr)
                failed = True
                continue
            for draft in drafts:
                failed |= not _written(draft, file, out)
    return 1 if failed else 0


def notice_text(pool: WorkerPool, file: Path) -> str:
    """The text of a notice, whatever its format. Raises NoticeError, TryAgain."""
    facts, _ = pool.read_document(file.read_bytes(), file.name)
    if facts.unreadable is not None:
        raise NoticeError(f"文件读不出（{facts.unreadable}） / cannot be read: {facts.reason}")
    if facts.sensitive:
        raise NoticeError(f"文件标有密级“{facts.sensitive}”，不予处理 / it bears a secrecy mark and is left alone")
    text = _text(facts)
    if not text.strip():
        raise NoticeError("文件里没有文字 / it holds no text")
    return text


def _text(facts: Facts) -> str:
    """The pages' text, or the cells of a text so full of commas that it was taken for a table."""
    if facts.text.strip():
        return facts.text
    return "\n".join(",".join(c for c in row if c) for table in facts.tables for row in table.rows())


def _written(draft: Draft, notice: Path, out: Path) -> bool:
    """Write one draft as <id>.yaml and tell what it holds; False if that file is there already."""
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"{draft.id}.yaml"
    try:
        with target.open("x", encoding="utf-8") as stream:
            stream.write(to_yaml(draft))
    except FileExistsError:
        print(f"{target}：文件已存在，没有改动，请先移开 / is there already and was left as it is", file=sys.stderr)
        return False
    print(f"{notice.name} → {target}")
    for repair in draft.repairs:
        print(f"  整理：{repair}")
    for question in draft.questions:
        print(f"  待答复：{question}")
    if not draft.questions:
        print("  没有待答复的问题，请逐项核对 / no questions; please check each value")
    return True
