"""Excel's binary workbooks, record by record ([MS-XLS]): what is active, and the default password undone.

Calamine reads the cells; this module only looks at what it does not tell.
"""

import hashlib
import struct
from collections.abc import Callable, Iterator

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.readers.office_password import PASSWORD

_BOF, _FILE_PASS, _BOUND_SHEET, _SUP_BOOK, _CODE_PAGE = 0x0809, 0x2F, 0x85, 0x01AE, 0x42
_CHARSETS = {936: "gb18030", 950: "big5", 932: "cp932", 949: "cp949", 54936: "gb18030"}
"""Code pages of more than one byte a character."""
_CONTROLS = frozenset(map(chr, range(0x80, 0xA0)))
"""Places that the Western code page leaves empty and that pass through it as they are."""
_PLAIN = {_BOF, _FILE_PASS, 0xE1, 0x194, 0x195, 0x196, 0x138}
"""Records that are never encrypted (§2.2.10)."""
_MACRO_SHEET = 1
_PAD = bytes.fromhex("bbffffbaffffb98000be0f00bf0f00")
_RC4_BLOCK = 1024
Cipher = Callable[[bytes, int, int], bytes]
"""Deciphers a record's data, given its place in the stream and how many bytes at its head are plain."""


def _sha1(data: bytes) -> bytes:
    return hashlib.sha1(data, usedforsecurity=False).digest()


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Place of the data, type and data of each record."""
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield at + 4, kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def active(stream: bytes) -> list[str]:
    """`macro` for a sheet of Excel 4 macros, `dde` for a link to another program."""
    found = []
    for _, kind, data in records(stream):
        if kind == _BOUND_SHEET and len(data) > 5 and data[5] == _MACRO_SHEET:
            found.append("macro")
        elif kind == _SUP_BOOK and b"\x03" in data[4:]:
            found.append("dde")
    return list(dict.fromkeys(found))


def single_bytes(stream: bytes) -> tuple[bytes, str]:
    """A stream of Excel 95 as one of a Western code page, and the charset that its texts are really in.

    Calamine takes the bytes of a Chinese code page one by one; as Western letters they come back whole.
    """
    listed = list(zip(range(8), records(stream), strict=False))
    old = any(kind == _BOF and data[:2] == b"\0\5" for _, (_, kind, data) in listed)
    for _, (at, kind, data) in listed:
        charset = _CHARSETS.get(int.from_bytes(data[:2], "little"), "") if kind == _CODE_PAGE else ""
        if old and charset:
            return stream[:at] + struct.pack("<H", 1252) + stream[at + 2 :], charset
    return stream, ""


def recoded(text: str, charset: str) -> str:
    """A text that was read as Western letters, in its own charset."""
    raw = b"".join(c.encode("cp1252", "replace") if c not in _CONTROLS else c.encode("latin-1") for c in text)
    return raw.decode(charset, "replace")


def is_encrypted(stream: bytes) -> bool:
    """Whether a FILEPASS record follows the first record or those shortly after it."""
    return any(kind == _FILE_PASS for _, (_, kind, _) in zip(range(8), records(stream), strict=False))


def deciphered(stream: bytes) -> bytes:
    """The stream as it was before it was encrypted. Raises Unreadable("encrypted")."""
    cipher: Cipher | None = None
    out = bytearray(stream)
    for at, kind, data in records(stream):
        if kind == _FILE_PASS and cipher is None:
            cipher = _cipher(data)
            out[at - 4 : at] = struct.pack("<HH", 0, len(data))  # a record of no meaning in its place
        elif cipher is not None and kind not in _PLAIN:
            plain = 4 if kind == _BOUND_SHEET else 0  # §2.4.28: where the sheet begins is not encrypted
            out[at : at + len(data)] = data[:plain] + cipher(data, at, plain)[plain:]
    return bytes(out)


def _cipher(data: bytes) -> Cipher:
    """How a FILEPASS record wants the rest read. Raises Unreadable("encrypted") for another password."""
    try:
        cipher = _known(data)
    except struct.error:
        cipher = None
    if cipher is None:
        raise Unreadable(UnreadableCode.ENCRYPTED, "workbook under a password")
    return cipher


def _known(data: bytes) -> Cipher | None:
    scheme = struct.unpack_from("<H", data, 0)[0] if len(data) != 4 else 0
    if scheme == 0:
        return _exclusive_or(*struct.unpack("<HH", data[-4:]))
    major, minor = struct.unpack_from("<HH", data, 2)
    if (major, minor) == (1, 1):
        return _rc4(data[6:22], data[22:38], data[38:54])
    return _crypto_api(data[6:]) if major in {2, 3, 4} and minor == 2 else None


def _rc4(salt: bytes, told: bytes, hashed: bytes) -> Cipher | None:
    """[MS-OFFCRYPTO] §2.3.6.2: keys of 128 bits made from 40."""
    first = _md5(PASSWORD.encode("utf-16-le"))[:5]
    base = _md5((first + salt) * 16)[:5]

    def key(block: int) -> bytes:
        return _md5(base + struct.pack("<I", block))

    both = _rc4_bytes(key(0), told + hashed)
    return _streamed(key) if _md5(both[:16]) == both[16:] else None


def _crypto_api(data: bytes) -> Cipher | None:
    """§2.3.5.2: RC4 with SHA-1 and a key length of its own."""
    size = struct.unpack_from("<I", data, 4)[0]
    bits = struct.unpack_from("<I", data, 8 + 16)[0] or 40
    verifier = data[8 + size :]
    salt, told, hashed = verifier[4:20], verifier[20:36], verifier[40:60]
    base = _sha1(salt + PASSWORD.encode("utf-16-le"))

    def key(block: int) -> bytes:
        whole = _sha1(base + struct.pack("<I", block))[: bits // 8]
        return whole.ljust(16, b"\0") if bits == 40 else whole

    both = _rc4_bytes(key(0), told + hashed)
    return _streamed(key) if _sha1(both[:16]) == both[16:36] else None


def _rc4_bytes(key: bytes, data: bytes) -> bytes:
    from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
    from cryptography.hazmat.primitives.ciphers import Cipher as Rc4

    return Rc4(ARC4(key), mode=None).decryptor().update(data)


def _streamed(key: Callable[[int], bytes]) -> Cipher:
    """A cipher whose key changes every 1,024 bytes of the stream, records' heads counted."""
    pads: dict[int, bytes] = {}

    def pad(block: int) -> bytes:
        if block not in pads:
            pads.clear()
            pads[block] = _rc4_bytes(key(block), bytes(_RC4_BLOCK))
        return pads[block]

    def cipher(data: bytes, at: int, _: int) -> bytes:
        out = bytearray()
        while len(out) < len(data):
            block, offset = divmod(at + len(out), _RC4_BLOCK)
            piece = data[len(out) : len(out) + _RC4_BLOCK - offset]
            mask = pad(block)[offset : offset + len(piece)]
            out += (int.from_bytes(piece) ^ int.from_bytes(mask)).to_bytes(len(piece))
        return bytes(out)

    return cipher


def _exclusive_or(key: int, verifier: int) -> Cipher | None:
    """§2.3.7, with the turns that Excel makes of it: each byte by three bits, then under sixteen bytes."""
    letters = PASSWORD.encode("ascii")
    if password_verifier(letters) != verifier:
        return None
    array = obfuscation_array(letters, key)

    def cipher(data: bytes, at: int, _: int) -> bytes:
        turn = at + len(data)
        return bytes(_rotated(b, 3) ^ array[(turn + i) % 16] for i, b in enumerate(data))

    return cipher


def _rotated(byte: int, left: int) -> int:
    return (byte << left | byte >> (8 - left)) & 0xFF


def password_verifier(letters: bytes) -> int:
    """§2.3.7.1 CreatePasswordVerifier_Method1."""
    found = 0
    for byte in reversed(bytes([len(letters)]) + letters):
        found = (found >> 14 & 1 | found << 1 & 0x7FFF) ^ byte
    return found ^ 0xCE4B


def obfuscation_array(letters: bytes, key: int) -> bytes:
    """§2.3.7.2 CreateXorArray_Method1: password and padding under the key, turned by Excel's two bits."""
    filled = (letters + _PAD)[:16]
    pair = struct.pack("<H", key)
    return bytes(_rotated(b ^ pair[i % 2], 2) for i, b in enumerate(filled))
