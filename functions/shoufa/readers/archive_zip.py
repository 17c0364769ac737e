"""Members of a zip, by the standard library with names decoded here (APPNOTE.TXT 6.3.10)."""

import io
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.readers.archive_budget import Member, Meter
from shoufa.readers.archive_names import MIXED, charset_of, is_noise, shown
from shoufa.readers.mail_charset import member_path

CHUNK = 1 << 18
_UTF8, _ENCRYPTED = 0x800, 0x1
_UNICODE_PATH = 0x7075
_LOCAL_HEADER = 30
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}
_AES = 99
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, NotImplementedError,
    RuntimeError,
    struct.error,
)  # fmt: skip
"""What the standard library raises on a damaged member."""


class OtherReader(Exception):
    """The standard library cannot read this zip; another reader may."""


def zip_members(data: bytes, meter: Meter) -> Iterator[Member]:
    """The files of a zip in order. Raises Unreadable; raises OtherReader before the first member is given."""
    with _opened(data) as archive:
        infos = archive.infolist()
        files = [i for i in infos if _is_file(i)]
        if any(not _locked(i) and i.compress_type not in _METHODS for i in files):
            raise OtherReader
        if files and all(_locked(i) for i in files):
            raise Unreadable(UnreadableCode.ENCRYPTED, "all members are encrypted")
        meter.claim(sum(i.file_size for i in files))
        charset = charset_of([_raw_name(i) for i in infos if not i.flag_bits & _UTF8])
        for info in infos:
            meter.member()
            name = _name(info, charset)
            if _is_file(info) and not is_noise(name):
                yield _member(archive, info, name, meter)


def all_locked(data: bytes) -> bool:
    """Whether each member's own header says that it is encrypted: the directory may be encrypted as well."""
    flags = [data[found.start() + 6 : found.start() + 7] for found in re.finditer(rb"PK\x03\x04", data)]
    return bool(flags) and all(flag and flag[0] & _ENCRYPTED for flag in flags)


def _opened(data: bytes) -> zipfile.ZipFile:
    """The archive; one whose names are not the UTF-8 they claim to be is read without that flag.

    Raises OtherReader.
    """
    try:
        try:
            return zipfile.ZipFile(io.BytesIO(data))
        except UnicodeDecodeError:
            return zipfile.ZipFile(io.BytesIO(_without_utf8_flag(data)))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OSError, EOFError) as err:
        raise OtherReader from err


def _without_utf8_flag(data: bytes) -> bytes:
    """The archive with bit 11 cleared in each entry of its central directory and each member's header."""
    out = bytearray(data)
    at = struct.unpack_from("<I", data, data.rfind(b"PK\x05\x06") + 16)[0]
    while data.startswith(b"PK\x01\x02", at):
        local = struct.unpack_from("<I", data, at + 42)[0]
        for flags in (at + 9, local + 7):
            if flags < len(out):
                out[flags] &= ~(_UTF8 >> 8)
        at += 46 + sum(struct.unpack_from("<HHH", data, at + 28))
    return bytes(out)


def _is_file(info: zipfile.ZipInfo) -> bool:
    """Whether it is a plain file: no directory, no symbolic link."""
    return not info.filename.endswith(("/", "\\")) and not stat.S_ISLNK(info.external_attr >> 16)


def _locked(info: zipfile.ZipInfo) -> bool:
    """Whether it is encrypted, the old way or by AES."""
    return bool(info.flag_bits & _ENCRYPTED) or info.compress_type == _AES


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    """The name's bytes, which the standard library read as cp437."""
    return info.orig_filename.encode("cp437", "replace")


def _name(info: zipfile.ZipInfo, charset: str) -> str:
    """The shown name: the Unicode path field, the UTF-8 flag, else the archive's charset."""
    unicode_path = _unicode_path(info)
    if unicode_path:
        return member_path(unicode_path)
    if info.flag_bits & _UTF8:
        return member_path(info.orig_filename)
    raw = _raw_name(info)
    return shown(raw, charset_of([raw]) if charset == MIXED else charset)


def _unicode_path(info: zipfile.ZipInfo) -> str:
    """Info-ZIP's Unicode path field, "" if there is none or it belongs to another name."""
    extra = info.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == _UNICODE_PATH and 5 < size <= len(extra) - 4:
            crc = struct.unpack_from("<I", extra, 5)[0]
            return (
                extra[9 : 4 + size].decode("utf-8", "replace") if crc == zlib.crc32(_raw_name(info)) else ""
            )
        extra = extra[4 + size :]
    return ""


def _trust_directory(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """Let a member's own header name it otherwise than the directory does: the standard library refuses that.

    Packers write the two names in different charsets; shown is the directory's. Raises what damage raises.
    """
    assert archive.fp
    archive.fp.seek(info.header_offset)
    header = archive.fp.read(_LOCAL_HEADER)
    flags, length = struct.unpack_from("<H18xH", header, 6)
    name = archive.fp.read(length)
    if flags & _UTF8 and not _is_utf8(name):
        archive.fp.seek(info.header_offset + 6)
        archive.fp.write(struct.pack("<H", flags & ~_UTF8))  # our own copy of the bytes
        flags &= ~_UTF8
    info.orig_filename = name.decode("utf-8" if flags & _UTF8 else "cp437")


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, meter: Meter) -> Member:
    """One file's content, or why it has none. Raises Unreadable over a limit."""
    if _locked(info):
        return Member(name, b"", info.file_size, UnreadableCode.ENCRYPTED, "encrypted member")
    chunks = []
    try:
        _trust_directory(archive, info)
        with archive.open(info) as stream:
            while chunk := stream.read(CHUNK):
                meter.take(len(chunk))
                chunks.append(chunk)
    except _DAMAGE as err:
        return Member(
            name, b"", info.file_size, UnreadableCode.UNREADABLE, f"broken member: {type(err).__name__}"
        )
    content = b"".join(chunks)
    return Member(name, content, len(content))
