"""Rules for the submission as a whole: channel, recommender, deadline, quota, mailbox, sender, counts."""

from collections import Counter
from collections.abc import Iterator

from shoufa.domain.call import Intake, Track
from shoufa.domain.codes import Audience, Form, Kind, Severity
from shoufa.domain.finding import Finding
from shoufa.domain.mail import ARCHIVES
from shoufa.domain.submission import Manifest
from shoufa.judging.bodies import Standing
from shoufa.judging.decided import confirmed_senders, withdrawal_answered
from shoufa.judging.document import Doc
from shoufa.judging.letter_reading import WITHDRAWAL
from shoufa.judging.messages import finding
from shoufa.judging.names import body, like, plain
from shoufa.judging.projects import Project
from shoufa.judging.rules_material import SEVERITY
from shoufa.judging.senders import denied
from shoufa.judging.view import View, quota_key


def wrong_channel(view: View) -> Iterator[Finding]:
    """The notice asks for paper or a system."""
    if view.call.intake is not Intake.EMAIL:
        yield finding("submission.wrong-channel", Severity.ERROR)


def not_through_recommender(view: View) -> bool:
    """Only an applicant's own papers where a letter of a recommender is required."""
    needs_letter = view.call.recommended and view.call.material(Kind.LETTER) is not None
    return (
        needs_letter
        and _brings_applications(view)
        and not any(view.of(k) or view.in_bodies(k) for k in (Kind.LETTER, Kind.SUMMARY))
        and not _hidden(view)
    )


def _brings_applications(view: View) -> bool:
    """An application as a file; one in a mail's text only where no recommender's own house wrote the mail."""
    if view.of(Kind.APPLICATION):
        return True
    domain = view.whole.opener.rpartition("@")[2]
    own = any(domain in m.domains for m in view.register.group.members)
    return bool(view.in_bodies(Kind.APPLICATION)) and not own


def _hidden(view: View) -> bool:
    """Whether a letter or table may lie in what could not be opened."""
    unopened = any(p.part.code or (p.facts and p.facts.unreadable) for p in view.case.pieces)
    return unopened or bool(view.case.links)


def recommender(view: View) -> Iterator[Finding]:
    """Who recommends: entitled, positively not, or not established."""
    if not view.call.recommended or not view.docs:
        return
    if view.established.standing is Standing.NOT_ENTITLED:
        name = view.established.name
        yield finding("recommender.not-entitled", Severity.ERROR, detail=f"“{name}”", evidence=name)
    elif view.established.standing is Standing.UNKNOWN:
        name = view.established.name
        yield finding(
            "recommender.unknown", Severity.QUESTION, detail=f"（{name}）" if name else "", evidence=name
        )


def late(view: View) -> Iterator[Finding]:
    """First received after the call closed."""
    if is_late(view):
        yield finding("submission.late", Severity.WARNING)


def is_late(view: View) -> bool:
    """Whether the first mail came after `closes`."""
    closes = view.call.closes
    return closes is not None and bool(view.case.mails) and view.case.mails[0].envelope.received_at > closes


def over_quota(view: View) -> Iterator[Finding]:
    """Projects per recommender (or applicant) and track over the notice's number; firm quotas are errors."""
    for track in view.call.tracks:
        mine = [p for p in view.projects if p.track == track.id]
        if track.quota is not None and track.quota.per == "applicant":
            for name, number in Counter(body(p.applicant) for p in mine if p.applicant).items():
                yield from _over(view, track, number, next(p for p in mine if body(p.applicant) == name))
        elif mine:
            yield from _over(view, track, len(mine), None)


def _over(view: View, track: Track, number: int, of: Project | None) -> Iterator[Finding]:
    """What is said where too many count for a quota; `of`: one of the projects of the body that it is for.

    What an applicant put forward through another recommender is told to the unit, which has to ask.
    """
    quota = track.quota
    more = view.elsewhere.counted.get(quota_key(track, of.applicant if of else ""), 0)
    if quota is None or number + more <= quota.max:
        return
    told = quota.firm and not (of and more)
    severity = Severity.ERROR if told else Severity.QUESTION if quota.firm else Severity.WARNING
    who, who_en = (f"“{of.applicant}”", f"“{of.applicant}”, ") if of else ("", "")
    firmly = "" if quota.firm else "原则上"
    yield finding(
        "submission.over-quota",
        severity,
        audience=Audience.APPLICANT if told else Audience.UNIT,
        detail=f"{who}{track.title}{number + more}个，通知规定{firmly}不超过{quota.max}个",
        detail_en=f"{who_en}{track.id}: {number + more} projects where the notice allows {quota.max}",
        field=track.id,
    )


def duplicates(view: View) -> Iterator[Finding]:
    """The same project in another submission, or twice in this one (in another track)."""
    code = "submission.duplicate-project"
    before: list[Project] = []
    for project in view.projects:
        other = view.elsewhere.projects.get(plain(project.name))
        if other:
            yield finding(code, Severity.WARNING, project=project.name, detail=other)
        twin = next((p for p in before if _one_project(p, project)), None)
        if twin is not None:
            track = view.call.track(twin.track or "")
            detail = f"本次报送的{track.title if track else '项目'}中"
            detail_en = f"this submission ({twin.track or 'no track'})"
            yield finding(code, Severity.WARNING, project=project.name, detail=detail, detail_en=detail_en)
        before.append(project)


def _one_project(a: Project, b: Project) -> bool:
    """Whether two entries are one project: the same name, and no other body applies."""
    bodies = bool(a.applicant and b.applicant) and body(a.applicant) != body(b.applicant)
    return bool(plain(a.name)) and plain(a.name) == plain(b.name) and not bodies


def wrong_mailbox(view: View) -> Iterator[Finding]:
    """Projects of another unit's track: they stay here, and the applicant is told where they belong."""
    for project in view.projects:
        track = view.call.track(project.track) if project.track else None
        if track is None or track.unit == view.case.unit:
            continue
        unit = view.call.unit(track.unit)
        yield finding(
            "submission.wrong-mailbox",
            Severity.WARNING,
            project=project.name,
            detail=f"{unit.name}（{unit.mailbox}）" if unit.mailbox else unit.name,
        )


def subject_mark(view: View) -> Iterator[Finding]:
    """The mark that the notice asks for in the subject."""
    mark, severity = view.call.subject_mark, SEVERITY.get(view.call.subject_mark_need)
    if mark and severity and not any(plain(mark) in plain(m.mail.subject) for m in view.case.mails):
        yield finding("submission.subject-mark", severity, detail=mark)


def not_archived(view: View) -> Iterator[Finding]:
    """One archive that holds the files."""
    severity = SEVERITY.get(view.call.archive)
    if severity and view.docs and not any(p.part.container in ARCHIVES for p in view.case.pieces):
        yield finding("submission.not-archived", severity)


def senders(view: View) -> Iterator[Finding]:
    """Failed verification, and addresses that joined later, as long as no clerk confirmed or denied them."""
    case, confirmed = view.whole, confirmed_senders(view.whole)
    refused = denied(case) - {m.digest for m in view.case.mails}
    asked = [m for m in case.mails if m.sender not in confirmed and m.digest not in refused]
    doubted = [m for m in asked if m.unverified]
    if doubted:
        yield finding("sender.unverified", Severity.QUESTION, **_not_counted(view, doubted))
    joined = [m for m in asked if not m.via and m.sender != case.opener]
    if joined and (case.opener or case.by_hand):
        yield finding("sender.new", Severity.QUESTION, **_not_counted(view, joined))


def _not_counted(view: View, mails: list[Manifest]) -> dict[str, object]:
    """How many files of these mails count for nothing until a clerk confirms who sent them."""
    aside = {m.digest for m in mails} - {m.digest for m in view.case.mails}
    count = sum(p.mail in aside for p in view.whole.pieces)
    if not count:
        return {}
    zh, en = f"，其来件中{count}个文件暂不计入", f"; {count} of its files do not count yet"
    return {"detail": zh, "detail_en": en}


def withdrawal(view: View) -> Iterator[Finding]:
    """A mail or letter that speaks of withdrawing: a person decides, and is not asked of the same again."""
    mails = [m for m in view.whole.mails if WITHDRAWAL.search(m.mail.subject + m.mail.body[:2000])]
    letters = [d for d in view.of(Kind.LETTER) if d.letter.withdraws]
    said = [*(m.envelope.received_at for m in mails), *(d.received_at for d in letters)]
    if said and not withdrawal_answered(view.whole, max(said)):
        yield finding("project.withdrawal", Severity.QUESTION, detail="见来邮或公文")


def count_mismatch(view: View) -> Iterator[Finding]:
    """The letter's number against the table's rows (else the applications), of the same tracks."""
    rows = [p for p in view.projects if (p.row is not None or not view.table_known)]
    for track, stated in _comparable(view).items():
        everything = len(view.rows) if view.table_known else len(rows)
        here = sum(p.track == track for p in rows) if track else everything
        taken = sum(p.row is not None and track in ("", p.track) for p in view.withdrawn)
        if stated in {here, here - taken, here + taken} or not everything:
            continue
        name = view.call.track(track)
        what = name.title if name else "项目"
        where = "汇总表" if view.table_known else "申报书"
        yield finding(
            "letter.count-mismatch",
            Severity.QUESTION,
            detail=f"公文为{what}{stated}个，{where}为{here}个",
            detail_en=f"letter {stated}, {'table' if view.table_known else 'applications'} {here}",
            field=track or None,
        )
        return


def _comparable(view: View) -> dict[str, int]:
    """Stated counts that can be compared: by track where every project's track is clear, else the total."""
    tracks = {t: n for t, n in view.counts.items() if t}
    clear = all(p.track for p in view.projects)
    if tracks and clear:
        own = {t.id for t in view.call.tracks if t.unit == view.case.unit}
        return {t: n for t, n in tracks.items() if t in own or any(p.track == t for p in view.projects)}
    return {"": view.counts[""]} if "" in view.counts and not tracks else {}


def _not_in_sealed(view: View) -> list[str]:
    """Projects of the editable table that the sealed one, read with fewer rows, does not list."""
    papers = [
        d for d in view.of(Kind.SUMMARY) if d.form is not Form.WORD and d.table.understood and d.table.rows
    ]
    words = [d for d in view.tables if d.form is Form.WORD]
    since = max((d.received_at for d in words), default=None)
    sealed = [r for d in papers if since is None or d.received_at >= since for r in d.table.rows]
    if not words or not sealed or len(sealed) >= len(view.rows):
        return []
    gone = {plain(p.name) for p in view.withdrawn}
    left = [r.name for r in view.rows if plain(r.name) not in gone]
    return [name for name in left if max(like(name, s.name) for s in sealed) < 0.6]


def _not_understood(view: View) -> list[Doc]:
    """Tables, of whatever form, of which no row was read and which no later table replaced.

    A scan is not held against an editable table that was read: recognisers lose tables.
    """
    tables = view.of(Kind.SUMMARY)
    dark = [d for d in tables if not d.table.rows and not (d.table.understood and view.table_known)]
    words = [d for d in dark if d.form is Form.WORD]
    exact = view.table_known and any(row.exact for row in view.rows)
    read = max((d.received_at for d in tables if d.table.rows), default=None)
    held = words or ([] if exact else dark)
    return [d for d in held if read is None or d.received_at >= read]


def table(view: View) -> Iterator[Finding]:
    """A table that opens but is not understood or lists nothing, and versions that conflict."""
    words = [d for d in view.of(Kind.SUMMARY) if d.form is Form.WORD]
    for doc in _not_understood(view):
        if doc.table.understood:
            detail = "未读到任何项目"
            yield finding("summary.row-invalid", Severity.QUESTION, document=doc.path, detail=detail)
        else:
            yield finding("summary.columns-missing", Severity.QUESTION, document=doc.path)
    for doc in words:
        if doc.table.missing:
            yield finding(
                "summary.columns-missing", Severity.QUESTION, document=doc.path, field=doc.table.missing[0]
            )
        rows = [r for r in doc.table.rows if "applicant" not in doc.table.missing and not r.applicant]
        if rows:
            named = "、".join(f"“{r.name}”未填申报单位" for r in rows[:3])
            yield finding("summary.row-invalid", Severity.QUESTION, document=doc.path, detail=named)
    missing = _not_in_sealed(view)
    if missing:
        named = "、".join(f"“{n}”" for n in missing[:3])
        yield finding("summary.versions-conflict", Severity.QUESTION, detail=f"（盖章扫描件中未见{named}）")
    elif view.conflict:
        yield finding("summary.versions-conflict", Severity.QUESTION)
