"""PDF through pdfium: scanned pages are read from their picture, born-digital pages from their text.

Nothing in a PDF is run: pdfium is built without a script engine.
"""

from typing import Any

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.readers import pdf_page, signature_pdf
from shoufa.readers.garbled import garbled
from shoufa.readers.gathered import Gathered, unreached
from shoufa.readers.pdf_active import active
from shoufa.readers.pdf_page import Make
from shoufa.readers.pdf_text import pdfium
from shoufa.readers.time_budget import Care, TimeBudget

FEW_LETTERS = 5
"""Letters up to which a page shows more than its text says, if it shows anything."""


def read_pdf(data: bytes, found: Gathered, budget: TimeBudget) -> None:
    """Read a PDF into `found`.

    Raises Unreadable: "unreadable", "encrypted", "too-large" (no page that is within the limit of pixels).
    """
    library = pdfium()
    try:
        document = library.PdfDocument(data)
    except library.PdfiumError as err:
        if getattr(err, "err_code", None) == library.raw.FPDF_ERR_PASSWORD:
            raise Unreadable(UnreadableCode.ENCRYPTED, "PDF under a password") from err
        raise Unreadable(UnreadableCode.UNREADABLE, "broken PDF") from err
    try:
        document.init_forms()
        found.active.extend(active(document, data))
        found.count = len(document)
        pages = _Pages(document, found, budget)
        pages.read()
        signature_pdf.put_signatures(document, data, found, in_time=budget.has_time_for_text)
        pages.show_signatures()
    finally:
        document.close()


class _Pages:
    """The pages of one document on their way into what is gathered."""

    def __init__(self, document: Any, found: Gathered, budget: TimeBudget) -> None:
        self.document, self.found, self.budget = document, found, budget
        self.broken = self.large = 0

    def read(self) -> None:
        """Read them all, the most telling first. Raises Unreadable if none can be read."""
        order = self.found.order()
        for place, number in enumerate(order):
            try:
                self._page(self.document[number - 1], number, len(order) - place - 1)
            except pdfium().PdfiumError:
                self.broken += 1
                self.found.put(unreached(number))
        if self.large and self.large + self.broken == len(order):
            raise Unreadable(UnreadableCode.TOO_LARGE, "more pixels than a page can have")
        if self.broken == len(order):
            raise Unreadable(UnreadableCode.UNREADABLE, "no page of the PDF can be read")

    def show_signatures(self) -> None:
        """Keep pictures of the seals that signatures set, where they stand on a page that can be drawn."""
        for number in sorted(self.found.read):
            set_here = [s for s in self.found.read[number][0].seals if signature_pdf.is_shown(s)]
            page = self.document[number - 1] if set_here and self.budget.care(0) >= Care.SEALS else None
            if page is None or pdf_page.make_of(page).pixels > self.budget.limits.page_pixels:
                continue
            picture = pdf_page.draw(page, pdf_page.DIGITAL_SIDE)
            for seal in set_here:
                self.found.album.add(picture, seal)

    def _page(self, page: Any, number: int, waiting: int) -> None:
        made = pdf_page.make_of(page)
        if pdf_page.is_no_paper(page):
            self.found.put(pdf_page.text_only(page.get_textpage(), number))
        elif made.pixels > self.budget.limits.page_pixels:
            self._too_large(page, number, made)
        elif made.scanned:
            side = pdf_page.paper_side(page, made)
            self.found.paper(lambda: pdf_page.draw(page, side), number, waiting, self.budget)
        else:
            self._born_digital(page, number, waiting, made)

    def _too_large(self, page: Any, number: int, made: Make) -> None:
        """A page with a picture past the limit is not drawn; text that it has beside it is taken."""
        self.found.short = True
        read = unreached(number) if made.scanned else pdf_page.text_only(page.get_textpage(), number)
        self.large += not read.text
        self.found.put(read)

    def _born_digital(self, page: Any, number: int, waiting: int, made: Make) -> None:
        textpage = page.get_textpage()
        care = self.budget.care(waiting)
        if care < Care.SEALS:
            self.found.short = True
            timely = self.budget.has_time_for_text
            self.found.put(pdf_page.text_only(textpage, number) if timely else unreached(number))
            return
        doubtful = _says_less_than_it_shows(textpage.get_text_range())
        if doubtful and self._recognised(page, number, waiting, made):
            return
        with self.budget.measured(Care.SEALS):
            turned = pdf_page.turned_upright(page)
            read, tables = pdf_page.read_digital(page, made, number, self.found.album)
            self.found.put(read.model_copy(update={"rotation": turned}), tables)

    def _recognised(self, page: Any, number: int, waiting: int, made: Make) -> bool:
        """Read a page from its picture in place of its text; false if that says nothing at all."""
        picture = pdf_page.draw(page, pdf_page.DIGITAL_SIDE)
        apart = Gathered(limit=number, count=number, album=self.found.album)
        apart.paper(lambda: picture, number, waiting, self.budget)
        read = apart.pages[-1]
        if read.blank or not (read.text or apart.short):
            return False
        self.found.short |= apart.short
        scanned = made.covered >= pdf_page.COVERED
        self.found.put(read.model_copy(update={"scanned": scanned}), apart.tables)
        return True


def _says_less_than_it_shows(text: str) -> bool:
    """Whether letters may be drawn as shapes, or the fonts do not say what they mean."""
    return sum(not c.isspace() for c in text) < FEW_LETTERS or garbled(text)
