"""Where on a page seals may be: a small net looks at the whole page at once.

The net (`seal_net.onnx`, trained by `tests/samples/seal_train.py` on drawn pages alone) sees the page's
ink at `LEVEL` pixels, whatever its resolution, and says for every eighth pixel how like the middle of a
whole seal or of a part of one it is, and how far the seal reaches. Its work is the same on any page: noise
costs nothing.
"""

from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from shoufa.readers.ocr_models import session
from shoufa.readers.seal_ink import Gray

LEVEL = 640
"""Long side, in pixels, of what the net sees."""
_STRIDE = 8
_NET = Path(__file__).with_name("seal_net.onnx")
_MOST = 12
_TURNED = np.array([1, 1, -1, -1, 1, 1, 1], np.float32)
"""Signs of the maps on a page turned upside down: the way to the middle points the other way."""
_LONGEST = 5.2
"""Natural logarithm of the longest half axis (180 pixels, 84 mm) that is believed."""


class Ring(NamedTuple):
    """An ellipse in pixels: centre, half axes, turn of the first axis; strength is the net's answer."""

    x: float
    y: float
    a: float
    b: float
    angle: float
    strength: float

    def scaled(self, by: float, dx: float = 0.0, dy: float = 0.0) -> "Ring":
        """The same ring after the map was scaled, then moved."""
        return self._replace(x=self.x * by + dx, y=self.y * by + dy, a=self.a * by, b=self.b * by)

    @property
    def radius(self) -> float:
        """Mean half axis."""
        return (self.a + self.b) / 2


class Place(NamedTuple):
    """A place that may hold a seal: its ring; how like a whole seal, a part of one, a square."""

    ring: Ring
    whole: float
    part: float
    square: float

    @property
    def rank(self) -> float:
        """What decides between places that overlap."""
        return self.whole + 0.3 * self.part


def places(flat: Gray, least: float) -> list[Place]:
    """Places on a flattened page (float32 h×w×3, 0..255, long side `LEVEL`), likeliest first, each once.

    `least` is the answer, whole or part, below which a place is not worth naming. At most a dozen.
    """
    maps = _answer(flat)
    heat = _sigmoid(maps[:2])
    best = heat.max(0)
    tops = (best >= cv2.dilate(best, np.ones((3, 3), np.uint8))) & (best > least)
    found = [
        _place(maps, heat, int(line), int(column)) for line, column in zip(*np.nonzero(tops), strict=True)
    ]
    kept: list[Place] = []
    for one in sorted(found, key=lambda p: -p.rank):
        if len(kept) < _MOST and all(_apart(one.ring, k.ring) for k in kept):
            kept.append(one)
    return kept


def _answer(flat: Gray) -> Gray:
    """The net's maps, 7×lines×columns, for a page padded with paper to whole cells.

    The mean of what it says of the page and of the page turned upside down: a seal is one either way.
    """
    height, width = flat.shape[:2]
    size = (3, -(-height // _STRIDE) * _STRIDE, -(-width // _STRIDE) * _STRIDE)
    seen = np.zeros((1, *size), np.float32)
    seen[0, :, :height, :width] = (1 - flat / np.float32(255)).transpose(2, 0, 1)
    net = session(_NET)
    upright = net.run(None, {"ink": seen})[0][0]
    turned = net.run(None, {"ink": np.ascontiguousarray(seen[:, :, ::-1, ::-1])})[0][0][:, ::-1, ::-1]
    turned = turned * _TURNED[:, None, None]
    return np.asarray((upright + turned) / 2, np.float32)


def _sigmoid(x: npt.NDArray[np.float32]) -> Gray:
    """Logits to 0..1."""
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))), np.float32)


def _place(maps: Gray, heat: Gray, line: int, column: int) -> Place:
    """What the maps say of one cell."""
    _, _, dx, dy, la, lb, square = (float(v) for v in maps[:, line, column])
    a, b = (float(np.exp(min(v, _LONGEST))) for v in (la, lb))
    whole, part = (float(v) for v in heat[:, line, column])
    ring = Ring((column + 0.5 + dx) * _STRIDE, (line + 0.5 + dy) * _STRIDE, a, b, 0.0, max(whole, part))
    return Place(ring, whole, part, float(1 / (1 + np.exp(-square))))


def _apart(one: Ring, other: Ring) -> bool:
    """Whether two places are two seals: seals may overlap, but their centres keep apart."""
    return float(np.hypot(one.x - other.x, one.y - other.y)) > 0.5 * max(
        min(one.a, one.b), min(other.a, other.b)
    )
