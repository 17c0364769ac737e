"""A value together with the sentence of the notice that says it; a draft is made of nothing else."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_SENTENCE = re.compile(r"[^。；]+(?:[。；](?![”）])|$)")

LONGEST = 1_000
"""Characters; the longest sentence measured in fifty notices has under 500."""


@dataclass(frozen=True)
class Said:
    """A value and the words it was read from; `note` where these had to be mended to be read."""

    value: Any
    sentence: str
    note: str = ""


def sentences(paragraphs: Iterable[str]) -> Iterator[str]:
    """The sentences of some paragraphs, in order; a full stop within quotes or brackets ends none."""
    for paragraph in paragraphs:
        held = ""
        for found in _SENTENCE.finditer(paragraph):
            held += found[0]
            if held.count("（") <= held.count("）") and held.count("“") <= held.count("”"):
                yield from _pieces(held)
                held = ""
        if held:
            yield from _pieces(held)


def _pieces(sentence: str) -> Iterator[str]:
    """A sentence, or what is none for its length in pieces, so that no text takes long to look through."""
    for start in range(0, len(sentence), LONGEST):
        yield sentence[start : start + LONGEST].strip()


def number_in(text: str) -> int:
    """A small number in figures or Chinese numerals (1 to 99); ValueError for anything else."""
    text = text.strip()
    if text.isdigit():
        return int(text)
    digits = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"两": 2}
    digits |= {c: i for i, c in enumerate("壹贰叁肆伍陆柒捌玖", 1)}
    if text.count("十") == 1 and len(text) <= 3:
        tens, _, ones = text.partition("十")
        if not {tens, ones} <= {*digits, ""}:
            raise ValueError(text)
        return 10 * (digits[tens] if tens else 1) + (digits[ones] if ones else 0)
    if text not in digits:
        raise ValueError(text)
    return digits[text]


def counted(text: str) -> int | None:
    """The number that a text is, null for what is none of its own (三五, three to five)."""
    try:
        return number_in(text)
    except ValueError:
        return None
