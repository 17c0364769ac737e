"""When a saved mail was received.

The topmost Received header, stamped by the receiving server (RFC 5321 §4.4).
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

HEAD = 65_536
_RECEIVED = re.compile(rb"^received:((?:[^\r\n]*(?:\r\n|\r|\n)[ \t])*[^\r\n]*)", re.IGNORECASE | re.MULTILINE)


def received_at(raw: bytes, file: Path) -> datetime:
    """The date in the topmost Received header, else the file's own time; always with a zone.

    Only the first 64 KB are looked at, by one pattern: the mail itself is parsed in a worker.
    """
    found = _RECEIVED.search(raw[:HEAD])
    stamp = found.group(1).rpartition(b";")[2].decode("ascii", "replace") if found else ""
    try:
        moment = parsedate_to_datetime(re.sub(r"\s+", " ", stamp).strip())
    except (ValueError, IndexError):
        return datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
