"""Telephone numbers, e-mail addresses and postal codes as people in China write them."""

import re
from typing import Literal

from shoufa.domain.value import Value
from shoufa.domain.width import nfkc

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－﹣~～", "-"))
_GAP = r"[ \t-]{0,3}"
_MOBILE = rf"(?P<mobile>1{_GAP}[3-9](?:{_GAP}\d){{9}})"
_SERVICE = rf"(?P<service>[48]00(?:{_GAP}\d){{7}})"
_AREA = rf"(?:\(?(?P<area>0(?:10|2\d|[3-9]\d{{2}}))\)?{_GAP})"
_LOCAL = r"(?P<local>[2-9]\d{2,3}[ -]?\d{4})"
_EXTENSION = (
    r"(?:[ \t,]{0,2}\(?(?:转|分机号?:?|ext[.:]?|x|#|-)[ \t]?(?P<extension>\d{1,6})(?!\d)[ \t]?(?:分机)?\)?)"
)
_IN_TEXT = re.compile(
    rf"(?<![\d.])(?:{_MOBILE}(?!\d)|(?:{_SERVICE}|{_AREA}{_LOCAL}){_EXTENSION}?(?!\d))", re.IGNORECASE
)
_BARE = re.compile(rf"(?<![\d.]){_LOCAL}{_EXTENSION}(?!\d)", re.IGNORECASE)
_ALONE = re.compile(_LOCAL)
_COUNTRY = re.compile(rf"(?<!\d)(?:(?:\+|00)86|\(\+?86\)|86(?=-)){_GAP}(?P<next>\(?\d{{2}})")
_BETWEEN = re.compile(r"[、,;:/或]|\([^\d()]{0,20}\)")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = re.compile(
    rf"(?<![A-Za-z0-9.@_-]){_ATOM}(?:\.{_ATOM}){{0,8}}"
    rf"@(?:{_LABEL}\.){{1,8}}[A-Za-z]{{2,24}}(?![A-Za-z0-9@_-])"
)
_POSTCODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


class Phone(Value):
    """One number: `13800001234`, `010-58811620`, `64220000` or `400-8000000`.

    The extension's digits apart.
    """

    number: str
    extension: str = ""
    kind: Literal["mobile", "landline", "service"]

    def __str__(self) -> str:
        """The number with its extension, as a Chinese reader expects it."""
        return f"{self.number}转{self.extension}" if self.extension else self.number


def phones_in(text: str) -> list[Phone]:
    """All numbers in running text, in order, each once.

    A landline without area code counts only with an extension (64220000转2509分机), or where the text, cut
    at 、，；：/或, is nothing else: eight digits alone may as well be a date.
    """
    text = _plain(text)
    whole = list(_IN_TEXT.finditer(text))
    bare = [
        m for m in _BARE.finditer(text) if not any(m.start() < w.end() and w.start() < m.end() for w in whole)
    ]
    found = [(m.start(), _phone(m)) for m in (*whole, *bare)]
    place = 0
    for piece in _BETWEEN.split(text):
        if alone := _ALONE.fullmatch(piece.strip()):
            found.append((text.index(piece, place), _phone(alone)))
        place = text.index(piece, place) + len(piece)
    numbers = [phone for _, phone in sorted(found, key=lambda item: item[0])]
    with_area = {n.number.partition("-")[2] for n in numbers}
    return list(dict.fromkeys(n for n in numbers if n.number not in with_area))


def parse_phone(text: str) -> Phone | None:
    """The first number of a field, or None if there is no valid one."""
    return next(iter(phones_in(text)), None)


def emails_in(text: str) -> list[str]:
    """E-mail addresses (RFC 5321 §4.1.2, without quoted local parts), lower case, in order, each once.

    Full-width characters and spaces around @ are read as meant.
    """
    text = re.sub(r"[ \t]{0,3}@[ \t]{0,3}", "@", nfkc(text))
    return list(dict.fromkeys(address.lower() for address in _EMAIL.findall(text)))


def parse_email(text: str) -> str | None:
    """The first address of a field, or None if there is no valid one."""
    return next(iter(emails_in(text)), None)


def parse_postcode(text: str) -> str | None:
    """The postal code of a field (six digits, spaces between them allowed), or None."""
    text = nfkc(text)
    found = _POSTCODE.search(text) or _POSTCODE.search(re.sub(r"(?<=\d)[ \t](?=\d)", "", text))
    return found[0] if found else None


def _plain(text: str) -> str:
    """Half-width, one kind of dash, no country code (before an area code it is replaced by the 0)."""
    text = nfkc(text.translate(_DASHES)).translate(_DASHES)
    return _COUNTRY.sub(lambda m: _national(m["next"]), text)


def _national(start: str) -> str:
    """What follows a country code, as it is dialled inside the country."""
    digits = start.lstrip("(")
    mobile = re.fullmatch("1[3-9]", digits)
    return start if mobile or digits.startswith("0") or digits in {"40", "80"} else f"0{digits}"


def _phone(found: re.Match[str]) -> Phone:
    """A match as a number in one writing."""
    groups = {name: re.sub(r"\D", "", value) for name, value in found.groupdict().items() if value}
    extension = groups.get("extension", "")
    if "mobile" in groups:
        return Phone(number=groups["mobile"], kind="mobile")
    if service := groups.get("service"):
        return Phone(number=f"{service[:3]}-{service[3:]}", extension=extension, kind="service")
    number = f"{groups['area']}-{groups['local']}" if "area" in groups else groups["local"]
    return Phone(number=number, extension=extension, kind="landline")
