"""Recognised lines: which deserve a second, more careful look, in which order they are read.

How they join.
"""

import re
from dataclasses import dataclass

import numpy as np

from shoufa.domain import credit_code
from shoufa.readers import ocr, ticks
from shoufa.readers.ocr import Picture, Quad, Reading, Spoken

LOOKALIKES = str.maketrans("OoIlZzSs", "00112255")
"""Signs that no unified social credit code holds (GB 32100-2015 §4.1) and what they were misread from."""
_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z](?:[.,·'’` -]?[0-9A-Za-z]){17}(?![0-9A-Za-z])")
_OTHER = re.compile(r"[^0-9A-Za-z]")
_EDGES = "|丨│┃ "
"""What a recogniser makes of the rule beside a cell's text."""
SECOND_LOOKS = 12
"""Lines per page that may be read a second time: bounds the time of a bad page."""


@dataclass
class Draft:
    """Lines as the quick recogniser read them: pictures, places, and what it made of them."""

    pictures: list[Picture]
    quads: list[Quad]
    found: list[Spoken]

    @property
    def quality(self) -> float:
        """Mean score over characters; 0 where nothing was read."""
        weight = sum(len(said.text) for said in self.found)
        return sum(len(said.text) * said.score for said in self.found) / weight if weight else 0.0


def draft(picture: Picture, quads: list[Quad]) -> Draft:
    """Read all lines with the quick recogniser."""
    lines = [ocr.cut(picture, quad) for quad in quads]
    return Draft(lines, quads, ocr.recognise(lines))


def finished(made: Draft) -> list[Reading]:
    """Read the lines in doubt again with the careful recogniser, and drop those that say nothing."""
    found = list(made.found)
    doubtful = sorted((i for i, said in enumerate(found) if _doubtful(said)), key=lambda i: found[i].least)
    chosen = doubtful[:SECOND_LOOKS]
    again = ocr.recognise([made.pictures[i] for i in chosen], careful=True)
    for i, second in zip(chosen, again, strict=True):
        if second.score >= found[i].score - 0.1:
            found[i] = second
    for i in _choices(found, made.quads):
        found[i] = ticks.with_boxes(made.pictures[i], found[i])
    return [
        Reading(code_repaired(said.text.strip()), said.score, quad, said.least)
        for said, quad in zip(found, made.quads, strict=True)
        if said.text.strip()
    ]


def _choices(found: list[Spoken], quads: list[Quad]) -> list[int]:
    """Lines that offer a choice, and those that go on beside them."""
    places = [(float(q[:, 1].mean()), ocr.size_of(q)[1]) for q in quads]
    heads = [places[i] for i, said in enumerate(found) if ticks.offers_choice(said.text)]
    return [i for i, (y, _) in enumerate(places) if any(abs(y - level) < 0.6 * high for level, high in heads)]


def _doubtful(said: Spoken) -> bool:
    """Whether a line deserves a second look: an address, a code that does not check, or a low score."""
    signs = _OTHER.sub("", said.text)
    if "@" in said.text or (
        15 <= len(signs) <= 24 and not any(credit_code.check(c).valid for c in _runs(signs))
    ):
        return True
    return said.score < 0.93 or said.least < 0.45


def _runs(signs: str) -> list[str]:
    """All runs of a credit code's length."""
    return [signs[i : i + credit_code.LENGTH] for i in range(len(signs) - credit_code.LENGTH + 1)]


def code_repaired(text: str) -> str:
    """Replace signs that no credit code can hold by the ones they resemble, in what can only be such a code.

    Specks read as points inside a code are dropped where the check character then agrees.
    """

    def repair(match: re.Match[str]) -> str:
        better = _OTHER.sub("", match.group()).translate(LOOKALIKES).upper()
        whole = len(match.group()) == credit_code.LENGTH
        plausible = whole and better[2:8].isdigit() and set(better) <= set(credit_code.CHARACTERS)
        return better if plausible or credit_code.check(better).valid else match.group()

    return _CODE.sub(repair, text)


def in_order(readings: list[Reading]) -> list[list[Reading]]:
    """Rows from top to bottom, each from left to right: lines whose middles are level share a row."""
    rows: list[list[Reading]] = []
    for reading in sorted(readings, key=lambda r: _middle(r)[1]):
        y, height = _middle(reading)[1], ocr.size_of(reading.quad)[1]
        last = rows[-1] if rows else []
        level = float(np.mean([_middle(r)[1] for r in last])) if last else 0.0
        if last and y - level < 0.45 * min(height, *(ocr.size_of(r.quad)[1] for r in last)):
            last.append(reading)
        else:
            rows.append([reading])
    return [sorted(row, key=lambda r: _middle(r)[0]) for row in rows]


def _middle(reading: Reading) -> tuple[float, float]:
    x, y = reading.quad.mean(axis=0)
    return float(x), float(y)


def joined(readings: list[Reading], width: float) -> str:
    """Text of one cell `width` pixels wide: a line that left no room for what follows was wrapped there."""
    text = ""
    room = 0.0
    for row in in_order(readings):
        piece = " ".join(r.text for r in row).strip(_EDGES)
        height = max(ocr.size_of(r.quad)[1] for r in row)
        if text:
            wrapped = room < _first_width(piece, height) + 1.6 * height
            text += (_glue(text, piece) if wrapped else "\n") + piece
        else:
            text = piece
        room = width - sum(ocr.size_of(r.quad)[0] for r in row)
    return text


def _first_width(piece: str, height: float) -> float:
    """Width of what cannot be broken at the head of a line.

    One Chinese character, or a word of Latin letters.
    """
    word = re.match(r"[!-~]+", piece)
    return 0.8 * height if word is None else 0.42 * height * min(len(word.group()), 24)


def _glue(before: str, after: str) -> str:
    """A space between words of Latin letters; nothing inside codes, addresses and Chinese."""
    latin = re.search(r"[a-z]{2,}[,.;:]?$", before) and re.match(r"[A-Za-z]{2,}\b(?![@.])", after)
    return " " if latin and " " in before.splitlines()[-1] else ""
