"""Fuzzes unpacking: nothing but Unreadable may escape, no limit may be passed, no name may lead anywhere."""

import bz2
import gzip
import io
import json
import lzma
import struct
import tarfile
import zipfile

from fuzz_common import INSTRUMENTED, fuzz

NAMES = ("申报书/甲.docx", "..\\x.exe", "/etc/a", "__MACOSX/._a", "b.txt", "c.eml")
LETTER = b"From: a@b.cn\r\nSubject: x\r\nContent-Type: application/pdf; name=f.pdf\r\n\r\n%PDF-1.4"
FORMATS = (("7zip", None), ("pax", None), ("cpio", None), ("iso9660", None))


def zipped(method: int, *, nested: bytes = b"") -> bytes:
    """A zip of all the names, perhaps with another archive inside."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name in NAMES:
            archive.writestr(name, LETTER if name.endswith("eml") else b"a" * 40)
        if nested:
            archive.writestr("in.zip", nested)
    return out.getvalue()


def tarred() -> bytes:
    """A tar of all the names, and a link."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in NAMES:
            info = tarfile.TarInfo(name)
            info.size = 5
            archive.addfile(info, io.BytesIO(b"hello"))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return out.getvalue()


def by_library(form: str) -> bytes:
    """An archive in one of libarchive's formats."""
    import libarchive

    chunks: list[bytes] = []
    with libarchive.custom_writer(lambda b: chunks.append(bytes(b)) or len(b), form) as archive:
        for name in NAMES[:2]:
            archive.add_file_from_memory(name, 5, b"hello")
    return b"".join(chunks)


def seeds() -> list[bytes]:
    """One archive of each kind that can be written here."""
    plain = zipped(zipfile.ZIP_STORED)
    methods = (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    made = [
        plain,
        *(zipped(method, nested=plain) for method in methods),
        plain.replace(b"PK\x01\x02", b"PK\x01\x03"),
    ]
    made += [plain.replace("申报书".encode(), "申报书一二".encode("gbk")[:9]), b"self-extracting" + plain]
    made += [pack(tarred()) for pack in (bytes, gzip.compress, bz2.compress, lzma.compress)]
    made += [by_library(form) for form, _ in FORMATS]
    return [b"\0" + one for one in made] + volumes(made[0], made[-len(FORMATS)])


def volumes(plain: bytes, seven: bytes) -> list[bytes]:
    """A zip and a 7z in two volumes; the first byte tells where the second begins, in sixteenths and from which end."""
    cut = len(plain) // 2
    last = bytearray(plain[cut:])
    end = last.rfind(b"PK\x05\x06")
    struct.pack_into("<HH", last, end + 4, 1, 1)  # this is the second volume, and the directory stands in it
    struct.pack_into("<I", last, end + 16, struct.unpack_from("<I", last, end + 16)[0] - cut)
    return [b"\x08" + plain, b"\x08" + seven, b"\x18" + plain[:cut] + bytes(last)]


def main() -> None:
    """Run the fuzzer."""
    import atheris

    with atheris.instrument_imports(include=INSTRUMENTED):
        from shoufa.domain.errors import Unreadable
        from shoufa.domain.mail import Part
        from shoufa.readers.archive import expand
        from shoufa.readers.limits import Limits

    limits = Limits(archive_bytes=2 << 20, archive_members=100, ratio_floor=1 << 18)

    def target(data: bytes) -> None:
        chosen, rest = data[:1] or b"\0", data[1:]
        cut = len(rest) * (chosen[0] & 15) // 16
        pieces = [rest[:cut], rest[cut:]] if cut else [rest]
        holder, *others = reversed(pieces) if chosen[0] & 16 else pieces
        try:
            kind = "zip" if chosen[0] & 16 else ""
            parts, blobs = expand(holder, "a.zip.001" if others else "a.bin", kind, limits=limits, rest=others)
        except Unreadable:
            return
        for part in parts:
            wire = json.dumps(part.model_dump(mode="json"), ensure_ascii=False).encode(
                "utf-8", "surrogatepass"
            )
            assert Part.model_validate(json.loads(wire.decode("utf-8", "surrogatepass"))) == part
            assert part.code or part.sha256 in blobs
            assert ".." not in part.path.split("/")
        assert len(parts) <= limits.archive_members
        assert sum(map(len, blobs.values())) <= limits.archive_bytes

    fuzz("archive", seeds(), target)


if __name__ == "__main__":
    main()
