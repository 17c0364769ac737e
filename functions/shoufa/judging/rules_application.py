"""Rules for each project.

Listed, named alike, on the right form, of a clear type, its fields filled in rightly.
"""

from collections.abc import Iterator

from shoufa.domain import credit_code
from shoufa.domain.codes import Form, Kind, Severity
from shoufa.domain.finding import Finding
from shoufa.judging.document import Doc
from shoufa.judging.labels import ATTRIBUTES
from shoufa.judging.messages import finding
from shoufa.judging.names import like, plain
from shoufa.judging.projects import Project
from shoufa.judging.rules_material import SEVERITY
from shoufa.judging.view import View


def unlisted(view: View) -> Iterator[Finding]:
    """An application that the table does not list; only where a table was read."""
    if view.call.material(Kind.SUMMARY) is None or not view.table_known:
        return
    for project in view.projects:
        if project.row is None and project.papers:
            yield finding(
                "application.unlisted", Severity.ERROR, project=project.name, document=_path(project)
            )


def name_differs(view: View) -> Iterator[Finding]:
    """The same applicant or code under another project name, or a row's project under another applicant."""
    for project in view.projects:
        stranger = _other_applicant(project)
        if stranger:
            yield finding(
                "application.name-differs",
                Severity.QUESTION,
                project=project.name,
                document=_path(project),
                field="applicant",
                detail=f"：申报单位在申报书为“{stranger}”，在汇总表为“{project.applicant}”",
                detail_en=f": the form's applicant is “{stranger}”, the table's “{project.applicant}”",
            )
        if project.other_name:
            yield finding(
                "application.name-differs",
                Severity.QUESTION,
                project=project.name,
                document=_path(project),
                detail=f"（申报书为“{project.other_name}”）",
                detail_en=f" (the form says “{project.other_name}”)",
            )


def _other_applicant(project: Project) -> str:
    """The form's applicant where it is plainly not the row's and the codes do not say that they are one."""
    row = project.row
    for doc in project.papers if row and row.applicant else ():
        said = doc.fields.applicant
        same_code = (
            bool(doc.fields.credit_code) and row is not None and doc.fields.credit_code == row.credit_code
        )
        if said and row and like(said, row.applicant) < 0.7 and not same_code:
            short, long = sorted((plain(said), plain(row.applicant)), key=len)
            if short not in long:
                return said
    return ""


def wrong_form(view: View) -> Iterator[Finding]:
    """A form of another call or another track; a form that tracks share is never wrong."""
    own = {plain(t.form): t.id for t in view.call.tracks if t.form}
    foreign = {plain(form) for c in view.calls.values() for form in c.form_titles} - set(own)
    for project in view.projects:
        for doc in project.papers:
            title = _closest(plain(doc.fields.title), (*own, *foreign))
            if title is None and doc.form is Form.WORD and doc.fields.title:
                title = plain(doc.fields.title)
            if title is None or _shared_or_right(view, project, title, own):
                continue
            yield finding(
                "application.wrong-form",
                Severity.ERROR,
                project=project.name,
                document=doc.path,
                detail=f"（《{doc.fields.title}》）",
            )
            break


def _shared_or_right(view: View, project: Project, title: str, own: dict[str, str]) -> bool:
    if title not in own:
        return False
    forms = {plain(t.form) for t in view.call.tracks if t.form and project.track in (None, t.id)}
    return title in forms


def _closest(title: str, known: tuple[str, ...]) -> str | None:
    """The known form whose title this is, slips of recognition forgiven; None where it is none of them."""
    if title in known:
        return title
    best = max(known, key=lambda k: like(title, k), default=None)
    return best if best and like(title, best) >= 0.9 else None


def track_unclear(view: View) -> Iterator[Finding]:
    """Type column, ticked type and letter disagree or are silent."""
    for project in view.projects:
        if project.track is None and project.papers:
            yield finding(
                "application.track-unclear",
                Severity.QUESTION,
                project=project.name,
                detail=f"（{project.track_doubt}）",
            )


def fields(view: View) -> Iterator[Finding]:
    """Fields that the call looks for: missing ones by need, invalid codes as questions."""
    material = view.call.material(Kind.APPLICATION)
    for project in view.projects:
        word = project.of(Form.WORD)
        doc = word[-1] if word else None
        for rule in material.fields if material else ():
            value = getattr(doc.fields, ATTRIBUTES.get(rule.name, rule.name), None) if doc else None
            severity = SEVERITY.get(rule.need)
            if doc is not None and value == "" and severity is not None and not _text_only(doc):
                label = rule.labels[0] if rule.labels else rule.name
                yield finding(
                    "application.field-missing",
                    severity,
                    project=project.name,
                    document=doc.path,
                    field=rule.name,
                    detail=f"“{label}”",
                )
        yield from _code(view, project)


def _text_only(doc: Doc) -> bool:
    return any(s.piece.facts is not None and s.piece.facts.text_only for s in doc.sources)


def _code(view: View, project: Project) -> Iterator[Finding]:
    """A credit code that fails its check character (GB 32100-2015).

    Slips of recognition are not held against it.
    """
    exact = [d for d in project.of(Form.WORD) if d.fields.code_text]
    value = plain(exact[-1].fields.code_text) if exact else (project.row.credit_code if project.row else "")
    damaged = credit_code.damaged(value)
    if not value or value in {"无", "NA", "暂无"} or (credit_code.check(value).valid and not damaged):
        return
    if not exact and not _row_is_exact(view):
        return
    yield finding(
        "application.field-invalid",
        Severity.QUESTION,
        project=project.name,
        document=exact[-1].path if exact else None,
        field="credit_code",
        detail=f"统一社会信用代码“{value}”校验不通过" + _DAMAGED * damaged,
        detail_en=f"the credit code “{value}” fails its check" + _DAMAGED_EN * damaged,
        evidence=value + _DAMAGED * damaged,
    )


_DAMAGED = "（被 Excel 当作数字保存，只剩前 15 位，请将单元格设为文本后重新填写）"
_DAMAGED_EN = " (Excel stored it as a number and kept 15 digits: format the cell as text and type it again)"


def _row_is_exact(view: View) -> bool:
    return any(d.form is Form.WORD for d in view.of(Kind.SUMMARY))


def _path(project: Project) -> str | None:
    return project.papers[0].path if project.papers else None
