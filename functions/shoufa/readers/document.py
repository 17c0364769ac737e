"""One document's bytes to facts (domain/facts.py). What it is, is told by its content, never by its name."""

import hashlib
import time
from collections.abc import Callable, Iterable
from typing import Any

from shoufa.domain.codes import Form
from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.facts import Facts, Page, Table
from shoufa.readers import sensitive
from shoufa.readers.sniff import sniff

PICTURES = ("jpg", "png", "tif", "bmp", "gif", "webp", "heic")
SHEETS = ("xlsx", "xls", "et", "ods")


def read_document(data: bytes, name: str = "") -> Facts:
    """Read a document; `name` is not looked at and stands for the log alone.

    Raises Unreadable: "unreadable" (broken), "encrypted" (under a password), "unsupported" (of a type that is
    not read: archives, mails, programs, sound and film), "too-large" (over a limit).
    """
    del name
    if not data:
        raise Unreadable(UnreadableCode.UNREADABLE, "empty")
    start = time.perf_counter()
    container = sniff(data)
    if container == "ole-encrypted":
        raise Unreadable(UnreadableCode.ENCRYPTED, "Office file under a password")
    reader = _readers().get(container)
    if reader is None:
        raise Unreadable(UnreadableCode.UNSUPPORTED, f"no document is read from {container}")
    fields = reader(data, container)
    facts = Facts(sha256=hashlib.sha256(data).hexdigest(), **{"container": container, **fields})
    grade = sensitive.mark(facts)
    if grade:
        facts = sensitive.withheld(facts, grade)
    return facts.model_copy(update={"seconds": round(time.perf_counter() - start, 3)})


def _readers() -> dict[str, Callable[[bytes, str], dict[str, Any]]]:
    return {
        **dict.fromkeys(PICTURES, _picture),
        **dict.fromkeys(SHEETS, _sheet),
        **dict.fromkeys(("doc", "wps", "rtf", "odt"), _legacy),
        "docx": _word,
        "pdf": _pdf,
        "ofd": _ofd,
        "csv": _csv,
        "html": _html,
        "txt": _text,
    }


def _body(text: str, tables: Iterable[Table] = (), **more: Any) -> dict[str, Any]:
    """Facts of an editable document: one page that holds the whole text."""
    page = Page(number=1, text=text, blank=not text.strip())
    return {"form": Form.WORD, "page_count": 1, "pages": (page,), "tables": tuple(tables), **more}


def _word(data: bytes, container: str) -> dict[str, Any]:
    from shoufa.readers import word

    return _from_word(word.read_docx(data), container)


def _from_word(found: Any, container: str) -> dict[str, Any]:
    more = {"active": tuple(found.active), "pictures": found.picture_count, "headers": tuple(found.headers)}
    if found.only_pictures:
        scan = _carried(found.pictures)
        if scan is not None:
            return {"container": container, **scan, **more}
    return _body(found.text, found.tables, **more)


def _carried(pictures: list[bytes]) -> dict[str, Any] | None:
    """Facts of pages that an editable file merely carries as pictures; null if none can be read."""
    pages: list[Page] = []
    tables: list[Table] = []
    for data in pictures:
        container = sniff(data)
        if container in PICTURES:
            _append_frames(data, container, pages, tables)
    if not pages:
        return None
    return {"form": Form.SCAN, "page_count": len(pages), "pages": tuple(pages), "tables": tuple(tables)}


def _append_frames(data: bytes, container: str, pages: list[Page], tables: list[Table]) -> None:
    from shoufa.readers import image, page

    for frame in image.frames(data, container):
        read, found = page.read_page(frame, len(pages) + 1)
        pages.append(read)
        tables.extend(found)


def _picture(data: bytes, container: str) -> dict[str, Any]:
    from shoufa.readers import image

    pages: list[Page] = []
    tables: list[Table] = []
    _append_frames(data, container, pages, tables)
    count = image.frame_count(data, container)
    return {
        "form": Form.SCAN, "page_count": count, "pages": tuple(pages), "tables": tuple(tables),
        "truncated": count > len(pages),
    }  # fmt: skip


def _pdf(data: bytes, _: str) -> dict[str, Any]:
    from shoufa.readers import pdf

    found = pdf.read_pdf(data)
    scanned = sum(p.scanned for p in found.pages)
    form = Form.SCAN if scanned and 2 * scanned >= sum(not p.blank for p in found.pages) else Form.DIGITAL
    return {
        "form": form, "page_count": found.count, "pages": tuple(found.pages), "tables": tuple(found.tables),
        "active": tuple(found.active), "truncated": found.truncated,
    }  # fmt: skip


def _sheet(data: bytes, container: str) -> dict[str, Any]:
    from shoufa.readers import sheet

    book = sheet.read_workbook(data, container)
    if not book.tables and container == "xlsx":
        scan = _carried(sheet.pictures(data))
        if scan is not None:
            return {**scan, "active": tuple(book.active)}
    return _body(book.text, book.tables, active=tuple(book.active))


def _legacy(data: bytes, container: str) -> dict[str, Any]:
    from shoufa.readers import legacy

    found = legacy.read_legacy(data, container)
    return {**_from_word(found.word, container), "text_only": found.text_only}


def _ofd(data: bytes, _: str) -> dict[str, Any]:
    from shoufa.readers import ofd

    pages, tables, truncated = ofd.read_ofd(data)
    return {
        "form": Form.DIGITAL if not all(p.scanned for p in pages) else Form.SCAN, "page_count": len(pages),
        "pages": tuple(pages), "tables": tuple(tables), "truncated": truncated,
    }  # fmt: skip


def _csv(data: bytes, _: str) -> dict[str, Any]:
    from shoufa.readers import tables, text

    table = text.read_csv(data)
    return _body(tables.as_text(table), [table])


def _html(data: bytes, _: str) -> dict[str, Any]:
    from shoufa.readers import text

    body, tables, active = text.read_html(data)
    return _body(body, tables, active=tuple(active))


def _text(data: bytes, _: str) -> dict[str, Any]:
    from shoufa.readers import text

    return _body(text.decode(data))
