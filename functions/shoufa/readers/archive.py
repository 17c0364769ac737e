"""Archives to parts: one level by `read_archive`, all levels under one budget by `expand`.

What is refused as too large: more than `archive_members` or `archive_bytes` over all levels together,
counted in real bytes as they stream; an archive that claims more than is left, before anything of it is
expanded; one that grows (or claims to grow) more than `archive_ratio` times and beyond `ratio_floor`; a
level deeper than `archive_depth`; an archive inside itself. The container that crosses a limit bears the
code and gives no members; what it cost stays spent, so that a thousand bombs cost no more than one.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.mail import ARCHIVES, Part
from shoufa.domain.volumes import SPLIT, Volumes, divided, is_volume, with_kind
from shoufa.readers.archive_budget import Budget, Member, Meter
from shoufa.readers.archive_lib import library_members
from shoufa.readers.archive_rar import rar_library, rar_members
from shoufa.readers.archive_volumes import is_spanned, joined
from shoufa.readers.archive_zip import OtherReader, all_locked, zip_members
from shoufa.readers.limits import Limits
from shoufa.readers.mail import read_enclosed
from shoufa.readers.mail_parts import active
from shoufa.readers.sniff import sniff

MESSAGES = frozenset({"eml", "msg"})
CONTAINERS = ARCHIVES | MESSAGES
"""What `expand` opens: archives, and messages that lie in one (their text is read as a document's)."""


def read_archive(
    data: bytes, path: str, budget: Budget | None = None, container: str = "", rest: Sequence[bytes] = ()
) -> tuple[list[Part], dict[str, bytes]]:
    """The files of one archive, not of archives inside it, and their bytes by sha256.

    `rest`: its other volumes, where it is divided. `Part.path` is `path`/member, `parent` the archive's
    sha256. A member that could not be taken out bears a code, the declared size and sha256 "". Raises
    Unreadable for the archive as a whole: "encrypted" if all its members are, "unreadable", "unsupported",
    "too-large".
    """
    budget = budget or Budget(Limits())
    meter = budget.meter(len(data) + sum(map(len, rest)))
    parent = hashlib.sha256(data).hexdigest()
    parts: list[Part] = []
    blobs: dict[str, bytes] = {}
    for member in _members(data, path, container or sniff(data), meter, rest):
        part = _part(member, path, parent)
        parts.append(part)
        if part.sha256:
            blobs[part.sha256] = member.data
    if parts and all(p.code is UnreadableCode.ENCRYPTED for p in parts):
        raise Unreadable(UnreadableCode.ENCRYPTED, "all members are encrypted")
    if parts and all(p.reason == SPLIT for p in parts):
        raise Unreadable(UnreadableCode.UNREADABLE, SPLIT)
    return parts, blobs


def _members(
    data: bytes, path: str, container: str, meter: Meter, rest: Sequence[bytes] = ()
) -> Iterator[Member]:
    """Members by the reader that knows the container best; damage in a volume may be a volume that lacks."""
    library = rar_library() if container == "rar" else None
    if library is not None and sniff(data) == "rar":
        yield from rar_members(data, meter, library, rest)
        return
    data = joined(data, rest)
    if not (is_volume(path.rpartition("/")[2]) or is_spanned(data)):
        yield from _whole(data, path, container, meter)
        return
    try:
        for member in _whole(data, path, container, meter):
            lacking = member.code is UnreadableCode.UNREADABLE
            yield member._replace(reason=SPLIT) if lacking else member
    except Unreadable as err:
        raise Unreadable(err.code, SPLIT if err.code is UnreadableCode.UNREADABLE else err.reason) from err


def _whole(data: bytes, path: str, container: str, meter: Meter) -> Iterator[Member]:
    """Members of an archive in one piece."""
    if container == "zip":
        yield from _zip(data, path, meter)
    elif container in ARCHIVES:
        yield from library_members(data, path, container, meter)
    else:
        raise Unreadable(UnreadableCode.UNSUPPORTED, f"no archive: {container}")


def _zip(data: bytes, path: str, meter: Meter) -> Iterator[Member]:
    """Members of a zip by its directory, as a stream where that is lost."""
    try:
        yield from zip_members(data, meter)
    except OtherReader:
        if all_locked(data):
            raise Unreadable(UnreadableCode.ENCRYPTED, "all members are encrypted") from None
        yield from library_members(data, path, "zip", meter)


def _part(member: Member, path: str, parent: str) -> Part:
    """The part that a member makes."""
    name = member.name.rpartition("/")[2]
    taken = member.code is None
    container = sniff(member.data) if taken else "unknown"
    return Part(
        path=f"{path}/{member.name}",
        name=name,
        sha256=hashlib.sha256(member.data).hexdigest() if taken else "",
        size=member.size,
        container=container,
        parent=parent,
        code=member.code if member.data else member.code or UnreadableCode.UNREADABLE,
        reason=member.reason if member.data else member.reason or "empty",
        active=active(name, container),
    )


@dataclass
class _Expansion:
    """All levels of one archive under one budget."""

    budget: Budget
    parts: list[Part] = field(default_factory=list)
    blobs: dict[str, bytes] = field(default_factory=dict)

    def open(
        self, data: bytes, path: str, container: str, above: tuple[str, ...], rest: Sequence[bytes] = ()
    ) -> None:
        """Append the container's parts, each followed by what is in it.

        Raises Unreadable for the container.
        """
        sha = hashlib.sha256(data).hexdigest()
        if sha in above:
            raise Unreadable(UnreadableCode.TOO_LARGE, "contains itself")
        if len(above) >= self.budget.limits.archive_depth:
            raise Unreadable(UnreadableCode.TOO_LARGE, "nested too deep")
        parts, blobs = self._level(data, path, container, rest)
        self.blobs |= blobs
        sets = divided(parts)
        for part in parts:
            self._append(part, (*above, sha), sets.get((part.path, part.sha256)))

    def _level(
        self, data: bytes, path: str, container: str, rest: Sequence[bytes]
    ) -> tuple[list[Part], dict[str, bytes]]:
        """The parts of an archive, or of a message that lay in one."""
        if container not in MESSAGES:
            return read_archive(data, path, self.budget, container, rest)
        _, parts, blobs = read_enclosed(data, container, path, self.budget.limits)
        meter = self.budget.meter(len(data))
        for part in parts:
            meter.member()
            meter.take(part.size)
        return parts, blobs

    def _append(self, part: Part, above: tuple[str, ...], volumes: Volumes | None) -> None:
        """Append a part and, behind it, what it holds; a container that cannot be opened bears the code."""
        if volumes is not None:
            part = with_kind(part, volumes.kind)
        self.parts.append(part)
        here = len(self.parts)
        if part.code or part.container not in CONTAINERS:
            return
        try:
            self._open_part(part, above, volumes)
        except Unreadable as err:
            del self.parts[here:]
            self.parts[here - 1] = part.model_copy(update={"code": err.code, "reason": err.reason})

    def _open_part(self, part: Part, above: tuple[str, ...], volumes: Volumes | None) -> None:
        """Open a part; of a divided archive the holder, its volumes with it. Raises Unreadable."""
        if volumes is not None and part.path != volumes.holder.path:
            return
        if volumes is not None and volumes.missing:
            raise Unreadable(UnreadableCode.UNREADABLE, volumes.reason)
        rest = [self.blobs[p.sha256] for p in volumes.rest] if volumes is not None else []
        self.open(self.blobs[part.sha256], part.path, part.container, above, rest)


def expand(
    data: bytes, path: str, container: str = "", limits: Limits | None = None, rest: Sequence[bytes] = ()
) -> tuple[list[Part], dict[str, bytes]]:
    """Everything inside an archive, depth first, and the bytes by sha256.

    Each container is followed by its members. `rest`: the other volumes of a divided one, in order.

    The archive itself is not among the parts. Raises Unreadable where it is the archive itself that cannot be
    opened or that crosses a limit; an inner container then bears the code instead.
    """
    expansion = _Expansion(Budget(limits or Limits()))
    expansion.open(data, path, container or sniff(data), (), rest)
    kept = {p.sha256 for p in expansion.parts}
    return expansion.parts, {sha: blob for sha, blob in expansion.blobs.items() if sha in kept}
