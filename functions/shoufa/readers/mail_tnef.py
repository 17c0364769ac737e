"""Outlook's winmail.dat (MS-OXTNEF): its attachments and text, by a small walker that trusts no length."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from shoufa.readers.mail_charset import decode, guess

MAX_DEPTH = 4
MAX_ATTACHMENTS = 600
_BODY, _TITLE, _DATA, _RENDER, _PROPS, _MESSAGE, _CODEPAGE = (
    0x800C,
    0x8010,
    0x800F,
    0x9002,
    0x9005,
    0x9003,
    0x9007,
)
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_LONG_NAME, _DISPLAY_NAME, _SHORT_NAME, _OBJECT, _PLAIN, _HTML = (
    0x3707,
    0x3001,
    0x3704,
    0x3701,
    0x1000,
    0x1013,
)


@dataclass
class TnefFile:
    """One attachment: best name so far, content, MIME type is not kept."""

    name: str = ""
    data: bytes = b""
    long_name: bool = False


@dataclass
class Tnef:
    """What was found: attachments in order (those of a message inside among them), text, HTML.

    `message`: the properties of a message could be read, so that a stream without attachments is one that has
    none.
    """

    files: list[TnefFile] = field(default_factory=list)
    body: str = ""
    html: str = ""
    message: bool = False


def read_tnef(data: bytes, depth: int = 0) -> Tnef:
    """Attachments and text of a TNEF stream; a damaged stream gives what stands before the damage."""
    found = Tnef()
    charset = ""
    for kind, value in _attributes(data):
        if kind == _CODEPAGE and len(value) >= 4:
            charset = f"cp{struct.unpack_from('<I', value)[0]}"
        elif kind == _BODY:
            found.body = _text(value, charset)
        elif kind == _MESSAGE:
            _message(found, value, charset)
        elif kind in {_RENDER, _TITLE, _DATA, _PROPS}:
            _attachment(found, kind, value, charset, depth)
        if len(found.files) > MAX_ATTACHMENTS:
            break
    found.files = [f for f in found.files if f.data or f.name]
    return found


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Attribute ids and values (MS-OXTNEF §2.1.3.1)."""
    at = 6
    while at + 9 <= len(data):
        kind, length = struct.unpack_from("<II", data, at + 1)
        if data[at] not in {1, 2} or at + 9 + length > len(data):
            return
        yield kind & 0xFFFF, data[at + 9 : at + 9 + length]
        at += 9 + length + 2


def _text(value: bytes, charset: str) -> str:
    """A string attribute in the stream's code page."""
    raw = value.split(b"\0", 1)[0]
    return decode(raw, charset) if charset else guess(raw)


def _message(found: Tnef, value: bytes, charset: str) -> None:
    """Body texts among the message's MAPI properties."""
    for prop, content in _properties(value):
        found.message = True
        if prop == _PLAIN:
            found.body = found.body or _string(content, charset)
        elif prop == _HTML:
            found.html = _text(content[1], charset)


def _attachment(found: Tnef, kind: int, value: bytes, charset: str, depth: int) -> None:
    """One attribute of the attachment that began last."""
    if kind == _RENDER or not found.files:
        found.files.append(TnefFile())
    current = found.files[-1]
    if kind == _TITLE and not current.long_name:
        current.name = _text(value, charset)
    elif kind == _DATA:
        current.data = value
    elif kind == _PROPS:
        _file_properties(found, current, value, charset, depth)


def _file_properties(found: Tnef, current: TnefFile, value: bytes, charset: str, depth: int) -> None:
    """Names and an embedded message among an attachment's MAPI properties."""
    names: dict[int, str] = {}
    for prop, content in _properties(value):
        if prop in {_LONG_NAME, _DISPLAY_NAME, _SHORT_NAME}:
            names[prop] = _string(content, charset)
        elif prop == _OBJECT and content[0] == 0x0D and depth < MAX_DEPTH:
            inner = read_tnef(content[1][16:], depth + 1)  # an interface id stands before the stream
            found.files += inner.files
            found.body = "\n\n".join(t for t in (found.body, inner.body) if t)
        elif prop == _OBJECT and not current.data:
            current.data = content[1]
    best = names.get(_LONG_NAME) or (
        "" if current.name else names.get(_SHORT_NAME) or names.get(_DISPLAY_NAME, "")
    )
    if best:
        current.name, current.long_name = best, True


def _string(content: tuple[int, bytes], charset: str) -> str:
    """A MAPI string: type 0x1F is UTF-16, 0x1E is in the code page."""
    kind, raw = content
    return raw.decode("utf-16le", "replace").split("\0", 1)[0] if kind == 0x1F else _text(raw, charset)


def _properties(data: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """MAPI properties: id, and (type, first value) (MS-OXTNEF §2.1.3.4).

    Ends at anything that does not fit.
    """
    try:
        count, at = struct.unpack_from("<I", data)[0], 4
        for _ in range(min(count, 4096)):
            kind, prop = struct.unpack_from("<HH", data, at)
            at = _skip_name(data, at + 4) if prop >= 0x8000 else at + 4
            values, at = _values(data, at, kind)
            if values:
                yield prop, (kind & 0xFFF, values[0])
    except struct.error:
        return


def _skip_name(data: bytes, at: int) -> int:
    """Offset behind a named property's name."""
    kind, length = struct.unpack_from("<II", data, at + 16)
    return at + 24 + (_padded(length) if kind else 0)


def _values(data: bytes, at: int, kind: int) -> tuple[list[bytes], int]:
    """Values of one property, and the offset behind them. Raises struct.error on a type that is not known."""
    base, several = kind & 0xFFF, bool(kind & 0x1000)
    variable = base not in _FIXED
    if variable and base not in {0x1E, 0x1F, 0x0D, 0x102}:
        raise struct.error
    count = 1
    if several or variable:
        count = struct.unpack_from("<I", data, at)[0]
        at += 4
    values = []
    for _ in range(min(count, 4096)):
        length = struct.unpack_from("<I", data, at)[0] if variable else _FIXED[base]
        at += 4 if variable else 0
        if at + length > len(data):
            raise struct.error
        values.append(data[at : at + length])
        at += _padded(length)
    return values, at


def _padded(length: int) -> int:
    """A length filled up to four bytes."""
    return (length + 3) & ~3
