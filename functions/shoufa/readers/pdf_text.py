"""Characters of a born-digital PDF page as lines of text with their places on the drawn page."""

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np

from shoufa.readers.ocr import Reading
from shoufa.readers.ruled import Area, Grid

MAX_CHARACTERS = 60_000
"""Characters of one page that get a place; a full page of newsprint has 20,000."""
Bounds = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""
_UNIT = 1 << 16


def pdfium() -> Any:
    """The library, without its types: most of it is generated from C."""
    import pypdfium2

    return pypdfium2


def readings(page: Any, textpage: Any, size: tuple[int, int], grids: list[Grid]) -> list[Reading]:
    """Runs of characters on one line, in one cell; `size`: (width, height) of the drawn page in pixels."""
    unicode = pdfium().raw.FPDFText_GetUnicode
    place, cells = _placer(page, size), _Cells(grids)
    runs: list[list[tuple[str, Bounds]]] = []
    last: tuple[int, Area | None] = (-1, None)
    for index in range(min(textpage.count_chars(), MAX_CHARACTERS)):
        sign = _sign(unicode(textpage, index))
        if not sign.strip():
            if runs and sign in {" ", "\u3000"}:
                runs[-1].append((sign, runs[-1][-1][1]))
            continue
        bounds = place(*textpage.get_charbox(index, loose=True))
        where = cells.at(bounds)
        if runs and where == last and _continues(runs[-1], bounds):
            runs[-1].append((sign, bounds))
        else:
            runs.append([(sign, bounds)])
        last = where
    return [r for r in map(_run, runs) if r.text]


def _sign(code: int) -> str:
    """The character of a code, "" for half of a pair, for none, and for a hyphen that only breaks a line."""
    return "" if not 0 < code < 0x110000 or 0xD800 <= code < 0xE000 or code in {0xFFFE, 0xFFFF} else chr(code)


def _placer(page: Any, size: tuple[int, int]) -> Callable[[float, float, float, float], Bounds]:
    """From a box in PDF user space (left, bottom, right, top) to pixels.

    Page rotation and crop box are taken into account: the map is affine, three points tell it.
    """
    to_device = pdfium().raw.FPDF_PageToDevice

    def corner(x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        to_device(page, 0, 0, _UNIT, _UNIT, 0, x, y, across, down)
        return across.value * size[0] / _UNIT, down.value * size[1] / _UNIT

    step = max(1.0, *page.get_size())
    (ox, oy), (ax, ay), (bx, by) = corner(0, 0), corner(step, 0), corner(0, step)
    ax, ay, bx, by = (ax - ox) / step, (ay - oy) / step, (bx - ox) / step, (by - oy) / step

    def place(left: float, bottom: float, right: float, top: float) -> Bounds:
        x0, y0 = ox + ax * left + bx * bottom, oy + ay * left + by * bottom
        x1, y1 = ox + ax * right + bx * top, oy + ay * right + by * top
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    return place


class _Cells:
    """Finds the cell of a place, asking a grid only about places within its outline."""

    def __init__(self, grids: list[Grid]) -> None:
        self._grids = [(g, g.corners.min(axis=0).tolist(), g.corners.max(axis=0).tolist()) for g in grids]

    def at(self, bounds: Bounds) -> tuple[int, Area | None]:
        """Number of the grid and the cell in it, (-1, None) outside of tables."""
        x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
        for index, (grid, (x0, y0), (x1, y1)) in enumerate(self._grids):
            quad = np.array([[x, y]], np.float32)
            if x0 <= x <= x1 and y0 <= y <= y1 and grid.holds(quad):
                flat = grid.place(quad)[0]
                return index, grid.area_at(float(flat[0]), float(flat[1]))
        return -1, None


def _continues(run: list[tuple[str, Bounds]], bounds: Bounds) -> bool:
    """Whether a character stands on the run's line, not far behind its last one."""
    before = run[-1][1]
    height = max(1.0, bounds[3] - bounds[1])
    level = abs(bounds[1] + bounds[3] - before[1] - before[3]) < 1.2 * height
    return level and -0.5 * height < bounds[0] - before[2] < 2.0 * height


def _run(run: list[tuple[str, Bounds]]) -> Reading:
    text = "".join(sign for sign, _ in run).strip()
    x0, y0 = min(b[0] for _, b in run), min(b[1] for _, b in run)
    x1, y1 = max(b[2] for _, b in run), max(b[3] for _, b in run)
    return Reading(text, 1.0, np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32), 1.0)
