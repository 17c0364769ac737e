"""Archives among a mail's parts, opened in a worker: members stand behind their container."""

from collections.abc import Iterable, Mapping

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.mail import ARCHIVES, Part
from shoufa.ports import Readers

MAX_FILES, MAX_BYTES = 2_000, 500 * 2**20
"""Members and expanded bytes of all archives of one mail together (design.md, Untrusted bytes)."""


def unpack(
    readers: Readers, parts: Iterable[Part], blobs: Mapping[str, bytes]
) -> tuple[list[Part], dict[str, bytes]]:
    """All parts with their archives' members, and all bytes by digest.

    An archive that cannot be opened keeps its code and has no members; so has one whose members would bring
    the mail over the limits, which hold for the whole mail and not for each archive.
    """
    found: list[Part] = []
    known = dict(blobs)
    files = size = 0
    for part in parts:
        members, more, failed = _opened(readers, part, known)
        files, size = files + len(members), size + sum(map(len, more.values()))
        if files > MAX_FILES or size > MAX_BYTES:
            files, size = files - len(members), size - sum(map(len, more.values()))
            failed = Unreadable(UnreadableCode.TOO_LARGE, "the mail's archives hold too much")
        if failed is not None:
            found.append(part.model_copy(update={"code": failed.code, "reason": failed.reason}))
            continue
        found += [part, *members]
        known.update(more)
    return found, known


def _opened(
    readers: Readers, part: Part, known: Mapping[str, bytes]
) -> tuple[list[Part], dict[str, bytes], Unreadable | None]:
    """An archive's members and their bytes, or why there are none; nothing at all for what is no archive."""
    if part.container not in ARCHIVES or part.code is not None:
        return [], {}, None
    try:
        members, more = readers.expand(known[part.sha256], part.path, part.container)
    except Unreadable as err:
        return [], {}, err
    return members, more, None
