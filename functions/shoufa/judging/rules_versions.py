"""The rule that holds a project's Word version against its stamped scan (contracts §2, `versions-differ`).

Measured over generated pairs (tests/samples/version_pairs.py), whole packages judged, signs misread and left
out at a rate each: of 500 faithful scans 0 raised it at 0 and 0.5 %, 2 at 1 %, 8 at 2 %; of 330 that differ
(name, phase, year, place, firm, branch, recommender, type) 330, -, 319 and 321 did.
"""

import re
from collections.abc import Iterator

from rapidfuzz.distance import Levenshtein

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
NEAR = 2
"""Signs in which a reading differs from a body of the list and is still taken for it: 江中省 for 江苏省."""
PARTS = re.compile(r"(?:[一二三四五六七八九十\d]期(?:工程|项目)?|分(?:公司|院|所|中心))$")
"""The end of a name of a project's phase or a body's branch; a recogniser cuts it off, but adds none."""


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
    if a.name and _differ(a.name, b.name) and _read_well(scan, b.name):
        yield "项目名称", "project", a.name, b.name
    if a.applicant and _differ(a.applicant, b.applicant) and _read_well(scan, b.applicant):
        yield "申报单位", "applicant", a.applicant, b.applicant
    another = a.recommender and _another_recommender(view.register, a.recommender, b.recommender)
    if another and _read_well(scan, b.recommender):
        yield "推荐单位", "recommender", a.recommender, b.recommender
    if _another_type(view, word, scan) and _read_well(scan, b.type_text):
        yield "项目类型", "type", "、".join(a.ticked), "、".join(b.ticked)


def _differ(exact: str, read: str) -> bool:
    """Whether a reading is another name, or one of a phase or a branch of what is no such itself."""
    is_part = PARTS.search(plain(read)) is not None and PARTS.search(plain(exact)) is None
    return is_part or not same_reading(exact, read)


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
    be whole names of bodies, and a reading that the list does not know is far from the one that it knows.
    """
    known, seen = register.entitled(exact), register.entitled(read)
    if known and seen:
        return known.name != seen.name
    if known and Levenshtein.distance(plain(exact), plain(read)) <= NEAR:
        return False
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
