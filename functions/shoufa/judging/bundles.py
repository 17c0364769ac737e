"""Applications of one project brought together: its Word version, its scans, its later versions.

Two projects of one firm are never one because their names or files are alike: what tells them apart is
looked for first.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from shoufa.domain import credit_code
from shoufa.domain.codes import Form, Kind
from shoufa.judging.document import Doc, Fields, Row
from shoufa.judging.names import like, plain
from shoufa.judging.readings import folded, same_reading

SAME = 0.7
"""Likeness from which two descriptions are of one project."""
SLIPPED = 0.6
"""Likeness that a name misread in a few signs still has; a shorter one is another."""


SHORTEST_CUT = 4
"""Signs that a name cut short must keep; what is shorter was not read at all."""
_ORDINAL = re.compile(r"^.{0,2}[0-9一二三四五六七八九十甲乙丙丁ⅠⅡⅢABC]|^.{0,3}(期|阶段|批|分项|子项|片区)")
"""How the name of a further phase or part goes on where the first one's ends."""


def bundles_of(applications: Sequence[Doc], rows: Sequence[Row]) -> list[list[Doc]]:
    """Applications of one project: Word versions first, since their text is exact.

    Each scan joins the best.
    """
    bundles: list[list[Doc]] = []
    listed = _listed(rows)
    words = [d for d in applications if exactness(d) == (False, False)]
    for doc in sorted(applications, key=lambda d: (*exactness(d), -_nearest(d, words), d.received_at)):
        scored = [(_same_project(doc, b), i) for i, b in enumerate(bundles) if not _another(doc, b, listed)]
        best = max(scored, default=(0.0, -1))
        if best[0] >= SAME:
            bundles[best[1]].append(doc)
        else:
            bundles.append([doc])
    return bundles


def _nearest(doc: Doc, words: Sequence[Doc]) -> float:
    """How well a scan fits the editable form that it fits best: the surest choose first."""
    if doc.form is Form.WORD:
        return 0.0
    a = doc.fields
    best = max((likeness(a.name, a.applicant, a.credit_code, w.fields) for w in words), default=0.0)
    return best if best >= SAME else 0.0


def exactness(doc: Doc) -> tuple[bool, bool]:
    """Editable forms first, then pages; what a mail's body says comes last."""
    return doc.kind is Kind.MAIL_BODY, doc.form is not Form.WORD


def _another(doc: Doc, bundle: list[Doc], listed: Mapping[str, int]) -> bool:
    """Two editable forms of one mail under different names, or of different bodies, are two projects.

    Their text is exact, so a difference is one; a later mail may bring the same project under a mended name.
    Forms that the table lists in two rows, each under its very name, are two as well.
    """
    first = bundle[0]
    rows = [listed.get(folded(d.fields.name)) if d.fields.name else None for d in (doc, first)]
    if None not in rows and rows[0] != rows[1]:
        return True
    if doc.form is not Form.WORD or first.form is not Form.WORD:
        return _taken(doc, bundle)
    a, b = doc.fields, first.fields
    bodies = bool(a.applicant and b.applicant) and like(a.applicant, b.applicant) < 0.8
    names = bool(a.name and b.name) and plain(a.name) != plain(b.name)
    return bodies or (names and _one_mail(doc, first))


def _taken(doc: Doc, bundle: list[Doc]) -> bool:
    """Whether the form has a scan of its very name already, and this one in the same mail bears another."""
    first = bundle[0]
    own = [d for d in _scans_beside(doc, bundle) if not _sister(d.fields.name, first.fields.name)]
    return bool(own) and _sister(doc.fields.name, first.fields.name)


def _scans_beside(doc: Doc, bundle: list[Doc]) -> list[Doc]:
    """What came as pages in the same mail."""
    return [d for d in bundle if d.form is not Form.WORD and d.form is doc.form and _one_mail(d, doc)]


def _sister(name: str, other: str) -> bool:
    """Whether two names that were read are not one: another phase's, or no reading of the other at all."""
    short, long = sorted((plain(name), plain(other)), key=len)
    if len(short) < SHORTEST_CUT:
        return False
    if long.startswith(short) and long != short:
        return bool(_ORDINAL.match(long[len(short) :]))
    return not same_reading(short, long)


def _one_mail(a: Doc, b: Doc) -> bool:
    return a.sources[0].piece.mail == b.sources[0].piece.mail


def _listed(rows: Sequence[Row]) -> dict[str, int]:
    """The row of each name that one row alone bears, look-alike signs aside."""
    names = [folded(row.name) for row in rows]
    return {name: i for i, name in enumerate(names) if names.count(name) == 1}


def _same_project(doc: Doc, bundle: list[Doc]) -> float:
    first = bundle[0]
    a, b = doc.fields, first.fields
    score = likeness(a.name, a.applicant, a.credit_code, b)
    if not a.name and not a.applicant:
        return max(score, 0.9 * _same_file_name(doc, first))
    if score >= SAME:
        return score
    body = like(a.applicant, b.applicant) >= 0.75 or same_code(a.credit_code, b.credit_code)
    if _same_file_name(doc, first) and (body or like(a.name, b.name) >= 0.75):
        return SAME
    scan = doc.form is not Form.WORD and doc.kind is Kind.APPLICATION and first.form is Form.WORD
    if body and scan and not _scans_beside(doc, bundle):
        return SAME * (_one_stem(doc, first) or _name_lost(doc, b.name))
    return score


def _one_stem(a: Doc, b: Doc) -> bool:
    """Whether two files of one folder have one name but for its ending, and each holds this paper alone."""
    alone = all(len(d.sources) == 1 and d.sources[0].whole for d in (a, b))
    return alone and _one_mail(a, b) and plain(a.path.rpartition(".")[0]) == plain(b.path.rpartition(".")[0])


def _name_lost(scan: Doc, name: str) -> bool:
    """Whether a scan's name was cut short or not read, and its pages show this one."""
    read, exact = plain(scan.fields.name), plain(name)
    if len(exact) < 2 * SHORTEST_CUT:
        return False
    whole = exact in plain(scan.text)
    return cut_short(read, exact) or (whole and (len(read) < SHORTEST_CUT or read in exact))


def cut_short(read: str, exact: str) -> bool:
    """Whether a recognised name is the beginning of the exact one, and not that of the phase before it."""
    read, exact = plain(read), plain(exact)
    if not SHORTEST_CUT <= len(read) < len(exact) or not exact.startswith(read):
        return False
    return not _ORDINAL.match(exact[len(read) :])


def _same_file_name(a: Doc, b: Doc) -> float:
    """1 where one file's name is the other's with a mark such as （盖章扫描件） or a page number behind it."""
    first, second = (plain(d.name.rpartition(".")[0]) for d in (a, b))
    short, long = sorted((first, second), key=len)
    return float(len(short) >= 6 and long.startswith(short))


def fits_row(doc: Doc, row: Row) -> float:
    """How surely an application is that of a table's row, 0..1; recognised tables cut names short."""
    said = doc.fields
    score = likeness(said.name, said.applicant, said.credit_code, row)
    if score >= SAME or (row.exact and doc.form is Form.WORD):
        return score
    read, exact = (said.name, row.name) if row.exact else (row.name, said.name)
    body = like(said.applicant, row.applicant) >= 0.85 or same_code(said.credit_code, row.credit_code)
    return SAME if body and cut_short(read, exact) else score


def likeness(name: str, applicant: str, code: str, other: Fields | Row) -> float:
    """How surely two descriptions are one project, 0..1.

    The names first, then who applies and under which code.

    Names of one trade differ by a few characters only (大辉…标准化试点, 越力…标准化试点), so unless they are equal the
    applicant or its code has to agree too.
    """
    return _likeness((name, applicant, code), (other.name, other.applicant, other.credit_code))


@lru_cache(maxsize=8192)
def _likeness(one: tuple[str, str, str], other: tuple[str, str, str]) -> float:
    names = like(one[0], other[0])
    known = bool(one[1] and other[1])
    bodies = like(one[1], other[1]) if known else 0.0
    agrees = same_code(one[2], other[2]) or bodies >= 0.85
    if names == 1.0:
        return 1.0 if agrees or not known else 0.72
    if names >= 0.75 and agrees:
        return 0.7 + 0.25 * names
    if names >= 0.9 and not known and not one[2]:
        return 0.7
    if bodies >= SLIPPED and names >= SLIPPED and _slipped(one, other):
        return 0.7 + 0.1 * names
    return 0.3 * names + (0.3 if agrees else 0.0)


def same_code(code: str, other: str) -> bool:
    """Whether two codes are one; what a spreadsheet left of a code is shared by many bodies."""
    return bool(code) and code == other and not credit_code.damaged(code)


def _slipped(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    """Whether both names are the other's with slips of recognition in them."""
    return same_reading(other[0], one[0]) and same_reading(other[1], one[1])
