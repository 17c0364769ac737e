"""One page of a PDF: what it is made of, its picture, its text where it is born digital."""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from shoufa.domain.facts import Line, Page, Table
from shoufa.readers import page as paper_page
from shoufa.readers import paper, pdf_text, ruled
from shoufa.readers.ocr import Picture
from shoufa.readers.seal_album import Album
from shoufa.readers.seals_of import seals_of

DIGITAL_SIDE = 1754
"""Long side in pixels at which digital pages are drawn, 150 dpi of A4."""
COVERED = 0.6
"""Share of a page that pictures cover from which the page may be a picture of paper."""
STAMPED_TEXT = 150
"""Characters that a scanning program or a filing system prints on a picture of paper, and no more."""
MAX_OBJECTS = 20_000
"""Objects of a page that are looked at to tell what it is."""
NARROW, SIDE_OF_FIELDS = 20, 1e6
"""Times that a page may be longer than wide; points of a side that no paper has (350 m)."""
FEW, LOOKED_AT = 20, 600
"""Characters under which a page is not turned for their sake, and most that are looked at."""
_SPECK = 0.01
"""Share of the page under which a picture hides no text."""
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Make:
    """What a page is made of.

    Visible characters (about), share covered by pictures, pixels per point and pixels of the largest.
    """

    characters: float
    covered: float
    density: float
    pictures: int
    pixels: int

    @property
    def scanned(self) -> bool:
        """Whether it is a picture of paper, with no more text than a scanner prints on it."""
        return self.covered >= COVERED and self.characters < STAMPED_TEXT


def make_of(page: Any) -> Make:
    """Look at the page's objects; text that a later picture hides, or that is drawn invisibly, is no text."""
    raw = pdf_text.pdfium().raw
    sheet = page.get_cropbox()
    whole = max(1.0, _area(sheet))
    texts: list[tuple[float, float, float]] = []
    covered = density = 0.0
    pictures = pixels = 0
    wanted = [raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_TEXT]
    for number, item in enumerate(page.get_objects(filter=wanted, max_depth=4)):
        if number >= MAX_OBJECTS:
            break
        box = _on_page(item, sheet)
        area = _area(box)
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            across, down = item.get_px_size()
            pictures, pixels, covered = pictures + 1, max(pixels, across * down), covered + area / whole
            density = max(density, across / max(1.0, box[2] - box[0]))
            texts = texts if area < _SPECK * whole else [t for t in texts if not _inside(t, box)]
        elif raw.FPDFTextObj_GetTextRenderMode(item) != raw.FPDF_TEXTRENDERMODE_INVISIBLE:
            texts.append(((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, max(1.0, area / 100.0)))
    return Make(sum(t[2] for t in texts), min(1.0, covered), density, pictures, pixels)


def _on_page(item: Any, sheet: Box) -> Box:
    """The part of an object on the page, in user space; what stands in a form is where the form puts it."""
    left, bottom, right, top = item.get_bounds()
    outer = item.container
    if outer is not None:
        corners = [outer.get_matrix().on_point(x, y) for x in (left, right) for y in (bottom, top)]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        left, bottom, right, top = min(xs), min(ys), max(xs), max(ys)
    return max(sheet[0], left), max(sheet[1], bottom), min(right, sheet[2]), min(top, sheet[3])


def _area(box: Box) -> float:
    """Of a box left, bottom, right, top."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _inside(text: tuple[float, float, float], box: Box) -> bool:
    return box[0] <= text[0] <= box[2] and box[1] <= text[1] <= box[3]


def is_no_paper(page: Any) -> bool:
    """Whether a page is so narrow that nothing would be seen on it, or has no size at all."""
    short, long = sorted(page.get_size())
    return not 0 < long < SIDE_OF_FIELDS or short * NARROW < long


def turned_upright(page: Any) -> int:
    """Turn a page on which nearly all characters lie on their side or head; clockwise, in degrees.

    Programs print a wide table so on a page that is higher than wide.
    """
    textpage = page.get_textpage()
    raw = pdf_text.pdfium().raw
    places = range(min(textpage.count_chars(), LOOKED_AT))
    kept = [i for i in places if not chr(min(raw.FPDFText_GetUnicode(textpage, i), 0xFFFF)).isspace()]
    quarters = Counter(round(raw.FPDFText_GetCharAngle(textpage, i) / (math.pi / 2)) % 4 for i in kept)
    quarter, count = quarters.most_common(1)[0] if quarters else (0, 0)
    before, after = page.get_rotation(), 90 * (-quarter % 4)
    if after == before or count < FEW or count < 0.9 * len(kept):
        return 0
    page.set_rotation(after)
    return int(after - before) % 360


def draw(page: Any, side: int) -> Picture:
    """The page drawn `side` pixels long, as BGR."""
    bitmap = page.render(scale=side / max(page.get_size()))
    drawn: Picture = np.ascontiguousarray(bitmap.to_numpy()[:, :, :3])
    return drawn


def paper_side(page: Any, made: Make) -> int:
    """The long side at which a page of paper is drawn: as large as its picture, within what is read."""
    return min(paper.LONG_SIDE, max(1000, round(made.density * float(max(page.get_size())))))


def read_digital(page: Any, made: Make, number: int, album: Album) -> tuple[Page, tuple[Table, ...]]:
    """Lines, ruled tables and seals of a born-digital page."""
    picture = draw(page, DIGITAL_SIDE)
    size = (picture.shape[1], picture.shape[0])
    grids = ruled.find_grids(picture, paper.inked(picture))
    readings = pdf_text.readings(page, page.get_textpage(), size, grids)
    text, tables = paper_page.compose(readings, grids, number)
    looked = bool(made.pictures) or paper.stamped(picture)
    seals, faint, seen = seals_of(picture, number, album) if looked else ((), (), True)
    lines = tuple(Line(text=r.text, box=paper_page.box_of(r.quad, size)) for r in readings)
    blank = not readings and not made.pictures and not seals
    read = Page(
        number=number, text=text, lines=lines, seals=seals, faint=faint, seals_seen=seen, blank=blank
    )  # fmt: skip
    return read, tables


def text_only(textpage: Any, number: int) -> Page:
    """A born-digital page that is not drawn: its text, without places; its seals are not known."""
    text = "\n".join(line for line in textpage.get_text_range().splitlines() if line.strip())
    return Page(number=number, text=text, quality=1.0 if text else 0.0, seals_seen=False)
