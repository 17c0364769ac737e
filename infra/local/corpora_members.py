"""Number of an archive's files by bsdtar, unzip and the standard library, held against ours."""

import hashlib
import io
import stat
import tarfile
import zipfile
from pathlib import Path

from local.corpora_read import Reading
from local.corpora_told import Difference, said
from shoufa.readers.archive_names import is_noise

BROKEN_OFF = "_"
"""The name of what stands where an archive breaks off."""
_TARS = frozenset({"tar", "gz", "bz2", "xz"})


def of_members(reading: Reading, data: bytes) -> list[Difference]:
    """One difference where no second means counts as many files as we do; two that agree outvote us.

    A program that looked into an archive inside (bsdtar takes a zip stored in a rar for the archive) is known
    by its names, which stand deeper among ours.
    """
    own = hashlib.sha256(data).hexdigest()
    ours = [p.name for p in reading.parts if p.parent == own and p.name != BROKEN_OFF]
    deeper = {p.name for p in reading.parts if p.parent != own}
    counts = {
        who: names
        for who, names in _told(reading, data).items()
        if names and not {n.rpartition("/")[2] for n in names} <= deeper
    }
    if not counts or len(ours) in {len(names) for names in counts.values()}:
        return []
    agreed = len(counts) > 1 and len({len(names) for names in counts.values()}) == 1
    theirs = ", ".join(f"{who}: {len(names)} {names[:3]}" for who, names in counts.items())
    return [
        Difference(
            reading.item.shown, "members", f"{len(ours)} {ours[:3]}", theirs, "theirs" if agreed else "?"
        )
    ]


def _told(reading: Reading, data: bytes) -> dict[str, list[str] | None]:
    """Names of plain files by each means that knows the container."""
    if reading.container == "zip":
        return {"zipfile": _zip_names(data), "unzip": _unzip_names(reading.item.file)}
    if reading.container in _TARS and (names := _tar_names(data)) is not None:
        return {"tarfile": names}
    return {"bsdtar": _bsdtar_names(reading.item.file)}


def _zip_names(data: bytes) -> list[str] | None:
    try:
        infos = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    links = {i.filename for i in infos if stat.S_ISLNK(i.external_attr >> 16)}
    return [
        i.filename for i in infos if not i.is_dir() and i.filename not in links and not is_noise(i.filename)
    ]


def _unzip_names(file: Path) -> list[str] | None:
    """By `unzip -Z`, whose lines begin as those of ls do."""
    lines = said("unzip", "-Z", "-s", str(file), ended=(0, 1)).splitlines()
    files = [line.split(maxsplit=8)[-1] for line in lines if line[:1] in "-?" and len(line.split()) >= 9]
    return [name for name in files if not name.endswith("/") and not is_noise(name)] or None


def _tar_names(data: bytes) -> list[str] | None:
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            return [m.name for m in archive if m.isfile() and not is_noise(m.name)]
    except (tarfile.TarError, OSError, EOFError):
        return None


def _bsdtar_names(file: Path) -> list[str] | None:
    """By bsdtar; null where it finds a fault."""
    lines = said("bsdtar", "-tvf", str(file)).splitlines()
    files = [line for line in lines if line.startswith("-") and " link to " not in line]
    names = [line.split(maxsplit=8)[-1] for line in files]
    return [name for name in names if not is_noise(name)] or None
