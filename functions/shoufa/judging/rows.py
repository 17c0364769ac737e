"""The rows of a verdict.

Documents, projects and the letter, as `submissions.jsonl` shows them (contracts §4).
"""

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache

from shoufa.domain.codes import Form, Kind
from shoufa.domain.facts import Seal
from shoufa.domain.mail import ARCHIVES
from shoufa.domain.submission import DocumentRow, Letter, Piece, ProjectRow
from shoufa.domain.volumes import is_gap
from shoufa.judging.document import Doc
from shoufa.judging.electronic_seals import counts
from shoufa.judging.names import Weights, body, fit, is_organisation, like, plain
from shoufa.judging.rules_file import code_of
from shoufa.judging.versions import arrival
from shoufa.judging.view import View

NAMED = ((0.8, 0.06), (0.65, 0.2))
"""Support that a reading must give a known name, and by how much it must then beat the next one."""


def document_rows(view: View) -> tuple[DocumentRow, ...]:
    """One row per file and page range: read documents, archives, and what could not be read."""
    known, weights = _known_names(view), view.bodies(None, ("recommender",)).weights()
    rows = [row for doc in view.docs for row in _of_document(doc, view, known, weights)]
    rows += _unread(view.case.pieces, rows)
    order = {p.part.path: i for i, p in enumerate(view.case.pieces)}
    rows.sort(key=lambda r: (order.get(r.path, 0), r.page_range or (0, 0)))
    proposed = [row for doc in view.proposals for row in _of_document(doc, view, known, weights)]
    counts_for = {m.digest for m in view.case.mails}
    proposed += _unread([p for p in view.whole.pieces if p.mail not in counts_for], proposed)
    return (*rows, *(r.model_copy(update={"proposed": True}) for r in proposed))


def _unread(pieces: Sequence[Piece], rows: Sequence[DocumentRow]) -> list[DocumentRow]:
    """Rows of the files of which no document was read."""
    shown = {row.path for row in rows if row.kind is not Kind.MAIL_BODY}
    return [_of_piece(p) for p in pieces if p.part.path not in shown and not is_gap(p.part)]


def _of_document(doc: Doc, view: View, known: tuple[str, ...], weights: Weights) -> Iterator[DocumentRow]:
    every = (*view.projects, *view.withdrawn)
    project = next((p.name for p in every if any(d.key == doc.key for d in p.docs)), None)
    group = hashlib.sha256(doc.key.encode()).hexdigest()[:12] if len(doc.sources) > 1 else None
    for source in doc.sources:
        facts = source.piece.facts
        pages = [p for p in facts.pages if source.first <= p.number <= source.last] if facts else []
        yield DocumentRow(
            name=source.piece.part.name,
            path=source.piece.part.path,
            sha256=source.piece.part.sha256,
            kind=doc.kind,
            form=doc.form,
            pages=len(pages),
            page_range=None if source.whole or doc.form is Form.WORD else (source.first, source.last),
            group=group,
            project=project,
            seals=tuple(_named(s, known, weights) for p in pages for s in p.seals),
            superseded=doc.superseded,
        )


def _of_piece(piece: Piece) -> DocumentRow:
    archive = piece.part.container in ARCHIVES
    kind = Kind.ARCHIVE if archive else Kind.UNREADABLE if code_of(piece) or piece.facts else Kind.OTHER
    return DocumentRow(
        name=piece.part.name,
        path=piece.part.path,
        sha256=piece.part.sha256,
        kind=kind,
        form=None,
        pages=piece.facts.page_count if piece.facts else 0,
    )


def _named(seal: Seal, names: tuple[str, ...], weights: Weights) -> Seal:
    """The seal under the one known body's name that its reading supports, as that body's own.

    A reading that would fit several bodies (a ring cut short) keeps what was read: nothing is claimed.
    """
    readings = [r for r in (seal.name, *seal.candidates) if r]
    if not readings or seal.official is False or not counts(seal):
        return seal
    name = _supported(tuple(readings), names, weights)
    return seal.model_copy(update={"name": name, "official": True}) if name else seal


@lru_cache(maxsize=1024)
def _supported(readings: tuple[str, ...], names: tuple[str, ...], weights: Weights) -> str:
    """The one known name that readings of a ring support, "" if none, or several."""
    scored = sorted((max(_support(r, n, weights) for r in readings), n) for n in names)
    if not scored:
        return ""
    best, name = scored[-1]
    ahead = best - max((score for score, n in scored[:-1] if body(n) != body(name)), default=0.0)
    return name if any(best >= support and ahead >= margin for support, margin in NAMED) else ""


def _support(reading: str, name: str, weights: Weights) -> float:
    """How far a reading supports a name: what of the name was read, and how like the two are as a whole."""
    matched = fit(reading, name, weights).matched
    return 0.5 * matched + 0.5 * like(body(reading), body(name)) if matched else 0.0


def _known_names(view: View) -> tuple[str, ...]:
    """Entitled bodies, applicants, and whoever else signs or is named.

    Slips of recognition are no further names.
    """
    said = [*(d.fields.recommender for d in view.of(Kind.APPLICATION)), *_issuers(view)]
    strangers = [n for n in said if n and view.register.entitled(n) is None and is_organisation(n)]
    applicants = [p.applicant for p in view.projects if p.applicant]
    return tuple(sorted({*view.register.lexicon, *applicants, *strangers}))


def _issuers(view: View) -> list[str]:
    return [i for d in view.of(Kind.LETTER) for i in d.letter.issuers]


def project_rows(view: View) -> tuple[ProjectRow, ...]:
    """One row per project, in the table's order, then those that no table lists."""
    return tuple(
        ProjectRow(
            name=p.name,
            applicant=p.applicant,
            track=p.track,
            credit_code=plain(p.credit_code),
            contact=p.contact,
            phone=p.phone,
            listed=p.row is not None and view.table_known,
            application=bool(p.papers),
        )
        for p in view.projects
    )


def letter_row(view: View) -> Letter | None:
    """The letter that holds: its editable version reads best, else its scan; a doubted sender's last."""
    latest = sorted(view.of(Kind.LETTER), key=arrival, reverse=True)
    letters = sorted(latest, key=lambda d: (not d.sent_in(view.trusted), d.form is not Form.WORD))
    if not letters:
        return None
    read = letters[0].letter
    return Letter(
        number=read.number,
        date=read.date,
        issuer="、".join(read.issuers),
        title=read.title,
        contact=read.contact,
    )
