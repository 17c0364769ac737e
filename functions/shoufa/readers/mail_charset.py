"""Bytes to text when the label lies: charsets of mail (RFC 2045) and encoded words (RFC 2047), tolerantly.

Chinese mailers label GB 18030 as gb2312 or gbk, write raw 8-bit names, and cut encoded words inside a
character.
"""

import binascii
import re
import unicodedata

GB = {
    "gb2312",
    "gbk",
    "x-gbk",
    "cp936",
    "ms936",
    "windows-936",
    "gb_2312-80",
    "csgb2312",
    "gb18030",
    "euc-cn",
    "chinese",
}
_ALIASES = dict.fromkeys(GB, "gb18030") | {
    "utf8": "utf-8",
    "utf-8-mac": "utf-8",
    "hz-gb-2312": "hz",
    "x-big5": "big5hkscs",
    "big5": "big5hkscs",
}
_KNOWN = re.compile(
    r"(?:utf|gb18030|hz$|big5|iso|windows|cp\d|koi8|shift|sjis|euc|us-ascii|ascii|latin|ks_c|mac|tis|viscii)"
    r"[\w.:-]*",
    re.ASCII,
)
_WORD = re.compile(
    r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,40})?\?([bBqQ])\?((?:(?!=\?[^?\s]{1,80}\?[bBqQ]\?).){0,8000}?)\?=",
    re.DOTALL,
)
"""An encoded word; one that was never closed ends where the next one begins."""
_FITS_ALL = {"iso-8859-1", "iso8859-1", "latin1", "latin-1", "windows-1252", "cp1252", "iso-8859-15"}
_HIGH = re.compile(rb"[\x80-\xff]+")
_THREE_BYTES = re.compile(rb"[\xe2-\xef][\x80-\xbf]{2}")
_ESCAPED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
MAX_NAME = 200


def guess(data: bytes) -> str:
    """Text of unlabelled bytes: UTF-8, else GB 18030, else Big5, else with replacement characters.

    High bytes that mostly stand alone between letters are a Western code page's.
    """
    if _is_text(data, "utf-8"):
        return data.decode("utf-8")
    runs = _HIGH.findall(data)
    if len(runs) >= 4 and sum(len(run) == 1 for run in runs) * 4 >= len(runs) * 3:
        return data.decode("cp1252", "replace")
    for charset in ("gb18030", "big5hkscs"):
        if _is_text(data, charset):
            return data.decode(charset)
    return data.decode("gb18030", "replace")


def decode(data: bytes, label: str) -> str:
    """Text of labelled bytes; a wrong or unknown label falls back to `guess`, a lying one to what they are.

    A declared charset with few faults (a character cut off) is kept, for damaged text is nearer than another
    language's.
    """
    charset = _ALIASES.get(label.strip().strip("\"'").lower(), label.strip().lower())
    if (
        not charset
        or charset in {"default", "unknown-8bit", "x-unknown", "ascii", "us-ascii"}
        or not _KNOWN.fullmatch(charset)
    ):
        return guess(data)
    charset = _belied(data, charset)
    try:
        return (
            data.decode(charset).encode("utf-8", "replace").decode("utf-8")
        )  # UTF-7 can give lone surrogates
    except UnicodeDecodeError:
        text = data.decode(charset, "replace")
    except LookupError:
        return guess(data)
    foreign = sum(not c.isascii() for c in text)
    return text if text.count("\ufffd") * 10 <= foreign else guess(data)


def _belied(data: bytes, charset: str) -> str:
    """The charset that the bytes show to be the true one where the label fits any bytes; else the label's.

    Almost any bytes are text in Windows-1252, and many are in GB 18030. What is sound UTF-8 with two
    characters of three bytes is that; what holds high bytes in pairs alone, and is GB 2312 throughout, is no
    Western text.
    """
    if charset not in _FITS_ALL and charset != "gb18030":
        return charset
    runs = _HIGH.findall(data)
    if not runs:
        return charset
    if len(_THREE_BYTES.findall(data)) >= 2 and _is_text(data, "utf-8"):
        return "utf-8"
    pairs = all(len(run) % 2 == 0 for run in runs) and len(max(runs, key=len)) >= 4
    return "gb18030" if charset in _FITS_ALL and pairs and _is_text(data, "gb2312") else charset


def _is_text(data: bytes, charset: str) -> bool:
    try:
        data.decode(charset)
    except UnicodeDecodeError:
        return False
    return True


def header_text(value: bytes) -> str:
    """A raw header value as text, encoded words untouched."""
    return value.decode("ascii") if value.isascii() else guess(value)


def words(text: str) -> str:
    """Text with its encoded words decoded (RFC 2047 §6.2), also where a second program encoded them again.

    Neighbours of one charset are joined before decoding.
    """
    once = _words(text)
    return _words(once) if once != text and _WORD.search(once) else once


def _words(text: str) -> str:
    """Text with its encoded words decoded once."""
    out: list[str] = []
    run: list[tuple[str, str]] = []
    charset, at = "", 0
    for found in _WORD.finditer(text):
        gap = text[at : found.start()]
        same = bool(run) and not gap.strip() and found[1].lower() == charset
        if run and not same:
            out.append(_run(run, charset))
            run = []
        if gap and not (at and not gap.strip()):
            out.append(gap)
        charset, at = found[1].lower(), found.end()
        run.append((found[2].upper(), found[3]))
    if run:
        out.append(_run(run, charset))
    return "".join(out) + text[at:]


def _run(run: list[tuple[str, str]], charset: str) -> str:
    """Decoded text of adjacent encoded words; base64 cut between words is joined first."""
    merged: list[tuple[str, str]] = []
    for encoding, payload in run:
        cut = merged and encoding == "B" == merged[-1][0] and not merged[-1][1].endswith("=")
        if cut and len(merged[-1][1]) % 4:
            payload = merged.pop()[1] + payload  # noqa: PLW2901
        merged.append((encoding, payload))
    return decode(b"".join(_payload(e, p) for e, p in merged), charset)


def _payload(encoding: str, payload: str) -> bytes:
    """Bytes of one encoded word."""
    raw = payload.encode("utf-8", "surrogatepass")
    if encoding == "B":
        return unbase64(raw)
    return binascii.a2b_qp(raw.replace(b" ", b"_"), header=True)


_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_FOREIGN = bytes(set(range(256)) - set(_ALPHABET))


def unbase64(data: bytes) -> bytes:
    """Base64 with anything foreign in it left out, a short end padded, and several pieces run together."""
    mark = data.find(b"=")
    if mark < 0 or not data[mark:].strip(b"= \t\r\n"):
        try:
            return binascii.a2b_base64(data)
        except binascii.Error:
            pass
    clean = data.translate(None, _FOREIGN)
    if b"=" in clean.rstrip(b"="):
        return b"".join(unbase64(piece) for piece in re.findall(rb"[^=]+", clean))
    clean = clean.rstrip(b"=")
    clean = clean[:-1] if len(clean) % 4 == 1 else clean
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def visible(text: str) -> str:
    r"""A name safe to show.

    NFC, white space as blanks, other control and direction characters as \u202e text.
    """
    flat = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()
    return "".join(f"\\u{ord(c):04x}" if unicodedata.category(c) in _ESCAPED else c for c in flat)


def attachment_name(text: str) -> str:
    """A declared file name as one visible segment: no folders, at most MAX_NAME characters, its ending kept.

    A Windows path is cut to its last segment; other separators become underscores.
    """
    text = text.strip("\ufeff")
    if re.match(r"(?:[A-Za-z]:)?\\", text):
        text = re.split(r"[\\/]", text)[-1]
    segments = [s for s in re.split(r"[\\/]", text) if s.strip() not in {"", ".", ".."}]
    return shorten(visible("_".join(segments)))


def shorten(name: str) -> str:
    """A name of at most MAX_NAME characters, cut in the middle."""
    return name if len(name) <= MAX_NAME else name[: MAX_NAME - 21] + "…" + name[-20:]


def member_path(text: str) -> str:
    """An archive member's name as visible segments joined by "/", without roots, drives or "..".

    To show only.
    """
    segments = [visible(s) for s in re.split(r"[\\/]", re.sub(r"^[A-Za-z]:", "", text))]
    return "/".join(shorten(s) for s in segments if s not in {"", ".", ".."}) or "_"


def meta_charset(data: bytes) -> str:
    """The charset that an HTML text names itself."""
    found = re.search(rb"charset\s*=\s*[\"']?([\w-]{2,30})", data[:2048], re.IGNORECASE)
    return found[1].decode("ascii") if found else ""
