"""Members of a rar (versions 1.5 to 5) through unrar; it reads files only, so the bytes go to a scratch file.

The scratch file's name is ours. Reading a member is stopped from its own callback when a limit is crossed.
"""

import struct
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.volumes import BREAKS_OFF, SPLIT
from shoufa.readers.archive_budget import Member, Meter
from shoufa.readers.archive_names import is_noise
from shoufa.readers.mail_charset import member_path

_ENCRYPTED, _DIRECTORY = 0x04, 0x20
_BEGAN_BEFORE, _GOES_ON = 0x01, 0x02
"""A member that began in the volume before, or goes on in the next one."""
_PROCESS_DATA, _GO_ON, _STOP = 1, 1, -1
_NEXT_VOLUME, _FOUND = {0, 3}, 1
_RAR4, _NEW_NAMES = b"Rar!\x1a\x07\0", 0x10
"""RAR 4's signature, and its main header's flag of names with .partN.rar (technote.txt)."""
_NO_VOLUME = 15
_END_OF_ARCHIVE, _NO_MEMORY, _LARGE_DICTIONARY = 10, 11, 25
_FILE_TYPE, _LINK = 0o170000, 0o120000
_UNKNOWN_SIZE = 0x7FFFFFFF7FFFFFFF


def rar_library() -> Any:
    """The binding's low level, null where it is not installed."""
    try:
        from unrar.cffi import unrarlib
    except ImportError:
        return None
    return unrarlib


def rar_members(data: bytes, meter: Meter, library: Any, rest: Sequence[bytes] = ()) -> Iterator[Member]:
    """The files of a rar in order, `rest` being the volumes that follow the first.

    Raises Unreadable: "encrypted", "unreadable", "too-large".
    """
    with tempfile.TemporaryDirectory(prefix="rar-") as folder:
        file = _written(Path(folder), data, rest)
        seen = given = split = False
        try:
            _survey(file, meter, library, alone=not rest)
            with library.RarArchive.open_for_processing(file) as archive:
                for header in _headers(archive, library):
                    seen = True
                    for member in _member(header, meter, library):
                        given, split = True, member.reason == SPLIT
                        yield member
        except library.BadRarFile as err:
            if not given:
                raise _error(err.code, library) from err
            if not split:
                yield Member("_", b"", 0, UnreadableCode.UNREADABLE, BREAKS_OFF)
            return
        if not seen:
            raise Unreadable(UnreadableCode.UNREADABLE, "no file can be found in it")


def _written(folder: Path, data: bytes, rest: Sequence[bytes]) -> Path:
    """The volumes as files under the names by which unrar finds the next one; the first of them."""
    old = data.startswith(_RAR4) and not struct.unpack_from("<H", data.ljust(12, b"\0"), 10)[0] & _NEW_NAMES
    for number, volume in enumerate((data, *rest)):
        ending = f"r{number - 1:02d}" if old and number else "rar" if old else f"part{number + 1:04d}.rar"
        (folder / f"archive.{ending}").write_bytes(volume)
    return folder / ("archive.rar" if old else "archive.part0001.rar")


def _headers(archive: Any, library: Any) -> Iterator[Any]:
    """Headers in order; unlike the binding's own loop it tells a broken header from the end.

    Raises BadRarFile.
    """
    while True:
        raw = library.RARHeaderDataEx()
        result = library.RARReadHeaderEx(archive.handle, raw)
        if result == _END_OF_ARCHIVE:
            return
        if result != library.C_ERAR_SUCCESS:
            raise library.BadRarFile(result, "header")
        yield library.RarHeader(archive, raw)


def _survey(file: Path, meter: Meter, library: Any, *, alone: bool) -> None:
    """Look at all headers first: count, claim, and whether everything is encrypted.

    What only began, or goes on, in a volume that is not there claims nothing: it cannot be taken out.
    """
    total, locked, files = 0, 0, 0
    with library.RarArchive.open_for_metadata(file) as archive:
        for header in archive.iterate_headers():  # what is broken further on shows when members are read
            meter.member()
            if not header.Flags & (_DIRECTORY | _BEGAN_BEFORE):
                total += 0 if alone and header.Flags & _GOES_ON else _size(header)
                files += 1
                locked += bool(header.Flags & _ENCRYPTED)
            header.skip()
    if files and files == locked:
        raise Unreadable(UnreadableCode.ENCRYPTED, "all members are encrypted")
    meter.claim(total)


def _size(header: Any) -> int:
    """A member's declared size; unknown is zero."""
    size = int(header.UnpSize) + (int(header.UnpSizeHigh) << 32)
    return 0 if size >= _UNKNOWN_SIZE else size


def _name(header: Any) -> str:
    """The shown name; unrar gives it as text already."""
    try:
        return member_path(header.FileNameW)
    except ValueError:  # a wide character that is none
        return "_"


def _member(header: Any, meter: Meter, library: Any) -> Iterator[Member]:
    """One member, or nothing if it is a directory, a link or a system's own file."""
    name = _name(header)
    raw = header.headerDataEx
    link = bool(raw.RedirType) or int(raw.FileAttr) & _FILE_TYPE == _LINK
    if header.Flags & _DIRECTORY or link or is_noise(name):
        header.skip()
        return
    if header.Flags & _BEGAN_BEFORE:
        header.skip()
        yield Member(name, b"", _size(header), UnreadableCode.UNREADABLE, SPLIT)
        return
    if header.Flags & _ENCRYPTED:
        header.skip()
        yield Member(name, b"", _size(header), UnreadableCode.ENCRYPTED, "encrypted member")
        return
    chunks: list[bytes] = []
    result = _extract(header, meter, library, chunks)
    if result != library.C_ERAR_SUCCESS:
        error = _error(result, library)
        yield Member(name, b"", _size(header), error.code, error.reason)
        return
    content = b"".join(chunks)
    yield Member(name, content, len(content))


def _extract(header: Any, meter: Meter, library: Any, chunks: list[bytes]) -> int:
    """Unrar's result code for one member, its content appended to `chunks`. Raises Unreadable over a limit.

    The callback stops unrar at a limit, at a request for a volume that is missing, a password or a huge
    dictionary.
    """
    over: list[Unreadable] = []

    def collect(message: int, address: int, size: int) -> int:
        if message in _NEXT_VOLUME and size == _FOUND:
            return _GO_ON
        if message != _PROCESS_DATA or over:
            return _STOP
        try:
            meter.take(size)
        except Unreadable as err:  # an exception must not cross the C library; it is raised behind it
            over.append(err)
            return _STOP
        chunks.append(bytes(library.ffi.buffer(library.ffi.cast("char *", address), size)))
        return _GO_ON

    handle = library.ffi.new_handle(collect)
    library.RARSetCallbackPtr(header.handle, library.PyUNRARCALLBACKStub, handle)
    result = library.RARProcessFileW(header.handle, library.C_RAR_TEST, library.ffi.NULL, library.ffi.NULL)
    library.RARSetCallbackPtr(header.handle, library.ffi.NULL, library.ffi.NULL)
    if over:
        raise over[0]
    return int(result)


def _error(code: int, library: Any) -> Unreadable:
    """Our error for one of unrar's codes."""
    if code in {library.FLAGS_MISSING_PASSWORD, library.FLAGS_BAD_PASSWORD}:
        return Unreadable(UnreadableCode.ENCRYPTED, "encrypted")
    if code in {_NO_MEMORY, _LARGE_DICTIONARY}:
        return Unreadable(UnreadableCode.TOO_LARGE, "needs too much memory")
    if code == _NO_VOLUME:
        return Unreadable(UnreadableCode.UNREADABLE, SPLIT)
    return Unreadable(UnreadableCode.UNREADABLE, f"broken archive (unrar error {code})")
