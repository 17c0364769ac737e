"""What real files of other projects' test suites showed: each cure has its smallest file here."""

import io
import struct
import zipfile

import pytest

from shoufa.domain.errors import UnreadableCode
from shoufa.readers.archive import expand
from shoufa.readers.mail import read_mail
from shoufa.readers.mail_tnef import read_tnef
from unit.readers.mailkit import mail, multipart, part, text

MESSAGE_PROPERTIES = struct.pack("<I", 1) + struct.pack("<HHII", 0x1E, 0x0037, 1, 4) + b"abc\0"
RICH = (
    b"\x78\x9f\x3e\x22\1\0"
    + struct.pack("<BII", 1, 0x00069003, len(MESSAGE_PROPERTIES))
    + MESSAGE_PROPERTIES
    + b"\0\0"
)
"""A winmail.dat that holds the mail's own text in Outlook's format and nothing else."""


@pytest.mark.parametrize("utf8", [False, True])
def test_a_zip_whose_members_and_directory_disagree_on_a_name(utf8: bool) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("申报.txt" if utf8 else "shenb.txt", b"content")
    data = bytearray(out.getvalue())
    at = data.index("申报".encode() if utf8 else b"shenb")
    data[at : at + 4] = "申报".encode("gbk")
    (only,), blobs = expand(bytes(data), "a.zip")
    assert (only.name, only.code) == ("申报.txt" if utf8 else "shenb.txt", None)
    assert blobs[only.sha256] == b"content"


def test_a_winmail_that_only_repeats_the_text_is_no_attachment() -> None:
    assert read_tnef(RICH).message
    winmail = part(RICH, "Content-Type: application/ms-tnef; name=winmail.dat")
    found = read_mail(mail(multipart(text("正文"), winmail)))[0]
    assert (found.body, found.parts) == ("正文", ())


def test_a_winmail_that_is_all_there_is_stays_a_part() -> None:
    found = read_mail(mail(part(RICH, "Content-Type: application/ms-tnef; name=winmail.dat")))[0]
    assert [p.name for p in found.parts] == ["winmail.dat"]


def test_an_encoded_word_that_was_never_closed_does_not_eat_the_next() -> None:
    raw = mail(text("x"), "Subject: =?utf-8?B?5oql =?utf-8?B?6YCB?=")
    assert read_mail(raw)[0].subject == "=?utf-8?B?5oql 送"


def test_a_codec_that_the_library_does_not_know_is_unsupported() -> None:
    libarchive = pytest.importorskip("libarchive")
    chunks: list[bytes] = []
    with libarchive.custom_writer(
        lambda b: chunks.append(bytes(b)) or len(b), "7zip", options="compression=lzma2"
    ) as archive:
        archive.add_file_from_memory("a.txt", 50, b"a" * 50)
    data = b"".join(chunks)
    folder = b"\x07\x0b\x01\0\x01\x21\x21"  # one folder, one coder of one byte: 21 is LZMA2 (7zFormat.txt)
    assert data.count(folder) == 1
    header = data.replace(folder, folder[:-1] + b"\x0e")  # 0e is no coder
    (only,) = expand(sealed(header), "a.7z")[0]
    assert only.code is UnreadableCode.UNSUPPORTED


def sealed(data: bytes) -> bytes:
    """A 7z with the checksums of its headers set right."""
    import zlib

    offset, size = struct.unpack_from("<QQ", data, 12)
    start = data[12:28] + struct.pack("<I", zlib.crc32(data[32 + offset : 32 + offset + size]))
    return data[:8] + struct.pack("<I", zlib.crc32(start)) + start + data[32:]
