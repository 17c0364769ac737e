"""Scores and thresholds come from the measured curves kept beside the code."""

import json

import pytest

from shoufa.readers.seal_score import _CURVES, Evidence, Tone, claimed, doubtful, probability, rule
from shoufa.readers.seal_search import Place, Ring


def place(whole: float = 0.0, part: float = 0.0) -> Place:
    return Place(Ring(0, 0, 40, 40, 0, whole), whole, part, 0.0)


@pytest.mark.parametrize("tone", list(Tone))
def test_each_threshold_stands_on_its_curve(tone: Tone) -> None:
    here = rule(tone)
    below = max((row for row in here.curve if row[0] <= here.claim), key=lambda row: row[0])
    assert here.claim - below[0] < 0.05
    assert below[1] >= 0.97
    assert here.faint < here.claim


@pytest.mark.parametrize("tone", list(Tone))
def test_few_unsealed_pages_reach_a_threshold(tone: Tone) -> None:
    measured = json.loads(_CURVES.read_text("utf-8"))["tones"][tone.value]
    reached = [score for score in measured["unsealed_highest"] if score >= measured["claim"]]
    assert measured["unsealed_pages"] >= 300
    assert len(reached) <= 0.005 * measured["unsealed_pages"]


@pytest.mark.parametrize("tone", list(Tone))
def test_precision_is_bought_with_recall(tone: Tone) -> None:
    recall = [row[2] for row in rule(tone).curve]
    assert recall == sorted(recall, reverse=True)


@pytest.mark.parametrize("tone", list(Tone))
def test_more_evidence_is_a_higher_score(tone: Tone) -> None:
    weak = probability(Evidence(0.2, 0.2, 0.0), tone)
    assert probability(Evidence(0.9, 0.9, 0.0), tone) > weak
    assert probability(Evidence(0.2, 0.2, 1.0), tone) > weak
    assert probability(Evidence(0.2, 0.2, 0.0, text=1.0), tone) > weak
    assert probability(Evidence(0.2, 0.2, 0.0, square=1.0), tone) < weak


@pytest.mark.parametrize("tone", list(Tone))
def test_a_part_is_for_a_person_and_not_claimed(tone: Tone) -> None:
    score = probability(Evidence(0.02, 0.95, 0.0), tone)
    assert not claimed(score, tone)
    assert doubtful(score, place(0.02, 0.95), tone)
    assert not doubtful(0.0, place(), tone)
