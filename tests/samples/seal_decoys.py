"""What is no seal and looks like one: logos, drawn circles, stamps of other kinds, marks, codes, pictures.

Each decoy prints itself on a sheet; lengths in millimetres.
"""

import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from samples.seal_names import name_for
from samples.seal_presses import face, random_face, star
from samples.seal_sheets import Canvas, Rgb

_PENS: tuple[Rgb, ...] = ((205, 30, 40), (230, 60, 50), (30, 50, 160), (40, 40, 40), (20, 110, 60))


def _spot(s: Canvas, margin: float = 22) -> tuple[float, float]:
    return float(s.rng.uniform(margin, s.mm[0] - margin)), float(s.rng.uniform(margin, s.mm[1] - margin))


def _tone(s: Canvas) -> Rgb:
    """Mostly red."""
    others: tuple[Rgb, ...] = ((30, 60, 150), (20, 120, 80), (50, 50, 50), (200, 120, 20))
    return s.red if s.rng.random() < 0.65 else others[int(s.rng.integers(4))]


def badge(s: Canvas) -> None:
    """A filled disc with a star or a letter: a logo."""
    (x, y), r, colour = _spot(s), float(s.rng.uniform(6, 18)), _tone(s)
    s.ellipse((x, y), r, r, 0, colour)
    light = (250, 220, 60) if s.rng.random() < 0.5 else (255, 255, 255)
    if s.rng.random() < 0.6:
        star(s.draw, x * s.px, y * s.px, r * s.px * float(s.rng.uniform(0.4, 0.75)), light)
    else:
        s.text((x, y), s.words(1), r * 1.2, light, "mm")
    if s.rng.random() < 0.4:
        s.ellipse((x, y), r * 0.88, r * 0.88, 0.5, light)


def drawn_circle(s: Canvas) -> None:
    """A circle drawn by hand round some words."""
    (x, y), a, b = _spot(s), float(s.rng.uniform(8, 26)), float(s.rng.uniform(6, 22))
    wob, points = s.rng.normal(0, 0.05, 4), []
    for t in np.linspace(0, 2 * math.pi * s.rng.uniform(0.9, 1.25), 80):
        k = 1 + wob[0] * math.sin(2 * t) + wob[1] * math.cos(3 * t) + wob[2] * t / 6 + wob[3] * math.sin(t)
        points.append(((x + a * k * math.cos(t)) * s.px, (y + b * k * math.sin(t)) * s.px))
    s.draw.line(points, _PENS[int(s.rng.integers(5))], max(1, round(s.rng.uniform(0.3, 1.0) * s.px)))
    if s.rng.random() < 0.5:
        s.text((x, y), s.words(int(s.rng.integers(1, 5))), 5, anchor="mm")


def boxed_stamp(s: Canvas) -> None:
    """A receipt stamp in a box: 已收, a date, a number."""
    (x, y), w, h = _spot(s, 32), float(s.rng.uniform(26, 60)), float(s.rng.uniform(10, 24))
    tilted(s, x, y, (w, h), _tone(s))


def tilted(s: Canvas, x: float, y: float, size: tuple[float, float], colour: Rgb) -> None:
    """A framed stamp, a little turned."""
    w, h = (round(v * s.px) for v in size)
    tile = Image.new("L", (w, h), 0)
    draw = ImageDraw.Draw(tile)
    draw.rectangle((1, 1, w - 2, h - 2), outline=255, width=max(1, round(0.7 * s.px)))
    text = str(
        s.rng.choice(
            ["已收", "收讫", "作废", "附件1", "副本", "秘密", "已审核", "现金付讫", "2023 07 31", "复印有效"]
        )
    )
    number = random_face(s.rng, s.held)
    draw.text(
        (w / 2, h * 0.5), text, 255, face(number, max(6, round(min(h * 0.6, w / len(text))))), anchor="mm"
    )
    tile = tile.rotate(float(s.rng.normal(0, 6)), Image.Resampling.BILINEAR, expand=True)
    s.image.paste(colour, (round(x * s.px - tile.width / 2), round(y * s.px - tile.height / 2)), tile)


def red_words(s: Canvas) -> None:
    """Lines of red text, now and then a large word."""
    y = float(s.rng.uniform(60, s.mm[1] - 60))
    for i in range(int(s.rng.integers(1, 6))):
        s.text((30, y + i * 8), s.words(24), 5, _tone(s))
    if s.rng.random() < 0.4:
        s.text((105, y - 20), s.words(4), 14, s.red, "mm")


def rings(s: Canvas) -> None:
    """Printed circles: an outline logo, a clock, a chart, a target, a big letter in a ring."""
    (x, y), r, colour, kind = _spot(s), float(s.rng.uniform(8, 24)), _tone(s), int(s.rng.integers(0, 6))
    s.ellipse((x, y), r, r, float(s.rng.uniform(0.5, 2.2)), colour)
    if kind in {1, 5}:
        s.ellipse((x, y), r * 0.62, r * 0.62, 1.0, colour)
    if kind == 2:
        for i in range(8):
            t = i * math.pi / 4
            s.line((x, y), (x + r * math.cos(t), y + r * math.sin(t)), 0.6, colour)
    if kind in {3, 5}:
        s.text((x, y), s.words(1), r, colour, "mm")
    if kind == 4:
        star(s.draw, x * s.px, y * s.px, r * s.px * 0.5, colour)


def numbers(s: Canvas) -> None:
    """Circled figures, ticks and crosses down the margin."""
    for i in range(int(s.rng.integers(3, 7))):
        s.ellipse((22, 80 + i * 22), 3, 3, 0.4, s.red if i % 2 else s.black)
        s.text((22, 80 + i * 22), str(i + 1), 4, s.red, "mm")


def code(s: Canvas) -> None:
    """A QR code."""
    (x, y), cells = _spot(s), int(s.rng.integers(21, 34))
    bits = (s.rng.random((cells, cells)) < 0.5).astype(np.uint8) * 255
    for r, c in ((0, 0), (0, cells - 7), (cells - 7, 0)):
        bits[r : r + 7, c : c + 7] = 0
        bits[r + 1 : r + 6, c + 1 : c + 6] = 255
        bits[r + 2 : r + 5, c + 2 : c + 5] = 0
    side = round(s.rng.uniform(15, 35) * s.px)
    tile = Image.fromarray(bits).resize((side, side), Image.Resampling.NEAREST)
    s.image.paste(tile.convert("RGB"), (round(x * s.px), round(y * s.px)))


def watermark(s: Canvas) -> None:
    """Pale words across the page, or a pale round mark in its middle."""
    pale = int(s.rng.integers(205, 238))
    colour: Rgb = (pale, pale, pale) if s.rng.random() < 0.5 else (250, pale, pale)
    if s.rng.random() < 0.5:
        for i in range(5):
            s.text((s.mm[0] / 2, 40 + i * 50), s.words(8), 14, colour, "mm")
    else:
        s.ellipse((s.mm[0] / 2, s.mm[1] / 2), 45, 45, 4, colour)
        star(s.draw, s.mm[0] / 2 * s.px, s.mm[1] / 2 * s.px, 25 * s.px, colour)


def photo(s: Canvas) -> None:
    """A picture pasted in: blobs, sometimes round ones."""
    (x, y), w, h = _spot(s, 35), round(s.rng.uniform(30, 80) * s.px), round(s.rng.uniform(25, 60) * s.px)
    tile = Image.fromarray(s.rng.integers(0, 255, (9, 12, 3), np.uint8)).resize(
        (w, h), Image.Resampling.BICUBIC
    )
    draw = ImageDraw.Draw(tile)
    for _ in range(int(s.rng.integers(0, 5))):
        cx, cy, r = s.rng.uniform(0, w), s.rng.uniform(0, h), s.rng.uniform(0.05, 0.3) * h
        draw.ellipse((cx - r, cy - r, cx + r, cy + r), tuple(int(v) for v in s.rng.integers(0, 255, 3)))
    s.image.paste(tile, (round(x * s.px - w / 2), round(y * s.px - h / 2)))


def invoice(s: Canvas) -> None:
    """An invoice's head: a coloured grid with a two-lined title and a plain printed oval in its middle."""
    colour: Rgb = (150, 80, 30) if s.rng.random() < 0.5 else s.red
    x, y = float(s.rng.uniform(60, s.mm[0] - 60)), float(s.rng.uniform(30, 80))
    s.text((x, y - 8), "增值税普通发票", 7, colour, "mm")
    s.line((x - 30, y), (x + 30, y), 0.5, colour)
    s.line((x - 30, y + 1.5), (x + 30, y + 1.5), 0.5, colour)
    s.ellipse((x, y), 15, 10, 0.4, colour)
    s.box((x - 55, y + 14), (x + 55, y + 50), 0.4, colour)


def round_logo(s: Canvas) -> None:
    """A school's or firm's round logo: a double ring, letters of the alphabet round it, a shape within."""
    (x, y), r, colour = _spot(s), float(s.rng.uniform(8, 17)), _tone(s)
    s.ellipse((x, y), r, r, float(s.rng.uniform(0.4, 1.2)), colour)
    s.ellipse((x, y), r * 0.64, r * 0.64, 0.4 if s.rng.random() < 0.6 else 0, colour)
    text = "UNIVERSITY OF TECHNOLOGY" if s.rng.random() < 0.5 else "SINCE 1958 QUALITY GROUP"
    size = max(6, round(r * 0.24 * s.px))
    for i, char in enumerate(text):
        t = math.radians(150 + 240 * i / len(text))
        tile = Image.new("L", (2 * size, 2 * size), 0)
        ImageDraw.Draw(tile).text((size, size), char, 255, face(s.face, size), anchor="mm")
        tile = tile.rotate(-math.degrees(t) - 90, Image.Resampling.BILINEAR)
        cx, cy = (x + 0.82 * r * math.cos(t)) * s.px, (y + 0.82 * r * math.sin(t)) * s.px
        s.image.paste(colour, (round(cx - size), round(cy - size)), tile)
    s.draw.polygon(
        [((x + dx * r) * s.px, (y + dy * r) * s.px) for dx, dy in ((0, -0.4), (0.35, 0.3), (-0.35, 0.3))],
        colour,
    )


def punched(s: Canvas) -> None:
    """Punch holes, a paper clip, a thumb print."""
    for y in (s.mm[1] / 2 - 40, s.mm[1] / 2 + 40):
        s.ellipse((10, y), 3, 3, 0, (60, 60, 60))
    if s.rng.random() < 0.6:
        x, y = _spot(s)
        for i in range(5):
            s.ellipse((x, y), 1.5 + 1.5 * i, 2 + 2.0 * i, 0.5, (215, 60, 60))


def stained(s: Canvas) -> None:
    """A coffee ring."""
    (x, y), r = _spot(s), float(s.rng.uniform(25, 40))
    s.ellipse((x, y), r, r * 0.98, float(s.rng.uniform(1, 3)), (205, 170, 130))


def named_mark(s: Canvas) -> None:
    """A red arc of a body's name without ring or star, or a name in a red box: a letterhead's mark."""
    (x, y), name = _spot(s, 40), name_for(s.rng)
    s.text((x, y), name, 4.5, s.red, "mm")
    half = len(name) * 2.4
    s.box((x - half, y - 5), (x + half, y + 5), 0.6, s.red)


DECOYS: tuple[Callable[[Canvas], None], ...] = (
    badge,
    drawn_circle,
    boxed_stamp,
    red_words,
    rings,
    numbers,
    code,
    watermark,
    photo,
    invoice,
    round_logo,
    stained,
    punched,
    named_mark,
)
HELD_DECOYS = 2
"""The last decoys are never shown while training."""
