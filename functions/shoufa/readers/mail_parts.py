"""Walks a mail's entities and takes out what it carries: texts of the body, attachments, messages inside."""

import hashlib
import re
from dataclasses import dataclass, field

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.mail import Address, Forwarded, Part
from shoufa.readers import mail_headers
from shoufa.readers.limits import Limits
from shoufa.readers.mail_body import Anchor, html_text, tidy
from shoufa.readers.mail_charset import (
    attachment_name,
    decode,
    guess,
    header_text,
    maybe_base64,
    meta_charset,
    words,
)
from shoufa.readers.mail_mime import Entity, Tree, uuencoded
from shoufa.readers.mail_smime import smime_content
from shoufa.readers.mail_tnef import read_tnef
from shoufa.readers.sniff import sniff

LOGO_BYTES = 10_000
"""A picture that the HTML body shows and that is smaller than this is a logo or a signature's.

No attachment.
"""
_SCRIPTS = re.compile(
    r"\.(?:js|jse|vbs|vbe|wsf|wsh|hta|bat|cmd|ps1|scr|pif|lnk|com|exe|msi|jar|reg|chm)$", re.IGNORECASE
)
_REPORT_TYPES = {"message/delivery-status", "message/disposition-notification", "message/feedback-report"}
_SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}


def subject(entity: Entity) -> str:
    """The decoded subject in one line."""
    return mail_headers.printable(words(header_text(entity.first("subject"))))


def sender(entity: Entity) -> Address:
    """The first mailbox of From, of Sender where there is none."""
    found = mail_headers.addresses(entity.every("from")) or mail_headers.addresses(entity.every("sender"))
    return found[0] if found else Address()


def active(name: str, container: str) -> tuple[str, ...]:
    """What in a file would run if it were opened: "executable" by content, "script" by its ending."""
    return ("executable",) if container == "exe" else ("script",) if _SCRIPTS.search(name) else ()


@dataclass
class Level:
    """One message: the mail itself, or one carried inside it (then `prefix` and `parent` are set)."""

    prefix: str = ""
    parent: str = ""
    depth: int = 0
    sources: list[str] = field(default_factory=list)
    """HTML texts, to see which pictures they show."""
    anchors: list[Anchor] = field(default_factory=list)
    first: int = 0
    """How many parts there were when this message began."""


@dataclass
class Collector:
    """Gathers the parts of one mail; its lists are the result."""

    limits: Limits
    tree: Tree
    parts: list[Part] = field(default_factory=list)
    blobs: dict[str, bytes] = field(default_factory=dict)
    forwarded: list[Forwarded] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    report: str = ""
    unnamed: int = 0

    def message(self, entity: Entity, level: Level) -> str:
        """The body's text of one message; its attachments are appended to `parts`."""
        level.first = len(self.parts)
        body = tidy("\n\n".join(t for t in self._texts(entity, level) if t.strip()))
        self._drop_logos(level)
        self.anchors += level.anchors
        return body

    def _drop_logos(self, level: Level) -> None:
        """Mark pictures that the body shows as inline, and leave the tiny ones out."""
        shown = {m.lower() for s in level.sources for m in re.findall(r"cid:([^\"'\s>)]{1,300})", s)}
        kept = []
        for part in self.parts[level.first :]:
            cid = part.reason.removeprefix("cid:") if part.reason.startswith("cid:") else ""
            plain = part.model_copy(update={"reason": ""}) if cid else part
            if cid and cid in shown:
                if plain.size < LOGO_BYTES:
                    continue
                plain = plain.model_copy(update={"inline": True})
            kept.append(plain)
        self.parts[level.first :] = kept

    def _texts(self, entity: Entity, level: Level) -> list[str]:
        """Texts of the body under an entity, in order."""
        if entity.type.startswith("multipart/"):
            return self._multipart(entity, level)
        if entity.type in {"message/rfc822", "message/global"} and not self.report:
            return self._nested(entity, entity.body(), level)
        return self._leaf(entity, level)

    def _multipart(self, entity: Entity, level: Level) -> list[str]:
        """Texts of a multipart's children, as its subtype asks (RFC 2046 §5.1, RFC 1847, RFC 6522.

        RFC 1740).
        """
        kind = entity.type.removeprefix("multipart/")
        children = list(entity.children)
        if kind == "alternative":
            return self._alternative(children, level)
        if kind == "report" and not level.depth:
            self.report = entity.params.get("report-type", "").lower() or "unspecified"
        if kind == "signed":
            children = [c for c in children if c.type not in _SIGNATURES]
        if kind == "appledouble":
            children = [c for c in children if c.type != "application/applefile"]
        return [text for child in children for text in self._texts(child, level)]

    def _alternative(self, children: list[Entity], level: Level) -> list[str]:
        """The texts of the first child that says anything, plain text coming first; attachments of all."""
        found = [(child.type != "text/plain", self._texts(child, level)) for child in children]
        filled = [(rank, texts) for rank, texts in found if any(t.strip() for t in texts)]
        return min(filled, key=lambda pair: pair[0])[1] if filled else []

    def _leaf(self, entity: Entity, level: Level) -> list[str]:
        """Text of a leaf that belongs to the body; anything else is taken out as attachment."""
        disposition = mail_headers.field(entity.first("content-disposition"))
        name = _name(disposition.params.get("filename", ""), entity.params.get("name", ""))
        if (
            entity.type in {"text/plain", "text/html"}
            and disposition.value != "attachment"
            and not (name and (disposition.value or level.sources))
        ):
            return [self._text(entity, level)]
        if self.report and entity.type in _REPORT_TYPES | {"text/rfc822-headers", "message/rfc822"}:
            return []
        return self._attached(entity, name, disposition.value, level)

    def _text(self, entity: Entity, level: Level) -> str:
        """The text of a body leaf; files uuencoded in it become parts."""
        data, charset = entity.body(), entity.params.get("charset", "")
        if entity.type == "text/html":
            source = decode(data, charset or meta_charset(data))
            text, anchors = html_text(source)
            level.sources.append(source)
            level.anchors += anchors
            return text
        kept, at = [], 0
        for name, content, (start, stop) in uuencoded(data):
            self.add(guess(name), content, level)
            kept.append(data[at:start])
            at = stop
        level.sources.append("")
        return decode(b"".join([*kept, data[at:]]), charset)

    def _attached(self, entity: Entity, name: str, disposition: str, level: Level) -> list[str]:
        """An attachment, unwrapped where its content is only an envelope."""
        data = entity.body()
        container = sniff(data)
        if container == "eml" and (name.lower().endswith(".eml") or entity.type.startswith("message/")):
            return self._nested(entity, data, level)
        if container == "tnef":
            return self._tnef(name, data, level)
        if container == "p7m":
            return self._smime(name, data, level)
        if not data.strip() and not name:
            return []
        code = (
            UnreadableCode.UNSUPPORTED
            if entity.type in {"message/partial", "message/external-body"}
            else None
        )
        if container == "pgp" or (entity.type == "application/pgp-encrypted"):
            code = UnreadableCode.ENCRYPTED
        picture = entity.type.startswith("image/") or container in {"jpg", "png", "gif", "bmp", "webp"}
        cid = (
            entity.first("content-id").decode("ascii", "replace").strip(" <>\r\n\t").lower()
            if picture
            else ""
        )
        self.add(
            name, data, level, declared=entity.type, code=code,
            inline=picture and disposition == "inline", reason=f"cid:{cid}" if cid else "",
        )  # fmt: skip
        return []

    def _tnef(self, name: str, data: bytes, level: Level) -> list[str]:
        """Files of a winmail.dat become the mail's own; one that gives nothing stays a part.

        One that only repeats the mail's own text in Outlook's format is nothing of its own.
        """
        found = read_tnef(data)
        repeats = found.message and bool(level.sources)
        if not (found.files or found.body or found.html or repeats):
            self.add(name, data, level, declared="application/ms-tnef")
        for file in found.files:
            self.add(file.name, file.data, level)
        body = found.body or html_text(found.html)[0]
        return [] if any(s for s in level.sources) else [body]

    def _smime(self, name: str, data: bytes, level: Level) -> list[str]:
        """The message inside an opaque signature; a detached signature is no attachment."""
        try:
            content = smime_content(data)
        except Unreadable as err:
            self.add(name, data, level, declared="application/pkcs7-mime", code=err.code, reason=err.reason)
            return []
        if content is None:
            return []
        try:
            return self._texts(self.tree.parse(content), level)
        except Unreadable as err:
            if err.code is UnreadableCode.TOO_LARGE:
                raise
            self.add(name.removesuffix(".p7m"), content, level)
            return []

    def _nested(self, entity: Entity, data: bytes, level: Level) -> list[str]:
        """A message carried inside: its attachments under its name, its sender and date as forwarded."""
        if sniff(data[:4096]) == "txt" and entity.encoding in {"", "7bit", "8bit", "binary"}:
            data = maybe_base64(data)
        disposition = mail_headers.field(entity.first("content-disposition"))
        name = _name(disposition.params.get("filename", ""), entity.params.get("name", ""))
        try:
            inner = self.tree.parse(data)
        except Unreadable as err:
            if err.code is UnreadableCode.TOO_LARGE:
                raise
            self.add(name, data, level, declared=entity.type, code=err.code, reason=err.reason)
            return []
        name = name or attachment_name(subject(inner))
        name = name if not name or name.lower().endswith(".eml") else name + ".eml"
        return self._forwarded(inner, name, data, level)

    def _forwarded(self, inner: Entity, name: str, data: bytes, level: Level) -> list[str]:
        """Text of a message inside; it is listed itself only where it carries no attachment."""
        if level.depth + 1 > self.limits.mail_depth:
            self.add(name, data, level, code=UnreadableCode.TOO_LARGE, reason="messages nested too deep")
            return []
        date = mail_headers.moment(header_text(inner.first("date")))
        self.forwarded.append(
            Forwarded(sender=sender(inner), date=date, subject=subject(inner), attached=True)
        )
        label = name or self._unnamed("eml")
        inside = Level(f"{level.prefix}{label}/", hashlib.sha256(data).hexdigest(), level.depth + 1)
        body = self.message(inner, inside)
        if len(self.parts) == inside.first:
            self.add(label, data, level, declared="message/rfc822", container="eml")
        return [body]

    def _unnamed(self, container: str) -> str:
        """The next name for something that bears none."""
        self.unnamed += 1
        return f"未命名附件{self.unnamed}.{'bin' if container == 'unknown' else container}"

    def add(  # noqa: PLR0913
        self, name: str, data: bytes, level: Level, *, declared: str = "", container: str = "",
        inline: bool = False, code: UnreadableCode | None = None, reason: str = "",
    ) -> None:  # fmt: skip
        """Append a part. Raises Unreadable("too-large") over the limit of parts."""
        if len(self.parts) >= self.limits.mail_parts:
            raise Unreadable(UnreadableCode.TOO_LARGE, f"more than {self.limits.mail_parts} parts")
        container = container or sniff(data)
        label = attachment_name(name) or self._unnamed(container)
        sha = hashlib.sha256(data).hexdigest()
        self.blobs[sha] = data
        self.parts.append(
            Part(
                path=level.prefix + label,
                name=label,
                sha256=sha,
                size=len(data),
                declared=declared,
                container=container,
                inline=inline,
                parent=level.parent,
                code=code,
                reason=reason,
                active=active(label, container),
            )
        )


def _name(filename: str, name: str) -> str:
    """The better of the two declared names: filename, unless it is damaged and name is not."""
    if filename and ("\ufffd" not in filename or not name or "\ufffd" in name):
        return filename
    return name
