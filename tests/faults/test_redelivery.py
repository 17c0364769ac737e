"""Every message delivered again and again, in any order, by workers whose port calls interleave: the same end."""

import os
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from faults.disorder import Disorder, drive
from faults.scenario import in_office

SEED = int(os.environ.get("SHOUFA_FAULT_SEED", "20231"))
RUNS = int(os.environ.get("SHOUFA_DISORDERS", "40"))


class Redelivery(RuleBasedStateMachine):
    """What happens next is hypothesis's choice."""

    @initialize()
    def open_the_office(self) -> None:
        self.run = Disorder()

    @precondition(lambda self: self.run.out())
    @rule(data=st.data())
    def a_mail_lands(self, data: st.DataObject) -> None:
        self.run.land(data.draw(st.sampled_from(self.run.out())))

    @precondition(lambda self: self.run.ready())
    @rule(data=st.data(), calls=st.integers(0, 25))
    def a_worker_takes_a_message(self, data: st.DataObject, calls: int) -> None:
        ready = self.run.ready()
        self.run.take(*ready[data.draw(st.integers(0, len(ready) - 1))])
        self.run.go(self.run.crew.workers[-1], calls)

    @precondition(lambda self: self.run.crew.workers)
    @rule(data=st.data(), calls=st.integers(1, 25))
    def a_worker_goes_on(self, data: st.DataObject, calls: int) -> None:
        workers = self.run.crew.workers
        self.run.go(workers[data.draw(st.integers(0, len(workers) - 1))], calls)

    @precondition(lambda self: self.run.crew.workers and self.run.kills < self.run.MOST_KILLS)
    @rule(data=st.data())
    def a_worker_is_killed(self, data: st.DataObject) -> None:
        workers = self.run.crew.workers
        self.run.kill(workers[data.draw(st.integers(0, len(workers) - 1))])

    @precondition(lambda self: self.run.hidden())
    @rule(data=st.data())
    def a_message_is_delivered_again(self, data: st.DataObject) -> None:
        hidden = self.run.hidden()
        self.run.again(hidden[data.draw(st.integers(0, len(hidden) - 1))])

    @rule(minutes=st.sampled_from((1, 4, 11)))
    def time_goes_on(self, minutes: int) -> None:
        self.run.wait(minutes)

    def teardown(self) -> None:
        if hasattr(self, "run"):
            self.run.close()


def test_in_any_order_and_any_number_of_times(tmp_path: Path):
    known = settings(
        max_examples=15,
        stateful_step_count=60,
        derandomize=True,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    with TemporaryDirectory(dir=tmp_path) as folder, in_office(Path(folder)):
        run_state_machine_as_test(Redelivery, settings=known)


def test_as_the_dice_say(tmp_path: Path):
    """Many more runs, without hypothesis's cost; each failing one is named by its seed."""
    failed = {}
    with in_office(tmp_path):
        for seed in range(SEED, SEED + RUNS):
            try:
                drive(random.Random(seed)).close()
            except AssertionError as err:
                failed[seed] = str(err)[:600]
    print(f"\n{RUNS} runs from seed {SEED}, {len(failed)} failed")
    if failed:
        pytest.fail("\n".join(f"{seed}: {why}" for seed, why in failed.items()))
