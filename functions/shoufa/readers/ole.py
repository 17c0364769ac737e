"""OLE compound files ([MS-CFB]) through olefile: streams by name, and what active content they carry."""

import io
from typing import Any

from shoufa.domain.errors import Unreadable, UnreadableCode

BROKEN = (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError)
"""What olefile raises on damaged files."""


def opened(data: bytes) -> Any:
    """The file as olefile has it. Raises one of BROKEN."""
    import olefile

    opener: Any = olefile.OleFileIO
    return opener(io.BytesIO(data))


def streams(data: bytes, names: tuple[str, ...]) -> dict[str, bytes]:
    """Those of the named streams that the file has. Raises Unreadable("unreadable")."""
    try:
        with opened(data) as ole:
            return {n: ole.openstream(n).read() for n in names if ole.exists(n)}
    except BROKEN as err:
        raise Unreadable(UnreadableCode.UNREADABLE, "broken OLE file") from err


def paths(data: bytes) -> list[list[str]]:
    """Paths of all streams; none if the file is no OLE file or cannot be opened."""
    try:
        with opened(data) as ole:
            listed: list[list[str]] = ole.listdir()
            return listed
    except BROKEN:
        return []


def has_macros(data: bytes) -> bool:
    """Whether the document carries a VBA project ([MS-OVBA] §2.2.1)."""
    return any(part.lower() == "vba" for path in paths(data) for part in path)


def is_packaged(data: bytes) -> bool:
    """Whether an embedded object is a program or carries a file (Ole10Native, [MS-OLEDS] §2.3.6)."""
    return data[:2] == b"MZ" or any(path[-1] == "\x01Ole10Native" for path in paths(data))


def replaced(data: bytes, name: str, stream: bytes) -> bytes:
    """The same file with a stream's content put in the place of what it held, byte for byte as long."""
    out = io.BytesIO(data)
    try:
        with opened(data) as ole:
            ole.fp = out
            ole.write_stream(name, stream)
            return out.getvalue()
    except BROKEN as err:
        raise Unreadable(UnreadableCode.UNREADABLE, "broken OLE file") from err


def active(data: bytes) -> list[str]:
    """`macro` and `embedded`, where a document of the binary formats carries such."""
    listed = paths(data)
    found = ["macro"] if any(part.lower() == "vba" for path in listed for part in path) else []
    return found + ["embedded"] * any(path[-1] == "\x01Ole10Native" for path in listed)
