"""Word's documents in one XML file: WordprocessingML of 2003, and packages written flat (2007 and later).

Both go by .xml, and often by .doc; LibreOffice and report generators write them too.
"""

import io
import zipfile
from base64 import b64decode
from binascii import Error
from typing import Any

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.readers import office_active, word, word_xml
from shoufa.readers.numerals import before_text
from shoufa.readers.package import attribute, child, local, parse_xml

MAX_NAME = 1_000
"""Characters from which on a part's name is none that a program writes."""
_BLOBS = {"docSuppData": "macro", "docOleData": "embedded"}
"""Elements of 2003 that hold a document's macros and its objects."""


def read_word_xml(data: bytes) -> word.WordText:
    """Read either kind. Raises Unreadable("unreadable" | "encrypted" | "too-large")."""
    root = parse_xml(data)
    if local(root) == "package":
        return word.read_docx(_zipped(root))
    body = child(root, "body")
    if local(root) != "wordDocument" or body is None:
        raise Unreadable(UnreadableCode.UNREADABLE, "no document of Word in the XML")
    reader = word_xml.Reader(_label)
    found = word.WordText(text=word_xml.as_text(reader.blocks(body)), tables=reader.tables)
    for part in root.iter("{*}hdr", "{*}ftr", "{*}footnote", "{*}endnote"):
        text = word_xml.as_text(word_xml.Reader().blocks(part)).strip()
        if text and text not in found.headers:
            found.headers.append(text)
    found.active = _active(root)
    found.pictures = [picture for e in root.iter("{*}pict") for picture in _pictures(e)]
    found.picture_count = len(found.pictures)
    return found


def _label(paragraph: Any) -> str:
    """The automatic number, which 2003 writes beside the list's definition (wx:t); bullets are left out."""
    properties = child(paragraph, "pPr")
    listed = None if properties is None else child(properties, "listPr")
    text = None if listed is None else child(listed, "t")
    label = "" if text is None else attribute(text, "val") or ""
    return before_text(label) if any(c.isalnum() for c in label) else ""


def _active(root: Any) -> list[str]:
    found = [_BLOBS[local(e)] for e in root.iter(*(f"{{*}}{name}" for name in _BLOBS)) if len(e)]
    found += office_active.of_fields(root)
    for template in root.iter("{*}attachedTemplate"):
        found += ["external"] * bool(office_active.REMOTE.match(attribute(template, "val") or ""))
    return list(dict.fromkeys(found))


def _pictures(pict: Any) -> list[bytes]:
    return [data for e in pict if local(e) == "binData" and (data := _decoded(e.text or ""))]


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text)
    except (Error, ValueError):
        return b""


def _zipped(root: Any) -> bytes:
    """A flat package (pkg:package, [MS-OFFXML]) as the zip that it stands for."""
    from lxml import etree

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for part in root:
            inner = next(iter(part), None)
            name = (attribute(part, "name") or "").lstrip("/")
            if local(part) != "part" or inner is None or not 0 < len(name) < MAX_NAME:
                continue
            if local(inner) == "binaryData":
                package.writestr(name, _decoded(inner.text or ""))
            elif len(inner):
                package.writestr(name, etree.tostring(inner[0]))
    return out.getvalue()
