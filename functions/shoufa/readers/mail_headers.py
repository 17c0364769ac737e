"""Header fields of a mail: parameters (RFC 2231), addresses and ids (RFC 5322), dates."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import getaddresses, parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from shoufa.domain.mail import Address
from shoufa.readers.mail_charset import decode, header_text, words

SHANGHAI = timezone(timedelta(hours=8))
MAX_DATE = 400
MAX_FIELD = 16_000
"""No more of a structured field is parsed; longer lists of addresses are cut."""
_PARAM = re.compile(
    r';\s*([^=;\s"]{1,80})\s*=\s*(?:"((?:[^"\\]|\\.|"(?!\s*(?:;|$)))*)"'
    r"|([^;.]*;(?![^;=]*=)[^;]*|[^;]*))",
    re.DOTALL,
)
"""A parameter. An unquoted value without an ending goes on behind a semicolon that begins no parameter."""
_CONTINUED = re.compile(r"(.+?)\*(?:(\d{1,4})(\*)?)?")
_EMAIL = re.compile(r"[\w.+=!#$%&*/?^`{|}~-]{1,80}@[\w.-]{1,190}\w")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2}|[\w.()~+ -])+", re.ASCII)


class Field(NamedTuple):
    """A structured header: its first token in lower case, and its parameters, decoded."""

    value: str
    params: dict[str, str]


def field(raw: bytes) -> Field:
    """Value and parameters of Content-Type or Content-Disposition; the first of equal names wins."""
    text = header_text(raw[:MAX_FIELD])
    if ";" not in text and "=" in text:
        text = re.sub(r"\s+(?=[\w*]+\s*=)", "; ", text.strip(), count=1)
    value = text.partition(";")[0].strip().lower()
    found: dict[str, str] = {}
    for name, quoted, plain in _PARAM.findall(text):
        bare = re.sub(r'\\(["\\])', r"\1", quoted) if quoted else plain.strip().strip('"')
        found.setdefault(name.lower(), bare)
    return Field(value, _join(found))


def _join(found: dict[str, str]) -> dict[str, str]:
    """Parameters with RFC 2231 continuations joined as bytes, then decoded; the extended form wins."""
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    plain: dict[str, str] = {}
    for name, value in found.items():
        continued = _CONTINUED.fullmatch(name)
        if continued:
            encoded = continued[2] is None or continued[3] is not None
            pieces.setdefault(continued[1], []).append((int(continued[2] or 0), encoded, value))
        else:
            plain[name] = _plain(value)
    return plain | {name: _extended(sorted(parts)) for name, parts in pieces.items()}


def _plain(value: str) -> str:
    """A plain parameter: encoded words inside (quoted or not), or a percent-encoded name."""
    if "=?" in value:
        return words(value)
    if "%" in value and _PERCENT.fullmatch(value):
        raw = unquote_to_bytes(value if "%20" in value else value.replace("+", " "))
        return value if raw.isascii() else decode(raw, "utf-8")
    return value


def _extended(parts: list[tuple[int, bool, str]]) -> str:
    """Text of RFC 2231 pieces: bytes are joined first, for mailers cut inside a character."""
    charset, data, pending = "", b"", b""
    for number, (_, encoded, value) in enumerate(parts):
        text = value
        if encoded and number == 0 and value.count("'") >= 2:
            charset, _, text = value.split("'", 2)
        raw = text.encode("utf-8", "surrogatepass")
        if encoded:
            pending += raw  # even an escape may be cut
        else:
            data, pending = data + unquote_to_bytes(pending) + raw, b""
    return words(decode(data + unquote_to_bytes(pending), charset))


def addresses(values: list[bytes]) -> tuple[Address, ...]:
    """Mailboxes of address fields; names are decoded after the field was taken apart.

    What has no @ is left out.
    """
    texts = [header_text(v[:MAX_FIELD]) for v in values]
    try:
        pairs = getaddresses(texts)
    except (RecursionError, IndexError, ValueError):
        pairs = []
    found = [Address(name=_person(name), email=_clean(email)) for name, email in pairs if "@" in email]
    if not found:
        found = [Address(email=_clean(m)) for text in texts for m in _EMAIL.findall(words(text))]
    return tuple(found[:500])


def _person(name: str) -> str:
    """A display name in one line."""
    return printable(words(name)).strip("\"' ")[:200]


def _clean(email: str) -> str:
    """An addr-spec in lower case, the first one if there are several, without blanks."""
    email = words(email)
    found = _EMAIL.search(email)
    return (found[0] if found else re.sub(r"\s+", "", email)).lower()


def printable(text: str) -> str:
    """Text in one line without control characters."""
    lines = (line.strip() for line in re.split(r"[\r\n]+", text))
    return re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", " ".join(line for line in lines if line)).strip()


def message_ids(values: list[bytes]) -> tuple[str, ...]:
    """Ids in angle brackets (RFC 5322 §3.6.4); where there are none, each word with an @."""
    text = " ".join(header_text(v) for v in values)
    found = [re.sub(r"\s+", "", m) for m in re.findall(r"<[^<>]{1,900}>", text)]
    return tuple((found or [w for w in text.split() if "@" in w])[:1000])


def moment(text: str) -> datetime | None:
    """A date of RFC 5322 §3.3 with its zone, null if it cannot be read or lies outside 1990 to 2099.

    Without a zone, and with the zone's letters CST, China's time is meant; -0000 is UTC.
    """
    text = re.sub(r"\bCST\b(?!\))", "+0800", printable(words(text[:MAX_DATE]))[:MAX_DATE])
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        found = None
    if found is None:
        return written_moment(text)
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC if "-0000" in text else SHANGHAI)
    return found if 1990 <= found.year <= 2099 else None


_WRITTEN = re.compile(
    r"(\d{4})\s*[年/.-]\s*(\d{1,2})\s*[月/.-]\s*(\d{1,2})\s*日?(?:T|[\s,，]*(?:[(（]?(?:星期|周).[)）]?)?\s*)"
    r"(上午|下午|中午|晚上|凌晨|早上|AM|PM)?\s*(?:(\d{1,2})[:：时](\d{1,2})?(?:[:：分](\d{1,2}))?)?\s*(AM|PM)?"
    r"\s*(?:(?:UTC|GMT)?([+-]\d\d):?(\d\d))?",
    re.IGNORECASE,
)
_LATE = {"下午", "中午", "晚上", "pm"}


def written_moment(text: str) -> datetime | None:
    """A date as people's mail programs write it: 2023年8月10日(星期四) 下午3:05, 2023-08-10 15:05:00, 2023/8/10."""
    found = _WRITTEN.search(text[:MAX_DATE])
    if not found:
        return None
    year, month, day, half, hour, minute, second, half_after, zone, zone_minutes = found.groups()
    hours = int(hour or 0)
    late = (half or half_after or "").lower()
    if late in _LATE and 1 <= hours < (11 if late == "中午" else 12):
        hours += 12
    zone_hours = int(zone or 8)
    offset = timezone(timedelta(hours=zone_hours, minutes=int(f"{(zone or '+')[0]}{zone_minutes or 0}")))
    try:
        return datetime(
            int(year), int(month), int(day), hours, int(minute or 0), int(second or 0), tzinfo=offset
        )
    except ValueError:
        return None
