"""`shoufa add`: files that came by WeChat, on a USB stick or by hand, wrapped as a message (RFC 5322).

From there on they go the way of every mail. Nobody is answered for them; the unit is told.
"""

import argparse
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from local.data_folder import MODE, TRIAL
from local.known import Refused, open_folder, put, refuse, say_when, there, write_decision
from local.mail_room import mail_key
from local.process import ROOT
from shoufa.adapters.disk_objects import DiskObjects
from shoufa.calls.load import load_calls
from shoufa.domain.decision import DECISION_PREFIX, NotADecision, read_decision
from shoufa.domain.ledger import digest
from shoufa.domain.mail import Added, Envelope
from shoufa.domain.receipt import ZONE
from shoufa.steps.files import dump, envelope_key

DOOR = "add"
NOBODY = "added@shoufa.invalid"
"""Stands in From: no mail can come from there or go there (RFC 2606 §2)."""
MAX_BYTES = 60 * 2**20


def add_files(options: argparse.Namespace) -> int:
    """Wrap the files and write mail, sidecar and decision: 0; 2 where it cannot be meant so."""
    try:
        objects = open_folder(getattr(options, "data", None))
        at = moment(options.at)
        target = _target(objects, options)
        raw = wrapped(options.paths, options.source, at, f"{options.who} {' '.join(target.values())}")
        name = digest(raw)
        decision = f"{DECISION_PREFIX}add-{name}.json"
        key = mail_key(DOOR, name)
        said = {"action": DOOR, "who": options.who, "why": options.why, "mail": key, **target}
        _check(said, options.source, at)
        added = Added(who=options.who, decision=decision, **target)
        envelope = Envelope(received_at=at, door=DOOR, added=added)
        put(objects.root, envelope_key(key), dump(envelope))
        write_decision(
            objects.root, {**said, "source": options.source, "received_at": at.isoformat()}, decision
        )
        put(objects.root, key, raw)
    except Refused as err:
        return refuse(err)
    where = target.get("submission") or f"{target.get('call')} {target.get('unit')}（新开一件 / a new one）"
    print(f"已登记{len(options.paths)}个文件 / {len(options.paths)} files added: {where}")
    print("不会自动回复；核对结果如需发出，请用 decide release。")
    print("Nobody is answered by itself; to send the outcome: decide release.")
    say_when(objects.root)
    return 0


def moment(text: str) -> datetime:
    """When the files were received; without a zone the office's own. Refused if it is none, or to come."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as err:
        raise Refused(
            f"时间“{text}”读不懂，请写成 2023-08-10 09:30。/ Write the time as 2023-08-10 09:30."
        ) from err
    at = at if at.tzinfo else at.replace(tzinfo=ZONE)
    if at > datetime.now(UTC):
        raise Refused(f"时间“{text}”在将来。/ The time lies in the future.")
    return at


def _target(objects: DiskObjects, options: argparse.Namespace) -> dict[str, str]:
    """What the files join, or open."""
    if options.submission and (options.call or options.unit):
        raise Refused("--submission 与 --call/--unit 只用其一。/ Either --submission, or --call and --unit.")
    if options.submission:
        return {"submission": there(objects, options.submission).number}
    calls = load_calls(_definitions(objects.root, options.calls) / "calls")
    call = calls.get(options.call)
    if call is None:
        raise Refused(
            f"没有征集“{options.call}”，已有：{'、'.join(sorted(calls))}。或用 --submission 并入已有的一件。"
            f"/ No such call; known: {', '.join(sorted(calls))}. Or name a --submission."
        )
    if all(u.id != options.unit for u in call.units):
        units = "、".join(u.id for u in call.units)
        raise Refused(f"{call.id} 没有支撑单位“{options.unit}”，有：{units}。/ No such unit; known: {units}.")
    return {"call": call.id, "unit": options.unit}


def _definitions(root: Path, given: Path | None) -> Path:
    """The folder of definitions that `up` uses on this data folder."""
    trial = (root / MODE).is_file() and (root / MODE).read_text("ascii") == TRIAL
    trial_calls = root / "trial-calls"
    return given or (trial_calls if trial and trial_calls.is_dir() else ROOT / "schemas")


def _check(said: dict[str, Any], source: str, at: datetime) -> None:
    """Refused, with each reason, where the decision would be none."""
    try:
        read_decision({**said, "source": source, "received_at": at.isoformat()})
    except NotADecision as err:
        raise Refused("\n".join(err.problems)) from err


def wrapped(paths: list[Path], source: str, at: datetime, mark: str) -> bytes:
    """The files as one message: the same files, source, time and mark give the same bytes.

    Refused where a file is a folder or its name no text, or all are over 60 MB. FileNotFoundError names what
    is not there.
    """
    message = EmailMessage(policy=SMTP)
    name = " ".join(source.split())[:80] or "-"
    message["From"] = Address(display_name=name, addr_spec=NOBODY)
    message["Date"] = at
    message["Subject"] = "其他途径收到的材料 / files that came another way"
    message["X-Shoufa-Added"] = mark
    message.set_content("由工作人员登记。/ Added by the office.\n", cte="base64")
    total = 0
    for path in paths:
        if path.is_dir():
            raise Refused(f"{path} 是文件夹，请逐个列出文件。/ It is a folder: name the files.")
        name = _name(path)
        data = path.read_bytes()
        total += len(data)
        if total > MAX_BYTES:
            raise Refused("文件合计超过60MB，请分几次登记。/ Over 60 MB together: add them in several turns.")
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    body = b"".join(digest(p.read_bytes()).encode() for p in paths)
    message.set_boundary(f"=_added_{digest(body)[:32]}")
    message["Message-ID"] = f"<added-{digest(body + mark.encode())[:32]}@shoufa.invalid>"
    return message.as_bytes()


def _name(path: Path) -> str:
    """A file's own name. Refused where its bytes are not UTF-8: a message cannot carry it as it is."""
    try:
        path.name.encode()
    except UnicodeEncodeError as err:
        raise Refused(
            f"文件名不是UTF-8编码，请改名后再登记 / the file's name is not UTF-8, rename it: {path.name!a}"
        ) from err
    return path.name
