"""Which of a verdict's findings an applicant is told, in which section, and in which words (contracts §5)."""

import hashlib
import json

from shoufa.domain.call import Call
from shoufa.domain.codes import Audience, Form, Kind, Severity, Status
from shoufa.domain.finding import Finding, FindingCode
from shoufa.domain.submission import DocumentRow, Verdict
from shoufa.domain.value import Value
from shoufa.notices.outcome_words import OUTCOME
from shoufa.notices.plain import NAME_LIMIT, clipped, file_name
from shoufa.notices.received import KINDS, received
from shoufa.notices.words import Language, pick

OPENING = frozenset({FindingCode.SUBMISSION_WRONG_CHANNEL, FindingCode.SUBMISSION_NOT_THROUGH_RECOMMENDER})
"""Findings that are the mail's first sentence, not an item of a list."""
ELSEWHERE = OPENING | {FindingCode.SUBMISSION_LATE}
UNCLEAR = ".seal-unclear"
SENTENCE_LIMIT = 400
FULL_STOPS = "。．. ;；"


class Told(Value):
    """The four sections as sentences, and the codes that change the mail's course."""

    supply: tuple[str, ...] = ()
    clarify: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    human: tuple[str, ...] = ()
    codes: frozenset[FindingCode] = frozenset()


def told(call: Call, verdict: Verdict, language: Language) -> Told:
    """Sort the findings: those told to the unit leave no trace but the page of an unclear seal."""
    mine = [f for f in verdict.findings if f.audience is Audience.APPLICANT]
    unclear = [f for f in verdict.findings if _for_people(f)]
    human = tuple(dict.fromkeys(_human(f, call, verdict, language) for f in unclear))
    sections = Told(
        supply=_said(mine, Severity.ERROR, language),
        clarify=_said(mine, Severity.QUESTION, language),
        hints=_said(mine, Severity.WARNING, language),
        human=human,
        codes=frozenset(f.code for f in mine),
    )
    silent = not (sections.supply or sections.clarify or human or sections.codes & OPENING)
    if verdict.status is Status.INCOMPLETE and silent:
        return sections.model_copy(update={"human": (OUTCOME[language].unclear_other,)})
    return sections


def outcome_digest(verdict: Verdict) -> str:
    """Hex digest of all that an outcome tells: equal digests need no second mail.

    The wording and the dates of the mails do not count.
    """
    told_of = [f for f in verdict.findings if f.audience is Audience.APPLICANT or _for_people(f)]
    facts = {
        "receipt": verdict.receipt,
        "late": [verdict.late, verdict.cured_late],
        "incomplete": verdict.status is Status.INCOMPLETE,
        "findings": sorted(_identity(f) for f in told_of),
        "received": sorted(f"{kind} {shape} {n}" for (kind, shape), n in received(verdict).items()),
        "to": [verdict.recommender, verdict.applicant],
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def sentence(finding: Finding, language: Language) -> str:
    """Message and remedy as two sentences."""
    said = [_tidy(pick(w, language), finding) for w in (finding.message, finding.remedy)]
    if language is Language.ZH:
        return "".join(s if s.endswith(("？", "！")) else f"{s}。" for s in said if s)
    return " ".join(f"{s[:1].upper()}{s[1:]}." for s in said if s)


def _identity(finding: Finding) -> str:
    keys = (finding.code, finding.severity, finding.document, finding.page, finding.project, finding.field)
    return json.dumps(keys, ensure_ascii=False)


def _for_people(finding: Finding) -> bool:
    return finding.code.endswith(UNCLEAR)


def _said(findings: list[Finding], severity: Severity, language: Language) -> tuple[str, ...]:
    here = [f for f in findings if f.code not in ELSEWHERE and not _for_people(f)]
    chosen = [f for f in here if f.severity is severity]
    return tuple(dict.fromkeys(sentence(f, language) for f in chosen))


def _tidy(words: str, finding: Finding) -> str:
    """A finding's words without its full stop, a long file name in them cut."""
    path = finding.document or ""
    for name in (path, path.rpartition("/")[2]):
        if len(name) > NAME_LIMIT:
            words = words.replace(name, file_name(name))
    return clipped(words.strip().rstrip(FULL_STOPS), SENTENCE_LIMIT)


def _human(finding: Finding, call: Call, verdict: Verdict, language: Language) -> str:
    """`公文第2页印章较浅，系统未能辨认。`: document and page only, whatever the unit is told."""
    words = OUTCOME[language]
    page = words.page.format(page=finding.page) if finding.page else ""
    faint = page and _form(finding, verdict) is Form.SCAN
    pattern = words.faint if faint else words.unclear
    return pattern.format(document=_document(finding, call, language), page=page)


def _form(finding: Finding, verdict: Verdict) -> Form | None:
    rows: list[DocumentRow] = [d for d in verdict.documents if finding.document in (d.name, d.path)]
    return rows[0].form if rows else None


def _document(finding: Finding, call: Call, language: Language) -> str:
    """`公文`, or `“项目”申报书` where the finding belongs to a project."""
    kind = Kind(finding.code.partition(".")[0])
    material = call.material(kind)
    title = material.title if material and language is Language.ZH else pick(KINDS[kind][0], language)
    if not finding.project:
        return title if language is Language.ZH else title.capitalize()
    project = clipped(finding.project, 80)
    return f"“{project}”{title}" if language is Language.ZH else f'{title.capitalize()} of "{project}"'
