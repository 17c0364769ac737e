"""Workbooks under Excel's own default password, which Excel opens without asking ([MS-OFFCRYPTO]).

Write-protecting a workbook encrypts it under the fixed words "VelvetSweatshop". No other password is tried.
"""

import hashlib
import hmac
import struct
from base64 import b64decode
from typing import Any

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.readers import ole
from shoufa.readers.package import parse_xml
from shoufa.readers.sniff import sniff

PASSWORD = "VelvetSweatshop"  # noqa: S105 - the published default, [MS-XLS] §2.2.10
MAX_SPIN = 1_000_000
"""Rounds of hashing past which a file only wants to keep a reader busy."""
_SECRET = PASSWORD.encode("utf-16-le")
_SEGMENT = 4096
_VERIFIER = bytes.fromhex("fea7d2763b4b9e79")
_VALUE = bytes.fromhex("d7aa0f6d3061344e")
_KEY = bytes.fromhex("146e0be7abacd0d6")
"""Block keys of the verifier's input, its hash and the package's key (§2.3.4.13)."""
_BROKEN = (struct.error, ValueError, KeyError, IndexError, TypeError, StopIteration, Unreadable)


def opened(data: bytes) -> bytes:
    """The workbook inside an encrypted OLE file.

    Raises Unreadable("encrypted") where the default does not fit, and for what Excel does not open.
    """
    found = ole.streams(data, ("EncryptionInfo", "EncryptedPackage"))
    info, package = found.get("EncryptionInfo", b""), found.get("EncryptedPackage", b"")
    try:
        major, minor = struct.unpack_from("<HH", info, 0)
        size = struct.unpack_from("<Q", package, 0)[0]
        plain = _agile(info, package[8:]) if (major, minor) == (4, 4) else _standard(info, package[8:])
    except _BROKEN as err:
        raise Unreadable(UnreadableCode.ENCRYPTED, "Office file under a password") from err
    if plain is None or sniff(plain[:size]) != "xlsx":
        raise Unreadable(UnreadableCode.ENCRYPTED, "Office file under a password")
    return plain[:size]


def _sha1(data: bytes) -> Any:
    return hashlib.sha1(data, usedforsecurity=False)


def _aes(key: bytes, vector: bytes | None, data: bytes) -> bytes:
    """Deciphered by AES, in chains from `vector` or block by block."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    mode: Any = modes.ECB() if vector is None else modes.CBC(vector)  # noqa: S305 - the format's choice
    decryptor = Cipher(algorithms.AES(key), mode).decryptor()
    return decryptor.update(data[: len(data) // 16 * 16]) + decryptor.finalize()


def _standard(info: bytes, package: bytes) -> bytes | None:
    """§2.3.4.5 to 2.3.4.9: AES block by block, SHA-1; null where the password is another."""
    header_size = struct.unpack_from("<I", info, 8)[0]
    bits = struct.unpack_from("<I", info, 12 + 16)[0]
    verifier = info[12 + header_size :]
    salt, told, hashed = verifier[4:20], verifier[20:36], verifier[40:72]
    rounds = _sha1(salt + _SECRET).digest()
    for i in range(50_000):
        rounds = _sha1(struct.pack("<I", i) + rounds).digest()
    final = _sha1(rounds + bytes(4)).digest()
    halves = (_sha1(bytes(b ^ c for b, c in zip(final.ljust(64, b"\0"), pad, strict=True))).digest()
              for pad in (b"\x36" * 64, b"\x5c" * 64))  # fmt: skip
    key = b"".join(halves)[: bits // 8]
    if not hmac.compare_digest(_sha1(_aes(key, None, told)).digest(), _aes(key, None, hashed)[:20]):
        return None
    return _aes(key, None, package)


def _agile(info: bytes, package: bytes) -> bytes | None:
    """§2.3.4.10 to 2.3.4.15: AES in chains, parameters as XML; null where the password is another."""
    root = parse_xml(info[8:])
    whole = next(root.iter("{*}keyData")).attrib
    mine = next(e for e in root.iter("{*}encryptedKey") if e.get("spinCount")).attrib
    salt, spin, hasher = b64decode(mine["saltValue"]), int(mine["spinCount"]), mine["hashAlgorithm"].lower()
    if spin > MAX_SPIN:
        return None
    rounds = hashlib.new(hasher, salt + _SECRET).digest()
    for i in range(spin):
        rounds = hashlib.new(hasher, struct.pack("<I", i) + rounds).digest()

    def secret(block: bytes, name: str) -> bytes:
        key = _fitted(hashlib.new(hasher, rounds + block).digest(), int(mine["keyBits"]) // 8)
        return _aes(key, salt, b64decode(mine[name]))

    told = secret(_VERIFIER, "encryptedVerifierHashInput")
    value = secret(_VALUE, "encryptedVerifierHashValue")
    wanted = hashlib.new(hasher, told[: int(mine["saltSize"])]).digest()
    if not hmac.compare_digest(wanted, value[: len(wanted)]):
        return None
    return _chained(package, secret(_KEY, "encryptedKeyValue"), whole)


def _chained(package: bytes, key: bytes, whole: Any) -> bytes:
    """The package, whose segments each begin with a vector of their own."""
    salt, hasher = b64decode(whole["saltValue"]), whole["hashAlgorithm"].lower()
    key = key[: int(whole["keyBits"]) // 8]
    pieces = []
    for number in range(-(-len(package) // _SEGMENT)):
        vector = _fitted(hashlib.new(hasher, salt + struct.pack("<I", number)).digest(), 16)
        pieces.append(_aes(key, vector, package[number * _SEGMENT : (number + 1) * _SEGMENT]))
    return b"".join(pieces)


def _fitted(digest: bytes, size: int) -> bytes:
    return digest[:size].ljust(size, b"\x36")
