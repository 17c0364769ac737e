"""Walks a mail's entities and takes out what it carries: texts of the body, attachments, messages inside."""

import hashlib
import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.mail import Address, Forwarded, Part
from shoufa.readers import mail_enclosed, mail_headers
from shoufa.readers.limits import Limits
from shoufa.readers.mail_body import Anchor, html_text, tidy, without_pictures
from shoufa.readers.mail_charset import decode, guess, header_text, meta_charset, words
from shoufa.readers.mail_mime import Entity, Tree
from shoufa.readers.mail_names import declared_name, ending_of, sensible
from shoufa.readers.mail_transfer import maybe_base64, uuencoded
from shoufa.readers.picture_size import may_be_page
from shoufa.readers.sniff import sniff

LOGO_BYTES = 10_000
"""A picture that the HTML body shows and that is smaller than this is a logo or a signature's and no
attachment, unless it has the pixels of a page: a scan in black and white needs few bytes.
"""
PICTURES = frozenset({"jpg", "png", "gif", "bmp", "webp", "tif", "heic"})
DRAWN = "data:"
"""What a picture that is written into the HTML source itself is shown as."""
_SHOWN = re.compile(r"cid:([^\"'\s>)]{1,300})|\bsrc\s*=\s*[\"']?(?!cid:)([^\"'\s>]{1,300})", re.IGNORECASE)
_SCRIPTS = re.compile(
    r"\.(?:js|jse|vbs|vbe|wsf|wsh|hta|bat|cmd|ps1|scr|pif|lnk|com|exe|msi|jar|reg|chm)$", re.IGNORECASE
)
_OTHER_KIND = re.compile(r"\.(?:docx?|wps|rtf|xlsx?|et|csv|mht|xml)$", re.IGNORECASE)
"""Endings of documents that programs write as web pages or text: with such a name it is a file, no body."""
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
    cids: dict[int, str] = field(default_factory=dict)
    """Content ids (or locations) of pictures, by their place among all parts."""

    def under(self, label: str, parent: str) -> "Level":
        """The level of a message inside, under its name and the digest that stands for it."""
        return Level(f"{self.prefix}{label}/", parent, self.depth + 1)


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
    wraps: int = 0
    """How many envelopes are open."""

    def message(self, entity: Entity, level: Level) -> str:
        """The body's text of one message; its attachments are appended to `parts`."""
        level.first = len(self.parts)
        body = tidy("\n\n".join(t for t in self.texts(entity, level) if t.strip()))
        self.closed(level)
        return body

    def closed(self, level: Level) -> None:
        """End a message: mark pictures that its body shows as inline, and leave logos out."""
        shown = {unquote(a or b).lower() for s in level.sources for a, b in _SHOWN.findall(s)}
        kept = []
        for number, part in enumerate(self.parts[level.first :], level.first):
            if level.cids.get(number, "") not in shown:
                kept.append(part)
            elif part.size >= LOGO_BYTES or may_be_page(self.blobs[part.sha256]):
                kept.append(part.model_copy(update={"inline": True}))
        self.parts[level.first :] = kept
        self.anchors += level.anchors

    def head(self, inner: Entity) -> Forwarded:
        """Sender, date and subject of a message inside."""
        date = mail_headers.moment(header_text(inner.first("date")))
        return Forwarded(sender=sender(inner), date=date, subject=subject(inner), attached=True)

    def texts(self, entity: Entity, level: Level) -> list[str]:
        """Texts of the body under an entity, in order."""
        if entity.type.startswith("multipart/"):
            return self._multipart(entity, level)
        if entity.type in {"message/rfc822", "message/global"} and not self.report:
            return mail_enclosed.attached_message(self, entity, level)
        return self._leaf(entity, level)

    def _multipart(self, entity: Entity, level: Level) -> list[str]:
        """Texts of a multipart's children, as its subtype asks (RFC 2046 §5.1, 1847, 6522, 1740)."""
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
        return [text for child in children for text in self.texts(child, level)]

    def _alternative(self, children: list[Entity], level: Level) -> list[str]:
        """The texts of the first child that says anything, plain text coming first; attachments of all."""
        found = [(child.type != "text/plain", self.texts(child, level)) for child in children]
        filled = [(rank, texts) for rank, texts in found if any(t.strip() for t in texts)]
        return min(filled, key=lambda pair: pair[0])[1] if filled else []

    def _leaf(self, entity: Entity, level: Level) -> list[str]:
        """Text of a leaf that belongs to the body; anything else is taken out as attachment."""
        disposition = mail_headers.field(entity.first("content-disposition")).value
        name = declared_name(entity)
        if (
            entity.type in {"text/plain", "text/html"}
            and disposition != "attachment"
            and not (name and (disposition or level.sources or _OTHER_KIND.search(name)))
        ):
            data = _unlabelled(entity)
            if not _is_file(data):
                return [self._text(entity, data, level)]
        if self.report and entity.type in _REPORT_TYPES | {"text/rfc822-headers", "message/rfc822"}:
            return []
        return self._attached(entity, name, disposition, level)

    def _text(self, entity: Entity, data: bytes, level: Level) -> str:
        """The text of a body leaf; files uuencoded in it and pictures written into it become parts."""
        charset = entity.params.get("charset", "")
        if entity.type == "text/html":
            source, pictures = without_pictures(decode(data, charset or meta_charset(data)))
            for declared, picture in pictures:
                self.taken("", picture, level, declared=declared, cid=DRAWN)
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
        """An attachment; a piece that is all there is of a divided message is that message."""
        whole = entity.type == "message/partial" and entity.params.get("total") == "1"
        shown_as = header_text(entity.first("content-id") or entity.first("content-location"))
        return self.taken(
            name, _unlabelled(entity), level, declared="message/rfc822" if whole else entity.type,
            inline=disposition == "inline", cid=words(shown_as).strip(" <>\r\n\t").lower(),
        )  # fmt: skip

    def taken(
        self, name: str, data: bytes, level: Level, *, declared: str = "", cid: str = "", inline: bool = False
    ) -> list[str]:
        """Append a file, unwrapped where its content is only an envelope; the texts that were in it.

        `cid`: what a picture is shown as by the body.
        """
        texts = mail_enclosed.unwrapped(self, name, data, declared, level)
        if texts is not None:
            return texts
        if not data.strip() and not name:
            return []
        container = sniff(data)
        code, reason = mail_enclosed.refusal(declared, container)
        picture = declared.startswith("image/") or container in PICTURES
        if picture and cid:
            level.cids[len(self.parts)] = cid
        self.add(
            name, data, level, declared=declared, container=container, inline=inline and picture, code=code,
            reason=reason,
        )  # fmt: skip
        return []

    def unnamed_as(self, ending: str) -> str:
        """The next name for something that bears none."""
        self.unnamed += 1
        return f"未命名附件{self.unnamed}.{ending or 'bin'}"

    def add(  # noqa: PLR0913
        self, name: str, data: bytes, level: Level, *, declared: str = "", container: str = "",
        inline: bool = False, code: UnreadableCode | None = None, reason: str = "",
    ) -> None:  # fmt: skip
        """Append a part. Raises Unreadable("too-large") over the limit of parts."""
        if len(self.parts) >= self.limits.mail_parts:
            raise Unreadable(UnreadableCode.TOO_LARGE, f"more than {self.limits.mail_parts} parts")
        container = container or sniff(data)
        label = sensible(name, container, declared) or self.unnamed_as(ending_of(container, declared))
        if not data and code is None:
            code, reason = UnreadableCode.UNREADABLE, "empty"
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


_OPEN = {"", "7bit", "8bit", "binary"}
"""Transfer encodings that encode nothing."""


def _unlabelled(entity: Entity) -> bytes:
    """An entity's content; base64 whose label was lost is undone where that gives a file or a text."""
    data = entity.body()
    if entity.encoding not in _OPEN:
        return data
    plain = maybe_base64(data)
    if plain is data or _is_file(plain):
        return plain
    try:
        sense = any("\u4e00" <= c <= "\u9fff" for c in plain.decode("utf-8"))
    except UnicodeDecodeError:
        sense = False
    return plain if sense else data


def _is_file(data: bytes) -> bool:
    """Whether what is declared as text is a file of another kind."""
    return data.startswith(b"%PDF-") or (
        b"\0" in data[:4096] and sniff(data) not in {"unknown", "txt", "html", "xml", "csv", "exe"}
    )
