"""The one place where page readers ask for seals."""

from shoufa.domain.facts import Seal
from shoufa.readers.ocr import Picture
from shoufa.readers.seal_album import Album


def seals_of(
    picture: Picture, number: int, album: Album | None = None
) -> tuple[tuple[Seal, ...], tuple[Seal, ...], bool]:
    """Seals, faint traces of seals, and whether the search could be run, on an upright page (BGR).

    Pictures of both go into the album.
    """
    from shoufa.readers.seal import find_seals

    seals, faint, seen = find_seals(picture, number)
    if album is not None:
        album.take(picture, number, seals, faint)
    return seals, faint, seen
