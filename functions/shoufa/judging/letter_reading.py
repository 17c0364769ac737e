"""Reading an official letter (公文).

Number, title, signature, date, contact and stated counts (GB/T 9704-2012).
"""

import re
from collections.abc import Iterable

from shoufa.domain import dates
from shoufa.domain.call import Call
from shoufa.domain.facts import Page
from shoufa.judging.document import LetterReading
from shoufa.judging.letter_counts import counts
from shoufa.judging.names import is_organisation, plain
from shoufa.judging.starts import DATE_LINE, NUMBER, is_number_line, letter_title

_DATED = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日$")
_CONTACT = re.compile(r"联\s*系\s*人\s*[:：]\s*([\u4e00-\u9fa5·]{2,6})")
_ADDRESSED = re.compile(r"[:：]$|^\s*(?:根据|按照|现将|现推荐)")
_HEAD_NOTE = re.compile(r"签发人|编号|密级|紧急程度|联系人|发文")
_STAMP = re.compile(r"\s*[（(]\s*(?:加?盖?公?章|印章?|签章|公章)\s*[）)]\s*$")
_SAYS = re.compile(
    r"[:：；;？！《》]|现将|报送|上报|推荐|申报|根据|按照|请|^\s*[（(]?[\d一二三四五六七八九十]{1,2}\s*[.．、)）]|附件|抄送"
)
HEAD = 14
"""Lines above a letter's text at most: red head, number, title over several lines, addressee."""
MIN_BODY, MAX_BODY = 4, 30
"""Characters of a body's name."""
WITHDRAWAL = re.compile(r"撤回|撤销申报|不再推荐|取消推荐|退出申报")


def read_letter(pages: tuple[Page, ...], call: Call) -> LetterReading:
    """What an official letter says."""
    text = "\n".join(p.text for p in pages)
    flat = re.sub(r"\s+", "", text)
    title = next((t for t in (letter_title(p) for p in pages[:2]) if t), "")
    contact = _CONTACT.search(text)
    return LetterReading(
        number=_number(text, call),
        date=_date(text),
        title=title,
        issuers=tuple(_issuers(text)),
        contact=contact.group(1) if contact else "",
        counts=counts(flat, call),
        withdraws=bool(WITHDRAWAL.search(flat)),
    )


def _number(text: str, call: Call) -> str:
    """The letter's own number: in its head, above the body it is addressed to (GB/T 9704-2012 7.2.5, 7.3.2).

    A number quoted there, such as the notice's, is another letter's.
    """
    for line in [x.strip() for x in text.splitlines() if x.strip()][:HEAD]:
        found = NUMBER.search(line)
        if found and is_number_line(line) and not _cited(found.group(0), call):
            return re.sub(r"\s+", "", found.group(0))
        if _ADDRESSED.search(line) and not _HEAD_NOTE.search(line):
            break
    return ""


def _cited(number: str, call: Call) -> bool:
    """Whether a number is the notice's own."""
    notice = plain(call.notice.number or "")
    return bool(notice) and plain(number).endswith(notice)


def _date(text: str) -> str:
    for line in reversed(text.splitlines()):
        if DATE_LINE.match(line):
            found = dates.parse_date(line.strip())
            if found:
                return found.isoformat()
    return ""


def _issuers(text: str) -> Iterable[str]:
    """The bodies that sign: above (or on) the date line, else those of the red head (…文件)."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for at in range(len(lines) - 1, 0, -1):
        if DATE_LINE.match(lines[at]) or _DATED.search(lines[at]):
            near = [*lines[max(0, at - 3) : at], _DATED.sub("", lines[at])]
            signed = [n for line in near for n in _bodies(line)]
            if signed:
                yield from signed
                return
    yield from (n for line in lines[:3] for n in _bodies(re.sub(r"文件$", "", line)))


def _bodies(line: str) -> list[str]:
    """The bodies on a line where nothing but bodies stands; a sentence or an entry of a list has none."""
    line = _STAMP.sub("", line.rpartition("。")[2].strip())
    if _SAYS.search(line):
        return []
    parts = [p for p in re.split(r"[\s\u3000、，,]+", line) if p]
    return parts if all(_is_body(p) for p in parts) else []


def _is_body(text: str) -> bool:
    """Whether a text is a body's name; a second name in brackets belongs to a body too."""
    before = re.split(r"[（(]", text, maxsplit=1)[0]
    return MIN_BODY <= len(plain(text)) <= MAX_BODY and is_organisation(text) and is_organisation(before)
