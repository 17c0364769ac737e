"""Labelled pages for the seal reader: letters, forms and tables, with and without seals, as scanners give them.

`draw_page(seed, condition)` is a function of its arguments alone. Hard negatives (red heads, rules, badges, hand-drawn
circles, stamps in a box, coffee rings, pie charts) stand on any page.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np

from samples.seal_dies import Drawn, Look, Sheet, body_name, random_look, seal_mask, stamp

CONDITIONS = ("clean", "scan", "poor", "photo", "grey", "bw")
Place = tuple[float, float]


class Labelled(NamedTuple):
    """One page with its truth: BGR uint8, and the seals on it."""

    image: np.ndarray
    seals: tuple[Drawn, ...]
    condition: str
    kind: str


def _letter(s: Sheet) -> list[Place]:
    """A letter, with or without a red head; returns where its seal goes."""
    if s.rng.random() < 0.6:
        s.text((105, 42), body_name(s.rng) + ("文件" if s.rng.random() < 0.5 else ""), 11, s.red, "mm")
        s.line((27, 62), (183, 62), 0.8, s.red)
    s.text((105, 85), s.words(18), 6.5, anchor="mm")
    rows = int(s.rng.integers(5, 14))
    for i in range(rows):
        s.text((28, 105 + i * 9), s.words(28 if i % 4 != 3 else 15), 5.3)
    y = 118 + rows * 9
    s.text((140, y), body_name(s.rng)[:14], 5.3, anchor="mm")
    s.text((140, y + 9), "2023年7月30日", 5.3, anchor="mm")
    return [(140 + s.rng.normal(0, 6), y + s.rng.normal(3, 4)), (75, y)]


def _form(s: Sheet) -> list[Place]:
    """A form's inner page: a grid of cells, and boxes for opinions."""
    colour = s.red if s.rng.random() < 0.15 else (40, 40, 40)
    top = float(s.rng.uniform(25, 60))
    rows = int(s.rng.integers(4, 11))
    for i in range(rows + 1):
        s.line((25, top + i * 11), (185, top + i * 11), 0.3, colour)
    for x in (25, 60, 110, 140, 185):
        s.line((x, top), (x, top + rows * 11), 0.3, colour)
    for i in range(rows):
        for x, n in ((27, 6), (62, 9), (112, 5), (142, 8)):
            s.text((x, top + i * 11 + 5.5), s.words(n), 4.2)
    y = top + rows * 11 + 12
    for a, b in (
        ((25, y), (185, y)),
        ((25, y + 55), (185, y + 55)),
        ((25, y), (25, y + 55)),
        ((185, y), (185, y + 55)),
    ):
        s.line(a, b, 0.3, colour)
    s.text((30, y + 8), s.words(20), 4.2)
    s.text((120, y + 32), "（盖章）", 4.2)
    s.text((115, y + 40), "2023年8月4日", 4.2)
    return [(135 + s.rng.normal(0, 10), y + 32 + s.rng.normal(0, 6)), (70, y + 30)]


def _cover(s: Sheet) -> list[Place]:
    """A cover: a big title and underlined answers."""
    for i in range(2):
        s.text((105, 80 + i * 13), s.words(13), 9, anchor="mm")
    for i in range(5):
        y = 140 + i * 13
        s.text((40, y), s.words(6) + "：" + s.words(14), 5.3)
        s.line((72, y + 3.5), (172, y + 3.5), 0.25)
    return [(125 + s.rng.normal(0, 15), 165 + s.rng.normal(0, 8)), (80, 175)]


def _table(s: Sheet) -> list[Place]:
    """A wide table with a line for the seal under it."""
    colour = s.red if s.rng.random() < 0.15 else (40, 40, 40)
    width, rows = s.size[0] / s.px, int(s.rng.integers(4, 12))
    s.text((width / 2, 28), s.words(14), 7, anchor="mm")
    for i in range(rows + 1):
        s.line((20, 45 + i * 10), (width - 20, 45 + i * 10), 0.3, colour)
    for i in range(6):
        x = 20 + (width - 40) / 5 * i
        s.line((x, 45), (x, 45 + rows * 10), 0.3, colour)
        for j in range(rows if i < 5 else 0):
            s.text((x + 2, 50 + j * 10), s.words(6), 3.7)
    return [(width * 0.7 + s.rng.normal(0, 12), 62 + rows * 10 + s.rng.normal(0, 7)), (60, 62 + rows * 10)]


def _badge(s: Sheet) -> None:
    """A filled red disc with a star: a logo."""
    x, y = s.rng.uniform(25, 180), s.rng.uniform(18, 40)
    r = s.rng.uniform(7, 14)
    s.circle((x, y), r, 0, s.red)
    pts = [
        (x + r * k * math.sin(i * math.pi / 5), y - r * k * math.cos(i * math.pi / 5))
        for i in range(10)
        for k in [0.7 if i % 2 == 0 else 0.27]
    ]
    s.draw.polygon(
        [(a * s.px, b * s.px) for a, b in pts], (250, 220, 60) if s.rng.random() < 0.6 else (255, 255, 255)
    )


def _drawn_circle(s: Sheet) -> None:
    """A circle drawn by hand round some words."""
    x, y, a, b = s.rng.uniform(50, 160), s.rng.uniform(70, 220), s.rng.uniform(12, 26), s.rng.uniform(8, 20)
    wob = s.rng.normal(0, 0.05, 4)
    pts = []
    for t in np.linspace(0, 2 * math.pi * s.rng.uniform(0.93, 1.1), 80):
        k = 1 + wob[0] * math.sin(2 * t) + wob[1] * math.cos(3 * t) + wob[2] * t / 6 + wob[3] * math.sin(t)
        pts.append(((x + a * k * math.cos(t)) * s.px, (y + b * k * math.sin(t)) * s.px))
    s.draw.line(pts, s.red if s.rng.random() < 0.7 else (30, 40, 160), max(1, round(0.6 * s.px)))


def _boxed_stamp(s: Sheet) -> None:
    """A receipt stamp in a box."""
    x, y, w, h = s.rng.uniform(20, 130), s.rng.uniform(15, 250), s.rng.uniform(35, 60), s.rng.uniform(14, 22)
    for a, b in (
        ((x, y), (x + w, y)),
        ((x, y + h), (x + w, y + h)),
        ((x, y), (x, y + h)),
        ((x + w, y), (x + w, y + h)),
    ):
        s.line(a, b, 0.7, s.red)
    s.text((x + w / 2, y + h / 3), s.words(6), 5, s.red, "mm")
    s.text((x + w / 2, y + h * 0.75), "2023 07 31", 4, s.red, "mm")


def _red_words(s: Sheet) -> None:
    """Red text lines in the page, and a big red mark."""
    y = s.rng.uniform(80, 240)
    for i in range(int(s.rng.integers(1, 5))):
        s.text((30, y + i * 8), s.words(24), 5, s.red)


def _rings(s: Sheet) -> None:
    """Concentric or plain printed circles: a logo in outline, a clock, a chart."""
    x, y, r = s.rng.uniform(30, 170), s.rng.uniform(25, 250), s.rng.uniform(9, 24)
    colour = s.red if s.rng.random() < 0.6 else (40, 40, 40)
    kind = int(s.rng.integers(0, 4))
    s.circle((x, y), r, s.rng.uniform(0.5, 2.0), colour)
    if kind == 1:
        s.circle((x, y), r * 0.6, 1.0, colour)
    if kind == 2:
        for i in range(8):
            t = i * math.pi / 4
            s.line((x, y), (x + r * math.cos(t), y + r * math.sin(t)), 0.6, colour)
    if kind == 3:
        s.text((x, y), s.words(1), r, colour, "mm")


def _numbers(s: Sheet) -> None:
    """Circled figures and a round list mark."""
    for i in range(3):
        s.circle((30, 90 + i * 30), 3, 0.4, s.red)


LAYOUTS: dict[str, Callable[[Sheet], list[Place]]] = {
    "letter": _letter,
    "form": _form,
    "cover": _cover,
    "table": _table,
}
DECOYS = (_badge, _drawn_circle, _boxed_stamp, _red_words, _rings, _numbers)


def _ink(rng: np.random.Generator) -> tuple[int, int, int]:
    """A seal's colour, BGR: mostly reds from orange to crimson, sometimes blue."""
    if rng.random() < 0.06:
        return (int(rng.integers(140, 200)), int(rng.integers(30, 80)), int(rng.integers(20, 60)))
    return (int(rng.integers(20, 90)), int(rng.integers(10, 70)), int(rng.integers(185, 245)))


def _press(page: np.ndarray, look: Look, at: Place, px: float, rng: np.random.Generator) -> Drawn:
    """Stamp one seal; `at` in millimetres."""
    half = look.radius * px
    centre = (at[0] * px, at[1] * px)
    strength = float(rng.choice([1.0, 0.85, 0.65, 0.45, 0.32], p=[0.3, 0.25, 0.2, 0.15, 0.1]))
    stamp(page, seal_mask(look), centre, half, _ink(rng), rng, strength)
    height, width = page.shape[:2]
    cut = not (half * 0.9 < centre[0] < width - half * 0.9 and half * 0.9 < centre[1] < height - half * 0.9)
    shape = "oval" if look.aspect < 0.9 else "round"
    return Drawn(*centre, half, half * look.aspect, shape, look.name, look.inner, cut)


def _places(first: list[Place], rng: np.random.Generator, width: float) -> list[Place]:
    """How many seals and where; now and then one is cut by the page's edge."""
    count = int(rng.choice([1, 1, 1, 2, 3]))
    places = first[:count]
    if count == 3:
        places.append((rng.uniform(40, width - 40), rng.uniform(30, 60)))
    if rng.random() < 0.07:
        places[0] = (width - rng.uniform(2, 12), places[0][1])
    return places


def draw_page(
    seed: int, condition: str = "clean", *, sealed: bool | None = None, decoys: bool = True
) -> Labelled:
    """One page for a seed; `sealed` None leaves it to chance (two of three)."""
    rng = np.random.default_rng(seed)
    kind = str(rng.choice(list(LAYOUTS)))
    dpi = int(rng.choice([120, 150, 200, 200, 300]))
    sheet = Sheet(rng, dpi, landscape=kind == "table" and rng.random() < 0.6)
    places = LAYOUTS[kind](sheet)
    sealed = bool(rng.random() < 0.67) if sealed is None else sealed
    if decoys and rng.random() < (0.2 if sealed else 0.7):
        for i in rng.choice(len(DECOYS), int(rng.integers(1, 3)), replace=False):
            DECOYS[i](sheet)
    page = np.asarray(sheet.image, np.float32)[:, :, ::-1].copy()
    seals = []
    if sealed:
        for at in _places(places, rng, sheet.size[0] / sheet.px):
            seals.append(_press(page, random_look(rng, oval=rng.random() < 0.1), at, sheet.px, rng))
    image, moved = degrade(page, condition, rng, seals)
    return Labelled(image, tuple(moved), condition, kind)


def degrade(
    page: np.ndarray, condition: str, rng: np.random.Generator, seals: list[Drawn]
) -> tuple[np.ndarray, list[Drawn]]:
    """What a scanner, a bad scanner, a phone or a copier makes of a page (float32 BGR), and where seals went."""
    if condition == "clean":
        return np.clip(page, 0, 255).astype(np.uint8), seals
    matrix = (
        _phone(page, rng) if condition == "photo" else _skew(page, rng, 0.5 if condition == "scan" else 1.5)
    )
    height, width = page.shape[:2]
    desk = tuple(float(v) for v in rng.uniform(40, 150, 3)) if condition == "photo" else (250.0, 250.0, 250.0)
    page = cv2.warpPerspective(page, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=desk)
    seals = [_moved(d, matrix) for d in seals]
    px = width / 210
    if condition in ("grey", "bw"):
        weights = (
            np.array([0.114, 0.587, 0.299], np.float32) if rng.random() < 0.7 else np.array([0.2, 0.7, 0.1])
        )
        page = np.repeat((page @ weights.astype(np.float32))[:, :, None], 3, 2)
    blur = {"scan": 0.05, "poor": 0.16, "photo": 0.13, "grey": 0.1, "bw": 0.06}[condition]
    page = cv2.GaussianBlur(page, (0, 0), max(0.3, px * rng.uniform(0.4, 1) * blur))
    page = _light(page, condition, rng)
    noise = {"scan": 2.5, "poor": 7, "photo": 5, "grey": 5, "bw": 9}[condition]
    page += rng.normal(0, noise, page.shape[:2]).astype(np.float32)[:, :, None]
    if condition not in ("grey", "bw"):
        page += rng.normal(0, noise * 0.6, page.shape).astype(np.float32)
    if condition == "bw":
        return _one_bit(page, rng), seals
    quality = int(
        rng.integers(*{"scan": (75, 95), "poor": (35, 65), "photo": (60, 90), "grey": (50, 90)}[condition])
    )
    data = cv2.imencode(".jpg", np.clip(page, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])[
        1
    ]
    return cv2.imdecode(data, cv2.IMREAD_COLOR), seals


def _skew(page: np.ndarray, rng: np.random.Generator, degrees: float) -> np.ndarray:
    """A slight turn about the middle."""
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.normal(0, degrees)), 1.0)
    return np.vstack([turn, [0, 0, 1]])


def _phone(page: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A perspective view that leaves some desk around the sheet."""
    height, width = page.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    inset = rng.uniform(0.01, 0.1, (4, 2)) * (width, height) * np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    return cv2.getPerspectiveTransform(corners, (corners + inset).astype(np.float32))


def _moved(seal: Drawn, matrix: np.ndarray) -> Drawn:
    """A seal's place after the page was moved."""
    points = np.array(
        [[[seal.x, seal.y]], [[seal.x + seal.a, seal.y]], [[seal.x, seal.y + seal.b]]], np.float32
    )
    c, ax, bx = cv2.perspectiveTransform(points, matrix)[:, 0]
    return seal._replace(
        x=float(c[0]), y=float(c[1]), a=float(np.hypot(*(ax - c))), b=float(np.hypot(*(bx - c)))
    )


def _light(page: np.ndarray, condition: str, rng: np.random.Generator) -> np.ndarray:
    """Uneven light, a colour cast, and a darker paper."""
    if condition == "scan":
        return page * np.float32(rng.uniform(0.95, 1))
    height, width = page.shape[:2]
    depth = {"poor": 0.25, "photo": 0.4, "grey": 0.15, "bw": 0.1}[condition]
    low = rng.uniform(1 - depth, 1, (3, 3)).astype(np.float32)
    page = page * cv2.resize(low, (width, height), interpolation=cv2.INTER_CUBIC)[:, :, None]
    if condition in ("photo", "poor"):
        page = page * rng.uniform(0.86, 1, 3).astype(np.float32)
    return page


def _one_bit(page: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Black and white: one threshold, or error diffusion over blocks as fax machines do it."""
    grey = page[:, :, 0]
    if rng.random() < 0.75:
        bits = grey > rng.uniform(140, 215)
    else:
        bayer = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32)
        tiles = np.tile(bayer, (grey.shape[0] // 4 + 1, grey.shape[1] // 4 + 1))[
            : grey.shape[0], : grey.shape[1]
        ]
        bits = grey > 40 + tiles * 12
    return np.repeat(np.where(bits, 255, 0).astype(np.uint8)[:, :, None], 3, 2)
