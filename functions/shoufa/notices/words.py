"""The words of receipts and guidance in Chinese and English, and the choice between them (contracts §5)."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shoufa.domain.errors import UnreadableCode
from shoufa.domain.finding import Words
from shoufa.domain.mail import InboundMail
from shoufa.domain.receipt import ZONE

HAN = re.compile(r"[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Language(StrEnum):
    """The two languages that we write."""

    ZH = "zh"
    EN = "en"


def language_of(mail: InboundMail) -> Language:
    """English where the mail has words and none is Chinese; Chinese otherwise.

    Subject and body decide. Where the body says nothing, its files' names count too; a mail bare of words is
    Chinese.
    """
    words = f"{mail.subject}\n{mail.body}"
    if not _has_words(mail.body):
        words += "\n".join(part.name.rpartition(".")[0] for part in mail.parts if not part.parent)
    return Language.EN if _has_words(words) and not HAN.search(words) else Language.ZH


def _has_words(text: str) -> bool:
    return any(c.isalpha() for c in text)


def pick(words: Words, language: Language) -> str:
    """One of the two."""
    return words.zh if language is Language.ZH else words.en


def moment(at: datetime, language: Language) -> str:
    """A time in Asia/Shanghai: `2023年8月10日16:42` or `10 August 2023, 16:42`."""
    at = at.astimezone(ZONE)
    if language is Language.ZH:
        return f"{at.year}年{at.month}月{at.day}日{at:%H:%M}"
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}, {at:%H:%M}"


@dataclass(frozen=True)
class ReceiptWords:
    """The sentences of a receipt, with places for what was read."""

    subject: str
    hello: str
    received: str
    nothing: str
    links_only: str
    attached: str
    listed: str
    check: str
    members: str
    in_body: str
    small_pictures: str
    unopened_none: str
    unopened: str
    links_none: str
    links: str
    link: str
    days: str
    days_unknown: str
    unnamed: str
    links_policy: str
    notes: tuple[str, str]
    automatic: str
    not_you: str
    annex: str
    annex_of: str
    rest: str


ZH = ReceiptWords(
    subject="【收件回执】{numbers} {title}",
    hello="您好：",
    received="您的来邮已于{at}（北京时间，以我单位邮件服务器记录为准）收到，收件编号：{numbers}。",
    nothing="您的来邮中未发现附件。请将材料作为附件，直接回复本邮件发送。",
    links_only="您的来邮中未发现附件，文件系以链接方式发送。请将文件作为附件，直接回复本邮件发送；文件较大的，"
    "可分次发送。",
    attached="收到附件{count}个，共{size}：",
    listed="{name}（{size}{notes}）",
    check="，校验码{digits}",
    members="，内含文件{count}个，清单附后",
    in_body="，正文内图片",
    small_pictures="正文内另有小图片{count}个（共{size}），未计入附件。",
    unopened_none="未能打开的附件：无。",
    unopened="未能打开的附件（{count}个）：",
    links_none="以链接方式发送的附件：无。",
    links="以链接方式发送的附件（{count}个）：",
    link="{name}（{provider}，{days}）",
    days="链接一般保留{days}天",
    days_unknown="链接有效期不详",
    unnamed="未注明文件名",
    links_policy="系统不打开链接，上述文件尚未收到。请将文件作为附件，直接回复本邮件发送；文件较大的，可分次发送。",
    notes=(
        "本回执仅确认上述邮件及附件已经收到，不代表材料齐全、符合要求或通过审核。核对情况将另行告知。",
        "材料分次发送的，请直接回复本邮件，并保留主题中的收件编号。",
    ),
    automatic="本邮件由系统自动发送，回复由工作人员查看。",
    not_you="如非您发送，请告知我们。",
    annex="附：压缩包内文件清单",
    annex_of="附件{index} {name}（{count}个）：",
    rest="其余{count}个从略。",
)
EN = ReceiptWords(
    subject="[Receipt] {numbers} {title}",
    hello="Dear Sir or Madam,",
    received="Your mail was received on {at} (Beijing time, as recorded by our mail server). "
    "Receipt number: {numbers}.",
    nothing="No file was attached to your mail. Please send the material as attachments in reply to "
    "this mail.",
    links_only="No file was attached to your mail; files were sent as links. Please send the files as "
    "attachments in reply to this mail, large ones in several mails.",
    attached="Attachments received: {count}, {size} in total:",
    listed="{name} ({size}{notes})",
    check=", check digits {digits}",
    members=", holds {count} file(s), listed below",
    in_body=", picture in the body",
    small_pictures="Small pictures in the body, not counted as attachments: {count} ({size}).",
    unopened_none="Attachments that could not be opened: none.",
    unopened="Attachments that could not be opened ({count}):",
    links_none="Files sent as links: none.",
    links="Files sent as links ({count}):",
    link="{name} ({provider}, {days})",
    days="such links usually last {days} days",
    days_unknown="the life of the link is not known",
    unnamed="no file name given",
    links_policy="The system does not open links, so these files have not been received. Please send them as "
    "attachments in reply to this mail, large ones in several mails.",
    notes=(
        (
            "This receipt only confirms that the mail and the attachments above have arrived. It does not "
            "mean that nothing is missing, that requirements are met, or that any review has been passed. "
            "The result of the check will be sent separately."
        ),
        (
            "If you send material in several mails, please reply to this mail and keep the receipt number in "
            "the subject."
        ),
    ),
    automatic="This mail was sent automatically; replies are read by our staff.",
    not_you="If you did not send the mail, please let us know.",
    annex="Annex: files inside archives",
    annex_of="Attachment {index}, {name} ({count}):",
    rest="{count} more not shown.",
)
RECEIPT = {Language.ZH: ZH, Language.EN: EN}

REASONS = {
    UnreadableCode.ENCRYPTED: Words(
        zh="文件已加密或设有密码，请取消密码后重新发送",
        en="it is encrypted or has a password; please send it without one",
    ),
    UnreadableCode.UNREADABLE: Words(
        zh="文件已损坏或内容不完整，请核对后重新发送",
        en="it is damaged or cut short; please check it and send it again",
    ),
    UnreadableCode.UNSUPPORTED: Words(
        zh="文件格式暂不支持，请转换为Word、Excel、PDF或图片后重新发送",
        en="its type is not supported; please send it as Word, Excel, PDF or a picture",
    ),
    UnreadableCode.TOO_LARGE: Words(
        zh="超过系统限制（文件过大，或压缩包内文件过多、层数过多），请拆分后分次发送",
        en="it is over a limit (too large, or too many files or levels in it); please send it in pieces",
    ),
}
"""Why a file could not be opened, and what to do, for people."""
VOLUMES_LACK = Words(
    zh="分卷压缩包缺少第{numbers}卷，请将全部分卷在同一封邮件中重新发送，或改为单个压缩包、分别发送文件",
    en="volumes {numbers} of this divided archive are missing; please send all of them in one mail, "
    "or one archive, or separate files",
)
VOLUMES_BROKEN = Words(
    zh="分卷压缩包的分卷不全或有损坏，请将全部分卷在同一封邮件中重新发送，或改为单个压缩包、分别发送文件",
    en="volumes of this divided archive are missing or damaged; please send all of them in one mail, "
    "or one archive, or separate files",
)
BROKEN_OFF = Words(
    zh="压缩包不完整，其中部分文件未能取出，请重新压缩后发送，或分别发送文件",
    en="the archive is cut short and some of its files could not be taken out; please pack it again and "
    "send it, or send the files separately",
)

WRONG_CHANNEL = Words(
    zh="电子邮件不作为本项工作的报送渠道，请按通知要求报送。",
    en="E-mail is not a channel for submitting to this call; please submit as the notice asks.",
)
NO_CALL = Words(
    zh="您的来邮未能与正在征集的项目对应，已转工作人员查看。",
    en="Your mail could not be matched with an open call; our staff will look at it.",
)
THROUGH = Words(
    zh="本项目须由{who}推荐并报送，请与{whom}联系。",
    en="Projects of this call must be recommended and submitted by {who}; please contact {whom}.",
)
LATE = Words(
    zh="收到时间晚于通知规定时间，是否接收由我单位研究确定。",
    en="It was received later than the time set by the notice; whether it can be considered is for our "
    "office to decide.",
)
RECOMMENDERS = {
    "provincial-market-regulators": (
        Words(zh="省级市场监管部门", en="the provincial market regulation department"),
        Words(zh="所在地省级市场监管部门", en="that of your province"),
    )
}
"""By the call's group of recommenders: who recommends, and whom an applicant turns to."""
ANY_RECOMMENDER = (
    Words(zh="通知规定的推荐单位", en="a recommending body named in the notice"),
    Words(zh="推荐单位", en="that body"),
)
