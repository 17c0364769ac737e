"""The one place where page readers ask for seals."""

from shoufa.domain.facts import Seal
from shoufa.readers.ocr import Picture


def seals_of(picture: Picture, number: int) -> tuple[tuple[Seal, ...], tuple[Seal, ...], bool]:
    """Seals, faint traces of seals, and whether the search could be run, on an upright page (BGR)."""
    from shoufa.readers.seal import find_seals

    return find_seals(picture, number)
