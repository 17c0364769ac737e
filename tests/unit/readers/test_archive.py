"""Archives built here: names, encryption, noise, nesting and every limit."""

import bz2
import gzip
import hashlib
import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib

import pytest

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.readers.archive import expand, read_archive
from shoufa.readers.archive_names import MIXED, charset_of, is_noise
from shoufa.readers.limits import Limits

libarchive = pytest.importorskip("libarchive")

SMALL = Limits(archive_bytes=4_000_000, archive_members=50, ratio_floor=200_000)


class RawName(zipfile.ZipInfo):
    """A member whose name is written in another charset, without the UTF-8 flag."""

    codec = "gbk"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode(self.codec), self.flag_bits & ~0x800


def zipped(members: dict[str, bytes], codec: str = "", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            info = RawName(name) if codec else zipfile.ZipInfo(name)
            if isinstance(info, RawName):
                info.codec = codec
            archive.writestr(info, data, method)
    return out.getvalue()


def patched(
    data: bytes, local: tuple[int, bytes], central: tuple[int, bytes], only: int | None = None
) -> bytes:
    """Bytes at an offset of each local and central header (or of the one numbered `only`) replaced."""
    out = bytearray(data)
    for signature, (offset, value) in ((b"PK\x03\x04", local), (b"PK\x01\x02", central)):
        at, number = out.find(signature), 0
        while at >= 0:
            if only in {None, number}:
                out[at + offset : at + offset + len(value)] = value
            at, number = out.find(signature, at + 4), number + 1
    return bytes(out)


def seven(members: dict[str, bytes], form: str = "7zip") -> bytes:
    chunks: list[bytes] = []
    with libarchive.custom_writer(lambda b: chunks.append(bytes(b)) or len(b), form) as archive:
        for name, data in members.items():
            archive.add_file_from_memory(name, len(data), data)
    return b"".join(chunks)


def tarred(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def rar(
    members: dict[str, bytes], flags: int = 0, attributes: int = 0x20, claimed: int | None = None
) -> bytes:
    """A RAR 4 archive with stored members."""

    def block(kind: int, bits: int, body: bytes, data: bytes = b"") -> bytes:
        head = struct.pack("<BHH", kind, bits, 7 + len(body)) + body
        return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + data

    out = b"Rar!\x1a\x07\0" + block(0x73, 0, b"\0" * 6)
    for name, data in members.items():
        raw = name.encode("ascii")
        size = len(data) if claimed is None else claimed
        body = (
            struct.pack(
                "<IIBIIBBHI", len(data), size, 2, zlib.crc32(data), 0x56E50000, 29, 0x30, len(raw), attributes
            )
            + raw
        )
        out += block(0x74, 0x8000 | flags, body, data)
    return out + block(0x7B, 0x4000, b"")


def shown(data: bytes, limits: Limits | None = None) -> list[tuple[str, UnreadableCode | None]]:
    return [(p.path, p.code) for p in expand(data, "a", limits=limits)[0]]


def refused(data: bytes, limits: Limits | None = None) -> UnreadableCode:
    with pytest.raises(Unreadable) as caught:
        expand(data, "a", limits=limits)
    return caught.value.code


NAMES = ["申报材料/推荐汇总表.docx", "朱镕基.txt"]


class TestNames:
    """Charsets of member names, and what a name may not do."""

    @pytest.mark.parametrize("codec", ["", "gbk", "gb18030", "utf-8"])
    def test_chinese(self, codec: str) -> None:
        assert [p for p, _ in shown(zipped(dict.fromkeys(NAMES, b"x"), codec))] == [f"a/{n}" for n in NAMES]

    @pytest.mark.parametrize("name", ["資料/見積書.txt", "テスト資料.doc", "日本語.txt"])
    def test_japanese(self, name: str) -> None:
        assert shown(zipped({name: b"x"}, "cp932")) == [(f"a/{name}", None)]

    def test_western(self) -> None:
        assert shown(zipped({"café.txt": b"x"}, "cp437")) == [("a/café.txt", None)]

    def test_backslashes_separate(self) -> None:
        assert shown(zipped({"材料\\函.txt": b"x"}, "gbk")) == [("a/材料/函.txt", None)]

    @pytest.mark.parametrize("name", ["../../etc/函.txt", "/etc/函.txt", "C:\\etc\\函.txt", "./etc//函.txt"])
    def test_no_name_leads_out(self, name: str) -> None:
        (part,) = expand(zipped({name: b"x"}), "a")[0]
        assert part.path == "a/etc/函.txt"
        assert part.name == "函.txt"

    @pytest.mark.parametrize("pack", [zipped, seven, tarred])
    def test_directions_and_controls_are_shown(self, pack) -> None:  # type: ignore[no-untyped-def]
        (part,) = expand(pack({"材料\u202efdp.exe": b"x"}), "a")[0]
        assert part.name == r"材料\u202efdp.exe"
        assert shown(zipped({"a\nb\x07c.txt": b"x"})) == [(r"a/a b\u0007c.txt", None)]

    def test_unicode_path_field(self) -> None:
        info = RawName("mangled.txt")
        raw, real = b"mangled.txt", "真名.txt".encode()
        info.extra = struct.pack("<HHBI", 0x7075, 5 + len(real), 1, zlib.crc32(raw)) + real
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(info, b"x")
        assert shown(out.getvalue()) == [("a/真名.txt", None)]

    def test_a_name_that_lies_about_utf8_is_read_otherwise(self) -> None:
        data = patched(zipped({"推荐函.txt": b"x"}, "gbk"), (6, b"\0\x08"), (8, b"\0\x08"))
        assert shown(data) == [("a/推荐函.txt", None)]

    @pytest.mark.parametrize(
        ("name", "noise"),
        [
            ("__MACOSX/._a", True), ("x/.DS_Store", True), ("x/Thumbs.db", True), ("x/~$推荐函.docx", True), ("desktop.ini", True),
            ("~推荐函.docx", False), ("MACOSX/a", False), ("Thumbs.db.docx", False),
        ],
    )  # fmt: skip
    def test_noise(self, name: str, noise: bool) -> None:
        assert is_noise(name) is noise

    def test_charset_is_judged_over_all_names(self) -> None:
        assert charset_of(["一".encode("gbk"), "申报材料".encode("gbk")]) == "gb18030"
        assert charset_of([b"plain"]) == "utf-8"


def test_members_are_parts() -> None:
    data = zipped(
        {
            "函.pdf": b"%PDF-1.4",
            "空.txt": b"",
            "目录/": b"",
            "__MACOSX/._函.pdf": b"m",
            "函2.pdf": b"%PDF-1.4",
        }
    )
    parts, blobs = read_archive(data, "材料.zip")
    assert [(p.path, p.size, p.container) for p in parts] == [
        ("材料.zip/函.pdf", 8, "pdf"), ("材料.zip/空.txt", 0, "unknown"), ("材料.zip/函2.pdf", 8, "pdf"),
    ]  # fmt: skip
    assert {p.parent for p in parts} == {hashlib.sha256(data).hexdigest()}
    assert set(blobs.values()) == {b"%PDF-1.4", b""}


def test_symbolic_links_are_left_out() -> None:
    info = zipfile.ZipInfo("link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, "/etc/passwd")
        archive.writestr("a.txt", "x")
    assert shown(out.getvalue()) == [("a/a.txt", None)]
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE):
            member = tarfile.TarInfo("m")
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
    assert shown(tar.getvalue()) == []


class TestEncrypted:
    """Passwords are told, not tried."""

    DATA = zipped({"a.txt": b"one" * 9, "b.txt": b"two" * 9}, method=zipfile.ZIP_STORED)

    def test_zip_crypto(self) -> None:
        assert refused(patched(self.DATA, (6, b"\1\0"), (8, b"\1\0"))) is UnreadableCode.ENCRYPTED

    def test_aes(self) -> None:
        locked = patched(self.DATA, (6, b"\1\0"), (8, b"\1\0"))
        assert refused(patched(locked, (8, b"\x63\0"), (10, b"\x63\0"))) is UnreadableCode.ENCRYPTED

    def test_a_zip_whose_directory_is_encrypted_too(self) -> None:
        locked = patched(self.DATA, (6, b"\1\0"), (8, b"\1\0"))
        assert refused(locked[: locked.find(b"PK\x01\x02")] + b"\xaa" * 90) is UnreadableCode.ENCRYPTED

    def test_rar_with_an_encrypted_header(self) -> None:
        pytest.importorskip("unrar.cffi")
        head = struct.pack("<BHH", 0x73, 0x80, 13) + b"\0" * 6
        four = b"Rar!\x1a\x07\0" + struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + b"\xaa" * 64
        assert refused(four) is UnreadableCode.ENCRYPTED
        body = b"\x04\0\0\0\x0f" + b"\x11" * 16  # an encryption header: version 0, no check value, salt
        five = b"Rar!\x1a\x07\1\0" + struct.pack("<I", zlib.crc32(b"\x15" + body)) + b"\x15" + body + b"\xaa" * 64
        assert refused(five) is UnreadableCode.ENCRYPTED

    def test_one_member_of_two(self) -> None:
        parts, blobs = expand(patched(self.DATA, (6, b"\1\0"), (8, b"\1\0"), only=1), "a")
        assert [(p.name, p.code, bool(p.sha256)) for p in parts] == [
            ("a.txt", None, True),
            ("b.txt", UnreadableCode.ENCRYPTED, False),
        ]
        assert parts[1].size == 27
        assert len(blobs) == 1

    def test_seven_zip_with_an_encrypted_header(self) -> None:
        coder = b"\x24\x06\xf1\x07\x01" + b"\x02\x00\x00"  # AES-256, two bytes of properties
        header = b"\x17\x06\x00\x01\x09\x10\x00\x07\x0b\x01\x00\x01" + coder + b"\x0c\x10\x00\x00"
        start = struct.pack("<QQI", 16, len(header), zlib.crc32(header))
        data = (
            b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(start)) + start + b"\xaa" * 16 + header
        )
        assert refused(data) is UnreadableCode.ENCRYPTED

    def test_rar(self) -> None:
        pytest.importorskip("unrar.cffi")
        assert refused(rar({"a.txt": b"x" * 16}, flags=0x04)) is UnreadableCode.ENCRYPTED


class TestOtherFormats:
    """Everything that is no zip."""

    def test_seven_zip(self) -> None:
        assert shown(seven(dict.fromkeys(NAMES, b"x"))) == [(f"a/{n}", None) for n in NAMES]

    @pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
    def test_packed_tar_is_one_level(self, pack) -> None:  # type: ignore[no-untyped-def]
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT, encoding="gbk") as archive:
            member = tarfile.TarInfo(NAMES[0])
            member.size = 3
            archive.addfile(member, io.BytesIO(b"abc"))
        assert shown(out.getvalue()) == [(f"a/{NAMES[0]}", None)]
        assert shown(pack(out.getvalue())) == [(f"a/{NAMES[0]}", None)]

    @pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
    def test_a_single_packed_file_is_named_after_its_archive(self, pack) -> None:  # type: ignore[no-untyped-def]
        parts, blobs = expand(pack("申报".encode()), "箱.zip/函.docx.gz")
        assert [(p.path, p.container) for p in parts] == [(f"箱.zip/函.docx.gz/{'函.docx'}", "txt")]
        assert list(blobs.values()) == ["申报".encode()]

    def test_rar(self) -> None:
        pytest.importorskip("unrar.cffi")
        parts, blobs = expand(rar({"a\\b.txt": b"one", "~$c.docx": b"x", "d.txt": b""}), "a")
        assert [(p.path, p.size) for p in parts] == [("a/a/b.txt", 3), ("a/d.txt", 0)]
        assert b"one" in blobs.values()

    def test_rar_volume_alone(self) -> None:
        pytest.importorskip("unrar.cffi")
        assert refused(rar({"a.txt": b"one"}, flags=0x02, claimed=9)) is UnreadableCode.UNREADABLE

    def test_a_rar_in_which_nothing_stands(self) -> None:
        pytest.importorskip("unrar.cffi")
        assert refused(rar({})) is UnreadableCode.UNREADABLE

    def test_a_zip_without_its_directory_is_read_as_a_stream(self) -> None:
        whole = zipped({"一.txt": b"one" * 50, "二.txt": b"two" * 50})
        assert ("a/一.txt", None) in shown(whole[: whole.find(b"PK\x01\x02")])

    def test_a_broken_member_is_told(self) -> None:
        data = bytearray(zipped({"a.txt": b"one" * 99, "b.txt": b"two"}, method=zipfile.ZIP_STORED))
        data[60] ^= 0xFF
        assert shown(bytes(data)) == [("a/a.txt", UnreadableCode.UNREADABLE), ("a/b.txt", None)]

    def test_a_broken_lzma_member_is_told(self) -> None:
        data = bytearray(zipped({"a.txt": bytes(range(256)) * 9}, method=zipfile.ZIP_LZMA))
        at = data.find(b"a.txt") + 5
        data[at + 4 : at + 60] = b"\xff" * 56
        assert shown(bytes(data)) == [("a/a.txt", UnreadableCode.UNREADABLE)]

    @pytest.mark.parametrize(
        "data",
        [
            b"PK\x03\x04" + b"\0" * 60,
            b"7z\xbc\xaf\x27\x1c\0\4" + b"\xff" * 60,
            b"Rar!\x1a\x07\0\xff\xff\xff",
            b"\x1f\x8b\x08\0\0",
        ],
    )
    def test_rubbish_is_unreadable(self, data: bytes) -> None:
        assert refused(data) is UnreadableCode.UNREADABLE

    def test_no_archive_is_unsupported(self) -> None:
        assert refused(b"%PDF-1.4") is UnreadableCode.UNSUPPORTED


class TestNesting:
    """Archives in archives."""

    def test_depth_first(self) -> None:
        inner = zipped({"甲.txt": b"1"})
        assert [p for p, _ in shown(zipped({"内.zip": inner, "乙.txt": b"2"}))] == [
            "a/内.zip",
            "a/内.zip/甲.txt",
            "a/乙.txt",
        ]

    def test_parents(self) -> None:
        inner = zipped({"甲.txt": b"1"})
        parts, _ = expand(zipped({"内.zip": inner}), "a")
        assert parts[1].parent == parts[0].sha256 == hashlib.sha256(inner).hexdigest()

    def test_too_deep(self) -> None:
        data = zipped({"x.txt": b"bottom"})
        for level in range(5, 0, -1):
            data = zipped({f"{level}.zip": data})
        found = shown(data)
        assert found[-1] == ("a/1.zip/2.zip/3.zip/4.zip", UnreadableCode.TOO_LARGE)
        assert all(code is None for _, code in found[:-1])

    def test_an_encrypted_one_inside(self) -> None:
        inner = patched(zipped({"a.txt": b"x"}), (6, b"\1\0"), (8, b"\1\0"))
        assert shown(zipped({"密.zip": inner, "b.txt": b"x"})) == [
            ("a/密.zip", UnreadableCode.ENCRYPTED),
            ("a/b.txt", None),
        ]

    def test_a_message_inside(self) -> None:
        raw = (
            b"From: a@b.cn\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: application/pdf\r\n"
            b'Content-Disposition: attachment; filename="f.pdf"\r\n\r\n%PDF-1.4'
        )
        assert shown(zipped({"信.eml": raw})) == [("a/信.eml", None), ("a/信.eml/f.pdf", None)]

    def test_a_message_inside_over_a_limit_bears_the_code(self) -> None:
        many = b"".join(b"begin 644 %d\n#86)C\n`\nend\n" % n for n in range(9))
        data = zipped({"信.eml": b"From: a@b.cn\nSubject: x\n\n" + many, "好.txt": b"fine"})
        found = shown(data, Limits(mail_parts=5))
        assert found == [("a/信.eml", UnreadableCode.TOO_LARGE), ("a/好.txt", None)]

    def test_one_that_contains_itself_ends(self) -> None:
        from shoufa.readers import archive

        expansion = archive._Expansion(archive.Budget(Limits()))
        data = zipped({"x.txt": b"x"})
        with pytest.raises(Unreadable) as caught:
            expansion.open(data, "a", "zip", (hashlib.sha256(data).hexdigest(),))
        assert caught.value.reason == "contains itself"


class TestLimits:
    """Each limit is crossed once, and just not reached once."""

    ZEROS = b"\0" * 3_000_000

    @pytest.mark.parametrize(
        "pack",
        [lambda d: zipped({"z": d}), lambda d: seven({"z": d}), gzip.compress],
        ids=["zip", "7z", "gz"],
    )
    def test_ratio(self, pack) -> None:  # type: ignore[no-untyped-def]
        assert refused(pack(self.ZEROS), SMALL) is UnreadableCode.TOO_LARGE
        assert shown(pack(self.ZEROS[:190_000]), SMALL)[0][1] is None

    def test_an_inner_bomb_spoils_nothing_else(self) -> None:
        found = shown(zipped({"b.zip": zipped({"z": self.ZEROS}), "好.txt": b"fine"}), SMALL)
        assert found == [("a/b.zip", UnreadableCode.TOO_LARGE), ("a/好.txt", None)]

    def test_bytes_over_all_levels(self) -> None:
        import random

        noise = random.Random(1).randbytes(1_500_000)
        data = zipped(
            {f"{n}.zip": zipped({"n": noise, "k": b"%d" % n}, method=zipfile.ZIP_STORED) for n in range(2)},
            method=zipfile.ZIP_STORED,
        )
        found = shown(data, SMALL)
        assert found == [("a/0.zip", UnreadableCode.TOO_LARGE), ("a/1.zip", UnreadableCode.TOO_LARGE)]
        roomy = Limits(archive_bytes=7_000_000)
        assert all(code is None for _, code in shown(data, roomy))

    def test_members(self) -> None:
        assert refused(zipped({f"{n}": b"" for n in range(51)}), SMALL) is UnreadableCode.TOO_LARGE
        assert len(shown(zipped({f"{n}": b"" for n in range(50)}), SMALL)) == 50

    def test_members_that_are_left_out_count_too(self) -> None:
        assert refused(zipped({f"__MACOSX/{n}": b"" for n in range(51)}), SMALL) is UnreadableCode.TOO_LARGE

    def test_a_small_file_that_claims_to_be_huge_is_not_opened(self) -> None:
        claim = struct.pack("<I", 0x7FFFFFFF)
        assert refused(patched(zipped({"a.txt": b"x"}), (22, claim), (24, claim))) is UnreadableCode.TOO_LARGE

    def test_a_liar_that_claims_to_be_small_gives_no_more_than_it_claims(self) -> None:
        claim = struct.pack("<I", 10)
        parts, blobs = expand(patched(zipped({"z": self.ZEROS}), (22, claim), (24, claim)), "a", limits=SMALL)
        assert [p.code for p in parts] == [UnreadableCode.UNREADABLE]
        assert blobs == {}

    def test_a_rar_that_claims_to_be_huge(self) -> None:
        pytest.importorskip("unrar.cffi")
        assert refused(rar({"a.txt": b"x"}, claimed=0x7FFFFFFF)) is UnreadableCode.TOO_LARGE

    def test_defaults_are_those_of_the_design(self) -> None:
        limits = Limits()
        assert (limits.mail_bytes, limits.mail_parts, limits.archive_depth) == (60 << 20, 500, 4)
        assert (limits.archive_members, limits.archive_bytes, limits.archive_ratio) == (2000, 500 << 20, 200)
        assert (
            limits.document_seconds,
            limits.mail_seconds,
            limits.worker_bytes,
            limits.worker_documents,
        ) == (120, 60, 2 << 30, 200)


def test_a_broken_name_does_not_spoil_the_others() -> None:
    names = ["推荐函.pdf".encode("gbk"), "汇总表.xlsx".encode()]
    assert charset_of(names) == MIXED
    data = zipped({"AAAAAA.pdf": b"1", "BBBBBBBBB.xlsx": b"2"})
    for name, stand_in in zip(names, (b"AAAAAA.pdf", b"BBBBBBBBB.xlsx"), strict=True):
        assert len(name) == len(stand_in)
        data = data.replace(stand_in, name)
    assert [p.name for p in expand(data, "材料.zip")[0]] == ["推荐函.pdf", "汇总表.xlsx"]


def test_an_empty_file_is_named_as_such() -> None:
    (part,), _ = expand(zipped({"空.docx": b""}), "材料.zip")
    assert (part.size, part.code, part.reason) == (0, UnreadableCode.UNREADABLE, "empty")
