"""Two versions of one paper of which neither is the later (contracts §2, `K.versions-conflict`).

They came in one mail, say different things where it matters, and no file's name calls one the final one. A
later mail's version holds by itself (`versions`); what conflicts between tables is said beside these.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from shoufa.domain.codes import Form, Kind, Severity
from shoufa.domain.finding import Finding
from shoufa.judging.document import Doc, LetterReading
from shoufa.judging.messages import finding
from shoufa.judging.names import body, plain
from shoufa.judging.readings import same_reading
from shoufa.judging.versions import called_final
from shoufa.judging.view import View

FIELDS = (
    ("applicant", "申报单位"),
    ("credit_code", "统一社会信用代码"),
    ("recommender", "推荐单位"),
    ("contact", "联系人"),
    ("phone", "联系电话"),
    ("field_of_work", "所属领域"),
)
"""What tells two versions of a form apart, beside the ticked type."""


def letter_conflict(view: View) -> Iterator[Finding]:
    """Two versions of one letter in one mail; another number is another letter."""
    for form in (Form.WORD, Form.SCAN):
        for one, other in combinations(_latest(view, view.versions(Kind.LETTER, form)), 2):
            what = _letters_differ(one.letter, other.letter, read=form is Form.SCAN)
            if what:
                yield _said("letter.versions-conflict", None, one, other, what)
                return


def application_conflict(view: View) -> Iterator[Finding]:
    """Two editable forms of one project in one mail that name another body, code, person or type."""
    for project in view.projects:
        papers = [d for d in project.of(Form.WORD) if d.kind is Kind.APPLICATION]
        for one, other in combinations(_latest(view, papers), 2):
            what = _forms_differ(one, other)
            if what:
                yield _said("application.versions-conflict", project.name, one, other, what)
                break


def _latest(view: View, versions: Sequence[Doc]) -> list[Doc]:
    """The versions that came last, from senders who are established; none where one is called the final."""
    own = [d for d in versions if all(s.piece.mail in view.trusted for s in d.sources)] or list(versions)
    at = max((d.received_at for d in own), default=None)
    last = [d for d in own if d.received_at == at]
    return [] if sum(called_final(d) for d in last) == 1 else last


def _letters_differ(a: LetterReading, b: LetterReading, *, read: bool) -> str:
    if not _one_letter(a, b) or (read and not (a.number and b.number)):
        return ""
    if any(a.counts[k] != b.counts[k] for k in a.counts.keys() & b.counts.keys()):
        return "推荐数量"
    return "成文日期" if not read and a.date and b.date and a.date != b.date else ""


def _one_letter(a: LetterReading, b: LetterReading) -> bool:
    """Whether two readings can be one letter: number, title and who signs do not say otherwise."""
    numbers = bool(a.number and b.number) and plain(a.number) != plain(b.number)
    titles = bool(a.title and b.title) and not same_reading(a.title, b.title)
    signed = bool(a.issuers and b.issuers) and not {*map(body, a.issuers)} & {*map(body, b.issuers)}
    return not (numbers or titles or signed)


def _forms_differ(a: Doc, b: Doc) -> str:
    """The first of the telling fields that both have and that differs."""
    for field, label in FIELDS:
        one, other = (body(getattr(d.fields, field)) for d in (a, b))
        if one and other and one != other:
            return label
    one_type, other_type = a.fields.ticked, b.fields.ticked
    return "项目类型" if one_type and other_type and one_type != other_type else ""


def _said(code: str, project: str | None, one: Doc, other: Doc, what: str) -> Finding:
    return finding(
        code,
        Severity.QUESTION,
        project=project,
        document=other.path,
        detail=f"（“{one.name}”与“{other.name}”的{what}不同）",
        detail_en=f" (“{one.name}” and “{other.name}” differ)",
    )
