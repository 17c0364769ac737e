"""Tells a file's container by its content alone, never by its name: signatures, zip members, OLE streams.

Values are those of `Facts.container`, and besides: ole-encrypted (an Office file under a password) tnef p7m
exe msg ppt pptx iwork bz2 xz zst cab lha iso xml pgp. Standard library only; every look is bounded.
"""

import re
import struct

HEAD = 4096
MEMBERS = 4096
"""No more members of a zip's directory are looked at."""
SECTORS = 256
"""No more sectors of an OLE file's directory are looked at."""

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "pdf"),
    (0, b"\xff\xd8\xff", "jpg"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"II*\0", "tif"),
    (0, b"MM\0*", "tif"),
    (0, b"II+\0", "tif"),
    (0, b"MM\0+", "tif"),
    (0, b"GIF87a", "gif"),
    (0, b"GIF89a", "gif"),
    (8, b"WEBPVP8", "webp"),
    (0, b"{\\rtf", "rtf"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"Rar!\x1a\x07", "rar"),
    (0, b"\x1f\x8b\x08", "gz"),
    (4, b"1AY&SY", "bz2"),
    (0, b"\xfd7zXZ\0", "xz"),
    (0, b"\x28\xb5\x2f\xfd", "zst"),
    (0, b"MSCF\0\0\0\0", "cab"),
    (2, b"-lh", "lha"),
    (0, b"MZ", "exe"),
    (0, b"\x7fELF", "exe"),
    (0, b"\xcf\xfa\xed\xfe", "exe"),
    (0, b"\xca\xfe\xba\xbe", "exe"),
    (0, b"\x4c\0\0\0\x01\x14\x02\0", "exe"),  # a Windows shortcut starts what it names
    (0, b"\x78\x9f\x3e\x22", "tnef"),
    (0, b"-----BEGIN PGP MESSAGE", "pgp"),
    (257, b"ustar", "tar"),
    (32769, b"CD001", "iso"),
    (0, b"\x09\x08\x08\0", "xls"),  # BIFF 5 and 4 without an OLE envelope
    (0, b"\x09\x04\x06\0", "xls"),
    (0, b"\x09\x08\x10\0", "xls"),
)
_HEIF = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"hevx", b"mif1", b"msf1"}
_ODF = {b"text": "odt", b"spreadsheet": "ods"}
_PKCS7 = (
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x07",
    b"\x2a\x81\x1c\xcf\x55\x06\x01\x04\x02",
    b"\x86\xf7\x0d\x01\x09\x10\x01",
)
"""Object identifiers: PKCS#7, its Chinese twin GM/T 0010 (1.2.156.10197.6.1.4.2), S/MIME content types."""
_HTML = re.compile(rb"(?i)<(?:!doctype\s+html|html|head|body|table|meta|div|style|center|font|p)[\s>]")
_MAIL_HEADER = re.compile(
    rb"^(?:from|to|cc|subject|date|received|message-id|return-path|mime-version|delivered-to|x-[a-z-]+"
    rb"|content-type"
    rb"|dkim-signature|reply-to|sender|authentication-results)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_DIALECTS = {
    "word-xml": b"http://schemas.microsoft.com/office/word/2003/wordml",
    "excel-xml": b'="urn:schemas-microsoft-com:office:spreadsheet"',
}
_FLAT = b"http://schemas.microsoft.com/office/2006/xmlPackage"
"""Namespaces of Office's documents in one XML file; a flat package names the program besides."""
_TYPES = b"[Content_Types].xml"
_BODIES = (b"word/document.xml", b"xl/worksheets/sheet")
"""Members that tell a package of which the end is lost: its list of types often stands last."""
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def sniff(data: bytes) -> str:
    """The container of `data`, "unknown" if nothing fits."""
    head = data[:HEAD]
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip(data)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole(data)
    for offset, signature, kind in _SIGNATURES:
        if data.startswith(signature, offset):
            return kind
    kind = _by_structure(data, head)
    textual = kind or _by_text(head)
    return "pdf" if not kind and textual != "eml" and b"%PDF-" in head[:1024] else textual


def _by_structure(data: bytes, head: bytes) -> str:
    """Formats told by more than one fixed signature, "" if none."""
    if head[4:8] == b"ftyp":
        return "heic" if head[8:12] in _HEIF else "unknown"
    if (
        head.startswith(b"BM") and len(head) >= 18
        and struct.unpack_from("<I", head, 14)[0] in {12, 40, 52, 56, 64, 108, 124}
    ):
        return "bmp"
    if head.startswith(b"\x30") and any(oid in head[:64] for oid in _PKCS7):
        return "p7m"
    if _tar_header(head):
        return "tar"
    if b"PK\x03\x04" in data[: 1 << 16] and data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000)) > 0:
        return _zip(data)  # something stands before the archive
    return ""


def _tar_header(head: bytes) -> bool:
    """Whether a tar header's own checksum is right (the format before POSIX has no signature)."""
    if len(head) < 512 or not head[0]:
        return False
    stored = head[148:156].strip(b" \0")
    if not re.fullmatch(rb"[0-7]{1,7}", stored):
        return False
    return int(stored, 8) == sum(head[:148]) + 8 * 32 + sum(head[156:512])


def zip_names(data: bytes) -> list[bytes]:
    """Raw names of a zip's central directory, of its local headers if that is broken; up to MEMBERS."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000))
    start = struct.unpack_from("<I", data, end + 16)[0] if 0 <= end <= len(data) - 22 else -1
    if not (0 <= start < len(data)) or not data.startswith(b"PK\x01\x02", start):
        start = data.find(b"PK\x01\x02", max(0, len(data) - (1 << 20)))
    if start < 0:
        return _local_names(data)
    names: list[bytes] = []
    while data.startswith(b"PK\x01\x02", start) and start + 46 <= len(data) and len(names) < MEMBERS:
        name, extra, comment = struct.unpack_from("<HHH", data, start + 28)
        names.append(data[start + 46 : start + 46 + name])
        start += 46 + name + extra + comment
    return names


def _local_names(data: bytes) -> list[bytes]:
    """Member names of local headers, by searching them."""
    names: list[bytes] = []
    at = data.find(b"PK\x03\x04")
    while 0 <= at <= len(data) - 30 and len(names) < MEMBERS:
        names.append(data[at + 30 : at + 30 + struct.unpack_from("<H", data, at + 26)[0]])
        at = data.find(b"PK\x03\x04", at + 30)
    return names


def _zip(data: bytes) -> str:
    """Which kind of package a zip is, by its member names (ECMA-376, ODF 1.3, GB/T 33190)."""
    names = zip_names(data)
    if _TYPES in data[:HEAD] and _TYPES not in names:
        names += _local_names(data)  # a package whose directory is broken is no archive for that
    plain = set(names)
    tops = {n.replace(b"\\", b"/").partition(b"/")[0].lower() for n in names}
    if b"OFD.xml" in plain:
        return "ofd"
    if b"mimetype" in plain and b"application/vnd.oasis.opendocument." in data[:200]:
        kind = data[:200].partition(b"opendocument.")[2]
        return next((v for k, v in _ODF.items() if kind.startswith(k)), "unknown")
    if _TYPES in plain or b"_rels" in tops or any(n.startswith(_BODIES) for n in names):
        return next(
            (v for k, v in ((b"word", "docx"), (b"xl", "xlsx"), (b"ppt", "pptx")) if k in tops), "zip"
        )
    if b"Index/Document.iwa" in plain or b"Index.zip" in plain:
        return "iwork"
    return "zip"


def has_pictures(data: bytes) -> bool:
    """Whether a docx or xlsx carries pictures, so that a reader may have to look at them."""
    return any(n.startswith((b"word/media/", b"xl/media/")) for n in zip_names(data))


def _ole(data: bytes) -> str:
    """Which document an OLE file is, by its streams (MS-CFB §2.6)."""
    names = _ole_names(data)
    if "EncryptedPackage" in names:
        return "ole-encrypted"
    for stream, kind in (
        ("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls"), ("PowerPoint Document", "ppt"),
        ("__properties_version1.0", "msg"), ("MatOST", "wps"), ("WpsDocument", "wps"),
    ):  # fmt: skip
        if stream in names:
            return kind
    return "unknown"


def _ole_names(data: bytes) -> set[str]:
    """Names in an OLE directory; where its chain is broken, the sectors that follow are read instead."""
    if len(data) < 512:
        return set()
    shift = struct.unpack_from("<H", data, 30)[0]
    size = 1 << (shift if shift in {9, 12} else 9)
    sector: int = struct.unpack_from("<I", data, 48)[0]
    names: set[str] = set()
    for _ in range(SECTORS):
        start = (sector + 1) * size
        if sector >= 0xFFFFFFF0 or start >= len(data):
            break
        names |= _ole_entries(data[start : start + size])
        sector = _ole_next(data, sector, size)
    return names


def _ole_entries(sector: bytes) -> set[str]:
    """Names of the 128-byte entries in one directory sector."""
    found = set()
    for at in range(0, len(sector) - 127, 128):
        length = struct.unpack_from("<H", sector, at + 64)[0]
        if 2 <= length <= 64:
            found.add(sector[at : at + length - 2].decode("utf-16le", "replace"))
    return found


def _ole_next(data: bytes, sector: int, size: int) -> int:
    """The sector after `sector` by the allocation table's first 109 blocks, the end mark if it is broken."""
    block, slot = divmod(sector, size // 4)
    if block >= 109:
        return 0xFFFFFFFE
    table = struct.unpack_from("<I", data, 76 + 4 * block)[0]
    at = (table + 1) * size + 4 * slot
    return int(struct.unpack_from("<I", data, at)[0]) if at + 4 <= len(data) else 0xFFFFFFFE


def _by_text(head: bytes) -> str:
    """The kind of a text: mail, html, xml, csv, txt; "unknown" if it is none."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", "replace").encode("utf-8", "replace")
    else:
        text = head.removeprefix(b"\xef\xbb\xbf")
        if _CONTROL.search(text):
            return "unknown"
    text = text.lstrip()
    if not text:
        return "txt" if head else "unknown"
    if text.startswith(b"<"):
        return _markup(text)
    if _is_mail(text):
        return "mht" if _is_web_archive(text) else "eml"
    return _plain(text)


def _markup(text: bytes) -> str:
    """Html or xml, Office's dialects apart; text that merely starts with an angle bracket is txt."""
    for kind, name in _DIALECTS.items():
        if name in text and not text[:15].lower().startswith(b"<!doctype html"):
            return kind
    if _FLAT in text and b'progid="Word.Document"' in text:
        return "word-xml"
    if _HTML.search(text[:2048]):
        return "html"
    return "xml" if text.startswith((b"<?xml", b"<!")) else "txt"


def _is_web_archive(text: bytes) -> bool:
    """Whether the header is that of a page saved in one file (RFC 2557): related parts, nobody's letter."""
    head = re.split(rb"\r?\n\r?\n", text, maxsplit=1)[0].lower()
    names = {m[0].rstrip(b" \t:").lower() for m in _MAIL_HEADER.finditer(head)}
    if names & {b"to", b"received", b"message-id", b"return-path", b"delivered-to"}:
        return False
    return b"multipart/related" in head and (b"from" not in names or b"<saved by " in head)


def _is_mail(text: bytes) -> bool:
    """Whether the first block is made of header lines, two of them mail's own (or a mailbox's From line)."""
    block = re.split(rb"\r\n\r\n|\n\n|\r\r", text, maxsplit=1)[0]
    block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if text.startswith(b"From ") and b"\n" in block:
        block = block.split(b"\n", 1)[1]
    if not re.match(rb"[!-9;-~]+[ \t]*:", block):
        return False
    return len({m[0].lower() for m in _MAIL_HEADER.finditer(block)}) >= 2


def _plain(text: bytes) -> str:
    """Csv where each of the first lines has the same separators, else txt, if it is text at all."""
    if not _decodes(text):
        return "unknown"
    text = re.sub(rb'"[^"]*"', b"", text)  # separators and line breaks inside quotes are text
    lines = [line for line in re.split(rb"\r\n|\n|\r", text)[:12] if line.strip()]
    if len(text) >= HEAD - 8 and len(lines) > 1:
        lines.pop()  # the last line may be cut
    for separator in (b",", b"\t", b";"):
        counts = {line.count(separator) for line in lines}
        if len(lines) > 1 and len(counts) == 1 and counts.pop() > 0:
            return "csv"
    return "txt"


def _decodes(text: bytes) -> bool:
    """Whether the bytes are text in UTF-8, GB 18030 or Big5, save a character cut off at the end."""
    for charset in ("utf-8", "gb18030", "big5"):
        try:
            text.decode(charset)
        except UnicodeDecodeError as err:
            if err.start >= len(text) - 4 >= 0 and len(text) > HEAD - 16:
                return True
        else:
            return True
    high = sum(byte >= 0x80 for byte in text)
    return high * 4 < len(text)  # a Western code page
