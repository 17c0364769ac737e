"""The digest to a unit's mailbox: what was not sent one by one, and what did not arrive."""

from collections.abc import Sequence

from shoufa.domain.call import Call, Unit
from shoufa.domain.codes import Status, Template
from shoufa.domain.value import Value
from shoufa.notices.compose import Outgoing, Thread, outgoing
from shoufa.notices.headers import Unaddressable, address
from shoufa.notices.html import Block, footer, heading, items, text
from shoufa.notices.plain import clipped, shown
from shoufa.notices.unit_notice import STATUS
from shoufa.notices.words import Language

ROWS = 200
TITLES = {
    "collapsed": "收件通知（本小时较多，合并列出）",
    "bounced": "发出的邮件被退回，请另行联系报送单位",
    "unsure": "发出与否不明的邮件（连续两次发信中断，系统不再重发），请联系对方确认",
    "capped": "未发出的邮件（同一地址当日自动发信已满5封或内容重复），请人工处理",
    "delayed": "推迟发出的邮件（全办公室本小时发信已达上限），系统随后自动发出，无需处理",
}
"""Sections by what happened, in the order of telling."""
KINDS = {
    Template.RECEIPT: "收件回执",
    Template.OUTCOME: "材料核对情况",
    Template.GUIDANCE: "报送方式说明",
    Template.NOTICE: "收件通知",
    Template.DIGEST: "收件汇总",
    Template.REMINDER: "提醒",
}


class Told(Value):
    """One line of a digest: what happened (a key of TITLES), to which kind of mail, of which submission.

    `number`: the receipt number, "" for a mail of no submission. `code`: the status of a mail that came back
    (RFC 3463).
    """

    what: str
    template: Template
    number: str = ""
    status: Status | None = None
    who: str = ""
    code: str = ""


def compose_unit_digest(call: Call, unit: Unit, hour: str, told: Sequence[Told]) -> Outgoing:
    """The digest of one hour (`2023-08-10T08`, UTC); raises Unaddressable if the unit has no mailbox."""
    if not unit.mailbox:
        raise Unaddressable("the unit has no mailbox")
    sections = [b for what in TITLES for b in _section(what, [t for t in told if t.what == what])]
    return outgoing(
        Template.DIGEST,
        f"hourly-{call.id}-{unit.id}-{hour}",
        f"【收件汇总】{shown(call.title)}：{len(told)}项",
        (text(f"征集项目：{shown(call.title)}"), *sections, _foot(unit)),
        Language.ZH,
        Thread(to=address(unit.mailbox)),
    )


def _section(what: str, told: Sequence[Told]) -> list[Block]:
    if not told:
        return []
    rest = [text(f"其余{len(told) - ROWS}项从略。")] if len(told) > ROWS else []
    return [
        heading(f"{TITLES[what]}（{len(told)}项）"),
        items(tuple(_line(t) for t in told[:ROWS])),
        *rest,
    ]


def _line(told: Told) -> str:
    """`230810-7KQ3XF-4 某省市场监督管理局：有缺项`, with the kind of mail where that is not the notice."""
    name = told.number or "（未立收件编号的来邮）"
    who = f" {clipped(told.who, 60)}" if told.who else ""
    kind = "" if told.what == "collapsed" else f"，{KINDS[told.template]}"
    code = f"，退信代码{clipped(told.code, 20)}" if told.code else ""
    status = f"：{STATUS[told.status][0]}" if told.status else ""
    return f"{name}{who}{status}{kind}{code}"


def _foot(unit: Unit) -> Block:
    return footer("本汇总由系统自动生成，逐件情况见收发室台账。", unit.name)
