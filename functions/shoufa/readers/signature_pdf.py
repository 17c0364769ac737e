"""Signatures of a PDF as seals on its pages: where their fields are, by pdfium; whether they hold, elsewhere.

A document without filled signature fields costs one question to pdfium. Broken signatures never break the
reading of the document: they are seals that could not be verified.
"""

import ctypes
import os
import subprocess
import sys
from typing import Any

from shoufa.domain.codes import Ink, SealMethod, SealReason, Shape
from shoufa.domain.facts import Box, Page, Seal
from shoufa.readers.gathered import Gathered
from shoufa.readers.signature import HIDDEN, Checked

SECONDS = 15.0
"""What the check of all signatures of one document may take."""
MAX_WIDGETS = 500
OVAL = 1.15
Places = dict[str, tuple[int, Box]]
"""Full name of a signature field to page number and box."""


def signed(document: Any) -> bool:
    """Whether a signature field is filled."""
    raw = _raw()
    count = max(0, raw.FPDF_GetSignatureCount(document))
    return any(
        raw.FPDFSignatureObj_GetContents(raw.FPDF_GetSignatureObject(document, i), None, 0)
        for i in range(min(count, MAX_WIDGETS))
    )


def put_signatures(document: Any, data: bytes, found: Gathered, *, in_time: bool = True) -> None:
    """Put the seals that a PDF's signatures set onto the pages that were read."""
    if not found.read or not signed(document):
        return
    places = _places(document, sorted(found.read))
    checked = check(data) if in_time else SealReason.TIME_LIMIT
    if isinstance(checked, SealReason):
        checked = [Checked(place=name, reason=checked) for name in places or ("",)]
    for one in checked:
        number, box = places.get(one.place, (min(found.read), HIDDEN))
        page, tables = found.read[number]
        found.put(_stamped(page, box, one), tables)


def is_shown(seal: Seal) -> bool:
    """Whether a seal was set by a signature and stands on its page."""
    return seal.method is SealMethod.PDF_SIGNATURE and seal.box != HIDDEN


def check(data: bytes) -> list[Checked] | SealReason:
    """Every signature of a PDF, or why none could be checked."""
    command = [sys.executable, "-m", "shoufa.readers.signature_pdf_check"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    try:
        done = subprocess.run(
            command, input=data, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return SealReason.TIME_LIMIT
    if done.returncode:
        return SealReason.UNREADABLE
    return _answers(done.stdout)


def _answers(text: bytes) -> list[Checked] | SealReason:
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(list[Checked]).validate_json(text)
    except ValidationError:
        return SealReason.UNREADABLE


def _raw() -> Any:
    import pypdfium2

    return pypdfium2.raw


def _places(document: Any, numbers: list[int]) -> Places:
    """The signature fields on these pages."""
    raw, found = _raw(), Places()
    if document.formenv is None:
        return found
    for number in numbers:
        page = document[number - 1]
        for index in range(min(raw.FPDFPage_GetAnnotCount(page), MAX_WIDGETS)):
            annotation = raw.FPDFPage_GetAnnot(page, index)
            if raw.FPDFAnnot_GetFormFieldType(document.formenv, annotation) == raw.FPDF_FORMFIELD_SIGNATURE:
                found.setdefault(_name(document, annotation), (number, _box(page, annotation)))
            raw.FPDFPage_CloseAnnot(annotation)
    return found


def _name(document: Any, annotation: Any) -> str:
    raw = _raw()
    size = raw.FPDFAnnot_GetFormFieldName(document.formenv, annotation, None, 0)
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    raw.FPDFAnnot_GetFormFieldName(document.formenv, annotation, buffer, size)
    return bytes(buffer)[: max(0, size - 2)].decode("utf-16-le", "replace")


def _box(page: Any, annotation: Any) -> Box:
    """The rectangle of a field as page fractions, HIDDEN where it has no extent."""
    raw = _raw()
    rect = raw.FS_RECTF()
    raw.FPDFAnnot_GetRect(annotation, rect)
    (ax, ay), (bx, by) = _at(page, rect.left, rect.top), _at(page, rect.right, rect.bottom)
    box = (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
    return box if box[2] > box[0] and box[3] > box[1] else HIDDEN


def _at(page: Any, left: float, top: float) -> tuple[float, float]:
    """A point of user space as page fractions; page rotation and crop box are taken into account."""
    across, down = ctypes.c_int(), ctypes.c_int()
    _raw().FPDF_PageToDevice(page, 0, 0, 10_000, 10_000, 0, left, top, across, down)
    x, y = (round(min(1.0, max(0.0, v.value / 10_000)), 4) for v in (across, down))
    return x, y


def _stamped(page: Page, box: Box, checked: Checked) -> Page:
    """The page with the seal; pictures of seals within the field are its appearance, no other seals."""
    shown = [s for s in page.seals if _within(s, box)]
    others = tuple(s for s in page.seals if not _within(s, box))
    faint = tuple(s for s in page.faint if not _within(s, box))
    seal = _seal(page.number, box, checked, shown[0] if shown else None)
    return page.model_copy(update={"seals": (*others, seal), "faint": faint})


def _within(seal: Seal, box: Box) -> bool:
    x, y = (seal.box[0] + seal.box[2]) / 2, (seal.box[1] + seal.box[3]) / 2
    return seal.method is SealMethod.IMAGE and box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _seal(number: int, box: Box, checked: Checked, shown: Seal | None) -> Seal:
    """The seal of a signature; its picture tells shape, ink and whether it is a special one, never whose."""
    from shoufa.readers.seal_name import is_special

    inner = shown.inner if shown else ""
    special = is_special(checked.name, inner) or (shown is not None and shown.official is False)
    wide = box[2] - box[0] > OVAL * (box[3] - box[1]) * 297 / 210
    return Seal(
        page=number, box=box, shape=shown.shape if shown else Shape.OVAL if wide else Shape.ROUND,
        ink=shown.ink if shown else Ink.RED, name=checked.name, name_score=1.0 if checked.name else 0.0,
        inner=inner, score=1.0, official=False if special else None, method=SealMethod.PDF_SIGNATURE,
        valid=checked.valid, signer=checked.signer, signed_at=checked.signed_at, reason=checked.reason,
        notes=checked.notes,
    )  # fmt: skip
