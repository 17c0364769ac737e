"""Volumes of a divided archive put together in memory.

Cut ones are laid end to end, of spanned zips the offsets are mended as well.

Volumes of a rar stay apart (`archive_rar`): each has headers of its own.
"""

import struct
from collections.abc import Sequence

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.volumes import SPLIT

_END = b"PK\x05\x06"
_END_LENGTH = 22
_ENTRY = b"PK\x01\x02"
_ENTRY_LENGTH = 46
_SEVEN = b"7z\xbc\xaf\x27\x1c"
_UNKNOWN = 0xFFFFFFFF


def joined(holder: bytes, rest: Sequence[bytes]) -> bytes:
    """One archive of its volumes: the holder first, or last where it is a spanned zip's (.z01 … .zip).

    Raises Unreadable("unreadable") where volumes are missing.
    """
    if not rest:
        return holder
    if _end(holder) >= 0:
        return _mended([*rest, holder])
    data = b"".join((holder, *rest))
    if data.startswith(_SEVEN) and len(data) >= 32:
        offset, size = struct.unpack_from("<QQ", data, 12)
        if 32 + offset + size > len(data):
            raise Unreadable(UnreadableCode.UNREADABLE, SPLIT)
    return data


def is_spanned(data: bytes) -> bool:
    """Whether a zip's end record says that other volumes come before this one."""
    end = _end(data)
    return 0 <= end <= len(data) - _END_LENGTH and struct.unpack_from("<H", data, end + 4)[0] not in {
        0,
        0xFFFF,
    }


def _end(data: bytes) -> int:
    """Offset of a zip's end record, -1 if there is none where it should be (APPNOTE.TXT §4.3.16)."""
    return data.rfind(_END, max(0, len(data) - 0x10000 - _END_LENGTH))


def _mended(volumes: list[bytes]) -> bytes:
    """A spanned zip as one: offsets counted in a volume become offsets in the whole (APPNOTE.TXT §8)."""
    starts = [0]
    for volume in volumes:
        starts.append(starts[-1] + len(volume))
    out = bytearray(b"".join(volumes))
    end = _end(bytes(out[starts[-2] :])) + starts[-2]
    try:
        last, first, count, offset = struct.unpack_from("<4xHH2xH4xI", out, end)
        if last != len(volumes) - 1:
            raise Unreadable(UnreadableCode.UNREADABLE, SPLIT)
        at = directory = starts[first] + offset
        for _ in range(count):
            at = _entry(out, at, starts)
        struct.pack_into("<4xHHHHxxxxI", out, end, 0, 0, count, count, directory)
    except (struct.error, IndexError) as err:
        raise Unreadable(UnreadableCode.UNREADABLE, "broken directory of a spanned zip") from err
    return bytes(out)


def _entry(out: bytearray, at: int, starts: list[int]) -> int:
    """Mend one entry of the directory; the offset behind it."""
    if out[at : at + 4] != _ENTRY:
        raise IndexError
    lengths: tuple[int, ...] = struct.unpack_from("<HHH", out, at + 28)
    disk, offset = struct.unpack_from("<H6xI", out, at + 34)
    if offset != _UNKNOWN:
        struct.pack_into("<H", out, at + 34, 0)
        struct.pack_into("<I", out, at + 42, starts[disk] + offset)
    return at + _ENTRY_LENGTH + sum(lengths)
