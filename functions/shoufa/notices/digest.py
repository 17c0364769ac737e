"""The office's daily mail: what stands where, what waits for a person, that no mail is lost, the checkpoint.

Only to a unit's own mailbox or the clerk's; names stand in the attached register alone.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from shoufa.domain.codes import Status, Template
from shoufa.domain.finding import Words
from shoufa.domain.receipt import ZONE
from shoufa.domain.value import Value
from shoufa.notices.compose import Attachment, Outgoing, Thread, outgoing
from shoufa.notices.conservation import Conservation
from shoufa.notices.headers import address
from shoufa.notices.html import Block, footer, heading, items, table, text
from shoufa.notices.plain import shown
from shoufa.notices.register import COLUMNS, TITLE
from shoufa.notices.spreadsheet import XLSX, to_xlsx
from shoufa.notices.words import Language

SHOWN = 20
"""How many ids of one kind a mail lists."""
WHY = {
    "unfiled": Words(zh="尚未收文", en="not filed"),
    "reading": Words(zh="尚未读完或核对", en="not read or judged to the end"),
    "receipt": Words(zh="回执未发出", en="its receipt was not sent"),
    "outcome": Words(zh="核对结果未发出", en="its outcome was not sent"),
    "damaged": Words(
        zh="存储的对象已损坏，请从备份恢复", en="the stored object is damaged: restore it from a backup"
    ),
}
"""Codes of what stalls (steps/stalled_work.py), in words."""
UNFIT_WHY = {
    "file-name": Words(
        zh="文件名只能用字母、数字和-_.，此名下读不到内容",
        en="its file name may hold letters, digits and -_. only: nothing can be read under it",
    ),
    "no-decision": Words(zh="不是一项处理决定", en="it is no decision"),
    "no-submission": Words(zh="没有这个收件编号", en="there is no such receipt number"),
    "no-mail": Words(
        zh="所指来邮不在，或既未被隔离、也未被归为自动邮件",
        en="the mail it names is not there, or was neither quarantined nor taken for automatic",
    ),
}
"""Codes of decisions that cannot be taken (steps/unfit.py), in words."""
ORDER = (Status.COMPLETE, Status.REVIEW, Status.INCOMPLETE, Status.READING)


class UnitDay(Value):
    """One unit's submissions of one call: how many of each status, and what of them waits for a person."""

    call: str
    unit: str
    deadline: str = ""
    days_left: int | None = None
    statuses: dict[Status, int] = {}
    moved: int = 0
    """Submissions in which something happened since the last digest."""
    unverified: int = 0
    unanswered: int = 0
    """Judged, and nothing was told to the sender: a person has to release or answer."""


class Day(Value):
    """All that a digest tells."""

    day: date
    units: tuple[UnitDay, ...]
    conservation: Conservation | None
    """None where not all mail was looked at yet: nothing is claimed then."""
    counted: datetime | None = None
    """All mail that came in up to then was counted."""
    checkpoint: str = ""
    waiting: dict[str, int] = {}
    """House-wide: `unmatched`, `quarantined` and `automatic` mails (with papers) that nobody decided on."""
    stalled: dict[str, str] = {}
    """Object or submission to codes of what stalls."""
    over_time: tuple[str, ...] = ()
    unfit: dict[str, str] = {}
    """Objects of decisions that cannot be taken, to the code of why."""


def compose_digest(day: Day, to: str, box: str, rows: Sequence[Mapping[str, object]]) -> Outgoing:
    """The mail of one day to one mailbox (`box`: its id in notice ids), the register attached.

    Raises Unaddressable.
    """
    made = outgoing(
        Template.DIGEST,
        f"digest-{day.day}-{box}",
        f"【每日收件】{day.day:%Y-%m-%d} {_subject(day)}",
        (*_units(day), *_person(day), *_proof(day), _foot()),
        Language.ZH,
        Thread(to=address(to)),
    )
    book = to_xlsx(COLUMNS, rows, TITLE)
    file = Attachment(name=f"register-{day.day}.xlsx", media_type=XLSX, data=book)
    return made.model_copy(update={"attachments": (file,) if rows else ()})


def _subject(day: Day) -> str:
    total = sum(sum(u.statuses.values()) for u in day.units)
    moved = sum(u.moved for u in day.units)
    return f"报送{total}件，有变化{moved}件"


def _units(day: Day) -> list[Block]:
    head = ("征集项目", "支撑单位", "截止", "未发现缺项", "待人工核对", "有缺项", "读取中", "有变化")
    rows = tuple(
        (
            shown(u.call),
            shown(u.unit),
            _left(u),
            *(str(u.statuses.get(s, 0)) for s in ORDER),
            str(u.moved),
        )
        for u in day.units
    )
    said = (
        f"截至{day.day:%Y-%m-%d}的收件情况；登记表见附件。 / Submissions by status; the register is attached."
    )
    return [text(said), table(head, rows)]


def _left(unit: UnitDay) -> str:
    """`2023年8月15日前（还有3天）`."""
    if unit.days_left is None:
        return unit.deadline or "—"
    left = f"还有{unit.days_left}天" if unit.days_left >= 0 else "已截止"
    return f"{shown(unit.deadline)}（{left}）"


def _person(day: Day) -> list[Block]:
    """What waits for a person; nothing where nothing does."""
    counts = (
        (sum(u.statuses.get(Status.REVIEW, 0) for u in day.units), "件报送有待核事项", "have open questions"),
        (sum(u.unverified for u in day.units), "件发件人身份未通过验证", "come from an unverified sender"),
        (
            sum(u.unanswered for u in day.units),
            "件核对结果未自动告知，待放行或答复",
            "were judged, nobody was told",
        ),
        (day.waiting.get("unmatched", 0), "封咨询或其他来邮待查看", "mails belong to no call"),
        (day.waiting.get("quarantined", 0), "封来邮被隔离，待处理", "mails are quarantined"),
        (day.waiting.get("automatic", 0), "封自动来邮带有材料，待查看", "mails of machines bring papers"),
        (len(day.stalled), "项处理受阻，正自动重试", "stall and are driven again"),
        (len(day.over_time), "项已超过保存期限", "are past their retention"),
        (len(day.unfit), "项人工决定无法采用", "decisions cannot be taken"),
    )
    lines = [f"{n}{zh} / {n} {en}" for n, zh, en in counts if n]
    blocks = [heading("待人工处理 / Waiting for a person"), items(tuple(lines))] if lines else []
    unfit = [f"{shown(key)}：{UNFIT_WHY[why].zh} / {UNFIT_WHY[why].en}" for key, why in day.unfit.items()]
    stalled = _listed("处理受阻 / Stalled", _stalled(day))
    return [*blocks, *stalled, *_listed(_OVER, list(day.over_time)), *_listed(_UNFIT, unfit)]


_OVER = "已超过保存期限（shoufa erase 可列出并删除）/ Past retention (shoufa erase lists and removes)"


_UNFIT = (
    "无法采用的人工决定，请重新作出并删去原文件（shoufa stalled 有详情）"
    " / Decisions that cannot be taken: decide anew, remove the file (shoufa stalled says more)"
)


def _stalled(day: Day) -> list[str]:
    lines = []
    for name, codes in day.stalled.items():
        said = [WHY[c] for c in codes.split(",") if c in WHY]
        words = "，".join(w.zh for w in said) + " / " + ", ".join(w.en for w in said)
        lines.append(f"{shown(name)}：{words}")
    return lines


def _listed(title: str, lines: list[str]) -> list[Block]:
    if not lines:
        return []
    more = [f"其余{len(lines) - SHOWN}项从略 / {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return [heading(title), items((*lines[:SHOWN], *more))]


def _proof(day: Day) -> list[Block]:
    """The conservation line, and the checkpoint as `shoufa ledger verify --checkpoint` takes it."""
    blocks = [heading("收文去向 / Conservation"), text(*_conservation(day))]
    if day.checkpoint:
        said = "请留存本邮件；台账可凭此核验：/ Keep this mail: it proves the ledger."
        blocks += [
            heading("台账校验点 / Checkpoint"),
            text(said, f"shoufa ledger verify DIR --checkpoint {day.checkpoint}"),
        ]
    return blocks


def _conservation(day: Day) -> tuple[str, ...]:
    if day.conservation is None:
        return ("全部来邮尚未清点完毕，今日不列数字。", "Not all mail was looked at yet: no figures today.")
    line = day.conservation.line()
    if day.counted is None:
        return line.zh, line.en
    at = f"{day.counted.astimezone(ZONE):%Y-%m-%d %H:%M}"
    return f"{line.zh}（统计截至{at}收到的来邮）", f"{line.en} (of all that came in up to {at})"


def _foot() -> Block:
    return footer("本邮件由系统每日自动生成；机器识别结果仅供参考，以人工核对结果为准。")
