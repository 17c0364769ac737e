"""Containers by content, on bytes built here."""

import io
import struct
import time
import zipfile

import pytest

from shoufa.readers.sniff import has_pictures, sniff


def zipped(*names: str, first: bytes = b"x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, first)
    return out.getvalue()


def ole(*streams: str, sectors: int = 1) -> bytes:
    """A compound file with just a directory: header, one FAT sector, directory sectors."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<I", header, 48, 1)
    header[76:512] = b"\xff" * 436
    struct.pack_into("<I", header, 76, 0)
    chain = [0xFFFFFFFD] + [n + 2 for n in range(sectors - 1)] + [0xFFFFFFFE]
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    entries = b""
    for name in ("Root Entry", *streams):
        raw = name.encode("utf-16le")
        entries += raw.ljust(64, b"\0") + struct.pack("<H", len(raw) + 2) + b"\0" * 62
    return bytes(header) + fat + entries.ljust(512 * sectors, b"\0")


GBK = "关于报送材料的函，请查收。\n此致".encode("gbk")
KNOWN = [
    (b"%PDF-1.7\n", "pdf"), (b"\r\n\r\n%PDF-1.4", "pdf"), (b"\xff\xd8\xff\xe0\0\x10JFIF", "jpg"),
    (b"\x89PNG\r\n\x1a\n\0\0", "png"), (b"II*\0\x08\0\0\0", "tif"), (b"MM\0*\0\0\0\x08", "tif"),
    (b"BM" + struct.pack("<IIII", 70, 0, 54, 40), "bmp"), (b"GIF89a\1\0", "gif"), (b"RIFF\x20\0\0\0WEBPVP8 ", "webp"),
    (b"\0\0\0\x18ftypheic\0\0\0\0", "heic"), (b"{\\rtf1\\ansi", "rtf"), (b"7z\xbc\xaf\x27\x1c\0\4", "7z"),
    (b"Rar!\x1a\x07\0\xcf", "rar"), (b"Rar!\x1a\x07\1\0", "rar"), (b"\x1f\x8b\x08\0", "gz"), (b"MZ\x90\0\3", "exe"),
    (b"\x7fELF\2\1", "exe"), (b"\x78\x9f\x3e\x22\1\0", "tnef"), (b"\x4c\0\0\0\x01\x14\x02\0", "exe"),
    (b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80", "p7m"),
    (b"<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table><tr>", "html"), (b"\xef\xbb\xbf<!DOCTYPE html>", "html"),
    (b"\n  <table border=1><tr><td>1", "html"), (b"<?xml version='1.0'?><a/>", "xml"),
    ("<html><meta charset=gbk>申报".encode("gbk"), "html"),
    (b"From: a@b.cn\r\nSubject: x\r\n\r\nhi", "eml"), (b"Received: from x\nFrom: a@b\n\nhi", "eml"),
    (b"Subject: only one field of a mail\nis here", "txt"), (b"From me to you: a letter", "txt"),
    (GBK, "txt"), ("申报材料".encode(), "txt"), ("申报材料\n说明".encode("utf-16"), "txt"),
    ("名称,单位\n甲,乙\n丙,丁\n".encode("gbk"), "csv"), (b"a\tb\n1\t2\n", "csv"), (b"one, two\nthree\n", "txt"),
    (b"", "unknown"), (b"\0\1\2\3" * 50, "unknown"), (b"\0" * 600, "unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "kind"), KNOWN)
def test_signatures_and_texts(data: bytes, kind: str) -> None:
    assert sniff(data) == kind


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (("[Content_Types].xml", "_rels/.rels", "word/document.xml"), "docx"),
        (("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "docx"),
        (("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (("[Content_Types].xml", "ppt/presentation.xml"), "pptx"),
        (("OFD.xml", "Doc_0/Document.xml"), "ofd"),
        (("材料/推荐函.docx", "材料/汇总表.xlsx"), "zip"),
        (("word/notes.txt",), "zip"),
        ((), "zip"),
    ],
)
def test_packages_are_told_by_their_members(names: tuple[str, ...], kind: str) -> None:
    assert sniff(zipped(*names)) == kind


@pytest.mark.parametrize(
    ("family", "kind"), [("text", "odt"), ("spreadsheet", "ods"), ("presentation", "unknown")]
)
def test_open_document(family: str, kind: str) -> None:
    assert sniff(zipped("mimetype", first=f"application/vnd.oasis.opendocument.{family}".encode())) == kind


@pytest.mark.parametrize(
    ("streams", "kind"),
    [
        (("WordDocument", "1Table"), "doc"), (("Workbook",), "xls"), (("Book",), "xls"), (("EncryptedPackage",), "ole-encrypted"),
        (("PowerPoint Document",), "ppt"), (("__properties_version1.0",), "msg"), (("!Tables",), "unknown"),
    ],
)  # fmt: skip
def test_compound_files_are_told_by_their_streams(streams: tuple[str, ...], kind: str) -> None:
    assert sniff(ole(*streams)) == kind


def test_compound_directory_is_followed_through_its_chain() -> None:
    assert sniff(ole("a", "b", "c", "d", "e", "Workbook", sectors=2)) == "xls"


def test_compound_directory_that_leads_nowhere() -> None:
    broken = bytearray(ole("WordDocument"))
    struct.pack_into("<I", broken, 48, 0x00FFFFFF)
    assert sniff(bytes(broken)) == "unknown"
    assert sniff(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") == "unknown"


def test_a_package_without_its_directory_is_told_by_local_headers() -> None:
    whole = zipped("[Content_Types].xml", "word/document.xml")
    assert sniff(whole[: whole.find(b"PK\x01\x02")]) == "docx"


def test_a_package_behind_other_bytes() -> None:
    assert sniff(b"\0\0junk" + zipped("a.txt")) == "zip"


def test_pictures_in_a_package() -> None:
    assert has_pictures(zipped("word/document.xml", "word/media/image1.jpeg"))
    assert not has_pictures(zipped("word/document.xml"))


def test_tar_of_either_age() -> None:
    import tarfile

    for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=form) as archive:
            archive.addfile(tarfile.TarInfo("a.txt"))
        assert sniff(out.getvalue()) == "tar"
    old = bytearray(out.getvalue())
    old[257:265] = b"\0" * 8
    old[148:156] = b"%06o\0 " % (sum(old[:148]) + 256 + sum(old[156:512]))
    assert sniff(bytes(old)) == "tar"


def test_it_is_quick_and_bounded() -> None:
    many = zipped(*(f"f{n}" for n in range(5000)))
    samples = [
        many,
        zipped("[Content_Types].xml", "word/document.xml"),
        ole("WordDocument"),
        GBK * 200,
        b"a,b\n" * 9999,
    ]
    best = []
    for sample in samples:
        start = time.perf_counter()
        for _ in range(5):
            sniff(sample)
        best.append((time.perf_counter() - start) / 5)
    assert sorted(best)[2] < 0.001
    assert max(best) < 0.05


def test_a_package_whose_end_is_lost_is_no_archive() -> None:
    for names, kind in ((("_rels/.rels", "word/document.xml"), "docx"), (("docProps/app.xml", "xl/worksheets/sheet1.xml"), "xlsx")):
        data = zipped(*names, "[Content_Types].xml")
        assert sniff(data[: data.find(b"[Content_Types]")]) == kind


def test_what_holds_a_pdf_is_no_pdf() -> None:
    import tarfile

    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        info = tarfile.TarInfo("函.pdf")
        info.size = 8
        archive.addfile(info, io.BytesIO(b"%PDF-1.4"))
    old = bytearray(out.getvalue())
    old[257:265] = b"\0" * 8
    old[148:156] = b"%06o\0 " % (sum(old[:148]) + 256 + sum(old[156:512]))
    signed = b"\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" + b"\0" * 40 + b"%PDF-1.4"
    assert (sniff(bytes(old)), sniff(signed)) == ("tar", "p7m")


def test_separators_inside_quotes_part_nothing() -> None:
    assert sniff('序号,项目名称\n1,"甲,乙\n丙"\n2,丁\n'.encode("gbk")) == "csv"
