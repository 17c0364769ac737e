"""What a package of Office could do when opened (ECMA-376): macros, embedded programs, remote content.

`macro` VBA or Excel 4 macro sheets · `embedded` a file or program inside an object · `external` content that
is loaded from another machine · `dde` a field or link that talks to another program · `activex` controls.
All is told by looking; nothing is run, opened or fetched.
"""

import re
from collections.abc import Iterator
from typing import Any

from shoufa.readers import ole
from shoufa.readers.package import Package, attribute, local
from shoufa.readers.sniff import sniff, zip_names

REMOTE = re.compile(
    r"(?:[a-z][a-z0-9+.-]+:)*(?:(?:https?|ftp|file)://[^/\\]|file:/*\\\\|\\\\)", re.IGNORECASE
)
"""Targets that leave the machine; a template on the author's own disk is nothing."""
LOADED = {
    "attachedTemplate", "oleObject", "frame", "subDocument", "control", "image", "aFChunk", "package",
    "externalLinkPath", "externalLink", "video", "audio", "media", "mailMergeSource", "recipientData",
}  # fmt: skip
"""Relationship types whose external targets Office loads by itself."""
_PROGRAM = (
    ".exe", ".scr", ".bat", ".cmd", ".com", ".js", ".jse", ".vbs", ".vbe", ".ps1", ".hta", ".lnk", ".jar",
)  # fmt: skip
_SUP_BOOK = b"\xe8\x02"
_FIELDS = re.compile(r"\s*DDE(?:AUTO)?\b", re.IGNORECASE)
_LOADING = re.compile(
    r"\s*(?:INCLUDE(?:PICTURE|TEXT)?|IMPORT|LINK|RD|DATABASE)\b(.*)", re.IGNORECASE | re.DOTALL
)
_TEXT_PARTS = re.compile(r"^word/(?:document|header|footer|footnotes|endnotes|comments)\d*\.xml$")
FORMULA = re.compile(r"^\s*[=+\-@]\s*[\w.]+\s*\|")
"""A cell's text that Excel takes for a call of another program (`=cmd|'/c …'!A0`)."""


def active(package: Package) -> list[str]:
    """What is active in a package, each kind once."""
    found = [kind for name in package.names for kind in _of_member(package, name)]
    for name in package.names:
        if _TEXT_PARTS.match(name):
            found.extend(of_fields(package.xml(name)))
    return list(dict.fromkeys(found))


def _of_member(package: Package, name: str) -> Iterator[str]:
    if name.endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in name:
        yield "macro"
    elif "/embeddings/" in name:
        yield from of_object(package.read(name) or b"", name)
    elif "/activex/" in name and name.endswith(".xml"):
        yield "activex"
    elif _calls_program(package, name):
        yield "dde"
    elif name.endswith(".rels"):
        yield from ["external"] * loads_remote(package.xml(name))
    elif name in {"xl/connections.xml", "xl/connections.bin"}:
        yield "external"


def _calls_program(package: Package, name: str) -> bool:
    """Whether an external link of a workbook is one of DDE (§18.14.4; binary: [MS-XLSB] BrtBeginSupBook)."""
    if not name.startswith("xl/externallinks/") or name.endswith(".rels"):
        return False
    if name.endswith(".xml"):
        return any(local(e) == "ddeLink" for e in package.xml(name).iter())
    data = package.read(name) or b""
    return data[:2] == _SUP_BOOK and data[3:5] == b"\1\0"


def of_object(data: bytes, name: str = "") -> Iterator[str]:
    """What an embedded object brings: a file or program, or a document with macros of its own."""
    kind = sniff(data)
    if name.endswith(_PROGRAM) or kind == "exe" or ole.is_packaged(data):
        yield "embedded"
    if kind in {"docx", "xlsx", "pptx"}:
        macros = any(n.lower().endswith(b"vbaproject.bin") for n in zip_names(data))
    else:
        macros = ole.has_macros(data)
    if macros:
        yield "macro"


def loads_remote(relations: Any) -> bool:
    """Whether one of a part's relationships makes Office load something from another machine."""
    for item in relations:
        external = attribute(item, "TargetMode") == "External"
        kind = (attribute(item, "Type") or "").rpartition("/")[2]
        if external and kind in LOADED and REMOTE.match(attribute(item, "Target") or ""):
            return True
    return False


def of_fields(root: Any) -> list[str]:
    """What fields of a text part would do (§17.16): its codes may be cut into many runs."""
    found = []
    for code in _codes(root):
        found.extend(of_code(code))
    return found


def of_code(code: str) -> list[str]:
    """What one field's code would do."""
    if _FIELDS.match(code):
        return ["dde"]
    loading = _LOADING.match(code)
    words = re.split(r'[\s"“”]+', loading[1]) if loading else []
    return ["external"] * any(REMOTE.match(word) for word in words)


def _codes(root: Any) -> Iterator[str]:
    """Field codes of a part, each with those of the fields inside it."""
    open_codes: list[str] = []
    for item in root.iter("{*}fldChar", "{*}instrText", "{*}fldSimple"):
        name = local(item)
        if name == "fldSimple":
            yield attribute(item, "instr") or ""
        elif name == "instrText":
            if open_codes:
                open_codes[-1] += item.text or ""
            else:
                yield item.text or ""
        elif attribute(item, "fldCharType") == "begin":
            open_codes.append("")
        elif attribute(item, "fldCharType") == "end" and open_codes:
            yield open_codes.pop()
    yield from open_codes
