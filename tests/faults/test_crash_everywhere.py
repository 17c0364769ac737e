"""Every outside call of every step fails in turn, in every way; the end is that of the undisturbed run.

The suite tries each 61st point (61 and the 5 ways share no divisor), beginning at SHOUFA_FAULT_SEED (printed; fixed), and a few pairs; `make
faults` tries all single points and 500 pairs (SHOUFA_FAULT_EVERY=1 SHOUFA_FAULT_PAIRS=500).
"""

import os
import random
import time
from collections.abc import Iterator

import pytest

from faults.crashes import Point, Ran, sampled, sweep
from faults.office_at_work import HOUSE_PORTS
from faults.port_faults import Mode
from faults.same_end import end_of, proof_faults
from faults.scenario import STAGES, in_office
from shoufa.domain.codes import Disposition, EntryKind

SEED = int(os.environ.get("SHOUFA_FAULT_SEED", "20231"))
EVERY = int(os.environ.get("SHOUFA_FAULT_EVERY", "61"))
PAIRS = int(os.environ.get("SHOUFA_FAULT_PAIRS", "20"))


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    with in_office(tmp_path_factory.mktemp("office")):
        yield Ran.start()


def tell(ran: Ran, what: str, began: float) -> None:
    seconds = time.process_time() - began
    print(
        f"\n{what}: {dict(ran.tried)} of {len(ran.calls)} calls x {len(Mode)} ways, seed {SEED}, "
        f"{ran.repeats} mails repeated, {ran.held} held for a person, {len(ran.failed)} failed, {seconds:.0f} s"
    )


def test_each_call_failing_in_each_way_changes_nothing(ran: Ran):
    began = time.process_time()
    sweep(ran, sampled(ran.singles(), EVERY, SEED), print)
    tell(ran, "single points", began)
    assert ran.failed == {}
    assert ran.held == 0
    assert sum(ran.tried.values()) >= len(ran.calls) * len(Mode) // EVERY


def test_two_calls_failing_change_nothing(ran: Ran):
    began = time.process_time()
    ran.tried.clear()
    ran.failed.clear()
    sweep(ran, ran.pairs(PAIRS, random.Random(SEED)), print)
    tell(ran, "pairs", began)
    assert ran.failed == {}


def test_the_scenario_visits_every_branch(ran: Ran):
    """What is swept is worth sweeping: every port, every disposition, every kind of entry the steps write."""
    last = ran.ends[-1]
    assert {c.partition(".")[0] for c in ran.calls} <= HOUSE_PORTS
    fates = {o.partition("|")[0] for n, o in last.ledger.claims.items() if n.startswith("object:")}
    assert fates == {d.value for d in Disposition}
    kinds = {e.kind for e in last.ledger.all()}
    assert kinds >= {
        EntryKind.OPENED, EntryKind.JOINED, EntryKind.READ, EntryKind.JUDGED, EntryKind.SENDING, EntryKind.SENT,
        EntryKind.DECIDED, EntryKind.MERGED, EntryKind.NOTED,
    }  # fmt: skip
    assert len(ran.landings) == len(STAGES)
    assert not last.sqs.waiting
    assert not last.sqs.dead


def test_the_comparison_sees_what_is_lost(ran: Ran):
    """The harness itself: each thing taken away or added is seen."""
    stamps = ran._stamps
    whole = end_of(ran.ends[-1], stamps)
    for spoil in (
        lambda d: d.objects.data.pop(next(k for k in d.objects.data if k.startswith("parts/"))),
        lambda d: d.ledger.claims.pop(next(k for k in d.ledger.claims if k.startswith("object:"))),
        lambda d: d.index.groups.popitem(),
        lambda d: d.mailer.sent.pop(),
        lambda d: d.store("inbox/mail/more", b"x"),
    ):
        spoilt = ran.ends[-1].copy()
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
    spoilt = Ran(ran.landings, [checkpoint._replace(durable=lost)], ran.ends, ran.calls)
    assert spoilt.attempt(Point(((number, Mode.KILLED),))) != []
