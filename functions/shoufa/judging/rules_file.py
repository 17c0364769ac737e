"""Rules for files that could not be read, links in place of files, active content, secrecy marks."""

from collections.abc import Iterator

from shoufa.domain.codes import Severity
from shoufa.domain.errors import UnreadableCode
from shoufa.domain.finding import Finding
from shoufa.domain.submission import Piece
from shoufa.domain.volumes import is_gap, volumes_lacking
from shoufa.judging.messages import finding
from shoufa.judging.view import View

OPTIONAL_WEIGHT = {
    UnreadableCode.UNREADABLE: Severity.QUESTION,
    UnreadableCode.ENCRYPTED: Severity.QUESTION,
    UnreadableCode.UNSUPPORTED: Severity.WARNING,
    UnreadableCode.TOO_LARGE: Severity.ERROR,
}
"""Severity while nothing required is missing (contracts §2); an error otherwise."""


def code_of(piece: Piece) -> UnreadableCode | None:
    """Why a file could not be read: its container said so, or its reader did."""
    return piece.part.code or (piece.facts.unreadable if piece.facts else None)


def files(view: View, lacking: bool) -> Iterator[Finding]:
    """One finding per file that could not be read; `lacking`: something required is missing."""
    for piece in view.case.pieces:
        code = code_of(piece)
        if code is None or (piece.part.size == 0 and piece.part.inline):
            continue
        severity = Severity.ERROR if lacking else OPTIONAL_WEIGHT[code]
        yield finding(f"file.{code.value}", severity, **_seen(piece))


def _seen(piece: Piece) -> dict[str, object]:
    """Which file it is, and what is known of why: volumes of an archive lack, or it breaks off."""
    path, reason = piece.part.path, piece.part.reason
    if is_gap(piece.part):
        archive = path.rpartition("/")[0]
        return {"document": archive, "detail": archive.rpartition("/")[2], "broken_off": True}
    seen: dict[str, object] = {"document": path, "detail": piece.part.name}
    lacking = volumes_lacking(reason)
    if lacking is None:
        return seen
    numbers = "、".join(lacking)
    named = f"（缺第{numbers}卷）" if numbers else ""
    named_en = f" (volumes {', '.join(lacking)} are missing)" if numbers else ""
    detail = {"detail": f"“{piece.part.name}”{named}", "detail_en": f"“{piece.part.name}”{named_en}"}
    return {**seen, **detail, "divided": True}


def links(view: View, lacking: bool) -> Iterator[Finding]:
    """A cloud link in place of a file."""
    severity = Severity.ERROR if lacking else Severity.WARNING
    seen = set()
    for link in view.case.links:
        shown = f"{link.provider}{f'（{link.name}）' if link.name else ''}"
        if shown not in seen:
            seen.add(shown)
            yield finding("file.link-only", severity, detail=shown)


def active_content(view: View) -> Iterator[Finding]:
    """Macros, scripts, embedded executables: told, never run."""
    for piece in view.case.pieces:
        active = {*piece.part.active, *(piece.facts.active if piece.facts else ())}
        if active:
            yield finding(
                "file.active-content",
                Severity.WARNING,
                document=piece.part.path,
                detail=piece.part.name,
                evidence=", ".join(sorted(active)),
            )


def sensitive(view: View) -> Iterator[Finding]:
    """A secrecy mark in its place: the unit is told without content."""
    for piece in view.whole.pieces:
        if piece.facts is not None and piece.facts.sensitive:
            yield finding("file.sensitive-mark", Severity.QUESTION, document=piece.part.sha256[:12])
