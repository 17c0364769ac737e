"""Every outside call of every step and of the watch fails in turn, in every way; the end is the undisturbed run's.

The suite tries each 127th point, beginning at SHOUFA_FAULT_SEED (printed; fixed), and a few pairs; `make faults` tries
all single points and 500 pairs (SHOUFA_FAULT_EVERY=1 SHOUFA_FAULT_PAIRS=500). In four shares, one after another or at
the same time: SHOUFA_FAULT_EVERY=4, with the seeds 0 to 3.
"""

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from faults.crashes import Point, Ran, sampled, sweep, ways
from faults.port_faults import Mode
from faults.same_end import end_of, proof_faults
from faults.scenario import FIRST_WEEKS, STAGES, in_office
from shoufa.domain.codes import Disposition, EntryKind, Template
from shoufa.domain.decision import OFFICE
from shoufa.domain.decision_problems import ACTIONS
from shoufa.ports import Clock
from shoufa.steps.held import release_held
from shoufa.steps.house import House
from shoufa.steps.send_notice import _BY_TEMPLATE
from shoufa.steps.stalled_work import stalled_work
from shoufa.steps.watch_submissions import TASKS

SEED = int(os.environ.get("SHOUFA_FAULT_SEED", "20231"))
EVERY = int(os.environ.get("SHOUFA_FAULT_EVERY", "127"))
NOTICES = {
    *("receipt", "receipts", "outcome", "notice", "guidance", "digest", "reminder", "quarantine", "hourly"),
}
"""What notices' ids begin with."""
CALLED = {"joined": "receipts"}
FULL = next(n for n, stage in enumerate(STAGES) if stage[0] == "the call is revised")
"""The stage before anything is erased."""
MAKE_GOOD = {release_held.__name__, stalled_work.__name__}
"""Tasks that have nothing to do unless something went wrong: the sweep has them do it."""
OTHER_OFFICES = [({"DRY_RUN": "1"}, "draft"), ({"MAILS_PER_HOUR": "1"}, "delayed")]
"""Settings, and what entries of theirs say that the first one's do not."""
PAIRS = int(os.environ.get("SHOUFA_FAULT_PAIRS", "20"))


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    with in_office(tmp_path_factory.mktemp("office")):
        yield Ran.start()


def tell(ran: Ran, what: str, began: float) -> None:
    seconds = time.process_time() - began
    print(
        f"\n{what}: {sum(ran.tried.values())} tried, {dict(ran.tried)}, "
        f"of {len(ran.calls)} calls x {len(Mode)} ways, seed {SEED}, "
        f"{ran.repeats} mails repeated, {ran.held} held for a person, {len(ran.failed)} failed, {seconds:.0f} s"
    )


def test_each_call_failing_in_each_way_changes_nothing(ran: Ran):
    began = time.process_time()
    sweep(ran, sampled(ran.singles(), EVERY, SEED), print)
    tell(ran, "single points", began)
    assert ran.failed == {}
    assert ran.held == 0
    assert sum(ran.tried.values()) >= sum(len(ways(c)) for c in ran.calls) // EVERY


@pytest.mark.parametrize(("office", "marks"), OTHER_OFFICES)
def test_so_it_is_in_other_offices(office: dict[str, str], marks: str, tmp_path: Path):
    """One that writes drafts only, and one that has sent all it may in nearly every hour."""
    began = time.process_time()
    with in_office(tmp_path, **office):
        other = Ran.start(FIRST_WEEKS, full_hours="MAILS_PER_HOUR" in office)
        sweep(other, sampled(other.singles(), 3 * EVERY, SEED), print)
        tell(other, str(office), began)
    assert other.failed == {}
    assert sum(marks in e.data for e in other.ends[-1].ledger.all()) >= 10


def test_two_calls_failing_change_nothing(ran: Ran):
    began = time.process_time()
    ran.tried.clear()
    ran.failed.clear()
    sweep(ran, ran.pairs(PAIRS, random.Random(SEED)), print)
    tell(ran, "pairs", began)
    assert ran.failed == {}


def is_protocol(of: Any) -> bool:
    return getattr(of, "_is_protocol", False)


def port_methods() -> set[str]:
    """Every method of every port of a house, `objects.get` and so on; the clock is the harness's own."""
    hints = get_type_hints(House)
    ports = {
        name: part for name, hint in hints.items() for part in (hint, *get_args(hint)) if is_protocol(part)
    }
    return {
        f"{n}.{m}"
        for n, port in ports.items()
        if port is not Clock
        for m in vars(port)
        if not m.startswith("_")
    }


def test_the_scenario_visits_every_branch(ran: Ran):
    """What is swept is worth sweeping: every port's every method, every fate, kind, notice, decision and task."""
    last = ran.ends[-1]
    assert set(ran.calls) == port_methods()
    fates = {o.partition("|")[0] for n, o in last.ledger.claims.items() if n.startswith("object:")}
    assert fates == {d.value for d in Disposition}
    entries = last.ledger.all()
    assert {e.kind for e in entries} == set(EntryKind)
    sent = [e.data for e in entries if e.kind is EntryKind.SENT]
    assert {s["template"] for s in sent} == {t.value for t in Template}
    assert {s["notice"].partition("-")[0] for s in sent} == NOTICES
    decided = {e.data["action"] for e in entries if e.kind is EntryKind.DECIDED and "action" in e.data}
    assert decided == set(ACTIONS)
    assert {name for name, done in ran.did.items() if done} == {t.__name__ for t in TASKS} - MAKE_GOOD
    assert len(ran.landings) == len(STAGES)
    assert not last.sqs.waiting
    assert not last.sqs.dead


def test_every_notice_is_listed():
    """NOTICES is complete: one name for each message that step 4 knows."""
    assert {CALLED.get(name, name) for name in _BY_TEMPLATE} == NOTICES - {
        "notice"
    }  # goes out with the outcome


def test_what_was_erased_is_gone_at_the_end(ran: Ran):
    """The last stage of all: nothing of any mail is left but what names nobody."""
    stays = ("ledger/", "inbox/call/", "calls/", "inbox/decision/", "sent/digest-")
    left = {k for k in ran.ends[-1].objects.data if not k.startswith(stays)}
    assert left == set()
    decisions = {k for k in ran.ends[-1].objects.data if k.startswith("inbox/decision/")}
    office = {e.data["object"] for e in ran.ends[-1].ledger.entries(OFFICE) if "object" in e.data}
    assert decisions == office


def test_the_comparison_sees_what_is_lost(ran: Ran):
    """The harness itself: each thing taken away or added is seen, and a look-up of each group."""
    stamps, full = ran._stamps, ran.ends[FULL]
    whole = end_of(full, stamps)
    groups = [g for g, items in full.index.groups.items() if items and g not in ("asked", "looks")]
    assert {"watch", "ends", "expiry", "fates", "days", "changed"} <= set(groups)
    for spoil in (
        lambda d: d.objects.data.pop(next(k for k in d.objects.data if k.startswith("parts/"))),
        lambda d: d.ledger.claims.pop(next(k for k in d.ledger.claims if k.startswith("object:"))),
        *(lambda d, g=group: d.index.groups[g].popitem() for group in groups),
        lambda d: d.index.groups["ends"].update(LEDGER={"seq": "1", "hash": "x"}),
        lambda d: d.index.write("looks", "2023-08-08T00:00:00+00:00#x", {"tries": "1", "why": "reading"}),
        lambda d: d.index.write("asked", "x", {"chain": "DAY#x", "notice": "digest-x"}),
        lambda d: d.mailer.sent.pop(),
        lambda d: d.store("inbox/mail/more", b"x"),
    ):
        spoilt = full.copy()
        spoil(spoilt)
        assert end_of(spoilt, stamps) != whole
    unproven = ran.ends[-1].copy()
    unproven.objects.data.pop(next(k for k in unproven.objects.data if k.startswith("ledger/")))
    assert proof_faults(unproven) != []


def test_a_step_that_forgets_its_next_message_is_caught(ran: Ran):
    """A fault that nothing makes good: a message that is lost instead of redelivered."""
    number = next(n for n, c in enumerate(ran.calls, 1) if c == "queues.send")
    checkpoint = max((c for c in ran.checkpoints if c.calls < number), key=lambda c: c.calls)
    lost = checkpoint.durable.copy()
    lost.sqs.waiting.clear()
    spoilt = Ran(ran.landings, [checkpoint._replace(durable=lost)], ran.ends, ran.calls, ran.did)
    assert spoilt.attempt(Point(((number, Mode.KILLED),))) != []
