"""A web page with its pictures in one file (MHTML, RFC 2557): Word's and Excel's 单个文件网页, often called .doc.

A browser's saved page is the same. Only what stands in the file is read.
"""

import email
from email.message import Message
from email.policy import compat32

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.readers import text
from shoufa.readers.word import WordText

MAX_PARTS = 500
MAX_SHEETS = 50


def read_web_archive(data: bytes) -> WordText:
    """Read it. Raises Unreadable("unreadable") where it holds no page."""
    try:
        message = email.message_from_bytes(data.lstrip(), policy=compat32)
        parts = [part for part in message.walk() if not part.is_multipart()]
    except RecursionError as err:
        raise Unreadable(UnreadableCode.UNREADABLE, "parts nested past any page") from err
    found = WordText()
    texts = []
    for part in [p for p in parts[:MAX_PARTS] if p.get_content_type() == "text/html"][:MAX_SHEETS]:
        said, tables, active = text.read_html(_payload(part), str(part.get_content_charset() or ""))
        texts.append(said)
        found.tables += tables
        found.active += active
    if not texts:
        raise Unreadable(UnreadableCode.UNREADABLE, "a web archive without a page")
    found.text = "\n".join(t for t in texts if t)
    found.active = list(dict.fromkeys(found.active + _macros(parts)))
    found.pictures = [_payload(p) for p in parts[:MAX_PARTS] if p.get_content_maintype() == "image"]
    found.picture_count = len(found.pictures)
    return found


def _macros(parts: list[Message]) -> list[str]:
    """`macro` where Office stored its objects and macros beside the page (editdata.mso)."""
    names = (str(p.get("Content-Location", "")).lower() for p in parts)
    held = any(p.get_content_type() == "application/x-mso" for p in parts)
    return ["macro"] if held or any(n.endswith(".mso") for n in names) else []


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
