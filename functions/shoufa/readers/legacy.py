"""Editable documents other than .docx: .doc and .wps (binary), .rtf, .odt.

Each has a reader of its own here, a hundred times faster than a conversion; what such a reader does not
know is given to LibreOffice where that is installed. `text_only` says that neither could tell the tables.
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
    found = _structured(data)
    if found is None:
        found = _converted(data) if soffice.available() else None
    if found is None:
        found = LegacyText(_plain(data), text_only=True)
    if ole.has_macros(data) and "macro" not in found.word.active:
        found.word.active.append("macro")
    return found


def _structured(data: bytes) -> LegacyText | None:
    """By our own reader.

    Null where it meets what it does not know, or finds nothing at all (pictures only).
    """
    try:
        found = doc.read_doc(data)
    except Peculiar:
        return None
    if not found.text.strip() and soffice.available():
        return None
    return LegacyText(WordText(text=found.text, tables=found.tables, headers=found.headers))


def _converted(data: bytes) -> LegacyText | None:
    try:
        return LegacyText(word.read_docx(soffice.to_docx(data, "doc")))
    except Unreadable:
        return None


def _plain(data: bytes) -> WordText:
    try:
        found = doc.read_doc(data, plain=True)
    except Peculiar as err:
        raise Unreadable(UnreadableCode.UNREADABLE, f"binary document: {err}") from err
    return WordText(text=found.text, headers=found.headers)
