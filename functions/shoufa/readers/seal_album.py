"""The pictures of a document's seals, gathered while its pages are at hand (seal_evidence makes them).

A page is drawn once and let go; so a seal's picture is made when the seal is found, and what becomes evidence
is chosen at the end, when it is known what the facts say.
"""

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from shoufa.domain.facts import Box, Facts, Seal
from shoufa.readers.limits import SHOWN_FAINT, SHOWN_SEALS

if TYPE_CHECKING:
    from shoufa.readers.ocr import Picture

Shown = tuple[bytes, bytes]
"""A seal and its ring unrolled, as JPEGs; b"" where there is none."""


class Album:
    """Pictures of seals by page and box. One thread fills it, another may look at it meanwhile."""

    def __init__(self) -> None:
        """Nothing is in it yet."""
        self._pages: dict[int, dict[Box, Shown]] = {}
        self._sure = self._faint = 0

    def take(
        self, picture: "Picture", number: int, seals: Iterable[Seal], faint: Iterable[Seal] = ()
    ) -> None:
        """Keep what was found on a page (BGR, on which the seals' boxes lie), in place of what was before."""
        from shoufa.readers.seal_evidence import evidence

        sure = list(islice(seals, max(0, SHOWN_SEALS - self._sure)))
        doubtful = list(islice(faint, max(0, SHOWN_FAINT - self._faint)))
        self._sure, self._faint = self._sure + len(sure), self._faint + len(doubtful)
        found = [*sure, *doubtful]
        self._pages[number] = dict(zip((s.box for s in found), evidence(picture, found), strict=True))

    def add(self, picture: "Picture", seal: Seal, place: Box | None = None) -> None:
        """Keep one seal more; `place`: its box on this picture, where that is not the box on its page."""
        from shoufa.readers.seal_evidence import evidence

        if self._sure < SHOWN_SEALS:
            self._sure += 1
            (shown,) = evidence(picture, [seal.model_copy(update={"box": place or seal.box})])
            self._pages[seal.page] = {**self._pages.get(seal.page, {}), seal.box: shown}

    def shown(self, facts: Facts) -> dict[str, bytes]:
        """The evidence for these facts: pictures by name, `3` and `3.ring` for the third of `facts.places`.

        What bears a secrecy mark has no seals in its facts, and none here.
        """
        found: dict[str, bytes] = {}
        for number, seal in enumerate(facts.places, 1):
            crop, ring = self._pages.get(seal.page, {}).get(seal.box, (b"", b""))
            found |= {name: data for name, data in ((f"{number}", crop), (f"{number}.ring", ring)) if data}
        return {} if facts.sensitive else found
