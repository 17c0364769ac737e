"""An accepted definition of a call, as the object that it is: who, from what, why and when, then its YAML.

`inbox/call/<id>/<revision>.yaml` holds a YAML front, a line `---`, and the definition word for word. The
revision is made of the object's bytes, so that its name proves its contents, and an earlier definition that
is taken up again is a revision of its own.
"""

import re

from pydantic import AwareDatetime, Field

from shoufa.domain.ledger import digest
from shoufa.domain.value import Value

PREFIX = "inbox/call/"
MARK = b"\n---\n"
"""What stands between the front and the definition."""
_KEY = re.compile(rf"{PREFIX}([a-z0-9][a-z0-9-]{{0,79}})/([0-9a-f]{{16}})\.yaml")


class Front(Value):
    """Who accepted a definition, from what it was taken (a notice), why, and when."""

    author: str = Field(min_length=1)
    source: str
    reason: str = Field(min_length=1)
    at: AwareDatetime


def written(front: Front, definition: bytes) -> bytes:
    """The object's bytes; the front's values stand there as JSON, which is YAML."""
    lines = front.model_dump_json(indent=0).strip("{}\n").encode()
    return b"{\n" + lines + b"\n}" + MARK + definition


def revision_of(data: bytes) -> str:
    """The revision that an object's bytes are."""
    return digest(data)[:16]


def revision_key(call: str, revision: str) -> str:
    """Where a revision of a call lies."""
    return f"{PREFIX}{call}/{revision}.yaml"


def named_by(key: str) -> tuple[str, str] | None:
    """Call and revision that a key names, None if it is the key of no revision."""
    found = _KEY.fullmatch(key)
    return (found[1], found[2]) if found else None
