"""Header fields of outgoing mail, written so that nothing untrusted can end a line (RFC 5322, RFC 2047)."""

import base64
import re
from email.utils import parseaddr

from shoufa.domain.errors import ShoufaError

MAX_IDS = 20
MAX_ID = 900
"""Octets of one message id; one stands on each line, and a line may hold 998 (RFC 5322 §2.1.1)."""
LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
DOMAIN = re.compile(rf"(?=.{{1,253}}\Z){LABEL}(?:\.{LABEL})*")
MESSAGE_ID = re.compile(r"<[!-;=?-~]+>")
FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
ENCODED_OCTETS = 42
"""Octets in one encoded word: with `=?utf-8?B??=` and the longest field name the line stays under 78."""


class Unaddressable(ShoufaError):
    """An address to which no mail can be sent (empty, malformed, or with a local part beyond ASCII)."""


def address(text: str) -> str:
    """The addr-spec, its domain in ASCII (IDNA); raises Unaddressable."""
    local, at, domain = text.strip().rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError as err:
        raise Unaddressable("the domain of an address cannot be written in ASCII") from err
    if not at or not LOCAL.fullmatch(local) or not DOMAIN.fullmatch(domain):
        raise Unaddressable("an address is not a valid addr-spec (RFC 5322 §3.4.1)")
    return f"{local}@{domain}"


def mailbox(name: str, text: str) -> str:
    """A field with one mailbox, `name <address>` or a bare address; raises Unaddressable."""
    display, spec = parseaddr(UNSAFE.sub(" ", text))
    spec = address(spec)
    return f"{name}: {_folded(_encoded(display))}\r\n <{spec}>" if display else f"{name}: {spec}"


def unstructured(name: str, value: str) -> str:
    """A field of free text, in encoded words unless short plain ASCII; raises ValueError on a bad name."""
    if not FIELD_NAME.fullmatch(name):
        raise ValueError("not a header field's name")
    value = UNSAFE.sub(" ", value).strip()
    plain = value.isascii() and "=?" not in value and len(name) + len(value) + 2 <= 78
    return f"{name}: {value if plain else _folded(_encoded(value))}"


def message_id(text: str) -> str | None:
    """The id in angle brackets if it is one that may stand in a header, else None."""
    text = text.strip()
    text = text if text.startswith("<") else f"<{text}>"
    return text if MESSAGE_ID.fullmatch(text) and len(text) <= MAX_ID else None


def chain(references: tuple[str, ...], own: str, tokens: tuple[str, ...]) -> tuple[str, ...]:
    """What References says: the answered mail's references, its own id, our tokens; each once, ours last.

    Past MAX_IDS the first stays and the oldest after it go, as threads are built from the ends.
    """
    ours = tuple(dict.fromkeys(tokens))
    theirs = [i for i in (message_id(t) for t in (*references, own)) if i and i not in ours]
    theirs = list(dict.fromkeys(reversed(theirs)))[::-1]
    room = max(2, MAX_IDS - len(ours))
    if len(theirs) > room:
        theirs = [theirs[0], *theirs[1 - room :]]
    return (*theirs, *ours)


def ids(name: str, values: tuple[str, ...]) -> str:
    """A field of valid message ids, one a line."""
    return f"{name}: " + "\r\n ".join(values)


def _encoded(text: str) -> list[str]:
    """Encoded words of whole characters (RFC 2047 §5)."""
    words, chunk = [], b""
    for char in text:
        octets = char.encode()
        if len(chunk) + len(octets) > ENCODED_OCTETS:
            words.append(chunk)
            chunk = b""
        chunk += octets
    return [f"=?utf-8?B?{base64.b64encode(w).decode()}?=" for w in (*words, chunk) if w]


def _folded(words: list[str]) -> str:
    return "\r\n ".join(words)
