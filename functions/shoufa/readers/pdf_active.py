"""What a PDF could do when opened in a viewer that obeys: told by its dictionaries, never done.

Dictionaries stand in the open or in packed object streams (ISO 32000-1, 7.5.7); names may be written with
codes in place of letters (7.3.5).
"""

import re
import zlib
from collections.abc import Iterator
from typing import Any

from shoufa.readers.pdf_text import pdfium

MAX_STREAM, MAX_STREAMS, MAX_BYTES = 4 << 20, 4000, 64 << 20
"""How much of one object stream is unpacked, of how many, and of all."""
_ACTIONS = {
    "script": re.compile(
        rb"/S\s*/(?:JavaScript|Rendition)\b|/JavaScript\s*(?:<<|\d+ \d+ R)|/JS\s*(?:\d+ \d+ R|\([\s -~]{6})"
    ),
    "launch": re.compile(rb"/S\s*/Launch\b"),
    "embedded": re.compile(rb"/EmbeddedFiles\b|/Subtype\s*/FileAttachment\b|/S\s*/GoToE\b|/RichMedia\b"),
    "external": re.compile(
        rb"/S\s*/(?:SubmitForm|ImportData)\b|/S\s*/GoToR\b[^>]{0,200}(?:\\\\|://)|"
        rb"/URI\s*\((?!\s*(?i:https?:|mailto:|tel:|ftp:|#|www\.))[^)]{0,40}[:\\]|"
        rb"/(?:OpenAction|AA)\s*<<[^>]{0,200}/URI\b|/FS\s*/URL\b"
    ),
    "xfa": re.compile(rb"/XFA\s*(?:\[|\d+ \d+ R)"),
}  # fmt: skip
_CODED = re.compile(rb"/[A-Za-z]{0,14}#[2-7][0-9A-Fa-f][A-Za-z0-9#]{0,40}")
_CODE = re.compile(rb"#([0-9A-Fa-f]{2})")


def active(document: Any, data: bytes) -> list[str]:
    """Scripts, programs that would be launched, files inside, places that would be asked, XFA forms."""
    raw = pdfium().raw
    found = {name for text in _dictionaries(data) for name, sign in _ACTIONS.items() if sign.search(text)}
    if raw.FPDFDoc_GetJavaScriptActionCount(document) > 0:
        found.add("script")
    if raw.FPDFDoc_GetAttachmentCount(document) > 0:
        found.add("embedded")
    if raw.FPDF_GetFormType(document) in {raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND}:
        found.add("xfa")
    return sorted(found)


def _dictionaries(data: bytes) -> Iterator[bytes]:
    """The file itself, and its object streams unpacked, with names in plain letters."""
    yield _plain(data)
    left = MAX_BYTES
    for number, place in enumerate(re.finditer(rb"/ObjStm\b", data)):
        begin = data.find(b"stream", place.end(), place.end() + 1000)
        if begin < 0 or left <= 0 or number >= MAX_STREAMS:
            continue
        unpacked = _unpacked(data[begin + 6 : begin + 8 + MAX_STREAM].lstrip(b"\r\n"))
        left -= len(unpacked)
        yield _plain(unpacked)


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, MAX_STREAM)
    except zlib.error:
        return b""


def _plain(data: bytes) -> bytes:
    """The data with names in plain letters, where any are written with codes."""
    if _CODED.search(data) is None:
        return data
    return _CODED.sub(lambda name: _CODE.sub(lambda code: bytes([int(code[1], 16)]), name[0]), data)
