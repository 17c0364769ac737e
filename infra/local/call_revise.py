"""`shoufa call revise`: what a revision of a call would change, shown, then laid into the data folder."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from local.data_folder import is_held
from local.scratch import calls_dir, office_from, scratch_house
from shoufa.adapters.disk_objects import DiskObjects
from shoufa.calls.problems import CallError
from shoufa.calls.revision import check_revision
from shoufa.domain.call import Call
from shoufa.domain.finding import Finding
from shoufa.domain.ledger import Head
from shoufa.domain.office import Office
from shoufa.domain.revision import MARK, Front, revision_key, revision_of, written
from shoufa.domain.submission import Verdict
from shoufa.notices.register import STATUSES
from shoufa.steps.chains import BrokenLedger
from shoufa.steps.check_completeness import all_read, judged_now
from shoufa.steps.fate import cases_of
from shoufa.steps.files import load_manifests, load_verdict
from shoufa.steps.house import House
from shoufa.steps.joining import living
from shoufa.steps.revisions import accepted_in, office_with


class Revise(NamedTuple):
    """What the command line asks for."""

    file: Path
    data: Path
    who: str
    why: str
    source: str = ""
    calls: Path | None = None
    dry_run: bool = False


class Case(NamedTuple):
    """One submission before and after; `after` None where it is not read to its end."""

    receipt: str
    before: Verdict | None
    after: Verdict | None


def revise_call(wanted: Revise) -> int:
    """Show before and after for each submission, then write the object: 0. 1 with reasons if refused."""
    front = Front(author=wanted.who, source=wanted.source, reason=wanted.why, at=datetime.now(UTC))
    data = written(front, wanted.file.read_bytes())
    try:
        house, _ = scratch_house(wanted.data, office_from(calls_dir(wanted.data, wanted.calls)))
        office = office_with(house.office, accepted_in(house.objects), house.objects)
        call = _checked(data, wanted.file, office)
    except (CallError, BrokenLedger) as err:
        print(err, file=sys.stderr)
        return 1
    for line in shown(compare(replace(house, office=office), call, revision_of(data))):
        print(line)
    if wanted.dry_run:
        print("以上为试算，没有写入。/ Tried out only: nothing was written.")
        return 0
    key = revision_key(call.id, revision_of(data))
    DiskObjects(wanted.data).put(key, data)
    print(f"已写入 / written: {key}")
    if is_held(wanted.data):
        print("正在运行的 shoufa up 随即采用，不因此向任何人发信。/ The running shoufa up takes it now and mails nobody.")
    else:
        print("下次启动 shoufa up 时采用，不因此向任何人发信。/ Taken when shoufa up starts; nobody is mailed about it.")
    return 0


def _checked(data: bytes, file: Path, office: Office) -> Call:
    """The call, by the lines of the clerk's own file. CallError."""
    above = data.partition(MARK)[0].count(b"\n") + MARK.count(b"\n")
    try:
        call = check_revision(data, str(file), None, office.groups)
        return check_revision(data, str(file), office.calls.get(call.id), office.groups)
    except CallError as err:
        lines = [p.model_copy(update={"line": max(1, p.line - above)}) for p in err.problems]
        raise CallError(lines) from err


def compare(house: House, call: Call, revision: str) -> Iterator[Case]:
    """Each living submission of the call, as it was judged and as the revision would judge it."""
    office = house.office
    before = office.history.get(call.id) or _came_with(office, call.id)
    new = replace(house, office=office.revised({**office.history, call.id: {**before, revision: call}}))
    for receipt, _ in house.index.find(cases_of(call.id)):
        head = living(house, receipt)
        if head is not None and head.submission == receipt:
            yield _case(new, head)


def _came_with(office: Office, call: str) -> dict[str, Call]:
    return {office.revisions[call]: office.calls[call]} if call in office.calls else {}


def _case(house: House, head: Head) -> Case:
    before = load_verdict(house.objects, head.submission, head.state.get("verdict", ""))
    manifests = load_manifests(house.objects, head)
    after = judged_now(house, head, manifests) if all_read(house, manifests, "") else None
    return Case(head.submission, before, after)


def shown(cases: Iterable[Case]) -> Iterator[str]:
    """Lines for a clerk: each submission that changes, then how many there are."""
    count = changed = 0
    for count, case in enumerate(cases, 1):  # noqa: B007 (the last number is the count)
        lines = list(_changes(case))
        changed += bool(lines)
        yield from lines
    yield f"共{count}件报送，{changed}件有变化。/ {count} submissions, {changed} of them change."


def _changes(case: Case) -> Iterator[str]:
    """What changes in one submission, nothing if nothing does."""
    if case.after is None:
        yield f"{case.receipt}  尚未读完，读完后按修订核对 / not read to its end: judged by the revision then"
        return
    was = case.before
    old, new = _told(was.findings if was else ()), _told(case.after.findings)
    gone, added = [old[k] for k in old if k not in new], [new[k] for k in new if k not in old]
    before, after = _state(was), _state(case.after)
    if before == after and not gone and not added:
        return
    yield f"{case.receipt}  {before} → {after}"
    yield from (f"  － {f.message.zh} / {f.message.en}" for f in gone)
    yield from (f"  ＋ {f.message.zh} / {f.message.en}" for f in added)


def _told(findings: Iterable[Finding]) -> dict[str, Finding]:
    """Findings by what tells one from another."""
    return {f"{f.severity} {f.audience} {f.code} {f.document} {f.project} {f.field}": f for f in findings}


def _state(verdict: Verdict | None) -> str:
    if verdict is None:
        return "未核对 / not judged"
    late = "，逾期 late" if verdict.late else ""
    return f"{STATUSES[verdict.status.value]} {verdict.status.value}{late}"
