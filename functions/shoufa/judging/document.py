"""A document as judged: one or more page ranges of one or more files that belong together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from shoufa.domain.codes import Form, Kind
from shoufa.domain.facts import Page, Table
from shoufa.domain.submission import Piece


@dataclass(frozen=True)
class Source:
    """A page range of one file; `whole` when it is all of the file."""

    piece: Piece
    first: int
    last: int
    whole: bool


@dataclass(frozen=True)
class Fields:
    """What a form says of itself; "" where nothing was read. `ticked` are the words beside ticked boxes."""

    title: str = ""
    name: str = ""
    applicant: str = ""
    credit_code: str = ""
    recommender: str = ""
    contact: str = ""
    phone: str = ""
    email: str = ""
    field_of_work: str = ""
    type_text: str = ""
    ticked: tuple[str, ...] = ()
    code_text: str = ""
    more: tuple[tuple[str, str], ...] = ()
    """Values of the call's other fields, by name."""


@dataclass(frozen=True)
class Row:
    """One row of a summary table, with the text of its type column or the section it stands in."""

    name: str
    applicant: str = ""
    type_text: str = ""
    credit_code: str = ""
    contact: str = ""
    phone: str = ""
    field_of_work: str = ""
    exact: bool = True
    """False where a recogniser read it: then a slip is no other name."""


@dataclass(frozen=True)
class TableReading:
    """What was read of a summary table. `understood` is False where no header row was found."""

    rows: tuple[Row, ...] = ()
    recommender: str = ""
    title: str = ""
    understood: bool = False
    missing: tuple[str, ...] = ()
    """Names of expected columns that the header does not have."""


@dataclass(frozen=True)
class LetterReading:
    """What was read of an official letter.

    `counts` maps track ids to stated numbers, "" to the stated total.
    """

    number: str = ""
    date: str = ""
    title: str = ""
    issuers: tuple[str, ...] = ()
    contact: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    withdraws: bool = False


@dataclass(frozen=True)
class Word:
    """A clerk's word that a document bears the seal asked for: by which decision, whose, on which pages."""

    by: str
    whose: str = "any"
    pages: tuple[int, int] | None = None

    def answers(self, roles: Sequence[str]) -> bool:
        """Whether it speaks of a seal of these bodies (`recommender`, `applicant`)."""
        return self.whose == "any" or not roles or self.whose in roles


@dataclass(frozen=True)
class Doc:
    """One document. `pages` are the read pages of all its sources in order."""

    kind: Kind
    form: Form | None
    sources: tuple[Source, ...]
    pages: tuple[Page, ...] = ()
    tables: tuple[Table, ...] = ()
    headers: tuple[str, ...] = ()
    fields: Fields = Fields()
    table: TableReading = TableReading()
    letter: LetterReading = LetterReading()
    beside: tuple[Page, ...] = ()
    """Pages of the sealed letter in the same file: their seals count for this table (contracts §2)."""
    superseded: bool = False
    guessed: bool = False
    """Its content bears no mark of its kind: the kind comes from labels or from the file's name alone."""
    bears: Kind | None = None
    """What a mail's body (kind `mail-body`) was found to hold; null for every other document."""
    confirmed: tuple[Word, ...] = ()
    denied: bool = False
    """A clerk saw all its pages and no seal on any."""

    @property
    def text(self) -> str:
        """The text of all pages."""
        return "\n".join(p.text for p in self.pages)

    @cached_property
    def received_at(self) -> datetime:
        """When its last source arrived."""
        return max(s.piece.received_at for s in self.sources)

    @property
    def path(self) -> str:
        """The path of its first file."""
        return self.sources[0].piece.part.path

    @property
    def name(self) -> str:
        """The name of its first file."""
        return self.sources[0].piece.part.name

    @cached_property
    def key(self) -> str:
        """A name for this document within the submission, the same on every run."""
        first = self.sources[0]
        return f"{first.piece.mail}/{first.piece.part.path}#{first.first}"

    @property
    def complete(self) -> bool:
        """Whether all its pages were read."""
        return not any(s.piece.facts is None or s.piece.facts.truncated for s in self.sources)

    def sent_in(self, mails: frozenset[str]) -> bool:
        """Whether all of it came with these mails (digests)."""
        return all(s.piece.mail in mails for s in self.sources)
