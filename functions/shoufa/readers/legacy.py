"""Editable documents other than .docx: .doc and .wps (binary), .rtf, .odt, Word's XML and web pages.

Each has a reader of its own here, a hundred times faster than a conversion; what such a reader does not
know is given to LibreOffice where that is installed. `text_only` says that neither could tell the tables.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.readers import doc, odt, ole, rtf, soffice, web_archive, word, word_2003
from shoufa.readers.doc_stream import Peculiar
from shoufa.readers.word import WordText

_OWN: dict[str, Callable[[bytes], WordText]] = {
    "rtf": rtf.read_rtf,
    "odt": odt.read_odt,
    "word-xml": word_2003.read_word_xml,
    "mht": web_archive.read_web_archive,
}


@dataclass
class LegacyText:
    """What the document says, and whether only its text could be read."""

    word: WordText = field(default_factory=WordText)
    text_only: bool = False


def read_legacy(data: bytes, container: str) -> LegacyText:
    """Read by content type. Raises Unreadable("unreadable" | "encrypted" | "too-large" | "unsupported")."""
    own = _OWN.get(container)
    if own is not None:
        return LegacyText(own(data))
    return _works(data) if container == "wps" else _binary(data)


def _works(data: bytes) -> LegacyText:
    """Works and the oldest WPS, which nothing but the converter knows; WPS of today writes Word's format."""
    found = _converted(data, "wps") if soffice.available() else None
    if found is None:
        raise Unreadable(UnreadableCode.UNSUPPORTED, "a document of Works or of an old WPS")
    return found


def _binary(data: bytes) -> LegacyText:
    found = _structured(data)
    if found is None:
        found = _converted(data, "doc") if soffice.available() else None
    if found is None:
        found = LegacyText(_plain(data), text_only=True)
    found.word.active = list(dict.fromkeys(found.word.active + ole.active(data)))
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
    return LegacyText(_word(found))


def _word(found: doc.DocText) -> WordText:
    return WordText(text=found.text, tables=found.tables, headers=found.headers, active=found.active)


def _converted(data: bytes, suffix: str) -> LegacyText | None:
    try:
        return LegacyText(word.read_docx(soffice.to_docx(data, suffix)))
    except Unreadable:
        return None


def _plain(data: bytes) -> WordText:
    try:
        return _word(doc.read_doc(data, plain=True))
    except Peculiar as err:
        raise Unreadable(UnreadableCode.UNREADABLE, f"binary document: {err}") from err
