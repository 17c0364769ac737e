"""What a second, unrelated program says of the same bytes, held against what our readers said.

Neither side is right by being asked first: a difference says what each saw, and who looks right.
Programs are used where they are installed and left out where they are not.
"""

import email
import hashlib
import io
import re
import shutil
import stat
import subprocess
import tarfile
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

from local.corpora_read import READ, Reading
from shoufa.domain.facts import Facts
from shoufa.domain.mail import Part
from shoufa.readers.archive_names import is_noise
from shoufa.readers.mail_charset import attachment_name
from shoufa.readers.mail_parts import LOGO_BYTES
from shoufa.readers.sniff import sniff

SECONDS = 60
ENOUGH = 0.9
"""Share of the other program's words from which two texts count as the same."""
FEW = 5
"""Texts of fewer words are not compared."""
_ENVELOPES = re.compile(r"message/|multipart/|.*(?:pkcs7|pgp|ms-tnef|applefile|rfc822-headers)")
"""Content types that are opened or left out on purpose."""
_WORD = re.compile(r"[A-Za-z0-9]+|[\u4e00-\u9fff]")
BROKEN_OFF = "_"
"""The name of what stands where an archive breaks off."""
_TARS = frozenset({"tar", "gz", "bz2", "xz"})


class Difference(NamedTuple):
    """Two accounts of one file: what was compared, what each side says, who looks right ("?": untold)."""

    file: str
    what: str
    ours: str
    theirs: str
    right: str


def differences(reading: Reading) -> list[Difference]:
    """All differences of one file; none where there is no second means."""
    if reading.item.kind == "mail":
        opened = any(e.row == "mail" and e.outcome == READ for e in reading.endings)
        return _of_mail(reading) if opened and reading.container == "eml" else []
    own = [e for e in reading.endings if e.row == reading.item.kind]
    data = reading.item.file.read_bytes()
    if reading.container in {"zip", "rar"} | _TARS:
        return _of_members(reading, data) if own[0].outcome == READ else []
    facts = next(iter(reading.facts.values()), None)
    if facts is None:
        return []
    if reading.container == "pdf":
        return _of_pages(reading.item.shown, reading.item.file, facts)
    if reading.container in {"doc", "docx"} and facts.unreadable is None:
        return _of_text(reading.item.shown, reading.item.file, facts)
    return []


# --- mail


def _of_mail(reading: Reading) -> list[Difference]:
    """Attachments by the standard library's parser, where it finds no fault with the mail."""
    raw = reading.item.file.read_bytes()
    message = email.message_from_bytes(raw, policy=policy.default)
    leaves = [leaf for leaf in message.walk() if not leaf.is_multipart()]
    if any(_faulty(entity) for entity in message.walk()):
        return []
    shown, ours = reading.item.shown, _by_digest(reading.parts)
    found: list[Difference] = []
    pages = b"".join(_payload(leaf) for leaf in leaves if leaf.get_content_type() == "text/html")
    for leaf in leaves:
        if _is_attachment(leaf, pages):
            found += _of_attachment(shown, leaf, ours)
    if not any(
        _ENVELOPES.match(e.get_content_type())
        for e in message.walk()
        if e.get_content_maintype() != "multipart"
    ):
        known = {_digest(_payload(leaf)) for leaf in leaves}
        extra = [p for p in reading.parts if not p.parent and p.sha256 not in known]
        found += [Difference(shown, "attachment", p.path, "none", "?") for p in extra]
    return found


def _faulty(entity: EmailMessage) -> bool:
    """Whether the parser itself found fault with an entity or its fields."""
    fields = [v for k, v in entity.items() if k.lower().startswith("content-")]
    return bool(entity.defects) or any(getattr(v, "defects", ()) for v in fields)


def _is_attachment(leaf: EmailMessage, pages: bytes) -> bool:
    """Whether a leaf is a file to anybody: no envelope, no text of the body, no logo that the pages show."""
    if _ENVELOPES.match(leaf.get_content_type()) or sniff(_payload(leaf)) in {"p7m", "tnef", "eml"}:
        return False
    cid = (leaf.get("Content-ID") or "").strip(" <>")
    if cid and len(_payload(leaf)) < LOGO_BYTES and f"cid:{cid}".encode() in pages:
        return False
    if leaf.get_content_disposition() == "attachment":
        return True
    return bool(leaf.get_filename()) and leaf.get_content_maintype() != "text"


def _of_attachment(shown: str, leaf: EmailMessage, ours: dict[str, list[str]]) -> list[Difference]:
    """One attachment: whether its bytes are among our parts, and under the same name."""
    name = leaf.get_filename() or ""
    data = _payload(leaf)
    if _digest(data) not in ours:
        return (
            [Difference(shown, "bytes", "not there", f"{name} ({len(data)} bytes)", "?")]
            if data.strip()
            else []
        )
    names = ours[_digest(data)]
    if not name or attachment_name(name) in names:
        return []
    odd = "=?" in name or "\ufffd" in name or any("\ud800" <= c <= "\udfff" for c in name)
    theirs_better = any(n.startswith("未命名") or "\ufffd" in n for n in names)
    return [Difference(shown, "name", names[0], name, "ours" if odd else "theirs" if theirs_better else "?")]


def _payload(leaf: EmailMessage) -> bytes:
    payload = leaf.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _by_digest(parts: tuple[Part, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in parts:
        found.setdefault(part.sha256, []).append(part.name)
    return found


# --- archives


def _of_members(reading: Reading, data: bytes) -> list[Difference]:
    """Number of files in a zip or tar by the standard library, in a rar by bsdtar."""
    theirs = _zip_names(data) if reading.container == "zip" else _tar_names(data)
    if reading.container == "rar":
        theirs = _rar_names(reading.item.file)
    if theirs is None:
        return []
    ours = [p.name for p in reading.parts if p.parent == _digest(data) and p.name != BROKEN_OFF]
    if len(ours) == len(theirs):
        return []
    return [Difference(reading.item.shown, "members", str(len(ours)), f"{len(theirs)} {theirs[:3]}", "?")]


def _zip_names(data: bytes) -> list[str] | None:
    try:
        infos = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    links = {i.filename for i in infos if stat.S_ISLNK(i.external_attr >> 16)}
    return [
        i.filename for i in infos if not i.is_dir() and i.filename not in links and not is_noise(i.filename)
    ]


def _tar_names(data: bytes) -> list[str] | None:
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            return [m.name for m in archive if m.isfile() and not is_noise(m.name)]
    except (tarfile.TarError, OSError, EOFError):
        return None


def _rar_names(file: Path) -> list[str] | None:
    """Names of plain files by bsdtar, whose reader of rar is not ours; null where it finds a fault."""
    lines = _said("bsdtar", "-tvf", str(file)).splitlines()
    return [line for line in lines if line.startswith("-") and " link to " not in line] or None


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
    found = re.search(r"^Pages:\s*(\d+)", _said("pdfinfo", str(file)), re.MULTILINE)
    return found[1] if found else ""


def _qpdf(file: Path) -> str:
    return _said("qpdf", "--show-npages", str(file)).strip()


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
    return _said("antiword", "-m", "UTF-8.txt", "-w", "0", str(file))


def _docx2txt(file: Path) -> str:
    return _said("docx2txt", str(file), "-")


def _soffice(file: Path) -> str:
    """The text by LibreOffice, "" where it is not installed."""
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        _said(
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


def _said(program: str, *arguments: str) -> str:
    """What a program prints, "" where it is not installed, fails or takes too long."""
    if shutil.which(program) is None:
        return ""
    try:
        done = subprocess.run([program, *arguments], capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode in {0, 3} else ""
