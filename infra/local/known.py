"""A submission as its objects tell it, for a clerk's commands; the folder may be in use meanwhile."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from local.data_folder import MODE, is_held
from shoufa.adapters.disk_objects import DiskObjects
from shoufa.domain.codes import EntryKind, Status
from shoufa.domain.decision import DECISION_PREFIX, NotADecision, decision_adapter, read_decision
from shoufa.domain.errors import TryAgain
from shoufa.domain.ledger import Entry, digest
from shoufa.domain.receipt import NUMBER
from shoufa.domain.submission import Manifest, Verdict
from shoufa.steps.chains import LEDGER, BrokenLedger, read_entry
from shoufa.steps.decided_state import decided_state, merged_state
from shoufa.steps.erasure import erased_state
from shoufa.steps.files import MAIL_PREFIX, load_manifest, load_verdict
from shoufa.steps.release import RELEASABLE


class Refused(Exception):
    """What was asked for cannot be done; the message says what to do instead, in Chinese and English."""


class Known(NamedTuple):
    """One submission: its entries, the little state that follows from them, the verdict that holds."""

    number: str
    entries: Sequence[Entry]
    state: dict[str, Any]
    verdict: Verdict | None

    @property
    def into(self) -> str:
        """The submission that it was merged into, "" if it stands by itself."""
        return str(self.state.get("into", ""))

    @property
    def gone(self) -> bool:
        """Whether it was erased: its number and its chain are all that is left."""
        return bool(self.state.get("gone"))


def open_folder(root: Path | None) -> DiskObjects:
    """The objects of a data folder. Refused if it is none."""
    if root is None:
        raise Refused("请用 --data 指明数据文件夹。/ Name the data folder with --data.")
    if not (root / MODE).is_file() and not (root / "ledger").is_dir():
        raise Refused(f"{root} 不是 shoufa up 的数据文件夹。/ It is not a data folder of shoufa up.")
    return DiskObjects(root)


def known(objects: DiskObjects, number: str) -> Known:
    """A submission by its receipt number. Refused if there is none."""
    number = number.strip().upper()
    entries = _chain(objects, number) if NUMBER.fullmatch(number) else []
    if not entries or entries[0].kind is not EntryKind.OPENED:
        raise Refused(
            f"没有收件编号 {number or '（空）'}，请核对。/ There is no receipt number {number or '(empty)'}."
        )
    state: dict[str, Any] = {}
    for entry in entries:
        state.update(_after(entry, state))
    verdict = load_verdict(objects, number, state["verdict"]) if state.get("verdict") else None
    return Known(number, entries, state, verdict)


def there(objects: DiskObjects, number: str) -> Known:
    """A submission on which something can be decided. Refused if there is none, or it was erased."""
    found = known(objects, number)
    if found.gone:
        raise Refused(
            f"{found.number} 已按要求删除，不能再处理或并入材料；又收到的材料请另立一件：shoufa add --call … --unit …。"
            "/ It was erased by order: nothing can be decided on it or join it. "
            "Papers that came since open a new one: shoufa add --call … --unit …"
        )
    return found


def _after(entry: Entry, state: dict[str, Any]) -> dict[str, Any]:
    """What one entry makes of the state, as far as a clerk asks for it."""
    data = entry.data
    if entry.kind in {EntryKind.OPENED, EntryKind.JOINED}:
        mails = [*state.get("mails", []), data["digest"]]
        return {"call": data["call"], "unit": data["unit"], "mails": mails, "status": Status.READING.value}
    if entry.kind is EntryKind.JUDGED:
        return {"verdict": data["verdict"], "status": data["status"]}
    if entry.kind is EntryKind.DECIDED:
        return decided_state(state, data)
    if entry.kind is EntryKind.MERGED:
        return merged_state(state, data)
    if entry.kind is EntryKind.ERASED:
        return erased_state(state, data)
    if entry.kind is EntryKind.SENT and data["template"] == "outcome":
        return {"told": data["verdict"]}
    return {}


def is_quarantined(objects: DiskObjects, key: str) -> bool:
    """Whether a mail object is there and was quarantined, or taken for a machine's, by its own chain."""
    try:
        raw = objects.get(key) if key.startswith(MAIL_PREFIX) else None
    except ValueError:  # no key that a folder can hold
        raw = None
    entries = () if raw is None else _chain(objects, f"MAIL#{digest(raw)}")
    mine = (e.data for e in entries if e.data.get("object") == key and e.data.get("reason") != "own-mail")
    return any(data.get("disposition") in RELEASABLE for data in mine)


def _chain(objects: DiskObjects, name: str) -> list[Entry]:
    try:
        return [read_entry(key, objects.get(key) or b"") for key in objects.keys(f"{LEDGER}{name}/")]
    except BrokenLedger as err:
        raise Refused(
            f"台账与写入时不同，请先核验 / not as it was written, verify the ledger: {err}"
        ) from err


def mails_of(objects: DiskObjects, found: Known) -> list[Manifest]:
    """The mails of a submission, by time of receipt."""
    loaded = [m for d in found.state.get("mails", ()) if (m := load_manifest(objects, d)) is not None]
    return sorted(loaded, key=lambda m: (m.envelope.received_at, m.digest))


def write_decision(root: Path, said: dict[str, Any], key: str = "") -> str:
    """Check a decision and write its object durably; its key. Refused where it is none or was not written."""
    at = datetime.now(UTC)
    try:
        decision = read_decision({"at": at.isoformat(), **said})
    except NotADecision as err:
        raise Refused("\n".join(err.problems)) from err
    data = decision_adapter().dump_json(decision)
    key = key or f"{DECISION_PREFIX}{at:%Y%m%dT%H%M%S%f}-{digest(data)[:8]}.json"
    put(root, key, data)
    return key


def put(root: Path, key: str, data: bytes) -> None:
    """Write one object durably. Refused where the disk did not take it."""
    try:
        DiskObjects(root).put(key, data)
    except TryAgain as err:
        raise Refused(f"没有写入，请再试一次 / not written, please try again: {err}") from err


def say_when(root: Path) -> None:
    """When what was written takes effect."""
    if is_held(root):
        print("系统正在运行，数秒内生效。/ It is running: this takes effect within seconds.")
    else:
        print("系统未运行，下次启动时生效。/ It is not running: this takes effect at the next start.")


def refuse(err: Refused) -> int:
    """Say why not; the exit status of bad usage."""
    print(err, file=sys.stderr)
    return 2
