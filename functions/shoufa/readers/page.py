"""One picture of a page, read: text, ruled tables, seals, and how well it could be read."""

import numpy as np

from shoufa.domain.codes import Shape
from shoufa.domain.facts import Box, Cell, Line, Page, Seal, Table
from shoufa.readers import facing, lines, open_tables, paper, ruled
from shoufa.readers.lines import Draft
from shoufa.readers.ocr import Picture, Quad, Reading
from shoufa.readers.paper import Sheet
from shoufa.readers.ruled import Grid
from shoufa.readers.seal_album import Album
from shoufa.readers.seals_of import seals_of
from shoufa.readers.tables import as_text

INK_OF_BLANK = 0.0004
"""Share of clearly dark pixels up to which a page without lines is blank: dust and edges of the scanner."""

MARGIN = 0.09
"""Share of the width at each side in which pages are punched and scanners leave shadows."""
LEAST_LIGHT = 60
"""Grey of the darkest paper: a darker picture shows nothing, but it is no blank page."""
LEAST_SIDE = 64
"""Pixels of the shorter side of a page that can hold a seal."""
_ROUND = frozenset("0Oo〇○●◯•·.。°")

LOW = 0.8
"""Mean score under which a page may stand on its head; upright office pages read at 0.9 and more."""


Read = tuple[Page, tuple[Table, ...]]
"""A page, and the tables that stand on it."""


def read_page(picture: Picture, number: int, album: Album | None = None) -> Read:
    """Read a page of paper from its picture (BGR); its tables carry the page's number.

    Pictures of its seals go into the album. Of two pages side by side on one sheet the left one is read
    first, then the right one.
    """
    sheet = paper.lay(picture)
    made = _drafted(sheet)
    if _on_head(sheet, made[1]):
        sheet = paper.turned(sheet, 180)
        made = _drafted(sheet)
    return _read(sheet, made, number, album)


def _on_head(sheet: Sheet, draft: Draft) -> bool:
    """Whether what was read badly reads better the other way up."""
    return bool(draft.quads) and draft.quality < LOW and paper.stands_on_head(sheet)


def _read(sheet: Sheet, made: tuple[list[Grid], Draft], number: int, album: Album | None) -> Read:
    grids, draft = made
    readings = _without_holes(lines.finished(draft), sheet.colour.shape[1])
    pages = _apart(readings, grids, facing.parting(sheet, grids))
    composed = [compose(own, drawn, number) for own, drawn in pages]
    size = (sheet.colour.shape[1], sheet.colour.shape[0])
    large = min(size) >= LEAST_SIDE
    seals, faint, seen = seals_of(sheet.colour, number, album) if large else ((), (), False)
    faint = tuple(f for f in faint if not _is_hole(f))
    blank = not readings and not seals and not faint and _ink(sheet.lifted) < INK_OF_BLANK
    page = Page(
        number=number,
        text="\n".join(text for text, _ in composed),
        lines=tuple(
            Line(text=r.text, box=box_of(r.quad, size), score=round(r.score, 3))
            for own, _ in pages
            for row in lines.in_order(own)
            for r in row
        ),
        seals=seals,
        faint=faint,
        quality=1.0 if blank else quality(readings),
        seals_seen=seen,
        blank=blank,
        rotation=sheet.rotation,
        scanned=True,
    )
    return page, tuple(table for _, tables in composed for table in tables)


def _apart(
    readings: list[Reading], grids: list[Grid], parting: float | None
) -> list[tuple[list[Reading], list[Grid]]]:
    """Lines and tables of the left and of the right page, where two lie side by side on one sheet."""
    if parting is None:
        return [(readings, grids)]
    return [
        (
            [r for r in readings if (float(r.quad[:, 0].mean()) < parting) == left],
            [g for g in grids if (float(g.corners[:, 0].mean()) < parting) == left],
        )
        for left in (True, False)
    ]


def _drafted(sheet: Sheet) -> tuple[list[Grid], Draft]:
    drawn = ruled.find_grids(sheet.lifted, sheet.region) if sheet.quads else []
    grids = [grid for grid in drawn if _has_room(grid, sheet.quads)]
    grids += open_tables.find_open(sheet.lifted, sheet.region, sheet.quads, grids)
    return grids, lines.draft(sheet.lifted, _cut(sheet.quads, grids))


def _has_room(grid: Grid, quads: list[Quad]) -> bool:
    """Whether the rows are tall enough for their text; strokes of large letters draw grids as well."""
    heights = [float(np.ptp(grid.place(q)[:, 1])) for q in quads if grid.holds(q)]
    rows = np.diff(grid.ys)
    return not heights or float(np.median(rows)) >= 0.7 * float(np.median(heights))


def _cut(quads: list[Quad], grids: list[Grid]) -> list[Quad]:
    pieces: list[Quad] = []
    for quad in quads:
        grid = next((g for g in grids if g.holds(quad)), None)
        pieces.extend([quad] if grid is None else ruled.cut_at_rules(quad, grid))
    return pieces


def _is_hole(place: Seal) -> bool:
    """Whether a doubtful place is a punched hole: unread, in the margin, not at the edge."""
    x0, _, x1, _ = place.box
    margin = (x1 <= MARGIN and x0 > 0) or (x0 >= 1 - MARGIN and x1 < 1)
    return margin and place.shape is Shape.SQUARE and not place.name


def _without_holes(readings: list[Reading], width: int) -> list[Reading]:
    """The lines of a page; nothing where all that was read are round holes punched into its margins."""

    def hole(reading: Reading) -> bool:
        x = float(reading.quad[:, 0].mean()) / width
        return set(reading.text) <= _ROUND and not MARGIN < x < 1 - MARGIN

    return [] if all(map(hole, readings)) else readings


def _ink(picture: Picture) -> float:
    """Share of pixels much darker than the paper around them, margins aside; all of a page without light."""
    import cv2

    grey = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), (600, 800), interpolation=cv2.INTER_AREA)
    inner = grey[20:-20, round(600 * MARGIN) : -round(600 * MARGIN)]
    ground = cv2.medianBlur(inner, 51)
    if float(np.median(ground)) < LEAST_LIGHT:
        return 1.0
    return float((inner.astype("int16") < ground.astype("int16") - 60).mean())


def quality(readings: list[Reading]) -> float:
    """Mean recognition score over characters; 0 where nothing could be read at all."""
    weight = sum(len(r.text) for r in readings)
    return round(sum(r.score * len(r.text) for r in readings) / weight, 3) if weight else 0.0


def box_of(quad: Quad, size: tuple[int, int]) -> Box:
    """The upright box around a quad in page fractions; `size` is (width, height) in pixels."""
    (x0, y0), (x1, y1) = quad.min(axis=0), quad.max(axis=0)
    across, down = size
    fractions = (x0 / across, y0 / down, x1 / across, y1 / down)
    a, b, c, d = (round(min(1.0, max(0.0, float(f))), 4) for f in fractions)
    return a, b, c, d


def compose(readings: list[Reading], grids: list[Grid], number: int) -> tuple[str, tuple[Table, ...]]:
    """The page's text in reading order, tables as lines of `a | b | c` in their place, and the tables."""
    blocks: list[tuple[float, str]] = []
    tables = []
    left = readings
    for grid in grids:
        inside = [r for r in left if grid.holds(r.quad)]
        if not inside:
            continue
        left = [r for r in left if not grid.holds(r.quad)]
        table = _filled(grid, inside, number)
        tables.append(table)
        blocks.append((float(grid.corners[:, 1].min()), as_text(table)))
    for row in lines.in_order(left):
        blocks.append((float(row[0].quad[:, 1].mean()), "  ".join(r.text for r in row)))
    return "\n".join(text for _, text in sorted(blocks, key=lambda b: b[0])), tuple(tables)


def _filled(grid: Grid, readings: list[Reading], number: int) -> Table:
    held: dict[tuple[int, int], list[Reading]] = {}
    for reading in readings:
        x, y = grid.place(reading.quad.mean(axis=0, keepdims=True))[0]
        area = grid.area_at(float(x), float(y))
        held.setdefault((area.row, area.col), []).append(reading)
    cells = []
    for area in grid.areas:
        width = grid.xs[area.col + area.colspan] - grid.xs[area.col]
        text = lines.code_repaired(lines.joined(held.get((area.row, area.col), []), width))
        cells.append(Cell(row=area.row, col=area.col, text=text, rowspan=area.rowspan, colspan=area.colspan))
    return Table(page=number, cells=tuple(sorted(cells, key=lambda c: (c.row, c.col))))
