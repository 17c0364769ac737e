"""What an attachment is called: the better of its declared names, an ending where the name says nothing.

Gateways and mobile programs send ATT00001.dat, tcmime.1.2.bin or no name at all: the ending then follows from
what the file is, or is declared to be.
"""

import html
import re

from shoufa.readers import mail_headers
from shoufa.readers.mail_charset import attachment_name, header_text, words
from shoufa.readers.mail_mime import Entity

_VAGUE = re.compile(r"\.(?:bin|dat|tmp|octet-stream|unknown|file|attach)$", re.IGNORECASE)
_ENDED = re.compile(r"[^\r\n]{1,200}\.[A-Za-z0-9]{2,5}")
_REFERENCE = re.compile(r"&#x?[0-9A-Fa-f]{2,6};")
_MADE_UP = re.compile(r"(?:ATT\d{4,}|tcmime|noname|untitled|unknown|part[ \d.]+)[.\w-]*$", re.IGNORECASE)
"""Names that gateways give: Exchange's ATT00001, QQ's tcmime."""
_SAYING_NOTHING = {"unknown", "txt", "csv", "xml", "exe", "tnef", "p7m", "pgp", "ole-encrypted"}
"""Containers that tell no ending: text may be anything, a program is shown under the name it came with."""
_ENDINGS = {"iwork": "pages"}
_DECLARED = {
    "application/pdf": "pdf", "application/msword": "doc", "application/vnd.ms-excel": "xls",
    "application/rtf": "rtf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx", "text/rtf": "rtf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx", "application/kswps": "wps",
    "application/vnd.ms-works": "wps", "application/wps-office.wps": "wps", "application/wps-office.et": "et",
    "application/wps-office.docx": "docx", "application/wps-office.xlsx": "xlsx",
    "application/wps-office.doc": "doc",
    "application/zip": "zip", "application/x-zip-compressed": "zip", "application/x-rar-compressed": "rar",
    "application/vnd.rar": "rar", "application/x-7z-compressed": "7z", "application/ofd": "ofd",
    "text/plain": "txt",
    "text/html": "html", "text/csv": "csv", "image/jpeg": "jpg", "image/jpg": "jpg", "image/pjpeg": "jpg",
    "image/png": "png", "image/tiff": "tif", "image/bmp": "bmp", "image/gif": "gif", "image/heic": "heic",
    "image/webp": "webp", "message/rfc822": "eml",
}  # fmt: skip
"""Usual endings of declared types (IANA, and what WPS and old browsers declare)."""


def declared_name(entity: Entity) -> str:
    """The file name that an entity declares.

    Filename before name, unless it is damaged or says nothing and name does; a description that looks like a
    name where there is neither.
    """
    filename = mail_headers.field(entity.first("content-disposition")).params.get("filename", "")
    candidates = [_bare(n) for n in (filename, entity.params.get("name", "")) if n.strip()]
    if not candidates:
        described = words(header_text(entity.first("content-description")))
        return described if _ENDED.fullmatch(described) else ""
    return min(candidates, key=_faults)


def _bare(name: str) -> str:
    """A name without single quotes around it, and with numeric character references resolved."""
    quoted = name.strip()
    if len(quoted) > 2 and quoted[0] == quoted[-1] == "'":
        name = quoted[1:-1]
    return html.unescape(name) if _REFERENCE.search(name) else name


def _faults(name: str) -> int:
    """How little a declared name is worth: 2 if damaged, 1 if a program made it up, else 0."""
    if "\ufffd" in name or "??" in name:
        return 2
    return int(bool(_MADE_UP.match(name)))


def sensible(name: str, container: str, declared: str) -> str:
    """The shown name, with its content's ending where it has none or a vague one; "" for no name."""
    label = attachment_name(name)
    vague = _VAGUE.search(label)
    if not label or not (vague or "." not in label):
        return label
    ending = ending_of(container, declared)
    return f"{label[: vague.start()] if vague else label}.{ending}" if ending else label


def ending_of(container: str, declared: str) -> str:
    """The ending that a content has, or its declared type where the content does not tell; "" for neither."""
    if container not in _SAYING_NOTHING:
        return _ENDINGS.get(container, container)
    return _DECLARED.get(declared.strip().lower(), "")
