"""Dividing files into documents and joining files that are pages of one document (contracts §4.

`documents`).
"""

from collections.abc import Iterable
from dataclasses import replace

from shoufa.domain.call import Call, FieldRule
from shoufa.domain.codes import Form, Kind
from shoufa.domain.facts import Facts, Page, Table
from shoufa.domain.submission import Piece
from shoufa.judging.choices import track_words
from shoufa.judging.division import divide
from shoufa.judging.document import Doc, Source, TableReading
from shoufa.judging.fields import read_fields
from shoufa.judging.letter_reading import read_letter
from shoufa.judging.page_names import in_series
from shoufa.judging.starts import kind_of_rest, start_of
from shoufa.judging.table_reading import read_table


def documents(pieces: Iterable[Piece], call: Call) -> list[Doc]:
    """All documents of a submission, archives and unreadable files left out."""
    readable = [p for p in pieces if p.facts is not None and p.facts.unreadable is None and p.facts.form]
    return [doc for group in in_series(readable) for doc in _divided(group, call)]


def _divided(group: list[Piece], call: Call) -> list[Doc]:
    """One file, or several that are one paper, as documents by where each begins."""
    sheets = [(piece, page) for piece in group for page in (piece.facts.pages if piece.facts else ())]
    if not sheets:
        return []
    first = group[0].facts
    if first is not None and first.form is Form.WORD:
        return [_build(sheets, _kind(sheets, call), call)]
    runs = divide(sheets, call)
    return _beside_letter(
        [_build(r.sheets, r.kind or _rest(r.sheets), call, guessed=r.kind is None) for r in runs]
    )


def _tables(piece: Piece) -> tuple[Table, ...]:
    return piece.facts.tables if piece.facts else ()


def _kind(sheets: list[tuple[Piece, Page]], call: Call) -> Kind:
    piece, page = sheets[0]
    return start_of(page, _tables(piece), _rules(call, Kind.SUMMARY)) or _rest(sheets)


def _rest(sheets: list[tuple[Piece, Page]]) -> Kind:
    return kind_of_rest("\n".join(p.text for _, p in sheets), sheets[0][0].part.name)


def _build(sheets: list[tuple[Piece, Page]], kind: Kind, call: Call, *, guessed: bool = False) -> Doc:
    sources, pages, tables, headers = [], [], [], []
    for piece in dict.fromkeys(id(p) for p, _ in sheets):
        own = [(p, page) for p, page in sheets if id(p) == piece]
        holder = own[0][0]
        facts = holder.facts
        if facts is None:
            continue
        numbers = {page.number for _, page in own}
        whole = len(numbers) == len(facts.pages)
        sources += [Source(holder, first, last, whole) for first, last in _ranges(numbers)]
        pages += [page for _, page in own]
        tables += _tables_in_order(facts, [page.number for _, page in own], len(pages) - len(own))
        headers += list(facts.headers)
    facts = sheets[0][0].facts
    doc = Doc(
        kind=kind,
        form=facts.form if facts else None,
        sources=tuple(sources),
        pages=tuple(pages),
        tables=tuple(tables),
        headers=tuple(headers),
        guessed=guessed,
    )
    return read_as(doc, call)


def _tables_in_order(facts: Facts, numbers: list[int], before: int) -> list[Table]:
    """The tables on these pages, numbered by the document's own pages, of which some came `before`."""
    if facts.form is Form.WORD:
        return list(facts.tables)
    place = {number: before + at for at, number in enumerate(numbers, 1)}
    mine = [t.model_copy(update={"page": place[t.page]}) for t in facts.tables if t.page in place]
    return sorted(mine, key=lambda t: t.page)


def _ranges(numbers: set[int]) -> list[tuple[int, int]]:
    """Page numbers as ranges: a paper that a proof interrupts has two."""
    ordered = sorted(numbers)
    starts = [n for n in ordered if n - 1 not in numbers]
    ends = [n for n in ordered if n + 1 not in numbers]
    return list(zip(starts, ends, strict=True))


def read_as(doc: Doc, call: Call) -> Doc:
    """The document with what its kind says read from it."""
    if doc.kind is Kind.APPLICATION:
        rules, words = _rules(call, Kind.APPLICATION), track_words(call)
        return replace(doc, fields=read_fields(doc.pages, doc.tables, rules, words))
    if doc.kind is Kind.SUMMARY:
        return replace(doc, table=_exactly(doc, read_table(doc.pages, doc.tables, _rules(call, doc.kind))))
    if doc.kind is Kind.LETTER:
        return replace(
            doc,
            letter=read_letter(doc.pages, call),
            table=_exactly(doc, read_table((), doc.tables, _rules(call, Kind.SUMMARY))),
        )
    return doc


def _exactly(doc: Doc, read: TableReading) -> TableReading:
    """The table with its rows marked as a recogniser's work where they are."""
    if doc.form is not Form.SCAN:
        return read
    return replace(read, rows=tuple(replace(r, exact=False) for r in read.rows))


def _beside_letter(docs: list[Doc]) -> list[Doc]:
    """A table in the sealed letter's own file: the letter's pages stand beside it."""
    letters = tuple(page for d in docs if d.kind is Kind.LETTER for page in d.pages)
    return [replace(d, beside=letters) if d.kind is Kind.SUMMARY and letters else d for d in docs]


def _rules(call: Call, kind: Kind) -> tuple[FieldRule, ...]:
    """The fields of a form, or the columns of a table, as the call defines them."""
    material = call.material(kind)
    if material is None:
        return ()
    return material.columns if kind is Kind.SUMMARY else material.fields
