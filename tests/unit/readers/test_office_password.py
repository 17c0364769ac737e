"""Packages encrypted here as [MS-OFFCRYPTO] says: the default password opens, any other does not."""

import hashlib
import struct
from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from shoufa.domain.errors import Unreadable
from shoufa.readers import office_password
from shoufa.readers.document import read_document
from unit.readers import papers
from unit.readers.compound import compound, padded
from unit.readers.test_sheet import filled, xlsx

SALT, SPIN = bytes(range(16)), 100


def aes(key: bytes, vector: bytes | None, data: bytes) -> bytes:
    cipher = Cipher(algorithms.AES(key), modes.ECB() if vector is None else modes.CBC(vector)).encryptor()
    return cipher.update(padded(data, 16)) + cipher.finalize()


def agile(package: bytes, password: str = office_password.PASSWORD, spin: int = SPIN) -> bytes:
    """§2.3.4.10, AES-256 in chains under SHA-512, as Excel 2013 and later write it."""

    def sha(data: bytes) -> bytes:
        return hashlib.sha512(data).digest()

    rounds = sha(SALT + password.encode("utf-16-le"))
    for i in range(min(spin, SPIN)):
        rounds = sha(struct.pack("<I", i) + rounds)

    def hidden(block: str, data: bytes) -> str:
        return b64encode(aes(sha(rounds + bytes.fromhex(block))[:32], SALT, data)).decode()

    key, told = bytes(range(32)), b"0123456789abcdef"
    names = 'saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC"'
    names += f' hashAlgorithm="SHA512" saltValue="{b64encode(SALT).decode()}"'
    xml = (
        f'<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption"><keyData {names}/><keyEncryptors>'
        f'<keyEncryptor><p:encryptedKey xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password" {names}'
        f' spinCount="{spin}" encryptedVerifierHashInput="{hidden("fea7d2763b4b9e79", told)}"'
        f' encryptedVerifierHashValue="{hidden("d7aa0f6d3061344e", sha(told))}"'
        f' encryptedKeyValue="{hidden("146e0be7abacd0d6", key)}"/></keyEncryptor></keyEncryptors></encryption>'
    )
    pieces = [
        aes(key, sha(SALT + struct.pack("<I", i))[:16], package[at : at + 4096])
        for i, at in enumerate(range(0, len(package), 4096))
    ]
    return envelope(struct.pack("<HHI", 4, 4, 0x40) + xml.encode(), package, b"".join(pieces))


def standard(package: bytes, password: str = office_password.PASSWORD) -> bytes:
    """§2.3.4.5, AES-128 block by block under SHA-1, as Excel 2007 writes it."""
    rounds = hashlib.sha1(SALT + password.encode("utf-16-le")).digest()
    for i in range(50_000):
        rounds = hashlib.sha1(struct.pack("<I", i) + rounds).digest()
    final = hashlib.sha1(rounds + bytes(4)).digest()
    key = hashlib.sha1(bytes(b ^ 0x36 for b in final.ljust(64, b"\0"))).digest()[:16]
    told = b"0123456789abcdef"
    header = struct.pack("<8I", 0x24, 0, 0x660E, 0x8004, 128, 0x18, 0, 0) + "AES\0".encode("utf-16-le")
    verifier = struct.pack("<I", 16) + SALT + aes(key, None, told) + struct.pack("<I", 20)
    verifier += aes(key, None, hashlib.sha1(told).digest())
    info = struct.pack("<HHII", 3, 2, 0x24, len(header)) + header + verifier
    return envelope(info, package, aes(key, None, package))


def envelope(info: bytes, package: bytes, hidden: bytes) -> bytes:
    return compound({"EncryptionInfo": info, "EncryptedPackage": struct.pack("<Q", len(package)) + hidden})


@pytest.mark.parametrize("encrypt", [agile, standard])
def test_a_workbook_under_the_default_password_is_read(encrypt):
    facts = read_document(encrypt(xlsx(filled)))
    assert (facts.container, facts.tables[0].name) == ("xlsx", "汇总表")
    assert facts.tables[0].rows()[2][:2] == ["1", "甲项目"]


@pytest.mark.parametrize("encrypt", [agile, standard])
def test_another_password_is_asked_for(encrypt):
    with pytest.raises(Unreadable) as caught:
        read_document(encrypt(xlsx(filled), "secret"))
    assert caught.value.code == "encrypted"


def test_word_does_not_know_the_default_password():
    with pytest.raises(Unreadable) as caught:
        read_document(agile(papers.docx(papers.p("甲"))))
    assert caught.value.code == "encrypted"


def test_a_key_that_wants_endless_rounds_is_not_tried():
    with pytest.raises(Unreadable) as caught:
        office_password.opened(agile(xlsx(filled), spin=4_000_000_000))
    assert caught.value.code == "encrypted"


@pytest.mark.parametrize("info", [b"", b"\x04\0\x04\0", b"\x04\0\x04\0\0\0\0\0<x/>", b"\x03\0\x02\0" + b"\xff" * 40])
def test_a_broken_envelope_is_encrypted_all_the_same(info: bytes):
    with pytest.raises(Unreadable) as caught:
        office_password.opened(envelope(info, b"PK", b"x" * 32))
    assert caught.value.code == "encrypted"
