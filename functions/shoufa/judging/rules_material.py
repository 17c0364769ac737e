"""Rules for forms and seals of letter, table and applications.

What must be there, in which form, with whose seal.
"""

import re
from collections.abc import Iterator

from rapidfuzz.fuzz import partial_ratio

from shoufa.domain.call import Material, SealRule
from shoufa.domain.codes import Form, Kind, Need, Severity
from shoufa.domain.finding import Finding
from shoufa.judging.document import Doc
from shoufa.judging.messages import finding
from shoufa.judging.names import plain
from shoufa.judging.projects import Project
from shoufa.judging.seals import Bodies, SealState, SealVerdict, check
from shoufa.judging.view import View

SEVERITY = {Need.REQUIRED: Severity.ERROR, Need.EXPECTED: Severity.QUESTION, Need.OPTIONAL: Severity.WARNING}
TAIL = {SealState.MISSING: "seal-missing", SealState.WRONG: "seal-wrong", SealState.UNCLEAR: "seal-unclear"}


def shared_material(view: View) -> Iterator[Finding]:
    """Letter and table: there at all, in each form, with the seals."""
    for kind in (Kind.LETTER, Kind.SUMMARY):
        material = view.call.material(kind)
        if material is not None:
            yield from _forms_and_seals(view, material, None)


def applications(view: View) -> Iterator[Finding]:
    """Each project's application: there at all, in each form, with the seals."""
    material = view.call.material(Kind.APPLICATION)
    if material is None:
        return
    if not view.projects and not view.withdrawn:
        yield finding("application.missing", Severity.ERROR)
    for project in view.projects:
        yield from _forms_and_seals(view, material, project)


def _forms_and_seals(view: View, material: Material, project: Project | None) -> Iterator[Finding]:
    kind = material.kind.value
    name = project.name if project else None
    held = {form: view.hold(material, project, form) for form in (Form.WORD, Form.SCAN)}
    if not any(held.values()) and not _of_any_form(view, material, project):
        if (
            any(need is Need.REQUIRED for need in material.forms.values())
            or material.kind is Kind.APPLICATION
        ):
            yield finding(f"{kind}.missing", Severity.ERROR, project=name)
        return
    in_body = _only_in_body(view, material, project)
    for form, doc in held.items():
        severity = SEVERITY.get(material.need(form))
        if doc is None and severity is not None:
            yield finding(f"{kind}.{form.value}-missing", severity, project=name, in_body=in_body)
    scan = held[Form.SCAN]
    if scan is not None:
        yield from _seals(view, material, project, scan)
        yield from _extract(material, project, scan, held[Form.WORD])


def _of_any_form(view: View, material: Material, project: Project | None) -> bool:
    """Whether it came at all, if only as a born-digital file without a seal, or in a mail's text."""
    return bool(project.docs if project else view.of(material.kind) or view.in_bodies(material.kind))


def _only_in_body(view: View, material: Material, project: Project | None) -> bool:
    """Whether nothing came of it but the text in a mail."""
    if project:
        return bool(project.docs) and not project.papers
    return bool(view.in_bodies(material.kind)) and not view.of(material.kind)


def _seals(view: View, material: Material, project: Project | None, scan: Doc) -> Iterator[Finding]:
    """What is said of its seals; a rule that is optional asks for no more than that there is one."""
    said: set[str] = set()
    sealed = any(p.seals for p in (*scan.pages, *scan.beside))
    for rule in material.seals:
        for wanted in _wanted(rule):
            severity = SEVERITY.get(rule.need)
            if severity is None or (sealed and severity is Severity.WARNING):
                continue
            verdict = _check(view, scan, view.bodies(project, wanted))
            tail = TAIL.get(verdict.state)
            missing = verdict.state is SealState.MISSING
            if tail is None or tail in said or (severity is Severity.WARNING and not missing):
                continue
            said.add(tail)
            if verdict.state is SealState.UNCLEAR:
                severity = Severity.QUESTION
            yield finding(
                f"{material.kind.value}.{tail}",
                severity,
                project=project.name if project else None,
                document=scan.path,
                page=verdict.page,
                detail=verdict.detail,
                detail_en=verdict.detail_en or (f" (page {verdict.page})" if verdict.page else ""),
                electronic=bool(verdict.detail_en),
                evidence=verdict.detail,
            )


def _check(view: View, scan: Doc, bodies: Bodies) -> SealVerdict:
    """A missing seal is unclear where an image that nothing names bears the needed one (contracts §2)."""
    verdict = check(scan, bodies)
    if verdict.by or scan.denied:
        return verdict
    if verdict.state is SealState.MET and scan.kind is Kind.LETTER:
        doubt = letter_doubt(view, scan)
        return SealVerdict(SealState.UNCLEAR, verdict.page, doubt) if doubt else verdict
    if verdict.state is SealState.MISSING:
        mails = {s.piece.mail for s in scan.sources}
        loose = (
            d
            for d in view.of(Kind.OTHER)
            if d.form is Form.SCAN and mails & {s.piece.mail for s in d.sources}
        )
        if any(check(d, bodies).state is SealState.MET for d in loose):
            return SealVerdict(SealState.UNCLEAR, None, "（同一来邮中另有一份盖章页）")
    return verdict


def letter_doubt(view: View, letter: Doc) -> str:
    """Why a sealed page may not be this call's letter, "" if it plainly is.

    A seal on a page that says nothing, or on a letter about another matter, recommends nobody here.
    """
    if letter.guessed:
        return "（页面上没有公文内容）"
    said = plain(letter.text)
    call = view.call
    words = [call.title, *call.aliases, call.notice.number or "", *call.form_titles]
    words += [t.title for t in call.tracks if len(t.title) >= 5]
    words += [p.name for p in view.projects]
    known = [plain(re.sub(r"^\d{4}年度", "", w)) for w in words]
    if any(len(w) >= 5 and partial_ratio(w, said) >= 80 for w in known):
        return ""
    return "（公文内容未提到本次征集或所列项目）"


def _wanted(rule: SealRule) -> list[tuple[str, ...]]:
    """`any`: one of these suffices; `each`: all of them, each checked by itself."""
    return [tuple(rule.any)] * bool(rule.any) + [(str(body),) for body in rule.each]


def _extract(material: Material, project: Project | None, scan: Doc, word: Doc | None) -> Iterator[Finding]:
    """A scan that holds far less text than the Word version is an extract (cover, seal page)."""
    if word is None or not scan.complete:
        return
    whole, part = (sum(len(plain(p.text)) for p in d.pages) for d in (word, scan))
    if whole > 400 and part < 0.4 * whole:
        name = project.name if project else None
        yield finding(
            f"{material.kind.value}.scan-partial", Severity.WARNING, project=name, document=scan.path
        )
