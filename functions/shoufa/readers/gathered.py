"""The pages of one document as they are read, in whatever order: at every moment all there is so far."""

from collections.abc import Callable
from dataclasses import dataclass, field

from shoufa.domain.facts import Page, Table
from shoufa.readers.ocr import Picture
from shoufa.readers.seal_album import Album
from shoufa.readers.time_budget import Care, TimeBudget

READ_FIRST, READ_LAST = 20, 5
"""Pages that are read before all others: what a document is, and who signed it, stands there."""

LEAST_SIDE = 32
"""Pixels of a page's shorter side under which it is no page."""


@dataclass
class Gathered:
    """Pages read so far by number, and their tables; `count`: pages of the file, `limit`: most that are read.

    `short`: something was left out of a page that was read. `active` as in `Facts`. `album`: pictures of the
    seals on them.
    """

    limit: int
    count: int = 0
    short: bool = False
    active: list[str] = field(default_factory=list)
    read: dict[int, tuple[Page, tuple[Table, ...]]] = field(default_factory=dict)
    album: Album = field(default_factory=Album)

    @property
    def wanted(self) -> int:
        """How many pages are to be read."""
        return min(self.count, self.limit)

    def order(self) -> list[int]:
        """Page numbers in the order in which they are best read."""
        numbers = list(range(1, self.wanted + 1))
        if self.wanted <= READ_FIRST + READ_LAST:
            return numbers
        return numbers[:READ_FIRST] + numbers[-READ_LAST:] + numbers[READ_FIRST:-READ_LAST]

    def put(self, page: Page, tables: tuple[Table, ...] = ()) -> None:
        """Keep a page that was read."""
        self.read[page.number] = (page, tables)

    def paper(self, draw: Callable[[], Picture], number: int, waiting: int, budget: TimeBudget) -> None:
        """Read a page of paper from its picture as far as the time allows, and keep it."""
        care = budget.care(waiting)
        with budget.measured(care):
            page, tables = read_paper(draw, number, care, self.album)
        self.short |= care is not Care.FULL
        self.put(page, tables)

    @property
    def pages(self) -> tuple[Page, ...]:
        """All pages to be read, in order; one that was not reached says so."""
        read = dict(self.read)
        return tuple(read[n][0] if n in read else unreached(n) for n in range(1, self.wanted + 1))

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables of all pages, in order."""
        return tuple(t for _, (_, tables) in sorted(dict(self.read).items()) for t in tables)

    @property
    def truncated(self) -> bool:
        """Whether anything was left out."""
        return self.short or self.count > self.limit or len(self.read) < self.wanted


def unreached(number: int, *, scanned: bool = False) -> Page:
    """A page of which nothing is known: nobody may say that it bears no seal."""
    return Page(number=number, quality=0.0, seals_seen=False, scanned=scanned)


def read_paper(
    draw: Callable[[], Picture], number: int, care: Care, album: Album
) -> tuple[Page, tuple[Table, ...]]:
    """Read a page of paper with so much care; it is drawn only if it is looked at."""
    from shoufa.readers import page as paper_page
    from shoufa.readers import paper
    from shoufa.readers.seals_of import seals_of

    if care is Care.NONE:
        return unreached(number, scanned=True), ()
    picture = draw()
    if min(picture.shape[:2]) < LEAST_SIDE:
        return unreached(number, scanned=True), ()
    if care is Care.FULL:
        return paper_page.read_page(picture, number, album)
    if care is Care.STAMPS and not paper.stamped(picture):
        return unreached(number, scanned=True), ()
    seals, faint, seen = seals_of(picture, number, album)
    bare = unreached(number, scanned=True)
    return bare.model_copy(update={"seals": seals, "faint": faint, "seals_seen": seen}), ()
