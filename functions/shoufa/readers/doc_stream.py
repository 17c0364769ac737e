"""The file structure of Word's binary format ([MS-DOC]): characters by the piece table, properties by offset.

What is not known here raises Peculiar, and a converter takes over.
"""

import bisect
import struct
from collections.abc import Iterator

MAX_CHARACTERS = 5_000_000
_OPERAND = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
"""Bytes of a property's operand by its spra bits ([MS-DOC] §2.6.1); 6 is of variable length."""
_CHPX, _PAPX, _CLX = 12, 13, 33
"""Places in the file information block's table of offsets (§2.5.6)."""


class Peculiar(Exception):
    """The file is in order as far as is known, but has something that this reader does not read."""


class Runs:
    """Property runs over file offsets, from the pages (FKP) that a bin table names."""

    def __init__(self, main: bytes, bins: bytes, *, paragraphs: bool) -> None:
        """Gather the runs of all pages: of paragraphs, or of characters."""
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.values: list[bytes] = []
        count = (len(bins) - 4) // 8
        for i in range(max(0, count)):
            page = (struct.unpack_from("<I", bins, 4 * (count + 1) + 4 * i)[0] & 0x3FFFFF) * 512
            self._page(main[page : page + 512], paragraphs=paragraphs)

    def _page(self, page: bytes, *, paragraphs: bool) -> None:
        if len(page) < 512:
            raise Peculiar("a page of properties past the end")
        count = page[511]
        for i in range(count):
            start, end = struct.unpack_from("<II", page, 4 * i)
            at = 2 * page[4 * (count + 1) + (13 if paragraphs else 1) * i]
            self.starts.append(start)
            self.ends.append(end)
            self.values.append(
                _papx(page, at) if paragraphs else page[at + 1 : at + 1 + page[at]] if at else b""
            )

    def at(self, offset: int) -> bytes:
        """The properties that hold at a file offset."""
        i = bisect.bisect_right(self.starts, offset) - 1
        return self.values[i] if i >= 0 and offset < self.ends[i] else b""


def _papx(page: bytes, at: int) -> bytes:
    """The properties of a PapxInFkp, without the style index."""
    if not at:
        return b""
    size = page[at]
    start, length = (at + 2, 2 * page[at + 1]) if size == 0 else (at + 1, 2 * size - 1)
    return page[start + 2 : start + length]


def properties(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The single property modifiers of a grpprl: code and operand."""
    at = 0
    while at + 2 <= len(data):
        code = struct.unpack_from("<H", data, at)[0]
        at += 2
        size = _OPERAND.get(code >> 13)
        if size is None:
            if at >= len(data):
                return
            head, size = 1, data[at]
            if code == 0xD608 and at + 2 <= len(data):
                head, size = 2, struct.unpack_from("<H", data, at)[0] - 1
            at += head
        yield code, data[at : at + size]
        at += size


class Stream:
    """The document's characters and their properties; a place is a character position (CP)."""

    def __init__(self, main: bytes, table: bytes, extra: bytes, *, plain: bool = False) -> None:
        """Read the piece table and, unless only plain text is wanted, both tables of properties.

        Raises Peculiar.
        """
        self.main, self.table, self.extra, self.plain = main, table, extra, plain
        self.paragraphs = Runs(main, b"" if plain else self.stored(_PAPX), paragraphs=True)
        self.characters = Runs(main, b"" if plain else self.stored(_CHPX), paragraphs=False)
        self.text, self.offsets = self._pieces()

    def stored(self, index: int) -> bytes:
        """A structure of the table stream, by its place in the file information block's table."""
        start, size = struct.unpack_from("<II", self.main, 154 + 8 * index)
        return self.table[start : start + size]

    def _pieces(self) -> tuple[str, list[tuple[int, int, int]]]:
        """All characters, and per piece (first character, file offset, bytes per character)."""
        clx, at = self.stored(_CLX), 0
        while at < len(clx) and clx[at] == 1:
            at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
        plc = clx[at + 5 :]
        count = (len(plc) - 4) // 12
        if count < 1 or clx[at] != 2:
            raise Peculiar("no piece table")
        places = struct.unpack_from(f"<{count + 1}I", plc, 0)
        pieces, offsets = [], []
        for i in range(count):
            fc = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * i + 2)[0]
            length = places[i + 1] - places[i]
            if not 0 <= length <= MAX_CHARACTERS:
                raise Peculiar("a piece of impossible length")
            if fc & 0x40000000:
                start, width = (fc & 0x3FFFFFFF) // 2, 1
            else:
                start, width = fc, 2
            raw = self.main[start : start + length * width]
            pieces.append(_narrow(raw, length) if width == 1 else _wide(raw, length))
            offsets.append((places[i], start, width))
        return "".join(pieces), offsets

    def _offset(self, place: int) -> int:
        first, start, width = self.offsets[bisect.bisect_right(self.offsets, (place, 1 << 62, 0)) - 1]
        return start + (place - first) * width

    def character_style(self, place: int) -> bytes:
        """Properties of one character, as they are stored."""
        return self.characters.at(self._offset(place))

    def paragraph_style(self, place: int) -> Iterator[tuple[int, bytes]]:
        """Properties of the paragraph that ends at `place`; many stand in the data stream (sprmPHugePapx)."""
        for code, operand in properties(self.paragraphs.at(self._offset(place))):
            if code in {0x6645, 0x6646} and len(operand) == 4:
                at = struct.unpack("<I", operand)[0]
                size = struct.unpack_from("<H", self.extra, at)[0]
                yield from properties(self.extra[at + 2 : at + 2 + size])
            else:
                yield code, operand


def _narrow(raw: bytes, length: int) -> str:
    return raw.decode("cp1252", "replace").ljust(length, "\0")[:length]


def _wide(raw: bytes, length: int) -> str:
    """UTF-16 code units as characters one for one: a pair of surrogates stays two places long."""
    units = struct.unpack(f"<{len(raw) // 2}H", raw[: len(raw) // 2 * 2])
    return "".join(map(chr, units)).ljust(length, "\0")[:length]
