"""How many pixels a picture claims to have, from its first bytes alone (PNG, GIF, BMP, JPEG, TIFF)."""

import re
import struct

HEAD = 1 << 16
PAGE = (550, 750)
"""The shorter and the longer side from which a picture may be a page of paper: A4 at a screen's 70 dpi."""
MOST = 30_000
"""A longer side is no honest claim."""
_JPEG_FRAME = re.compile(rb"\xff[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf]..\x08(.{4})", re.DOTALL)


def picture_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels, (0, 0) where they cannot be told."""
    head = data[:HEAD]
    try:
        if head.startswith(b"\x89PNG"):
            width, height = struct.unpack_from(">II", head, 16)
        elif head.startswith(b"GIF8"):
            width, height = struct.unpack_from("<HH", head, 6)
        elif head.startswith(b"BM"):
            width, height = (abs(n) for n in struct.unpack_from("<ii", head, 18))
        elif head.startswith(b"\xff\xd8"):
            height, width = _jpeg(head)
        else:
            width, height = _tiff(data) if head[:2] in {b"II", b"MM"} else (0, 0)
    except struct.error:
        return 0, 0
    return width, height


def may_be_page(data: bytes) -> bool:
    """Whether a picture has as many pixels as a page of paper that one could read."""
    short, long = sorted(picture_size(data))
    return short >= PAGE[0] and PAGE[1] <= long <= MOST


def _jpeg(head: bytes) -> tuple[int, int]:
    """Height and width of the last frame header in sight: a preview's comes first (ITU-T T.81 §B.2.2)."""
    found = _JPEG_FRAME.findall(head)
    if not found:
        return 0, 0
    height, width = struct.unpack(">HH", found[-1])
    return height, width


def _tiff(data: bytes) -> tuple[int, int]:
    """Width and height of the first page (TIFF 6.0 §2: tags 256 and 257)."""
    order = "<" if data[:2] == b"II" else ">"
    at = struct.unpack_from(order + "I", data, 4)[0]
    sides = {}
    for number in range(min(200, struct.unpack_from(order + "H", data, at)[0])):
        tag, kind, _, value = struct.unpack_from(order + "HHI4s", data, at + 2 + 12 * number)
        if tag in {256, 257}:
            sides[tag] = struct.unpack(order + ("HH" if kind == 3 else "I"), value)[0]
    return sides.get(256, 0), sides.get(257, 0)
