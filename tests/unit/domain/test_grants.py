"""The Xiamen allocation (厦府办规〔2020〕15号 五（三）1), to the yuan."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shoufa.calls.load import load_call
from shoufa.domain.grants import Claim, Grants, Split, Total, allot, doubts

XIAMEN = Path(__file__).parents[3] / "schemas" / "calls" / "xiamen-2020-15.yaml"


@pytest.fixture(scope="module")
def grants() -> Grants:
    found = load_call(XIAMEN).grants
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("standard", "ranks", "due"),
    [
        ("国际标准", [1], {1: 1_000_000}),
        ("国家标准", [1, 2, 4, 5], {1: 350_000, 2: 50_000, 4: 50_000, 5: 50_000}),
        ("行业标准", [3, 5], {3: 60_000, 5: 60_000}),
        ("国家标准", [2], {2: 150_000}),
        ("国家标准", [1, 5], {1: 350_000, 5: 150_000}),
        ("国际标准", [2, 3, 4], {2: 100_000, 3: 100_000, 4: 100_000}),
        ("行业标准", [6, 9], {}),
        ("行业标准", [1, 6], {1: 400_000}),
        ("国家标准", [], {}),
    ],
)
def test_what_each_drafting_unit_is_due(grants, standard, ranks, due):
    assert allot(grants, standard, ranks) == due


def test_what_does_not_divide_goes_to_the_better_ranks():
    odd = Grants(
        totals=(Total(standard="甲", yuan=1001),),
        ranks=5,
        first_only=100,
        others_only=30,
        both=Split(first=70, others=30),
    )
    assert allot(odd, "甲", [1, 2, 3, 4, 5]) == {1: 701, 2: 75, 3: 75, 4: 75, 5: 75}
    assert allot(odd, "甲", [2, 3, 4, 5]) == {2: 75, 3: 75, 4: 75, 5: 75}
    assert allot(odd, "甲", [2, 3, 4]) == {2: 100, 3: 100, 4: 100}
    odd = odd.model_copy(update={"totals": (Total(standard="甲", yuan=1010),)})
    assert allot(odd, "甲", [3, 4]) == {3: 152, 4: 151}


@given(yuan=st.integers(0, 10**8), ranks=st.sets(st.integers(1, 9)), first=st.integers(0, 100))
def test_the_sum_is_always_what_was_allotted(yuan, ranks, first):
    grants = Grants(
        totals=(Total(standard="甲", yuan=yuan),),
        ranks=5,
        first_only=100,
        others_only=30,
        both=Split(first=first, others=100 - first),
    )
    due = allot(grants, "甲", ranks)
    local = {r for r in ranks if r <= 5}
    assert set(due) == local
    if local:
        assert sum(due.values()) == (yuan if 1 in local else yuan * 30 // 100)
        later = [due[r] for r in sorted(local - {1})]
        assert not later or max(later) - min(later) <= 1


def test_a_kind_that_the_notice_does_not_name_is_refused(grants):
    with pytest.raises(ValueError, match="地方标准"):
        allot(grants, "地方标准", [1])


@pytest.mark.parametrize("ranks", [[1, 1], [0, 2], [-1]])
def test_impossible_ranks_are_refused(grants, ranks):
    with pytest.raises(ValueError, match="名次有误"):
        allot(grants, "国家标准", ranks)


def test_a_table_of_claims_is_checked_to_the_yuan(grants):
    claims = [
        Claim(standard="国家标准", rank=1, unit="鹭江甲公司", yuan=350_000),
        Claim(standard="国家标准", rank=2, unit="鹭江乙公司", yuan=75_001),
        Claim(standard="国家标准", rank=3, unit="鹭江丙协会", yuan=75_000),
        Claim(standard="国家标准", rank=7, unit="鹭江丁公司", yuan=10_000),
    ]
    found = doubts(grants, claims)
    assert [(d.claim.unit, d.due) for d in found] == [("鹭江乙公司", 75_000), ("鹭江丁公司", 0)]
    assert doubts(grants, []) == []


def test_claims_of_several_standards_are_refused(grants):
    claims = [
        Claim(standard="国家标准", rank=1, unit="甲", yuan=1),
        Claim(standard="行业标准", rank=1, unit="甲", yuan=1),
    ]
    with pytest.raises(ValueError, match="同一项标准"):
        doubts(grants, claims)


def test_a_split_is_a_whole():
    with pytest.raises(ValidationError):
        Split(first=70, others=20)
