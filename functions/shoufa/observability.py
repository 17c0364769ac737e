"""Logs and metrics: ids and codes only.

Whatever looks like an address or a phone number is masked on the way out.
"""

import json
import re
from typing import Any

_MAIL = re.compile(r"([A-Za-z0-9._%+-])[A-Za-z0-9._%+-]*@([A-Za-z0-9.-]+)")
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\s?\d{4}\s?(\d{4})(?!\d)")


def mask(text: str) -> str:
    """138****1234 and w***@example.org in place of the whole (PIPL art. 51: de-identification)."""
    return _MOBILE.sub(r"\1****\2", _MAIL.sub(r"\1***@\2", text))


def serialise(record: dict[str, Any]) -> str:
    """A log record as one masked line of JSON."""
    return mask(json.dumps(record, ensure_ascii=False, default=str))
