"""A whole OLE compound file ([MS-CFB]): its storages and streams, under a budget of bytes."""

from typing import Any

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.readers.ole import BROKEN, opened

SLACK = 1 << 20
"""Bytes that all streams together may give beyond twice the file: sound streams share no sector."""


class Compound:
    """All streams of a file, read when they are asked for; together they give no more than the file can hold.

    Raises Unreadable("unreadable") for what is no OLE file, Unreadable("too-large") past that.
    """

    def __init__(self, data: bytes) -> None:
        """Open the file and list it."""
        self.opened = 0
        """How many storages were looked into: who walks them counts."""
        self._left = 2 * len(data) + SLACK
        try:
            self._file: Any = opened(data)
            self.paths: set[tuple[str, ...]] = {tuple(path) for path in self._file.listdir()}
            self._below: dict[tuple[str, ...], set[str]] = {}
            for path in self.paths:
                for depth, name in enumerate(path):
                    self._below.setdefault(path[:depth], set()).add(name)
        except BROKEN as err:
            raise Unreadable(UnreadableCode.UNREADABLE, "broken OLE file") from err

    def read(self, *path: str) -> bytes:
        """A stream's bytes; b"" if there is none, or if it is damaged. Raises Unreadable("too-large")."""
        if path not in self.paths:
            return b""
        try:
            self._left -= int(self._file.get_size(list(path)))
            content = bytes(self._file.openstream(list(path)).read()) if self._left >= 0 else b""
        except BROKEN:
            return b""
        if self._left < 0:
            raise Unreadable(UnreadableCode.TOO_LARGE, "streams that share their sectors")
        return content

    def below(self, *path: str) -> list[str]:
        """Names directly under a storage, in order."""
        return sorted(self._below.get(path, ()))
