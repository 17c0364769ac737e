"""Identity of a mail (contracts §3): what makes two mails the same message."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC

from shoufa.domain.mail import InboundMail

DECORATION = 20_000
"""Bytes under which a picture inside the text is decoration."""
_PREFIX = re.compile(r"^\s*((re|fw|fwd|回复|答复|转发|回覆)\s*[:：]\s*)+", re.IGNORECASE)


def own_parts(mail: InboundMail) -> list[str]:
    """Digests of the mail's decoded parts, those of a message inside it included, sorted.

    Not what archives hold; a member that was lost has no digest, and is nobody's holder.
    """
    files = {p.sha256 for p in mail.parts if p.sha256}
    return sorted(p.sha256 for p in mail.parts if p.parent not in files)


def _papers(mail: InboundMail) -> list[str]:
    """As `own_parts`, without pictures in the text: a logo is no content that was sent again."""
    drawn = {p.sha256 for p in mail.parts if p.inline and p.size < DECORATION}
    return [sha for sha in own_parts(mail) if sha not in drawn]


def fingerprint(mail: InboundMail, mailbox: str) -> str:
    """Hex SHA-256 over normalised From, Date, Subject, mailbox and the sorted digests of its parts."""
    date = mail.date.astimezone(UTC).isoformat() if mail.date else ""
    subject = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", mail.subject)).strip()
    body = "" if mail.parts else hashlib.sha256(mail.body.encode()).hexdigest()
    return _hash((mail.sender.email.lower(), date, subject, mailbox.lower(), body, *own_parts(mail)))


def contents(mail: InboundMail, sender: str, mailbox: str) -> str:
    """What stays the same when a mail is sent again under another Message-ID: sender, mailbox, parts.

    "" if none.
    """
    parts = _papers(mail)
    return _hash((sender.lower(), mailbox.lower(), *parts)) if parts else ""


def bare_subject(subject: str) -> str:
    """The subject without 回复：, 转发：, Re: and the like."""
    return _PREFIX.sub("", subject)


def _hash(values: Iterable[str]) -> str:
    return hashlib.sha256("\x00".join(values).encode()).hexdigest()


def private(value: str) -> str:
    """A name or address as a digest, for keys of the ledger's index: 32 hex characters."""
    return hashlib.sha256(value.strip().lower().encode()).hexdigest()[:32]
