"""A zip package of XML (OOXML, ODF, OFD) read without trust: real bytes counted, XML without entities.

Raises Unreadable("unreadable") for a broken package, ("encrypted") for one under a password, ("too-large")
past the limit.
"""

import io
import posixpath
import zipfile
import zlib
from typing import Any

from shoufa.domain.errors import Unreadable, UnreadableCode

MAX_BYTES = 200 << 20
"""Bytes all members that are read may expand to, counted as they stream."""
CHUNK = 1 << 20
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError)
"""What zipfile raises on damaged members."""


class Package:
    """Members of a package by name; what was read is counted against one budget."""

    def __init__(self, data: bytes) -> None:
        """Open the directory; nothing is expanded yet."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except BROKEN as err:
            raise Unreadable(UnreadableCode.UNREADABLE, "broken package") from err
        self._members = {i.filename.replace("\\", "/").lstrip("/").lower(): i for i in self._zip.infolist()}
        self._left = MAX_BYTES
        self._roots: dict[str, Any] = {}

    @property
    def names(self) -> list[str]:
        """Names of all members, in lower case."""
        return list(self._members)

    @property
    def written(self) -> dict[str, str]:
        """Names of all members as they are written, by the name in lower case."""
        return {name: info.filename for name, info in self._members.items()}

    def read(self, name: str) -> bytes | None:
        """A member's bytes, null if there is none of that name."""
        info = self._members.get(name.lstrip("/").lower())
        if info is None:
            return None
        if info.flag_bits & 1:
            raise Unreadable(UnreadableCode.ENCRYPTED, "a member is under a password")
        pieces = []
        try:
            with self._zip.open(info) as stream:
                while piece := stream.read(CHUNK):
                    self._spend(len(piece))
                    pieces.append(piece)
        except BROKEN as err:
            raise Unreadable(UnreadableCode.UNREADABLE, f"broken member {posixpath.basename(name)}") from err
        return b"".join(pieces)

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise Unreadable(UnreadableCode.TOO_LARGE, "package expands past the limit")

    def xml(self, name: str) -> Any:
        """A member as an XML element, parsed once; null if there is none.

        Broken XML is recovered as far as it goes; what is none at all counts as an element without content.
        """
        if name not in self._roots:
            data = self.read(name)
            self._roots[name] = None if data is None else _recovered(data)
        return self._roots[name]


def _recovered(data: bytes) -> Any:
    from lxml import etree

    try:
        return parse_xml(data)
    except Unreadable:
        return etree.Element("nothing")


def count(text: str) -> int | None:
    """A whole number that an attribute gives, null for anything else; digits past the ninth are left out."""
    return int(text[:9]) if text.isascii() and text.isdigit() else None


def parse_xml(data: bytes) -> Any:
    """The root element; entities are never expanded, nothing is loaded. Raises Unreadable("unreadable")."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True,
        remove_pis=True, recover=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as err:
        raise Unreadable(UnreadableCode.UNREADABLE, "broken XML") from err
    if root is None:
        raise Unreadable(UnreadableCode.UNREADABLE, "empty XML")
    return root


def local(element: Any) -> str:
    """An element's name without its namespace: transitional, strict and vendors' dialects read alike."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str) -> str | None:
    """An attribute by its local name."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None


def child(element: Any, name: str) -> Any:
    """The first child of that local name, null if none."""
    return next(element.iterchildren(f"{{*}}{name}"), None)
