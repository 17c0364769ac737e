"""Members of 7z, tar, gz and the rest through the system's libarchive; nothing is written to disk."""

import contextlib
import re
import stat
from collections.abc import Iterator
from typing import Any

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.volumes import BREAKS_OFF
from shoufa.readers.archive_budget import Member, Meter
from shoufa.readers.archive_names import charset_of, is_noise, shown

CHUNK = 1 << 18
_FORMATS = {
    "7z": "7zip",
    "rar": "all",
    "tar": "tar",
    "cab": "cab",
    "lha": "lha",
    "iso": "iso9660",
    "zip": "zip",
}
_HIDDEN = "member cannot be read"
_COMPRESSED = {"gz", "bz2", "xz", "zst"}
_LOCKED = re.compile(r"encrypt|passphrase|password|crypto", re.IGNORECASE)
_OTHER_CODEC = re.compile(r"unsupported|not supported|unrecognized|codec id", re.IGNORECASE)


def library_members(data: bytes, path: str, container: str, meter: Meter) -> Iterator[Member]:
    """The files of an archive in order; a compressed single file is its one member, named after the archive.

    Raises Unreadable: "unsupported" without the library, "encrypted", "unreadable", "too-large".
    """
    if container not in _COMPRESSED:
        yield from _read(data, _FORMATS.get(container, "all"), "none", meter, "")
        return
    single = _single_name(path)
    form = "tar" if _is_tar(data) else "raw"
    yield from _read(data, form, "all", meter, single)


def _library() -> Any:
    """The binding. Raises Unreadable("unsupported") where the system has no libarchive."""
    try:
        import libarchive
    except (ImportError, OSError, AttributeError, TypeError) as err:
        raise Unreadable(UnreadableCode.UNSUPPORTED, "libarchive is not installed") from err
    return libarchive


def _is_tar(data: bytes) -> bool:
    """Whether a compressed file holds a tar: its first block has a tar header."""
    from shoufa.readers.sniff import sniff

    try:
        with _library().memory_reader(data, "raw", "all") as archive:
            for entry in archive:
                return sniff(next(iter(entry.get_blocks(4096)), b"")) == "tar"
    except _library().ArchiveError:
        pass
    return False


def _single_name(path: str) -> str:
    """The name of a single compressed file: its archive's without the ending (材料.docx.gz, 材料.tgz)."""
    name = path.rpartition("/")[2]
    return re.sub(r"\.(?:gz|bz2|xz|zst|Z)$", "", name, flags=re.IGNORECASE) or "data"


def _read(data: bytes, form: str, filters: str, meter: Meter, single: str) -> Iterator[Member]:
    """Members by libarchive, its errors as ours."""
    library = _library()
    given, locked = 0, False
    try:
        with library.memory_reader(data, form, filters) as archive:
            for entry in archive:
                if form == "raw" and not archive.filter_names:
                    raise Unreadable(UnreadableCode.UNREADABLE, "broken archive")
                meter.member()
                name = single if form == "raw" else _name(entry)
                if name and _is_file(entry) and not is_noise(name):
                    member = _member(library, entry, name, meter, locked=locked)
                    locked = member.code is UnreadableCode.ENCRYPTED
                    yield member
                    given += 1
    except library.ArchiveError as err:
        if not given or _LOCKED.search(str(err)):
            raise _error(err) from err
        if locked:
            yield from _behind(data, form, filters, given, meter)
        else:
            yield Member("_", b"", 0, UnreadableCode.UNREADABLE, BREAKS_OFF)


def _behind(data: bytes, form: str, filters: str, given: int, meter: Meter) -> Iterator[Member]:
    """The files behind the first `given` ones, whose content a password hides: by the list of names alone."""
    library = _library()
    with contextlib.suppress(library.ArchiveError), library.memory_reader(data, form, filters) as archive:
        for entry in archive:
            name = _name(entry)
            given -= bool(file := name and _is_file(entry) and not is_noise(name))
            if file and given < 0:
                meter.member()
                yield Member(name, b"", max(0, entry.size or 0), UnreadableCode.ENCRYPTED, _HIDDEN)


def _error(err: Exception) -> Unreadable:
    """Our error for one of the library's."""
    if _LOCKED.search(str(err)):
        return Unreadable(UnreadableCode.ENCRYPTED, "encrypted archive")
    return Unreadable(UnreadableCode.UNREADABLE, "broken archive")


def _is_file(entry: Any) -> bool:
    """Whether it is a plain file: no directory, link or device."""
    kind = entry.filetype & 0o170000
    return kind in {stat.S_IFREG, 0} and not entry.islnk


def _name(entry: Any) -> str:
    """The shown name, "" for none; libarchive gives bytes where it is not in the process's charset."""
    raw = entry.pathname
    if isinstance(raw, str):
        raw = raw.encode("utf-8", "surrogateescape")
    return shown(raw, charset_of([raw])) if raw else ""


def _member(library: Any, entry: Any, name: str, meter: Meter, *, locked: bool) -> Member:
    """One file's content, or why it has none. Raises Unreadable over a limit.

    `locked`: the member before it is under a password, behind which the library loses its place.
    """
    chunks = []
    try:
        for chunk in entry.get_blocks(CHUNK):
            meter.take(len(chunk))
            chunks.append(chunk)
    except library.ArchiveError as err:
        hidden = locked or _LOCKED.search(str(err))
        code = UnreadableCode.ENCRYPTED if hidden else UnreadableCode.UNREADABLE
        if code is UnreadableCode.UNREADABLE and _OTHER_CODEC.search(str(err)):
            code = UnreadableCode.UNSUPPORTED
        return Member(name, b"", max(0, entry.size or 0), code, _HIDDEN)
    content = b"".join(chunks)
    return Member(name, content, len(content))
