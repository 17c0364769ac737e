"""Binary workbooks: each way of encrypting them undone, and what is active told."""

import hashlib
import io
import struct
from collections.abc import Callable

import pytest
import xlwt
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher

from shoufa.domain.errors import Unreadable
from shoufa.readers import ole, sheet_biff
from shoufa.readers.document import read_document
from shoufa.readers.office_password import PASSWORD
from unit.readers.compound import compound

SALT, TOLD = bytes(range(16)), b"0123456789abcdef"
SECRET = PASSWORD.encode("utf-16-le")


def workbook() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表一")
    for row in range(200):
        sheet.write(row, 0, row)
        sheet.write(row, 1, f"乙项目{row}")
    out = io.BytesIO()
    book.save(out)
    return ole.streams(out.getvalue(), ("Workbook",))["Workbook"]


def rc4(key: bytes, data: bytes) -> bytes:
    return Cipher(ARC4(key), mode=None).encryptor().update(data)


def streamed(key: Callable[[int], bytes]) -> Callable[[bytes, int], bytes]:
    """Each byte under the key of its block of 1,024, as the format counts them."""

    def hide(data: bytes, at: int) -> bytes:
        pads = {b: rc4(key(b), bytes(1024)) for b in range(at // 1024, (at + len(data)) // 1024 + 1)}
        return bytes(byte ^ pads[(at + i) // 1024][(at + i) % 1024] for i, byte in enumerate(data))

    return hide


def old_rc4(secret: bytes = SECRET) -> tuple[bytes, Callable[[bytes, int], bytes]]:
    base = hashlib.md5((hashlib.md5(secret).digest()[:5] + SALT) * 16).digest()[:5]

    def key(block: int) -> bytes:
        return hashlib.md5(base + struct.pack("<I", block)).digest()

    both = rc4(key(0), TOLD + hashlib.md5(TOLD).digest())
    return struct.pack("<HHH", 1, 1, 1) + SALT + both, streamed(key)


def crypto_api(secret: bytes = SECRET, bits: int = 128) -> tuple[bytes, Callable[[bytes, int], bytes]]:
    base = hashlib.sha1(SALT + secret).digest()

    def key(block: int) -> bytes:
        whole = hashlib.sha1(base + struct.pack("<I", block)).digest()[: bits // 8]
        return whole.ljust(16, b"\0") if bits == 40 else whole

    both = rc4(key(0), TOLD + hashlib.sha1(TOLD).digest())
    header = struct.pack("<8I", 4, 0, 0x6801, 0x8004, bits, 1, 0, 0) + b"\0\0"
    verifier = struct.pack("<I", 16) + SALT + both[:16] + struct.pack("<I", 20) + both[16:]
    return struct.pack("<HHHII", 1, 2, 2, 4, len(header)) + header + verifier, streamed(key)


def exclusive_or() -> tuple[bytes, Callable[[bytes, int], bytes]]:
    array = sheet_biff.obfuscation_array(PASSWORD.encode(), 0x51A2)

    def hide(data: bytes, at: int) -> bytes:
        turned = (b ^ array[(at + len(data) + i) % 16] for i, b in enumerate(data))
        return bytes((b << 5 | b >> 3) & 0xFF for b in turned)

    return struct.pack("<HHH", 0, 0x51A2, sheet_biff.password_verifier(PASSWORD.encode())), hide


def encrypted(password: bytes, hide: Callable[[bytes, int], bytes]) -> bytes:
    """The workbook with a FILEPASS record behind its first one."""
    out = b""
    for i, (_, kind, data) in enumerate(sheet_biff.records(workbook())):
        plain = len(data) if kind in {0x0809, 0xE1} else 4 if kind == 0x85 else 0
        at = len(out) + 4
        moved = data
        if kind == 0x85:  # a sheet's place moves with the record that is put in
            moved = struct.pack("<I", struct.unpack_from("<I", data)[0] + 4 + len(password)) + data[4:]
        out += struct.pack("<HH", kind, len(data)) + moved[:plain] + hide(moved, at)[plain:]
        if i == 0:
            out += struct.pack("<HH", 0x2F, len(password)) + password
    return compound({"Workbook": out})


@pytest.mark.parametrize("way", [old_rc4, crypto_api, lambda: crypto_api(bits=40), exclusive_or])
def test_a_workbook_under_the_default_password_is_read(way):
    facts = read_document(encrypted(*way()))
    assert facts.container == "xls"
    assert facts.tables[0].name == "表一"
    assert facts.tables[0].rows()[199] == ["199", "乙项目199"]


@pytest.mark.parametrize(
    "password",
    [old_rc4(b"x\0")[0], crypto_api(b"x\0")[0], struct.pack("<HHH", 0, 1, 2), b"\1\0", b"\1\0\x09\0\x09\0", b""],
)
def test_another_password_is_asked_for(password: bytes):
    with pytest.raises(Unreadable) as caught:
        read_document(encrypted(password, lambda data, _: data))
    assert caught.value.code == "encrypted"


def test_the_verifier_of_a_known_password():
    assert sheet_biff.password_verifier(b"abc") == 52250


def record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def test_excel_4_macros_and_dde_are_active():
    sheet = record(0x85, struct.pack("<IBB", 99, 0, 1) + b"\x05\0Macro")
    link = record(0x01AE, struct.pack("<HHB", 0, 9, 0) + b"cmd\x03/c calc")
    assert sheet_biff.active(sheet + link) == ["macro", "dde"]
    assert sheet_biff.active(workbook()) == []


def test_macros_of_a_binary_workbook():
    data = compound({"Workbook": workbook(), "_VBA_PROJECT_CUR/VBA/dir": b"x"})
    assert read_document(data).active == ("macro",)


def test_a_file_packed_into_a_workbook():
    data = compound({"Workbook": workbook(), "MBD0001/\x01Ole10Native": b"calc.exe"})
    assert read_document(data).active == ("embedded",)


def test_a_workbook_of_excel_95():
    """BIFF5: the stream is called Book, texts are bytes in the book's code page."""
    title, name = "汇总表".encode("gbk"), "甲项目".encode("gbk")

    def stream(at: int) -> bytes:
        book = record(0x0809, struct.pack("<4H", 0x0500, 5, 0, 0)) + record(0x42, struct.pack("<H", 936))
        book += record(0x85, struct.pack("<IHB", at, 0, len(title)) + title)
        return book + record(0x0A, b"")

    sheet = record(0x0809, struct.pack("<4H", 0x0500, 0x10, 0, 0)) + record(0x0200, struct.pack("<5H", 0, 1, 0, 2, 0))
    sheet += record(0x0204, struct.pack("<4H", 0, 0, 0, len(name)) + name)
    sheet += record(0x0203, struct.pack("<3Hd", 0, 1, 0, 13800138000.0)) + record(0x0A, b"")
    book = stream(len(stream(0)))
    facts = read_document(compound({"Book": book + sheet + bytes(4096)}))
    assert (facts.container, facts.tables[0].name) == ("xls", "汇总表")
    assert facts.tables[0].rows() == [["甲项目", "13800138000"]]
