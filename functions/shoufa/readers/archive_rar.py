"""Members of a rar (versions 1.5 to 5) through unrar; it reads files only, so the bytes go to a scratch file.

The scratch file's name is ours. Reading a member is stopped from its own callback when a limit is crossed.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.readers.archive_budget import Member, Meter
from shoufa.readers.archive_names import is_noise
from shoufa.readers.mail_charset import member_path

_ENCRYPTED, _DIRECTORY = 0x04, 0x20
_PROCESS_DATA, _GO_ON, _STOP = 1, 1, -1
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


def rar_members(data: bytes, meter: Meter, library: Any) -> Iterator[Member]:
    """The files of a rar in order. Raises Unreadable: "encrypted", "unreadable", "too-large"."""
    with tempfile.TemporaryDirectory(prefix="rar-") as folder:
        file = Path(folder, "archive.rar")
        file.write_bytes(data)
        given = False
        try:
            _survey(file, meter, library)
            with library.RarArchive.open_for_processing(file) as archive:
                for header in _headers(archive, library):
                    for member in _member(header, meter, library):
                        given = True
                        yield member
        except library.BadRarFile as err:
            if not given:
                raise _error(err.code, library) from err
            yield Member("_", b"", 0, UnreadableCode.UNREADABLE, "the archive breaks off here")


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


def _survey(file: Path, meter: Meter, library: Any) -> None:
    """Look at all headers first: count, claim, and whether everything is encrypted."""
    total, locked, files = 0, 0, 0
    with library.RarArchive.open_for_metadata(file) as archive:
        for header in archive.iterate_headers():  # what is broken further on shows when members are read
            meter.member()
            if not header.Flags & _DIRECTORY:
                total += _size(header)
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

    The callback stops unrar at a limit, at a request for another volume, a password or a huge dictionary.
    """
    over: list[Unreadable] = []

    def collect(message: int, address: int, size: int) -> int:
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
    return Unreadable(UnreadableCode.UNREADABLE, f"broken archive (unrar error {code})")
