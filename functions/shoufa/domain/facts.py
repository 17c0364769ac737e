"""What a reader gets out of bytes: a function of the bytes and the reader's version alone, never of a call.

Boxes are page fractions (x0, y0, x1, y1), origin at the top left, after the page was turned upright.
"""

from collections.abc import Iterator

from shoufa.domain.codes import Form, Ink, SealMethod, SealNote, SealReason, Shape
from shoufa.domain.errors import UnreadableCode
from shoufa.domain.value import Value

READER_VERSION = "3"
Box = tuple[float, float, float, float]


class Seal(Value):
    """One seal seen on a page (contracts §2). Scores are 0..1; `name` is what was read on the ring or "".

    `inner` is the line across the middle (合同专用章 …), "" if none. `official` is null until it is judged
    against the bodies that matter, unless the seal itself says that it is a special one (合同, 财务, 部门,
    法人): then False.
    """

    page: int
    box: Box
    shape: Shape = Shape.ROUND
    ink: Ink = Ink.RED
    name: str = ""
    name_score: float = 0.0
    inner: str = ""
    score: float = 0.0
    official: bool | None = None
    method: SealMethod = SealMethod.IMAGE
    valid: bool | None = None
    candidates: tuple[str, ...] = ()
    """Other readings of the ring, best first: judging compares them with the names that matter."""
    crossed: bool = False
    """A line stands across the middle that could not be read: it may be a special seal (合同专用章)."""
    signer: str = ""
    """Subject of the certificate of an electronic seal; then `name` is the seal's own, or the subject's."""
    signed_at: str | None = None
    """When an electronic seal was set, ISO 8601: by its time stamp if it holds, else as it claims."""
    reason: SealReason | None = None
    """Why `valid` is not true; null for pictures."""
    notes: tuple[SealNote, ...] = ()
    """What the check of an electronic seal left open."""


class Line(Value):
    """One line of recognised text with its place on the page and the recogniser's confidence (0..1)."""

    text: str
    box: Box
    score: float = 1.0


class Cell(Value):
    """One cell of a table's grid: position, spans in grid units, text with line breaks."""

    row: int
    col: int
    text: str
    rowspan: int = 1
    colspan: int = 1


class Table(Value):
    """One table on one page (1-based; 1 for a Word body or a sheet): its cells in reading order.

    A long sheet without spans has `grid` in place of cells, rows of text from its first row and column on.
    """

    page: int = 1
    cells: tuple[Cell, ...] = ()
    grid: tuple[tuple[str, ...], ...] = ()
    name: str = ""
    """A sheet's name; "" for other tables."""

    def every(self) -> Iterator[Cell]:
        """Each cell that is not empty, however it is kept."""
        yield from self.cells
        for row, texts in enumerate(self.grid):
            yield from (Cell(row=row, col=col, text=text) for col, text in enumerate(texts) if text)

    def rows(self) -> list[list[str]]:
        """Cells as rows of text, each cell once at its first column; columns without a cell start are ""."""
        if self.grid:
            return [list(row) for row in self.grid]
        if not self.cells:
            return []
        height = max(c.row for c in self.cells) + 1
        width = max(c.col for c in self.cells) + 1
        grid = [[""] * width for _ in range(height)]
        for c in self.cells:
            grid[c.row][c.col] = c.text
        return grid


class Page(Value):
    """One page, or the whole body of an editable document (then number is 1).

    `text` is in reading order with line breaks. `quality` (0..1) says how well the page could be read; a
    page that is not paper has 1. `seals_seen` is False where the seal search could not be run on it.
    `faint` lists boxes where a seal may be, too weak or too damaged to be claimed.
    """

    number: int
    text: str = ""
    lines: tuple[Line, ...] = ()
    seals: tuple[Seal, ...] = ()
    faint: tuple[Seal, ...] = ()
    quality: float = 1.0
    seals_seen: bool = True
    blank: bool = False
    rotation: int = 0
    scanned: bool = False


class Facts(Value):
    """All that was read of one file. `unreadable` is set when nothing was; then pages are empty.

    `container` is the sniffed type (pdf docx doc wps rtf odt xlsx xls et ods csv html jpg png tif bmp gif
    webp heic ofd zip 7z rar tar gz txt eml unknown). `active` names macros and the like. `text_only` means
    that a fallback read the text without its structure. `truncated` means that pages past the limit were
    not read. `sensitive` is the secrecy mark found in its place on page 1 (then no text is kept).
    """

    sha256: str
    reader: str = READER_VERSION
    container: str = "unknown"
    form: Form | None = None
    page_count: int = 0
    pages: tuple[Page, ...] = ()
    tables: tuple[Table, ...] = ()
    headers: tuple[str, ...] = ()
    pictures: int = 0
    active: tuple[str, ...] = ()
    text_only: bool = False
    truncated: bool = False
    sensitive: str = ""
    unreadable: UnreadableCode | None = None
    reason: str = ""
    seconds: float = 0.0

    @property
    def places(self) -> tuple[Seal, ...]:
        """Each page's seals, then its faint ones, through the document: so pictures of them are numbered."""
        return tuple(seal for page in self.pages for seal in (*page.seals, *page.faint))

    @property
    def text(self) -> str:
        """The text of all pages."""
        return "\n".join(p.text for p in self.pages)
