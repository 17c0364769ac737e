"""Opaque-signed mail (application/pkcs7-mime, RFC 8551 §3.5).

The content inside, by a small DER and BER walk.

Signatures are not checked here: whoever signed, the content is what was sent. Besides PKCS#7 its Chinese twin
(GM/T 0010) is read, which has other object identifiers and the same shape.
"""

import zlib

from shoufa.domain.errors import Unreadable, UnreadableCode

_SIGNED = (b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", b"\x2a\x81\x1c\xcf\x55\x06\x01\x04\x02\x02")
_SEALED = (b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", b"\x2a\x81\x1c\xcf\x55\x06\x01\x04\x02\x03",
           b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17")  # fmt: skip
_COMPRESSED = (b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09",)
MAX_DEPTH = 40
MAX_CONTENT = 120 << 20


def smime_content(data: bytes) -> bytes | None:
    """The content of a signed or compressed message; null if it carries none (a detached signature).

    Raises Unreadable("encrypted") for enveloped data, Unreadable("unreadable") for anything that is not CMS.
    """
    try:
        kind, body = _content_info(data)
        if kind in _SEALED:
            raise Unreadable(UnreadableCode.ENCRYPTED, "an encrypted S/MIME message")
        if kind not in _SIGNED + _COMPRESSED:
            raise Unreadable(UnreadableCode.UNREADABLE, "not signed data")
        # SignedData and CompressedData both are: version, algorithm(s), encapContentInfo
        inner = _items(_items(body)[0][1])[2]
        _, content = _content_info(b"", _items(inner[1]))
        if not content:
            return None
        octets = _octets(_items(content)[0])
    except (IndexError, ValueError, RecursionError) as err:
        raise Unreadable(UnreadableCode.UNREADABLE, "broken S/MIME structure") from err
    return _inflate(octets) if kind in _COMPRESSED else octets


def _inflate(data: bytes) -> bytes:
    """Zlib data, up to MAX_CONTENT bytes. Raises Unreadable."""
    try:
        out = zlib.decompressobj().decompress(data, MAX_CONTENT + 1)
    except zlib.error as err:
        raise Unreadable(UnreadableCode.UNREADABLE, "broken compressed content") from err
    if len(out) > MAX_CONTENT:
        raise Unreadable(UnreadableCode.TOO_LARGE, "compressed content")
    return out


def _content_info(data: bytes, items: list[tuple[int, bytes]] | None = None) -> tuple[bytes, bytes]:
    """Object identifier and explicit content ([0]) of a ContentInfo (RFC 5652 §3)."""
    fields = items if items is not None else _items(_items(data)[0][1])
    if fields[0][0] != 0x06:
        raise ValueError
    return fields[0][1], fields[1][1] if len(fields) > 1 and fields[1][0] == 0xA0 else b""


def _octets(item: tuple[int, bytes]) -> bytes:
    """An OCTET STRING, its pieces joined if it is constructed."""
    tag, value = item
    if tag == 0x04:
        return value
    if tag == 0x24:
        return b"".join(_octets(piece) for piece in _items(value))
    return b""


def _items(data: bytes) -> list[tuple[int, bytes]]:
    """Tags and contents of the elements that follow each other in `data`."""
    out: list[tuple[int, bytes]] = []
    at = 0
    while at < len(data) and len(out) < 100_000:
        tag, start, stop, after = _element(data, at, 0)
        if tag == 0 and start == stop:
            break
        out.append((tag, data[start:stop]))
        at = after
    return out


def _element(data: bytes, at: int, depth: int) -> tuple[int, int, int, int]:
    """Tag, start and stop of the content, and the offset behind the element at `at` (X.690 §8.1).

    Raises ValueError where lengths do not fit.
    """
    if depth > MAX_DEPTH:
        raise ValueError
    tag, first, start = data[at], data[at + 1], at + 2
    if first == 0x80:
        return _indefinite(data, tag, start, depth)
    length = first
    if first > 0x80:
        length = int.from_bytes(data[start : start + (first & 0x7F)], "big")
        start += first & 0x7F
    if start + length > len(data):
        raise ValueError
    return tag, start, start + length, start + length


def _indefinite(data: bytes, tag: int, start: int, depth: int) -> tuple[int, int, int, int]:
    """An element that ends by end-of-contents octets."""
    at = start
    while data[at : at + 2] != b"\0\0":
        at = _element(data, at, depth + 1)[3]
    return tag, start, at, at + 2
