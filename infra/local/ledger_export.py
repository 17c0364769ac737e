"""`shoufa ledger export`: the register of what came in (收文登记表), a row a submission or other mail.

Columns as offices keep them (GB/T 9704 names sender, number, title and date of a letter), then what this
house knows besides. What the ledger holds decides the rows; names and titles come from the verdicts that it
names.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from local.ledger_commands import read_objects
from shoufa.adapters.disk_objects import DiskObjects
from shoufa.domain.codes import EntryKind
from shoufa.domain.ledger import Entry
from shoufa.notices.register import COLUMNS, DISPOSITIONS, ERASED, STATUSES, TITLE, read_of, shown_time
from shoufa.notices.spreadsheet import to_csv, to_jsonl, to_xlsx
from shoufa.steps.files import load_envelope, load_manifest, load_verdict

WRITERS = {".csv": to_csv, ".jsonl": to_jsonl}


def export_ledger(folder: Path, out: Path) -> int:
    """Write the register of a data folder to `out`, in the format of its ending.

    0 done; 1 the ledger does not verify; 2 the ending or the folder is not one that is known.
    """
    if out.suffix not in {*WRITERS, ".xlsx"} or not (folder / "ledger").is_dir():
        print(
            "请给出数据文件夹和以.xlsx、.csv或.jsonl结尾的文件名。/ Name a data folder, and a file ending so.",
            file=sys.stderr,
        )
        return 2
    objects = DiskObjects(folder)
    found = read_objects(objects)
    if found.faults:
        print("\n".join(found.faults))
        print("台账未通过核验，没有导出。/ The ledger does not verify: nothing was written.", file=sys.stderr)
        return 1
    rows = register(objects, found.entries)
    writer = WRITERS.get(out.suffix)
    out.write_bytes(writer(COLUMNS, rows) if writer else to_xlsx(COLUMNS, rows, TITLE))
    print(f"已导出{len(rows)}行 / {len(rows)} rows written: {out}")
    return 0


def register(objects: DiskObjects, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The rows, by time of receipt, numbered."""
    chains: dict[str, list[Entry]] = {}
    for entry in entries:
        chains.setdefault(entry.submission, []).append(entry)
    rows = [
        _submission(objects, own) if own[0].kind is EntryKind.OPENED else _other(objects, own)
        for own in chains.values()
        if own[0].kind is EntryKind.OPENED or "disposition" in own[0].data
    ]
    rows.sort(key=lambda row: (str(row["收文时间"]), str(row["收件编号"])))
    return [{"序号": n, **row} for n, row in enumerate(rows, 1)]


def _submission(objects: DiskObjects, own: Sequence[Entry]) -> dict[str, Any]:
    opened = own[0]
    gone = any(e.kind is EntryKind.ERASED and e.data.get("whole") for e in own)
    last = next((e for e in reversed(own) if e.kind in {EntryKind.JUDGED, EntryKind.ERASED}), None)
    judged = last if last and last.kind is EntryKind.JUDGED else None
    into = _merged_into(own)
    verdict = load_verdict(objects, opened.submission, judged.data["verdict"]) if judged else None
    status = f"已并入{into}" if into else STATUSES[judged.data["status"] if judged else "reading"]
    status = ERASED if gone else status
    mails = sum(e.kind in {EntryKind.OPENED, EntryKind.JOINED} for e in own)
    row = {
        "收件编号": opened.submission,
        "收文时间": shown_time(opened.data["received_at"]),
        "征集通知": opened.data["call"],
        "支撑单位": opened.data["unit"],
        "去向": ERASED if gone else DISPOSITIONS["submission"],
        "核对情况": status,
        "来邮封数": mails,
        "末条哈希": own[-1].hash,
    }
    return row | (read_of(verdict) if verdict else {})


def _merged_into(own: Sequence[Entry]) -> str:
    """What a submission was merged into, "" where it stands by itself (again)."""
    merged = [e.data for e in own if e.kind is EntryKind.MERGED]
    ends = [data.get("into", "") for data in merged if data.keys() & {"into", "out_of"}]
    return str(ends[-1]) if ends else ""


def _other(objects: DiskObjects, own: Sequence[Entry]) -> dict[str, Any]:
    """A mail of no submission: its fate, and when it came."""
    first = own[0]
    gone = any(e.kind is EntryKind.ERASED for e in own)
    envelope = load_envelope(objects, first.data["object"])
    manifest = load_manifest(objects, first.submission.partition("#")[2])
    return {
        "标题": manifest.mail.subject if manifest else "",
        "来件邮箱": manifest.sender if manifest else "",
        "收件编号": first.data.get("of", ""),
        "收文时间": shown_time(envelope.received_at.isoformat() if envelope else first.at),
        "去向": ERASED if gone else DISPOSITIONS[first.data["disposition"]],
        "来邮封数": 1,
        "末条哈希": own[-1].hash,
    }
