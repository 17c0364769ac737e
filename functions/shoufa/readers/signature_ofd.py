"""Signatures of an OFD package as seals on its pages (GB/T 33190 §18).

Broken signatures never break the reading of the document: they are seals that could not be verified.
"""

import io
import zipfile
from collections.abc import Iterable
from typing import Any

from shoufa.domain.codes import SealMethod, Shape
from shoufa.domain.errors import Unreadable
from shoufa.domain.facts import Box, Page, Seal
from shoufa.readers import certificates, ofd_pictures, signature_ofd_check
from shoufa.readers.ofd_places import fraction, join, numbers
from shoufa.readers.package import Package, attribute, local
from shoufa.readers.seal_album import Album
from shoufa.readers.signature import HIDDEN, Checked
from shoufa.readers.signature_ofd_check import Members, SignatureFile

MAX_SIGNATURES, MAX_STAMPS = 32, 300
OVAL = 1.15
"""Width by height from which a seal is taken for an oval one; its picture is not looked at."""
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
Places = dict[str, tuple[int, Box]]
"""Page id to page number and PhysicalBox in millimetres."""


def sealed(pages: list[Page], data: bytes, places: Places, album: Album) -> list[Page]:
    """The pages with the seals that signatures set on them; the same pages where nothing is signed.

    The pictures that the seals carry go into the album.
    """
    try:
        package = Package(data)
        lists = _lists(package)
        seals = _seals(package, data, lists, places, album) if lists else []
    except Unreadable:
        return pages
    if not seals:
        return pages
    return [
        p.model_copy(update={"seals": (*p.seals, *(s for s in seals if s.page == p.number))}) for p in pages
    ]


def _lists(package: Package) -> list[str]:
    """Where the lists of signatures lie (Signatures.xml)."""
    root = package.xml("OFD.xml")
    found = [] if root is None else [e.text or "" for e in root.iter() if local(e) == "Signatures"]
    return [join("", place.strip()) for place in found[:MAX_SIGNATURES] if place.strip()]


def _seals(package: Package, data: bytes, lists: list[str], places: Places, album: Album) -> list[Seal]:
    files = [f for path in lists for f in _files(package, path)][:MAX_SIGNATURES]
    members = _members(package, data, lists, files)
    roots = certificates.trusted_roots()
    seals: list[Seal] = []
    for file in files:
        own = _placed(file, signature_ofd_check.check(file, members, roots), places)
        _keep_picture(own, signature_ofd_check.picture(file, package), album)
        seals += own
    return seals


def _keep_picture(seals: list[Seal], data: bytes, album: Album) -> None:
    """Keep the picture that a seal carries, for each place where it stands; none where it cannot be shown."""
    drawn = ofd_pictures.opened(data) if any(s.box != HIDDEN for s in seals) else None
    for seal in seals:
        if drawn is not None and seal.box != HIDDEN:
            album.add(drawn, seal, WHOLE)


def _files(package: Package, path: str) -> Iterable[SignatureFile]:
    root = package.xml(path)
    folder = path.rpartition("/")[0]
    entries = [] if root is None else [e for e in root.iter() if local(e) == "Signature"]
    for entry in entries[:MAX_SIGNATURES]:
        file = signature_ofd_check.open_signature(package, join(folder, attribute(entry, "BaseLoc") or ""))
        if file is not None:
            yield file


def _members(package: Package, data: bytes, lists: list[str], files: list[SignatureFile]) -> Members:
    own = {"ofd.xml", *(p.lower() for p in lists)}
    for file in files:
        own |= {p.lower() for p in (file.path, file.value, file.seal) if p}
    entry: Any = package.xml("OFD.xml")
    roots = {join("", (e.text or "").strip()).lower() for e in entry.iter() if local(e) == "DocRoot"}
    with zipfile.ZipFile(io.BytesIO(data)) as listing:
        doubled = len(listing.namelist()) != len(package.names)
    return Members(package, frozenset(own), frozenset(roots), doubled=doubled)


def _placed(file: SignatureFile, checked: Checked, places: Places) -> list[Seal]:
    """One seal for each stamp on a page; a signature without a stamp stands on page 1, hidden."""
    stamps = [e for e in file.root.iter() if local(e) == "StampAnnot"][:MAX_STAMPS]
    found = [place for e in stamps if (place := _place(e, places)) is not None]
    return [_seal(number, box, checked) for number, box in found] or [_seal(1, HIDDEN, checked)]


def _place(stamp: Any, places: Places) -> tuple[int, Box] | None:
    """Page number and box of a stamp, of its visible part where it is clipped (seals across pages' edges)."""
    number, page = places.get(attribute(stamp, "PageRef") or "", (0, HIDDEN))
    bounds = numbers(attribute(stamp, "Boundary"))
    if not number or len(bounds) != 4:
        return None
    clip = numbers(attribute(stamp, "Clip"))
    if len(clip) == 4:
        bounds = [bounds[0] + clip[0], bounds[1] + clip[1], clip[2], clip[3]]
    return number, fraction(bounds, page)


def _seal(number: int, box: Box, checked: Checked) -> Seal:
    from shoufa.readers.seal_name import is_special

    width, height = box[2] - box[0], box[3] - box[1]
    return Seal(
        page=number, box=box, shape=Shape.OVAL if width > OVAL * height * 297 / 210 else Shape.ROUND,
        name=checked.name, name_score=1.0 if checked.name else 0.0, score=1.0,
        official=False if is_special(checked.name, "") else None,
        method=SealMethod.OFD_SIGNATURE, valid=checked.valid, signer=checked.signer,
        signed_at=checked.signed_at, reason=checked.reason, notes=checked.notes,
    )  # fmt: skip
