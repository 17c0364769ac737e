"""A word to the office that a mail with attachments was quarantined: nothing of what it says."""

from datetime import datetime
from typing import NamedTuple

from shoufa.domain.codes import Template
from shoufa.domain.finding import Words
from shoufa.notices.compose import Outgoing, Thread, outgoing
from shoufa.notices.headers import address
from shoufa.notices.html import footer, text
from shoufa.notices.plain import shown
from shoufa.notices.sizes import size_text
from shoufa.notices.words import Language, moment

REASONS = {
    "verdict": Words(zh="安全检查判为病毒或垃圾邮件", en="taken for a virus or spam by the mail check"),
    "too-large": Words(
        zh="邮件超过上限，未作处理；请在原邮箱中查看，附件可用 shoufa add 补入",
        en="over a limit and not taken: look at it in the mailbox itself; shoufa add brings its files in",
    ),
    "unfetched": Words(
        zh="邮箱服务器多次未给出此邮件；请在原邮箱中查看，附件可用 shoufa add 补入",
        en="the server did not give it: look at it in the mailbox itself; shoufa add brings its files in",
    ),
}
MACHINE = Words(zh="判为自动发出的邮件", en="taken for a machine's mail")
TOLD = (
    "有一封带附件的来邮被隔离，未回复发件人。",
    "A mail with attachments was quarantined; its sender was not answered.",
)
TOLD_MACHINE = (
    "有一封带附件的来邮判为自动发出（如邮箱转发规则、系统代发），未立件，未回复发件人。",
    "A mail with attachments was taken for a machine's (a forwarding rule?): not filed, not answered.",
)
KEPT_OUT = frozenset({"too-large", "unfetched"})
"""Reasons that stay when a mail is released."""
UNOPENED = Words(zh="邮件无法打开", en="it cannot be opened")


class Came(NamedTuple):
    """How a mail came in: when (None if unknown), and whether it was taken for a machine's."""

    received_at: datetime | None = None
    machine: bool = False


_UNKNOWN = Came()


def compose_quarantine_notice(
    digest: str, key: str, reason: str, domain: str, size: int, to: str, came: Came = _UNKNOWN
) -> Outgoing:
    """The notice of one quarantined mail; `domain` is masked here. Raises Unaddressable.

    A machine's mail is not quarantined, it brings papers. Of mail that is to be looked for in its mailbox the
    time is told.
    """
    why = REASONS.get(reason, MACHINE if came.machine else UNOPENED)
    lines = (
        f"原因：{why.zh}（{shown(reason)}）",
        f"Reason: {why.en}",
        f"发件域名：{masked(domain)}　大小：{size_text(size)}",
        *(_when(came.received_at) if reason in KEPT_OUT and came.received_at else ()),
        f"对象编号 / object: {shown(key)}",
    )
    told = TOLD_MACHINE if came.machine else TOLD
    release = (
        "确认无误后可放行，系统将按新到来邮办理：",
        "If it is harmless, release it and it is filed as new:",
        f"shoufa decide release --object {shown(key)} --data 数据文件夹 --who 经办人代号",
        "(--data: the data folder; --who: your short id)",
    )
    how = () if reason in KEPT_OUT else (text(*release),)
    return outgoing(
        Template.NOTICE,
        f"quarantine-{digest[:32]}",
        f"【隔离提醒】来邮{digest[:8]}{'为自动邮件但带有材料' if came.machine else '被隔离'}，请人工处理",
        (text(*told), text(*lines), *how, footer("请勿在未经查毒的计算机上打开原件。")),
        Language.ZH,
        Thread(to=address(to)),
    )


def _when(received_at: datetime) -> tuple[str, ...]:
    """When it came into its mailbox: by this it is found there."""
    zh, en = (moment(received_at, language) for language in (Language.ZH, Language.EN))
    return (
        f"邮箱收到时间：{zh}（服务器未说明的，为首次见到的时间）",
        f"Came into the mailbox: {en} (Beijing time; when first seen, if its server does not say)",
    )


def masked(domain: str) -> str:
    """`h***.example` for `mail.hubei.example`: enough to recognise, too little to write to."""
    labels = [label for label in domain.split(".") if label]
    if len(labels) < 2:
        return "—"
    return f"{shown(labels[-2][:1])}***.{shown(labels[-1])}"
