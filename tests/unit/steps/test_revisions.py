"""steps/revisions.py: which definition is in force, and under which each mail was received."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shoufa.domain.errors import TryAgain
from shoufa.steps.revisions import accepted, accepted_in, earlier_rules, office_with, received_under
from unit.judging.build import call
from unit.steps.test_receive_call import LACKING, NO_WORD, PACKAGE, STRICT, office_of, revise, told


def test_a_step_without_any_revision_works_with_what_came():
    world = office_of()
    assert accepted(world.index) == {}
    assert office_with(world.shipped, {}, world.objects).calls == world.shipped.calls
    assert earlier_rules(world.house, revised_head(told(PACKAGE))) == ()


def revised_head(world):
    head = world.ledger.head(world.numbers[0])
    assert head is not None
    return head


def test_the_newest_revision_is_in_force_and_all_are_known():
    world = told(PACKAGE)
    first, second = revise(world, STRICT, 1), revise(world, call(), 2)
    office = world.house.office
    assert list(office.history["c1"]) == ["shipped", first, second]
    assert office.revisions == {"c1": second}
    assert office.definition("c1", first).materials == STRICT.materials
    assert office.definition("c1", "shipped").materials == call().materials
    assert office.definition("c1", "none") is None


def test_a_table_that_is_lost_is_not_needed_to_know_them():
    world = told(PACKAGE)
    revise(world, STRICT, 1)
    revise(world, call(), 2)
    assert accepted_in(world.objects) == accepted(world.index)


def test_a_definition_that_came_with_an_older_program_is_still_known():
    world = told(NO_WORD)
    revise(world, STRICT)
    shipped = replace(world.shipped, calls={"c1": call(title="另一个")}, revisions={"c1": "newer"})
    office = office_with(shipped, accepted(world.index), world.objects)
    assert office.definition("c1", "shipped").title == call().title
    assert office.calls["c1"].materials == STRICT.materials


def test_the_newest_that_cannot_be_read_stops_everything_until_it_can():
    world = told(PACKAGE)
    revision = revise(world, STRICT)
    del world.objects.data[f"inbox/call/c1/{revision}.yaml"]
    with pytest.raises(TryAgain, match=revision):
        office_with(world.shipped, accepted(world.index), world.objects)


def test_each_mail_has_the_revision_under_which_it_came_merged_or_not():
    world = told(LACKING)
    revision = revise(world, STRICT)
    world.receive({"公文.pdf": PACKAGE["公文.pdf"]}, after=timedelta(hours=1), sender="chen@else.example")
    world.drain()
    living = next(n for n in world.numbers if "into" not in world.state(n))
    assert sorted(received_under(world.house, living).values()) == sorted(["shipped", revision])
    (rules,) = earlier_rules(world.house, world.ledger.head(living))
    assert len(rules.mails) == 1


def test_mail_of_a_definition_that_nobody_has_any_more_is_softened_by_the_oldest_known():
    world = told(NO_WORD)
    revise(world, STRICT)
    world.objects.data = {k: v for k, v in world.objects.data.items() if not k.startswith("calls/")}
    shipped = replace(world.shipped, revisions={"c1": "newer"})
    house = replace(world.house, office=office_with(shipped, accepted(world.index), world.objects))
    (rules,) = earlier_rules(house, revised_head(world))
    assert (rules.call.materials, len(rules.mails)) == (call().materials, 1)
