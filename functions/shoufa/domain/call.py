"""A call for projects as data (contracts §1): `schemas/calls/<id>.yaml`. No call has code of its own."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field, model_validator

from shoufa.domain.codes import Form, Kind, Need
from shoufa.domain.duties import Condition, Report, Target
from shoufa.domain.errors import FieldError, no_such
from shoufa.domain.grants import Grants
from shoufa.domain.value import Value

AnyForm = Literal["any"]


class Source(StrEnum):
    """Where a requirement comes from: the notice's words, our reading of them, or the office's own choice."""

    STATED = "stated"
    INFERRED = "inferred"
    OFFICE = "office"


class Intake(StrEnum):
    """How the notice itself asks for electronic material."""

    EMAIL = "email"
    PAPER = "paper"
    SYSTEM = "system"
    REFERENCE = "reference"


class Notice(Value):
    """The notice that the call was read from.

    `truncated`: the text breaks off. `superseded`: the later rule that took its place, null if none is known.
    """

    issuer: str
    number: str | None = None
    annex: int | None = None
    issued: date | None = None
    source: str = ""
    truncated: bool = False
    superseded: str | None = None


class RecommenderRule(Value):
    """Who must recommend: a list in `schemas/recommenders/<group>.yaml`.

    `others` are bodies that the notice admits beside the list, in its words and without naming them.
    """

    group: str
    required: bool = True
    closed: bool = True
    others: tuple[str, ...] = ()


class Quota(Value):
    """How many projects one recommender may put forward; `firm` false is 原则上 (a warning)."""

    max: int = Field(ge=0)
    per: Literal["recommender", "applicant"] = "recommender"
    firm: bool = False


class Track(Value):
    """One kind of project with its own form, quota and receiving unit.

    `form` is the application form's printed title, null where the notice does not give it in full. `words`
    are the ways the type column or a ticked box names this track, longest match wins.
    `fields_of_work_open`: the notice's list ends in 等, so other fields are no fault.
    """

    id: str
    title: str
    form: str | None
    words: tuple[str, ...] = ()
    fields_of_work: tuple[str, ...] = ()
    fields_of_work_open: bool = True
    quota: Quota | None = None
    unit: str
    duration_months: int | None = None


class Contact(Value):
    """A person to ask."""

    name: str = ""
    phone: str = ""
    fax: str = ""
    email: str = ""
    office: str = ""


class Post(Value):
    """Where paper goes."""

    address: str
    code: str = ""
    mark: str = ""


class Unit(Value):
    """A support unit (支撑单位) and its mailbox; mail to `former` ones, of earlier definitions, is its too."""

    id: str
    name: str
    mailbox: str | None = None
    former: tuple[str, ...] = ()
    contact: Contact = Contact()
    post: Post | None = None


def _at_most_expected(source: Source, needs: Iterable[Need]) -> None:
    """What is only inferred is at most `expected` (contracts §1); ValueError otherwise."""
    if source is Source.INFERRED and Need.REQUIRED in needs:
        raise ValueError("推断所得的要求最多为 expected / what is only inferred is at most `expected`")


class SealRule(Value):
    """Whose seal is needed: `any`: one of these bodies suffices; `each`: all of them."""

    any: tuple[Literal["recommender", "applicant"], ...] = ()
    each: tuple[Literal["recommender", "applicant"], ...] = ()
    need: Need = Need.REQUIRED
    source: Source = Source.STATED

    @model_validator(mode="after")
    def _inferred_is_no_error(self) -> "SealRule":
        """What is only inferred is at most `expected` (contracts §1)."""
        _at_most_expected(self.source, [self.need])
        return self


class FieldRule(Value):
    """One field of a form or column of a table: its name, the labels it may carry, its type and need."""

    name: str
    labels: tuple[str, ...] = ()
    type: Literal[
        "text", "organisation", "person", "credit_code", "phone", "email", "postcode", "date", "choice"
    ]
    need: Need = Need.OPTIONAL
    source: Source = Source.INFERRED

    @model_validator(mode="after")
    def _inferred_is_no_error(self) -> "FieldRule":
        """What is only inferred is at most `expected` (contracts §1)."""
        _at_most_expected(self.source, [self.need])
        return self


class Material(Value):
    """One thing that must arrive electronically, the forms it must come in, and the seals it must bear."""

    kind: Kind
    title: str
    per: Literal["submission", "project"]
    forms: dict[Form | AnyForm, Need]
    seals: tuple[SealRule, ...] = ()
    fields: tuple[FieldRule, ...] = ()
    columns: tuple[FieldRule, ...] = ()
    source: Source = Source.STATED

    @model_validator(mode="after")
    def _inferred_is_no_error(self) -> "Material":
        """What is only inferred is at most `expected` (contracts §1)."""
        _at_most_expected(self.source, self.forms.values())
        return self

    def need(self, form: Form) -> Need:
        """Need of one form; `any` speaks for none of them by itself."""
        return self.forms.get(form, Need.NONE)


class Paper(Value):
    """What must come by post, tracked by hand; `copies` null: the notice does not say how many."""

    copies: int | None = 0
    disc: Need = Need.NONE
    sealed: bool = False


class Outcome(Value):
    """How outcomes go out: by themselves after the quiet time, or when the clerk releases them."""

    release: Literal["automatic", "clerk"] = "automatic"
    settle: timedelta = timedelta(minutes=10)


class Retention(Value):
    """How long things are kept."""

    complete: str = "P30Y"
    incomplete: str = "P2Y"
    automatic: str = "P1Y"
    unmatched: str = "P30D"


class Call(Value):
    """A call for projects (征集通知). See contracts §1 for each field."""

    id: str
    title: str
    aliases: tuple[str, ...] = ()
    notice: Notice
    intake: Intake = Intake.EMAIL
    system: str = ""
    """Address of the system that the notice asks to be used, "" if none. Shown to people, never opened."""
    opens: AwareDatetime | None = None
    closes: AwareDatetime | None = None
    closes_text: str = ""
    applicants: tuple[str, ...] = ()
    recommenders: RecommenderRule | None
    case_by: Literal["recommender", "applicant"]
    tracks: tuple[Track, ...]
    units: tuple[Unit, ...]
    materials: tuple[Material, ...]
    subject_mark: str | None = None
    subject_mark_need: Need = Need.OPTIONAL
    archive: Need = Need.NONE
    paper: Paper = Paper()
    conditions: tuple[Condition, ...] = ()
    targets: tuple[Target, ...] = ()
    reports: tuple[Report, ...] = ()
    grants: Grants | None = None
    outcome: Outcome = Outcome()
    answer_unmatched: bool = False
    contacts: tuple[Contact, ...] = ()
    amendments: tuple[str, ...] = ()
    retention: Retention = Retention()
    reminders: tuple[int, ...] = (7, 3, 1)
    """How many days before it closes the unit is told who has not submitted."""

    @model_validator(mode="after")
    def _units_exist(self) -> "Call":
        """Every track names a unit of this call."""
        known = [u.id for u in self.units]
        for i, track in enumerate(self.tracks):
            if track.unit not in known:
                raise FieldError(("tracks", i, "unit"), *no_such("单位", "unit", track.unit, known))
        return self

    @property
    def recommended(self) -> bool:
        """Whether the notice requires that somebody entitled recommends."""
        return self.recommenders is not None and self.recommenders.required

    @property
    def closed(self) -> bool:
        """Whether nobody beside the list may recommend."""
        return self.recommenders is None or self.recommenders.closed

    @property
    def form_titles(self) -> tuple[str, ...]:
        """Printed titles of the tracks' forms, as far as the notice gives them."""
        return tuple(t.form for t in self.tracks if t.form)

    def track(self, track_id: str) -> Track | None:
        """The track of that id, or None."""
        return next((t for t in self.tracks if t.id == track_id), None)

    def unit(self, unit_id: str) -> Unit:
        """The unit of that id; KeyError if there is none."""
        for unit in self.units:
            if unit.id == unit_id:
                return unit
        raise KeyError(unit_id)

    def material(self, kind: Kind) -> Material | None:
        """What the call asks of one kind of document, or None."""
        return next((m for m in self.materials if m.kind is kind), None)


class Recommender(Value):
    """One body entitled to recommend: code (GB/T 2260, where it has one), names, mail domains."""

    code: str
    name: str
    others: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


class RecommenderGroup(Value):
    """A list of recommenders. `suffixes` are endings of bodies that look alike but are not entitled."""

    id: str
    title: str
    members: tuple[Recommender, ...]
    open_patterns: tuple[str, ...] = ()
    """Regular expressions of further bodies that an open list admits as a question (行业主管部门)."""
    impostors: tuple[str, ...] = ()
    """Regular expressions of bodies of the same trade that are not entitled (city and county bureaus)."""
    said_as: tuple[str, ...] = ()
    """Regular expressions of the words by which notices name the whole list."""
