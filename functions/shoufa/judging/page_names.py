"""Pictures that are pages of one paper: known by names that differ in a number only, in that number's order.

Scanners, phones, WeChat and PDF programs number what they write: 申报书1.jpg, IMG_0012.jpg, 微信图片_2023….jpg,
公文_页面_02.png, page-1.png, 1.jpg. Where each paper in a series begins is told by the pages, not by the names.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from shoufa.domain.submission import Piece
from shoufa.domain.width import nfkc

PICTURES = frozenset({"jpg", "png", "tif", "bmp", "gif", "webp", "heic"})
FIRST, LAST = (-1, 0), (10**18, 0)
_CHINESE = {c: i for i, c in enumerate("零一二三四五六七八九")}
_PAGE = re.compile(r"第\s*(\d{1,4}|[一二三四五六七八九十]{1,3})\s*[页张]")
_OF = re.compile(r"(\d{1,3})[\s_-]*(?:of|共)[\s_-]*\d{1,3}", re.IGNORECASE)
_SITTING = re.compile(r"微信|图片|图像|照片|相片|截图|截屏|扫描|新建|未命名|文档")
_RUN = re.compile(r"\d+")
_OPENING = re.compile(r"(封面|首页)$")
_CLOSING = re.compile(r"(封底|末页|尾页|最后一页)$")
_TOTAL = re.compile(r"[(（]?\s*共\s*\d+\s*[页张]\s*[)）]?")
_EDGES = " _-—－–.·()（）[]【】、#第页张共"
_TAILS = re.compile(r"[\s)）\]】页张]*$")
YEARS = range(1990, 2036)

Number = tuple[int, int]


@dataclass(frozen=True)
class PageName:
    """The series that a file's name belongs to, and its place in it; `numbered` is False for a bare name."""

    series: str
    place: Number
    numbered: bool = True


def page_name(name: str) -> PageName:
    """Series and place of a picture by its name; a name without a number is the series' own (申报书.jpg)."""
    stem = nfkc(name.rpartition(".")[0] or name)
    stem = _TOTAL.sub("", stem)
    for pattern in (_PAGE, _OF):
        if said := pattern.search(stem):
            return PageName(_series(stem[: said.start()], stem[said.end() :]), (_value(said.group(1)), 0))
    for pattern, place in ((_OPENING, FIRST), (_CLOSING, LAST)):
        if said := pattern.search(stem):
            return PageName(_series(stem[: said.start()], ""), place, numbered=False)
    found = _page_run(stem)
    if found is None:
        return PageName(_series(stem, ""), FIRST, numbered=False)
    return PageName(_series(stem[: found.start()], stem[found.end() :]), _place(found.group()))


def _page_run(stem: str) -> "re.Match[str] | None":
    """The run of digits that counts pages: the last where it ends the name, else one that begins it."""
    runs = list(_RUN.finditer(stem))
    if not runs:
        return None
    last, first = runs[-1], runs[0]
    if _TAILS.fullmatch(stem[last.end() :]) and not _is_date(stem, last):
        return last
    opens = first.start() == 0 and len(first.group()) <= 3
    return first if opens and first is not last else first if opens and len(runs) == 1 else None


def _is_date(stem: str, run: "re.Match[str]") -> bool:
    """Whether a run is a day or, behind Chinese words, a year: those tell papers apart and count no pages."""
    digits, before = run.group(), stem[: run.start()]
    if len(digits) == 8 and digits[:2] in {"19", "20"} and 1 <= int(digits[4:6]) <= 12:
        return True
    chinese = bool(re.search(r"[\u4e00-\u9fa5]\s*$", before))
    return len(digits) == 4 and int(digits) in YEARS and chinese


def _place(digits: str) -> Number:
    """A moment with the counter that WeChat puts behind it, or a plain number."""
    if 15 <= len(digits) <= 17 and digits.startswith("20"):
        return int(digits[:14]), int(digits[14:])
    return int(digits), 0


def _value(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    return _CHINESE.get(tens, 1 if ten else 0) * (10 if ten else 1) + _CHINESE.get(ones, 0)


def _series(before: str, after: str) -> str:
    """What stays the same in a series' names, without signs around the number; a moment counts as its day."""
    return f"{_days(before).strip(_EDGES).lower()}#{_days(after).strip(_EDGES).lower()}"


def _days(text: str) -> str:
    """Earlier moments in a name shortened to their day, so that one sitting's pages stay together."""
    return re.sub(r"(?<!\d)(20\d{6})\d{4,6}(?!\d)", r"\1", text)


def in_series(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pictures of one paper or one sitting together, in page order; every other file by itself.

    A series lies in one folder. Its pages may come in several mails where the name says what paper it is;
    where it does not, or where a number comes twice, each mail has a series of its own.
    """
    series: dict[tuple[str, str, str], list[tuple[PageName, Piece]]] = defaultdict(list)
    alone: list[list[Piece]] = []
    for piece in pieces:
        if not _is_picture(piece):
            alone.append([piece])
            continue
        named = page_name(piece.part.name)
        folder = piece.part.path.rpartition("/")[0]
        sitting = piece.mail if _of_a_sitting(named.series) else ""
        series[(folder, named.series, sitting)].append((named, piece))
    joined = [group for members in series.values() for group in _groups(members)]
    return [g for g in joined if len(g) > 1] + alone + [g for g in joined if len(g) == 1]


def _of_a_sitting(series: str) -> bool:
    """Whether a series' name says nothing of a paper (img#, 微信图片#): the next mail's is another sitting's."""
    return bool(_SITTING.search(series)) or not re.search(r"[\u4e00-\u9fa5]", series)


def _is_picture(piece: Piece) -> bool:
    facts = piece.facts
    return facts is not None and facts.container in PICTURES and facts.page_count <= 1


def _groups(members: list[tuple[PageName, Piece]]) -> list[list[Piece]]:
    whole = _ordered(members)
    if whole:
        return [whole]
    mails: dict[str, list[tuple[PageName, Piece]]] = defaultdict(list)
    for member in members:
        mails[member[1].mail].append(member)
    each = [(_ordered(own), own) for own in mails.values()]
    return [g for ordered, own in each for g in ([ordered] if ordered else [[p] for _, p in own])]


def _ordered(members: list[tuple[PageName, Piece]]) -> list[Piece]:
    """The pages in order, [] where they are no series: a number twice, or none that is numbered."""
    places = [n.place for n, _ in members]
    if len(set(places)) != len(places) or not any(n.numbered for n, _ in members):
        return []
    return [p for _, p in sorted(members, key=lambda m: m[0].place)]
