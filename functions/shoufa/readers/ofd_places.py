"""Places in an OFD package and on its pages: locations of members, boxes in millimetres (GB/T 33190)."""

import posixpath
from typing import Any

from shoufa.domain.facts import Box
from shoufa.readers.package import local


def join(folder: str, location: str) -> str:
    """A location inside the package: absolute ones start at its root."""
    path = location if location.startswith("/") else posixpath.join(folder, location)
    return posixpath.normpath(path).lstrip("/")


def text_of(root: Any, name: str) -> str:
    """The text of the first element of that local name, a leading slash taken off; "" if there is none."""
    return next(((e.text or "").strip().lstrip("/") for e in root.iter() if local(e) == name), "")


def numbers(text: str | None) -> list[float]:
    """Numbers between blanks, none if one of them is no number."""
    try:
        return [float(v) for v in (text or "").split()]
    except ValueError:
        return []


def physical_box(element: Any, default: Box) -> Box:
    """The first PhysicalBox below an element, in millimetres: x, y, width, height."""
    found = next((numbers(e.text) for e in element.iter() if local(e) == "PhysicalBox"), [])
    if len(found) != 4 or found[2] <= 0 or found[3] <= 0:
        return default
    return found[0], found[1], found[2], found[3]


def fraction(bounds: list[float], page: Box) -> Box:
    """A boundary (x, y, width, height in millimetres) as page fractions."""
    x, y, w, h = bounds
    near = ((x - page[0]) / page[2], (y - page[1]) / page[3])
    far = (near[0] + w / page[2], near[1] + h / page[3])
    a, b, c, d = (round(min(1.0, max(0.0, v)), 4) for v in (*near, *far))
    return a, b, c, d
