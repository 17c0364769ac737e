"""One document's bytes to facts (domain/facts.py). What it is, is told by its content, never by its name."""

import hashlib
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from shoufa.domain.codes import Form
from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.facts import Facts, Page, Table
from shoufa.readers import sensitive
from shoufa.readers.limits import Limits
from shoufa.readers.seal_album import Album
from shoufa.readers.sniff import sniff
from shoufa.readers.time_budget import Care, TimeBudget

if TYPE_CHECKING:
    from shoufa.readers.gathered import Gathered
    from shoufa.readers.ocr import Picture

PICTURES = ("jpg", "png", "tif", "bmp", "gif", "webp", "heic")
SHEETS = ("xlsx", "xls", "et", "ods", "excel-xml")
Fields = dict[str, Any]
"""Of `Facts`, by name."""


class Work:
    """One document being read: its limits, its time, pictures of its seals, and the facts so far.

    Made when the reading begins, for its clock starts then.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        """Nothing has been read yet."""
        self.limits = limits or Limits()
        self.budget = TimeBudget(self.limits)
        self.album = Album()
        self.finish: Callable[[Fields], Facts] | None = None
        self._fields: Callable[[], Fields] | None = None

    def show(self, fields: Callable[[], Fields]) -> None:
        """Let others see what was read, while reading goes on."""
        self._fields = fields

    def so_far(self) -> Facts | None:
        """The facts of what was read by now, null where that is nothing; may be asked by another thread."""
        if self._fields is None or self.finish is None:
            return None
        facts = self.finish(self._fields())
        return facts.model_copy(update={"truncated": True}) if facts.pages else None

    def gathered(self) -> "Gathered":
        """Where the pages of this document go."""
        from shoufa.readers.gathered import Gathered

        return Gathered(limit=self.limits.text_pages, album=self.album)


def read_document(data: bytes, name: str = "", work: Work | None = None) -> Facts:
    """Read a document; `name` is not looked at and stands for the log alone.

    Raises Unreadable: "unreadable" (broken), "encrypted" (under a password), "unsupported" (of a type that is
    not read: archives, mails, programs, sound and film), "too-large" (over a limit).
    """
    del name
    if not data:
        raise Unreadable(UnreadableCode.UNREADABLE, "empty")
    start = time.perf_counter()
    container = sniff(data)
    reader = _readers().get(container)
    if reader is None:
        raise Unreadable(UnreadableCode.UNSUPPORTED, f"no document is read from {container}")
    sha, work = hashlib.sha256(data).hexdigest(), work or Work()

    def finish(fields: Fields) -> Facts:
        facts = Facts(sha256=sha, **{"container": container, **fields})
        grade = sensitive.mark(facts)
        facts = sensitive.withheld(facts, grade) if grade else facts
        return facts.model_copy(update={"seconds": round(time.perf_counter() - start, 3)})

    work.finish = finish
    return finish(reader(data, container, work))


def _readers() -> dict[str, Callable[[bytes, str, Work], Fields]]:
    return {
        **dict.fromkeys(PICTURES, _picture),
        **dict.fromkeys(SHEETS, _sheet),
        **dict.fromkeys(("doc", "wps", "rtf", "odt", "word-xml", "mht"), _legacy),
        "ole-encrypted": _protected,
        "docx": _word,
        "pdf": _pdf,
        "ofd": _ofd,
        "csv": _csv,
        "html": _html,
        "txt": _text,
        **dict.fromkeys(("eml", "msg"), _message),
    }


def _body(text: str, tables: Iterable[Table] = (), **more: Any) -> Fields:
    """Facts of an editable document: one page that holds the whole text."""
    page = Page(number=1, text=text, blank=not text.strip())
    return {"form": Form.WORD, "page_count": 1, "pages": (page,), "tables": tuple(tables), **more}


def _word(data: bytes, container: str, work: Work) -> Fields:
    from shoufa.readers import word

    return _from_word(word.read_docx(data), container, work)


def _from_word(found: Any, container: str, work: Work) -> Fields:
    more = {"active": tuple(found.active), "pictures": found.picture_count, "headers": tuple(found.headers)}
    if found.only_pictures:
        scan = _carried(found.pictures, work)
        if scan is not None:
            return {"container": container, **scan, **more}
    return _body(found.text, found.tables, **more)


def _carried(pictures: list[bytes], work: Work) -> Fields | None:
    """Facts of pages that an editable file merely carries as pictures; null if none can be read."""
    from shoufa.readers import image

    kinds = [(data, sniff(data)) for data in pictures]
    counts = [(data, kind, image.frame_count(data, kind)) for data, kind in kinds if kind in PICTURES]
    found, before = work.gathered(), 0
    found.count = sum(count for _, _, count in counts)
    work.show(lambda: _paper(found))
    for data, kind, count in counts:
        _read_frames(data, kind, before, found, work)
        before += count
    return _paper(found) if found.read else None


def _read_frames(data: bytes, container: str, before: int, found: "Gathered", work: Work) -> None:
    """The pages of one picture file, after `before` others; past damage or a limit nothing is read."""
    from shoufa.readers import image

    try:
        for number, frame in enumerate(image.frames(data, container), before + 1):
            if number > found.wanted or work.budget.care(0) is Care.NONE:
                return
            found.paper(partial(_within, frame, work.limits), number, found.wanted - number, work.budget)
    except Unreadable:
        found.short = True
        if found.count == 1 or not found.read:
            raise


def _within(picture: "Picture", limits: Limits) -> "Picture":
    """The picture. Raises Unreadable("too-large")."""
    if picture.shape[0] * picture.shape[1] > limits.page_pixels:
        raise Unreadable(UnreadableCode.TOO_LARGE, "more pixels than a page can have")
    return picture


def _paper(found: "Gathered") -> Fields:
    return {
        "form": Form.SCAN, "page_count": found.count, "pages": found.pages, "tables": found.tables,
        "truncated": found.truncated,
    }  # fmt: skip


def _picture(data: bytes, container: str, work: Work) -> Fields:
    from shoufa.readers import image

    found = work.gathered()
    found.count = image.frame_count(data, container)
    work.show(lambda: _paper(found))
    _read_frames(data, container, 0, found, work)
    return _paper(found)


def _pdf(data: bytes, _: str, work: Work) -> Fields:
    from shoufa.readers import pdf

    found = work.gathered()
    work.show(lambda: _mixed(found))
    pdf.read_pdf(data, found, work.budget)
    return _mixed(found)


def _mixed(found: "Gathered") -> Fields:
    """Fields of pages of which each may be paper or born digital: most of those that are not blank decide."""
    pages = found.pages
    scanned = sum(p.scanned for p in pages)
    form = Form.SCAN if scanned and 2 * scanned >= sum(not p.blank for p in pages) else Form.DIGITAL
    return {**_paper(found), "form": form, "pages": pages, "active": tuple(found.active)}


def _sheet(data: bytes, container: str, work: Work) -> Fields:
    from shoufa.readers import sheet

    book = sheet.read_workbook(data, container)
    if not book.tables and container == "xlsx":
        scan = _carried(sheet.pictures(data), work)
        if scan is not None:
            return {**scan, "active": tuple(book.active)}
    return _body(book.text, book.tables, active=tuple(book.active))


def _protected(data: bytes, _: str, work: Work) -> Fields:
    """A workbook that only Excel's default password locks. Raises Unreadable("encrypted") for another."""
    from shoufa.readers import office_password

    return {"container": "xlsx", **_sheet(office_password.opened(data), "xlsx", work)}


def _legacy(data: bytes, container: str, work: Work) -> Fields:
    from shoufa.readers import legacy

    found = legacy.read_legacy(data, container)
    return {**_from_word(found.word, container, work), "text_only": found.text_only}


def _ofd(data: bytes, _: str, work: Work) -> Fields:
    from shoufa.readers import ofd

    pages, tables, truncated = ofd.read_ofd(data, work.budget, work.album)
    return {
        "form": Form.DIGITAL if not all(p.scanned for p in pages) else Form.SCAN, "page_count": len(pages),
        "pages": tuple(pages), "tables": tuple(tables), "truncated": truncated,
        "active": tuple(ofd.active(data)),
    }  # fmt: skip


def _csv(data: bytes, _: str, __: Work) -> Fields:
    from shoufa.readers import tables, text

    table = text.read_csv(data)
    return _body(tables.as_text(table), [table], active=tuple(text.calls(data)))


def _html(data: bytes, _: str, __: Work) -> Fields:
    from shoufa.readers import text

    body, tables, active = text.read_html(data)
    return _body(body, tables, active=tuple(active))


def _text(data: bytes, _: str, __: Work) -> Fields:
    from shoufa.readers import text

    return _body(text.decode(data), active=tuple(text.calls(data)))


def _message(data: bytes, container: str, work: Work) -> Fields:
    """The text of a mail that lies in an archive; its attachments are parts of their own."""
    from shoufa.readers import mail

    text, _, _ = mail.read_enclosed(data, container, limits=work.limits)
    return _body(text)
