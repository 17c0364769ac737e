"""What other submissions hold: the same projects, and projects that count for the same quota (contracts §2).

The index says which submissions to look at; what they hold is read from the verdicts that stand.
"""

from collections.abc import Iterator

from shoufa.domain.call import Call, Track
from shoufa.domain.codes import Status
from shoufa.domain.finding import FindingCode
from shoufa.domain.fingerprint import private
from shoufa.domain.submission import Verdict
from shoufa.judging.names import body, plain
from shoufa.judging.view import Elsewhere, quota_key
from shoufa.ports import Index
from shoufa.steps.files import load_verdict
from shoufa.steps.house import House
from shoufa.steps.joining import living


def elsewhere(house: House, call: Call, verdict: Verdict) -> Elsewhere:
    """What bears on a submission from others: holders of its projects, and what fills its quotas."""
    return Elsewhere(projects=other_holders(house, verdict), counted=_counted(house, call, verdict))


def other_holders(house: House, verdict: Verdict) -> dict[str, str]:
    """Other living submissions that hold one of the projects: the project's plain name to their number."""
    return {
        plain(project.name): receipt
        for project in verdict.projects
        for receipt in _living(house, project_group(verdict.call, project.name), verdict.receipt)
        if _holds(house, receipt, plain(project.name))
    }


def _holds(house: House, receipt: str, name: str) -> bool:
    """Whether a submission holds a project by the verdict that stands: a look-up may be older than it.

    One that is being read wakes the others itself, once it is judged.
    """
    head = house.ledger.head(receipt)
    if head is None or head.state.get("status") == Status.READING.value:
        return False
    known = load_verdict(house.objects, receipt, head.state.get("verdict", ""))
    return known is not None and any(plain(p.name) == name for p in known.projects)


def forget_withdrawn(house: House, verdict: Verdict) -> None:
    """A project that was taken out is held no more, and counts for no quota: others are judged again."""
    for name in verdict.withdrawn:
        group = project_group(verdict.call, name)
        if verdict.receipt not in [number for number, _ in house.index.find(group)]:
            continue
        others = _living(house, group, verdict.receipt)
        if verdict.recommender:
            others += _living(house, holder_group(verdict.call, verdict.recommender), verdict.receipt)
        for number in dict.fromkeys(others):
            message = {"submission": number, "cause": f"project withdrawn from {verdict.receipt}"}
            house.queues.send("submissions", message, group=number)
        house.index.drop(group, verdict.receipt)


def _counted(house: House, call: Call, verdict: Verdict) -> dict[str, int]:
    """How many other projects already stand for each quota that this submission draws on."""
    found: dict[str, int] = {}
    for track, holder in _drawn_on(call, verdict):
        own = _names(verdict, track, holder)
        more = {n for v in _of_holder(house, call, verdict, holder) for n in _names(v, track, holder)} - own
        if more:
            found[quota_key(track, holder)] = len(more)
    return found


def _drawn_on(call: Call, verdict: Verdict) -> Iterator[tuple[Track, str]]:
    """The quotas that a submission's projects draw on: of its recommender, or of each who applies."""
    for track in (t for t in call.tracks if t.quota is not None and t.id in verdict.tracks):
        if track.quota and track.quota.per == "applicant":
            applicants = {p.applicant for p in verdict.projects if p.track == track.id and p.applicant}
            yield from ((track, name) for name in sorted(applicants))
        elif verdict.recommender:
            yield track, verdict.recommender


def _names(verdict: Verdict, track: Track, holder: str) -> set[str]:
    """Plain names of the projects of a track that count for a quota of this body."""
    each = track.quota is not None and track.quota.per == "applicant"
    return {
        plain(p.name)
        for p in verdict.projects
        if p.track == track.id and (not each or body(p.applicant) == body(holder))
    }


def _of_holder(house: House, call: Call, verdict: Verdict, holder: str) -> Iterator[Verdict]:
    """The verdicts that stand of the other living submissions of a body.

    One that may be forged fills nobody's quota.
    """
    for receipt in _living(house, holder_group(verdict.call, holder), verdict.receipt):
        head = house.ledger.head(receipt)
        known = load_verdict(house.objects, receipt, head.state.get("verdict", "")) if head else None
        if known is not None and known.status not in {Status.READING, Status.MERGED} and vouched(call, known):
            yield known


def vouched(call: Call, verdict: Verdict) -> bool:
    """Whether a submission is the body's that it names: one that nobody vouches for bears no key."""
    name = verdict.recommender if call.case_by == "recommender" else verdict.applicant
    return bool(verdict.key) or not name


def _living(house: House, group: str, but: str) -> list[str]:
    """The submissions of an index group that were merged into no other, one left out."""
    receipts = [receipt for receipt, _ in house.index.find(group) if receipt != but]
    heads = [(receipt, living(house, receipt)) for receipt in receipts]
    return [receipt for receipt, head in heads if head is not None and head.submission == receipt]


def project_group(call: str, name: str) -> str:
    """The index group of one project's name."""
    return f"project#{call}#{private(plain(name))}"


def holder_group(call: str, name: str) -> str:
    """The index group of a body whose projects count for a quota."""
    return f"holder#{call}#{private(body(name))}"


def note_holders(index: Index, submission: str, verdict: Verdict) -> None:
    """Write the look-ups by which others find this submission's projects and quotas."""
    for name in {p.name for p in verdict.projects if p.name}:
        index.write(project_group(verdict.call, name), submission, {})
    for holder in {verdict.recommender or "", *(p.applicant for p in verdict.projects)} - {""}:
        index.write(holder_group(verdict.call, holder), submission, {})


def forget_holders(index: Index, submission: str, verdict: Verdict) -> None:
    """Drop the look-ups that `note_holders` wrote."""
    for name in {p.name for p in verdict.projects if p.name}:
        index.drop(project_group(verdict.call, name), submission)
    for holder in {verdict.recommender or "", *(p.applicant for p in verdict.projects)} - {""}:
        index.drop(holder_group(verdict.call, holder), submission)


def wake_others(house: House, call: Call, verdict: Verdict) -> None:
    """A second holder of a project appeared, or a quota ran over.

    The others, whose verdicts do not say so yet, are judged again.
    """
    for receipt in sorted({*_untold_holders(house, verdict), *_over_quota(house, call, verdict)}):
        message = {"submission": receipt, "cause": f"project of {verdict.receipt}"}
        house.queues.send("submissions", message, group=receipt)


def _untold_holders(house: House, verdict: Verdict) -> Iterator[str]:
    for receipt in set(other_holders(house, verdict).values()):
        head = house.ledger.head(receipt)
        known = load_verdict(house.objects, receipt, head.state.get("verdict", "")) if head else None
        if known is not None and not any(verdict.receipt in f.message.zh for f in known.findings):
            yield receipt


def _over_quota(house: House, call: Call, verdict: Verdict) -> Iterator[str]:
    over = {f.field for f in verdict.findings if f.code is FindingCode.SUBMISSION_OVER_QUOTA}
    for track, holder in _drawn_on(call, verdict):
        for known in _of_holder(house, call, verdict, holder) if track.id in over else ():
            said = {f.field for f in known.findings if f.code is FindingCode.SUBMISSION_OVER_QUOTA}
            if _names(known, track, holder) and track.id not in said:
                yield known.receipt
