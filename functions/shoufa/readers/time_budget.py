"""How long one document may be worked on: what is left decides how much is done for each page.

Everything is lost where a worker has to be killed, so a reader of pages stops in time, of itself.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum

from shoufa.readers.limits import Limits

SOFT, TEXT, LAST_WORD = 0.75, 0.85, 0.92
"""Shares of a document's seconds: then no page is drawn any more, then no text is taken any more, then what
was read so far is all there is (worker_replies)."""
READ_SECONDS, SEARCH_SECONDS, GLANCE_SECONDS = 1.0, 0.2, 0.06
"""What a page of paper takes until measured: recognised, searched for seals, looked at for coloured ink."""


class Care(IntEnum):
    """What can still be done for a page of paper."""

    NONE = 0
    STAMPS = 1
    """Look for seals where coloured ink stands, and only there."""
    SEALS = 2
    """Look for seals, of any ink."""
    FULL = 3
    """Recognise its text, too."""


class TimeBudget:
    """The time of one document, from the moment this is made. Seconds are those of `clock`."""

    def __init__(self, limits: Limits | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """Start the clock."""
        self.limits = limits or Limits()
        self._clock, self._start = clock, clock()
        self._cost = {Care.FULL: READ_SECONDS, Care.SEALS: SEARCH_SECONDS, Care.STAMPS: GLANCE_SECONDS}

    def care(self, waiting: int) -> Care:
        """What can be done for one page while `waiting` others wait.

        A page is recognised where the others can still be searched for seals, and is searched where they can
        still be looked at for coloured ink.
        """
        left = SOFT * self.limits.document_seconds - self._spent()
        for care, rest in ((Care.FULL, Care.SEALS), (Care.SEALS, Care.STAMPS)):
            if left > self._cost[care] + waiting * self._cost[rest]:
                return care
        return Care.STAMPS if left > 0 else Care.NONE

    @property
    def has_time_for_text(self) -> bool:
        """Whether the text that a page carries can still be taken."""
        return self._spent() < TEXT * self.limits.document_seconds

    @contextmanager
    def measured(self, care: Care) -> Iterator[None]:
        """Learn from this page what such pages cost."""
        begun = self._clock()
        yield
        if care in self._cost:
            self._cost[care] = 0.7 * self._cost[care] + 0.3 * (self._clock() - begun)

    def _spent(self) -> float:
        return self._clock() - self._start
