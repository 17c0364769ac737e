"""The strokes of a coloured seal as sharp as the picture allows.

JPEG keeps the colour of a picture at half its resolution, its light at full: a map of colour alone closes the
eyes of small characters. So the strokes are read from the light that the ink takes away, and the colour says
only where the seal's ink is.
"""

import cv2
import numpy as np

from shoufa.domain.codes import Ink
from shoufa.readers.seal_ink import Gray
from shoufa.readers.seal_search import Ring
from shoufa.readers.seal_shape import View, polar

_ALLOWED, _BLACK, _DIM = 10, 60, 25
"""Light that a clean stroke may lack in its own colour, what more makes it print, least light to compare."""
_TINGED = 0.3
"""Logarithm of the ratio of an ink's own light to the other, at least."""
_BEGINS, _FULL = 0.3, 0.5
"""Colour, in shares of the noise floor, from which ink counts, and how much more makes it count fully."""


def strokes(crop: View, ring: Ring, kind: Ink) -> Gray:
    """How much light the seal's own ink takes away, 0..255, in a crop (its ring in the crop's pixels).

    Black print takes light of every colour, red ink lets red pass: what is darker in the ink's own colour
    than the seal's outline is, is print, and there only the colour of its darkness tells the strokes. A seal
    without colour stays as it is.
    """
    if kind is Ink.BLACK:
        return crop.plane
    blue, green, red = (255 - crop.flat[:, :, i] for i in range(3))
    own, dark = (red, green) if kind is Ink.RED else (blue, np.asarray((red + green) / 2, np.float32))
    under = np.clip((own - _on_outline(own, ring) - _ALLOWED) / _BLACK, 0, 1)
    under = cv2.GaussianBlur(under, (0, 0), 1)
    tinge = np.asarray(np.log((255 - own + _DIM) / (255 - dark + _DIM)), np.float32)
    through = np.clip(tinge / max(_TINGED, _on_outline(tinge, ring)), 0, 1) * _on_outline(dark, ring)
    near = cv2.dilate(crop.plane, np.ones((3, 3), np.uint8))
    near = cv2.GaussianBlur(near, (0, 0), max(1.0, crop.scale))
    share = np.clip((near - crop.floor * _BEGINS) / (crop.floor * _FULL), 0, 1)
    return np.asarray((dark + under * (through - dark)) * share, np.float32)


def _on_outline(plane: Gray, ring: Ring) -> float:
    """The usual value of a map where the outline runs."""
    return float(np.median(polar(plane, ring, np.linspace(0.9, 1.04, 12)).max(1)))
