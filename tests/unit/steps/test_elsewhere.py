"""What other submissions hold bears on one, and the other way round (steps/elsewhere.py)."""

from datetime import timedelta

import pytest

from shoufa.domain.codes import Status
from shoufa.steps.elsewhere import holder_group
from unit.judging.build import BUILD, FARM, HUBEI, HUNAN, RICE, TRACKS, call, codes, complete, of_code
from unit.steps.world import World, papers

OVER = "submission.over-quota"
BY_APPLICANT = {**TRACKS[0], "quota": {"max": 1, "per": "applicant", "firm": True}}
EACH = call(tracks=[BY_APPLICANT, *TRACKS[1:]])


def package(*rows: tuple[str, str, str], by: str = HUBEI):
    return papers(complete(rows, by=by))


def held(world: World, number: int) -> list[str]:
    return codes(world.verdict(world.numbers[number]))


def two_units(first: str, second: str) -> World:
    """One recommender's two submissions, one to each unit's mailbox: projects of the pilot track in both."""
    world = World()
    world.receive(package((FARM, RICE, "试点"), (first, BUILD, "试点")))
    world.drain()
    world.receive(package((second, BUILD, "试点")), after=timedelta(hours=1), to=("b@unit.example",))
    world.drain()
    return world


def test_a_recommenders_projects_count_over_all_its_submissions_and_both_are_told():
    world = two_units("城市燃气管网巡检", "水库大坝安全监测")
    assert OVER in held(world, 1)
    assert OVER in held(world, 0)
    assert world.proven()


def test_the_same_project_in_both_counts_once():
    world = two_units("城市燃气管网巡检", "城市燃气管网巡检")
    assert "submission.duplicate-project" in held(world, 1)
    assert OVER not in held(world, 0) + held(world, 1)


def applicants(first: str, second: str) -> World:
    world = World(EACH)
    world.receive(package((FARM, first, "试点")))
    world.drain()
    world.receive(
        package(("城市燃气管网巡检", second, "试点"), by=HUNAN),
        sender="li@hunan.example",
        after=timedelta(hours=1),
    )
    world.drain()
    return world


def test_an_applicant_who_may_apply_once_is_found_in_anothers_submission():
    world = applicants(RICE, RICE)
    assert OVER in held(world, 0)
    found = of_code(world.verdict(world.numbers[1]), OVER)
    assert [f.audience.value for f in found] == ["unit"]
    assert RICE in found[0].message.zh
    assert world.verdict(world.numbers[1]).status is Status.REVIEW


def test_another_applicant_is_not():
    world = applicants(RICE, BUILD)
    assert OVER not in held(world, 0) + held(world, 1)


@pytest.mark.parametrize("name", [HUBEI, "湖北省市场监管局", "湖北省 市场监督管理局"])
def test_a_body_has_one_group_however_it_is_written(name):
    assert holder_group("c1", name) == holder_group("c1", HUBEI)
