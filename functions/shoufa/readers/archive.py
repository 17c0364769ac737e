"""Archives to parts: one level by `read_archive`, all levels under one budget by `expand`.

What is refused as too large: more than `archive_members` or `archive_bytes` over all levels together,
counted in real bytes as they stream; an archive that claims more than is left, before anything of it is
expanded; one that grows (or claims to grow) more than `archive_ratio` times and beyond `ratio_floor`; a
level deeper than `archive_depth`; an archive inside itself. The container that crosses a limit bears the
code and gives no members; what it cost stays spent, so that a thousand bombs cost no more than one.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.mail import ARCHIVES, Part
from shoufa.readers.archive_budget import Budget, Member, Meter
from shoufa.readers.archive_lib import library_members
from shoufa.readers.archive_rar import rar_library, rar_members
from shoufa.readers.archive_zip import OtherReader, zip_members
from shoufa.readers.limits import Limits
from shoufa.readers.mail import read_mail
from shoufa.readers.mail_parts import active
from shoufa.readers.sniff import sniff

CONTAINERS = ARCHIVES | {"eml"}
"""What `expand` opens: archives, and a message that lies in one."""


def read_archive(
    data: bytes, path: str, budget: Budget | None = None, container: str = ""
) -> tuple[list[Part], dict[str, bytes]]:
    """The files of one archive, not of archives inside it, and their bytes by sha256.

    `Part.path` is `path`/member; `parent` the archive's sha256. A member that could not be taken out bears
    a code, the declared size and sha256 "". Raises Unreadable for the archive as a whole: "encrypted" if
    all its members are, "unreadable", "unsupported", "too-large".
    """
    budget = budget or Budget(Limits())
    meter = budget.meter(len(data))
    parent = hashlib.sha256(data).hexdigest()
    parts: list[Part] = []
    blobs: dict[str, bytes] = {}
    for member in _members(data, path, container or sniff(data), meter):
        part = _part(member, path, parent)
        parts.append(part)
        if part.sha256:
            blobs[part.sha256] = member.data
    if parts and all(p.code is UnreadableCode.ENCRYPTED for p in parts):
        raise Unreadable(UnreadableCode.ENCRYPTED, "all members are encrypted")
    return parts, blobs


def _members(data: bytes, path: str, container: str, meter: Meter) -> Iterator[Member]:
    """Members by the reader that knows the container best."""
    if container == "zip":
        try:
            yield from zip_members(data, meter)
        except OtherReader:
            yield from library_members(data, path, container, meter)
        return
    library = rar_library() if container == "rar" else None
    if library is not None:
        yield from rar_members(data, meter, library)
    elif container in ARCHIVES:
        yield from library_members(data, path, container, meter)
    else:
        raise Unreadable(UnreadableCode.UNSUPPORTED, f"no archive: {container}")


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
        code=member.code,
        reason=member.reason,
        active=active(name, container),
    )


@dataclass
class _Expansion:
    """All levels of one archive under one budget."""

    budget: Budget
    parts: list[Part] = field(default_factory=list)
    blobs: dict[str, bytes] = field(default_factory=dict)

    def open(self, data: bytes, path: str, container: str, above: tuple[str, ...]) -> None:
        """Append the container's parts, each followed by what is in it.

        Raises Unreadable for the container.
        """
        sha = hashlib.sha256(data).hexdigest()
        if sha in above:
            raise Unreadable(UnreadableCode.TOO_LARGE, "contains itself")
        if len(above) >= self.budget.limits.archive_depth:
            raise Unreadable(UnreadableCode.TOO_LARGE, "nested too deep")
        parts, blobs = self._level(data, path, container)
        self.blobs |= blobs
        for part in parts:
            self._append(part, (*above, sha))

    def _level(self, data: bytes, path: str, container: str) -> tuple[list[Part], dict[str, bytes]]:
        """The parts of an archive, or of a message that lay in one."""
        if container != "eml":
            return read_archive(data, path, self.budget, container)
        mail, blobs = read_mail(data, self.budget.limits)
        meter = self.budget.meter(len(data))
        sha = hashlib.sha256(data).hexdigest()
        for part in mail.parts:
            meter.member()
            meter.take(part.size)
        return [
            p.model_copy(update={"path": f"{path}/{p.path}", "parent": p.parent or sha}) for p in mail.parts
        ], blobs

    def _append(self, part: Part, above: tuple[str, ...]) -> None:
        """Append a part and, behind it, what it holds; a container that cannot be opened bears the code."""
        self.parts.append(part)
        here = len(self.parts)
        if part.code or part.container not in CONTAINERS:
            return
        try:
            self.open(self.blobs[part.sha256], part.path, part.container, above)
        except Unreadable as err:
            del self.parts[here:]
            if part.container != "eml":
                self.parts[here - 1] = part.model_copy(update={"code": err.code, "reason": err.reason})


def expand(
    data: bytes, path: str, container: str = "", limits: Limits | None = None
) -> tuple[list[Part], dict[str, bytes]]:
    """Everything inside an archive, depth first, and the bytes by sha256.

    Each container is followed by its members.

    The archive itself is not among the parts. Raises Unreadable where it is the archive itself that cannot be
    opened or that crosses a limit; an inner container then bears the code instead.
    """
    expansion = _Expansion(Budget(limits or Limits()))
    expansion.open(data, path, container or sniff(data), ())
    kept = {p.sha256 for p in expansion.parts}
    return expansion.parts, {sha: blob for sha, blob in expansion.blobs.items() if sha in kept}
