"""Labelled pages for the seal reader: `drawn(seed, condition)` is a function of its arguments alone.

What counts. A seal is `counted` (must be claimed) where at least three fifths of its ink lie on the page and
show in the picture: not cut by the page's edge or a fold beyond that, not too pale to print. One with less
is a `part`: claiming it is no fault, nor is leaving it to a person; a page with nothing else is neither
sealed nor unsealed. A round date stamp with a body's name is a stamp but nobody's seal: `part`, not
official. A seal is `readable` where its glyphs are at least 13 pixels high and 8 wide, the ink is not weak, four
fifths of the text's ink show, nothing of it is cut off, little other print lies on its text (`COVERED`), and no
other seal lies on it.
"""

import hashlib
import math
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from samples import seal_decoys, seal_sheets, seal_wear
from samples.seal_presses import Die, die_mask, press, pressure, random_die

CONDITIONS = seal_wear.CONDITIONS
COUNTED, SHOWN = 0.6, 0.12
COVERED = {"colour": 0.12, "photo": 0.12, "grey": 0.06, "bw": 0.04}
"""Dark print over the text of a readable seal, as a share of its ring, at most."""
_SOURCES = ("names", "presses", "sheets", "decoys", "wear", "labelled")
_FEW, _MANY = (0.6, 0.25, 0.1, 0.05), (0.35, 0.3, 0.2, 0.15)
"""Shares of sealed pages with one to four seals."""
Bgr = tuple[int, int, int]


class Truth(NamedTuple):
    """One seal: box in page fractions (uncut), centre and half axes in pixels, and what is known of it."""

    box: tuple[float, float, float, float]
    x: float
    y: float
    a: float
    b: float
    shape: str
    ink: str
    name: str
    inner: str
    official: bool
    visible: float
    readable: bool

    @property
    def counted(self) -> bool:
        """Whether it must be claimed."""
        return self.visible >= COUNTED


class Labelled(NamedTuple):
    """One page: BGR uint8, its seals, whether any decoy stands on it."""

    image: np.ndarray
    seals: tuple[Truth, ...]
    decoys: int


class _Pressed(NamedTuple):
    """A seal on the flat sheet: its die, centre, half width, ink colour, what was left of it, ink mask."""

    die: Die
    at: tuple[float, float]
    half: float
    colour: Bgr
    strength: float
    left: float
    ink: np.ndarray
    print: float


def generator_hash() -> str:
    """Digest of the generator's own files: printed beside every figure."""
    folder = Path(__file__).parent
    text = b"".join((folder / f"seal_{n}.py").read_bytes() for n in _SOURCES)
    return hashlib.sha256(text).hexdigest()[:16]


def drawn(
    seed: int, condition: str, *, held: bool = True, sealed: bool | None = None, rich: bool = False
) -> Labelled:
    """One page; half of all bear no seal, most of those a decoy.

    `held`: with looks never trained on; `rich`: four of five sealed, with many chops and ovals.
    """
    rng = np.random.default_rng((seed, CONDITIONS.index(condition)))
    dpi = _dpi(rng, condition)
    layouts = seal_sheets.LAYOUTS if held else seal_sheets.LAYOUTS[: -seal_sheets.HELD_LAYOUTS]
    layout = layouts[int(rng.integers(len(layouts)))]
    sheet = seal_sheets.Canvas(rng, dpi, wide=layout is seal_sheets.table and rng.random() < 0.5, held=held)
    places = layout(sheet)
    wanted = bool(rng.random() < (0.8 if rich else 0.5)) if sealed is None else sealed
    decoys = _decoys(sheet, 0.3 if wanted else 0.85)
    page = cv2.cvtColor(np.asarray(sheet.image), cv2.COLOR_RGB2BGR)
    if rng.random() < 0.3:
        page = cv2.multiply(page, np.array([*(rng.uniform(0.85, 1) * rng.uniform(0.95, 1, 3)), 0]))
    pressed = _seals(page, places, sheet, wanted, rich)
    if not wanted and rng.random() < 0.06:
        pressed = [_dated(page, sheet)]
    image, matrix = seal_wear.worn(page, condition, sheet.px, rng)
    seals = tuple(_truth(p, image, matrix, pressed, sheet.px, condition) for p in pressed)
    return Labelled(image, tuple(s for s in seals if s.visible >= SHOWN), decoys)


def _dpi(rng: np.random.Generator, condition: str) -> float:
    """What scanners are set to; a phone's page is as large as a scan at 110 to 200."""
    if condition == "bw":
        return float(rng.choice([150, 200, 200, 240, 300], p=[0.35, 0.2, 0.25, 0.12, 0.08]))
    return float(rng.choice([rng.uniform(110, 150), 150, 170, 200, 300], p=[0.2, 0.3, 0.22, 0.22, 0.06]))


def _decoys(sheet: seal_sheets.Canvas, share: float) -> int:
    """Print up to three decoys."""
    pool = seal_decoys.DECOYS if sheet.held else seal_decoys.DECOYS[: -seal_decoys.HELD_DECOYS]
    if sheet.rng.random() > share:
        return 0
    count = int(sheet.rng.integers(1, 4))
    for i in sheet.rng.choice(len(pool), count, replace=False):
        pool[i](sheet)
    return count


def ink_colour(rng: np.random.Generator) -> tuple[str, Bgr]:
    """A seal's ink, BGR: reds from orange to crimson, sometimes purple, blue or nearly black."""
    kind, r = rng.random(), rng.integers
    if kind < 0.84:
        return "red", (int(r(15, 95)), int(r(10, 75)), int(r(180, 245)))
    if kind < 0.89:
        return "red", (int(r(95, 140)), int(r(15, 60)), int(r(150, 200)))
    if kind < 0.96:
        return "blue", (int(r(130, 205)), int(r(30, 85)), int(r(20, 70)))
    return "black", (int(r(25, 60)), int(r(20, 55)), int(r(25, 60)))


def _seals(
    page: np.ndarray, places: list[tuple[float, float]], sheet: seal_sheets.Canvas, wanted: bool, rich: bool
) -> list[_Pressed]:
    """Press one to four seals where they go, now and then over the edge or on one another."""
    rng = sheet.rng
    if not wanted:
        return []
    done = []
    for i in range(int(rng.choice([1, 2, 3, 4], p=_MANY if rich else _FEW))):
        x, y = places[i] if i < len(places) else (rng.uniform(40, sheet.mm[0] - 40), rng.uniform(40, 80))
        x, y = x + rng.normal(0, 6), y + rng.normal(0, 5)
        die = random_die(rng, sheet.held, rich)
        if i == 0 and not rich and die.shape == "square" and rng.random() < 0.5:
            die = random_die(rng, sheet.held)
        fate = rng.random()
        if fate < 0.06:
            x = (sheet.mm[0] - rng.uniform(-10, 14)) if rng.random() < 0.75 else rng.uniform(-10, 14)
        elif fate < 0.09:
            y = sheet.mm[1] - rng.uniform(-8, 14)
        done.append(_pressed(page, die, (x, y), sheet, fold=0.09 < fate < 0.12))
    return done


def _pressed(
    page: np.ndarray, die: Die, mm: tuple[float, float], sheet: seal_sheets.Canvas, *, fold: bool
) -> _Pressed:
    """Press one seal."""
    rng = sheet.rng
    half, at = die.radius * sheet.px, (mm[0] * sheet.px, mm[1] * sheet.px)
    mask = die_mask(die)
    scale = 2.1 * half / (2.1 * 150)
    mask = cv2.resize(mask, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    strength = float(rng.choice([1.0, 0.85, 0.65, 0.45, 0.32], p=[0.32, 0.27, 0.2, 0.14, 0.07]))
    whole = float(mask.sum())
    if fold:
        cut = int(mask.shape[1] * rng.uniform(0.2, 0.8))
        mask[:, cut:] = 0
    ink = mask * pressure(rng, mask.shape, strength)
    under = _printed(page, at, half)
    _, colour = ink_colour(rng)
    press(page, ink, at, colour)
    return _Pressed(
        die, at, half, colour, strength, float(mask.sum()) / max(whole, 1), ink, under
    )


def _printed(page: np.ndarray, at: tuple[float, float], half: float) -> float:
    """The share of dark print where a seal's text will lie."""
    x, y, r = round(at[0]), round(at[1]), round(half)
    area = page[max(0, y - r) : y + r, max(0, x - r) : x + r]
    if min(area.shape[:2]) < 3:
        return 0.0
    ys, xs = np.mgrid[0 : area.shape[0], 0 : area.shape[1]]
    away = np.hypot(xs + max(0, x - r) - at[0], ys + max(0, y - r) - at[1]) / half
    zone = (away > 0.5) & (away < 0.9)
    return float((area[zone].min(1) < 150).mean()) if zone.any() else 0.0


def _dated(page: np.ndarray, sheet: seal_sheets.Canvas) -> _Pressed:
    """A round date stamp of an office that takes in mail."""
    rng = sheet.rng
    die = random_die(rng, sheet.held)._replace(
        shape="round",
        aspect=1.0,
        centre="",
        inner="2023.7.31",
        radius=float(rng.uniform(11, 17)),
        latin="",
        name="收文专用章",
        span=150.0,
        official=False,
        narrow=0.8,
    )
    place = (float(rng.uniform(30, sheet.mm[0] - 30)), float(rng.uniform(30, sheet.mm[1] - 30)))
    return _pressed(page, die, place, sheet, fold=False)


def _truth(
    p: _Pressed, image: np.ndarray, matrix: np.ndarray, all_: list[_Pressed], px: float, condition: str
) -> Truth:
    """Where a seal lies in the worn picture and how much of it shows."""
    a, b = p.half, p.half * p.die.aspect
    reach = np.hypot(a, b) if p.die.shape == "square" else a
    ring = [(math.cos(t) * a, math.sin(t) * b) for t in np.arange(0, 2 * math.pi, 0.2)]
    spin, points = math.radians(p.die.turn if p.die.aspect < 1 or p.die.shape == "square" else 0), []
    corners = ((-a, -b), (a, -b), (a, b), (-a, b)) if p.die.shape == "square" else ring
    for x, y in corners:
        points.append(
            (
                p.at[0] + x * math.cos(spin) - y * math.sin(spin),
                p.at[1] + x * math.sin(spin) + y * math.cos(spin),
            )
        )
    moved = cv2.perspectiveTransform(np.array([points], np.float32), matrix)[0]
    low, high = moved.min(0), moved.max(0)
    height, width = image.shape[:2]
    scale = float((high - low).max()) / max(2 * reach, 1)
    shown = _shown(p, image, matrix)
    blue, _, red = p.colour
    ink = "black" if max(p.colour) - min(p.colour) < 40 else "blue" if blue > red else "red"
    alone = all(
        q is p or math.hypot(q.at[0] - p.at[0], q.at[1] - p.at[1]) > q.half + p.half * 0.9 for q in all_
    )
    glyph = p.die.radius * p.die.glyph * px * scale
    step = math.radians(p.die.span) * p.die.radius * 0.76 / max(1, len(p.die.name)) * px * scale
    fit = glyph >= 13 and min(glyph * p.die.narrow, step) >= 8 and shown >= 0.92
    fit = fit and _shown(p, image, matrix, (0.5, 0.87)) >= 0.8
    readable = (
        fit
        and alone
        and p.strength >= 0.6
        and p.print < COVERED[condition]
        and p.die.shape != "square"
        and not p.die.latin
        and min(p.ink.shape) > 9
    )
    dated = p.die.name == "收文专用章"
    return Truth(
        (float(low[0] / width), float(low[1] / height), float(high[0] / width), float(high[1] / height)),
        float(low[0] + high[0]) / 2, float(low[1] + high[1]) / 2, float(high[0] - low[0]) / 2, float(high[1] - low[1]) / 2,
        p.die.shape, ink if condition in {"colour", "photo"} else "black", p.die.latin or p.die.name, p.die.inner,
        p.die.official, min(shown, COUNTED - 0.01) if dated else shown, readable and not dated,
    )  # fmt: skip


def _shown(p: _Pressed, image: np.ndarray, matrix: np.ndarray, zone: tuple[float, float] = (0, 2)) -> float:
    """The share of the seal's ink (between two radii) that is on the page and darker than the paper about it."""
    height, width = p.ink.shape
    ys, xs = np.nonzero(p.ink > 0.25 * float(p.ink.max() or 1))
    away = np.hypot((xs - width / 2) / p.half, (ys - height / 2) / (p.half * p.die.aspect))
    within = (away >= zone[0]) & (away < zone[1])
    ys, xs = ys[within], xs[within]
    pick = np.random.default_rng(0).integers(0, max(1, len(xs)), 1500) if len(xs) else np.zeros(0, int)
    points = np.stack([xs[pick] + p.at[0] - width / 2, ys[pick] + p.at[1] - height / 2], 1).astype(np.float32)
    if not len(points):
        return 0.0
    moved = np.round(cv2.perspectiveTransform(points[None], matrix)[0]).astype(int)
    on = (moved >= 0).all(1) & (moved[:, 0] < image.shape[1]) & (moved[:, 1] < image.shape[0])
    if on.mean() < 0.05:
        return 0.0
    low, high = np.maximum(moved[on].min(0) - 3, 0), moved[on].max(0) + 4
    crop = image[low[1] : high[1], low[0] : high[0]].min(2)
    paper = float(np.percentile(crop, 85))
    there = crop[moved[on][:, 1] - low[1], moved[on][:, 0] - low[0]]
    dark = float((there < paper - 14).mean())
    return float(on.mean()) * p.left * min(1.0, dark * 1.15)
