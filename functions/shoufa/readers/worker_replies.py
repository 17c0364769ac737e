"""The worker's side of the talk: one reply to each request, in the last moment with what there is by then.

A reader that hangs in a library cannot be stopped from within. Before the pool's patience ends, another
thread answers in its stead with the pages read so far, and this process ends.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from shoufa.readers.worker_frames import Header, frame

Reply = tuple[Header, list[bytes]]


class Replies:
    """Writes replies to the pool, never two at once."""

    def __init__(self, pipe: BinaryIO) -> None:
        """Write to this pipe."""
        self._pipe = pipe
        self._lock = threading.Lock()
        self._waiting: object | None = None

    def say(self, header: Header, blobs: list[bytes]) -> None:
        """Write a frame in full."""
        with self._lock:
            self._write(header, blobs)

    @contextmanager
    def in_time(self, seconds: float, so_far: Callable[[], Reply | None]) -> Iterator[None]:
        """Answer with `so_far` after so many seconds, if this block takes longer, and end the process.

        Where `so_far` gives nothing, nothing happens: the pool will end the process itself.
        """
        self._waiting = request = object()
        timer = threading.Timer(seconds, self._last_word, (request, so_far))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            with self._lock:  # held by the last word until this process is gone
                self._waiting = None

    def _last_word(self, request: object, so_far: Callable[[], Reply | None]) -> None:
        with self._lock:
            reply = so_far() if self._waiting is request else None
            if reply is not None:
                header, blobs = reply
                self._write(header | {"ends": True}, blobs)
                os._exit(0)

    def _write(self, header: Header, blobs: list[bytes]) -> None:
        """A raw pipe may take less than it is given."""
        for piece in frame(header, blobs):
            view = memoryview(piece)
            while view:
                view = view[self._pipe.write(view) :]
