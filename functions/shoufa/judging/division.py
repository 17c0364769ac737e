"""Dividing pages that follow each other into documents: one scan, or pictures in a row, may hold many."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from shoufa.domain.call import Call, FieldRule
from shoufa.domain.codes import Kind
from shoufa.domain.facts import Page, Table
from shoufa.domain.submission import Piece
from shoufa.judging.document import Fields
from shoufa.judging.fields import read_fields
from shoufa.judging.names import like, plain
from shoufa.judging.page_order import in_reading_order
from shoufa.judging.readings import same_reading
from shoufa.judging.starts import (
    TABLE_TITLE,
    ends_letter,
    form_title,
    has_opinion,
    head_lines,
    labels_on,
    start_of,
)

Sheet = tuple[Piece, Page]
_RECOMMENDER = re.compile(r"推荐单位\s*(?:[（(][^）)]*[）)])?\s*[:：]")
_SERIAL = re.compile(r"^\W*(\d{1,3})\b")
_COVER = re.compile(r"(申报|填报|填表|编制)(日期|时间)")
ANOTHER_COPY = 0.9
"""Likeness from which a page is the same cover once more: the paper was scanned twice."""


@dataclass(frozen=True)
class _Rules:
    """The call's fields of a form and columns of a table, with the labels they may carry."""

    fields: tuple[FieldRule, ...]
    columns: tuple[FieldRule, ...]


@dataclass
class Run:
    """Pages of one document in the making; `kind` is None where its first page bears no mark of one."""

    kind: Kind | None
    sheets: list[Sheet] = field(default_factory=list)

    @property
    def first(self) -> Page:
        """Its first page that is not blank."""
        return next((page for _, page in self.sheets if not empty(page)), self.sheets[0][1])


def divide(sheets: Sequence[Sheet], call: Call) -> list[Run]:
    """The documents in a row of pages, each with its pages in reading order."""
    rules = _Rules(_fields(call), _columns(call))
    runs: list[Run] = []
    waiting: list[Sheet] = []
    for sheet in in_reading_order(sheets):
        if empty(sheet[1]):
            (runs[-1].sheets if runs else waiting).append(sheet)
            continue
        kind = start_of(sheet[1], _tables(sheet), rules.columns)
        home = _home(runs, sheet, kind, rules)
        if home is None:
            home = Run(_begins(runs, sheet, kind, rules))
            runs.append(home)
        home.sheets += [*waiting, sheet]
        waiting = []
    return [*runs, Run(None, waiting)] if waiting else runs


def empty(page: Page) -> bool:
    """Whether a page shows nothing: a separator, or the back of a sheet."""
    return page.blank or not (page.text.strip() or page.seals or page.faint)


def _begins(runs: list[Run], sheet: Sheet, kind: Kind | None, rules: _Rules) -> Kind | None:
    """What begins on a page of such a mark; an application without its cover is known by its fields."""
    if kind is None and runs and runs[-1].kind is not Kind.LETTER and _coverless(sheet, rules):
        return Kind.APPLICATION
    return kind


def _home(runs: list[Run], sheet: Sheet, kind: Kind | None, rules: _Rules) -> Run | None:
    """The document that a page of such a mark goes on with, None where another one begins."""
    if not runs:
        return None
    run, page = runs[-1], sheet[1]
    if kind is None:
        return _carried_on(runs, sheet, rules)
    if kind is Kind.APPLICATION is run.kind:
        return run if _same_form(run, sheet, rules) else None
    if kind is Kind.SUMMARY is run.kind:
        return None if _another_table(page) else run
    return None


def _carried_on(runs: list[Run], sheet: Sheet, rules: _Rules) -> Run | None:
    """Where a page without a mark of its own belongs: to the document before it, unless it plainly cannot."""
    run, page = runs[-1], sheet[1]
    if run.kind is Kind.LETTER:
        return None if ends_letter(page) else run
    if run.kind is Kind.APPLICATION:
        return None if _another_form(run, sheet, rules) else run
    if _coverless(sheet, rules):
        form = _form_before(runs)
        return form if form is not None and not _another_form(form, sheet, rules) else None
    if run.kind is Kind.PROOF and has_opinion(page):
        return _form_before(runs)
    return run


def _form_before(runs: list[Run]) -> Run | None:
    """The application that a proof between its pages interrupted."""
    forms = [r for r in runs if r.kind is Kind.APPLICATION]
    return forms[-1] if forms and runs[-1].kind is Kind.PROOF else None


def _said(sheets: Sequence[Sheet], rules: _Rules) -> Fields:
    tables = tuple(t for sheet in sheets for t in _tables(sheet))
    return read_fields(tuple(page for _, page in sheets), tables, rules.fields)


def _coverless(sheet: Sheet, rules: _Rules) -> bool:
    """Whether a page is a form's first table: four labels, and a project and who applies for it filled in."""
    if labels_on(sheet[1].text) < 4:
        return False
    said = _said([sheet], rules)
    return bool(said.name and said.applicant)


def _another_form(run: Run, sheet: Sheet, rules: _Rules) -> bool:
    """Whether a page without a title is the first table of another project's form."""
    if len(run.sheets) < 2 or not _coverless(sheet, rules):
        return False
    said, before = _said([sheet], rules), _said(run.sheets, rules)
    return bool(before.name) and not same_reading(before.name, said.name)


def _same_form(run: Run, sheet: Sheet, rules: _Rules) -> bool:
    """Whether a page under the form's title is the same form going on (its title stands above each page)."""
    page = sheet[1]
    title, before = form_title(page), form_title(run.first)
    if before and like(title, before) < ANOTHER_COPY:
        return False
    if like(page.text, run.first.text) >= ANOTHER_COPY:
        return False
    said, known = _said([sheet], rules), _said(run.sheets, rules)
    if said.name and known.name:
        return same_reading(known.name, said.name)
    if said.applicant and known.applicant:
        return same_reading(known.applicant, said.applicant)
    return not _COVER.search(plain(page.text))


def _another_table(page: Page) -> bool:
    """Whether a table begins anew: title and recommender printed again, and numbers from one on."""
    titled = TABLE_TITLE.search("".join(head_lines(page, 4)))
    if not (titled and _RECOMMENDER.search(page.text)):
        return False
    serials = [int(m.group(1)) for line in page.text.splitlines() if (m := _SERIAL.match(line))]
    return not serials or serials[0] == 1


def _tables(sheet: Sheet) -> tuple[Table, ...]:
    piece, page = sheet
    return tuple(t for t in piece.facts.tables if t.page == page.number) if piece.facts else ()


def _fields(call: Call) -> tuple[FieldRule, ...]:
    material = call.material(Kind.APPLICATION)
    return material.fields if material else ()


def _columns(call: Call) -> tuple[FieldRule, ...]:
    material = call.material(Kind.SUMMARY)
    return material.columns if material else ()
