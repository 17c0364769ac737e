"""Who may apply and what is asked of them beside eligibility: fields of work, targets, later reports."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shoufa.calls.draft_conditions import items
from shoufa.calls.draft_said import Said, counted, sentences
from shoufa.calls.draft_text import HAN

_WHO = re.compile(r"(?:申报主体|申报单位|申报对象|申报范围|申请单位|申请主体|试点单位)(?:应当?)?(?:为|是|包括|：)([^。；]{4,120})")
_BY = re.compile(rf"^(?:[（(\d.一二三四五六七八九十）)、]*)?([{HAN}]{{2,12}}?)由([^。；]{{4,60}}?)(?:独立|牵头|负责)?(?:进行)?申报")
_KIND = re.compile("(?:中心|基地|项目|类|试点|示范|平台)$")
_FOCUS = re.compile(rf"(?:聚焦|围绕|面向|重点支持)\s*([{HAN}A-Za-z\d+、/]{{4,120}}?)等?(?:新型基础设施|重点|新兴|产业)?领域")
_BELOW = re.compile(r"(?:以下|下列)[^。；]{0,10}(?:领域|方向|范围)")
_TARGET = re.compile(
    r"(每年|年均)?((?:[^，。；每]{0,4})(?:承担|开展|组织|举办|提出|完成|发表|培养|培训|提交|宣传|制定|参与|发布|在)[^，。；]{2,70}?)"
    r"\s*(?:不少于|至少|达到)?\s*(\d{1,5}|[一二三四五六七八九十两]{1,3})\s*(次|项|篇|名|人|个|家|场|期|份)(以上|及以上)"
)
_REPORT = re.compile(r"(?:应当?|须|需)?(?:及时|按时|定期|每年)?向([^，。；]{2,20}?)(?:报送|提交|报告)([^，。；]{2,40})")
_YEARLY = re.compile(rf"每年(?:提交|报送)([{HAN}]{{2,20}}?(?:动态|总结|报告|进展))")
_CLAUSE = re.compile("具有|具备|应当|应具|能够|未[发受列出]|重视")

FIELD_LENGTH = 40
"""A field of work is a name; longer items below such a sentence are clauses."""


@dataclass(frozen=True)
class Duty:
    """One target: at least so many of what, and whether each year (null: the sentence leaves it open)."""

    text: str
    least: int
    unit: str
    per: str | None
    sentence: str


def applicants(paragraphs: Sequence[str]) -> list[Said]:
    """Who may apply, in the notice's words."""
    for sentence in sentences(paragraphs):
        found = _WHO.search(sentence)
        if found and not re.search("的，|应|具有|具备|对|提供|开展", found[1]):
            whole = "的" in found[1] or "从事" in found[1]
            names = [found[1]] if whole else re.split("[、，]", re.sub("等$", "", found[1]))
            return [Said(n, sentence) for n in names if n]
    return [
        Said(f"{m[1]}：{m[2]}", s)
        for s in (c for p in paragraphs for c in re.split("(?<=；)", p))
        if (m := _BY.match(s)) and not re.search("推荐|统一|请|出具|，", m[2]) and _KIND.search(m[1])
    ]


def fields_of_work(paragraphs: Sequence[str]) -> tuple[list[Said], Said | None]:
    """The fields that the notice names, and the sentence that leaves the list open (等, 建议), if one does."""
    for place, paragraph in enumerate(paragraphs):
        for sentence in sentences([paragraph]):
            if (found := _FOCUS.search(sentence)) and "、" in found[1]:
                names = [re.sub(r"\d+大?$|等.*$", "", n) for n in found[1].split("、") if n]
                more = Said(True, sentence) if re.search(re.escape(names[-1]) + "等", sentence) else None
                return [Said(n, sentence) for n in names], more
            if _BELOW.search(sentence) and sentence.endswith("："):
                below = items(paragraphs[place + 1 :])
                listed = [i for i in below if len(i[0]) <= FIELD_LENGTH and not _CLAUSE.search(i[0])]
                more = Said(True, sentence) if re.search("建议|重点|优先|等", sentence) else None
                return [Said(text.strip("；。"), line) for text, line in listed], more
    return [], None


def targets(paragraphs: Sequence[str]) -> list[Duty]:
    """Numeric duties. 每年 belongs to its own clause; what follows it in the same sentence is left open."""
    found = []
    for sentence in sentences(paragraphs):
        yearly = False
        for clause in re.split("[，；]", sentence):
            match = _TARGET.search(clause)
            least = counted(match[3]) if match else None
            if match and least is not None and "（" not in match[2]:
                own = bool(match[1]) or "每年" in clause
                per = "year" if own else None if yearly else "total"
                text = match[2].removeprefix("每年").strip()
                found.append(Duty(text, least, match[4], per, sentence))
            yearly = yearly or "每年" in clause
    return found


def reports(paragraphs: Sequence[str]) -> list[tuple[str, str, str]]:
    """What must be reported later: what, to whom, the sentence."""
    found = []
    for sentence in sentences(paragraphs):
        match = _REPORT.search(sentence)
        if match and re.search("总结|成果|进展|经验|年度", match[2]):
            found += [(what, match[1], sentence) for what in re.split("、", match[2]) if len(what) >= 3]
        found += [(what, "", sentence) for what in _YEARLY.findall(sentence)]
    return found
