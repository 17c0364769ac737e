"""Transfer encodings of mail (RFC 2045 §6) and uuencode, undone by what the bytes are where labels lie."""

import binascii
import re
from collections.abc import Iterator

from shoufa.readers.mail_charset import unbase64

_RAW = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xd8\xff", b"\x89PNG", b"Rar!\x1a", b"7z\xbc\xaf")
"""How files begin that a gateway decoded, leaving the label."""
_OUTSIDE = re.compile(rb"[^A-Za-z0-9+/=\s]")
_ALL_BASE64 = re.compile(rb"[A-Za-z0-9+/]{40,}={0,2}")
HEAD = 4096


def transfer_decoded(data: bytes, encoding: str) -> bytes:
    """Bytes without their transfer encoding; the names are matched loosely ("base-64", "x-uue")."""
    if encoding.replace("-", "").startswith("base64"):
        return unbase64(data) if _is_base64(data) else data
    if encoding.startswith("quoted"):
        return binascii.a2b_qp(data)
    if "uu" in encoding:
        found = next(uuencoded(data), None)
        return found[1] if found else data
    return data


def _is_base64(data: bytes) -> bool:
    """Whether what is labelled base64 may be it."""
    head = data[:HEAD]
    return not head.lstrip().startswith(_RAW) and len(_OUTSIDE.findall(head)) * 5 <= len(head)


def maybe_base64(data: bytes) -> bytes:
    """What was encoded without saying so: decoded if its beginning is base64 and nothing else."""
    compact = re.sub(rb"\s+", b"", data[:HEAD])
    return unbase64(data) if _ALL_BASE64.fullmatch(compact) else data


_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,400})\r?\n", re.MULTILINE)
_UU_END = re.compile(rb"^end[ \t]*\r?$", re.MULTILINE)
_UU_LINES = re.compile(rb"(?:[!-M`][ -`]{1,63}+\r?(?:\n|\Z)){2,}+")


def uuencoded(data: bytes) -> Iterator[tuple[bytes, bytes, tuple[int, int]]]:
    """Files uuencoded in a text: raw name, content, place.

    One without its end goes as far as its lines do.
    """
    at, ends = 0, True
    while begin := _UU_BEGIN.search(data, at):
        end = _UU_END.search(data, begin.end()) if ends else None
        ends = end is not None
        body = None if end else _UU_LINES.match(data, begin.end())
        if end is None and body is None:
            return
        stop = end.start() if end else body.end() if body else 0
        at = end.end() if end else stop
        lines = data[begin.end() : stop].splitlines()
        content = b"".join(_uu_line(line) for line in lines if line.strip())
        yield begin[1].strip(), content, (begin.start(), at)


def _uu_line(line: bytes) -> bytes:
    """One uuencoded line; a length that is wrong is corrected by the line itself."""
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        size = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[: size + 1])
        except binascii.Error:
            return b""
