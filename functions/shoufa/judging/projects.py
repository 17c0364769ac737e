"""Projects: table rows and application forms brought together, one project never matched to two forms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from shoufa.domain import credit_code
from shoufa.domain.call import Call
from shoufa.domain.codes import Form, Kind
from shoufa.judging.bundles import bundles_of, exactness, fits_row, same_code
from shoufa.judging.document import Doc, Fields, Row
from shoufa.judging.names import like, plain
from shoufa.judging.readings import same_reading
from shoufa.judging.versions import arrival


@dataclass(frozen=True)
class Project:
    """One project: its row in a table, its application in Word and on paper, and how its track was found."""

    name: str
    applicant: str = ""
    credit_code: str = ""
    contact: str = ""
    phone: str = ""
    row: Row | None = None
    docs: tuple[Doc, ...] = ()
    track: str | None = None
    track_doubt: str = ""
    other_name: str = ""
    """The row's name where the application bears another one (application.name-differs)."""

    @cached_property
    def papers(self) -> tuple[Doc, ...]:
        """Its applications that came as files: a mail's body is none."""
        return tuple(d for d in self.docs if d.kind is Kind.APPLICATION)

    def of(self, form: Form) -> tuple[Doc, ...]:
        """Its applications in one form, oldest first; a digital one counts as paper where it bears a seal."""
        return self._by_form[form]

    @cached_property
    def _by_form(self) -> dict[Form, tuple[Doc, ...]]:
        ordered = sorted(self.docs, key=arrival)
        return {form: tuple(d for d in ordered if counts_as(d, form)) for form in Form}


def counts_as(doc: Doc, form: Form) -> bool:
    """Whether a document fulfils a form: born-digital pages with a seal stand for a scan (contracts §2)."""
    if doc.form is Form.DIGITAL:
        return form is Form.SCAN and (bool(doc.confirmed) or any(p.seals for p in doc.pages))
    return doc.form is form


def projects(docs: Sequence[Doc], rows: Sequence[Row], call: Call, stated: dict[str, int]) -> list[Project]:
    """All projects: every row with the application that fits it best, then applications that fit no row."""
    bundles = bundles_of([d for d in docs if Kind.APPLICATION in (d.kind, d.bears)], rows)
    pairs = _pair(bundles, rows)
    found = [_from_row(row, bundles[pairs[i]] if i in pairs else []) for i, row in enumerate(rows)]
    free = [b for k, b in enumerate(bundles) if k not in pairs.values()]
    for bundle in free:
        project = _from_docs(bundle)
        at = _renamed(project, found)
        if at is None:
            found.append(project)
        else:
            found[at] = replace(found[at], docs=project.docs, other_name=project.name)
    return [_with_track(p, call, stated) for p in found]


def _pair(bundles: list[list[Doc]], rows: Sequence[Row]) -> dict[int, int]:
    """Best pairs first; no row and no bundle twice."""
    scored = []
    for i, row in enumerate(rows):
        for k, bundle in enumerate(bundles):
            score = max(fits_row(d, row) for d in bundle)
            if score >= 0.7:
                scored.append((score, i, k))
    taken: dict[int, int] = {}
    for _, i, k in sorted(scored, key=lambda s: (-s[0], s[1], s[2])):
        if i not in taken and k not in taken.values():
            taken[i] = k
    return taken


def _renamed(project: Project, found: list[Project]) -> int | None:
    """The row without an application that has the same applicant or code: the project under another name."""
    for i, other in enumerate(found):
        if other.row is None or other.docs:
            continue
        code = same_code(project.credit_code, other.credit_code)
        if code or (project.applicant and like(project.applicant, other.applicant) >= 0.92):
            return i
    return None


def _from_row(row: Row, docs: list[Doc]) -> Project:
    best = _best_fields(docs)
    word = next((d.fields for d in docs if d.form is Form.WORD and not row.exact), Fields())
    name, applicant = _spelt(row.name, word.name), _spelt(row.applicant, word.applicant)
    return Project(
        name=name,
        applicant=applicant or best.applicant,
        credit_code=row.credit_code or best.credit_code,
        contact=row.contact or best.contact,
        phone=row.phone or best.phone,
        row=row,
        docs=tuple(docs),
    )


def _spelt(read: str, exact: str) -> str:
    """A recognised name as the editable form writes it, where the two are one."""
    return exact if exact and same_reading(exact, read) else read


def _from_docs(docs: list[Doc]) -> Project:
    best = _best_fields(docs)
    return Project(
        name=best.name,
        applicant=best.applicant,
        credit_code=best.credit_code,
        contact=best.contact,
        phone=best.phone,
        docs=tuple(docs),
    )


def _best_fields(docs: Iterable[Doc]) -> Fields:
    """The fields of the exact version where there is one, gaps filled from the others."""
    ordered = sorted(sorted(docs, key=arrival, reverse=True), key=exactness)
    merged = ordered[0].fields if ordered else Fields()
    for doc in ordered[1:]:
        gaps = {k: v for k, v in vars(doc.fields).items() if v and not getattr(merged, k)}
        merged = replace(merged, **gaps) if gaps else merged
    if merged.credit_code and not credit_code.check(merged.credit_code).valid:
        valid = [d.fields.credit_code for d in ordered if credit_code.check(d.fields.credit_code).valid]
        scans_only = all(d.form is not Form.WORD for d in ordered)
        if valid and scans_only:
            merged = replace(merged, credit_code=valid[0])
    return merged


def track_of(text: str, call: Call) -> str | None:
    """The one track that a text names; None if it names none, or several (试点示范项目).

    Longer names are looked for first and hide what they hold: 新型基础设施领域试点 does not name 试点 as well, and
    neither does 新型基础设施（试点）, since 试点 is a part of that track's own names.
    """
    return _named_track(plain(text), tuple((t.id, (*t.words, t.title)) for t in call.tracks))


@lru_cache(maxsize=4096)
def _named_track(rest: str, tracks: tuple[tuple[str, tuple[str, ...]], ...]) -> str | None:
    names = {track: [plain(w) for w in words if w] for track, words in tracks}
    words = sorted(((w, t) for t, known in names.items() for w in known), key=lambda p: -len(p[0]))
    found: dict[str, str] = {}
    for word, track in words:
        if word in rest:
            found.setdefault(track, word)
            rest = rest.replace(word, "※")
    alone = [t for t in found if not any(found[t] in w for o in found if o != t for w in names[o])]
    return alone[0] if len(alone) == 1 else None


def _with_track(project: Project, call: Call, stated: dict[str, int]) -> Project:
    """Track by the table's type, the form's ticked type, and the letter; never by a title or a name."""
    said: dict[str, str] = {}
    if project.row and (track := track_of(project.row.type_text, call)):
        said["汇总表"] = track
    for doc in sorted(project.docs, key=lambda d: d.form is not Form.WORD):
        ticks = {t for w in doc.fields.ticked if (t := track_of(w, call))}
        exact = doc.form is Form.WORD or not any(k.startswith("申报书") for k in said)
        if len(ticks) == 1 and exact and (doc.form is Form.WORD or "汇总表" not in said):
            said.setdefault("申报书", ticks.pop())
    if not said and len(only := [t for t in stated if t]) == 1:
        said["公文"] = only[0]
    if not said and len(call.tracks) == 1:
        said["通知"] = call.tracks[0].id
    answers = set(said.values())
    if len(answers) == 1:
        return replace(project, track=answers.pop())
    detail = (
        "、".join(f"{where}为{_title(t, call)}" for where, t in said.items())
        or "汇总表、申报书和公文均未注明"
    )
    return replace(project, track=None, track_doubt=detail)


def _title(track: str, call: Call) -> str:
    found = call.track(track)
    return found.title if found else track
