"""Unified social credit codes (统一社会信用代码, GB 32100-2015): check, find in text, repair safe OCR slips.

18 characters: registration authority, category, six of the district (GB/T 2260), nine of the organisation
code (GB 11714-1997, with a check digit of its own), check character. A right check character proves that
the code was copied well, never whose it is.
"""

import re
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from functools import lru_cache

from shoufa.domain.value import Value
from shoufa.domain.width import nfkc

CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100-2015 §4.1; I, O, S, V, Z are left out. A character's value is its index."""
LENGTH = 18
LONGEST_CELL = 60
"""Characters up to which a text is a cell's or a field's value and no page."""
_WEIGHTS = tuple(pow(3, i, 31) for i in range(LENGTH))
_SLIPS = str.maketrans("OIZS", "0125")
"""OCR slips that can be undone safely: the left side is never part of a code."""
_EXPONENT = re.compile(r"[1-9](?:\.?\d{1,16})?E\+?17")
"""How a number of 18 digits looks in a narrow cell, with or without its signs."""
_TOKEN = re.compile(r"[0-9A-Z]+")
_GAP = re.compile(r"[ \t\r\n-]{1,4}")
_SHAPE = re.compile(r"[0-9A-Z]{2}\d{6}[0-9A-Z]{10}")
_RESIDENT = re.compile(r"\d{6}((?:19|20)\d{6})\d{3}[0-9X]")


class CreditFault(StrEnum):
    """Why a code is not valid."""

    LENGTH = "length"
    CHARACTER = "character"
    CHECK = "check"


class CreditCheck(Value):
    """`valid`: the 18th character is right. `organisation_valid`: so is the 17th, which decides nothing.

    `why` is None for a valid code.
    """

    valid: bool
    organisation_valid: bool
    why: CreditFault | None = None


def normalise(text: str) -> str:
    """Half-width capitals without spaces, line breaks and hyphens."""
    return "".join(nfkc(text).split()).replace("-", "").upper()


def check_character(body: str) -> str:
    """The 18th character for the first 17 (GB 32100-2015 §4.2); ValueError if a character is not allowed.

    The outer modulo is in the standard and missing from many copies of it: remainder 0 gives `0`.
    """
    total = sum(CHARACTERS.index(c) * w for c, w in zip(body, _WEIGHTS, strict=False))
    return CHARACTERS[(31 - total % 31) % 31]


def organisation_digit(body: str) -> str:
    """The check digit of an organisation code for its first eight characters (GB 11714-1997)."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    rest = 11 - sum(int(c, 36) * w for c, w in zip(body, weights, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def check(code: str) -> CreditCheck:
    """Whether a code is valid; width, case, spaces and line breaks in it do not matter."""
    return _check(normalise(code))


@lru_cache(maxsize=4096)
def _check(code: str) -> CreditCheck:
    if len(code) != LENGTH:
        return CreditCheck(valid=False, organisation_valid=False, why=CreditFault.LENGTH)
    if not set(code) <= set(CHARACTERS):
        return CreditCheck(valid=False, organisation_valid=False, why=CreditFault.CHARACTER)
    organisation = organisation_digit(code[8:16]) == code[16]
    valid = check_character(code[:17]) == code[17]
    return CreditCheck(valid=valid, organisation_valid=organisation, why=None if valid else CreditFault.CHECK)


def damaged(text: str) -> bool:
    """Whether a spreadsheet took a code for a number: it keeps 15 digits and shows 9.14401E+17.

    The rest is lost, so such a text names nobody: many bodies of one district share it.
    """
    code = normalise(text)
    if _EXPONENT.fullmatch(code):
        return True
    if len(code) != LENGTH or not code.isdigit() or not code.endswith("000"):
        return False
    found = check(code)
    return not (found.valid and found.organisation_valid)


def repair(text: str) -> list[str]:
    """Valid codes that the text can be read as: itself, or with O, I, Z, S read as 0, 1, 2, 5; else none.

    Each of the four can stand for one digit only, so there is at most one.
    """
    code = normalise(text).translate(_SLIPS)
    return [code] if check(code).valid else []


def find(text: str) -> list[str]:
    """Runs of 18 characters that may be codes, in order, each once, as written (capitals, no gaps).

    Spaces, hyphens and line breaks may stand inside. Of overlapping runs a valid (or repairable) one is
    taken first, then the one with fewer gaps; a resident's identity number (GB 11643) is left out.
    """
    return list(_found_in_cell(text) if len(text) <= LONGEST_CELL else _found(text))


@lru_cache(maxsize=4096)
def _found_in_cell(text: str) -> list[str]:
    """A code stands in a paper's Word version, in its scan and in the table alike."""
    return _found(text)


def _found(text: str) -> list[str]:
    runs = [(start, end, code) for start, end, code in _runs(text) if not _is_resident(code)]
    runs.sort(key=lambda run: (not repair(run[2]), run[1] - run[0], run[0]))
    taken: dict[int, str] = {}
    covered: set[int] = set()
    for start, end, code in runs:
        if covered.isdisjoint(range(start, end)):
            covered.update(range(start, end))
            taken[start] = code
    return list(dict.fromkeys(code for _, code in sorted(taken.items())))


def _runs(text: str) -> Iterator[tuple[int, int, str]]:
    """Runs of whole tokens that make 18 characters, six of them a district.

    Place and end in the text, code.
    """
    text = nfkc(text).upper()
    tokens = [(m.start(), m.end()) for m in _TOKEN.finditer(text)]
    for i, (start, _) in enumerate(tokens):
        code, last = "", start
        for begin, end in tokens[i : i + LENGTH]:
            if begin != start and not _GAP.fullmatch(text, last, begin):
                break
            code, last = code + text[begin:end], end
            if len(code) >= LENGTH:
                break
        if len(code) == LENGTH and _SHAPE.fullmatch(code.translate(_SLIPS)):
            yield start, last, code


def _is_resident(code: str) -> bool:
    """Whether it is no credit code but an identity number: a real birthday and a right check digit."""
    found = _RESIDENT.fullmatch(code)
    if not found or check(code).valid:
        return False
    try:
        date.fromisoformat(found[1])
    except ValueError:
        return False
    total = sum(int(c) * pow(2, 17 - i, 11) for i, c in enumerate(code[:17]))
    return "10X98765432"[total % 11] == code[17]
