"""Seal dies of every shape, and pressing them on paper.

Sizes in millimetres; a die is a float32 mask 0..1 with a margin of five hundredths of its half width.
"""

import functools
import math
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from samples.seal_names import name_for, person

_FACES = (
    ("NotoSerifCJK-Regular.ttc", 2),
    ("NotoSansCJK-Regular.ttc", 2),
    ("NotoSansCJK-Bold.ttc", 2),
    ("wqy-zenhei.ttc", 0),
    ("wqy-microhei.ttc", 0),
    ("uming.ttc", 0),
    ("ukai.ttc", 0),
    ("gbsn00lp.ttf", 0),
    ("NotoSerifCJK-Bold.ttc", 2),
    ("gkai00mp.ttf", 0),
)
HELD_FACES = 2
"""The last faces are never shown while training."""
_SPECIAL = (
    "合同专用章",
    "财务专用章",
    "业务专用章",
    "发票专用章",
    "人事专用章",
    "项目专用章",
    "标准化专用章",
)
_DEPARTMENT = ("标准化处", "办公室", "科技处", "人事部", "质量管理部", "技术中心")
_UNIT = 150


class Die(NamedTuple):
    """How one seal is made: radius in mm, degrees, shares of the radius."""

    name: str
    inner: str
    shape: str
    radius: float
    aspect: float
    centre: str
    ring: float
    code: str
    turn: float
    glyph: float
    narrow: float
    span: float
    face: int
    second: bool
    bold: int
    official: bool
    latin: str = ""


@functools.cache
def faces() -> tuple[tuple[str, int], ...]:
    """Paths and indices of the CJK fonts that this machine has, in the order of `_FACES`."""
    found = {p.name: str(p) for p in Path("/usr/share/fonts").rglob("*.tt[cf]")}
    return tuple((found[n], i) for n, i in _FACES if n in found)


@functools.lru_cache(150)
def face(number: int, size: int) -> ImageFont.FreeTypeFont:
    """One of this machine's faces at a size in pixels."""
    path, index = faces()[number % len(faces())]
    return ImageFont.truetype(path, size, index=index)


def random_face(rng: np.random.Generator, held: bool) -> int:
    """A face; `held`: also one of those never trained on."""
    return int(rng.integers(0, len(faces()) if held else max(1, len(faces()) - HELD_FACES)))


def random_die(rng: np.random.Generator, held: bool, rich: bool = False) -> Die:
    """Any seal in use: mostly round ones with a star; `rich`: half of them chops and ovals."""
    draw, chops = rng.random(), 0.26 if rich else 0.11
    if draw < chops:
        return _square(rng, held)
    oval = draw < chops + (0.24 if rich else 0.1)
    name = name_for(rng)
    latin = rng.random() < 0.04
    centre = str(rng.choice(["star", "star", "star", "star", "star", "emblem", "party", ""]))
    inner, official = _inner(rng, oval or not centre)
    return Die(
        name=name,
        inner=inner,
        shape="oval" if oval else "round",
        radius=float(rng.choice([20, 21, 21, 22.5, 25, 19, rng.uniform(15, 29)])),
        aspect=float(rng.uniform(0.64, 0.82)) if oval else 1.0,
        centre="" if oval else centre,
        ring=float(rng.uniform(0.6, 1.7)),
        code="".join(rng.choice(list("0123456789"), 13)) if rng.random() < 0.35 else "",
        turn=_turn(rng),
        glyph=float(rng.uniform(0.2, 0.3)),
        narrow=float(rng.uniform(0.5, 0.9)),
        span=float(np.clip(rng.normal(112 + 10.5 * len(name), 16), 140, 290)),
        face=random_face(rng, held),
        second=bool(rng.random() < 0.12),
        bold=int(rng.integers(0, 3)),
        official=official,
        latin="".join(rng.choice(list("ABCDEFGHIKLMNOPRSTUVW"), int(rng.integers(14, 26)))) if latin else "",
    )


def _turn(rng: np.random.Generator) -> float:
    """Degrees: mostly nearly upright, now and then anything."""
    return float(rng.uniform(-180, 180)) if rng.random() < 0.12 else float(rng.normal(0, 12))


def _inner(rng: np.random.Generator, bare: bool) -> tuple[str, bool]:
    """The line across and whether the seal is the body's own."""
    if bare or rng.random() < 0.16:
        return str(rng.choice(_SPECIAL)), False
    if rng.random() < 0.07:
        return str(rng.choice(_DEPARTMENT)), False
    return "", True


def _square(rng: np.random.Generator, held: bool) -> Die:
    """A name chop: a person's, or 法定代表人."""
    name = person(rng)
    name += {2: "之印", 3: "印"}[len(name)] if rng.random() < 0.7 else ""
    return Die(
        name,
        "",
        "square",
        float(rng.uniform(5, 11.5)),
        float(rng.choice([1.0, 1.0, 1.0, rng.uniform(0.5, 1)])),
        str(rng.choice(["line", "line", "filled"])),
        float(rng.uniform(0.5, 1.1)),
        "",
        float(rng.normal(0, 7)),
        0.3,
        0.8,
        0.0,
        random_face(rng, held),
        False,
        int(rng.integers(0, 3)),
        False,
    )


def _glyph(char: str, die: Die, height: float, narrow: float) -> Image.Image:
    """One character, narrowed, in a square tile twice as high."""
    size = max(8, round(height))
    tile = Image.new("L", (size * 2, size * 2), 0)
    ImageDraw.Draw(tile).text(
        (size, size),
        char,
        255,
        face(die.face, size),
        anchor="mm",
        stroke_width=min(die.bold, max(0, size // 20)),
    )
    return tile.resize((max(2, round(size * 2 * narrow)), size * 2), Image.Resampling.BILINEAR)


def _arc(
    mask: Image.Image, text: str, die: Die, height: float, narrow: float, span: float, foot: bool = False
) -> None:
    """Write along the ring, heads outward; at the foot, feet outward."""
    half_x, half_y = mask.width / 2, mask.height / 2
    inset = die.ring / die.radius * (2.6 if die.second else 1) * _UNIT + height * 0.62
    a, b = half_x / 1.05 - inset, half_y / 1.05 - inset
    for i, char in enumerate(text):
        share = (i / max(1, len(text) - 1) - 0.5) * math.radians(span)
        t = -math.pi / 2 + share if not foot else math.pi / 2 - share
        normal = math.degrees(math.atan2(math.sin(t) / b, math.cos(t) / a))
        spin = normal + 90 if not foot else normal - 90
        tile = _glyph(char, die, height, narrow).rotate(-spin, Image.Resampling.BILINEAR, expand=True)
        x, y = half_x + a * math.cos(t) - tile.width / 2, half_y + b * math.sin(t) - tile.height / 2
        mask.paste(255, (round(x), round(y), round(x) + tile.width, round(y) + tile.height), tile)


def star(
    draw: ImageDraw.ImageDraw, x: float, y: float, size: float, fill: object = 255, turn: float = 0.0
) -> None:
    """A filled five-pointed star."""
    points = []
    for i in range(10):
        r = size if i % 2 == 0 else size * 0.382
        points.append((x + r * math.sin(i * math.pi / 5 + turn), y - r * math.cos(i * math.pi / 5 + turn)))
    draw.polygon(points, fill)  # type: ignore[arg-type]


def _emblem(draw: ImageDraw.ImageDraw, x: float, y: float, s: float) -> None:
    """Something like the national emblem: a wreath, a gate, five stars, a wheel."""
    draw.ellipse((x - s, y - s, x + s, y + s), outline=255, width=max(2, round(s * 0.15)))
    draw.rectangle((x - s * 0.55, y + s * 0.1, x + s * 0.55, y + s * 0.22), 255)
    draw.rectangle(
        (x - s * 0.4, y + s * 0.3, x + s * 0.4, y + s * 0.5), outline=255, width=max(1, round(s * 0.06))
    )
    star(draw, x, y - s * 0.45, s * 0.26)
    for i in range(4):
        star(draw, x + s * (0.22 * i - 0.33), y - s * (0.08 if i in {0, 3} else -0.02), s * 0.1)


def _party(draw: ImageDraw.ImageDraw, x: float, y: float, s: float) -> None:
    """Something like a hammer and sickle."""
    w = max(2, round(s * 0.2))
    draw.arc((x - s * 0.8, y - s * 0.8, x + s * 0.7, y + s * 0.7), -80, 150, 255, w)
    draw.line((x - s * 0.6, y - s * 0.5, x + s * 0.7, y + s * 0.8), 255, w)
    draw.line((x - s * 0.8, y - s * 0.3, x - s * 0.3, y - s * 0.75), 255, w + 2)


def die_mask(die: Die) -> np.ndarray:
    """The die as float32 0..1, turned."""
    if die.shape == "square":
        return _chop_mask(die)
    height, width = round(2.1 * _UNIT * die.aspect), round(2.1 * _UNIT)
    mask = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(mask)
    x, y, thick = width / 2, height / 2, max(2, round(die.ring / die.radius * _UNIT))
    a, b = float(_UNIT), _UNIT * die.aspect
    draw.ellipse((x - a, y - b, x + a, y + b), outline=255, width=thick)
    if die.second:
        a, b = a - thick * 1.9, b - thick * 1.9
        draw.ellipse((x - a, y - b, x + a, y + b), outline=255, width=max(1, thick // 3))
    size = _UNIT * die.glyph * die.aspect**0.5
    if die.centre == "star":
        star(draw, x, y, _UNIT * 0.3)
    elif die.centre == "emblem":
        _emblem(draw, x, y, _UNIT * 0.34)
    elif die.centre == "party":
        _party(draw, x, y, _UNIT * 0.3)
    _write(mask, die, size)
    return _turned(mask, die.turn)


def _write(mask: Image.Image, die: Die, size: float) -> None:
    """All text of a round or oval die."""
    text = die.latin or die.name
    step = math.radians(die.span) * _UNIT * 0.76 * (1 + die.aspect) / 2 / max(1, len(text))
    _arc(mask, text, die, size, min(die.narrow, max(0.4, 0.98 * step / size)), die.span)
    if die.code:
        _arc(mask, die.code, die, _UNIT * 0.09, 0.9, 60, foot=True)
    if die.inner:
        height = round(min(_UNIT * 0.22, _UNIT * 1.15 / len(die.inner)))
        y = mask.height / 2 + _UNIT * (0.52 if die.centre else 0.05)
        ImageDraw.Draw(mask).text((mask.width / 2, y), die.inner, 255, face(die.face, height), anchor="mm")


def _turned(mask: Image.Image, degrees: float) -> np.ndarray:
    """The mask turned clockwise about its middle, grown to hold all of it."""
    spun = mask.rotate(-degrees, Image.Resampling.BILINEAR, expand=mask.width != mask.height)
    return np.asarray(spun, np.float32) / 255


def _chop_mask(die: Die) -> np.ndarray:
    """A square chop, its characters in two columns from the right, or in one row."""
    width, height = round(2.1 * _UNIT), round(2.1 * _UNIT * die.aspect)
    mask = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(mask)
    edge = 0.05 * _UNIT
    box = (edge, edge, width - edge, height - edge)
    filled = die.centre == "filled"
    draw.rectangle(box, 255 if filled else None, 255, max(2, round(die.ring / die.radius * _UNIT)))
    columns = 2 if die.aspect > 0.8 and len(die.name) > 2 else len(die.name)
    rows = math.ceil(len(die.name) / columns)
    for i, char in enumerate(die.name):
        column, row = divmod(i, rows)
        column = columns - 1 - column if rows > 1 else column
        w, h = (width - 6 * edge) / columns, (height - 6 * edge) / rows
        size = max(8, round(min(w, h) * 0.98))
        tile = Image.new("L", (size, size), 0)
        ImageDraw.Draw(tile).text(
            (size / 2, size / 2), char, 255, face(die.face, size), anchor="mm", stroke_width=die.bold
        )
        tile = tile.resize((max(2, round(w)), max(2, round(h))), Image.Resampling.BILINEAR)
        mask.paste(0 if filled else 255, (round(3 * edge + column * w), round(3 * edge + row * h)), tile)
    framed = Image.new("L", (width + 80, height + 80), 0)
    framed.paste(mask, (40, 40))
    return np.asarray(framed.rotate(-die.turn, Image.Resampling.BILINEAR), np.float32) / 255


@functools.cache
def _fields() -> np.ndarray:
    """Standard normal noise, drawn once: a field to cut pieces from."""
    return np.random.default_rng(11).normal(0, 1, (1400, 1400)).astype(np.float32)


def pressure(rng: np.random.Generator, shape: tuple[int, int], strength: float) -> np.ndarray:
    """How much ink lands where: an uneven press, dry specks, sometimes a side that hardly touched."""
    size = (shape[1], shape[0])
    low = cv2.resize(rng.normal(0, 0.12, (6, 6)).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    y, x = rng.integers(0, 700, 2)
    specks = cv2.GaussianBlur(_fields()[y : y + shape[0], x : x + shape[1]], (0, 0), 1.3) * 2.2
    specks = cv2.resize(specks, size)
    dry = float(rng.choice([0.0, 0.25, 0.5, 0.9], p=[0.35, 0.35, 0.2, 0.1]))
    field = np.clip(strength + low - np.clip(specks - 0.8, 0, 1) * dry, 0.02, 1)
    if rng.random() < 0.12:
        angle = rng.uniform(0, 2 * math.pi)
        ys, xs = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j].astype(np.float32)
        field *= np.clip(1.3 - (xs * math.cos(angle) + ys * math.sin(angle)) * 0.9, 0.12, 1)
    return np.asarray(field, np.float32)


def press(page: np.ndarray, ink: np.ndarray, at: tuple[float, float], colour: tuple[int, int, int]) -> None:
    """Lay an ink mask (0..1) with its centre `at` on a page (uint8 BGR); ink multiplies with what is there."""
    height, width = ink.shape
    x0, y0 = round(at[0] - width / 2), round(at[1] - height / 2)
    left, top = max(0, -x0), max(0, -y0)
    right, bottom = min(width, page.shape[1] - x0), min(height, page.shape[0] - y0)
    if right <= left or bottom <= top:
        return
    area = page[y0 + top : y0 + bottom, x0 + left : x0 + right]
    keep = 1 - ink[top:bottom, left:right, None] * (1 - np.array(colour, np.float32) / 255)
    area[:] = (area * keep).astype(np.uint8)
