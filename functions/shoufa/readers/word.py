"""The .docx reader: text, tables, headers and what is active in a WordprocessingML package (ECMA-376)."""

import posixpath
import re
from dataclasses import dataclass, field
from typing import Any

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.facts import Table
from shoufa.readers import office_active, word_numbering, word_xml
from shoufa.readers.package import Package, attribute, child, local
from shoufa.readers.word_inserted import Inserted

SIDE_PARTS = re.compile(r"^word/(?:header|footer|footnotes|endnotes)\d*\.xml$")
PICTURE = re.compile(r"^word/media/[^/]+\.(?:png|jpe?g|tiff?|bmp|gif|webp|jfif)$")
DIAGRAM = re.compile(r"^word/diagrams/data\d*\.xml$")
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


def read_docx(data: bytes, depth: int = 0) -> WordText:
    """Read a .docx; `depth`: how many documents it stands in.

    Raises Unreadable("unreadable" | "encrypted" | "too-large").
    """
    package = Package(data)
    main = _main_part(package)
    root = package.xml(main)
    body = None if root is None else child(root, "body")
    if body is None:
        raise Unreadable(UnreadableCode.UNREADABLE, "a package without a document body")
    targets = _targets(package, main)
    inserted = Inserted(package, targets, depth)
    reader = word_xml.Reader(_numbering(package, main).label, inserted.blocks)
    found = WordText(text=word_xml.as_text(reader.blocks(body)), tables=reader.tables + inserted.tables)
    for name in (n for n in package.names if DIAGRAM.match(n)):
        found.text += "".join(f"\n{line}" for line in _shapes(package.xml(name)))
    found.headers = _side_texts(package)
    found.active = list(dict.fromkeys(office_active.active(package) + inserted.active))
    names = [n for n in package.names if PICTURE.match(n)]
    found.picture_count = len(names)
    if len(found.text.strip()) <= 20 * WORDS:
        found.pictures = _pictures(package, targets, root, names)
    return found


def _main_part(package: Package) -> str:
    """The main document part: the one the package's relationships name, else word/document.xml."""
    root = package.xml("_rels/.rels") if "_rels/.rels" in package.names else None
    for item in root if root is not None else ():
        target = (attribute(item, "Target") or "").lstrip("/")
        if (attribute(item, "Type") or "").endswith("/officeDocument") and target.lower() in package.names:
            return target
    return "word/document.xml"


def _targets(package: Package, main: str) -> dict[str, str]:
    """Members that the main part names, by relationship, in lower case."""
    folder = posixpath.dirname(main)
    rels = package.xml(f"{folder}/_rels/{posixpath.basename(main)}.rels")
    targets = {}
    for item in rels if rels is not None else ():
        path = posixpath.normpath(posixpath.join("/", folder, attribute(item, "Target") or ""))
        if attribute(item, "TargetMode") != "External":
            targets[attribute(item, "Id") or ""] = path.lstrip("/").lower()
    return targets


def _numbering(package: Package, main: str) -> word_numbering.Numbering:
    folder = posixpath.dirname(main)
    numbering = package.xml(f"{folder}/numbering.xml")
    if numbering is None:
        return word_numbering.Numbering()
    listed = b"numPr" in (package.read(f"{folder}/styles.xml") or b"")
    return word_numbering.read_numbering(numbering, package.xml(f"{folder}/styles.xml") if listed else None)


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


def _shapes(diagram: Any) -> list[str]:
    """Text of a SmartArt's shapes, a line per paragraph (§21.4)."""
    lines = ("".join(t.text or "" for t in p.iter("{*}t")) for p in diagram.iter("{*}p"))
    return [line for line in lines if line.strip()]


def _pictures(package: Package, targets: dict[str, str], root: Any, names: list[str]) -> list[bytes]:
    """The body's pictures in the order of the body; those it does not name come last."""
    order = []
    for item in root.iter("{*}blip", "{*}imagedata"):
        key = attribute(item, "embed" if local(item) == "blip" else "id")
        path = targets.get(key or "", "")
        if path in names and path not in order:
            order.append(path)
    chosen = order or names
    return [data for n in chosen if (data := package.read(n))]
