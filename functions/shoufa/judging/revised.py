"""What a revision of a call may say about papers that were received before it.

Loosening holds at once. Tightening makes no error of what was received under earlier rules, and does not tell
the applicant of it: it is a question for the unit, which says that a revision asks it (design.md, Ledger).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shoufa.domain.call import Call, RecommenderGroup
from shoufa.domain.codes import Audience, Severity
from shoufa.domain.finding import Finding, FindingCode, Words
from shoufa.domain.submission import Case, Verdict
from shoufa.judging.verdict import NOWHERE, judge, status_of
from shoufa.judging.view import Elsewhere

WEIGHT = {Severity.WARNING: 1, Severity.QUESTION: 2, Severity.ERROR: 3}
ASKED = Words(
    zh="{said}（征集定义修订{revision}新增的要求，有关材料在修订前已收到）",
    en="{said} (asked for by revision {revision} only; the papers came before it)",
)
REMEDY = Words(
    zh="请工作人员决定是否请报送单位按修订后的要求补充",
    en="decide whether the applicant is asked to supply it by the revised rules",
)
Identity = tuple[FindingCode, str | None, str | None, str | None]


class Earlier(NamedTuple):
    """A definition that was in force before, its recommenders, and the mails of its time."""

    call: Call
    group: RecommenderGroup
    mails: frozenset[str]


def judge_revised(
    call: Call,
    group: RecommenderGroup,
    case: Case,
    calls: Mapping[str, Call],
    elsewhere: Elsewhere = NOWHERE,
    earlier: Sequence[Earlier] = (),
) -> Verdict:
    """As `judge`, by the rules of `call`; what these add about mail of earlier times is softened."""
    verdict = judge(call, group, case, calls, elsewhere)
    added: set[Identity] = set()
    for rules in earlier:
        before = case.holding(rules.mails)
        now = judge(call, group, before, calls, elsewhere)
        then = judge(rules.call, rules.group, before, {**calls, call.id: rules.call}, elsewhere)
        added |= _added(now, then)
    softened = _softened(verdict, added, case.revision) if added else verdict
    cured_late = softened.cured_late and _after_its_closing(call, case, earlier)
    return (
        softened if cured_late == softened.cured_late else softened.model_copy(update={"cured_late": False})
    )


def _added(now: Verdict, then: Verdict) -> set[Identity]:
    """Findings that weigh more by the new rules than by the old, or are new."""
    known: dict[Identity, int] = {}
    for finding in then.findings:
        known[_identity(finding)] = max(WEIGHT[finding.severity], known.get(_identity(finding), 0))
    return {_identity(f) for f in now.findings if WEIGHT[f.severity] > known.get(_identity(f), 0)}


def _after_its_closing(call: Call, case: Case, earlier: Sequence[Earlier]) -> bool:
    """Whether a mail came after the closing in force and after the one under which it was received."""
    for mail in case.mails:
        own = next((e.call for e in earlier if mail.digest in e.mails), call)
        at = mail.envelope.received_at
        if all(c.closes is not None and at > c.closes for c in (own, call)):
            return True
    return False


def _softened(verdict: Verdict, added: set[Identity], revision: str) -> Verdict:
    """The verdict with those findings as questions for the unit (warnings stay warnings)."""
    findings = tuple(_to_unit(f, revision) if _identity(f) in added else f for f in verdict.findings)
    timely = any(f.code is FindingCode.SUBMISSION_LATE and _identity(f) in added for f in verdict.findings)
    changes = {"findings": findings, "status": status_of(findings), "late": verdict.late and not timely}
    return verdict.model_copy(update=changes)


def _to_unit(finding: Finding, revision: str) -> Finding:
    severity = Severity.QUESTION if finding.severity is Severity.ERROR else finding.severity
    message = Words(
        zh=ASKED.zh.format(said=finding.message.zh.rstrip("。"), revision=revision),
        en=ASKED.en.format(said=finding.message.en.rstrip("."), revision=revision),
    )
    changes = {"severity": severity, "audience": Audience.UNIT, "message": message, "remedy": REMEDY}
    return finding.model_copy(update=changes)


def _identity(finding: Finding) -> Identity:
    return finding.code, finding.document, finding.project, finding.field
