"""Pictures of pages: jpg, png, tif with all its pages, bmp, gif, webp, heic.

Sizes are checked before decoding.
"""

import io
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.readers.limits import Limits
from shoufa.readers.ocr import Picture

BROKEN = (OSError, ValueError, SyntaxError, EOFError, RuntimeError, MemoryError, OverflowError)
"""What Pillow and its decoders raise on damaged pictures."""


def frames(data: bytes, container: str, limits: Limits | None = None) -> Iterator[Picture]:
    """Each page as a BGR picture, turned as its EXIF orientation says; null limits are the usual ones.

    Raises Unreadable("unreadable") for a damaged file, ("too-large") for a page of more pixels than allowed.
    """
    from PIL import Image

    limits = limits or Limits()
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            picture = _open(data, container, limits)
            count = getattr(picture, "n_frames", 1) if container == "tif" else 1
            for number in range(min(count, limits.text_pages)):
                picture.seek(number)
                if picture.width * picture.height > limits.page_pixels:
                    raise Unreadable(UnreadableCode.TOO_LARGE, "more pixels than a page can have")
                yield as_bgr(picture)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as err:
            raise Unreadable(UnreadableCode.TOO_LARGE, "more pixels than a page can have") from err
        except BROKEN as err:
            raise Unreadable(UnreadableCode.UNREADABLE, f"damaged picture: {type(err).__name__}") from err


def frame_count(data: bytes, container: str) -> int:
    """How many pages the file says it has; 1 where it cannot say."""
    if container != "tif":
        return 1
    try:
        return int(getattr(_open(data, container, Limits()), "n_frames", 1))
    except BROKEN:
        return 1


def _open(data: bytes, container: str, limits: Limits) -> Any:
    from PIL import Image

    if container == "heic":
        import pillow_heif

        heif = pillow_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
        if heif.size[0] * heif.size[1] > limits.page_pixels:
            raise Unreadable(UnreadableCode.TOO_LARGE, "more pixels than a page can have")
        return heif.to_pillow()
    return Image.open(io.BytesIO(data))


def as_bgr(picture: Any) -> Picture:
    """A Pillow picture as BGR, transparency on white, 16-bit greys scaled to 8."""
    from PIL import Image, ImageOps

    if picture.mode.startswith(("I", "F")):
        deep = np.nan_to_num(np.asarray(picture, dtype=np.float64), posinf=0.0, neginf=0.0).clip(min=0)
        picture = Image.fromarray((deep / max(1.0, deep.max() / 255.0)).astype(np.uint8))
    picture = ImageOps.exif_transpose(picture)
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        paper = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(paper, picture.convert("RGBA"))
    rgb = np.asarray(picture.convert("RGB"))
    return np.ascontiguousarray(rgb[:, :, ::-1])
