"""Numbers of projects that a letter states (现推荐试点项目2个、示范项目1个): by track, and in total.

A number counts only in a sentence that recommends. What the letter cites (《…》, other letters' numbers), past
achievements (承担省级项目5项) and limits (不超过10个) are no statements. Units (五家单位) are not projects: one unit
may put forward several. Where totals disagree, none is taken.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from shoufa.domain.call import Call
from shoufa.judging.names import plain

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_FIRST = r"(?<![\d第一二两三四五六七八九十])"
_NUMBER = r"\d{1,3}|[一二两三四五六七八九十]{1,3}"
_N = f"{_FIRST}({_NUMBER})"
_OF = r"(?:共计|共有|共|合计|总计|计|各|数量为|数为|为|有|[:：（(])*"
_BOTH = "※类"
"""Stands for tracks named in one breath (试点示范项目, 试点、示范项目): a number beside it is a total."""
_QUOTED = re.compile(r"《[^》]{0,200}》|[〔\[［【(（]\s*(?:19|20)\d{2}\s*[〕\]］】)）]\s*第?\s*\d{1,4}\s*号")
_SENTENCE = re.compile(r"[。；;!！?？]")
_CLAUSE = re.compile(r"[，,]")
_RECOMMENDS = re.compile(r"推荐|报送|上报|报上|呈报|申报|遴选|筛选|评选|选出|择优|以下|如下")
_OTHER_MATTER = re.compile(
    r"承担|承接|制定|制修订|修订|主导|参与|拥有|获得|获批|荣获|近[一二两三四五\d]年|历年|此前|往年|上年|收到|收集|征集|受理"
    r"|不超过|不得超过|超过|名额|限额|指标|限报|未通过|不予"
)
_NOUN = (
    r"(?:国家级?|省级?|市级?|高新技术产业|标准化|新型|重点|优秀|申报|推荐|拟推荐|候选|" + _BOTH + r")*项目"
)
_END = r"(?=$|[。，、；：:;,.（()）附]|项目|申报|试点|示范|" + _BOTH + r"|※)"
_TOTALS = (
    re.compile(rf"{_N}[个项]{_NOUN}"),
    re.compile(rf"(?:项目|{_BOTH}){_OF}{_N}[个项]"),
    re.compile(
        rf"(?:推荐|报送|上报|遴选|筛选|选出|申报)(?:出|了|的|以下|上述|如下|共计|共|计)*{_N}[个项]{_END}"
    ),
    re.compile(rf"共(?:计|有|推荐|报送|上报|遴选出?|筛选出?|评选出?|选出|申报)*{_N}[个项]{_END}"),
)


def number_of(text: str) -> int:
    """A whole number in Arabic or Chinese digits up to 99; 0 if it is none."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _DIGITS.get(text, 0)
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)


def counts(flat: str, call: Call) -> dict[str, int]:
    """Stated numbers of projects: by track id, and under "" the total, where the letter gives them."""
    tracks: dict[str, set[int]] = {}
    totals: set[int] = set()
    for sentence in _SENTENCE.split(_QUOTED.sub("", re.sub(r"\s+", "", flat))):
        if _RECOMMENDS.search(sentence) and any(c in sentence for c in "个项"):
            said, rest = _by_track(_own(sentence), call)
            for track, number in said:
                tracks.setdefault(track, set()).add(number)
            totals |= set(_total(rest))
    found = {track: min(numbers) for track, numbers in tracks.items() if len(numbers) == 1}
    return {**found, "": totals.pop()} if len(totals) == 1 else found


def _own(sentence: str) -> str:
    """A sentence without the clauses that tell of something else than what is recommended."""
    return "，".join(c for c in _CLAUSE.split(sentence) if not _OTHER_MATTER.search(c))


def _by_track(sentence: str, call: Call) -> tuple[list[tuple[str, int]], str]:
    """The numbers of each track, and the sentence without them."""
    names = _names(tuple((t.id, (*t.words, t.title)) for t in call.tracks))
    sentence = names.together.sub(names.joined, names.each.sub(names.apart, sentence))
    found: list[tuple[str, int]] = []

    def take(match: re.Match[str]) -> str:
        number = number_of(match["before"] or match["behind"])
        if number:
            found.append((names.track[match["name"] or match["noun"]], number))
        return "※"

    return found, names.numbered.sub(take, sentence)


def _total(sentence: str) -> Iterator[int]:
    """The totals in a sentence; numbers behind 其中 are parts."""
    body = sentence.partition("其中")[0]
    for pattern in _TOTALS:
        numbers = [number_of(n) for n in pattern.findall(body)]
        if any(numbers):
            yield from (n for n in numbers if n)
            return


class _Names:
    """The names of a call's tracks, each with its track's id, as patterns."""

    def __init__(self, named: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
        self.track = {plain(w).removesuffix("项目"): track for track, words in named for w in words}
        word = "|".join(re.escape(w) for w in sorted(self.track, key=len, reverse=True) if w) or "(?!)"
        one = rf"(?:{word})类?(?:项目)?"
        self._word = re.compile(word)
        self._counted = re.compile(rf"(?:类|项目)*{_OF}(?:{_NUMBER})[个项]")
        self.each = re.compile(rf"({one}(?:[、和及与]{one})+)各{_N}[个项]")
        self.together = re.compile(rf"(?>{word})(?:(?:类?(?:项目)?[、和及与/])?(?>{word}))+")
        self.numbered = re.compile(
            rf"{_FIRST}(?P<before>{_NUMBER})[个项](?P<noun>{word})类?(?:项目)?"
            rf"|(?P<name>{word})类?(?:项目)?{_OF}{_FIRST}(?P<behind>{_NUMBER})[个项]"
        )

    def apart(self, match: re.Match[str]) -> str:
        """试点、示范项目各2个 as 试点2个、示范2个."""
        return "、".join(f"{name}{match.group(2)}个" for name in self._word.findall(match.group(1)))

    def joined(self, match: re.Match[str]) -> str:
        """试点、示范 as one, unless each has a number of its own (2个试点项目、示范项目1个)."""
        before = match.string[match.start() - 1 : match.start()]
        if before in {"个", "项"} and self._counted.match(match.string, match.end()):
            return match.group(0)
        return _BOTH


@lru_cache(maxsize=32)
def _names(named: tuple[tuple[str, tuple[str, ...]], ...]) -> _Names:
    return _Names(named)
