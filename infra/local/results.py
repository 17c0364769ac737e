"""What `process` writes: mails.jsonl, submissions.jsonl, ledger.jsonl and outbox/ (contracts §4)."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from local.process import Run, Saved
from shoufa.domain.codes import EntryKind, Status
from shoufa.domain.ledger import Entry
from shoufa.domain.ledger import digest as sha256
from shoufa.steps.fate import recall
from shoufa.steps.files import load_manifest, load_verdict

OUTBOX = "outbox/"


def write_results(run: Run, mails: list[Saved], out: Path) -> list[dict[str, Any]]:
    """Write everything to `out`; the rows of mails.jsonl."""
    out.mkdir(parents=True, exist_ok=True)
    entries = ledger_entries(run)
    rows = [mail_row(run, saved, entries) for saved in mails]
    by_object = {row["object"]: row["file"] for row in rows}
    _lines(out / "mails.jsonl", rows)
    _lines(out / "submissions.jsonl", submission_rows(run, entries, by_object))
    ordered = sorted(entries, key=lambda e: (e.at, e.submission, e.seq))
    (out / "ledger.jsonl").write_text("".join(e.text() + "\n" for e in ordered), "utf-8")
    _outbox(run, out / "outbox")
    return rows


def _lines(file: Path, rows: Iterable[dict[str, Any]]) -> None:
    file.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8")


def ledger_entries(run: Run) -> list[Entry]:
    """Every entry, from the objects that prove them."""
    keys = run.house.objects.keys("ledger/")
    return [Entry.model_validate_json(run.house.objects.get(key) or b"") for key in keys]


def mail_row(run: Run, saved: Saved, entries: list[Entry]) -> dict[str, Any]:
    """One mail and its fate."""
    known = recall(run.house, saved.key)
    digest = sha256(saved.file.read_bytes())
    manifest = load_manifest(run.house.objects, digest)
    mail = manifest.mail if manifest else None
    receipts = list(known.receipts) if known else []
    return {
        "file": saved.shown,
        "object": saved.key,
        "message_id": mail.message_id if mail else None,
        "subject": mail.subject if mail else None,
        "from": mail.sender.email if mail else None,
        "received_at": saved.at.isoformat(),
        "disposition": known.disposition.value if known else None,
        "receipt": receipts[0] if receipts else None,
        "receipts": receipts,
        "sent": [s for e in entries if digest in _answered(e) and (s := _sent(run, e))],
    }


def _answered(entry: Entry) -> list[str]:
    """The mails that a notice answers, by their digests: several where their receipts were joined."""
    return [entry.data.get("mail", ""), *entry.data.get("mails", ())]


def submission_rows(run: Run, entries: list[Entry], files: dict[str, str]) -> list[dict[str, Any]]:
    """One row per submission, with the verdict that holds."""
    rows = []
    for receipt in sorted({e.submission for e in entries if e.kind is EntryKind.OPENED}):
        own = [e for e in entries if e.submission == receipt]
        head = run.house.ledger.head(receipt)
        state = head.state if head else {}
        verdict = load_verdict(run.house.objects, receipt, state["verdict"]) if state.get("verdict") else None
        row: dict[str, Any] = verdict.model_dump(mode="json") if verdict else _unread(receipt, state)
        if state.get("status") == Status.MERGED.value:
            row |= {"status": Status.MERGED.value, "findings": [], "into": state["into"]}
        row["mails"] = [
            files.get(e.data["object"], "") for e in own if "object" in e.data and "digest" in e.data
        ]
        row["sent"] = [s for e in own if (s := _sent(run, e))]
        rows.append(row)
    return sorted(rows, key=lambda r: str(r.get("received_at")))


def _unread(receipt: str, state: dict[str, Any]) -> dict[str, Any]:
    """A submission that is still being read."""
    return {
        "receipt": receipt,
        "call": state.get("call"),
        "unit": state.get("unit"),
        "status": "reading",
        "documents": [],
        "projects": [],
        "findings": [],
        "received_at": state.get("last"),
    }


def _sent(run: Run, entry: Entry) -> dict[str, Any] | None:
    if entry.kind is not EntryKind.SENT:
        return None
    return {
        "at": entry.at,
        "template": entry.data["template"],
        "message_id": entry.data["message_id"],
        "to": _to(run, entry),
    }


def _to(run: Run, entry: Entry) -> str:
    """The address a mail went to: from the mail as sent, since the ledger keeps no addresses."""
    from email.parser import BytesHeaderParser

    raw = run.house.objects.get(f"sent/{entry.data['notice']}.eml")
    return str(BytesHeaderParser().parsebytes(raw)["To"]) if raw else ""


def _outbox(run: Run, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.eml"):
        old.unlink()
    mails = [
        (run.house.objects.get(key) or b"", key.removeprefix(OUTBOX)[:12])
        for key in run.house.objects.keys(OUTBOX)
    ]
    for number, (raw, name) in enumerate(sorted(mails, key=lambda m: (_date(m[0]), m[1])), 1):
        (folder / f"{number:04d}-{name}.eml").write_bytes(raw)


def _date(raw: bytes) -> datetime:
    """When a mail was sent, by its own Date (we wrote it)."""
    from email.parser import BytesHeaderParser
    from email.utils import parsedate_to_datetime

    return parsedate_to_datetime(str(BytesHeaderParser().parsebytes(raw)["Date"]))
