"""Eligibility clauses that the call marks `checked`: shown by the form or by the proofs (contracts §1, §2).

What a form promises (拟, 争取), denies (未通过) or only quotes from the notice (应为验收结论优秀的…) shows nothing,
and neither does an empty box before the word. In doubt a person is asked.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from shoufa.domain.codes import Kind, Severity
from shoufa.domain.duties import Condition
from shoufa.domain.finding import Finding
from shoufa.judging.document import Doc
from shoufa.judging.messages import finding
from shoufa.judging.names import plain
from shoufa.judging.projects import Project
from shoufa.judging.view import View

REACH = 60
"""Signs within which all words of a clause have to stand."""
LONGEST_SHOWN = 60
"""Signs of a clause that are shown."""
_ACT = re.compile(r"验收|评估|评审|考核|复核|备案|认定|认证|登记|注册|许可|公示")
_RESULT = re.compile(
    r"(?:结论|结果|等级|评价|成绩|评定)(?:应当|应|须)?(?:为|是|达到)?[“\"]?(优秀|良好|合格|通过)"
)
_CLAUSE = re.compile(r"[，,]")
_SENTENCE = re.compile(r"[。；;！!？?]")
_NOT_SO = re.compile(
    r"未|尚|没有|不(?:合格|通过|予)|拟|争取|力争|预期|预计|计划|目标|将(?:于|在|会)|应当?(?:为|具)|须|必须|要求|条件"
)
_EMPTY_BOX = re.compile(r"[□☐○◻▢❏〇◯◇⬜]\s*$")


def condition_unclear(view: View) -> Iterator[Finding]:
    """A clause that can be checked and that neither a project's form nor its proofs show."""
    for project in view.projects:
        for condition in _lacking(view, project) if project.papers else ():
            shown = condition.text[:LONGEST_SHOWN] + "…" * (len(condition.text) > LONGEST_SHOWN)
            yield finding(
                "application.condition-unclear",
                Severity.QUESTION,
                project=project.name,
                document=project.papers[0].path,
                field=condition.id,
                detail=f"材料中未见“{shown}”的证明",
                detail_en=f"“{shown}”",
            )


def _lacking(view: View, project: Project) -> Iterator[Condition]:
    """The clauses for the project's track that are not shown; of those with one `one_of` one suffices."""
    mine = [c for c in view.call.conditions if not c.tracks or project.track in c.tracks]
    asked = any(c.mode != "declared" for c in mine)
    texts = [_flat(d) for d in _papers(view, project)] if asked else []
    held = {c.id for c in mine if c.mode == "declared" or any(is_shown(c, t) for t in texts)}
    groups = {c.one_of for c in mine if c.one_of and c.id in held}
    yield from (c for c in mine if c.id not in held and c.one_of not in groups)


def _papers(view: View, project: Project) -> list[Doc]:
    """A project's forms, and the proofs that name it or who applies, or that can be no other's."""
    proofs = [d for d in view.docs if d.kind in {Kind.PROOF, Kind.OTHER}]
    alone = len(view.projects) == 1
    names = [n for n in (plain(project.name), plain(project.applicant)) if len(n) >= 4]
    own = [d for d in proofs if alone or any(n in plain(d.path + d.text) for n in names)]
    return [*project.papers, *own]


def _flat(doc: Doc) -> str:
    """A document's text without the breaks of its lines; cells stay apart."""
    return re.sub(r"\s*\n\s*", "", doc.text)


def is_shown(condition: Condition, text: str) -> bool:
    """Whether a text shows what a clause asks for: all its words near each other, in earnest."""
    words = words_of(condition)
    return bool(words) and any(_says(words, sentence) for sentence in _SENTENCE.split(text))


def words_of(condition: Condition) -> tuple[str, ...]:
    """What has to stand together: as the call says (`shows`), else the clause's own act and result."""
    if condition.shows:
        return condition.shows
    result = _RESULT.search(condition.text)
    act = _ACT.search(condition.text)
    return tuple(w for w in (act and act.group(0), result and result.group(1)) if w)


def _says(words: tuple[str, ...], sentence: str) -> bool:
    first, *rest = map(_pattern, words)
    return any(
        all(any(_ticked(near, m) for m in word.finditer(near)) for word in (first, *rest))
        for hit in first.finditer(sentence)
        if (near := sentence[max(0, hit.start() - REACH) : hit.end() + REACH]) and not _denied(words, near)
    )


def _denied(words: tuple[str, ...], near: str) -> bool:
    """Whether a clause that bears one of the words promises, denies or demands it."""
    clauses = (c for c in _CLAUSE.split(near) if any(_pattern(w).search(c) for w in words))
    return any(_NOT_SO.search(c) for c in clauses)


def _ticked(text: str, word: re.Match[str]) -> bool:
    """Whether a word stands without an empty box before it."""
    return not _EMPTY_BOX.search(text[max(0, word.start() - 2) : word.start()])


@lru_cache(maxsize=256)
def _pattern(word: str) -> re.Pattern[str]:
    """A word, or any of several parted by |, as it is written."""
    return re.compile("|".join(re.escape(w.strip()) for w in word.split("|") if w.strip()) or "(?!)")
