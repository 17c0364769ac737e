"""`shoufa decide ACTION NUMBER`, `shoufa pause|resume`: one decision, one object, picked up by `shoufa up`.

What can be seen to be wrong is refused here, with what to do instead; nothing is written then.
"""

import argparse
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from local.known import (
    Known,
    Refused,
    is_quarantined,
    mails_of,
    open_folder,
    refuse,
    say_when,
    there,
    write_decision,
)
from shoufa.adapters.disk_objects import DiskObjects
from shoufa.domain.codes import Form
from shoufa.domain.receipt import ZONE
from shoufa.domain.submission import DocumentRow

Said = dict[str, Any]


def decide(options: argparse.Namespace) -> int:
    """Write one decision about a submission: 0; 2 where it cannot be meant so."""
    if getattr(options, "object", ""):
        return _release_mail(options)
    try:
        objects = open_folder(getattr(options, "data", None))
        found = there(objects, options.number)
        said, shown = _WHAT[options.what](options, objects, found)
        base = {"who": options.who, "why": options.why, "submission": found.number}
        write_decision(objects.root, {**base, **said})
    except Refused as err:
        return refuse(err)
    print(f"已记下 / recorded: {found.number} {shown}")
    say_when(objects.root)
    return 0


def _release_mail(options: argparse.Namespace) -> int:
    """Let a quarantined mail be filed as if it came now."""
    try:
        objects = open_folder(getattr(options, "data", None))
        key = _quarantined(options, objects)
        said = {"who": options.who, "why": options.why, "action": "release-mail", "object": key}
        write_decision(objects.root, said)
    except Refused as err:
        return refuse(err)
    print(f"已记下：放行隔离来邮，将按新到来邮办理。/ Recorded: released, filed as new: {key}")
    say_when(objects.root)
    return 0


def _quarantined(options: argparse.Namespace, objects: DiskObjects) -> str:
    """The key of the mail that is meant; Refused where it lies in no quarantine."""
    key = str(options.object).strip()
    if options.number or options.verdict:
        raise Refused("请只给收件编号或 --object 之一。/ Give a receipt number or --object, not both.")
    if not is_quarantined(objects, key):
        raise Refused(
            f"{key} 不是被隔离的来邮，或已清除；请照隔离提醒中的对象编号填写。"
            f"/ {key} is no quarantined mail, or was erased: copy the key from the notice."
        )
    return key


def decide_for_office(options: argparse.Namespace) -> int:
    """Stop all outgoing mail, or let it go on."""
    try:
        objects = open_folder(getattr(options, "data", None))
        write_decision(objects.root, {"who": options.who, "why": options.why, "action": options.what})
    except Refused as err:
        return refuse(err)
    if options.what == "pause":
        print("已记下：暂停发信，待发的都保留。/ Recorded: outgoing mail stops; what waits is kept.")
    else:
        print("已记下：恢复发信，保留的随即发出。/ Recorded: mail goes on; what was kept goes out.")
    say_when(objects.root)
    return 0


def _seal(options: argparse.Namespace, _: DiskObjects, found: Known) -> tuple[Said, str]:
    row, said = _document(options, found)
    said |= {"action": "seal", "confirmed": options.confirmed, "whose": options.whose}
    if options.confirmed and row.form is Form.WORD:
        raise Refused(
            f"“{row.path}”是可编辑文件，印章应在扫描件上。/ It is an editable file: name the stamped scan."
        )
    answer = "印章已确认 / seal confirmed" if options.confirmed else "没有印章 / no seal"
    return said, f"“{row.path}”：{answer}"


def _kind(options: argparse.Namespace, _: DiskObjects, found: Known) -> tuple[Said, str]:
    row, said = _document(options, found)
    return {**said, "action": "kind", "kind": options.kind}, f"“{row.path}”：{options.kind}"


def _document(options: argparse.Namespace, found: Known) -> tuple[DocumentRow, Said]:
    """The document that a number of the list, or its check digits, name; narrowed to a page."""
    rows = _standing(found).documents
    wanted = options.document.strip().lower()
    if wanted.isdecimal() and len(wanted) < 6:
        mine = [rows[int(wanted) - 1]] if 0 < int(wanted) <= len(rows) else []
    else:
        mine = [r for r in rows if len(wanted) >= 6 and r.sha256.startswith(wanted)]
    if len({r.sha256 for r in mine}) != 1:
        raise Refused(
            f"没有第 {options.document} 件文件，请先用 decide --list {found.number} 查看。"
            f"/ No document {options.document}: see decide --list {found.number}."
        )
    row = mine[0]
    pages = row.page_range if len(mine) == 1 else None
    if options.page is not None:
        pages = (options.page, options.page)
    if options.page is not None and not any(_has_page(r, options.page) for r in mine):
        raise Refused(
            f"“{row.path}”没有第{options.page}页。/ It has no page {options.page}; pages are the file's own."
        )
    return row, {"sha256": row.sha256, "pages": list(pages) if pages else None}


def _has_page(row: DocumentRow, page: int) -> bool:
    first, last = row.page_range or (1, max(row.pages, 1))
    return first <= page <= last


def _sender(options: argparse.Namespace, objects: DiskObjects, found: Known) -> tuple[Said, str]:
    address = options.address.strip().lower()
    mails = mails_of(objects, found)
    known_ones = list(dict.fromkeys(m.sender for m in mails if m.sender))
    if address not in known_ones:
        raise Refused(
            f"{address} 没有在这一件中来过邮件；来过的有：{'、'.join(known_ones) or '无'}。"
            f"/ No mail of it came from {address}; senders: {', '.join(known_ones) or 'none'}."
        )
    own = [m.unverified for m in mails if m.sender == address == mails[0].sender]
    if not options.confirmed and own and len(set(own)) == 1:
        raise Refused(
            f"{address} 是本件的报送人，其来件都一样可信，不能否定；可用 hold 暂不发结果，或用 erase 删除。"
            f"/ {address} sent this itself, and its mails are all alike: hold it back, or erase it."
        )
    word = "来件人已确认 / sender confirmed" if options.confirmed else "来件人已否定 / sender denied"
    return {"action": "sender", "address": address, "confirmed": options.confirmed}, f"{word}: {address}"


def _release(options: argparse.Namespace, _: DiskObjects, found: Known) -> tuple[Said, str]:
    _standing(found)
    digest = str(found.state["verdict"])
    wanted = options.verdict.strip().lower()
    if not digest.startswith(wanted):
        raise Refused(
            f"核对结果已更新（现为 {digest[:8]}），请重新查看后再放行。"
            f"/ The verdict is {digest[:8]} by now: look again, then release it."
        )
    return {"action": "release", "verdict": digest}, f"放行核对结果 / released: {digest[:8]}"


def _hold(_: argparse.Namespace, __: DiskObjects, ___: Known) -> tuple[Said, str]:
    return {"action": "hold"}, "暂不发核对结果，直到放行 / outcomes are held back until released"


def _merge(options: argparse.Namespace, objects: DiskObjects, found: Known) -> tuple[Said, str]:
    other = there(objects, options.other)
    one, two = (_now(objects, k) for k in (found, other))
    if one.number == two.number:
        raise Refused("两个编号已是同一件。/ The two numbers are one submission already.")
    if any(one.state[k] != two.state[k] for k in ("call", "unit")):
        raise Refused(
            "不是同一征集、同一支撑单位，不能并件。/ Not of one call and unit: they cannot be merged."
        )
    return {"action": "merge", "other": other.number}, f"与 {other.number} 并件 / merged with {other.number}"


def _unmerge(_: argparse.Namespace, __: DiskObjects, found: Known) -> tuple[Said, str]:
    if not found.into:
        members = "、".join(found.state.get("members", ())) or "无"
        raise Refused(
            f"{found.number} 没有并入别件；请用被并入的编号：{members}。"
            f"/ It was not merged into another; name the merged one: {members}."
        )
    return {"action": "unmerge"}, f"从 {found.into} 分出 / taken out of {found.into}"


def _withdraw(options: argparse.Namespace, _: DiskObjects, found: Known) -> tuple[Said, str]:
    verdict = _standing(found)
    if options.none:
        return {"action": "withdraw", "project": None}, "没有项目撤回 / nothing is withdrawn"
    names = [p.name for p in verdict.projects]
    wanted = options.project.strip()
    at = int(wanted) - 1 if wanted.isdecimal() else names.index(wanted) if wanted in names else -1
    if not 0 <= at < len(names) or not names[at]:
        raise Refused(
            f"没有项目 {wanted}，请先用 decide --list {found.number} 查看。"
            f"/ No project {wanted}: see decide --list {found.number}."
        )
    return {"action": "withdraw", "project": names[at]}, f"撤回项目 / withdrawn: “{names[at]}”"


def _paper(options: argparse.Namespace, _: DiskObjects, __: Known) -> tuple[Said, str]:
    _past(options.received)
    said = {"action": "paper", "copies": options.copies, "disc": options.disc, "received": options.received}
    disc = "，光盘已收到 / with a disc" if options.disc else ""
    return said, f"纸质件{options.copies}份 / {options.copies} paper copies{disc}"


def _past(day: str | None) -> None:
    """Refused where a day is still to come (in the office's zone); what is no day is refused later."""
    try:
        to_come = day is not None and date.fromisoformat(day) > datetime.now(ZONE).date()
    except ValueError:
        return
    if to_come:
        raise Refused(f"收到日期“{day}”在将来。/ The day of receipt lies in the future.")


def _again(_: argparse.Namespace, __: DiskObjects, ___: Known) -> tuple[Said, str]:
    return {"action": "judge-again"}, "重新核对 / judged again"


def _note(_: argparse.Namespace, __: DiskObjects, ___: Known) -> tuple[Said, str]:
    return {"action": "note"}, "备注 / a note"


def _standing(found: Known) -> Any:
    """The verdict that holds; Refused where there is none, or it stands elsewhere."""
    if found.into:
        raise Refused(
            f"{found.number} 已并入 {found.into}，请对 {found.into} 处理。/ It is in {found.into}: name that one."
        )
    if found.verdict is None:
        raise Refused(f"{found.number} 还在读取，请稍后再试。/ It is still being read: try again later.")
    return found.verdict


def _now(objects: DiskObjects, found: Known) -> Known:
    """Where a submission's mails are now."""
    for _ in range(8):
        if not found.into:
            break
        found = there(objects, found.into)
    return found


_WHAT: dict[str, Callable[[argparse.Namespace, DiskObjects, Known], tuple[Said, str]]] = {
    "seal": _seal,
    "kind": _kind,
    "sender": _sender,
    "release": _release,
    "hold": _hold,
    "merge": _merge,
    "unmerge": _unmerge,
    "withdraw": _withdraw,
    "paper": _paper,
    "again": _again,
    "note": _note,
}
