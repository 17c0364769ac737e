"""The rule that holds a project's Word version against its stamped scan (contracts §2, `versions-differ`)."""

from collections.abc import Iterator

from shoufa.domain.codes import Form, Kind, Severity
from shoufa.domain.finding import Finding
from shoufa.judging.bodies import Register
from shoufa.judging.document import Doc
from shoufa.judging.messages import finding
from shoufa.judging.names import is_organisation, plain
from shoufa.judging.projects import Project, track_of
from shoufa.judging.readings import READ_WELL, same_reading
from shoufa.judging.view import View

Difference = tuple[str, str, str, str]
"""What differs in Chinese and English, how the Word version says it, and how the scan was read."""
PRINTED_BOXES = "☑☐□☒✓√"


def versions_differ(view: View) -> Iterator[Finding]:
    """The Word version and the scan that hold disagree on project, applicant, recommender or type."""
    for project in view.projects:
        word, scan = _held(view, project, Form.WORD), _held(view, project, Form.SCAN)
        differing = list(_differences(view, word, scan)) if word and scan else []
        if scan is None or not differing:
            continue
        zh = "；".join(f"{what}在Word版为“{a}”，在扫描件识别为“{b}”" for what, _, a, b in differing)
        en = "; ".join(f"{what}: “{a}” in Word, read as “{b}” on the scan" for _, what, a, b in differing)
        yield finding(
            "application.versions-differ",
            Severity.QUESTION,
            project=project.name,
            document=scan.path,
            field=differing[0][0],
            detail=zh,
            detail_en=en,
            evidence=zh,
        )


def _held(view: View, project: Project, form: Form) -> Doc | None:
    material = view.call.material(Kind.APPLICATION)
    return view.hold(material, project, form) if material else None


def _differences(view: View, word: Doc, scan: Doc) -> Iterator[Difference]:
    a, b = word.fields, scan.fields
    if a.name and _read_well(scan, b.name) and not same_reading(a.name, b.name):
        yield "项目名称", "project", a.name, b.name
    if a.applicant and _read_well(scan, b.applicant) and not same_reading(a.applicant, b.applicant):
        yield "申报单位", "applicant", a.applicant, b.applicant
    said = a.recommender and _read_well(scan, b.recommender)
    if said and _another_recommender(view.register, a.recommender, b.recommender):
        yield "推荐单位", "recommender", a.recommender, b.recommender
    if _read_well(scan, b.type_text) and _another_type(view, word, scan):
        yield "项目类型", "type", "、".join(a.ticked), "、".join(b.ticked)


def _read_well(scan: Doc, value: str) -> bool:
    """Whether a name or type was read, and the page and line where it stands were read with certainty.

    A sign or two are what a rule or a fold left of a value.
    """
    wanted = plain(value)
    if len(wanted) < 2:
        return False
    pages = [p for p in scan.pages if wanted in plain(p.text)] or list(scan.pages)
    lines = [x for p in pages for x in p.lines if wanted in plain(x.text)]
    return all(p.quality >= READ_WELL for p in pages) and (
        not lines or max(x.score for x in lines) >= READ_WELL
    )


def _another_recommender(register: Register, exact: str, read: str) -> bool:
    """Whether two bodies are named.

    A seal often covers the reading: where the list of recommenders knows both, it decides; else both have to
    be whole names of bodies.
    """
    known, seen = register.entitled(exact), register.entitled(read)
    if known and seen:
        return known.name != seen.name
    whole = is_organisation(exact) and is_organisation(read) and len(plain(read)) >= len(plain(exact)) - 2
    return whole and not same_reading(exact, read)


def _another_type(view: View, word: Doc, scan: Doc) -> bool:
    """Whether each version has one tick, for different tracks, and the scan shows its boxes.

    Without printed boxes a tick cannot be told from an empty box.
    """
    if len(word.fields.ticked) != 1 or len(scan.fields.ticked) != 1:
        return False
    a, b = (track_of(d.fields.ticked[0], view.call) for d in (word, scan))
    boxes = any(c in scan.fields.type_text for c in PRINTED_BOXES)
    return boxes and a is not None and b is not None and a != b
