"""Values of a form that cannot be what they should (rules_values.py)."""

import pytest

from shoufa.domain.codes import Form, Severity
from unit.judging.build import (
    APPLICATION,
    LATIN,
    LETTER,
    SUMMARY,
    application,
    call,
    codes,
    complete,
    of_code,
    verdict,
)

CODE = "application.field-invalid"
OWN = [
    {"name": "phone", "labels": ["联系电话"], "type": "phone", "need": "optional"},
    {"name": "email", "labels": ["电子邮箱"], "type": "email", "need": "expected"},
    {"name": "postcode", "labels": ["邮政编码"], "type": "postcode", "need": "optional"},
    {"name": "date", "labels": ["申报日期"], "type": "date", "need": "optional"},
    {"name": "fax", "labels": ["传真"], "type": "phone", "need": "none"},
]
CALL = call(materials=[LETTER, {**APPLICATION, "fields": [*APPLICATION["fields"], *OWN]}, SUMMARY])


def judged(form: Form = Form.WORD, **said: str):
    ending = ".docx" if form is Form.WORD else "扫描件.pdf"
    return verdict({**complete(), f"{LATIN}{ending}": application(LATIN, form=form, **said)}, of=CALL)


INVALID = [
    ("联系电话", "1380000123", "phone", Severity.WARNING),
    ("联系电话", "12345", "phone", Severity.WARNING),
    ("电子邮箱", "zhang#example.com", "email", Severity.QUESTION),
    ("电子邮箱", "zhang@example", "email", Severity.QUESTION),
    ("邮政编码", "43000", "postcode", Severity.WARNING),
    ("申报日期", "2023年13月1日", "date", Severity.WARNING),
    ("申报日期", "8月1日", "date", Severity.WARNING),
]


@pytest.mark.parametrize(("label", "value", "field", "severity"), INVALID)
def test_what_cannot_be_so_is_said_by_its_need(label, value, field, severity):
    found = [f for f in of_code(judged(**{label: value}), CODE) if f.field == field]
    assert [(f.project, f.severity) for f in found] == [(LATIN, severity)]
    assert value in found[0].message.zh


VALID = [
    ("联系电话", "13800001234"),
    ("联系电话", "027-8765 4321转801"),
    ("联系电话", "+852 2345 6789"),
    ("联系电话", "无"),
    ("电子邮箱", "Zhang@Example.com"),
    ("电子邮箱", "zhang＠example.com"),
    ("电子邮箱", "无"),
    ("邮政编码", "430000"),
    ("邮政编码", "4 3 0 0 0 0"),
    ("申报日期", "二〇二三年八月一日"),
    ("申报日期", "2023.8"),
    ("申报日期", "2023年8月"),
    ("申报日期", "2023年  月  日"),
    ("传真", "12"),
]


@pytest.mark.parametrize(("label", "value"), VALID)
def test_what_can_is_not(label, value):
    assert CODE not in codes(judged(**{label: value}))


def test_a_scans_slip_is_not_held_against_it():
    assert CODE not in codes(judged(Form.SCAN, 联系电话="1380000123"))
