"""What a second, unrelated program says of the same bytes, held against what our readers said.

Neither side is right by being asked first: a difference says what each saw, and who looks right.
Programs are used where they are installed and left out where they are not.
"""

import re
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from local.corpora_mail import of_mail
from local.corpora_members import of_members
from local.corpora_read import READ, Reading
from local.corpora_told import Difference, said
from shoufa.domain.facts import Facts
from shoufa.domain.mail import ARCHIVES

ENOUGH = 0.9
"""Share of the other program's words from which two texts count as the same."""
FEW = 5
"""Texts of fewer words are not compared."""
_WORD = re.compile(r"[A-Za-z0-9]+|[\u4e00-\u9fff]")


def differences(reading: Reading) -> list[Difference]:
    """All differences of one file; none where there is no second means."""
    if reading.item.kind == "mail":
        opened = any(e.row == "mail" and e.outcome == READ for e in reading.endings)
        return of_mail(reading) if opened and reading.container == "eml" else []
    own = [e for e in reading.endings if e.row == reading.item.kind]
    data = reading.item.file.read_bytes()
    if reading.container in ARCHIVES:
        return of_members(reading, data) if own[0].outcome == READ else []
    facts = next(iter(reading.facts.values()), None)
    if facts is None:
        return []
    if reading.container == "pdf":
        return _of_pages(reading.item.shown, reading.item.file, facts)
    if reading.container in {"doc", "docx"} and facts.unreadable is None:
        return _of_text(reading.item.shown, reading.item.file, facts)
    return []


# --- documents


def _of_pages(shown: str, file: Path, facts: Facts) -> list[Difference]:
    """Number of a PDF's pages by poppler and by qpdf; the two together outvote us."""
    asked = (("pdfinfo", _pdfinfo(file)), ("qpdf", _qpdf(file)))
    counts = {name: count for name, count in asked if count.strip("0")}
    ours = str(facts.page_count) if facts.unreadable is None else facts.unreadable.value
    if not counts or ours in set(counts.values()):
        return []
    agreed = len(set(counts.values())) == 1 and len(counts) > 1
    theirs = ", ".join(f"{name}: {count}" for name, count in counts.items())
    return [Difference(shown, "pages", f"{ours} {facts.reason}".strip(), theirs, "theirs" if agreed else "?")]


def _pdfinfo(file: Path) -> str:
    found = re.search(r"^Pages:\s*(\d+)", said("pdfinfo", str(file)), re.MULTILINE)
    return found[1] if found else ""


def _qpdf(file: Path) -> str:
    return said("qpdf", "--show-npages", str(file)).strip()


def _of_text(shown: str, file: Path, facts: Facts) -> list[Difference]:
    """Share of another program's words that our text has too."""
    read: Callable[[Path], str] = _antiword if facts.container == "doc" else _docx2txt
    theirs = Counter(_WORD.findall(read(file) or _soffice(file)))
    ours = Counter(_WORD.findall("\n".join((facts.text, *facts.headers))))
    total, shared = theirs.total(), (theirs & ours).total()
    if total < FEW or shared >= ENOUGH * total:
        return []
    lost = " ".join((theirs - ours).keys())[:80]
    return [
        Difference(
            shown, "words", f"{ours.total()}, shared {shared / total:.0%}", f"{total}, lost: {lost}", "?"
        )
    ]


def _antiword(file: Path) -> str:
    return said("antiword", "-m", "UTF-8.txt", "-w", "0", str(file))


def _docx2txt(file: Path) -> str:
    return said("docx2txt", str(file), "-")


def _soffice(file: Path) -> str:
    """The text by LibreOffice, "" where it is not installed."""
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        said(
            "soffice",
            "--headless",
            profile,
            "--convert-to",
            "txt:Text (encoded):UTF8",
            "--outdir",
            folder,
            str(file),
        )
        made = next(Path(folder).glob("*.txt"), None)
        return made.read_text("utf-8", "replace") if made else ""
