"""A mail that came back: what it shows of the mail that we sent, whoever wrote the bounce and however.

Reports in standard form (RFC 3464) hold the returned headers as a part of their own; Chinese vendors' 退信
attach them as a text or a file, or quote them, or only the subject, in what they write themselves.
"""

import re
from collections.abc import Iterator

from shoufa.domain.errors import Unreadable
from shoufa.domain.mail import Returned
from shoufa.domain.receipt import numbers_in
from shoufa.readers.mail_body import html_text
from shoufa.readers.mail_charset import decode, header_text, words
from shoufa.readers.mail_mime import Entity, Tree

MAX_BYTES = 300_000
"""Of one text or returned message that are looked through."""
MAX_ENTITIES = 50
MAX_IDS = 40
_SENDER = re.compile(rb"mailer[-_.]?daemon|mail-daemon|postmaster", re.IGNORECASE)
_SUBJECT = re.compile(
    r"退[信件回]|投递|递送|送达|未送|无法发送|发送(?:失败|错误)|undeliver|returned|deliver|failure|rejected|bounce",
    re.IGNORECASE,
)
_NOTICE = re.compile(r"^[>\s]*X-Shoufa-Notice[:：][ \t]*([!-~]{1,200})", re.IGNORECASE | re.MULTILINE)
_ID = re.compile(r"<([0-9A-Za-z][^\s<>\"]{4,200}@[^\s<>\"]{2,200})>")
_STATUS = re.compile(r"^[ \t]*Status[:：][ \t]*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
_ACTION = re.compile(r"^[ \t]*Action[:：][ \t]*([a-z]{1,20})", re.IGNORECASE | re.MULTILINE)
_ENHANCED = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.-])([45]\d\d)(?![\d.])")
_WORD = r"=\?[^\s?]{1,40}\?[bq]\?[^\s?]{0,400}\?="
_ENCODED = re.compile(rf"{_WORD}(?:\s+{_WORD})*", re.IGNORECASE)
_TEXTS = ("text/", "message/", "application/octet-stream")


def may_be_bounce(top: Entity, report: str) -> bool:
    """Whether a mail is worth looking through: it is a report, or its sender or subject speaks of one."""
    return (
        bool(report)
        or bool(top.first("x-failed-recipients"))
        or bool(_SENDER.search(top.first("from")))
        or bool(_SUBJECT.search(words(header_text(top.first("subject")))))
    )


def returned(top: Entity) -> Returned:
    """All that the mail's texts and returned messages show of ours."""
    said = "\n".join(_texts(top))[: 4 * MAX_BYTES]
    plain = said + "\n" + "\n".join(words(e) for e in _ENCODED.findall(said)[:200])
    notice = _NOTICE.search(said)
    return Returned(
        ids=tuple(dict.fromkeys(f"<{i}>" for i in _ID.findall(said)))[:MAX_IDS],
        notice=notice[1] if notice else "",
        numbers=tuple(numbers_in(f"{words(header_text(top.first('subject')))}\n{plain}"))[:MAX_IDS],
        status=_status(said),
        action=_first(_ACTION, said).lower(),
    )


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""


def _status(text: str) -> str:
    """The report's own code, else the first one that its text names (RFC 3463, RFC 5321 §4.2)."""
    return _first(_STATUS, text) or _first(_ENHANCED, text) or _first(_REPLY, text)


def _texts(top: Entity) -> Iterator[str]:
    """The texts of all entities that may quote ours; messages inside are texts of headers and body."""
    waiting, seen = [top], 0
    while waiting and seen < MAX_ENTITIES:
        entity = waiting.pop(0)
        seen += 1
        if entity.children:
            waiting = [*entity.children, *waiting]
        elif entity.type.startswith(_TEXTS):
            data = entity.body()[:MAX_BYTES]
            text = decode(data, entity.params.get("charset", ""))
            yield html_text(text)[0] if entity.type == "text/html" else text
            waiting = [*_inside(data), *waiting]


def _inside(data: bytes) -> list[Entity]:
    """The parts of a returned message, whose own texts may be encoded."""
    if b"\n" not in data or b":" not in data.partition(b"\n")[0]:
        return []
    try:
        return list(Tree(MAX_ENTITIES).parse(data).children)
    except Unreadable:
        return []
