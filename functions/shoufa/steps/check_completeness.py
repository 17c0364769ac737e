"""Step 3: once every part has facts, judge the submission, write down what is new, begin the quiet time."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from shoufa.domain.call import Call
from shoufa.domain.codes import EntryKind, Status
from shoufa.domain.decision import Made, OnDocument
from shoufa.domain.errors import TryAgain
from shoufa.domain.fingerprint import private
from shoufa.domain.ledger import Head
from shoufa.domain.ledger import digest as sha256
from shoufa.domain.moments import stamp
from shoufa.domain.submission import Case, Manifest, Piece, Verdict
from shoufa.judging.revised import Earlier, judge_revised
from shoufa.judging.verdict import NOWHERE
from shoufa.ports import Index
from shoufa.steps.commit import Wanted, append
from shoufa.steps.elsewhere import elsewhere, forget_withdrawn, note_holders, wake_others
from shoufa.steps.files import (
    dump,
    facts_key,
    load_decisions,
    load_facts,
    load_manifests,
    verdict_key,
)
from shoufa.steps.house import House
from shoufa.steps.joining import living, proposed_in
from shoufa.steps.merge import merge_if_same
from shoufa.steps.receive_mail import to_be_read
from shoufa.steps.revisions import earlier_rules, keep_longer, revised_only
from shoufa.steps.unfinished import decided_since


def check_completeness(submission: str, house: House, cause: str = "") -> Status:
    """Judge a submission if all its parts are read. Says nothing new when nothing changed.

    `cause` is what woke it: a part that was read (`mail:sha256`) is no reason once the verdict covers that
    mail; but the one that led to the verdict, redelivered, makes good what a crash left out after it.
    """
    head = living(house, submission)
    if head is None or _covered(head, cause):
        return Status(head.state["status"]) if head else Status.READING
    manifests = load_manifests(house.objects, head)
    if not all_read(house, manifests, cause):
        return Status.READING
    call = house.office.calls[head.state["call"]]
    verdict = judged_now(house, head, manifests)
    if merge_if_same(house, head, verdict):
        return check_completeness(submission, house, cause)
    silent = revised_only(head, verdict, cause)
    if silent:
        keep_longer(house, call, manifests)
    write_verdict(house, head, verdict, call.outcome.settle, cause, silent=silent)
    written = house.ledger.head(head.submission)
    if written is not None and merge_if_same(house, written, verdict):  # judged by another at the same time
        return check_completeness(submission, house, cause)
    wake_others(house, call, verdict)
    return verdict.status


def _covered(head: Head, cause: str) -> bool:
    """Whether the verdict was made of all the mails, so that one more part of them changes nothing."""
    if cause == head.state.get("cause"):
        return False
    return ":" in cause and cause.partition(":")[0] in head.state.get("judged", [])


def all_read(house: House, manifests: Sequence[Manifest], cause: str) -> bool:
    """Whether every part has facts.

    Each part's reading wakes this step, so each looks in an order of its own: one that is still missing is
    soon found, and a mail of many parts does not cost their square.
    """
    wanted = {p.sha256 for m in manifests for p in m.mail.parts if to_be_read(p)}
    return all(
        house.objects.exists(facts_key(sha)) for sha in sorted(wanted, key=lambda s: private(cause + s))
    )


def gather(house: House, head: Head, manifests: Sequence[Manifest]) -> Case:
    """Everything that judging looks at."""
    pieces = [
        Piece(
            part=part,
            facts=load_facts(house.objects, part.sha256) if to_be_read(part) else None,
            mail=manifest.digest,
            received_at=manifest.envelope.received_at,
        )
        for manifest in manifests
        for part in manifest.mail.parts
    ]
    state = head.state
    return Case(
        receipt=head.submission,
        call=state["call"],
        unit=state["unit"],
        mails=tuple(manifests),
        revision=house.office.revisions.get(state["call"], ""),
        pieces=tuple(pieces),
        decisions=tuple(decisions_on(house, head)),
        by_hand=_by_hand(manifests, state["mails"][0]),
        proposed=frozenset(proposed_in(house, head)),
    )


def _by_hand(manifests: Sequence[Manifest], first: str) -> bool:
    """Whether a clerk's added files opened the submission."""
    return any(m.digest == first and m.envelope.added is not None for m in manifests)


def decisions_on(house: House, head: Head) -> list[Made]:
    """The decisions about a submission: on those merged into it first, then its own.

    Of those that were taken apart from it, what was said of documents: a person's word on a document holds
    wherever that document is, and fits nothing where it is not.
    """
    apart = load_decisions(house.objects, _keys(house, head.state.get("apart", ())))
    keys = [*_keys(house, head.state.get("members", ())), *head.state.get("decisions", ())]
    own = load_decisions(house.objects, dict.fromkeys(keys))
    known = {m.object for m in own}
    spoken = [m for m in apart if isinstance(m.decision, OnDocument) and m.object not in known]
    return [*spoken, *own]


def _keys(house: House, numbers: Sequence[str]) -> list[str]:
    """The objects of the decisions on other submissions, and on those merged into them."""
    heads = [head for n in numbers if (head := house.ledger.head(n)) is not None]
    return [
        key
        for head in heads
        for key in (*_keys(house, head.state.get("members", ())), *head.state.get("decisions", ()))
    ]


def judged_now(house: House, head: Head, manifests: Sequence[Manifest]) -> Verdict:
    """What judging says of a submission whose parts are all read; nothing is written."""
    call, case = house.office.calls[head.state["call"]], gather(house, head, manifests)
    return _judge(house, call, case, earlier_rules(house, head))


def _judge(house: House, call: Call, case: Case, earlier: Sequence[Earlier]) -> Verdict:
    """Judge, and once more where other submissions hold its projects or draw on its quotas."""
    group = house.office.group(call)
    verdict = judge_revised(call, group, case, house.office.calls, earlier=earlier)
    others = elsewhere(house, call, verdict)
    if others == NOWHERE:
        return verdict
    return judge_revised(call, group, case, house.office.calls, others, earlier)


def write_verdict(
    house: House, head: Head, verdict: Verdict, settle: timedelta, cause: str = "", *, silent: bool = False
) -> None:
    """The verdict as an object, its digest and counts in the ledger, its look-ups, the end of the quiet time.

    A `silent` verdict, which only a revision of the call made, counts as told: nobody is mailed about it.
    Raises TryAgain where a mail joined or the submission was merged while it was judged.
    """
    data = dump(verdict)
    digest = sha256(data)
    house.objects.put(verdict_key(head.submission, digest), data)
    due = stamp(house.clock.now() + settle)

    def entries(at: Head) -> Wanted | None:
        if at.state["mails"] != head.state["mails"] or at.state.get("into"):
            raise TryAgain(f"{head.submission}: it changed while it was judged")
        if at.state.get("verdict") == digest and at.state.get("status") != Status.READING.value:
            return _unchanged(house, head, at, digest)
        state: dict[str, Any] = {
            "status": verdict.status.value,
            "verdict": digest,
            "key": verdict.key,
            "due": due,
        }
        state |= {"judged": list(verdict.mails), "revision": verdict.revision, "cause": cause}
        facts = [
            (EntryKind.READ, _read_data(verdict)),
            (EntryKind.JUDGED, {**_judged_data(verdict, digest), "cause": cause}),
        ]
        if silent:
            facts.append((EntryKind.NOTED, {"revised": verdict.revision, "settled": digest}))
            state["told"] = digest
        return facts, state

    append(house, head.submission, entries)
    _look_ups(house, head.submission, verdict)
    forget_withdrawn(house, verdict)


def _unchanged(house: House, judged: Head, at: Head, digest: str) -> Wanted | None:
    """That a decision changed nothing, once: else it would look as if nobody had judged since."""
    covered = at.state.get("decisions") == judged.state.get("decisions")
    if not covered or not decided_since(house.ledger.entries(at.submission)):
        return None
    return [(EntryKind.NOTED, {"unchanged": digest})], {}


def _read_data(verdict: Verdict) -> dict[str, Any]:
    documents = sorted({d.sha256 for d in verdict.documents if d.sha256})
    return {"documents": documents, "reader": verdict.reader}


def _judged_data(verdict: Verdict, digest: str) -> dict[str, Any]:
    codes = Counter(f"{f.severity.value}:{f.code.value}" for f in verdict.findings)
    return {
        "verdict": digest,
        "status": verdict.status.value,
        "findings": dict(sorted(codes.items())),
        "projects": len(verdict.projects),
        "late": verdict.late,
        "reader": verdict.reader,
        "revision": verdict.revision,
    }


def _look_ups(house: House, submission: str, verdict: Verdict) -> None:
    """Index items after the commit: the quiet time, the case's key, its projects."""
    head = house.ledger.head(submission)
    if head is not None:
        verdict_look_ups(house.index, submission, head.state, verdict)


def verdict_look_ups(index: Index, submission: str, state: Mapping[str, Any], verdict: Verdict) -> None:
    """A submission's quiet time (unless its end was told, or it was merged), its key and its projects."""
    if state.get("due") and state.get("told") != state.get("verdict") and not state.get("into"):
        index.write("due", f"{state['due']}#{submission}", {"submission": submission})
    if verdict.key:
        index.write(f"key#{verdict.key}", submission, {"at": stamp(verdict.received_at)})
    note_holders(index, submission, verdict)
