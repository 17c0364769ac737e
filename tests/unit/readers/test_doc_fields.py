"""Form fields of the binary format, from their bytes ([MS-DOC] §2.9.78)."""

import struct

import pytest

from shoufa.readers.doc_fields import form_field
from shoufa.readers.doc_stream import Peculiar


def text(value: str) -> bytes:
    return struct.pack("<H", len(value)) + value.encode("utf-16-le") + b"\0\0"


def stored(kind: int, result: int, default: int, entries: tuple[str, ...] = ()) -> bytes:
    data = struct.pack("<IHHH", 0xFFFFFFFF, kind | result << 2, 0, 20) + text("name") + struct.pack("<H", default)
    data += b"".join(text(t) for t in ("", "help", "", "", ""))
    if entries:
        data += struct.pack("<HHH", 0xFFFF, len(entries), 0)
        data += b"".join(struct.pack("<H", len(e)) + e.encode("utf-16-le") for e in entries)
    return b"\0" * 7 + struct.pack("<IH", 68 + len(data), 68) + bytes(62) + data


PLACE = struct.pack("<I", 7)


@pytest.mark.parametrize(("result", "default", "shown"), [(1, 0, "☑"), (0, 1, "☐"), (25, 1, "☑"), (25, 0, "☐")])
def test_check_boxes(result: int, default: int, shown: str):
    assert form_field(stored(1, result, default), PLACE) == shown


@pytest.mark.parametrize(("result", "shown"), [(0, "试点"), (1, "示范"), (25, "示范"), (9, "")])
def test_drop_downs(result: int, shown: str):
    assert form_field(stored(2, result, 1, ("试点", "示范")), PLACE) == shown


@pytest.mark.parametrize(
    ("data", "place"),
    [(stored(1, 1, 0), b""), (stored(1, 1, 0)[:60], PLACE), (b"", PLACE), (stored(3, 1, 0), PLACE), (stored(0, 0, 0), PLACE)],
)
def test_what_is_not_known_is_left_to_the_converter(data: bytes, place: bytes):
    with pytest.raises(Peculiar):
        form_field(data, place)
