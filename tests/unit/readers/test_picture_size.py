"""Sides of pictures from their first bytes."""

import io
import struct

import pytest

from shoufa.readers.picture_size import may_be_page, picture_size


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "JPEG", "TIFF"])
def test_sides(kind: str) -> None:
    image = pytest.importorskip("PIL.Image")
    out = io.BytesIO()
    image.new("RGB", (123, 45)).save(out, kind)
    assert picture_size(out.getvalue()) == (123, 45)


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG", b"GIF89a", b"\xff\xd8\xff\xd9", b"II*\0\xff\xff\xff\xff", b"MM\0*", b"%PDF-1.4"]
)
def test_what_cannot_be_told(data: bytes) -> None:
    assert picture_size(data) == (0, 0)


@pytest.mark.parametrize(
    ("sides", "page"),
    [((595, 842), True), ((1754, 1240), True), ((600, 200), False), ((120, 120), False), ((2**31, 2**31), False)],
)
def test_what_may_be_a_page(sides: tuple[int, int], page: bool) -> None:
    assert may_be_page(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", *sides)) is page
