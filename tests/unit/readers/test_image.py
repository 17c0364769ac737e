"""Pictures of pages in all their containers, their limits, and damage."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from shoufa.domain.codes import Form
from shoufa.domain.errors import Unreadable
from shoufa.readers import image, page
from shoufa.readers.document import read_document
from shoufa.readers.limits import Limits
from unit.readers import papers


def sheet() -> Image.Image:
    page = papers.blank(620, 877)
    papers.write(page, "SUMMARY OF PROJECTS", 60, 200)
    return Image.fromarray(page)


def saved(picture: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\0" * (width + 1)) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "GIF", "WEBP", "TIFF"])
def test_every_container_is_a_scan(kind: str):
    facts = read_document(saved(sheet(), kind))
    assert (facts.form, facts.page_count, facts.pages[0].scanned) == (Form.SCAN, 1, True)
    assert "SUMMARY" in facts.text.upper()


def test_heic():
    heif = pytest.importorskip("pillow_heif")
    out = io.BytesIO()
    heif.from_pillow(sheet()).save(out, quality=80)
    facts = read_document(out.getvalue())
    assert facts.container == "heic"
    assert "SUMMARY" in facts.text.upper()


def test_all_pages_of_a_tif():
    pages = [sheet(), Image.new("L", (620, 877), 255), sheet()]
    facts = read_document(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    assert facts.page_count == 3
    assert [p.number for p in facts.pages] == [1, 2, 3]
    assert [p.blank for p in facts.pages] == [False, True, False]
    assert not facts.truncated


def test_the_camera_s_orientation_is_heeded():
    exif = Image.Exif()
    exif[274] = 6
    data = saved(sheet().rotate(90, expand=True), "JPEG", exif=exif)
    (frame,) = image.frames(data, "jpg")
    assert frame.shape == (877, 620, 3)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16"])
def test_every_mode_becomes_bgr_on_white(mode: str):
    if mode == "I;16":
        picture = Image.fromarray(np.full((30, 20), 65535, np.uint16))
    elif mode in {"LA", "RGBA"}:
        picture = Image.new(mode, (20, 30))
    else:
        picture = Image.new("RGB", (20, 30), "white").convert(mode)
    frame = image.as_bgr(picture)
    assert (frame.shape, frame.dtype, int(frame.min())) == ((30, 20, 3), np.uint8, 255)


def test_channels_are_blue_green_red():
    assert image.as_bgr(Image.new("RGB", (1, 1), (1, 2, 3)))[0, 0].tolist() == [3, 2, 1]


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16"])
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "JPEG", "WEBP", "BMP"])
def test_every_mode_in_every_container_that_holds_it(mode: str, kind: str):
    picture = sheet()
    if mode == "I;16":
        if kind == "WEBP":
            pytest.skip("WebP has eight bits")
        picture = Image.fromarray(np.asarray(picture.convert("L"), np.uint16) * 257)
    elif mode == "P":
        picture = picture.quantize(16)
    else:
        picture = picture.convert(mode)
    try:
        data = saved(picture, kind)
    except OSError:
        pytest.skip(f"{kind} holds no {mode}")
    (frame,) = image.frames(data, {"JPEG": "jpg", "TIFF": "tif"}.get(kind, kind.lower()))
    assert (frame.shape, frame.dtype) == ((877, 620, 3), np.uint8)
    assert (int(np.median(frame)) > 240, int(frame.min()) < 90) == (True, True)


@pytest.mark.parametrize("orientation", [3, 5, 6, 8])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_orientation_is_heeded_in_every_container(orientation: int, kind: str):
    exif = Image.Exif()
    exif[274] = orientation
    (frame,) = image.frames(saved(sheet(), kind, exif=exif), "tif" if kind == "TIFF" else kind.lower())
    assert frame.shape == ((620, 877, 3) if orientation > 4 else (877, 620, 3))


def test_pages_of_many_sizes_and_modes():
    pages = [sheet(), Image.new("1", (300, 200), 1), sheet().convert("CMYK"), Image.new("L", (50, 900), 200)]
    data = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    shapes = [frame.shape[:2] for frame in image.frames(data, "tif")]
    assert shapes == [(877, 620), (200, 300), (877, 620), (900, 50)]


def test_progressive_and_absurd_dots_per_inch():
    (frame,) = image.frames(saved(sheet(), "JPEG", progressive=True, dpi=(65000, 1)), "jpg")
    assert frame.shape == (877, 620, 3)


def test_depths_are_scaled_and_nonsense_is_dark():
    deep = Image.fromarray(np.array([[0.0, 500.0, 1000.0, np.nan, -3.0]], np.float32))
    assert image.as_bgr(deep)[0, :, 0].tolist() == [0, 127, 255, 0, 0]


def test_the_limit_on_pixels_is_the_caller_s():
    data = saved(sheet(), "PNG")
    with pytest.raises(Unreadable) as caught:
        list(image.frames(data, "png", Limits(page_pixels=500_000)))
    assert caught.value.code == "too-large"


@pytest.mark.parametrize("size", [(1, 1), (16, 16), (300, 2), (2, 300)])
def test_icons_are_read_without_harm(size: tuple[int, int]):
    (frame,) = image.frames(saved(Image.new("RGB", size, "white"), "PNG"), "png")
    read, tables = page.read_page(frame, 1)
    assert (read.text, tables) == ("", ())


@pytest.mark.parametrize("side", [8000, 12000])
def test_too_many_pixels(side: int):
    with pytest.raises(Unreadable) as caught:
        read_document(bomb(side, side))
    assert caught.value.code == "too-large"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_a_cut_picture_is_unreadable(kind: str):
    noisy = Image.fromarray(np.random.default_rng(1).integers(0, 255, (400, 300, 3), dtype=np.uint8))
    data = saved(noisy, kind)
    with pytest.raises(Unreadable) as caught:
        read_document(data[: len(data) // 2])
    assert caught.value.code == "unreadable"
