"""A clerk's week on the local engine: a seal confirmed, mail stopped and resumed, files added, drafts, a merge undone."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from local.add_command import wrapped
from local.demo_office import write_demo_calls
from local.process import ROOT, Run, find_mails, run_mails, settle, stack
from shoufa.domain.ledger import digest, verify
from shoufa.domain.mail import Added, Envelope
from shoufa.domain.submission import Verdict
from shoufa.steps.files import dump, envelope_key, load_verdict

MAILS = ROOT / "tests" / "samples" / "mails"
SCAN, TABLE = "公文（盖章扫描件）.jpg", "10-松溪-汇总表漏列.eml"


class Office(NamedTuple):
    """A running stack, and a clerk in it."""

    run: Run

    def decide(self, action: str, **said: Any) -> None:
        """Lay a decision as an object; the bucket wakes the rest."""
        n = len(self.run.house.objects.keys("inbox/decision/")) + 1
        at = self.run.clock.now().isoformat()
        data = json.dumps({"who": "wl", "action": action, "at": at, **said}, ensure_ascii=False)
        self.run.house.objects.put(f"inbox/decision/{n:03d}.json", data.encode())
        self.run.engine.drain()

    def mails(self, *names: str) -> None:
        run_mails(self.run, find_mails([MAILS / n for n in names]), lambda _: None)

    def verdict(self, number: str) -> Verdict:
        head = self.run.house.ledger.head(number)
        assert head is not None
        found = load_verdict(self.run.house.objects, number, head.state["verdict"])
        assert found is not None
        return found

    def sent(self, number: str) -> list[str]:
        entries = self.run.house.ledger.entries(number)
        return [e.data["template"] for e in entries if e.kind.value == "sent"]

    @property
    def numbers(self) -> list[str]:
        keys = self.run.house.objects.keys("verdicts/")
        return sorted({k.split("/")[1] for k in keys})


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    calls = write_demo_calls(ROOT / "schemas", tmp_path_factory.mktemp("calls"))
    start = datetime.fromisoformat("2023-08-08T10:00:00+08:00")
    with stack(start, {"CALLS_DIR": str(calls)}) as run:
        yield Office(run)
        assert run.engine.errors == []
        assert run.engine.dead_letters() == []


def test_a_weeks_levers(office: Office) -> None:
    run = office.run
    office.mails("03-云泽-公文未盖章.eml")
    (number,) = office.numbers
    assert office.sent(number).count("outcome") == 1
    verdict = office.verdict(number)
    assert {f.code.value for f in verdict.findings} == {"letter.seal-missing"}

    office.decide("pause")
    sha = next(d.sha256 for d in verdict.documents if d.name == SCAN)
    office.decide("seal", submission=number, sha256=sha, confirmed=True)
    settle(run, None)
    assert office.verdict(number).status == "complete"
    assert office.sent(number).count("outcome") == 1
    office.decide("resume")
    settle(run, None)
    assert office.sent(number).count("outcome") == 2

    paper = run.clock.now()
    file = Path(str(MAILS / TABLE))
    raw = wrapped([file], "张老师", paper, f"wl {number}")
    key = f"inbox/mail/add/{digest(raw)}"
    decision = f"inbox/decision/add-{digest(raw)}.json"
    added = Added(who="wl", decision=decision, submission=number)
    said = {"who": "wl", "action": "add", "mail": key, "submission": number, "received_at": paper.isoformat()}
    run.house.objects.put(envelope_key(key), dump(Envelope(received_at=paper, door="add", added=added)))
    run.house.objects.put(decision, json.dumps(said).encode())
    run.house.objects.put(key, raw)
    run.engine.drain()
    before = office.sent(number)
    settle(run, None)
    assert [d.path for d in office.verdict(number).documents if d.path.startswith(TABLE)]
    assert set(office.sent(number)[len(before) :]) <= {"notice"}

    run.clock.advance_to(run.clock.now() + timedelta(hours=1))
    office.mails("07-企业-直接报送.eml")
    other = next(n for n in office.numbers if n != number)
    own = office.verdict(other).mails
    office.decide("merge", submission=number, other=other)
    settle(run, None)
    assert set(own) < set(office.verdict(number).mails)
    office.decide("unmerge", submission=other)
    settle(run, None)
    assert office.verdict(other).mails == own
    assert not set(own) & set(office.verdict(number).mails)

    entries = [e for n in (number, other, "OFFICE") for e in run.house.ledger.entries(n)]
    assert verify(entries) == []
    decided = [e.data for e in entries if e.kind.value == "decided"]
    assert {d["action"] for d in decided} == {"pause", "seal", "resume", "add", "merge", "unmerge"}
    assert {d["who"] for d in decided} == {"wl"}
