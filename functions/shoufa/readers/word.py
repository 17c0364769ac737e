"""The .docx reader: text, tables, headers and what is active in a WordprocessingML package (ECMA-376)."""

import posixpath
import re
from dataclasses import dataclass, field
from typing import Any

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.facts import Table
from shoufa.readers import ole, word_xml
from shoufa.readers.package import Package, attribute, child, local

REMOTE = re.compile(r"^(?:https?|ftp|file)://[^/\\]|^\\\\", re.IGNORECASE)
"""Targets that leave the machine; a template on the author's own disk is nothing."""
LOADED = {"attachedTemplate", "oleObject", "frame", "subDocument", "control"}
"""Relationship types whose external targets Word loads by itself."""
SIDE_PARTS = re.compile(r"^word/(?:header|footer|footnotes|endnotes)\d*\.xml$")
PICTURE = re.compile(r"^word/media/[^/]+\.(?:png|jpe?g|tiff?|bmp|gif|webp|jfif)$")
WORDS = 20
"""Signs of text up to which a body with pictures is nothing but a carrier of scanned pages."""


@dataclass
class WordText:
    """What a Word file says: its text in order, all tables, its side parts, its pictures in order."""

    text: str = ""
    tables: list[Table] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    active: list[str] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)
    picture_count: int = 0

    @property
    def only_pictures(self) -> bool:
        """Whether the body is pictures without text worth the name: a scan in Word's clothes."""
        return bool(self.pictures) and len(re.sub(r"[\W_]+", "", self.text)) <= WORDS


def read_docx(data: bytes) -> WordText:
    """Read a .docx. Raises Unreadable("unreadable" | "encrypted" | "too-large")."""
    package = Package(data)
    main = _main_part(package)
    root = package.xml(main)
    body = None if root is None else child(root, "body")
    if body is None:
        raise Unreadable(UnreadableCode.UNREADABLE, "a package without a document body")
    reader = word_xml.Reader()
    blocks = reader.blocks(body)
    found = WordText(text=word_xml.as_text(blocks), tables=list(reader.tables))
    found.headers = _side_texts(package)
    found.active = active(package)
    names = [n for n in package.names if PICTURE.match(n)]
    found.picture_count = len(names)
    if len(found.text.strip()) <= 20 * WORDS:
        found.pictures = _pictures(package, main, root, names)
    return found


def _main_part(package: Package) -> str:
    """The main document part: the one the package's relationships name, else word/document.xml."""
    root = package.xml("_rels/.rels") if "_rels/.rels" in package.names else None
    for item in root if root is not None else ():
        target = (attribute(item, "Target") or "").lstrip("/")
        if (attribute(item, "Type") or "").endswith("/officeDocument") and target.lower() in package.names:
            return target
    return "word/document.xml"


def _side_texts(package: Package) -> list[str]:
    """Headers, footers, footnotes and endnotes that say something, each once."""
    texts: list[str] = []
    for name in sorted(n for n in package.names if SIDE_PARTS.match(n)):
        text = word_xml.as_text(_part_blocks(package.xml(name))).strip()
        if text and text not in texts:
            texts.append(text)
    return texts


def _part_blocks(root: Any) -> list[word_xml.Block]:
    reader = word_xml.Reader()
    if local(root) in {"footnotes", "endnotes"}:
        return [block for note in root for block in reader.blocks(note)]
    return reader.blocks(root)


def active(package: Package) -> list[str]:
    """Macros, embedded programs, remote content: what a package of Office could do when opened."""
    names = package.names
    found = []
    if any(n.endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in n for n in names):
        found.append("macro")
    if any(_holds_file(package, n) for n in names if "/embeddings/" in n or "/activex/" in n):
        found.append("embedded")
    if any(_loads_remote(package, n) for n in names if n.endswith(".rels")):
        found.append("external")
    return found


def _holds_file(package: Package, name: str) -> bool:
    """Whether an embedded object is a packaged file (Ole10Native) or a program, not a formula or a chart."""
    if not name.endswith((".bin", ".exe", ".scr", ".bat", ".cmd", ".js", ".vbs", ".ps1")):
        return False
    data = package.read(name) or b""
    return not name.endswith(".bin") or ole.is_packaged(data)


def _loads_remote(package: Package, name: str) -> bool:
    for item in package.xml(name):
        external = attribute(item, "TargetMode") == "External"
        kind = (attribute(item, "Type") or "").rpartition("/")[2]
        if external and kind in LOADED and REMOTE.match(attribute(item, "Target") or ""):
            return True
    return False


def _pictures(package: Package, main: str, root: Any, names: list[str]) -> list[bytes]:
    """The body's pictures in the order of the body; those it does not name come last."""
    folder = posixpath.dirname(main)
    rels = package.xml(f"{folder}/_rels/{posixpath.basename(main)}.rels")
    targets = {}
    for item in rels if rels is not None else ():
        path = posixpath.normpath(posixpath.join(folder, attribute(item, "Target") or ""))
        targets[attribute(item, "Id") or ""] = path.lower()
    order = []
    for item in root.iter():
        name = local(item)
        key = (
            attribute(item, "embed")
            if name == "blip"
            else attribute(item, "id")
            if name == "imagedata"
            else None
        )
        path = targets.get(key or "", "")
        if path in names and path not in order:
            order.append(path)
    chosen = order or names
    return [data for n in chosen if (data := package.read(n))]
