"""Outlook's saved message (.msg, MS-OXMSG): head, text and attachments, as of a message carried inside.

Properties stand in streams named by their tag and type; fixed ones in one stream of 16-byte entries.
A message attached to it is a storage of the same shape.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.mail import Address
from shoufa.readers import mail_headers
from shoufa.readers.mail_charset import decode, guess, header_text, meta_charset, words
from shoufa.readers.ole_compound import Compound

MAX_STORAGES = 1_000
"""No more messages and attachments are looked at in one file, at all depths together."""
_SUBJECT, _BODY, _HTML, _HEADERS = 0x0037, 0x1000, 0x1013, 0x007D
_SENT_AT, _DELIVERED_AT, _CODEPAGE, _WEB_CODEPAGE = 0x0039, 0x0E06, 0x3FFD, 0x3FDE
_SENDERS = ((0x5D02, 0x5D01, 0x0065, 0x0C1F), (0x0042, 0x0C1A))
"""Addresses of who sent it (SMTP before Exchange's own), and their names."""
_DATA, _LONG_NAME, _SHORT_NAME, _SHOWN_NAME, _MIME, _CONTENT_ID = (
    0x3701,
    0x3707,
    0x3704,
    0x3001,
    0x370E,
    0x3712,
)
_ATTACHMENT = re.compile(r"__attach_version1\.0_#[0-9A-Fa-f]{8}")
_PROPERTIES = "__properties_version1.0"
_LOCALE = 0x3FF1
_CHARSETS = {65001: "utf-8", 20936: "gb18030", 54936: "gb18030", 936: "gb18030", 950: "big5hkscs"}
_LANGUAGES = {0x0804: "gb18030", 0x1004: "gb18030", 0x0404: "big5hkscs", 0x0C04: "big5hkscs", 0x0411: "cp932"}
_WESTERN = {0x06, 0x07, 0x09, 0x0A, 0x0C, 0x10, 0x13, 0x16, 0x1D}
"""Charsets by code page, by language (MS-LCID), and languages that are written in Windows-1252."""
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


@dataclass
class MsgFile:
    """One attachment: its bytes, or the message that it is."""

    name: str = ""
    data: bytes = b""
    declared: str = ""
    cid: str = ""
    message: "Msg | None" = None
    deep: bool = False
    """It is a message below the depth that was asked for, and was not read."""


@dataclass
class Msg:
    """A message: head, plain text, HTML source, attachments in order."""

    subject: str = ""
    sender: Address = field(default_factory=Address)
    date: datetime | None = None
    body: str = ""
    html: str = ""
    files: list[MsgFile] = field(default_factory=list)


def read_msg(data: bytes, depth: int) -> Msg:
    """The message in an OLE file, with messages attached to it down to `depth` levels.

    Deeper ones are left empty. Raises Unreadable: "unreadable" for what is no OLE file, "too-large" where
    streams give more than the file can hold.
    """
    return _message(_Storage(Compound(data), (), 32), depth)


class _Storage:
    """A storage with properties: the message, an attachment, a message attached."""

    def __init__(self, file: Compound, path: tuple[str, ...], head: int, charset: str = "") -> None:
        """`head`: bytes before the entries of its property stream (MS-OXMSG §2.4.1)."""
        file.opened += 1
        if file.opened > MAX_STORAGES:
            raise Unreadable(UnreadableCode.TOO_LARGE, f"more than {MAX_STORAGES} attachments")
        self.file, self.path = file, path
        raw = file.read(*path, _PROPERTIES)
        self._fixed = {
            struct.unpack_from("<I", raw, at)[0] >> 16: raw[at + 8 : at + 16]
            for at in range(head, len(raw) - 15, 16)
        }
        self.charset = charset or self.codepage(_CODEPAGE, _LOCALE, _WEB_CODEPAGE)

    def number(self, prop: int) -> int:
        """The first four bytes of a fixed property, 0 if it is absent."""
        return int(struct.unpack("<I", self._fixed.get(prop, b"\0" * 8)[:4])[0])

    def moment(self, prop: int) -> datetime | None:
        """A time (100 ns since 1601), null if it is absent or no time."""
        ticks = struct.unpack("<Q", self._fixed.get(prop, b"\0" * 8))[0]
        try:
            found = _EPOCH + timedelta(microseconds=ticks // 10)
        except OverflowError:
            return None
        return found if 1990 <= found.year <= 2099 else None

    def text(self, prop: int) -> str:
        """A string property: UTF-16, or in the message's code page."""
        wide = self.stream(prop, 0x1F)
        if wide:
            return wide.decode("utf-16le", "replace").split("\0", 1)[0]
        return self.decoded(self.stream(prop, 0x1E).rstrip(b"\0"))

    def decoded(self, raw: bytes) -> str:
        """Bytes in the message's code page."""
        return decode(raw, self.charset) if self.charset else guess(raw)

    def stream(self, prop: int, kind: int) -> bytes:
        """The stream of a property of a type."""
        return self.file.read(*self.path, f"__substg1.0_{prop:04X}{kind:04X}")

    def codepage(self, *props: int) -> str:
        """The charset that the first of these properties names, "" if none does; a language names one too."""
        for prop in props:
            number = self.number(prop)
            if prop == _LOCALE and (known := _of_language(number)):
                return known
            if prop != _LOCALE and number and number not in {1200, 20127}:
                return _CHARSETS.get(number) or (
                    f"iso8859-{number - 28590}" if 28590 < number < 28606 else f"cp{number}"
                )
        return ""


def _of_language(number: int) -> str:
    """The Windows charset of a language, "" if it is not known."""
    return _LANGUAGES.get(number, "cp1252" if number & 0xFF in _WESTERN else "")


def _message(storage: _Storage, depth: int) -> Msg:
    """The message of a storage."""
    headers = storage.text(_HEADERS)
    return Msg(
        subject=mail_headers.printable(words(storage.text(_SUBJECT))),
        sender=_sender(storage, headers),
        date=storage.moment(_SENT_AT) or _written(headers) or storage.moment(_DELIVERED_AT),
        body=storage.text(_BODY),
        html=_html(storage),
        files=list(_files(storage, depth)),
    )


def _sender(storage: _Storage, headers: str) -> Address:
    """Who sent it: the From it came with, else the sender's properties."""
    stated = mail_headers.addresses([v.encode() for v in _field(headers, "from")])
    if stated:
        return stated[0]
    emails, names = ([storage.text(prop) for prop in props] for props in _SENDERS)
    email = next((e for e in emails if "@" in e and not e.startswith("/")), "")
    return Address(
        name=mail_headers.printable(next((n for n in names if n), ""))[:200], email=email.strip().lower()
    )


def _written(headers: str) -> datetime | None:
    """The Date that it came with."""
    return next((mail_headers.moment(header_text(v.encode())) for v in _field(headers, "date")), None)


def _field(headers: str, name: str) -> list[str]:
    """The first value of a field of the head that it came with, unfolded."""
    found = re.search(
        rf"^{name}:[ \t]*(.*(?:\r?\n[ \t].*)*)", headers[:100_000], re.IGNORECASE | re.MULTILINE
    )
    return [re.sub(r"\r?\n[ \t]+", " ", found[1])] if found else []


def _html(storage: _Storage) -> str:
    """The HTML source, by the charset that it names itself."""
    raw = storage.stream(_HTML, 0x102)
    if raw:
        return decode(raw, meta_charset(raw) or storage.codepage(_WEB_CODEPAGE, _CODEPAGE, _LOCALE))
    return storage.text(_HTML)


def _files(storage: _Storage, depth: int) -> Iterator[MsgFile]:
    """Attachments in the order of their numbers (MS-OXMSG §2.2.2)."""
    names = [n for n in storage.file.below(*storage.path) if _ATTACHMENT.fullmatch(n)]
    for name in names:
        held = _Storage(storage.file, (*storage.path, name), 8, storage.charset)
        title = held.text(_LONG_NAME) or held.text(_SHORT_NAME) or held.text(_SHOWN_NAME)
        inner = (*held.path, f"__substg1.0_{_DATA:04X}000D")
        if (*inner, _PROPERTIES) in storage.file.paths:
            message = _message(_Storage(storage.file, inner, 24), depth - 1) if depth > 0 else None
            yield MsgFile(title, message=message, deep=depth <= 0)
            continue
        data = held.stream(_DATA, 0x102) or _object(storage.file, inner)
        yield MsgFile(title, data, held.text(_MIME).lower(), held.text(_CONTENT_ID).strip(" <>").lower())


def _object(file: Compound, path: tuple[str, ...]) -> bytes:
    """The content of an object that another program put in: the one stream that holds its file."""
    return next((found for name in ("CONTENTS", "Package") if (found := file.read(*path, name))), b"")
