"""What unpacking may cost.

One budget for all that a mail's archive holds, counted in real bytes as they stream.
"""

from dataclasses import dataclass
from typing import NamedTuple

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.readers.limits import Limits


class Member(NamedTuple):
    """One file taken out of an archive: name as it is shown, content, and why it has none."""

    name: str
    data: bytes = b""
    size: int = 0
    """The declared size where nothing was taken out, else that of `data`."""
    code: UnreadableCode | None = None
    reason: str = ""


@dataclass
class Budget:
    """Bytes and members already spent, over all nested archives. What was spent is never given back."""

    limits: Limits
    bytes: int = 0
    members: int = 0

    def meter(self, packed: int) -> "Meter":
        """A meter for one archive of `packed` bytes."""
        return Meter(self, packed)


@dataclass
class Meter:
    """Counts one archive against the shared budget and against its own ratio."""

    budget: Budget
    packed: int
    produced: int = 0

    def claim(self, total: int) -> None:
        """Refuse an archive that itself claims more than it may give; nothing of it is expanded then."""
        if total > self.budget.limits.archive_bytes - self.budget.bytes:
            raise Unreadable(UnreadableCode.TOO_LARGE, f"claims {total} bytes")
        self._ratio(total)

    def member(self) -> None:
        """Count one member, directories and skipped ones included."""
        self.budget.members += 1
        if self.budget.members > self.budget.limits.archive_members:
            raise Unreadable(
                UnreadableCode.TOO_LARGE, f"more than {self.budget.limits.archive_members} members"
            )

    def take(self, size: int) -> None:
        """Count `size` bytes that came out."""
        self.produced += size
        self.budget.bytes += size
        if self.budget.bytes > self.budget.limits.archive_bytes:
            raise Unreadable(UnreadableCode.TOO_LARGE, f"more than {self.budget.limits.archive_bytes} bytes")
        self._ratio(self.produced)

    def _ratio(self, total: int) -> None:
        """Refuse what grows beyond the ratio, once it is more than the floor."""
        limits = self.budget.limits
        if total > limits.ratio_floor and total > limits.archive_ratio * max(1, self.packed):
            raise Unreadable(UnreadableCode.TOO_LARGE, f"grows more than {limits.archive_ratio} times")
