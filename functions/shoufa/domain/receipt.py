"""Receipt numbers (收件编号) and tokens: made from the mail itself, so they are the same on replay."""

import hashlib
import re
from datetime import datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no I, L, O, U, so that a number read out over the phone survives."""
NUMBER = re.compile(r"(?<![0-9A-Z])(\d{6}-[0-9A-HJKMNP-TV-Z]{6,20}-[0-9A-HJKMNP-TV-Z])(?![0-9A-Z])")
TOKEN = re.compile(r"<receipt\.([0-9A-Za-z-]+)@shoufa(?:\.[a-z0-9.-]+)?>")


def receipt_number(received: datetime, fingerprint: str, length: int = 6) -> str:
    """`YYMMDD-XXXXXX-C`: date in Asia/Shanghai, base32 of the fingerprint, check character.

    `fingerprint` is hex; `length` grows by two when another fingerprint already holds the number.
    """
    bits = int(hashlib.sha256(fingerprint.encode()).hexdigest(), 16)
    body = "".join(ALPHABET[bits >> (5 * i) & 31] for i in range(length))
    day = received.astimezone(ZONE).strftime("%y%m%d")
    return f"{day}-{body}-{check_character(day + body)}"


def check_character(text: str) -> str:
    """One character over GF(32): every single slip and every swap of two of up to 31 characters shows.

    The sum of the characters, each multiplied by another power of the field's generator 2.
    """
    total, weight = 0, 1
    for character in text:
        weight = _times(weight, 2)
        total ^= _times(weight, ALPHABET.index(character))
    return ALPHABET[total]


def _times(a: int, b: int) -> int:
    """The product in GF(32), modulo the primitive polynomial x⁵ + x² + 1."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = (a << 1) ^ (0b100101 if a & 16 else 0)
        b >>= 1
    return product


def numbers_in(text: str) -> list[str]:
    """Receipt numbers in a text whose check character is right, in order."""
    found = []
    for number in NUMBER.findall(text.upper()):
        day, body, check = number.split("-")
        if check_character(day + body) == check and number not in found:
            found.append(number)
    return found


def token(number: str, domain: str = "shoufa.invalid") -> str:
    """Our token for References: joins replies and bounces even where Message-ID is rewritten (SES)."""
    return f"<receipt.{number}@{'shoufa.' + domain.removeprefix('shoufa.')}>"


def tokens_in(ids: tuple[str, ...]) -> list[str]:
    """Receipt numbers that our tokens among message ids carry."""
    return [n for i in ids for t in TOKEN.findall(i) for n in numbers_in(t)]
