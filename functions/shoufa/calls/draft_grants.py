"""A grant for drafting standards as a notice states it: totals by kind, shares by rank (domain/grants.py)."""

import re
from collections.abc import Sequence
from typing import Any

from shoufa.calls.draft_said import Said, number_in, sentences
from shoufa.calls.draft_text import HAN

_TOTAL = re.compile(r"((?:国际|国家|行业|地方|团体)标准)\s*(?:每项)?(\d{1,5})万元")
_RANKS = re.compile(r"排名前([一二三四五六七八九十]|\d{1,2})")
_ONLY_FIRST = re.compile(r"只有排名第一的[^；]*?总额度的?(\d{1,3})%")
_ONLY_OTHERS = re.compile(r"只有排名第二至第[^；]*?总额度的?(\d{1,3})%")
_BOTH = re.compile(r"同时存在[^；]*?(\d{1,2})\s*[:：]\s*(\d{1,2})\s*(?:的)?比例")
_TO_WHOM = re.compile(rf"对(([{HAN}]{{4,30}})作为起草单位（排名前[^）]+）[^。]{{2,50}}项目)给予资助")


def grants(paragraphs: Sequence[str]) -> dict[str, Any] | None:
    """The allocation, null unless every part of it is stated."""
    said = list(sentences(paragraphs))
    totals = next((s for s in said if len(_TOTAL.findall(s)) > 1), None)
    parts = {name: _first(p, said) for name, p in (("ranks", _RANKS), ("one", _ONLY_FIRST), ("rest", _ONLY_OTHERS))}
    both = _first(_BOTH, said)
    if not (totals and both and all(parts.values())):
        return None
    (ranks, ranks_said), (one, one_said), (rest, rest_said) = (parts[k] or ("", "") for k in ("ranks", "one", "rest"))
    split = _BOTH.search(both[1])
    whole = int(split[1]) + int(split[2]) if split else 0
    if not split or not whole or 100 % whole:
        return None
    first, others = (int(split[i]) * 100 // whole for i in (1, 2))
    return {
        "totals": [{"standard": Said(k, totals), "yuan": Said(int(n) * 10_000, totals)} for k, n in _TOTAL.findall(totals)],
        "ranks": Said(number_in(ranks), ranks_said),
        "first_only": Said(int(one), one_said),
        "others_only": Said(int(rest), rest_said),
        "both": {"first": Said(first, both[1]), "others": Said(others, both[1])},
    }


def granted(paragraphs: Sequence[str]) -> tuple[Said, Said] | None:
    """Who is granted something, and for what, in the notice's words."""
    for sentence in sentences(paragraphs):
        if found := _TO_WHOM.search(sentence):
            return Said(found[2], sentence), Said(found[1], sentence)
    return None


def _first(pattern: re.Pattern[str], said: Sequence[str]) -> tuple[str, str] | None:
    return next(((m[1], s) for s in said if (m := pattern.search(s))), None)
