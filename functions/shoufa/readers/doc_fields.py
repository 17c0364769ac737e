"""Form fields of Word's binary format: check boxes and drop-downs ([MS-DOC] §2.9.78 FFData)."""

import struct

from shoufa.readers.doc_stream import Peculiar

_CHECK_BOX, _DROP_DOWN = 1, 2
_UNDEFINED = 25
"""The result of a field that nobody has touched: its default holds."""


def form_field(extra: bytes, place: bytes) -> str:
    """☑ or ☐ of a check box, the chosen entry of a drop-down.

    `extra` is the data stream, `place` the operand of sprmCPicLocation. Raises Peculiar for what is unknown.
    """
    if len(place) != 4:
        raise Peculiar("a form field without data")
    start = struct.unpack("<I", place)[0]
    try:
        header = struct.unpack_from("<H", extra, start + 4)[0]
        return _shown(extra, start + header)
    except (struct.error, IndexError) as err:
        raise Peculiar("a form field's data past the end") from err


def _shown(data: bytes, at: int) -> str:
    version, bits = struct.unpack_from("<IH", data, at)
    kind, result = bits & 3, bits >> 2 & 0x1F
    if version != 0xFFFFFFFF or kind not in {_CHECK_BOX, _DROP_DOWN}:
        raise Peculiar("a form field of an unknown kind")
    at = _after_string(data, at + 10)
    default = struct.unpack_from("<H", data, at)[0]
    chosen = default if result == _UNDEFINED else result
    if kind == _CHECK_BOX:
        return "☑" if chosen else "☐"
    at += 2
    for _ in range(5):
        at = _after_string(data, at)
    return _entry(data, at, chosen)


def _after_string(data: bytes, at: int) -> int:
    """Past an Xstz: a count, as many characters of UTF-16, a null."""
    return at + 2 + 2 * int(struct.unpack_from("<H", data, at)[0]) + 2


def _entry(data: bytes, at: int, chosen: int) -> str:
    """One string of an STTB of UTF-16 strings (§2.2.4), "" if it has no such."""
    extended, count, extra = struct.unpack_from("<HHH", data, at)
    at += 6
    if extended != 0xFFFF or chosen >= count:
        return ""
    for _ in range(chosen):
        at += 2 + 2 * int(struct.unpack_from("<H", data, at)[0]) + extra
    length = struct.unpack_from("<H", data, at)[0]
    return data[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
