"""The talk between pool and worker: frames of a JSON header and blobs, each with its length in front.

No pickle.

A frame is: 4 bytes magic, header length (4 bytes, big-endian), the header, then the blobs in the order and
with the lengths that the header's "blobs" lists.
"""

import json
import struct
from collections.abc import Callable
from typing import Any

MAGIC = b"SFW1"
PREFIX = struct.Struct(">4sI")
MAX_HEADER = 16 << 20
"""What a mail says of itself is a megabyte or two; facts are a blob."""
MAX_BLOBS = 640 << 20

Header = dict[str, Any]
Reader = Callable[[int], bytes]


class BrokenFrame(Exception):
    """The other side said something that is no frame."""


def frame(header: Header, blobs: list[bytes]) -> list[bytes]:
    """The frame as pieces to be written one after the other; blobs are not copied."""
    text = json.dumps(header | {"blobs": [len(b) for b in blobs]}, ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )
    return [PREFIX.pack(MAGIC, len(text)) + text, *blobs]


def read_frame(read: Reader) -> tuple[Header, list[bytes]]:
    """Header and blobs by `read`, which gives exactly as many bytes as asked. Raises BrokenFrame."""
    magic, length = PREFIX.unpack(read(PREFIX.size))
    if magic != MAGIC or length > MAX_HEADER:
        raise BrokenFrame("prefix")
    try:
        header = json.loads(read(length).decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as err:
        raise BrokenFrame("header") from err
    if not isinstance(header, dict):
        raise BrokenFrame("header")
    return header, [read(size) for size in _sizes(header.pop("blobs", None))]


def _sizes(value: Any) -> list[int]:
    """The lengths of the blobs.

    Raises BrokenFrame unless they are plain, not negative, and within MAX_BLOBS.
    """
    if not isinstance(value, list) or any(type(v) is not int or v < 0 for v in value):
        raise BrokenFrame("blobs")
    if sum(value) > MAX_BLOBS:
        raise BrokenFrame("blobs")
    return value
