"""Raw mail bytes to an `InboundMail` and the bytes of its parts, whatever its mailer got wrong.

The tree of entities is split by `mail_mime`, names and charsets are cured by `mail_headers` and
`mail_charset`, attachments are taken out by `mail_parts`.
"""

import hashlib
import re
from datetime import datetime

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.mail import InboundMail, Part
from shoufa.readers import mail_headers
from shoufa.readers.limits import Limits
from shoufa.readers.mail_body import is_automatic
from shoufa.readers.mail_charset import header_text, words
from shoufa.readers.mail_enclosed import saved_texts
from shoufa.readers.mail_links import cloud_links
from shoufa.readers.mail_mime import Entity, Tree
from shoufa.readers.mail_msg import read_msg
from shoufa.readers.mail_parts import Collector, Level, sender, subject
from shoufa.readers.mail_quoted import quoted_heads

_KEPT = re.compile(
    r"(?:received|return-path|auto-submitted|precedence|list-[\w-]+|x-auto-response-suppress|x-autoreply"
    r"|x-autorespond"
    r"|x-auto-reply|x-qq-auto-reply|x-qq-holidayreply|x-qq-auto-fwd|x-loop|x-shoufa-notice"
    r"|authentication-results"
    r"|received-spf|x-ses-spam-verdict|x-ses-virus-verdict|x-virus-[\w-]+|x-spam-flag|x-failed-recipients"
    r"|disposition-notification-to|content-language)"
)
MAX_VALUES = 50
MAX_TEXT = 4_000
MAX_BODY = 1_000_000
_FOR = re.compile(r"\bfor\s+<?([^\s<>;()]+@[^\s<>;()]+?)>?(?=[\s;(]|$)", re.IGNORECASE)


def read_mail(raw: bytes, limits: Limits | None = None) -> tuple[InboundMail, dict[str, bytes]]:
    """The mail and its parts' bytes by sha256.

    `body` holds the text of messages inside after the mail's own. Raises Unreadable: "unreadable" for what
    is no mail, "too-large" over the limits of bytes or parts.
    """
    limits = limits or Limits()
    if len(raw) > limits.mail_bytes:
        raise Unreadable(UnreadableCode.TOO_LARGE, f"{len(raw)} bytes")
    tree = Tree(limits.mail_parts)
    top = tree.parse(raw)
    collector = Collector(limits, tree)
    body = collector.message(top, Level())[:MAX_BODY]
    blobs = {p.sha256: collector.blobs[p.sha256] for p in collector.parts}
    return _mail(top, collector, body), blobs


def read_enclosed(
    data: bytes, container: str, path: str = "", limits: Limits | None = None
) -> tuple[str, list[Part], dict[str, bytes]]:
    """Text, parts and bytes of a message that lies in an archive ("eml", or "msg" as Outlook saves it).

    Paths of parts begin with `path`, that of the message. Raises Unreadable as `read_mail` does.
    """
    limits = limits or Limits()
    tree = Tree(limits.mail_parts)
    collector = Collector(limits, tree)
    level = Level(f"{path}/", hashlib.sha256(data).hexdigest(), 1)
    if container == "msg":
        texts = saved_texts(collector, read_msg(data, limits.mail_depth - 1), data, level)
    else:
        texts = [collector.message(tree.parse(data), level)]
    text = "\n\n".join(t for t in texts if t.strip())[:MAX_BODY]
    return text, collector.parts, {p.sha256: collector.blobs[p.sha256] for p in collector.parts}


def _mail(top: Entity, collector: Collector, body: str) -> InboundMail:
    """The model from header fields and what was collected."""
    date, received = mail_headers.moment(header_text(top.first("date"))), received_at(top)
    return InboundMail(
        message_id=next(iter(mail_headers.message_ids(top.every("message-id")[:1])), ""),
        subject=subject(top),
        sender=sender(top),
        reply_to=mail_headers.addresses(top.every("reply-to")),
        to=mail_headers.addresses(top.every("to")),
        cc=mail_headers.addresses(top.every("cc")),
        delivered_to=delivered_to(top),
        date=date,
        received_at=received,
        in_reply_to=mail_headers.message_ids(top.every("in-reply-to")),
        references=mail_headers.message_ids(top.every("references")),
        headers=kept_headers(top),
        content_type=top.type,
        body=body,
        links=cloud_links(body, collector.anchors, date or received),
        forwarded=(*collector.forwarded, *quoted_heads(body)),
        parts=tuple(collector.parts),
        report=collector.report,
        auto_body=not collector.parts and is_automatic(body),
        defects=tuple(collector.tree.defects),
    )


def received_at(top: Entity) -> datetime | None:
    """The date behind the last semicolon of the topmost Received (RFC 5321 §4.4).

    Null if it cannot be read.
    """
    return mail_headers.moment(header_text(top.first("received")).rpartition(";")[2])


def delivered_to(top: Entity) -> tuple[str, ...]:
    """Mailboxes it was delivered to: Delivered-To, X-Original-To, last the `for` of the topmost Received."""
    named = mail_headers.addresses(top.every("delivered-to")) + mail_headers.addresses(
        top.every("x-original-to")
    )
    stamped = _FOR.search(header_text(top.first("received")[:MAX_TEXT]))
    found = [a.email for a in named] + ([stamped[1].lower()] if stamped else [])
    return tuple(dict.fromkeys(found))


def kept_headers(top: Entity) -> dict[str, tuple[str, ...]]:
    """The headers that rules ask for, decoded, in one line each, in order."""
    found: dict[str, list[str]] = {}
    for name, value in top.headers:
        if _KEPT.fullmatch(name) and len(found.setdefault(name, [])) < MAX_VALUES:
            found[name].append(mail_headers.printable(words(header_text(value)))[:MAX_TEXT])
    return {name: tuple(values) for name, values in found.items()}
