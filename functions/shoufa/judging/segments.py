"""Dividing files into documents and joining files that are pages of one document (contracts §4.

`documents`).
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from shoufa.domain.call import Call, FieldRule
from shoufa.domain.codes import Form, Kind
from shoufa.domain.facts import Facts, Page, Table
from shoufa.domain.submission import Piece
from shoufa.judging.document import Doc, Source
from shoufa.judging.fields import read_fields
from shoufa.judging.letter_reading import read_letter
from shoufa.judging.starts import ends_letter, kind_of_rest, start_of
from shoufa.judging.table_reading import read_table

PICTURES = frozenset({"jpg", "png", "tif", "bmp", "gif", "webp", "heic"})
_NUMBERED = re.compile(r"^(.*?)[\s_\-—－（(第]*(\d{1,3})\s*[)）页张]?\s*$")


def documents(pieces: Iterable[Piece], call: Call) -> list[Doc]:
    """All documents of a submission, archives and unreadable files left out."""
    readable = [p for p in pieces if p.facts is not None and p.facts.unreadable is None and p.facts.form]
    loose, docs = [], []
    for group in _in_groups(readable):
        if len(group) > 1:
            docs += _divide(group, call)
        else:
            loose.append(group[0])
    for piece in loose:
        docs += _divide([piece], call)
    return docs


def _in_groups(pieces: list[Piece]) -> list[list[Piece]]:
    """Pictures whose names differ in a number only, in one folder or across mails, are pages of one paper."""
    groups: dict[tuple[str, str], list[tuple[int, Piece]]] = defaultdict(list)
    alone: list[list[Piece]] = []
    for piece in pieces:
        numbered = _page_number(piece)
        if numbered is None:
            alone.append([piece])
        else:
            folder = piece.part.path.rpartition("/")[0]
            groups[(folder, numbered[0])].append((numbered[1], piece))
    joined = []
    for members in groups.values():
        members.sort(key=lambda m: (m[0], m[1].received_at))
        numbers = [n for n, _ in members]
        if len(members) > 1 and len(set(numbers)) == len(numbers):
            joined.append([p for _, p in members])
        else:
            alone += [[p] for _, p in members]
    return joined + alone


def _page_number(piece: Piece) -> tuple[str, int] | None:
    """Stem and number of a picture's name (申报书1.jpg, 申报书（2）.png), None where it carries no number."""
    facts = piece.facts
    if facts is None or facts.container not in PICTURES or facts.page_count > 1:
        return None
    found = _NUMBERED.match(piece.part.name.rpartition(".")[0])
    if not found or re.search(r"\d$", found.group(1)):
        return None
    return found.group(1), int(found.group(2))


def _divide(group: list[Piece], call: Call) -> list[Doc]:
    """One file, or several that are one paper, as documents by where each begins."""
    sheets = [(piece, page) for piece in group for page in _pages(piece.facts)]
    if not sheets:
        return []
    first = group[0].facts
    if first is not None and first.form is Form.WORD:
        return [_build(sheets, _kind(sheets), call)]
    runs: list[tuple[Kind | None, list[tuple[Piece, Page]]]] = []
    for piece, page in sheets:
        begins = start_of(page, _tables(piece))
        foreign = bool(runs) and runs[-1][0] is Kind.LETTER and ends_letter(page)
        if runs and not foreign and (begins is None or (begins is runs[-1][0] and _goes_on(begins, page))):
            runs[-1][1].append((piece, page))
        else:
            runs.append((begins, [(piece, page)]))
    return _beside_letter(
        [_build(part, kind or _rest(part), call, guessed=kind is None) for kind, part in runs]
    )


def _goes_on(kind: Kind, page: Page) -> bool:
    """Whether a page that looks like a beginning is the same document going on (a table's next page)."""
    return kind is Kind.SUMMARY and "推荐单位" not in page.text


def _pages(facts: Facts | None) -> tuple[Page, ...]:
    return facts.pages if facts else ()


def _tables(piece: Piece) -> tuple[Table, ...]:
    return piece.facts.tables if piece.facts else ()


def _kind(sheets: list[tuple[Piece, Page]]) -> Kind:
    piece, page = sheets[0]
    return start_of(page, _tables(piece)) or _rest(sheets)


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
        sources.append(Source(holder, min(numbers), max(numbers), len(numbers) == len(facts.pages)))
        pages += [page for _, page in own]
        tables += [t for t in facts.tables if facts.form is Form.WORD or t.page in numbers]
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


def read_as(doc: Doc, call: Call) -> Doc:
    """The document with what its kind says read from it."""
    if doc.kind is Kind.APPLICATION:
        return replace(doc, fields=read_fields(doc.pages, doc.tables, _rules(call, Kind.APPLICATION)))
    if doc.kind is Kind.SUMMARY:
        return replace(doc, table=read_table(doc.pages, doc.tables, _rules(call, Kind.SUMMARY)))
    if doc.kind is Kind.LETTER:
        return replace(
            doc,
            letter=read_letter(doc.pages, call),
            table=read_table((), doc.tables, _rules(call, Kind.SUMMARY)),
        )
    return doc


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
