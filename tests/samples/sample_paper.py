"""The same blocks on paper: typeset with the machine's Chinese fonts, sealed, and scanned in colour."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from samples.sample_layout import Block, Cell
from samples.seal_dies import Look, fonts, seal_mask, stamp

DPI = 120
PX = DPI / 25.4
INK, RED = (25, 25, 30), (205, 25, 30)
SEAL_INK = (38, 30, 205)
"""BGR, as `stamp` takes it."""
LEADING = 1.65
QUALITY = 55


class Pressed(NamedTuple):
    """Where a seal belongs: page number from 0, place in millimetres, and whose."""

    page: int
    x: float
    y: float
    whose: str


def face(bold: bool = False) -> int:
    """The number of a text face among the machine's fonts: Noto Serif CJK where it is installed."""
    wanted = "NotoSerifCJK-Bold" if bold else "NotoSerifCJK-Regular"
    return next((i for i, path in enumerate(fonts()) if wanted in path), 0)


def _font(size: float, bold: bool = False) -> ImageFont.FreeTypeFont:
    path = fonts()[face(bold)]
    index = 2 if "Noto" in Path(path).name else 0  # the face for simplified Chinese
    return ImageFont.truetype(path, round(size * PX), index=index)


class Paper:
    """Pages that grow from top to bottom; lengths are millimetres."""

    def __init__(self, landscape: bool = False) -> None:
        self.width, self.height = (297.0, 210.0) if landscape else (210.0, 297.0)
        self.left, self.top = 27.0, 30.0
        self.pages: list[Image.Image] = []
        self.pressed: list[Pressed] = []
        self.turn()

    def turn(self) -> None:
        """Begin a new page."""
        self.pages.append(
            Image.new("RGB", (round(self.width * PX), round(self.height * PX)), (255, 255, 255))
        )
        self.draw = ImageDraw.Draw(self.pages[-1])
        self.y = self.top

    def text(
        self, x: float, y: float, text: str, font: ImageFont.FreeTypeFont, fill: tuple[int, ...] = INK
    ) -> None:
        """One line, its upper left corner at (x, y)."""
        self.draw.text((x * PX, y * PX), text, fill, font)

    def press(self, x: float, y: float, whose: str) -> None:
        """Remember a place for a seal."""
        if whose:
            self.pressed.append(Pressed(len(self.pages) - 1, x, y, whose))


def typeset(blocks: list[Block], landscape: bool = False) -> Paper:
    """Blocks on pages."""
    paper = Paper(landscape)
    for block in blocks:
        if block.kind == "page":
            paper.turn()
        elif block.kind == "gap":
            paper.y += block.height
        elif block.kind == "rule":
            _rule(paper)
        elif block.kind == "table":
            _table(paper, block)
        else:
            _lines(paper, block)
    return paper


def _rule(paper: Paper) -> None:
    ends = (paper.left * PX, paper.y * PX, (paper.width - paper.left) * PX, paper.y * PX)
    paper.draw.line(ends, RED, max(2, round(0.7 * PX)))
    paper.y += 12


def _lines(paper: Paper, block: Block) -> None:
    font = _font(block.size, bold=block.kind in {"head", "title"})
    fill = RED if block.kind == "head" else INK
    room = paper.width - 2 * paper.left
    indent = "　　" if block.kind == "para" else ""
    for line in (w for part in block.text.split("\n") for w in wrapped(indent + part, font, room)):
        length = font.getlength(line) / PX
        free = room - length
        x = paper.left + {"head": free / 2, "title": free / 2, "centre": free / 2, "right": free - 12}.get(
            block.kind, 0
        )
        paper.text(x, paper.y, line, font, fill)
        signature = (
            block.kind == "right"
        )  # GB/T 9704-2012 §7.3.5.1: the names stand a little below the seal's middle
        spot = (x + length / 2, paper.y - 4) if signature else (x + length + 15, paper.y + block.size / 2)
        paper.press(*spot, block.seal)
        paper.y += block.size * LEADING


def wrapped(text: str, font: ImageFont.FreeTypeFont, room: float) -> Iterator[str]:
    """Lines no longer than `room` millimetres; a closing mark never begins a line."""
    line = ""
    for char in text:
        if font.getlength(line + char) / PX > room and char not in "，。、；：）”〕》":
            yield line
            line = ""
        line += char
    yield line


def _table(paper: Paper, block: Block) -> None:
    font = _font(block.size)
    for row in block.rows:
        spans = list(_spans(row, block.widths))
        texts = [
            [w for part in c.text.split("\n") for w in wrapped(part, font, width - 3)]
            for c, _, width in spans
        ]
        height = max(block.height, *(len(t) * block.size * 1.4 + 3 for t in texts))
        for (cell, at, width), lines in zip(spans, texts, strict=True):
            _cell(paper, block, cell, (paper.left + at, width, height), lines)
        paper.y += height


def _spans(row: tuple[Cell, ...], widths: tuple[float, ...]) -> Iterator[tuple[Cell, float, float]]:
    column = 0
    for cell in row:
        yield cell, sum(widths[:column]), sum(widths[column : column + cell.span])
        column += cell.span


def _cell(
    paper: Paper, block: Block, cell: Cell, place: tuple[float, float, float], lines: list[str]
) -> None:
    x, width, height = place
    box = (x * PX, paper.y * PX, (x + width) * PX, (paper.y + height) * PX)
    paper.draw.rectangle(box, outline=INK, width=2)
    first = paper.y + (height - len(lines) * block.size * 1.4) / 2
    for i, line in enumerate(lines):
        paper.text(x + 1.5, first + i * block.size * 1.4, line, _font(block.size))
    paper.press(x + width * 0.72, paper.y + height * 0.55, cell.seal)


def scans(paper: Paper, seals: dict[str, str], seed: int) -> list[bytes]:
    """Each page as a scanner gives it, a JPEG, askew by a hair; `seals`: whose seal says what."""
    rng = np.random.default_rng(seed)
    found = []
    for number, page in enumerate(paper.pages):
        image = np.asarray(page, np.float32)[:, :, ::-1].copy()
        for spot in (p for p in paper.pressed if p.page == number and seals.get(p.whose)):
            _stamp(image, spot, seals[spot.whose], rng)
        found.append(_scanned(image, rng))
    return found


def _stamp(image: np.ndarray, spot: Pressed, name: str, rng: np.random.Generator) -> None:
    look = Look(
        name=name,
        radius=21,
        turn=float(rng.normal(0, 3)),
        glyph=0.27,
        narrow=0.8,
        span=min(250.0, 18.0 * len(name)),
        face=face(),
    )
    stamp(image, seal_mask(look), (spot.x * PX, spot.y * PX), look.radius * PX, SEAL_INK, rng, 0.86)


def _scanned(image: np.ndarray, rng: np.random.Generator) -> bytes:
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.normal(0, 0.25)), 1.0)
    image = cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=(252, 252, 252))
    image = cv2.GaussianBlur(image, (0, 0), 0.45) * np.float32(0.98)
    image += rng.normal(0, 1.0, (height, width)).astype(np.float32)[:, :, None]
    return jpeg(Image.fromarray(np.clip(image, 0, 255).astype(np.uint8)[:, :, ::-1]))


def jpeg(image: Image.Image) -> bytes:
    """A colour JPEG."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True, dpi=(DPI, DPI))
    return out.getvalue()


def pdf(pages: list[bytes]) -> bytes:
    """The JPEG pages in one PDF of images alone (ISO 32000-1 §7.4.8: DCTDecode takes them as they are)."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>"]
    kids = " ".join(f"{3 + 3 * i} 0 R" for i in range(len(pages)))
    objects.append(f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode())
    for i, data in enumerate(pages):
        objects += _page_objects(3 + 3 * i, data)
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, start)
    return bytes(out)


def _page_objects(number: int, data: bytes) -> list[bytes]:
    width, height = Image.open(io.BytesIO(data)).size
    w, h = (round(v * 72 / DPI, 1) for v in (width, height))
    draw = f"q {w} 0 0 {h} 0 0 cm /I Do Q".encode()
    inside = f"/Contents {number + 1} 0 R/Resources<</XObject<</I {number + 2} 0 R>>>>"
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {w} {h}]{inside}>>"
    pixels = f"/Width {width}/Height {height}/ColorSpace/DeviceRGB/BitsPerComponent 8"
    image = f"<</Type/XObject/Subtype/Image{pixels}/Filter/DCTDecode/Length {len(data)}>>"
    return [
        page.encode(),
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(draw), draw),
        image.encode() + b"\nstream\n" + data + b"\nendstream",
    ]
