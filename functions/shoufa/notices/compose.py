"""An outgoing mail as a value, and its bytes (RFC 5322, RFC 2046; headers as contracts §5)."""

import base64
import hashlib
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote

from shoufa.domain.codes import Template
from shoufa.domain.mail import InboundMail
from shoufa.domain.receipt import token
from shoufa.domain.value import Value
from shoufa.notices import headers as fields
from shoufa.notices.html import Block, as_html, as_text
from shoufa.notices.words import Language

REPLIED = frozenset({Template.RECEIPT, Template.OUTCOME, Template.GUIDANCE})
"""Templates that answer a person's mail: `auto-replied` (RFC 3834 §5); others are `auto-generated`."""


class Thread(Value):
    """Whom a mail answers: the address, the id of that mail ("" if it has none), and what References says."""

    to: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


class Attachment(Value):
    """A file that goes with a mail; `name` is our own, never a sender's."""

    name: str
    media_type: str
    data: bytes


class Outgoing(Value):
    """A mail ready to be sent but for sender, message id and date. `headers` are further fields, as pairs."""

    template: Template
    notice_id: str
    to: str
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()


def reply_to(mail: InboundMail, numbers: tuple[str, ...]) -> Thread:
    """The thread of an answer: to the mail's From (never Reply-To), with our tokens; raises Unaddressable."""
    return Thread(
        to=fields.address(mail.sender.email),
        in_reply_to=fields.message_id(mail.message_id) or "",
        references=fields.chain(mail.references, mail.message_id, tuple(token(n) for n in numbers)),
    )


def outgoing(
    template: Template,
    notice_id: str,
    subject: str,
    blocks: tuple[Block, ...],
    language: Language,
    thread: Thread,
) -> Outgoing:
    """The mail that says `blocks`, in both forms."""
    tag = "zh-CN" if language is Language.ZH else "en"
    return Outgoing(
        template=template,
        notice_id=notice_id,
        to=thread.to,
        subject=subject,
        text=as_text(blocks),
        html=as_html(blocks, tag),
        headers=(("Content-Language", tag),),
        in_reply_to=thread.in_reply_to,
        references=thread.references,
    )


def to_bytes(outgoing: Outgoing, sender: str, message_id: str, date: datetime) -> bytes:
    """The message as sent: multipart/alternative, plain text first, lines under 998 octets, ending CRLF.

    With attachments, that is the first part of a multipart/mixed.

    `sender` is `name <address>` or an address; `message_id` has its angle brackets. Raises Unaddressable for
    a bad address and ValueError for a bad message id.
    """
    if fields.message_id(message_id) != message_id:
        raise ValueError("not a message id")
    boundary = "=_shoufa_" + hashlib.sha256(message_id.encode()).hexdigest()[:24]
    head = [
        fields.mailbox("From", sender),
        fields.mailbox("To", outgoing.to),
        fields.unstructured("Subject", outgoing.subject),
        f"Date: {format_datetime(date)}",
        f"Message-ID: {message_id}",
        *_threading(outgoing),
        *_marks(outgoing),
        "MIME-Version: 1.0",
    ]
    both = _multipart("alternative", boundary, [_part("plain", outgoing.text), _part("html", outgoing.html)])
    files = [_file(a) for a in outgoing.attachments]
    body = _multipart("mixed", f"{boundary}_m", [both, *files]) if files else both
    return ("\r\n".join(head) + "\r\n" + body).encode("ascii")


def _multipart(subtype: str, boundary: str, parts: list[str]) -> str:
    """A body of several parts with its Content-Type (RFC 2046 §5.1)."""
    head = f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n\r\n'
    return head + "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--\r\n"


def _file(attachment: Attachment) -> str:
    """One attachment in base64, its name as RFC 2231 §4 writes one."""
    lines = base64.encodebytes(attachment.data).decode("ascii").replace("\n", "\r\n")
    name = quote(attachment.name, safe="")
    return (
        f"Content-Type: {attachment.media_type}\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment;\r\n filename*=UTF-8''{name}\r\n\r\n{lines}"
    )


def _threading(outgoing: Outgoing) -> list[str]:
    pairs = (("In-Reply-To", (outgoing.in_reply_to,)), ("References", outgoing.references))
    valid = [(name, tuple(v for v in values if fields.message_id(v) == v)) for name, values in pairs]
    return [fields.ids(name, values) for name, values in valid if values]


def _marks(outgoing: Outgoing) -> list[str]:
    """The fields that keep machines from answering us, and those that let us know our own mail."""
    submitted = "auto-replied" if outgoing.template in REPLIED else "auto-generated"
    return [
        f"Auto-Submitted: {submitted}",
        "X-Auto-Response-Suppress: All",
        fields.unstructured("X-Shoufa-Notice", outgoing.notice_id),
        *(fields.unstructured(name, value) for name, value in outgoing.headers),
    ]


def _part(subtype: str, words: str) -> str:
    """One alternative in base64 of its canonical form, whose lines end CRLF (RFC 2045 §6.8)."""
    octets = words.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8", "replace")
    lines = base64.encodebytes(octets).decode("ascii").replace("\n", "\r\n")
    return f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{lines}"
