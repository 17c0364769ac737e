"""Documents inside a document: chunks of other formats (altChunk) and tables put in as Excel objects."""

from dataclasses import dataclass, field

from shoufa.domain.errors import Unreadable
from shoufa.domain.facts import Table
from shoufa.readers import ole
from shoufa.readers.package import Package
from shoufa.readers.sniff import sniff

MAX_DEPTH = 2
"""Documents in documents that are followed."""
MAX_PARTS = 20
"""Parts of one document that are read."""

Block = str | Table


@dataclass
class Inserted:
    """Reads what a relationship of the main part leads to, each once; what cannot be read says nothing."""

    package: Package
    targets: dict[str, str]
    depth: int = 0
    active: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    """Tables whose text stands in the text that was given."""
    _seen: set[str] = field(default_factory=set)

    def blocks(self, key: str) -> list[Block]:
        """Text and tables behind a relationship."""
        name = self.targets.get(key, "")
        if name not in self.package.names or name in self._seen:
            return []
        self._seen.add(name)
        if self.depth >= MAX_DEPTH or len(self._seen) > MAX_PARTS:
            return []
        try:
            return self._read(self.package.read(name) or b"")
        except Unreadable:
            return []

    def _read(self, data: bytes) -> list[Block]:
        kind = sniff(data)
        if kind in {"xlsx", "xls", "ods"}:
            from shoufa.readers import sheet

            book = sheet.read_workbook(data, kind)
            self.active += book.active
            return list(book.tables)
        if kind in {"docx", "rtf", "mht", "word-xml"}:
            return self._text(data, kind)
        if kind == "html":
            from shoufa.readers import text

            page, tables, active = text.read_html(data)
            self.tables += tables
            self.active += active
            return [page]
        return [text_of(data)] if kind in {"txt", "csv"} else self._held(data)

    def _text(self, data: bytes, kind: str) -> list[Block]:
        from shoufa.readers import legacy, word

        found = (
            word.read_docx(data, self.depth + 1) if kind == "docx" else legacy.read_legacy(data, kind).word
        )
        self.active += found.active
        self.tables += found.tables
        return [found.text]

    def _held(self, data: bytes) -> list[Block]:
        """A package that an OLE object wraps ([MS-OLEDS]: stream Package)."""
        if not data.startswith(b"\xd0\xcf\x11\xe0"):
            return []
        inner = ole.streams(data, ("Package",)).get("Package", b"")
        return self._read(inner) if inner else []


def text_of(data: bytes) -> str:
    """Plain text in the charset that it is in."""
    from shoufa.readers import text

    return text.decode(data)
