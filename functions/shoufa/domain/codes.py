"""Closed vocabularies of contracts §2 to §5, as StrEnums; their values are final."""

from enum import StrEnum


class Kind(StrEnum):
    """What a document is, in the eyes of a call."""

    LETTER = "letter"
    APPLICATION = "application"
    SUMMARY = "summary"
    PROOF = "proof"
    ARCHIVE = "archive"
    MAIL_BODY = "mail-body"
    OTHER = "other"
    UNREADABLE = "unreadable"


class Form(StrEnum):
    """How a document is carried: editable, pages of paper, or born-digital pages."""

    WORD = "word"
    SCAN = "scan"
    DIGITAL = "digital"


class Need(StrEnum):
    """How much a call needs something: error, question, warning, or not looked for."""

    REQUIRED = "required"
    EXPECTED = "expected"
    OPTIONAL = "optional"
    NONE = "none"


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    QUESTION = "question"
    WARNING = "warning"


class Audience(StrEnum):
    """Who is told of a finding."""

    APPLICANT = "applicant"
    UNIT = "unit"


class Status(StrEnum):
    """Where a submission stands."""

    READING = "reading"
    INCOMPLETE = "incomplete"
    REVIEW = "review"
    COMPLETE = "complete"
    MERGED = "merged"


class Disposition(StrEnum):
    """The one fate of a mail."""

    SUBMISSION = "submission"
    FOLLOW_UP = "follow-up"
    DUPLICATE = "duplicate"
    AUTOMATIC = "automatic"
    UNMATCHED = "unmatched"
    QUARANTINED = "quarantined"


class EntryKind(StrEnum):
    """Kinds of ledger entry."""

    OPENED = "opened"
    JOINED = "joined"
    READ = "read"
    JUDGED = "judged"
    SENDING = "sending"
    SENT = "sent"
    DECIDED = "decided"
    MERGED = "merged"
    NOTED = "noted"
    ERASED = "erased"


class Template(StrEnum):
    """What an outgoing mail is."""

    RECEIPT = "receipt"
    OUTCOME = "outcome"
    GUIDANCE = "guidance"
    NOTICE = "notice"
    DIGEST = "digest"
    REMINDER = "reminder"


class Shape(StrEnum):
    """Outline of a seal."""

    ROUND = "round"
    OVAL = "oval"
    SQUARE = "square"


class Ink(StrEnum):
    """Colour class of a seal's impression; black covers grey copies."""

    RED = "red"
    BLUE = "blue"
    BLACK = "black"


class SealMethod(StrEnum):
    """How a seal was established."""

    IMAGE = "image"
    PDF_SIGNATURE = "pdf-signature"
    OFD_SIGNATURE = "ofd-signature"


class SealReason(StrEnum):
    """Why an electronic seal or signature does not hold, or why that cannot be known, gravest first.

    The first group makes it invalid, the second (from `unreadable` on) leaves its validity unknown.
    """

    BAD_DIGEST = "bad-digest"
    BAD_SIGNATURE = "bad-signature"
    BAD_SEAL = "bad-seal"
    WRONG_SIGNER = "wrong-signer"
    CHANGED_AFTER = "changed-after"
    NOT_COVERED = "not-covered"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNREADABLE = "unreadable"
    ALGORITHM = "algorithm"
    WEAK_ALGORITHM = "weak-algorithm"
    TIME_LIMIT = "time-limit"
    NO_TIME = "no-time"
    UNTRUSTED = "untrusted"
    NO_TRUSTED_ROOT = "no-trusted-root"


class SealNote(StrEnum):
    """What the check of an electronic seal left open: it decides nothing, and is told."""

    CLAIMED_TIME = "claimed-time"
    REVOCATION_UNKNOWN = "revocation-unknown"
