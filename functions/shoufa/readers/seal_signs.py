"""From a recogniser's frames to signs: its second choice stands where it makes a word that names hold.

A sign read unsurely may be mended to one that the recogniser itself thought possible, where that completes
a place (GB/T 2260) or one of the common words; and unsure signs before the place or behind the end of a name
are no signs, but print or ornament beside it. Signs read surely are never touched.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from shoufa.readers.seal_forms import simplified
from shoufa.readers.seal_words import COUNTY_CITIES, PLACED, PLACES, RANKS, UNLIKE_OTHERS, WORDS

_UNSURE, _ALMOST, _POSSIBLE = 0.85, 0.97, 0.02
"""Probability under which a sign may be mended, in a long word too, and that its substitute has at least."""
_LEAST, _CLEAR = 0.02, 3
"""Likelihood of a word against what was read, and how many times that of any other word, at least."""
_CHOICES = 8
_LONG = 3
"""Signs of a word that the others tell even where one was read rather surely."""
_MOST_ODD = 2
"""Signs at most that print beside the name makes at either end."""
PLACE = re.compile(f"^({'|'.join(PLACES)})")
"""How a name begins that has lost nothing at its beginning."""
ENDS = re.compile(
    r"(人民政府|委员会|管理局|[^会委院司]局|[^会]厅|公司|大学|学院|研究院|研究所|中心|协会|学会|联合会|医院|学校)$"
)
_LAST = "会社厂站校部处室店馆队行所院局厅章印组科股园台网报司委"
"""What a name may end with besides."""
_STROKES = "一丨丶"
"""What a line drawn beside a name is read as."""


class Words(NamedTuple):
    """Words by their first and by their second sign."""

    first: dict[str, tuple[str, ...]]
    second: dict[str, tuple[str, ...]]


def _indexed(words: Sequence[str]) -> Words:
    """Words by their signs."""
    by = [{w[i]: tuple(o for o in words if o[i] == w[i]) for w in words} for i in (0, 1)]
    return Words(by[0], by[1])


_PLACES, _PLACED, _WORDS, _UNLIKE_OTHERS = (
    _indexed(w) for w in ((*PLACES, *COUNTY_CITIES), PLACED, WORDS, UNLIKE_OTHERS)
)


class Sign(NamedTuple):
    """One sign that was read: its likeliest characters with their probabilities, best first."""

    choices: tuple[tuple[str, float], ...]

    @property
    def text(self) -> str:
        """The likeliest."""
        return self.choices[0][0]

    @property
    def sure(self) -> float:
        """How likely it is."""
        return self.choices[0][1]


def signs(frames: npt.NDArray[np.float32], characters: Sequence[str]) -> list[Sign]:
    """The signs of a line by greedy CTC (frames × classes, probabilities; class 0 is the blank)."""
    best = frames.argmax(1)
    starts = np.flatnonzero((best != 0) & np.r_[True, best[1:] != best[:-1]])
    found = []
    for at in starts:
        chances: dict[str, float] = {}
        for i in np.argpartition(frames[at], -_CHOICES)[-_CHOICES:]:
            character = simplified(characters[i])
            chances[character] = chances.get(character, 0.0) + float(frames[at, i])
        chances.pop("", None)
        found.append(Sign(tuple(sorted(chances.items(), key=lambda c: -c[1]))))
    return found


def spelt(line: list[Sign]) -> list[Sign]:
    """The line with unsure signs mended where a word asks for it, and without odd ones at its ends."""
    line = [s for s in line if s.text.strip()]
    for start in range(len(line)):
        if start <= _MOST_ODD:
            line = _mended(
                _mended(line, start, _near(_PLACES, line, start)), start, _near(_PLACED, line, start)
            )
        if start <= _MOST_ODD and all(map(_odd, line[:start])):
            line = _filled(line, start, _PLACED)
        line = _filled(_mended(line, start, _near(_WORDS, line, start)), start, _UNLIKE_OTHERS)
    return _without_tail(_without_head(line))


def _near(words: Words, line: list[Sign], start: int) -> set[str]:
    """Words that may stand at a place: by a first sign possible there, or a second read behind it."""
    found = {w for character, _ in line[start].choices for w in words.first.get(character, ())}
    return found.union(words.second.get(line[start + 1].text, ()) if start + 1 < len(line) else ())


def _mended(line: list[Sign], start: int, words: set[str]) -> list[Sign]:
    """The line where the likeliest of the words that may stand at a place does."""
    found = sorted(((_likely(line, start, w), w) for w in words), reverse=True)
    best, word = found[0] if found else (0.0, "")
    second = found[1][0] if len(found) > 1 else 0.0
    if best < _CLEAR * second or best < _LEAST or any(_stands(line, start, w) for w in words):
        return line
    changed = [
        s if s.text == c else Sign(((c, max(s.sure, dict(s.choices).get(c, 0.0))), *s.choices))
        for s, c in zip(line[start:], word, strict=False)
    ]
    return line[:start] + changed + line[start + len(word) :]


def _filled(line: list[Sign], start: int, words: Words) -> list[Sign]:
    """The line with the one sign that a word lost, where its others stand and make no other word.

    A sign under print may be passed over altogether: 宁回族自治区, 徐市, 有公司. The first and last are never
    supplied, but a word that may have lost its first is another: 海省 is 海南省 or 青海省.
    """
    found, here = set(), line[start].text
    for word in (*words.first.get(here, ()), *words.second.get(here, ())):
        if _stands(line, start, word):
            return line
        rest = "".join(s.text for s in line[start : start + len(word) - 1])
        lost = next((i for i in range(len(word) - 1) if word[:i] + word[i + 1 :] == rest), None)
        if lost is not None and (not start or len(word) > _LONG):
            found.add((word[lost], lost))
    if len(found) != 1:
        return line
    character, lost = found.pop()
    return [*line[: start + lost], Sign(((character, _UNSURE),)), *line[start + lost :]] if lost else line


def _stands(line: list[Sign], start: int, word: str) -> bool:
    """Whether a word was read at a place as it is."""
    return "".join(s.text for s in line[start : start + len(word)]) == word


def _likely(line: list[Sign], start: int, word: str) -> float:
    """How likely a word stands at a place that was read as something near it; 0 if it does not."""
    here = line[start : start + len(word)]
    if len(here) < len(word):
        return 0.0
    likely, slips = 1.0, 0
    for sign, character in zip(here, word, strict=True):
        if sign.text == character:
            continue
        chance = dict(sign.choices).get(character, 0.0)
        ranks = sign.text in RANKS and character in RANKS
        if ranks or chance < _POSSIBLE or sign.sure >= (_UNSURE if len(word) < _LONG else _ALMOST):
            return 0.0
        slips, likely = slips + 1, likely * chance / sign.sure
    return likely if 0 < slips <= max(1, len(word) // 3) else 0.0


def _odd(sign: Sign) -> bool:
    """Whether what was read may be no sign of the name."""
    return sign.sure < _UNSURE or sign.text in _STROKES


def _without_head(line: list[Sign]) -> list[Sign]:
    """Without unsure signs before a place that begins the name."""
    text = "".join(s.text for s in line)
    if PLACE.match(text):
        return line
    for odd in range(1, _MOST_ODD + 1):
        if PLACE.match(text[odd:]) and all(map(_odd, line[:odd])):
            return line[odd:]
    return line


def _without_tail(line: list[Sign]) -> list[Sign]:
    """Without unsure signs, or one that ends no name, behind the word that ends a name."""
    text = "".join(s.text for s in line)
    if ENDS.search(text):
        return line
    for odd in range(1, _MOST_ODD + 1):
        alien = odd == 1 and text[-1:] not in _LAST
        if ENDS.search(text[:-odd]) and (alien or min(s.sure for s in line[-odd:]) < _UNSURE):
            return line[:-odd]
    return line
