"""Seals and sheets to draw labelled pages with for tests and sample mails (the labelled set is `seal_labelled`).

Lengths are millimetres on A4 paper. Fonts come from the machine; without a CJK font the text is Latin.
"""

import functools
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")
_CJK = (
    "NotoSerifCJK*.ttc",
    "NotoSansCJK*.ttc",
    "wqy-*.ttc",
    "uming.ttc",
    "ukai.ttc",
    "gbsn00lp.ttf",
    "gkai00mp.ttf",
)
_HAN = "标准化试点示范项目申报材料工作建设单位基础技术研究产业园区智能制造信息数据平台管理服务经审核同意推荐"
_PLACES = (
    "湖北",
    "四川",
    "广东",
    "贵阳市",
    "南宁市",
    "长春市",
    "青岛市",
    "浦东新区",
    "昌吉州",
    "内蒙古自治区",
    "重庆市",
    "石景山区",
)
_BODIES = ("市场监督管理局", "工业和信息化厅", "科学技术委员会", "人民政府", "发展和改革委员会", "农业农村局")
_FIRMS = ("恒源", "天晟", "博睿", "中岚", "华衡", "锦越", "启泽", "云帆")
_TRADES = ("精密机械", "新材料", "数据科技", "生物技术", "环保工程", "智能装备")
_ENDS = ("有限公司", "股份有限公司", "有限责任公司", "研究院", "集团有限公司")
_SPECIAL = ("合同专用章", "财务专用章", "业务专用章", "发票专用章")


class Drawn(NamedTuple):
    """A seal that was drawn: centre and half axes in pixels of the page, and what it says."""

    x: float
    y: float
    a: float
    b: float
    shape: str
    name: str
    inner: str
    cut: bool


class Look(NamedTuple):
    """How one seal is made: millimetres, degrees and shares of the radius."""

    name: str
    inner: str = ""
    radius: float = 21.0
    aspect: float = 1.0
    centre: str = "star"
    ring: float = 1.1
    code: str = ""
    turn: float = 0.0
    glyph: float = 0.27
    narrow: float = 0.75
    span: float = 250.0
    face: int = 0
    second: bool = False


@functools.cache
def fonts() -> tuple[str, ...]:
    """Paths of the CJK fonts of this machine (Debian: fonts-noto-cjk, fonts-wqy-*, fonts-arphic-*), if any."""
    return tuple(str(p) for folder in _FOLDERS for g in _CJK for p in sorted(Path(folder).rglob(g)))


@functools.lru_cache(256)
def font(face: int, size: int) -> ImageFont.FreeTypeFont:
    """Face number `face` of this machine at `size` pixels; without a CJK font Pillow's own Latin one."""
    if not fonts():
        return ImageFont.load_default(size)  # type: ignore[return-value]
    return ImageFont.truetype(fonts()[face % len(fonts())], size)


def _glyph(char: str, look: Look, height: float) -> Image.Image:
    """One character, narrowed, as an L image of the given height."""
    size = max(8, round(height))
    tile = Image.new("L", (size * 2, size * 2), 0)
    ImageDraw.Draw(tile).text((size, size), char, 255, font(look.face, size), anchor="mm")
    return tile.resize((max(2, round(size * 2 * look.narrow)), size * 2), Image.Resampling.LANCZOS)


def _paste_at(mask: Image.Image, tile: Image.Image, x: float, y: float) -> None:
    """Add a tile, centred at (x, y)."""
    box = (round(x - tile.width / 2), round(y - tile.height / 2))
    mask.paste(255, (box[0], box[1], box[0] + tile.width, box[1] + tile.height), tile)


def _arc_text(
    mask: Image.Image, text: str, look: Look, height: float, span: float, bottom: bool = False
) -> None:
    """Write along the ring, tops outward (or, at the bottom, feet outward)."""
    half = mask.width / 2
    unit = half / 1.05
    radius = unit * (1 - look.ring / look.radius) - height * 0.62
    for i, char in enumerate(text):
        share = (i / max(1, len(text) - 1) - 0.5) * math.radians(span)
        angle = -math.pi / 2 + share if not bottom else math.pi / 2 - share
        spin = math.degrees(angle) + 90 if not bottom else math.degrees(angle) - 90
        tile = _glyph(char, look, height).rotate(-spin, Image.Resampling.BICUBIC, expand=True)
        _paste_at(mask, tile, half + radius * math.cos(angle), half + radius * math.sin(angle))


def _star(draw: ImageDraw.ImageDraw, half: float, size: float) -> None:
    """A filled five-pointed star."""
    points = []
    for i in range(10):
        r = size if i % 2 == 0 else size * 0.382
        points.append((half + r * math.sin(i * math.pi / 5), half - r * math.cos(i * math.pi / 5)))
    draw.polygon(points, 255)


def _emblem(draw: ImageDraw.ImageDraw, half: float, size: float) -> None:
    """Something like the national emblem: a ring with a star, beams and a wheel."""
    draw.ellipse(
        (half - size, half - size, half + size, half + size), outline=255, width=max(2, round(size * 0.14))
    )
    for i in range(9):
        x = half - size * 0.6 + size * 0.15 * i
        draw.line((x, half + size * 0.1, x, half + size * 0.6), 255, max(1, round(size * 0.07)))
    draw.ellipse((half - size * 0.2, half - size * 0.6, half + size * 0.2, half - size * 0.2), 255)


def seal_mask(look: Look, unit: int = 240) -> np.ndarray:
    """The seal's die as float32 0..1, square for round ones, radius `unit` pixels, margin 5 %."""
    half = unit * 1.05
    mask = Image.new("L", (round(half * 2),) * 2, 0)
    draw = ImageDraw.Draw(mask)
    width = max(2, round(look.ring / look.radius * unit))
    draw.ellipse((half - unit, half - unit, half + unit, half + unit), outline=255, width=width)
    if look.second:
        inner = unit - width * 2.2
        draw.ellipse(
            (half - inner, half - inner, half + inner, half + inner), outline=255, width=max(1, width // 3)
        )
    if look.centre == "star":
        _star(draw, half, unit * 0.3)
    elif look.centre == "emblem":
        _emblem(draw, half, unit * 0.33)
    height = unit * look.glyph
    # no glyph may touch its neighbour: a long name is written smaller, as engravers do
    step = math.radians(look.span) * unit * 0.8 / max(1, len(look.name))
    narrow = min(look.narrow, step / height)
    _arc_text(mask, look.name, look._replace(narrow=max(0.42, narrow)), height, look.span)
    if look.code:
        _arc_text(mask, look.code, look._replace(narrow=0.9), unit * 0.09, 70, bottom=True)
    if look.inner:
        size = min(unit * 0.2, unit * 1.1 / len(look.inner))
        y = half + unit * (0.5 if look.centre else 0.0)
        draw.text((half, y), look.inner, 255, font(look.face, round(size)), anchor="mm")
    turned = mask.rotate(-look.turn, Image.Resampling.BICUBIC)
    if look.aspect < 1:
        turned = turned.resize((mask.width, round(mask.height * look.aspect)), Image.Resampling.LANCZOS)
    return np.asarray(turned, np.float32) / 255


def _pressure(rng: np.random.Generator, shape: tuple[int, int], strength: float) -> np.ndarray:
    """How much ink lands where: an uneven press, dry specks, sometimes a side that hardly touched."""
    low = rng.normal(0, 1, (6, 6)).astype(np.float32)
    uneven = cv2.resize(low, shape[::-1], interpolation=cv2.INTER_CUBIC) * 0.12
    specks = cv2.GaussianBlur(rng.normal(0, 1, shape).astype(np.float32), (0, 0), 1.2)
    dry = rng.uniform(0, 1.6)
    field = np.clip(strength + uneven - np.clip(specks * dry - 0.4, 0, 1) * 0.8, 0.02, 1)
    if rng.random() < 0.15:
        angle, (ys, xs) = (
            rng.uniform(0, 2 * math.pi),
            np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j],
        )
        field *= np.clip(1.25 - (xs * math.cos(angle) + ys * math.sin(angle)) * 1.1, 0.05, 1)
    return field.astype(np.float32)


def stamp(
    page: np.ndarray,
    die: np.ndarray,
    at: tuple[float, float],
    half: float,
    colour: tuple[int, int, int],
    rng: np.random.Generator,
    strength: float,
) -> None:
    """Press `die` onto the page (float32 0..255, BGR) with its centre `at`; ink multiplies with what is there."""
    scale = half * 1.05 * 2 / die.shape[1]
    die = cv2.resize(die, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = die * _pressure(rng, die.shape, strength)
    x0, y0 = round(at[0] - die.shape[1] / 2), round(at[1] - die.shape[0] / 2)
    cx0, cy0 = max(0, -x0), max(0, -y0)
    cx1, cy1 = min(die.shape[1], page.shape[1] - x0), min(die.shape[0], page.shape[0] - y0)
    if cx1 <= cx0 or cy1 <= cy0:
        return
    part = ink[cy0:cy1, cx0:cx1, None]
    area = page[y0 + cy0 : y0 + cy1, x0 + cx0 : x0 + cx1]
    area *= 1 - part * (1 - np.array(colour, np.float32) / 255)


class Sheet:
    """One page while it is drawn: black and red printing, then seals."""

    def __init__(self, rng: np.random.Generator, dpi: int, landscape: bool) -> None:
        self.rng, self.px = rng, dpi / 25.4
        width, height = (297, 210) if landscape else (210, 297)
        self.size = (round(width * self.px), round(height * self.px))
        self.image = Image.new("RGB", self.size, (255, 255, 255))
        self.draw = ImageDraw.Draw(self.image)
        self.face = int(rng.integers(0, 50))
        self.red = tuple(int(v) for v in (rng.integers(190, 240), rng.integers(0, 45), rng.integers(0, 45)))

    def text(
        self,
        mm: tuple[float, float],
        text: str,
        size: float,
        colour: Sequence[int] = (20, 20, 20),
        anchor: str = "lm",
    ) -> None:
        """Write one line, `size` in millimetres."""
        place = (mm[0] * self.px, mm[1] * self.px)
        self.draw.text(
            place, text, tuple(colour), font(self.face, max(6, round(size * self.px))), anchor=anchor
        )

    def words(self, count: int) -> str:
        """Nonsense of `count` characters."""
        pool = _HAN if fonts() else "abcdefghij klmnop qrstu"
        return "".join(self.rng.choice(list(pool), count))

    def line(
        self, a: tuple[float, float], b: tuple[float, float], mm: float, colour: Sequence[int] = (30, 30, 30)
    ) -> None:
        """A rule."""
        flat = (a[0] * self.px, a[1] * self.px, b[0] * self.px, b[1] * self.px)
        self.draw.line(flat, tuple(colour), max(1, round(mm * self.px)))

    def circle(self, mm: tuple[float, float], radius: float, width: float, colour: Sequence[int]) -> None:
        """A circle; width 0 fills it."""
        x, y, r = mm[0] * self.px, mm[1] * self.px, radius * self.px
        box = (x - r, y - r, x + r, y + r)
        if width:
            self.draw.ellipse(box, outline=tuple(colour), width=max(1, round(width * self.px)))
        else:
            self.draw.ellipse(box, tuple(colour))


def body_name(rng: np.random.Generator) -> str:
    """A made-up office or firm; without a CJK font, letters."""
    if not fonts():
        return "".join(rng.choice(list("ABCDEFGHKLMNPRSTUVWXYZ"), int(rng.integers(10, 18))))
    place = str(rng.choice(_PLACES))
    if rng.random() < 0.5:
        return place + str(rng.choice(_BODIES))
    return place + str(rng.choice(_FIRMS)) + str(rng.choice(_TRADES)) + str(rng.choice(_ENDS))


def random_look(rng: np.random.Generator, oval: bool = False) -> Look:
    """Any seal of the kinds in use."""
    name = body_name(rng)
    special = bool(fonts()) and rng.random() < 0.25
    centre = "" if oval else str(rng.choice(["star", "star", "star", "star", "emblem", ""], p=None))
    if not centre and not special and not oval:
        centre = "star"
    return Look(
        name=name,
        inner=str(rng.choice(_SPECIAL)) if special else "",
        radius=float(rng.uniform(15, 25)),
        aspect=float(rng.uniform(0.66, 0.8)) if oval else 1.0,
        centre=centre,
        ring=float(rng.uniform(0.7, 1.6)),
        code="".join(rng.choice(list("0123456789"), 13)) if rng.random() < 0.35 else "",
        turn=float(rng.normal(0, 12)),
        glyph=float(rng.uniform(0.2, 0.3)),
        narrow=float(rng.uniform(0.55, 0.85)),
        span=float(np.clip(rng.normal(15.5, 1.5) * len(name), 140, 285)),
        face=int(rng.integers(0, 50)),
        second=rng.random() < 0.12,
    )
