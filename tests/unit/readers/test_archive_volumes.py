"""Archives that were divided: cut end to end, spanned zips, volumes of a rar; whole and with pieces missing."""

import io
import random
import struct
import zipfile
import zlib

import pytest

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.mail import Part
from shoufa.domain.volumes import SPLIT
from shoufa.readers.archive import expand
from shoufa.readers.archive_volumes import is_spanned, joined
from shoufa.readers.limits import Limits
from unit.readers.test_archive import seven

NOISE = random.Random(5).randbytes(9_000)
FILES = {"甲.bin": NOISE, "乙/丙.txt": b"content"}


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def spanned(data: bytes, size: int) -> list[bytes]:
    """A zip as its volumes, offsets counted in each (APPNOTE.TXT §8): the file is stored as it stands."""
    out = bytearray(data)
    end = data.rindex(b"PK\x05\x06")
    directory = struct.unpack_from("<I", data, end + 16)[0]
    last = (len(data) - 1) // size
    at = directory
    while data.startswith(b"PK\x01\x02", at):
        offset = struct.unpack_from("<I", data, at + 42)[0]
        struct.pack_into("<H", out, at + 34, offset // size)
        struct.pack_into("<I", out, at + 42, offset % size)
        at += 46 + sum(struct.unpack_from("<HHH", data, at + 28))
    struct.pack_into("<HH", out, end + 4, last, directory // size)
    struct.pack_into("<I", out, end + 16, directory % size)
    return cut(bytes(out), size)


def rar_volumes(content: bytes, pieces: int) -> list[bytes]:
    """A RAR 4 set with .partN.rar names: one stored file over all volumes, a small one behind it in the last."""

    def block(kind: int, bits: int, body: bytes, data: bytes = b"") -> bytes:
        head = struct.pack("<BHH", kind, bits, 7 + len(body)) + body
        return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + data

    def member(name: bytes, data: bytes, whole: bytes, flags: int) -> bytes:
        told = whole if not flags & 2 else data
        numbers = (len(data), len(whole), 2, zlib.crc32(told), 0x56E50000, 29, 0x30, len(name), 0x20)
        return block(0x74, 0x8000 | flags, struct.pack("<IIBIIBBHI", *numbers) + name, data)

    parts = cut(content, -(-len(content) // pieces))
    volumes = []
    for number, data in enumerate(parts):
        first, last = number == 0, number + 1 == len(parts)
        out = b"Rar!\x1a\x07\0" + block(0x73, 0x11 | (0x100 if first else 0), b"\0" * 6)
        out += member(b"big.bin", data, content, (0 if first else 1) | (0 if last else 2))
        out += member(b"small.txt", b"small", b"small", 0) if last else b""
        volumes.append(out + block(0x7B, 0x4000 | (0 if last else 1), b""))
    return volumes


def shown(holder: bytes, rest: list[bytes], name: str = "a", limits: Limits | None = None) -> list[tuple[str, UnreadableCode | None]]:
    return [(p.path, p.code) for p in expand(holder, name, limits=limits, rest=rest)[0]]


def refused(holder: bytes, rest: list[bytes], name: str = "a") -> tuple[UnreadableCode, str]:
    with pytest.raises(Unreadable) as caught:
        expand(holder, name, rest=rest)
    return caught.value.code, caught.value.reason


@pytest.mark.parametrize("pack", [zipped, seven])
@pytest.mark.parametrize("size", [500, 4_000, 8_990])
def test_cut_end_to_end(pack, size: int) -> None:  # type: ignore[no-untyped-def]
    pytest.importorskip("libarchive")
    first, *rest = cut(pack(FILES), size)
    assert shown(first, rest) == [(f"a/{name}", None) for name in FILES]


@pytest.mark.parametrize("size", [1_000, 4_000, 9_100])
def test_spanned_zip(size: int) -> None:
    *rest, holder = spanned(zipped(FILES), size)
    assert is_spanned(holder)
    parts, blobs = expand(holder, "材料.zip", "zip", rest=rest)
    assert [(p.path, blobs[p.sha256]) for p in parts] == [(f"材料.zip/{n}", d) for n, d in FILES.items()]


def test_spanned_zip_with_a_volume_missing() -> None:
    *rest, holder = spanned(zipped(FILES), 3_000)
    assert refused(holder, rest[:-1]) == (UnreadableCode.UNREADABLE, SPLIT)


def test_spanned_zip_whose_last_volume_came_alone() -> None:
    *_, holder = spanned(zipped(FILES), 3_000)
    assert [(p.name, p.code, p.reason) for p in expand(holder, "材料.zip")[0]] == [
        ("甲.bin", UnreadableCode.UNREADABLE, SPLIT), ("丙.txt", None, ""),
    ]  # fmt: skip


def test_spanned_zip_that_lies_about_its_volumes() -> None:
    holder = bytearray(spanned(zipped(FILES), 3_000)[-1])
    holder[holder.rindex(b"PK\x01\x02") + 34] = 99
    with pytest.raises(Unreadable):
        joined(bytes(holder), spanned(zipped(FILES), 3_000)[:-1])


def test_a_cut_7z_without_its_last_volume() -> None:
    pytest.importorskip("libarchive")
    first, *rest = cut(seven(FILES), 3_000)
    assert refused(first, rest[:-1], "材料.7z.001") == (UnreadableCode.UNREADABLE, SPLIT)


def test_limits_count_all_volumes() -> None:
    first, *rest = cut(zipped({"a": b"\0" * 400_000, "b": NOISE}), 3_000)
    roomy = Limits(archive_ratio=50, ratio_floor=1_000)
    assert len(shown(first, rest, limits=roomy)) == 2
    small = Limits(archive_ratio=50, ratio_floor=1_000, archive_bytes=300_000)
    with pytest.raises(Unreadable) as caught:
        expand(first, "a", limits=small, rest=rest)
    assert caught.value.code is UnreadableCode.TOO_LARGE


class TestRar:
    """Volumes of a rar are read by unrar from one to the next."""

    @pytest.fixture(autouse=True)
    def _library(self) -> None:
        pytest.importorskip("unrar.cffi")

    @pytest.mark.parametrize("pieces", [2, 3, 12])
    def test_all_volumes(self, pieces: int) -> None:
        first, *rest = rar_volumes(NOISE, pieces)
        parts, blobs = expand(first, "材料.part1.rar", rest=rest)
        assert [p.path for p in parts] == ["材料.part1.rar/big.bin", "材料.part1.rar/small.txt"]
        assert blobs[parts[0].sha256] == NOISE

    def test_the_last_is_missing(self) -> None:
        first, *rest = rar_volumes(NOISE, 3)
        assert refused(first, rest[:-1]) == (UnreadableCode.UNREADABLE, SPLIT)

    def test_the_first_came_alone(self) -> None:
        assert refused(rar_volumes(NOISE, 3)[0], []) == (UnreadableCode.UNREADABLE, SPLIT)

    def test_what_is_whole_in_a_lone_volume_is_taken(self) -> None:
        parts = expand(rar_volumes(NOISE, 3)[-1], "a")[0]
        assert [(p.name, p.code, p.reason) for p in parts] == [
            ("big.bin", UnreadableCode.UNREADABLE, SPLIT), ("small.txt", None, ""),
        ]  # fmt: skip


def test_volumes_inside_an_archive() -> None:
    first, second = cut(zipped(FILES), 5_000)
    outer = zipped({"x/材料.zip.001": first, "x/材料.zip.002": second, "函.txt": b"x"})
    parts = expand(outer, "箱.zip")[0]
    assert [p.path for p in parts] == [
        "箱.zip/x/材料.zip.001", "箱.zip/x/材料.zip.001/甲.bin", "箱.zip/x/材料.zip.001/乙/丙.txt",
        "箱.zip/x/材料.zip.002", "箱.zip/函.txt",
    ]  # fmt: skip
    assert [p.container for p in parts if ".zip.00" in p.name] == ["zip", "zip"]


def test_volumes_inside_an_archive_of_which_one_is_missing() -> None:
    found: list[Part] = expand(zipped({"材料.zip.002": cut(zipped(FILES), 5_000)[1]}), "箱.zip")[0]
    assert [(p.name, p.code) for p in found] == [("材料.zip.002", UnreadableCode.UNREADABLE)]
    assert "volumes 1" in found[0].reason
