"""The digest of an hour tells a unit what was not sent one by one, and what did not arrive."""

import pytest

from shoufa.domain.codes import Status, Template
from shoufa.notices.headers import Unaddressable
from shoufa.notices.unit_digest import ROWS, TITLES, Told, compose_unit_digest
from shoufa.steps.outgoing import TOLD
from unit.notices.made import NUMBER, UNIT, call

HOUR = "2023-08-10T08"
LINES = [
    Told(what="collapsed", template=Template.NOTICE, number=NUMBER, status=Status.INCOMPLETE, who="某某省局"),
    Told(what="bounced", template=Template.OUTCOME, number=NUMBER, code="5.1.1"),
    Told(what="capped", template=Template.GUIDANCE),
    Told(what="delayed", template=Template.RECEIPT, number=NUMBER),
]


def test_each_kind_has_its_section():
    made = compose_unit_digest(call(), UNIT, HOUR, LINES)
    assert (made.template, made.to) == (Template.DIGEST, "intake@unit.example")
    assert made.notice_id == "hourly-call-1-u1-2023-08-10T08"
    assert f"1. {NUMBER} 某某省局：有缺项\n" in made.text
    assert f"{NUMBER}，材料核对情况，退信代码5.1.1" in made.text
    assert "（未立收件编号的来邮），报送方式说明" in made.text
    assert f"{NUMBER}，收件回执" in made.text
    assert made.text.count("（1项）") == 4
    assert made.references == ()


def test_every_event_that_is_told_has_a_title():
    assert set(TITLES) == set(TOLD)


def test_a_long_list_is_cut_and_counted():
    many = [LINES[0]] * (ROWS + 7)
    text = compose_unit_digest(call(), UNIT, HOUR, many).text
    assert "其余7项从略" in text
    assert f"（{ROWS + 7}项）" in text


def test_untrusted_words_are_made_harmless():
    odd = Told(
        what="bounced", template=Template.RECEIPT, number=NUMBER, who="http://x.example", code="9" * 99
    )
    text = compose_unit_digest(call(), UNIT, HOUR, [odd]).text
    assert "http://" not in text
    assert "9" * 30 not in text


def test_a_unit_without_a_mailbox_gets_none():
    with pytest.raises(Unaddressable):
        compose_unit_digest(call(), UNIT.model_copy(update={"mailbox": None}), HOUR, LINES)
