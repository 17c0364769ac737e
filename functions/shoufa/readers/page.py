"""One picture of a page, read: text, ruled tables, seals, and how well it could be read."""

import numpy as np

from shoufa.domain.facts import Box, Cell, Line, Page, Table
from shoufa.readers import lines, paper, ruled
from shoufa.readers.lines import Draft
from shoufa.readers.ocr import Picture, Quad, Reading
from shoufa.readers.paper import Sheet
from shoufa.readers.ruled import Grid
from shoufa.readers.seals_of import seals_of
from shoufa.readers.tables import as_text

INK_OF_BLANK = 0.0004
"""Share of clearly dark pixels up to which a page without lines is blank: dust and edges of the scanner."""

LOW = 0.8
"""Mean score under which a page may stand on its head; upright office pages read at 0.9 and more."""


def read_page(picture: Picture, number: int) -> tuple[Page, tuple[Table, ...]]:
    """Read a page of paper from its picture (BGR); its tables carry the page's number."""
    sheet = paper.lay(picture)
    grids, draft = _drafted(sheet)
    if draft.quads and draft.quality < LOW and paper.stands_on_head(sheet):
        sheet = paper.turned(sheet, 180)
        grids, draft = _drafted(sheet)
    readings = lines.finished(draft)
    text, tables = compose(readings, grids, number)
    seals, faint, seen = seals_of(sheet.colour, number)
    blank = not readings and not seals and not faint and _ink(sheet.lifted) < INK_OF_BLANK
    size = (sheet.colour.shape[1], sheet.colour.shape[0])
    page = Page(
        number=number,
        text=text,
        lines=tuple(
            Line(text=r.text, box=box_of(r.quad, size), score=round(r.score, 3))
            for row in lines.in_order(readings)
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
    return page, tables


def _drafted(sheet: Sheet) -> tuple[list[Grid], Draft]:
    drawn = ruled.find_grids(sheet.lifted, sheet.region) if sheet.quads else []
    grids = [grid for grid in drawn if _has_room(grid, sheet.quads)]
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


def _ink(picture: Picture) -> float:
    """Share of pixels much darker than the paper around them."""
    import cv2

    grey = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), (600, 800), interpolation=cv2.INTER_AREA)
    inner = grey[20:-20, 15:-15]
    return float((inner.astype("int16") < cv2.medianBlur(inner, 51).astype("int16") - 60).mean())


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
