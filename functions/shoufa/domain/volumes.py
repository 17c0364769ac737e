"""Volumes of one archive sent as several files, told by their names.

材料.part1.rar, 材料.r00 beside 材料.rar, 材料.7z.001, 材料.z01 beside 材料.zip: names as WinRAR (in both its
numberings), 7-Zip, WinZip and their Chinese kin give them.
"""

import re
from collections.abc import Iterable

from shoufa.domain.mail import ARCHIVES, Part
from shoufa.domain.value import Value

REMEDY = "send one archive, or separate files"
SPLIT = f"a volume of a divided archive is missing or damaged: {REMEDY}"
"""The reason that a volume bears whose own content tells that it is not all."""
BREAKS_OFF = "the archive breaks off here"
"""The reason of a member that stands for all that a broken archive no longer holds; it is no file."""
_LACKS = "a divided archive without its volumes "
_PART = re.compile(r"(?P<stem>.+)\.part(?P<number>\d{1,4})\.rar", re.IGNORECASE)
_OLD = re.compile(r"(?P<stem>.+)\.(?P<hundred>[rs])(?P<number>\d\d)", re.IGNORECASE)
_SPANNED = re.compile(r"(?P<stem>.+)\.z(?P<number>\d{2,3})", re.IGNORECASE)
_CUT = re.compile(r"(?P<stem>.+\.(?P<kind>7z|zip|rar|tar|gz|tgz|bz2|xz))\.(?P<number>\d{3})", re.IGNORECASE)
_WHOLE = re.compile(r"(?P<stem>.+)\.(?P<kind>rar|zip)", re.IGNORECASE)
_KINDS = {"tgz": "gz"}


class Volumes(Value):
    """The volumes of one archive in their order; `holder` is the one whose name the archive goes by."""

    kind: str
    parts: tuple[Part, ...]
    holder: Part
    missing: tuple[int, ...] = ()
    """Numbers (from 1) that did not arrive, as far as names tell; the last volume may lack unseen."""

    @property
    def rest(self) -> tuple[Part, ...]:
        """The volumes beside the holder, in order."""
        return self.parts[1:] if self.holder == self.parts[0] else self.parts[:-1]

    @property
    def reason(self) -> str:
        """What is missing, in words, "" where names miss nothing."""
        listed = ", ".join(map(str, self.missing[:20]))
        return f"{_LACKS}{listed}: {REMEDY}" if listed else ""


def volume_sets(parts: Iterable[Part]) -> list[Volumes]:
    """Sets among the files of one mail, or of one folder in an archive; a file without content is in none."""
    numbered: dict[tuple[str, str, str, str], dict[int, Part]] = {}
    wholes: dict[tuple[str, str, str, str], Part] = {}
    for part in parts:
        if part.code is not None or not part.size:
            continue
        place = (part.parent, part.path.rpartition("/")[0])
        told = _numbered(part.name)
        if told:
            numbered.setdefault((*place, told[0].lower(), told[1]), {}).setdefault(told[2], part)
        elif whole := _WHOLE.fullmatch(part.name):
            scheme = {"rar": "rar", "zip": "spanned"}[whole["kind"].lower()]
            wholes.setdefault((*place, whole["stem"].lower(), scheme), part)
    found = [_volumes(key[3], numbers, wholes.get(key)) for key, numbers in numbered.items()]
    return [volumes for volumes in found if volumes is not None]


def divided(parts: Iterable[Part]) -> dict[tuple[str, str], Volumes]:
    """The set that each volume belongs to, by the volume's path and digest."""
    return {(p.path, p.sha256): volumes for volumes in volume_sets(parts) for p in volumes.parts}


def volumes_lacking(reason: str) -> tuple[str, ...] | None:
    """Numbers of the volumes that lack, as the reason of a part says; () where it does not say which.

    None where it is not about a divided archive.
    """
    if reason == SPLIT:
        return ()
    if not reason.startswith(_LACKS):
        return None
    return tuple(reason.removeprefix(_LACKS).partition(":")[0].split(", "))


def is_gap(part: Part) -> bool:
    """Whether a part stands for what a broken archive no longer holds."""
    return part.reason == BREAKS_OFF


def is_volume(name: str) -> bool:
    """Whether a name is one that only volumes of a divided archive bear."""
    return _numbered(name) is not None


def _numbered(name: str) -> tuple[str, str, int] | None:
    """Stem, scheme and number of a volume's name; null if it bears none."""
    if found := _PART.fullmatch(name):
        return found["stem"], "part", int(found["number"])
    if found := _OLD.fullmatch(name):
        return found["stem"], "rar", int(found["number"]) + (2 if found["hundred"] in "rR" else 102)
    if found := _SPANNED.fullmatch(name):
        return found["stem"], "spanned", int(found["number"])
    if found := _CUT.fullmatch(name):
        kind = found["kind"].lower()
        return found["stem"], _KINDS.get(kind, kind), int(found["number"])
    return None


def _volumes(scheme: str, numbers: dict[int, Part], whole: Part | None) -> Volumes | None:
    """The set of one scheme; null where nothing speaks for a divided archive but a name."""
    kind = {"part": "rar", "spanned": "zip"}.get(scheme, scheme)
    if scheme in {"rar", "spanned"} and whole is not None:
        numbers = numbers | {1 if scheme == "rar" else max(numbers) + 1: whole}
    order = sorted(numbers)
    lacking = scheme == "spanned" and whole is None
    missing = [n for n in range(1, order[-1] + 1 + lacking) if n not in numbers]
    if order[0] == 0 or (scheme == "rar" and not _is_rar(numbers[order[-1]])):
        return None
    parts = tuple(numbers[n] for n in order)
    holder = parts[-1] if scheme == "spanned" else parts[0]
    return Volumes(kind=kind, parts=parts, holder=holder, missing=tuple(missing[:1000]))


def _is_rar(part: Part) -> bool:
    """Whether a .r00 is a rar indeed: other programs end their files so too."""
    return part.container == "rar"


def with_kind(part: Part, kind: str) -> Part:
    """A volume as the archive that it is a piece of, whatever its own first bytes look like."""
    return part if part.container in ARCHIVES else part.model_copy(update={"container": kind})
