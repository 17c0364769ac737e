"""A mail by the standard library's parser, held against ours: attachments, their names, texts, charsets."""

import email
import hashlib
import re
from collections import Counter
from email import policy
from email.message import EmailMessage
from typing import Any

from local.corpora_read import Reading
from local.corpora_told import Difference
from shoufa.domain.mail import Part
from shoufa.readers.mail_body import tidy
from shoufa.readers.mail_charset import attachment_name
from shoufa.readers.mail_names import sensible
from shoufa.readers.mail_parts import LOGO_BYTES
from shoufa.readers.sniff import sniff

ENOUGH = 0.9
"""Share of the characters outside ASCII from which two texts count as the same."""
FEW = 4
"""Texts with fewer such characters are not compared."""
_ENVELOPES = re.compile(r"message/|multipart/|.*(?:pkcs7|pgp|ms-tnef|applefile|rfc822-headers)")
"""Content types that are opened or left out on purpose."""


def of_mail(reading: Reading) -> list[Difference]:
    """Attachments where the other parser finds no fault with the mail, and the charsets of all texts."""
    raw = reading.item.file.read_bytes()
    message = email.message_from_bytes(raw, policy=policy.default)
    found = _of_texts(reading, message)
    if any(_faulty(entity) for entity in message.walk()):
        return found
    leaves = [leaf for leaf in message.walk() if not leaf.is_multipart()]
    shown, ours = reading.item.shown, _by_digest(reading.parts)
    pages = b"".join(_payload(leaf) for leaf in leaves if leaf.get_content_type() == "text/html")
    for leaf in leaves:
        if _is_attachment(leaf, pages):
            found += _of_attachment(shown, leaf, ours)
    others = (e.get_content_type() for e in message.walk() if e.get_content_maintype() != "multipart")
    if not any(map(_ENVELOPES.match, others)):
        known = {_digest(_payload(leaf)) for leaf in leaves}
        extra = [p for p in reading.parts if not p.parent and p.sha256 not in known]
        found += [Difference(shown, "attachment", p.path, "none", "?") for p in extra]
    return found


def _fields(entity: EmailMessage) -> list[Any]:
    """Content fields as the parser understands them; addresses are left alone, for it breaks on some."""
    return [
        entity.policy.header_fetch_parse(name, value)
        for name, value in entity.raw_items()
        if name.lower().startswith("content-")
    ]


def _faulty(entity: EmailMessage) -> bool:
    """Whether the parser itself found fault with an entity or its content fields."""
    return bool(entity.defects) or any(getattr(field, "defects", ()) for field in _fields(entity))


def _is_attachment(leaf: EmailMessage, pages: bytes) -> bool:
    """Whether a leaf is a file to anybody: no envelope, no text of the body, no logo that the pages show."""
    if _ENVELOPES.match(leaf.get_content_type()) or sniff(_payload(leaf)) in {"p7m", "tnef", "eml", "msg"}:
        return False
    cid = (leaf.get("Content-ID") or "").strip(" <>")
    if cid and len(_payload(leaf)) < LOGO_BYTES and f"cid:{cid}".encode() in pages:
        return False
    if leaf.get_content_disposition() == "attachment":
        return True
    return bool(leaf.get_filename()) and leaf.get_content_maintype() != "text"


def _of_attachment(shown: str, leaf: EmailMessage, ours: dict[str, list[str]]) -> list[Difference]:
    """One attachment: whether its bytes are among our parts, and under the same name."""
    name = leaf.get_filename() or ""
    data = _payload(leaf)
    if _digest(data) not in ours:
        told = f"{name} ({len(data)} bytes)"
        return [Difference(shown, "bytes", "not there", told, "?")] if data.strip() else []
    names = ours[_digest(data)]
    if not name or {attachment_name(name), sensible(name, sniff(data), leaf.get_content_type())} & set(names):
        return []
    odd = "=?" in name or "\ufffd" in name or any("\ud800" <= c <= "\udfff" for c in name)
    theirs_better = any(n.startswith("未命名") or "\ufffd" in n for n in names)
    return [Difference(shown, "name", names[0], name, "ours" if odd else "theirs" if theirs_better else "?")]


# --- texts


def _of_texts(reading: Reading, message: EmailMessage) -> list[Difference]:
    """Each text of the body beyond ASCII: its characters by its declared charset, and by guessing.

    The declared charset counts where it fits the bytes; what a detector makes of them is the other voice.
    """
    if reading.letter is None or reading.letter.report:  # what a report sends back is no text of its own
        return []
    taken = _by_digest(reading.parts)
    ours = _foreign(reading.letter.body)
    found = []
    for leaf in message.walk():
        if leaf.get_content_type() != "text/plain" or leaf.get_content_disposition() == "attachment":
            continue
        data, declared = _payload(leaf), str(leaf.get_param("charset") or "")
        if data.isascii() or _digest(data) in taken:
            continue
        voices = {"declared": _declared(data, declared), "guessed": _guessed(data)}
        told = {who: tidy(text) for who, text in voices.items() if _foreign(text).total() >= FEW}
        if told and not any(_shared(ours, text) for text in told.values()):
            agreed = len(told) > 1 and _shared(_foreign(told["guessed"]), told["declared"])
            theirs = ", ".join(f"{who}: {_sample(text)}" for who, text in told.items())
            right = "theirs" if agreed else "?"
            found.append(
                Difference(
                    reading.item.shown, f"charset {declared}", _sample(reading.letter.body), theirs, right
                )
            )
    return found


def _declared(data: bytes, charset: str) -> str:
    """The text by the declared charset, "" where it does not fit."""
    try:
        return data.decode(charset or "ascii")
    except (LookupError, UnicodeDecodeError, ValueError):
        return ""


def _guessed(data: bytes) -> str:
    """The text by a detector of charsets, "" where none is installed or it finds none."""
    try:
        from charset_normalizer import from_bytes
    except ImportError:
        return ""
    best = from_bytes(data[:20_000]).best()
    return str(best) if best is not None else ""


def _foreign(text: str) -> Counter[str]:
    """How often each character outside ASCII stands in a text."""
    return Counter(c for c in text if not c.isascii())


def _shared(ours: Counter[str], text: str) -> bool:
    """Whether enough of a text's characters outside ASCII are among ours."""
    theirs = _foreign(text)
    return (theirs & ours).total() >= ENOUGH * theirs.total()


def _sample(text: str) -> str:
    """The first characters outside ASCII of a text."""
    return "".join(c for c in text if not c.isascii())[:20]


def _payload(leaf: EmailMessage) -> bytes:
    payload = leaf.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _by_digest(parts: tuple[Part, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in parts:
        found.setdefault(part.sha256, []).append(part.name)
    return found
