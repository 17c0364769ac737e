"""Editable documents other than .docx: .doc and .wps (binary), .rtf, .odt.

Each has a reader of its own here, a hundred times faster than a conversion; what such a reader does not know is
given to LibreOffice where that is installed. `text_only` says that neither could tell the tables.
"""

from dataclasses import dataclass, field

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.readers import doc, odt, ole, rtf, soffice, word
from shoufa.readers.doc_stream import Peculiar
from shoufa.readers.word import WordText


@dataclass
class LegacyText:
    """What the document says, and whether only its text could be read."""

    word: WordText = field(default_factory=WordText)
    text_only: bool = False


def read_legacy(data: bytes, container: str) -> LegacyText:
    """Read by content type. Raises Unreadable("unreadable" | "encrypted" | "too-large")."""
    if container == "rtf":
        return LegacyText(rtf.read_rtf(data))
    if container == "odt":
        return LegacyText(odt.read_odt(data))
    return _binary(data)


def _binary(data: bytes) -> LegacyText:
    macro = ["macro"] if ole.has_macros(data) else []
    try:
        found = doc.read_doc(data)
        read = WordText(text=found.text, tables=found.tables, headers=found.headers)
    except Peculiar as err:
        if soffice.available() is None:
            raise Unreadable(UnreadableCode.UNREADABLE, f"binary document: {err}") from err
        read = word.read_docx(soffice.to_docx(data, "doc"))
    if not read.text.strip() and not read.tables and soffice.available():
        read = word.read_docx(soffice.to_docx(data, "doc"))
    read.active = sorted({*read.active, *macro})
    return LegacyText(read)
