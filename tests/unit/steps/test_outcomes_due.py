"""steps/outcomes_due.py: quiet times that ended."""

from datetime import timedelta

import pytest

from shoufa.steps.outcomes_due import outcomes_due
from unit.judging.build import complete
from unit.steps.world import World, papers

PACKAGE = papers(complete())
QUIET = timedelta(minutes=10)


def judged() -> World:
    world = World()
    world.receive({k: v for k, v in PACKAGE.items() if k != "公文.pdf"})
    world.drain()
    return world


@pytest.mark.parametrize(
    ("waited", "asked"), [(QUIET - timedelta(seconds=1), 0), (QUIET, 1), (timedelta(days=3), 1)]
)
def test_an_outcome_is_asked_for_when_the_quiet_time_is_over(waited, asked):
    world = judged()
    world.clock.move(waited)
    assert outcomes_due(world.house) == asked
    assert world.queues.take("notices") == [{"template": "outcome", "submission": world.numbers[0]}] * asked


def test_it_is_asked_for_once():
    world = judged()
    world.clock.move(QUIET)
    assert [outcomes_due(world.house) for _ in range(3)] == [1, 0, 0]


def test_a_later_mail_begins_the_quiet_time_anew():
    world = judged()
    world.clock.move(QUIET / 2)
    world.receive({"公文.pdf": PACKAGE["公文.pdf"]})
    world.drain()
    world.clock.move(QUIET / 2)
    assert outcomes_due(world.house) == 0
    world.clock.move(QUIET / 2)
    assert outcomes_due(world.house) == 1


def test_a_look_up_that_is_no_longer_true_is_dropped():
    world = judged()
    world.settle()
    world.index.write(
        "due", f"2023-08-01T00:00:00+08:00#{world.numbers[0]}", {"submission": world.numbers[0]}
    )
    world.index.write("due", "2023-08-01T00:00:00+08:00#230801-000000-0", {"submission": "230801-000000-0"})
    assert outcomes_due(world.house) == 0
    assert world.index.find("due") == []


def test_a_merged_submission_is_not_asked_for():
    world = judged()
    world.receive(PACKAGE, sender="li@other.example", after=timedelta(minutes=1))
    world.drain()
    world.queues.take()
    world.clock.move(QUIET)
    assert outcomes_due(world.house) == 1
    assert world.queues.take("notices") == [{"template": "outcome", "submission": world.numbers[0]}]


def test_nothing_is_due_in_an_empty_house():
    assert outcomes_due(World().house) == 0
