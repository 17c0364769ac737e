"""Judging a submission: pure, complete (all findings are collected), the same for the same facts."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from shoufa.domain.call import Call, RecommenderGroup
from shoufa.domain.codes import Form, Kind, Severity, Status
from shoufa.domain.facts import READER_VERSION
from shoufa.domain.finding import Finding
from shoufa.domain.mail import ARCHIVES
from shoufa.domain.submission import Case, Verdict
from shoufa.judging import (
    rules_application,
    rules_conditions,
    rules_conflicts,
    rules_file,
    rules_material,
    rules_submission,
    rules_values,
    rules_versions,
)
from shoufa.judging.addressing import addressed_units
from shoufa.judging.bodies import Established, Register, Standing, register_of
from shoufa.judging.decided import decision_rows, paper_row, with_decisions, without_withdrawn
from shoufa.judging.document import Doc
from shoufa.judging.established import establish
from shoufa.judging.mail_body import body_documents
from shoufa.judging.messages import finding
from shoufa.judging.names import body
from shoufa.judging.other_matter import holds_nothing
from shoufa.judging.projects import Project, projects
from shoufa.judging.rows import document_rows, letter_row, project_rows
from shoufa.judging.segments import documents
from shoufa.judging.senders import counted, denied, in_doubt, trusted_mails
from shoufa.judging.versions import arrival, rows_of, superseded
from shoufa.judging.view import Elsewhere, View

Rule = Callable[[View], Iterator[Finding]]

NOWHERE = Elsewhere()

THROUGH_RECOMMENDER: tuple[Rule, ...] = (
    rules_material.shared_material,
    rules_submission.table,
    rules_submission.recommender,
    rules_submission.count_mismatch,
    rules_material.applications,
)
"""Rules about what to send.

Not applied to an applicant who writes directly, who is told whom to ask instead.
"""

RULES: tuple[Rule, ...] = (
    rules_application.unlisted,
    rules_application.name_differs,
    rules_application.wrong_form,
    rules_application.track_unclear,
    rules_application.fields,
    rules_values.values,
    rules_conditions.condition_unclear,
    rules_versions.versions_differ,
    rules_conflicts.letter_conflict,
    rules_conflicts.application_conflict,
    rules_submission.withdrawal,
    rules_submission.over_quota,
    rules_submission.duplicates,
    rules_submission.wrong_mailbox,
    rules_submission.late,
    rules_submission.subject_mark,
    rules_submission.not_archived,
    rules_submission.senders,
    rules_file.active_content,
    rules_file.sensitive,
)


def judge(
    call: Call, group: RecommenderGroup, case: Case, calls: Mapping[str, Call], elsewhere: Elsewhere = NOWHERE
) -> Verdict:
    """What a submission holds and lacks; `reading` while a part has neither facts nor a code.

    Mails that are mere proposals (judging/senders.py) are filed and shown, and neither replace nor complete
    anything.
    """
    case = case.in_order()
    if not all_read(case):
        return _verdict(_view(call, group, case, calls, elsewhere), (), Status.READING)
    view = _view(call, group, case, calls, elsewhere)
    found = tuple(_findings(view))
    verdict = _verdict(view, found, status_of(found))
    if not _cured_late(view, verdict):
        return verdict
    return verdict.model_copy(update={"cured_late": True})


def _cured_late(view: View, verdict: Verdict) -> bool:
    """Whether mail after the deadline cured what mail before it left incomplete."""
    closes = view.call.closes
    if closes is None or verdict.late or verdict.status is Status.INCOMPLETE:
        return False
    early = frozenset(m.digest for m in view.whole.mails if m.envelope.received_at <= closes)
    if len(early) == len(view.whole.mails):
        return False
    case = view.whole.holding(early)
    before = _view(view.call, view.register.group, case, view.calls, view.elsewhere)
    return status_of(tuple(_findings(before))) is Status.INCOMPLETE


def all_read(case: Case) -> bool:
    """Whether every part has facts or a code; archives are their members."""
    return all(
        p.facts is not None or p.part.code is not None or p.part.container in ARCHIVES for p in case.pieces
    )


def status_of(found: tuple[Finding, ...]) -> Status:
    """Errors make it incomplete, else questions make it a case for review (contracts §2)."""
    severities = {f.severity for f in found}
    if Severity.ERROR in severities:
        return Status.INCOMPLETE
    return Status.REVIEW if Severity.QUESTION in severities else Status.COMPLETE


def _findings(view: View) -> Iterator[Finding]:
    if view.call.intake.value != "email":
        yield from rules_submission.wrong_channel(view)
        return
    found: list[Finding] = []
    if rules_submission.not_through_recommender(view):
        found.append(finding("submission.not-through-recommender", Severity.ERROR))
    else:
        found += [f for rule in THROUGH_RECOMMENDER for f in rule(view)]
    found += [f for rule in RULES for f in rule(view)]
    lacking = any(f.severity is Severity.ERROR for f in found)
    yield from found
    yield from rules_file.files(view, lacking)
    yield from rules_file.links(view, lacking)


def _view(
    call: Call, group: RecommenderGroup, whole: Case, calls: Mapping[str, Call], elsewhere: Elsewhere
) -> View:
    case = counted(whole)
    docs = _documents(case, call)
    register = register_of(group, closed=call.closed)
    word = [d for d in docs if d.kind is Kind.SUMMARY and d.form is Form.WORD and d.table.rows]
    paper = [
        d for d in docs if d.kind in {Kind.SUMMARY, Kind.LETTER} and d.form is not Form.WORD and d.table.rows
    ]
    inside = [d for d in docs if d.kind is Kind.LETTER and d.form is Form.WORD and d.table.rows]
    trusted = trusted_mails(whole)
    rows, conflict, used = rows_of(word or inside or paper, trusted)
    own = [d for d in docs if d.sent_in(trusted)]
    counts = _counts(own) or _counts(docs)
    written = [r for d in docs if d.bears is Kind.SUMMARY for r in d.table.rows]
    listed = rows or list({body(r.name): r for r in written}.values())
    kept, withdrawn = without_withdrawn(_own(projects(docs, listed, call, counts), call, case), case)
    return View(
        call=call,
        case=case,
        whole=whole,
        register=register,
        docs=tuple(docs),
        rows=tuple(listed),
        table_known=bool(rows),
        conflict=conflict,
        tables=tuple(used),
        projects=tuple(kept),
        established=_established(own, docs, register, call),
        counts=counts,
        calls=dict(calls),
        elsewhere=elsewhere,
        withdrawn=tuple(withdrawn),
        proposals=tuple(_proposals(whole, case, call)),
    )


def _documents(case: Case, call: Call) -> list[Doc]:
    """The documents of files and of mails' texts, as clerks see them."""
    return with_decisions([*documents(case.pieces, call), *body_documents(case.mails, call)], case, call)


def _proposals(whole: Case, case: Case, call: Call) -> list[Doc]:
    """The documents of the files that do not count."""
    left = frozenset(m.digest for m in whole.mails) - {m.digest for m in case.mails}
    return with_decisions(documents(whole.holding(left).pieces, call), whole, call) if left else []


def _established(own: list[Doc], docs: list[Doc], register: Register, call: Call) -> Established:
    """The recommender, by what the submission's own sender sent, else by all of it.

    What a new or unverified address adds may name the body that was not established: it never puts another
    in the place of one that was, and so into another body's submission.
    """
    found = establish(own, register, call)
    return found if found.standing is Standing.ENTITLED else establish(docs, register, call)


def _own(found: list[Project], call: Call, case: Case) -> list[Project]:
    """The projects that this unit is judged on.

    Those of other units that the same mails went to are left to them.

    Contracts §3: a mail to several units' mailboxes is one submission per unit; letter and table are
    shared. A mail to one unit is never split: another unit's projects stay, and the applicant is told.
    """
    also = addressed_units(call, case) - {case.unit}
    units = {t.id: t.unit for t in call.tracks}
    return [p for p in found if units.get(p.track or "") not in also]


def _counts(docs: list[Doc]) -> dict[str, int]:
    """What the letter states, by its latest editable version where there is one."""
    latest = sorted((d for d in docs if d.kind is Kind.LETTER), key=arrival, reverse=True)
    letters = sorted(latest, key=lambda d: d.form is not Form.WORD)
    return next((d.letter.counts for d in letters if d.letter.counts), {})


def _verdict(view: View, found: tuple[Finding, ...], status: Status) -> Verdict:
    view = _with_superseded(view)
    case = view.whole
    entitled = view.established.standing is Standing.ENTITLED
    applicants = [p.applicant for p in view.projects if p.applicant]
    late = rules_submission.is_late(view)
    return Verdict(
        receipt=case.receipt,
        call=case.call,
        unit=case.unit,
        tracks=tuple(dict.fromkeys(p.track for p in view.projects if p.track)),
        status=status,
        late=late,
        sender=case.opener,
        letter=letter_row(view),
        recommender=view.established.name if entitled else None,
        applicant=applicants[0] if len(set(applicants)) == 1 else None,
        received_at=case.mails[0].envelope.received_at,
        mails=tuple(m.digest for m in case.mails),
        documents=document_rows(view),
        projects=project_rows(view),
        findings=found,
        key=_key(view, applicants),
        withdrawn=tuple(p.name for p in view.withdrawn),
        decisions=decision_rows(case, (*view.docs, *view.proposals), view.withdrawn, denied(case)),
        paper=paper_row(case),
        other_matter=holds_nothing(view.docs, view.case, view.call),
        reader=READER_VERSION,
        revision=case.revision,
    )


def _key(view: View, applicants: list[str]) -> str:
    """By what later mails of the same case are found: a digest, since names do not belong in the ledger.

    None where nobody vouches for its sender: what may be forged is merged with nobody's papers.
    """
    if in_doubt(view.whole):
        return ""
    by_recommender = view.call.case_by == "recommender"
    entitled = view.established.standing is Standing.ENTITLED
    name = view.established.name if by_recommender and entitled else ""
    if not by_recommender and len(set(applicants)) == 1:
        name = applicants[0]
    whole = f"{view.call.id}|{view.case.unit}|{body(name)}"
    return hashlib.sha256(whole.encode()).hexdigest()[:32] if name else ""


def _with_superseded(view: View) -> View:
    """Mark documents of which a later version holds."""
    used = {d.key for d in view.tables}
    kept: list[Doc] = [
        d
        for d in view.docs
        if d.kind not in {Kind.LETTER, Kind.APPLICATION}
        and (d.kind is not Kind.SUMMARY or d.form is not Form.WORD or d.key in used or not used)
    ]
    for form in (Form.WORD, Form.SCAN):
        letter = view.call.material(Kind.LETTER)
        application = view.call.material(Kind.APPLICATION)
        held = [view.hold(letter, None, form)] if letter else []
        every = (*view.projects, *view.withdrawn)
        held += [view.hold(application, p, form) for p in every] if application else []
        kept += [d for d in held if d is not None]
    single = [d for d in view.docs if d.form is Form.DIGITAL]
    return replace(view, docs=tuple(superseded(view.docs, [*kept, *single])))
