"""Values of a form that cannot be what they should: numbers, addresses, codes and days."""

import re
from collections.abc import Callable, Iterator

from shoufa.domain.call import FieldRule
from shoufa.domain.codes import Form, Kind
from shoufa.domain.dates import parse_date, parse_month
from shoufa.domain.finding import Finding
from shoufa.domain.phones import parse_email, parse_phone, parse_postcode
from shoufa.judging.document import Doc
from shoufa.judging.labels import ATTRIBUTES
from shoufa.judging.messages import finding
from shoufa.judging.rules_material import SEVERITY
from shoufa.judging.view import View

_FOREIGN = re.compile(r"^\s*(?:\+|00)(?!\s*86)")
_BLANK_DATE = re.compile(r"年\s*月|月\s*日")
Check = tuple[Callable[[str], bool], Callable[[str], bool], str, str]
"""Whether something was filled in at all, whether it can be so, and what is said in Chinese and English."""


def values(view: View) -> Iterator[Finding]:
    """Telephone, e-mail, postal code and day in the editable form that holds; by the field's need."""
    material = view.call.material(Kind.APPLICATION)
    for project in view.projects:
        word = project.of(Form.WORD)
        for rule in material.fields if material and word else ():
            severity, check = SEVERITY.get(rule.need), _CHECKS.get(rule.type)
            if severity is None or check is None:
                continue
            value = value_of(word[-1], rule)
            if not check[0](value) or check[1](value):
                continue
            label = rule.labels[0] if rule.labels else rule.name
            yield finding(
                "application.field-invalid",
                severity,
                project=project.name,
                document=word[-1].path,
                field=rule.name,
                detail=f"{label}“{value[:40]}”不是有效的{check[2]}",
                detail_en=f"“{value[:40]}” is no valid {check[3]}",
                evidence=value[:40],
            )


def value_of(doc: Doc, rule: FieldRule) -> str:
    """What a form says in a field, the usual ones or the call's own; "" if nothing."""
    named = getattr(doc.fields, ATTRIBUTES.get(rule.name, rule.name), None)
    return named if isinstance(named, str) else dict(doc.fields.more).get(rule.name, "")


def _has_digits(value: str) -> bool:
    return any(c.isdigit() for c in value)


def _phone(value: str) -> bool:
    return bool(_FOREIGN.match(value)) or parse_phone(value) is not None


def _is_filled_in_date(value: str) -> bool:
    return _has_digits(value) and not _BLANK_DATE.search(value)


_CHECKS: dict[str, Check] = {
    "phone": (_has_digits, _phone, "电话号码", "telephone number"),
    "email": (
        lambda value: bool(re.search(r"[A-Za-z@]{2}", value)) and value.upper() != "N/A",
        lambda value: parse_email(value) is not None,
        "电子邮箱",
        "e-mail address",
    ),
    "postcode": (_has_digits, lambda value: parse_postcode(value) is not None, "邮政编码", "postal code"),
    "date": (
        _is_filled_in_date,
        lambda value: (parse_date(value) or parse_month(value)) is not None,
        "日期",
        "date",
    ),
}
