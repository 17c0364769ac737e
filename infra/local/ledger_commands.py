"""`shoufa ledger verify`: checks every chain of a ledger.jsonl, or of a folder that holds one."""

from pathlib import Path

from pydantic import ValidationError

from shoufa.domain.ledger import Entry, verify


def verify_ledger(path: Path) -> int:
    """0 if every entry's hash, link and number is right; 1 and the places where it breaks otherwise.

    The end of a chain cannot be proven from the chain alone: entries cut off at the tail leave no trace in
    it.
    """
    file = path / "ledger.jsonl" if path.is_dir() else path
    entries, broken = _read(file)
    for line, why in broken:
        print(f"第{line}行无法读取 / line {line} cannot be read: {why}")
    order = {e.hash: i for i, e in enumerate(entries)}
    misplaced = [
        e
        for e, before in zip(entries[1:], entries, strict=False)
        if (e.at, e.submission, e.seq) < (before.at, before.submission, before.seq)
    ]
    for entry in misplaced:
        print(f"{entry.submission} 第{entry.seq}条：顺序不对 / out of order (line {order[entry.hash] + 1})")
    faults = verify(entries)
    for fault in faults:
        print(f"{fault.submission} 第{fault.seq}条：{fault.why}")
    if broken or faults or misplaced:
        return 1
    chains = len({e.submission for e in entries})
    print(f"台账完好：{chains}条链，{len(entries)}条记录。末尾是否被截断须凭每日校验值核对。")
    print(f"Ledger intact: {chains} chains, {len(entries)} entries; a cut tail cannot be seen from it alone.")
    return 0


def _read(file: Path) -> tuple[list[Entry], list[tuple[int, str]]]:
    entries: list[Entry] = []
    broken: list[tuple[int, str]] = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        try:
            entries.append(Entry.model_validate_json(line))
        except ValidationError as err:
            broken.append((number, err.errors()[0]["msg"]))
    return entries, broken
