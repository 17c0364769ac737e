"""Flips bytes of signed files one at a time: what a signature covers never stays valid when it is changed.

`PYTHONPATH=functions:tests python tests/faults/flip_bytes.py [STEP]` flips every STEP-th byte (each one by default, some
minutes) of a signed PDF, one signed by SM2 over SM3, and sealed OFDs of both standards, and prints counts.
Covered is, in a PDF, every byte but the hexadecimal digits of the signature; in an OFD, the bytes of every member
(a flip in the zip's own bookkeeping that changes no member changes nothing that anyone reads).
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from shoufa.domain.errors import Unreadable
from shoufa.domain.facts import Seal
from shoufa.readers import certificates, ofd, signature_pdf_check
from shoufa.readers.package import Package
from shoufa.readers.signature import Checked
from unit.readers import signing, signing_pdf

PATTERN = 0x01
Read = Callable[[bytes], list[bool]]
"""Whether each signature of a file is valid; empty where none can be checked."""


def flipped(
    data: bytes, places: Iterator[int] | range, pattern: int = PATTERN
) -> Iterator[tuple[int, bytes]]:
    """The file with one byte changed, for each place."""
    for place in places:
        changed = bytearray(data)
        changed[place] ^= pattern
        yield place, bytes(changed)


def valid_pdf(data: bytes) -> list[bool]:
    from pyhanko.pdf_utils.misc import PdfError

    roots = (signing_pdf.authority().certificate, certificates.parse(signing.ROOT.certificate))
    try:
        found: list[Checked] = signature_pdf_check.check_all(data, roots)
    except (
        PdfError,
        ArithmeticError,
        AssertionError,
        RecursionError,
        NotImplementedError,
        *certificates.BROKEN,
    ):
        return []
    return [c.valid is True for c in found]


def valid_ofd(data: bytes) -> list[bool]:
    """By the roots that the environment names (`roots`)."""
    try:
        pages, _, _ = ofd.read_ofd(data)
    except Unreadable:
        return []
    seals: list[Seal] = [s for p in pages for s in p.seals]
    return [s.valid is True for s in seals]


def contents(data: bytes) -> dict[str, bytes | None] | None:
    """The members of a package as a reader sees them, null where it is broken."""
    try:
        package = Package(data)
        return {name: package.read(name) for name in package.names}
    except Unreadable:
        return None


def signature_digits(data: bytes) -> range:
    """Places of the hexadecimal digits of a PDF's one signature."""
    start = data.index(b"/Contents <") + len(b"/Contents <")
    return range(start, data.index(b">", start))


def files() -> dict[str, tuple[bytes, Read]]:
    """The signed files, each valid as it is, with what checks them."""
    return {
        "PDF": (signing_pdf.sign(signing_pdf.blank(field=False)), valid_pdf),
        "OFD": (signing.package(signing.members()), valid_ofd),
        "OFD, old": (signing.with_recipe(old=True), valid_ofd),
        "PDF, SM2": (signing_pdf.sign_chinese(signing_pdf.blank(field=False), signing.SIGNER), valid_pdf),
        "PDF, stamped": (signing_pdf.sign(signing_pdf.blank(field=False), stamped=True), valid_pdf),
    }


def survivors(data: bytes, read: Read, step: int, start: int = 0) -> tuple[int, list[int], list[int]]:
    """How many covered bytes were flipped; of them, and of all others, the places where all stays valid."""
    own = range(0) if read is valid_ofd else signature_digits(data)
    before = contents(data) if read is valid_ofd else None
    count, covered, others = 0, [], []
    for place, changed in flipped(data, range(start, len(data), step)):
        outside = place in own or (before is not None and contents(changed) == before)
        count += not outside
        if any(read(changed)):
            (others if outside else covered).append(place)
    return count, covered, others


def main(step: int) -> int:
    """Flip and print; 1 where a changed covered byte went unseen."""
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "root.der").write_bytes(signing.ROOT.certificate)
        os.environ[certificates.ROOTS] = folder
        for name, (data, read) in files().items():
            assert read(data) == [True]
            count, covered, others = survivors(data, read, step)
            faults += len(covered)
            tried = len(range(0, len(data), step)) - count
            print(f"{name}: {len(data)} bytes; {count} covered flipped, {len(covered)} unseen; "
                  f"{tried} others flipped, {len(others)} without effect", flush=True)  # fmt: skip
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
