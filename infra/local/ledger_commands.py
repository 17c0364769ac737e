"""`shoufa ledger verify` and `checkpoint`: on a ledger.jsonl, or on a data folder with its objects.

A data folder's ledger is `ledger/<submission>/<number>.json`; what `process` wrote holds a ledger.jsonl.
Where both are there they must agree.
"""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from shoufa.adapters.disk_objects import DiskObjects
from shoufa.domain.checkpoint import Checkpoint, against, checkpoint_of, ends_of
from shoufa.domain.ledger import Entry, verify
from shoufa.ports import ObjectStore
from shoufa.steps.chains import LEDGER, BrokenLedger, read_entry

FILE = "ledger.jsonl"


class Found(NamedTuple):
    """A ledger as it was read: its entries, and in words what is wrong with them."""

    entries: list[Entry]
    faults: list[str]


def verify_ledger(path: Path, checkpoint: str = "") -> int:
    """0 if every entry's bytes, hash, link, number and place are right, and the checkpoint holds; else 1.

    Without a checkpoint the ends of the chains cannot be proven, and that is said.
    """
    found = read_ledger(path)
    faults = [*found.faults, *_against(found.entries, checkpoint)]
    for fault in faults:
        print(fault)
    if faults:
        return 1
    point = checkpoint_of(ends_of(found.entries))
    print(f"台账完好：{len(point.ends)}条链，{point.entries}条记录。校验点 / checkpoint: {point.short()}")
    print(f"Ledger intact: {len(point.ends)} chains, {point.entries} entries.")
    if checkpoint:
        print("与所给校验点相符：末尾未被截断，没有链被删除或重写。/ It holds all that the checkpoint had.")
    else:
        print("末尾是否被截断、整链是否被删除，须凭以前的校验点核对（--checkpoint）。")
        print("A cut tail or a removed chain cannot be seen from it alone: give an earlier --checkpoint.")
    return 0


def print_checkpoint(path: Path, out: Path | None) -> int:
    """Print the checkpoint of a sound ledger, and write its whole form to `out`; 1 if it is not sound."""
    found = read_ledger(path)
    for fault in found.faults:
        print(fault)
    if found.faults:
        return 1
    point = checkpoint_of(ends_of(found.entries))
    if out is not None:
        out.write_text(point.model_dump_json(), "utf-8")
    print(point.short())
    return 0


def read_ledger(path: Path) -> Found:
    """A ledger from a file or a folder; FileNotFoundError where there is none."""
    file = path / FILE if path.is_dir() else path
    if not (path / LEDGER).is_dir():
        return _in_file(file)
    found = read_objects(DiskObjects(path))
    if file.is_file():
        listed = _in_file(file)
        return Found(
            found.entries, [*found.faults, *listed.faults, *disagreements(found.entries, listed.entries)]
        )
    return found


def read_objects(objects: ObjectStore) -> Found:
    """The ledger that lies as objects; every fault of every chain, not only the first."""
    entries: list[Entry] = []
    faults: list[str] = []
    for _, keys in groupby(objects.keys(LEDGER), key=lambda k: k.rpartition("/")[0]):
        chain: list[Entry] = []
        for key in keys:
            try:
                chain.append(read_entry(key, objects.get(key) or b""))
            except BrokenLedger as err:
                faults += err.faults
        faults += _broken(chain)
        entries += chain
    return Found(entries, faults)


def disagreements(objects: Iterable[Entry], table: Iterable[Entry]) -> list[str]:
    """Where the objects of a ledger and its table (or a list of it) do not hold the same entries."""
    one = {(e.submission, e.seq): e.hash for e in objects}
    two = {(e.submission, e.seq): e.hash for e in table}
    return [
        f"{submission} 第{seq}条：对象与账表不符 / entry {seq}: object and table disagree"
        for submission, seq in sorted(one.keys() | two.keys())
        if one.get((submission, seq)) != two.get((submission, seq))
    ]


def _against(entries: list[Entry], checkpoint: str) -> list[str]:
    """What the checkpoint had and the ledger has not."""
    if not checkpoint:
        return []
    try:
        file = Path(checkpoint)
        known = Checkpoint.parse(file.read_text("utf-8") if _is_file(file) else checkpoint)
    except ValueError:
        zh = "校验点无法读取，应为“条数-64位哈希”，或 ledger checkpoint --out 写出的未改动的文件"
        en = "the checkpoint cannot be read: COUNT-HASH, or a file as ledger checkpoint --out wrote it"
        return [f"{zh} / {en}"]
    return [f"{b.submission} 第{b.seq}条 / entry {b.seq}：{b.why}" for b in against(entries, known)]


def _is_file(file: Path) -> bool:
    """Whether a text names a file; one too long for a name does not."""
    try:
        return file.is_file()
    except OSError:
        return False


def _in_file(file: Path) -> Found:
    """A ledger.jsonl: one canonical entry a line, by time, submission, number."""
    entries: list[Entry] = []
    faults: list[str] = []
    *lines, rest = file.read_bytes().split(b"\n")  # ended by a line feed and by nothing else
    if rest:
        faults.append(f"第{len(lines) + 1}行没有结束 / line {len(lines) + 1} does not end")
    for number, line in enumerate([*lines, *([rest] if rest else [])], 1):
        try:
            entry = Entry.model_validate_json(line)
        except ValidationError as err:
            faults.append(f"第{number}行无法读取 / line {number} cannot be read: {err.errors()[0]['msg']}")
            continue
        if entry.text().encode() != line:
            faults.append(
                f"{entry.submission} 第{number}行字节被改动 / line {number}: its bytes were changed"
            )
        entries.append(entry)
    return Found(entries, [*faults, *_misplaced(entries), *_broken(entries)])


def _misplaced(entries: list[Entry]) -> list[str]:
    return [
        f"{entry.submission} 第{entry.seq}条：顺序不对 / entry {entry.seq} is out of order"
        for entry, before in zip(entries[1:], entries, strict=False)
        if (entry.at, entry.submission, entry.seq) < (before.at, before.submission, before.seq)
    ]


def _broken(entries: Iterable[Entry]) -> list[str]:
    return [f"{b.submission} 第{b.seq}条 / entry {b.seq}：{b.why}" for b in verify(entries)]
