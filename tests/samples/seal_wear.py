"""What scanners, phones, copiers and fax machines make of a sheet.

Each function takes and gives uint8 pictures; `warp` also gives the matrix that moved the points.
"""

import functools
import math

import cv2
import numpy as np
from PIL import Image

CONDITIONS = ("colour", "photo", "grey", "bw")
Picture = np.ndarray


@functools.cache
def _noise() -> np.ndarray:
    """Standard normal noise × 32 as int16, drawn once."""
    return (np.random.default_rng(5).normal(0, 32, (1700, 1700))).astype(np.int16)


def noisy(page: Picture, rng: np.random.Generator, sigma: float) -> Picture:
    """Sensor noise, alike in all channels and of each."""
    height, width = page.shape[:2]
    planes = []
    for _ in range(1 if page.ndim == 2 else 3):
        dy, dx = (int(v) for v in rng.integers(0, 800, 2))
        piece = _noise()[dy:, dx:]
        tiles = np.tile(piece, (height // piece.shape[0] + 1, width // piece.shape[1] + 1))
        planes.append(tiles[:height, :width])
    noise = planes[0] if page.ndim == 2 else cv2.merge(planes)
    return np.asarray(cv2.addWeighted(page, 1.0, noise, sigma / 32, 0, dtype=cv2.CV_8U))


def skew(page: Picture, rng: np.random.Generator, degrees: float) -> tuple[Picture, np.ndarray]:
    """A slight turn about the middle."""
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.normal(0, degrees)), 1.0)
    ground = (255, 255, 255) if rng.random() < 0.7 else tuple(float(v) for v in rng.uniform(120, 255, 3))
    return cv2.warpAffine(page, turn, (width, height), borderValue=ground), np.vstack([turn, [0, 0, 1]])


def phone(page: Picture, rng: np.random.Generator) -> tuple[Picture, np.ndarray]:
    """A view in perspective that leaves some desk round the sheet."""
    height, width = page.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    depth = rng.uniform(0.02, 0.12)
    inset = rng.uniform(0, depth, (4, 2)) * (width, height) * np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    matrix = cv2.getPerspectiveTransform(corners, (corners + inset).astype(np.float32))
    desk = tuple(float(v) for v in rng.uniform(30, 190, 3))
    return cv2.warpPerspective(page, matrix, (width, height), borderValue=desk), matrix


def light(page: Picture, rng: np.random.Generator, depth: float, cast: float) -> Picture:
    """Uneven light with a soft shadow, and a colour cast (shares of full light)."""
    height, width = page.shape[:2]
    low = rng.uniform(1 - depth, 1, (4, 3)).astype(np.float32)
    field = cv2.resize(low, (width // 8, height // 8), interpolation=cv2.INTER_CUBIC)
    if depth >= 0.25 and rng.random() < depth:
        angle, edge = rng.uniform(0, 2 * math.pi), rng.uniform(-0.5, 0.8)
        ys, xs = np.mgrid[-1 : 1 : field.shape[0] * 1j, -1 : 1 : field.shape[1] * 1j]
        side = (xs * math.cos(angle) + ys * math.sin(angle) - edge) / rng.uniform(0.05, 0.4)
        field *= (1 - rng.uniform(0.2, 0.5) / (1 + np.exp(-np.clip(side, -20, 20)))).astype(np.float32)
    field = cv2.resize(field, (width, height), interpolation=cv2.INTER_LINEAR)
    if page.ndim == 2:
        return np.asarray(cv2.multiply(page, field, dtype=cv2.CV_8U))
    tint = rng.uniform(1 - cast, 1, 3)
    planes = [cv2.multiply(page[:, :, i], field, scale=float(tint[i]), dtype=cv2.CV_8U) for i in range(3)]
    return np.asarray(cv2.merge(planes))


def jpeg(page: Picture, quality: int) -> Picture:
    """Through JPEG and back."""
    data = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_UNCHANGED))


def blur(page: Picture, px: float, rng: np.random.Generator, most: float) -> Picture:
    """Out of focus by up to `most` millimetres."""
    return np.asarray(cv2.GaussianBlur(page, (0, 0), max(0.35, px * float(rng.uniform(0.3, 1)) * most)))


def faded(page: Picture, rng: np.random.Generator) -> Picture:
    """A pale print: all tones lifted, or strengthened."""
    low, gamma = rng.uniform(0, 60), rng.uniform(0.75, 1.3)
    table = low + (255 - low) * (np.arange(256) / 255) ** gamma
    return np.asarray(cv2.LUT(page, table.astype(np.uint8)))


def one_bit(grey: Picture, rng: np.random.Generator) -> Picture:
    """Black and white: one threshold (Otsu's or a fixed one), a local one, or dots as fax machines make."""
    kind = rng.random()
    if kind < 0.3:
        return np.asarray(cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1])
    if kind < 0.55:
        level = float(np.median(grey[::8, ::8])) * float(rng.uniform(0.55, 0.85))
        return np.asarray(cv2.threshold(grey, level, 255, cv2.THRESH_BINARY)[1])
    if kind < 0.75:
        size = int(grey.shape[1] / rng.uniform(14, 40)) | 1
        mean = cv2.boxFilter(grey, -1, (size, size))
        return np.where(
            grey.astype(np.int16) > mean.astype(np.int16) - int(rng.integers(8, 25)), 255, 0
        ).astype(np.uint8)
    if kind < 0.88:
        return np.asarray(Image.fromarray(grey).convert("1").convert("L"))
    bayer = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.uint8) * 12 + 40
    tiles = np.tile(bayer, (grey.shape[0] // 4 + 1, grey.shape[1] // 4 + 1))[: grey.shape[0], : grey.shape[1]]
    return np.where(grey > tiles, 255, 0).astype(np.uint8)


def greyed(page: Picture, rng: np.random.Generator) -> Picture:
    """One channel: as eyes see, or as a scanner's green lamp does."""
    if rng.random() < 0.7:
        return np.asarray(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY))
    weights = rng.dirichlet((1.2, 5, 2)).astype(np.float32)
    return np.asarray(cv2.transform(page, weights[None]))


def worn(page: Picture, condition: str, px: float, rng: np.random.Generator) -> tuple[Picture, np.ndarray]:
    """A printed and sealed sheet as it comes in under a condition, BGR, and the matrix of its move."""
    if condition == "photo":
        page, matrix = phone(page, rng)
        page = light(blur(page, px, rng, 0.16), rng, 0.5, 0.16)
        return jpeg(noisy(page, rng, float(rng.uniform(1, 6))), int(rng.integers(55, 92))), matrix
    page, matrix = skew(page if condition == "colour" else greyed(page, rng), rng, 1.0)
    if condition == "colour":
        poor = rng.random() < 0.4
        page = faded(page, rng) if rng.random() < 0.3 else page
        page = light(page, rng, 0.25, 0.12) if poor else page
        page = noisy(
            blur(page, px, rng, 0.15 if poor else 0.06), rng, float(rng.uniform(0.5, 8 if poor else 3))
        )
        return jpeg(page, int(rng.integers(35, 70) if poor else rng.integers(70, 96))), matrix
    grey = light(page, rng, 0.12, 0)
    grey = noisy(blur(grey, px, rng, 0.1), rng, float(rng.uniform(1, 6)))
    if condition == "grey":
        grey = faded(grey, rng) if rng.random() < 0.3 else grey
        return cv2.cvtColor(jpeg(grey, int(rng.integers(45, 92))), cv2.COLOR_GRAY2BGR), matrix
    return cv2.cvtColor(one_bit(grey, rng), cv2.COLOR_GRAY2BGR), matrix
