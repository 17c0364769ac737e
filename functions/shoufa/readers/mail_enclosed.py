"""What a mail carries that is only an envelope: messages inside, winmail.dat, opaque signatures, .msg.

Each is opened where the collector meets it: its files become parts under its name, its text joins the body.
"""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.mail import Forwarded
from shoufa.readers.mail_body import html_text, tidy
from shoufa.readers.mail_charset import attachment_name
from shoufa.readers.mail_mime import Entity
from shoufa.readers.mail_msg import Msg, MsgFile, read_msg
from shoufa.readers.mail_names import declared_name
from shoufa.readers.mail_smime import smime_content
from shoufa.readers.mail_tnef import read_tnef
from shoufa.readers.mail_transfer import maybe_base64
from shoufa.readers.sniff import sniff

if TYPE_CHECKING:
    from shoufa.readers.mail_parts import Collector, Level

    _Opener = Callable[[Collector, str, bytes, Level], list[str]]

_TOO_DEEP = "messages nested too deep"
_PIECES = {
    "message/partial": "one piece of a divided message: send it whole",
    "message/external-body": "a reference to a file elsewhere: attach the file itself",
}


def refusal(kind: str, container: str) -> tuple[UnreadableCode | None, str]:
    """Why what is attached under a content type cannot be read, (null, "") if nothing speaks against it."""
    if container == "pgp" or kind == "application/pgp-encrypted":
        return UnreadableCode.ENCRYPTED, "an encrypted PGP message"
    if kind in _PIECES:
        return UnreadableCode.UNSUPPORTED, _PIECES[kind]
    return None, ""


def unwrapped(
    collector: "Collector", name: str, data: bytes, declared: str, level: "Level"
) -> list[str] | None:
    """The texts of a file that is an envelope, null if it is none. Raises Unreadable over a limit."""
    opener = _opener(name, data, declared)
    if opener is None:
        return None
    if collector.wraps > 2 * collector.limits.mail_depth:
        collector.add(name, data, level, declared=declared, code=UnreadableCode.TOO_LARGE, reason=_TOO_DEEP)
        return []
    collector.wraps += 1
    texts = opener(collector, name, data, level)
    collector.wraps -= 1
    return texts


def _opener(name: str, data: bytes, declared: str) -> "_Opener | None":
    """What opens a file, null if it is no envelope."""
    container = sniff(data)
    if container in {"eml", "mht"} and declared != "message/partial":
        if declared.startswith("multipart/"):
            return _entity
        if name.lower().endswith(".eml") or declared.startswith("message/"):
            return _message
    return {"tnef": _winmail, "p7m": _signed, "msg": _outlook}.get(container)


def attached_message(collector: "Collector", entity: Entity, level: "Level") -> list[str]:
    """A message carried inside under a message's type, whatever it looks like."""
    data = entity.body()
    if sniff(data[:4096]) == "txt" and entity.encoding in {"", "7bit", "8bit", "binary"}:
        data = maybe_base64(data)
    return _message(collector, declared_name(entity), data, level)


def _message(collector: "Collector", name: str, data: bytes, level: "Level") -> list[str]:
    """A message carried inside: its attachments under its name, its sender and date as forwarded."""
    try:
        inner = collector.tree.parse(data)
    except Unreadable as err:
        if err.code is UnreadableCode.TOO_LARGE:
            raise
        collector.add(name, data, level, declared="message/rfc822", code=err.code, reason=err.reason)
        return []
    head = collector.head(inner)
    inside = _begun(collector, name or head.subject, data, head, level)
    return [] if inside is None else [collector.message(inner, inside)]


def _entity(collector: "Collector", name: str, data: bytes, level: "Level") -> list[str]:
    """A multipart that was kept as a file, as Outlook keeps a signed message's. Raises Unreadable."""
    try:
        return collector.texts(collector.tree.parse(data), level)
    except Unreadable as err:
        if err.code is UnreadableCode.TOO_LARGE:
            raise
        collector.add(name, data, level)
        return []


def _begun(
    collector: "Collector", name: str, data: bytes, head: Forwarded, level: "Level", ending: str = "eml"
) -> "Level | None":
    """The level of a message inside, noted as forwarded; null where it lies too deep and is a part."""
    label = attachment_name(name)
    if label and not label.lower().endswith("." + ending):
        label = f"{label}.{ending}"
    if level.depth + 1 > collector.limits.mail_depth:
        collector.add(label, data, level, code=UnreadableCode.TOO_LARGE, reason=_TOO_DEEP)
        return None
    collector.forwarded.append(head)
    label = label or collector.unnamed_as(ending)
    return level.under(label, hashlib.sha256(data).hexdigest())


def _winmail(collector: "Collector", name: str, data: bytes, level: "Level") -> list[str]:
    """Files of a winmail.dat become the mail's own; one that gives nothing stays a part.

    One that only repeats the mail's own text in Outlook's format is nothing of its own.
    """
    found = read_tnef(data)
    repeats = found.message and bool(level.sources)
    if not (found.files or found.body or found.html or repeats):
        collector.add(name, data, level, declared="application/ms-tnef")
    texts = [text for file in found.files for text in collector.taken(file.name, file.data, level)]
    body = found.body or html_text(found.html)[0]
    return texts if any(s for s in level.sources) else [body, *texts]


def _signed(collector: "Collector", name: str, data: bytes, level: "Level") -> list[str]:
    """The message inside an opaque signature; a detached signature is no attachment."""
    try:
        content = smime_content(data)
    except Unreadable as err:
        collector.add(name, data, level, declared="application/pkcs7-mime", code=err.code, reason=err.reason)
        return []
    if content is None:
        return []
    return _entity(collector, name.removesuffix(".p7m"), content, level)


def _outlook(collector: "Collector", name: str, data: bytes, level: "Level") -> list[str]:
    """A message that Outlook saved, read as one carried inside; a broken one is a part with its code."""
    try:
        found = read_msg(data, collector.limits.mail_depth - level.depth - 1)
    except Unreadable as err:
        collector.add(name, data, level, code=err.code, reason=err.reason)
        return []
    return _saved(collector, name or found.subject, data, found, level)


def _saved(collector: "Collector", name: str, data: bytes, found: Msg, level: "Level") -> list[str]:
    """Text of a saved message, its files taken out. `data` stands for it where its digest is asked for."""
    head = Forwarded(sender=found.sender, date=found.date, subject=found.subject[:500], attached=True)
    inside = _begun(collector, name, data, head, level, "msg")
    return [] if inside is None else saved_texts(collector, found, data, inside)


def saved_texts(collector: "Collector", found: Msg, data: bytes, inside: "Level") -> list[str]:
    """The texts of a saved message on its own level, its files taken out."""
    inside.first = len(collector.parts)
    texts = [tidy(found.body)]
    if found.html:
        shown, inside.anchors = html_text(found.html)
        inside.sources.append(found.html)
        texts = texts if texts[0] else [shown]
    for file in found.files:
        texts += _file(collector, file, data, inside)
    collector.closed(inside)
    return texts


def _file(collector: "Collector", file: MsgFile, data: bytes, inside: "Level") -> list[str]:
    """An attachment of a saved message; the text of a message attached to it."""
    if file.deep:
        collector.add(f"{file.name}.msg", b"", inside, code=UnreadableCode.TOO_LARGE, reason=_TOO_DEEP)
        return []
    if file.message is not None:
        return _saved(collector, file.name or file.message.subject, data, file.message, inside)
    return collector.taken(file.name, file.data, inside, declared=file.declared, cid=file.cid)
