"""Archives among a mail's parts, opened in a worker: members stand behind their container.

An archive that was sent in volumes is opened once, its members behind the volume whose name it goes by.
"""

from collections.abc import Iterable, Mapping

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.mail import ARCHIVES, Part
from shoufa.domain.volumes import Volumes, divided, with_kind
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
    given = list(parts)
    sets = divided(given)
    for one in given:
        volumes = sets.get((one.path, one.sha256))
        part = with_kind(one, volumes.kind) if volumes else one
        members, more, failed = _opened(readers, part, known, volumes)
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
    readers: Readers, part: Part, known: Mapping[str, bytes], volumes: Volumes | None
) -> tuple[list[Part], dict[str, bytes], Unreadable | None]:
    """An archive's members and their bytes, or why there are none; nothing at all for what is no archive.

    Of an archive sent in volumes the one whose name it goes by is opened, with the others.
    """
    if part.container not in ARCHIVES or part.code is not None:
        return [], {}, None
    rest: list[bytes] = []
    if volumes is not None:
        if part.path != volumes.holder.path:
            return [], {}, None
        if volumes.missing:
            return [], {}, Unreadable(UnreadableCode.UNREADABLE, volumes.reason)
        rest = [known[p.sha256] for p in volumes.rest]
    try:
        members, more = readers.expand(
            known[part.sha256], part.path, part.container, *([rest] if rest else [])
        )
    except Unreadable as err:
        return [], {}, err
    return members, more, None
