"""The call's model refuses what contradicts itself."""

import pytest
from pydantic import ValidationError

from shoufa.domain.call import Call, FieldRule, Material, SealRule
from shoufa.domain.codes import Form, Kind, Need


def call(**changes):
    data = {
        "id": "c",
        "title": "甲项目",
        "notice": {"issuer": "甲委"},
        "recommenders": {"group": "g"},
        "case_by": "recommender",
        "tracks": [{"id": "t", "title": "试点", "form": "申报书", "unit": "u"}],
        "units": [{"id": "u", "name": "甲院", "mailbox": "a@example.com"}],
        "materials": [
            {"kind": "letter", "title": "公文", "per": "submission", "forms": {"scan": "required"}}
        ],
    }
    return Call.model_validate(data | changes)


def test_looking_up_tracks_units_and_materials():
    made = call()
    assert made.track("t").title == "试点"
    assert made.track("x") is None
    assert made.unit("u").name == "甲院"
    with pytest.raises(KeyError):
        made.unit("x")
    assert made.material(Kind.LETTER).title == "公文"
    assert made.material(Kind.SUMMARY) is None


def test_a_track_of_an_unknown_unit_is_refused():
    with pytest.raises(ValidationError, match="there is no unit u"):
        call(units=[{"id": "v", "name": "乙院"}])


def test_a_deadline_without_zone_is_refused():
    with pytest.raises(ValidationError, match="timezone"):
        call(closes="2023-08-15T23:59:59")


def test_the_need_of_a_form_that_is_not_named_is_none():
    letter = call().material(Kind.LETTER)
    assert (letter.need(Form.SCAN), letter.need(Form.WORD)) == (Need.REQUIRED, Need.NONE)


@pytest.mark.parametrize(
    "rule",
    [
        lambda need: FieldRule(name="name", type="text", need=need, source="inferred"),
        lambda need: SealRule(any=("recommender",), need=need, source="inferred"),
        lambda need: Material(
            kind="proof", title="证明", per="project", forms={"any": need}, source="inferred"
        ),
    ],
)
def test_what_is_inferred_is_at_most_expected(rule):
    rule("expected")
    with pytest.raises(ValidationError, match="at most `expected`"):
        rule("required")
