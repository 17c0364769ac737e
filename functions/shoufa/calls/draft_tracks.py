"""The kinds of project that a notice asks for, with their forms, and at most how many of each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz.fuzz import ratio

from shoufa.calls.draft_quotas import Quota, first_of_each, quotas, widest
from shoufa.calls.draft_said import Said, sentences
from shoufa.calls.draft_text import HAN

_FORM_END = "评审书|征集表|申报书|申请书|申报表|申请表|推荐书|建议书|任务书|申请报告|推荐表"
_FORM = re.compile(rf"《([^《》]{{2,50}}(?:{_FORM_END}))》")
_LISTED = re.compile(
    r"^(?:附件)?[:：]?\s*\d{0,2}\s*[.．、:：]?\s*([^《》，。；]{4,50}(?:申报书|申请书|申报表|申请表|建议书))"
    r"(?:（[^）]*）)?(?:\.\w+)?$"
)
_TWO_KINDS = re.compile(r"分为(.{4,120}?)[两二三四]类")
_SHORT = re.compile(rf"([{HAN}]{{4,20}})（以下简称“([^”]{{2,12}})”）")

SAME_FORM = 80.0
"""Titles as like as this are one form, named loosely the second time."""


@dataclass
class Track:
    """One kind of project: its name, short name, form and quota as far as they are told."""

    title: Said
    words: list[str] = field(default_factory=list)
    form: Said | None = None
    quota: Quota | None = None


def forms(paragraphs: Sequence[str]) -> list[Said]:
    """Titles of the application forms, each once: in 《》, else as an annex's title."""
    found: dict[str, Said] = {}
    for sentence in sentences(paragraphs):
        if re.search("现将|转发|管理办法》?规定", sentence) and "填写" not in sentence:
            continue
        for name in _FORM.findall(sentence):
            found.setdefault(re.sub(r"\s", "", name), Said(re.sub(r"\s", "", name), sentence))
    full = {k: v for k, v in found.items() if not any(k != other and other.endswith(k) for other in found)}
    return list(full.values()) or [
        Said(m[1], p)
        for p in paragraphs
        if (m := _LISTED.match(p)) and not re.search("通知|公告|填写|提供", m[1])
    ]


def tracks(paragraphs: Sequence[str], title: Said | None) -> list[Track]:
    """The kinds of project: by their quotas, else by 分为…两类, else the call itself."""
    given = quotas(paragraphs)
    named = first_of_each(given)
    kinds = _kinds(paragraphs)
    if len(named) > 1:
        made = [Track(Said(q.what, q.sentence), _words(q.what), quota=q) for q in named]
    elif kinds:
        made = kinds
    else:
        made = [Track(_bare(title), [], quota=widest(given))]
    known = forms(paragraphs)
    for track in made:
        track.form = _form_of(track, known)
    return made


def _bare(title: Said | None) -> Said:
    """The title without its year or batch, as a table's type column would have it."""
    if title is None:
        return Said(None, "")
    return Said(
        re.sub(r"^(?:(?:19|20)\d{2}\s*年度?|第[一二三四五六七八九十\d]+[批次届])+", "", title.value),
        title.sentence,
    )


def _words(title: str) -> list[str]:
    """How a table's type column may name it: the title with and without 项目."""
    return list(dict.fromkeys((re.sub("项目$", "", title), title)))


def _kinds(paragraphs: Sequence[str]) -> list[Track]:
    for sentence in sentences(paragraphs):
        found = _TWO_KINDS.search(sentence)
        named = _SHORT.findall(found[1]) if found else []
        if len(named) > 1:
            bare = [(re.sub("^(?:分为|和|以及|与)", "", long), short) for long, short in named]
            return [Track(Said(long, sentence), [short, long]) for long, short in bare]
    return []


def _form_of(track: Track, known: list[Said]) -> Said | None:
    """The one form there is; of several, the one that bears the track's own words, else the plainest."""
    if len(known) <= 1:
        return known[0] if known else None
    core = re.sub("(?:试点|示范)?项目$|试点$|示范$", "", str(track.title.value or ""))
    own = [f for f in known if len(core) >= 4 and core in f.value]
    if own:
        return own[0]
    plain = [f for f in known if "（" not in f.value]
    alike = all(ratio(f.value, known[0].value) >= SAME_FORM for f in known[1:])
    return plain[0] if len(plain) == 1 else known[0] if alike and not track.quota else None
