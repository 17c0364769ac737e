"""The watch (steps/watch_submissions.py): every task by its own name, whatever became of the one before it."""

from datetime import timedelta

import pytest

from shoufa.domain.errors import TryAgain
from shoufa.entry import run_tasks
from shoufa.steps.watch_submissions import TASKS, watch_submissions
from unit.steps.world import World


def test_each_task_has_a_module_of_its_own():
    assert len({t.__module__ for t in TASKS}) == len(TASKS)
    assert [t.__name__ for t in TASKS][:2] == ["release_held", "outcomes_due"]


def test_nothing_is_done_in_an_empty_house():
    world = World(reconcile_every=timedelta(minutes=10))
    assert set(watch_submissions(world.house).values()) == {0}
    assert world.ledger.all() == []
    assert not world.queues.waiting


def fails(_):
    raise ZeroDivisionError


def busy(_):
    raise TryAgain("busy")


def works(_):
    return 3


def test_a_bug_in_one_task_keeps_none_from_its_turn_and_is_raised(capsys):
    done = []
    with pytest.raises(ZeroDivisionError):
        run_tasks({"fails": fails, "busy": busy, "last": lambda h: done.append(h) or 1}, "house")
    assert done == ["house"]


def test_what_is_busy_has_its_turn_at_the_next_call():
    assert run_tasks({"busy": busy, "works": works}, "house") == {"works": 3}
