"""What the rules look at: the submission's documents sorted out once, so that each rule is a few lines."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from shoufa.domain.call import Call, Material, Track, Unit
from shoufa.domain.codes import Form, Kind
from shoufa.domain.submission import Case
from shoufa.judging.bodies import Established, Register, Standing
from shoufa.judging.document import Doc, Row
from shoufa.judging.names import body
from shoufa.judging.projects import Project, counts_as
from shoufa.judging.seals import Bodies
from shoufa.judging.senders import trusted_mails
from shoufa.judging.versions import holding


@dataclass(frozen=True)
class Elsewhere:
    """What other submissions hold.

    `projects`: plain names to receipt numbers. `counted`: by `quota_key`, how many further projects of the
    same recommender (or applicant, where the quota is each applicant's) others hold.
    """

    projects: dict[str, str] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)


def quota_key(track: Track, holder: str) -> str:
    """What `Elsewhere.counted` names a quota by: its track, and who applies where it is each applicant's."""
    each = track.quota is not None and track.quota.per == "applicant"
    return f"{track.id}#{body(holder)}" if each else track.id


@dataclass(frozen=True)
class View:
    """One submission, sorted."""

    call: Call
    case: Case
    """What counts: mails that are mere proposals left out."""
    whole: Case
    """All of it."""
    register: Register
    docs: tuple[Doc, ...]
    rows: tuple[Row, ...]
    table_known: bool
    conflict: bool
    tables: tuple[Doc, ...]
    """The tables whose rows hold."""
    projects: tuple[Project, ...]
    established: Established
    counts: dict[str, int]
    calls: dict[str, Call]
    elsewhere: Elsewhere = Elsewhere()
    withdrawn: tuple[Project, ...] = ()
    """Projects that a clerk took out: in no list and no quota."""
    proposals: tuple[Doc, ...] = ()
    """What mails brought whose sender a clerk has to confirm first."""

    @property
    def unit(self) -> Unit:
        """The unit that the mail was addressed to."""
        return self.call.unit(self.case.unit)

    @cached_property
    def trusted(self) -> frozenset[str]:
        """Digests of mails from senders that are established."""
        return trusted_mails(self.whole)

    def of(self, kind: Kind) -> list[Doc]:
        """Documents of a kind, in order of arrival."""
        return [d for d in self.docs if d.kind is kind]

    def in_bodies(self, kind: Kind) -> list[Doc]:
        """What mails bear in their text that would be of a kind: it is known, but fulfils no form."""
        return [d for d in self.docs if d.bears is kind]

    def versions(self, kind: Kind, form: Form) -> list[Doc]:
        """Documents of a kind that fulfil a form."""
        return [d for d in self.of(kind) if counts_as(d, form)]

    def bodies(self, project: Project | None, wanted: Sequence[str]) -> Bodies:
        """Names whose seal a rule asks for (`recommender`, `applicant`), and the others that matter here."""
        names: list[str] = []
        if "recommender" in wanted:
            names += self.recommender_names(project)
        if "applicant" in wanted and project and project.applicant:
            names.append(project.applicant)
        applicants = [p.applicant for p in self.projects if p.applicant]
        others = [n for n in (*self.register.lexicon, *applicants) if n not in names]
        known = tuple(n for n in names if n)
        return Bodies(known, tuple(others), self.register.group.impostors, tuple(map(str, wanted)))

    def recommender_names(self, project: Project | None) -> list[str]:
        """The recommender as established; where none is, what the form says, else every entitled body."""
        if self.established.standing is Standing.ENTITLED:
            return [self.established.name]
        said = [d.fields.recommender for d in (project.docs if project else ()) if d.fields.recommender]
        known = [e.name for n in said if (e := self.register.entitled(n))]
        return known or said or [*self.register.lexicon]

    def hold(self, material: Material, project: Project | None, form: Form) -> Doc | None:
        """The version of a material that holds, in one form."""
        key = (material.kind, id(project), form)
        if key not in self._held:
            self._held[key] = self._holding(material, project, form)
        return self._held[key]

    @cached_property
    def _held(self) -> dict[tuple[Kind, int, Form], Doc | None]:
        """What `hold` found, by kind, project (all live as long as the view) and form."""
        return {}

    def _holding(self, material: Material, project: Project | None, form: Form) -> Doc | None:
        versions = project.of(form) if project else self.versions(material.kind, form)
        bodies = None
        if form is Form.SCAN and material.seals:
            bodies = self.bodies(project, material.seals[0].any or material.seals[0].each)
        return holding(versions, bodies, self.trusted)
