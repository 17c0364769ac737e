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
    ranks, one, rest = _first(_RANKS, said), _first(_ONLY_FIRST, said), _first(_ONLY_OTHERS, said)
    both = next(((m, s) for s in said if (m := _BOTH.search(s))), None)
    if not (totals and ranks and one and rest and both):
        return None
    parts = [int(both[0][1]), int(both[0][2])]
    if not sum(parts) or 100 % sum(parts):
        return None
    first, others = (Said(part * 100 // sum(parts), both[1]) for part in parts)
    kinds = _TOTAL.findall(totals)
    return {
        "totals": [{"standard": Said(k, totals), "yuan": Said(int(n) * 10_000, totals)} for k, n in kinds],
        "ranks": Said(number_in(ranks.value), ranks.sentence),
        "first_only": Said(int(one.value), one.sentence),
        "others_only": Said(int(rest.value), rest.sentence),
        "both": {"first": first, "others": others},
    }


def granted(paragraphs: Sequence[str]) -> tuple[Said, Said] | None:
    """Who is granted something, and for what, in the notice's words."""
    for sentence in sentences(paragraphs):
        if found := _TO_WHOM.search(sentence):
            return Said(found[2], sentence), Said(found[1], sentence)
    return None


def _first(pattern: re.Pattern[str], said: Sequence[str]) -> Said | None:
    return next((Said(m[1], s) for s in said if (m := pattern.search(s))), None)
