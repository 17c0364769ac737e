"""PDF through pdfium: scanned pages are read from their picture, born-digital pages from their text.

Nothing in a PDF is run: pdfium is built without a script engine.
"""

import ctypes
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.facts import Line, Page, Table
from shoufa.readers import page as paper_page
from shoufa.readers import paper, ruled
from shoufa.readers.ocr import Picture, Quad, Reading
from shoufa.readers.ruled import Area, Grid
from shoufa.readers.seals_of import seals_of

READ_FIRST, READ_LAST = 70, 10
"""Scanned pages recognised in full.

Between them and past `SEALS_PAGES` the time of one document would not do.
"""
SEALS_PAGES = 200
TEXT_PAGES = 300
DIGITAL_SIDE = 1754
"""Long side in pixels at which digital pages are drawn, 150 dpi of A4."""
COVERED = 0.6
"""Share of a page that pictures cover from which the page is a picture of paper."""
_LAUNCH = re.compile(rb"/S\s*/Launch\b")
_SCRIPT = re.compile(rb"/JavaScript\b|/JS\s*[(<]")


@dataclass(frozen=True)
class PdfFacts:
    """Pages read, tables on them, how many pages there are, what is active, whether pages were left out."""

    pages: list[Page]
    tables: list[Table]
    count: int
    active: list[str]
    truncated: bool


@dataclass(frozen=True)
class _Kind:
    """What a page is made of.

    Visible characters, share covered by pictures, pixels per point of the largest.
    """

    characters: int
    covered: float
    density: float
    pictures: int

    @property
    def scanned(self) -> bool:
        return self.covered >= COVERED and self.characters < 30


def _pdfium() -> Any:
    """The library, without its types: most of it is generated from C."""
    import pypdfium2

    return pypdfium2


def read_pdf(data: bytes) -> PdfFacts:
    """Read a PDF. Raises Unreadable("unreadable" | "encrypted")."""
    pdfium = _pdfium()
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as err:
        if getattr(err, "err_code", None) == pdfium.raw.FPDF_ERR_PASSWORD:
            raise Unreadable(UnreadableCode.ENCRYPTED, "PDF under a password") from err
        raise Unreadable(UnreadableCode.UNREADABLE, "broken PDF") from err
    try:
        document.init_forms()
        return _read(document, data)
    finally:
        document.close()


def _read(document: Any, data: bytes) -> PdfFacts:
    count = len(document)
    pages: list[Page] = []
    tables: list[Table] = []
    broken = 0
    for index in range(min(count, TEXT_PAGES)):
        try:
            page, found = _page(document[index], index, count)
        except _pdfium().PdfiumError:
            broken += 1
            page, found = Page(number=index + 1, quality=0.0, seals_seen=False), ()
        pages.append(page)
        tables.extend(found)
    if broken == len(pages):
        raise Unreadable(UnreadableCode.UNREADABLE, "no page of the PDF can be read")
    left_out = count > TEXT_PAGES or any(p.scanned and not _in_full(p.number - 1, count) for p in pages)
    return PdfFacts(pages, tables, count, _active(document, data), left_out)


def _in_full(index: int, count: int) -> bool:
    return index < READ_FIRST or index >= min(count, TEXT_PAGES) - READ_LAST


def _active(document: Any, data: bytes) -> list[str]:
    raw = _pdfium().raw

    found = []
    if raw.FPDFDoc_GetJavaScriptActionCount(document) > 0 or _SCRIPT.search(data):
        found.append("script")
    if _LAUNCH.search(data):
        found.append("launch")
    if raw.FPDFDoc_GetAttachmentCount(document) > 0:
        found.append("embedded")
    return found


def _page(page: Any, index: int, count: int) -> tuple[Page, tuple[Table, ...]]:
    kind = _kind(page)
    if kind.scanned:
        return _scanned(page, kind, index, count)
    textpage = page.get_textpage()
    text = textpage.get_text_range()
    if _drawn_only(text, kind, page):
        read, tables = paper_page.read_page(_draw(page, DIGITAL_SIDE), index + 1)
        return read.model_copy(update={"scanned": kind.covered >= COVERED}), tables
    return _digital(page, textpage, kind, index + 1)


def _scanned(page: Any, kind: _Kind, index: int, count: int) -> tuple[Page, tuple[Table, ...]]:
    side = min(paper.LONG_SIDE, max(1000, round(kind.density * max(page.get_size()))))
    if _in_full(index, count):
        return paper_page.read_page(_draw(page, side), index + 1)
    if index >= SEALS_PAGES:
        return Page(number=index + 1, scanned=True, quality=0.0, seals_seen=False), ()
    seals, faint, seen = seals_of(_draw(page, side), index + 1)
    skipped = Page(number=index + 1, scanned=True, quality=0.0, seals=seals, faint=faint, seals_seen=seen)
    return skipped, ()


def _drawn_only(text: str, kind: _Kind, page: Any) -> bool:
    """Whether the page shows what its text does not say.

    Letters drawn as shapes, or fonts without Unicode.
    """
    letters = [c for c in text if not c.isspace()]
    odd = sum(c == "\ufffd" or c < " " or "\ue000" <= c <= "\uf8ff" for c in letters)
    if odd > 0.3 * len(letters) and letters:
        return True
    return len(letters) < 5 and (kind.pictures > 0 or _count_objects(page) > 20)


def _count_objects(page: Any) -> int:
    raw = _pdfium().raw

    return int(raw.FPDFPage_CountObjects(page))


def _kind(page: Any) -> _Kind:
    """Look at the page's objects; text that a later picture hides, or that is drawn invisibly, is no text."""
    raw = _pdfium().raw

    width, height = page.get_size()
    shown = covered = density = 0.0
    pictures = 0
    wanted = [raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_TEXT]
    for item in page.get_objects(filter=wanted, max_depth=4):
        left, bottom, right, top = item.get_bounds()
        area = max(0.0, min(right, width) - max(left, 0)) * max(0.0, min(top, height) - max(bottom, 0))
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            pictures += 1
            covered += area / max(1.0, width * height)
            if area > 0.5 * width * height:
                shown = 0
            density = max(density, item.get_px_size()[0] / max(1.0, min(right - left, max(width, height))))
        elif raw.FPDFTextObj_GetTextRenderMode(item) != raw.FPDF_TEXTRENDERMODE_INVISIBLE:
            shown += max(1.0, area / 100.0)
    return _Kind(int(shown), min(1.0, covered), density, pictures)


def _draw(page: Any, side: int) -> Picture:
    """The page drawn `side` pixels long, as BGR."""
    bitmap = page.render(scale=side / max(page.get_size()))
    drawn: Picture = np.ascontiguousarray(bitmap.to_numpy()[:, :, :3])
    return drawn


def _digital(page: Any, textpage: Any, kind: _Kind, number: int) -> tuple[Page, tuple[Table, ...]]:
    picture = _draw(page, DIGITAL_SIDE)
    grids = ruled.find_grids(picture, paper.inked(picture))
    readings = _readings(page, textpage, (picture.shape[1], picture.shape[0]), grids)
    text, tables = paper_page.compose(readings, grids, number)
    looked = bool(kind.pictures) or paper.stamped(picture)
    seals, faint, seen = seals_of(picture, number) if looked else ((), (), True)
    size = (picture.shape[1], picture.shape[0])
    lines = tuple(Line(text=r.text, box=paper_page.box_of(r.quad, size)) for r in readings)
    blank = not readings and not kind.pictures and not seals
    return Page(
        number=number, text=text, lines=lines, seals=seals, faint=faint, seals_seen=seen, blank=blank
    ), tables


def _readings(page: Any, textpage: Any, size: tuple[int, int], grids: list[Grid]) -> list[Reading]:
    """Runs of characters on one line, in one cell, as lines with their places on the drawn page."""
    place = _placer(page, size)
    runs: list[list[tuple[str, Quad]]] = []
    last: tuple[int, Area | None] = (-1, None)
    for index in range(textpage.count_chars()):
        sign = textpage.get_text_range(index, 1)
        quad = place(*textpage.get_charbox(index, loose=True))
        if not sign.strip() or "\ufffe" in sign:
            if runs and runs[-1] and sign in {" ", "\u3000"}:
                runs[-1].append((sign, quad))
            continue
        where = _cell_of(quad, grids)
        if runs and where == last and _continues(runs[-1], quad):
            runs[-1].append((sign, quad))
        else:
            runs.append([(sign, quad)])
        last = where
    return [r for r in map(_run, runs) if r.text]


def _placer(page: Any, size: tuple[int, int]) -> Callable[[float, float, float, float], Quad]:
    """From a box in PDF user space (left, bottom, right, top) to pixels.

    Page rotation and crop box are taken into account.
    """
    raw = _pdfium().raw

    def point(x: float, y: float) -> tuple[int, int]:
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page, 0, 0, size[0] * 8, size[1] * 8, 0, x, y, across, down)
        return across.value, down.value

    def place(left: float, bottom: float, right: float, top: float) -> Quad:
        (ax, ay), (bx, by) = point(left, bottom), point(right, top)
        x0, x1, y0, y1 = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
        return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32) / np.float32(8)

    return place


def _cell_of(quad: Quad, grids: list[Grid]) -> tuple[int, Area | None]:
    for index, grid in enumerate(grids):
        if grid.holds(quad):
            x, y = grid.place(quad.mean(axis=0, keepdims=True))[0]
            return index, grid.area_at(float(x), float(y))
    return -1, None


def _continues(run: list[tuple[str, Quad]], quad: Quad) -> bool:
    """Whether a character stands on the run's line, not far behind its last one."""
    before = run[-1][1]
    height = max(1.0, float(quad[2, 1] - quad[0, 1]))
    level = abs(float(quad[:, 1].mean() - before[:, 1].mean())) < 0.6 * height
    gap = float(quad[0, 0] - before[1, 0])
    return level and -0.5 * height < gap < 2.0 * height


def _run(run: list[tuple[str, Quad]]) -> Reading:
    text = "".join(sign for sign, _ in run).strip()
    points = np.concatenate([quad for _, quad in run])
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return Reading(text, 1.0, np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32), 1.0)
