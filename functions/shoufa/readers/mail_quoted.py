"""Heads of messages quoted in a body: who sent the original, when, under which subject.

Read are blocks of labelled lines, as Foxmail, QQ, Coremail, Outlook and Apple Mail write them, behind a
rule or not: 发件人 / 发送时间 / 主题, From / Sent / Subject.
"""

import re
from datetime import datetime

from shoufa.domain.mail import Address, Forwarded
from shoufa.readers import mail_headers
from shoufa.readers.mail_headers import SHANGHAI

_LABELS = {
    "from": r"发件人|寄件者|寄件人|From",
    "date": r"发送时间|发送日期|发件时间|日期|时间|傳送時間|寄件日期|Sent|Date",
    "subject": r"主题|主題|主旨|标题|Subject",
    "other": r"收件人|收件者|抄送|密送|副本|附件|To|Cc|Bcc|Attachments?|Importance|Reply-To|重要性",
}
_LINE = re.compile(
    r"^[>\s|*]*(?:"
    + "|".join(f"(?P<{k}>{v})" for k, v in _LABELS.items())
    + r")\*{0,2}\s*[:：]\**[ \t]*(?P<value>.*)$",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+-]{1,80}@[\w-]+(?:\.[\w-]+)+")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ENGLISH = re.compile(
    r"(?:(\d{1,2})\s+([A-Za-z]{3})[a-z]*\.?|([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2})),?\s+(\d{4})(?:\s+at|,)?\s+"
    r"(\d{1,2}):(\d{2})(?::\d{2})?\s*([AP]M)?",
    re.IGNORECASE,
)
MAX_HEADS = 20


def quoted_heads(body: str) -> list[Forwarded]:
    """The quoted heads of a body in order; a block counts with a sender and a date or a subject."""
    found: list[Forwarded] = []
    block: dict[str, str] = {}
    last = ""
    for line in [*body.split("\n"), ""]:
        label = _LINE.match(line[:1000])
        kind = label.lastgroup if label else None
        if label and kind:
            if label["from"] and block:
                found += _head(block)
                block = {}
            last = next(k for k in _LABELS if label[k])
            block.setdefault(last, label["value"].strip())
        elif line.strip() and last and not block.get(last):
            block[last] = line.strip()  # the value stands on the next line, as after a table's cell
        elif line.strip():
            found += _head(block)
            block, last = {}, ""
    return [*found, *_head(block)][:MAX_HEADS]


def _head(block: dict[str, str]) -> list[Forwarded]:
    """The head that a block of labelled lines makes, if it makes one."""
    if "from" not in block or not (block.get("date") or block.get("subject")):
        return []
    date = _moment(block.get("date", ""))
    subject = mail_headers.printable(block.get("subject", "")).rstrip(";")[:500]
    return [Forwarded(sender=_sender(block["from"]), date=date, subject=subject)]


def _sender(text: str) -> Address:
    """Name and address of a quoted sender: 张三 <a@b>, "张三" [mailto:a@b], a@b."""
    email = _EMAIL.search(text)
    name = (text[: email.start()] if email else text).strip()
    name = re.sub(r"(?:\[?mailto:|<|\[|\(|（|代表.*$)+\s*$", "", name).strip(" \"'“”;；<")
    return Address(name=mail_headers.printable(name)[:200], email=email[0].lower() if email else "")


def _moment(text: str) -> datetime | None:
    """A quoted date, Chinese or English; without a zone China's time is meant."""
    written = mail_headers.written_moment(text)
    if written or not text:
        return written
    found = _ENGLISH.search(text)
    if not found:
        return mail_headers.moment(text)
    day, month, month_first, day_second, year, hour, minute, half = found.groups()
    name = (month or month_first).lower()
    hours = int(hour) % 12 + 12 * (half.lower() == "pm") if half else int(hour)
    try:
        return datetime(
            int(year), _MONTHS.index(name) + 1, int(day or day_second), hours, int(minute), tzinfo=SHANGHAI
        )
    except ValueError:
        return None
