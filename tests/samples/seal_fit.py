"""Fit the weights of `shoufa.readers.seal_score` on drawn pages: `python seal_fit.py PAGES [FIRST_SEED]`.

Prints the two tables of weights, and precision and recall on pages it did not fit. Needs CJK fonts (see seal_dies).
"""

import math
import sys
from typing import Any

import cv2
import numpy as np

from samples.seal_pages import CONDITIONS, Labelled, draw_page
from shoufa.domain.codes import Ink
from shoufa.readers import seal_ink, seal_score, seal_search, seal_shape

Row = tuple[str, float, list[float]]


def label(page: Labelled, ring: seal_search.Ring) -> float | None:
    """1 for a ring on a seal, 0 for one far from any, None for one in between."""
    for s in page.seals:
        away = math.hypot(ring.x - s.x, ring.y - s.y) / s.a
        if away < 0.18 and 0.85 < ring.a / s.a < 1.15:
            return 1.0
        if away < 0.6 and 0.6 < ring.a / s.a < 1.6:
            return None
    return 0.0


def rows(page: Labelled) -> list[Row]:
    """Ink class, label and terms of every ring examined on a page."""
    scale = seal_search.LEVEL / max(page.image.shape[:2])
    small = cv2.resize(page.image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ground = seal_ink.paper(small)
    flat = seal_ink.flatten(small, ground)
    full = seal_ink.Paper(ground.light, ground.step / scale)
    kinds = (Ink.BLACK,) if seal_ink.is_grey(flat) else (Ink.RED, Ink.BLUE, Ink.BLACK)
    out: list[Row] = []
    for kind in kinds:
        plane = seal_ink.ink(flat, kind)
        level = seal_search.soft(plane, seal_ink.noise_floor(plane, kind))
        for ring in seal_shape.shortlist(level, seal_search.rings(level)):
            exact, measures = seal_shape.examine(page.image, full, ring.scaled(1 / scale), kind)
            truth = label(page, exact)
            if truth is not None:
                out.append(("black" if kind is Ink.BLACK else "colour", truth, seal_score.terms(measures)))
    return out


def fit(x: np.ndarray, y: np.ndarray, ridge: float = 1.0) -> np.ndarray:
    """Logistic regression by Newton steps on standardised terms; returns weights for the raw terms."""
    mean, spread = x.mean(0), x.std(0)
    mean[0], spread[0] = 0, 1
    spread[spread == 0] = 1
    z = (x - mean) / spread
    w = np.zeros(z.shape[1])
    for _ in range(60):
        p = 1 / (1 + np.exp(-np.clip(z @ w, -30, 30)))
        slope = z.T @ (p - y) + ridge * np.r_[0, w[1:]]
        bend = (z.T * (p * (1 - p))) @ z + ridge * np.eye(len(w))
        w -= np.linalg.solve(bend, slope)
    raw = w / spread
    raw[0] = w[0] - float((w[1:] * mean[1:] / spread[1:]).sum())
    return raw


def main(argv: list[str]) -> None:
    """Draw, examine, fit, print."""
    count, first = int(argv[1]), int(argv[2]) if len(argv) > 2 else 10000
    table: list[Row] = []
    for seed in range(first, first + count):
        table += rows(draw_page(seed, CONDITIONS[seed % len(CONDITIONS)]))
    for kind in ("colour", "black"):
        part: list[Any] = [r for r in table if r[0] == kind]
        x, y = np.array([r[2] for r in part]), np.array([r[1] for r in part])
        print(kind, len(part), "rings,", int(y.sum()), "seals")
        print("(" + ", ".join(f"{v:.4g}" for v in fit(x, y)) + ")")


if __name__ == "__main__":
    main(sys.argv)
