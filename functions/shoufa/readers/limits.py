"""The limits under which untrusted bytes are read (design.md, "Untrusted bytes"): one frozen model."""

from shoufa.domain.value import Value

MB = 1 << 20
SHOWN_BYTES = 40_000
"""Of one picture of a seal."""
SHOWN_SEALS, SHOWN_FAINT = 60, 30
"""Seals, and places where one may be, of which pictures are made in one document."""


class Limits(Value):
    """Every limit with its default. Bytes are real bytes counted as they stream, seconds are wall clock.

    `ratio_floor`: an archive is judged by `archive_ratio` only once it gave (or claims to give) more than
    this, so that small, very regular files are no bombs. `worker_documents`: a worker is replaced after so
    many.
    """

    mail_bytes: int = 60 * MB
    mail_parts: int = 500
    mail_depth: int = 8
    """Messages carried in messages."""
    archive_depth: int = 4
    archive_members: int = 2_000
    archive_bytes: int = 500 * MB
    archive_ratio: int = 200
    ratio_floor: int = 10 * MB
    page_pixels: int = 60_000_000
    text_pages: int = 300
    mail_seconds: float = 60.0
    document_seconds: float = 120.0
    worker_bytes: int = 2 << 30
    worker_processes: int = 40
    """A worker and all that it started; a converter takes two."""
    scratch_bytes: int = 1 << 30
    """Files in a worker's folder, the only one that it is told of."""
    answer_bytes: int = 64 * MB
    """Facts of one document, as JSON."""
    worker_documents: int = 200
    start_seconds: float = 30.0
    """How long a fresh worker may take to say hello."""
