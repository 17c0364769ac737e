"""Which choices a form ticks (□试点 ☑示范): by where marks and choices stand, never by a guess.

Forms print the mark before its choice (□试点 ☑示范), behind it (试点□ 示范☑) or in brackets (试点（√）
示范（ ）), where an empty bracket is an empty box. All marks of a line stand on the same side of their
choices. Where both sides would do, the words of the call's tracks and then the gaps decide; where they do
not, nothing is said.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from shoufa.domain.call import Call
from shoufa.judging.names import plain

TICKS = "☑☒🗷✓√■●▣✔🗹✅◉◎⊙◆"
CROSSES = "×✗✘✕"
"""Ticked where nothing else is, struck out beside a tick (√试点 ×示范)."""
EMPTY = "□☐○◻▢❏〇◯◇⬜"
_LOOKS_EMPTY = "口囗曰日"
_LOOKS_TICKED = "区团回四图凶因园图V"
_GAP = re.compile(r"[\s、,，;；/／|()（）\[\]【】〔〕]+")
_HOW_TO = re.compile(
    r"[（(][^（）()]*(?:[打划画勾]|选择|请选|单选|二选一|任选|填写)[^（）()]*[）)]"
    r"|[请在]\S{0,12}[打划画]\s*[“\"]?[√✓✔][”\"]?|[打划画]\s*[“\"]?[√✓✔][”\"]?"
)
"""How a form is to be filled in (请在□内打√) is no mark."""
_BRACKET = re.compile(rf"[（(\[【〔［]\s*([{TICKS}{CROSSES}{EMPTY}VvXx]?)\s*[）)\]】〕］]")
_BLANK = re.compile(rf"[_＿]+\s*([{TICKS}{CROSSES}])\s*[_＿]*|[_＿]{{2,}}()")
_REMARK = re.compile(r"[（(][^（）()]*[）)]")
_SIGN = re.compile(rf"[{TICKS}{CROSSES}{EMPTY}]")
_ON_BOX = re.compile(rf"[{EMPTY}][{TICKS}]|[{TICKS}][{EMPTY}]")


@dataclass(frozen=True)
class _Token:
    """A mark (`ticked` set) or a choice; `known` where the choice is a track of the call."""

    text: str
    start: int
    end: int
    ticked: bool | None = None
    known: bool = False


@lru_cache(maxsize=1024)
def ticked(text: str, words: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The choices that are ticked; all of the text where it has no marks; () where it cannot be told.

    `words` are the names of the call's tracks.

    Recognised pages lose ticked boxes or show other signs for them: an empty box becomes 口 or 囗, a ticked
    one 区, 回, 团 … or nothing. Where an empty box stands by each choice but one, that one is ticked.
    """
    flat = _uniform(text, words)
    if not _SIGN.search(flat):
        return _ticked_by_looks(flat)
    tokens = list(_tokens(flat, words))
    side = _side(tokens)
    return _answers(tokens, side) if side else ()


def _uniform(text: str, words: tuple[str, ...]) -> str:
    """The text with each mark as one ☑ or □, whether it was a sign, in brackets or on a rule."""
    text = _HOW_TO.sub(" ", text)
    text = _BLANK.sub(lambda m: m.group(1) or "□", text)
    text = _BRACKET.sub(lambda m: _of_bracket(m.group(1)), text)
    text = _ON_BOX.sub("☑", text)
    struck = any(c in text for c in TICKS)
    text = re.sub(f"[{CROSSES}]", "□" if struck else "☑", text)
    text = re.sub(f"[{TICKS}]", "☑", re.sub(f"[{EMPTY}]", "□", text))
    if words:
        text = _spaced(words).sub(lambda m: re.sub(r"\s+", "", m.group(0)), text)
        text = _REMARK.sub(lambda m: m.group(0) if _says(m.group(0), words) else "", text)
        if "☑" in text or "□" in text:
            text = _looks_as_marks(words).sub("□", text)
    return text


def _says(remark: str, words: tuple[str, ...]) -> bool:
    """Whether a remark in brackets bears a mark or names a choice."""
    return bool(_SIGN.search(remark) or _named(words).search(remark))


def _of_bracket(inside: str) -> str:
    if inside in "VvXx":
        return "☑" if inside else "□"
    return inside


@lru_cache(maxsize=64)
def _spaced(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(r"\s*".join(map(re.escape, w)) for w in _longest_first(words)))


@lru_cache(maxsize=64)
def _named(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _longest_first(words))))


@lru_cache(maxsize=64)
def _looks_as_marks(words: tuple[str, ...]) -> re.Pattern[str]:
    """An empty box read as 口 right before a choice."""
    names = "|".join(map(re.escape, _longest_first(words)))
    return re.compile(rf"(?:^|(?<=[\s□☑]))[{_LOOKS_EMPTY}](?=\s?(?:{names}))")


def _longest_first(words: tuple[str, ...]) -> list[str]:
    return sorted((w for w in words if w), key=len, reverse=True)


def _tokens(text: str, words: tuple[str, ...]) -> Iterator[_Token]:
    """Marks and choices in their order."""
    at = 0
    for mark in [*_SIGN.finditer(text), None]:
        end = mark.start() if mark else len(text)
        yield from _choices(text, at, end, words)
        if mark:
            yield _Token(mark.group(0), mark.start(), mark.end(), mark.group(0) == "☑")
            at = mark.end()


def _choices(text: str, start: int, end: int, words: tuple[str, ...]) -> Iterator[_Token]:
    """The choices in a run without marks: what gaps part; a heading before a colon is none."""
    at = start
    for gap in [*_GAP.finditer(text, start, end), None]:
        stop = gap.start() if gap else end
        piece = text[at:stop].rstrip(":：")
        first = at
        if not (known := bool(words and _named(words).search(piece))):
            first += len(piece) - len(re.split("[:：]", piece)[-1])
        if name := plain(text[first : at + len(piece)]):
            yield _Token(name, first, at + len(piece), known=known)
        at = gap.end() if gap else end


def _side(tokens: list[_Token]) -> int:
    """1 where each mark speaks for the choice behind it, -1 for the one before it, 0 where it is unclear."""
    fits = [side for side in (1, -1) if _fits(tokens, side)]
    if len(fits) < 2:
        return fits[0] if fits else 0
    whole = [side for side in fits if _all_known_marked(tokens, side)]
    return whole[0] if len(whole) == 1 else _nearer_side(tokens)


def _fits(tokens: list[_Token], side: int) -> bool:
    """Whether every mark has a choice on that side that no other mark has."""
    last = len(tokens)
    beside = (i + side for i, t in enumerate(tokens) if t.ticked is not None)
    return all(0 <= i < last and tokens[i].ticked is None for i in beside)


def _all_known_marked(tokens: list[_Token], side: int) -> bool:
    marked = {i + side for i, t in enumerate(tokens) if t.ticked is not None}
    return all(i in marked for i, t in enumerate(tokens) if t.known)


def _nearer_side(tokens: list[_Token]) -> int:
    """The side on which every mark stands nearer to its choice; 0 where they differ or stand midway."""
    sides = set()
    for i, mark in enumerate(tokens):
        if mark.ticked is None:
            continue
        before, behind = mark.start - tokens[i - 1].end, tokens[i + 1].start - mark.end
        sides.add((behind < before) - (before < behind))
    return sides.pop() if len(sides) == 1 else 0


def _answers(tokens: list[_Token], side: int) -> tuple[str, ...]:
    marks = {i + side: t.ticked for i, t in enumerate(tokens) if t.ticked is not None}
    if any(marks.values()):
        return tuple(t.text for i, t in enumerate(tokens) if marks.get(i))
    bare = [t.text for i, t in enumerate(tokens) if t.ticked is None and i not in marks]
    return tuple(bare) if len(bare) == 1 else ()


def _ticked_by_looks(text: str) -> tuple[str, ...]:
    """As recognised: characters that boxes are taken for, before the choices; else all of the text."""
    flat = re.sub(r"\s+", " ", text).strip()
    looks = _LOOKS_TICKED + _LOOKS_EMPTY
    parts = re.findall(rf"(?:^|(?<=\s)|(?<=[\u4e00-\u9fa5]))([{looks}])\s*([^\s{looks}]+)", flat)
    if not parts or flat[:1] not in looks:
        return (plain(flat),) if flat else ()
    return tuple(plain(words) for mark, words in parts if mark in _LOOKS_TICKED)


def has_mark(text: str) -> bool:
    """Whether a text holds a box, a tick or a bracket for one."""
    return bool(_SIGN.search(text) or _BRACKET.search(text))


def is_mark(text: str) -> bool:
    """Whether a text is a mark and nothing else."""
    return has_mark(text) and not plain(_SIGN.sub("", _BRACKET.sub("", text)))


def track_words(call: Call) -> tuple[str, ...]:
    """All names of the call's tracks, as a form's choices bear them."""
    return tuple(word for track in call.tracks for word in (*track.words, track.title))
