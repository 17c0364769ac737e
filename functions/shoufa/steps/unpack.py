"""Archives among a mail's parts, opened in a worker: members stand behind their container."""

from collections.abc import Iterable, Mapping

from shoufa.domain.errors import Unreadable
from shoufa.domain.mail import ARCHIVES, Part
from shoufa.ports import Readers


def unpack(
    readers: Readers, parts: Iterable[Part], blobs: Mapping[str, bytes]
) -> tuple[list[Part], dict[str, bytes]]:
    """All parts with their archives' members, and all bytes by digest.

    An archive that cannot be opened keeps its code and has no members.
    """
    found: list[Part] = []
    known = dict(blobs)
    for part in parts:
        if part.container not in ARCHIVES or part.code is not None:
            found.append(part)
            continue
        try:
            members, more = readers.expand(known[part.sha256], part.path, part.container)
        except Unreadable as err:
            found.append(part.model_copy(update={"code": err.code, "reason": err.reason}))
            continue
        found += [part, *members]
        known.update(more)
    return found, known
