"""Unsealed sheets of paper: letters with red heads, forms, tables, covers, promises, with room for seals.

Lengths are millimetres; each layout returns where seals usually go on it.
"""

from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw

from samples.seal_names import name_for, person
from samples.seal_presses import face, random_face

_HAN = (
    "标准化试点示范项目申报材料工作建设单位基础技术研究产业园区智能制造信息数据平台管理服务经审核同意推荐的一是在不了有和人这中大为上"
    "个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高"
)
Place = tuple[float, float]
Rgb = tuple[int, int, int]


class Canvas:
    """One sheet while it is printed, `px` pixels a millimetre."""

    def __init__(self, rng: np.random.Generator, dpi: float, wide: bool, held: bool) -> None:
        """White or tinted paper in one face."""
        self.rng, self.px, self.held = rng, dpi / 25.4, held
        self.mm = (297.0, 210.0) if wide else (210.0, 297.0)
        self.size = (round(self.mm[0] * self.px), round(self.mm[1] * self.px))
        self.image = Image.new("RGB", self.size, (255, 255, 255))
        self.draw = ImageDraw.Draw(self.image)
        self.face = random_face(rng, held)
        self.red: Rgb = (int(rng.integers(185, 245)), int(rng.integers(0, 60)), int(rng.integers(0, 60)))
        dark = int(rng.integers(0, 70))
        self.black: Rgb = (dark, dark, dark)

    def text(self, at: Place, text: str, size: float, colour: Rgb | None = None, anchor: str = "lm") -> None:
        """One line, `size` in millimetres."""
        place = (at[0] * self.px, at[1] * self.px)
        font = face(self.face, max(6, round(size * self.px)))
        self.draw.text(place, text, colour or self.black, font, anchor=anchor)

    def words(self, count: int) -> str:
        """Nonsense of `count` characters."""
        return "".join(_HAN[i] for i in self.rng.integers(0, len(_HAN), count))

    def line(self, a: Place, b: Place, mm: float = 0.3, colour: Rgb | None = None) -> None:
        """A rule."""
        flat = [v * self.px for v in (*a, *b)]
        self.draw.line(flat, colour or self.black, max(1, round(mm * self.px)))

    def box(self, a: Place, b: Place, mm: float = 0.3, colour: Rgb | None = None) -> None:
        """A frame."""
        flat = [v * self.px for v in (*a, *b)]
        self.draw.rectangle(flat, outline=colour or self.black, width=max(1, round(mm * self.px)))

    def ellipse(self, at: Place, a: float, b: float, mm: float, colour: Rgb) -> None:
        """An ellipse; `mm` 0 fills it."""
        flat = [(at[0] - a) * self.px, (at[1] - b) * self.px, (at[0] + a) * self.px, (at[1] + b) * self.px]
        if mm:
            self.draw.ellipse(flat, outline=colour, width=max(1, round(mm * self.px)))
        else:
            self.draw.ellipse(flat, colour)


def _lines(s: Canvas, top: float, rows: int, size: float, step: float, colour: Rgb | None = None) -> None:
    """A block of running text."""
    count = int((s.mm[0] - 56) / size)
    for i in range(rows):
        s.text((28, top + i * step), s.words(count if i % 4 != 3 else count // 2), size, colour)


def _date(s: Canvas) -> str:
    return f"202{s.rng.integers(0, 7)}年{s.rng.integers(1, 13)}月{s.rng.integers(1, 29)}日"


def letter(s: Canvas) -> list[Place]:
    """A letter, with or without a red head."""
    if s.rng.random() < 0.6:
        head = name_for(s.rng)
        s.text(
            (105, 42),
            head + ("文件" if s.rng.random() < 0.5 else ""),
            min(12, 165 / (len(head) + 2)),
            s.red,
            "mm",
        )
        s.line((27, 62), (183, 62), float(s.rng.uniform(0.5, 1.3)), s.red)
        if s.rng.random() < 0.3:
            s.line((27, 270), (183, 270), 1.0, s.red)
    s.text((105, 85), s.words(18), 6.5, anchor="mm")
    rows = int(s.rng.integers(4, 14))
    _lines(s, 105, rows, 5.3, 9)
    y = 118 + rows * 9
    s.text((140, y), name_for(s.rng), 5.3, anchor="mm")
    s.text((140, y + 9), _date(s), 5.3, anchor="mm")
    return [(140, y + 3), (72, y), (105, y + 2)]


def form(s: Canvas) -> list[Place]:
    """A form's inner page: a grid of cells and a box for opinions."""
    colour = s.red if s.rng.random() < 0.12 else s.black
    top, rows = float(s.rng.uniform(25, 60)), int(s.rng.integers(3, 10))
    for i in range(rows + 1):
        s.line((25, top + i * 11), (185, top + i * 11), 0.3, colour)
    for x in (25, 60, 110, 140, 185):
        s.line((x, top), (x, top + rows * 11), 0.3, colour)
    for i in range(rows):
        for x, n in ((27, 6), (62, 9), (112, 5), (142, 8)):
            s.text((x, top + i * 11 + 5.5), s.words(n), 4.2)
    y = top + rows * 11 + 12
    s.box((25, y), (185, y + 58), 0.3, colour)
    s.text((30, y + 8), s.words(20), 4.2)
    s.text((120, y + 32), str(s.rng.choice(["（盖章）", "单位（公章）", "负责人：" + person(s.rng)])), 4.2)
    s.text((115, y + 40), _date(s), 4.2)
    return [(138, y + 32), (68, y + 32), (100, y + 30)]


def cover(s: Canvas) -> list[Place]:
    """A cover: a big title and underlined answers."""
    for i in range(2):
        s.text((105, 80 + i * 13), s.words(13), 9, anchor="mm")
    for i in range(5):
        y = 140 + i * 13
        s.text((40, y), s.words(6) + "：" + s.words(14), 5.3)
        s.line((72, y + 3.5), (172, y + 3.5), 0.25)
    return [(125, 165), (78, 175), (140, 200)]


def table(s: Canvas) -> list[Place]:
    """A wide table with a line for the seal under it."""
    colour = s.red if s.rng.random() < 0.12 else s.black
    rows = int(s.rng.integers(3, 11))
    s.text((s.mm[0] / 2, 28), s.words(14), 7, anchor="mm")
    for i in range(rows + 1):
        s.line((20, 45 + i * 10), (s.mm[0] - 20, 45 + i * 10), 0.3, colour)
    for i in range(6):
        x = 20 + (s.mm[0] - 40) / 5 * i
        s.line((x, 45), (x, 45 + rows * 10), 0.3, colour)
        for j in range(rows if i < 5 else 0):
            s.text((x + 2, 50 + j * 10), s.words(6) if s.rng.random() < 0.8 else "①②③④"[j % 4], 3.7)
    y = 62 + rows * 10
    s.text((s.mm[0] * 0.6, y), "填报单位（盖章）：", 4.5)
    return [(s.mm[0] * 0.7, y), (60, y), (s.mm[0] * 0.5, y + 5)]


def promise(s: Canvas) -> list[Place]:
    """A promise with lines to sign on."""
    s.text((105, 40), "承　诺　书", 9, anchor="mm")
    rows = int(s.rng.integers(6, 16))
    _lines(s, 58, rows, 4.9, 8)
    y = 75 + rows * 8
    for i, word in enumerate(("法定代表人（签字）：", "单位（盖章）：", "日期：")):
        s.text((85, y + i * 12), word, 5)
        s.line((130, y + i * 12 + 3), (180, y + i * 12 + 3), 0.25)
        if s.rng.random() < 0.6:
            _scribble(s, (140 + s.rng.uniform(0, 15), y + i * 12))
    return [(145, y + 12), (155, y), (60, y + 14)]


def _scribble(s: Canvas, at: Place) -> None:
    """A signature with a pen."""
    steps = s.rng.normal(0, 3.2, (14, 2)).cumsum(0) * (0.9, 0.5)
    points = [((at[0] + x * 0.8) * s.px, (at[1] + max(-6, min(6, y))) * s.px) for x, y in steps]
    colours: Sequence[Rgb] = ((20, 20, 30), (25, 35, 140), (40, 40, 40))
    s.draw.line(points, colours[int(s.rng.integers(3))], max(1, round(0.5 * s.px)), joint="curve")


def dense(s: Canvas) -> list[Place]:
    """A full page of text, sometimes in two columns."""
    size = float(s.rng.uniform(3.2, 5.3))
    if s.rng.random() < 0.3:
        for x in (22, 110):
            for i in range(34):
                s.text((x, 25 + i * 7.3), s.words(int(78 / 4)), 4)
    else:
        _lines(s, 28, int(240 / (size * 1.7)), size, size * 1.7)
    return [(float(s.rng.uniform(40, 170)), float(s.rng.uniform(60, 250))), (60, 230), (140, 120)]


def certificate(s: Canvas) -> list[Place]:
    """A certificate within an ornamental frame."""
    colour = (s.red, (180, 140, 40), (30, 60, 130))[int(s.rng.integers(3))]
    s.box((12, 12), (s.mm[0] - 12, s.mm[1] - 12), 1.6, colour)
    s.box((15, 15), (s.mm[0] - 15, s.mm[1] - 15), 0.4, colour)
    s.text((s.mm[0] / 2, 60), s.words(5), 16, colour, "mm")
    for i in range(4):
        s.text((40, 95 + i * 12), s.words(20), 5.5)
    return [(s.mm[0] - 70, s.mm[1] - 60), (70, s.mm[1] - 60), (s.mm[0] / 2, s.mm[1] - 55)]


def sparse(s: Canvas) -> list[Place]:
    """A nearly empty page: the last lines of a letter."""
    _lines(s, 30, int(s.rng.integers(0, 4)), 5.3, 9)
    y = float(s.rng.uniform(60, 140))
    s.text((140, y), name_for(s.rng), 5.3, anchor="mm")
    s.text((140, y + 9), _date(s), 5.3, anchor="mm")
    return [(140, y + 4), (70, y + 4), (100, y + 60)]


LAYOUTS: tuple[Callable[[Canvas], list[Place]], ...] = (
    letter,
    letter,
    form,
    form,
    cover,
    table,
    promise,
    dense,
    sparse,
    certificate,
)
HELD_LAYOUTS = 1
"""The last layouts are never shown while training."""
