"""Findings (contracts §2): what is wrong or must be asked, with message and remedy in two languages."""

from enum import StrEnum

from shoufa.domain.codes import Audience, Severity
from shoufa.domain.value import Value


class Words(Value):
    """One sentence in two languages."""

    zh: str
    en: str


class FindingCode(StrEnum):
    """Stable codes; those that begin with a kind exist for letter, application and summary."""

    LETTER_MISSING = "letter.missing"
    LETTER_WORD_MISSING = "letter.word-missing"
    LETTER_SCAN_MISSING = "letter.scan-missing"
    LETTER_SCAN_PARTIAL = "letter.scan-partial"
    LETTER_SEAL_MISSING = "letter.seal-missing"
    LETTER_SEAL_UNCLEAR = "letter.seal-unclear"
    LETTER_SEAL_WRONG = "letter.seal-wrong"
    LETTER_VERSIONS_CONFLICT = "letter.versions-conflict"
    LETTER_COUNT_MISMATCH = "letter.count-mismatch"
    SUMMARY_MISSING = "summary.missing"
    SUMMARY_WORD_MISSING = "summary.word-missing"
    SUMMARY_SCAN_MISSING = "summary.scan-missing"
    SUMMARY_SCAN_PARTIAL = "summary.scan-partial"
    SUMMARY_SEAL_MISSING = "summary.seal-missing"
    SUMMARY_SEAL_UNCLEAR = "summary.seal-unclear"
    SUMMARY_SEAL_WRONG = "summary.seal-wrong"
    SUMMARY_VERSIONS_CONFLICT = "summary.versions-conflict"
    SUMMARY_COLUMNS_MISSING = "summary.columns-missing"
    SUMMARY_ROW_INVALID = "summary.row-invalid"
    APPLICATION_MISSING = "application.missing"
    APPLICATION_WORD_MISSING = "application.word-missing"
    APPLICATION_SCAN_MISSING = "application.scan-missing"
    APPLICATION_SCAN_PARTIAL = "application.scan-partial"
    APPLICATION_SEAL_MISSING = "application.seal-missing"
    APPLICATION_SEAL_UNCLEAR = "application.seal-unclear"
    APPLICATION_SEAL_WRONG = "application.seal-wrong"
    APPLICATION_VERSIONS_CONFLICT = "application.versions-conflict"
    APPLICATION_UNLISTED = "application.unlisted"
    APPLICATION_NAME_DIFFERS = "application.name-differs"
    APPLICATION_WRONG_FORM = "application.wrong-form"
    APPLICATION_TRACK_UNCLEAR = "application.track-unclear"
    APPLICATION_FIELD_MISSING = "application.field-missing"
    APPLICATION_FIELD_INVALID = "application.field-invalid"
    APPLICATION_CONDITION_UNCLEAR = "application.condition-unclear"
    APPLICATION_VERSIONS_DIFFER = "application.versions-differ"
    PROJECT_WITHDRAWAL = "project.withdrawal"
    SUBMISSION_OVER_QUOTA = "submission.over-quota"
    SUBMISSION_DUPLICATE_PROJECT = "submission.duplicate-project"
    SUBMISSION_LATE = "submission.late"
    SUBMISSION_WRONG_MAILBOX = "submission.wrong-mailbox"
    SUBMISSION_WRONG_CHANNEL = "submission.wrong-channel"
    SUBMISSION_NOT_THROUGH_RECOMMENDER = "submission.not-through-recommender"
    SUBMISSION_SUBJECT_MARK = "submission.subject-mark"
    SUBMISSION_NOT_ARCHIVED = "submission.not-archived"
    RECOMMENDER_UNKNOWN = "recommender.unknown"
    RECOMMENDER_NOT_ENTITLED = "recommender.not-entitled"
    SENDER_UNVERIFIED = "sender.unverified"
    SENDER_NEW = "sender.new"
    FILE_UNREADABLE = "file.unreadable"
    FILE_ENCRYPTED = "file.encrypted"
    FILE_UNSUPPORTED = "file.unsupported"
    FILE_LINK_ONLY = "file.link-only"
    FILE_TOO_LARGE = "file.too-large"
    FILE_ACTIVE_CONTENT = "file.active-content"
    FILE_SENSITIVE_MARK = "file.sensitive-mark"


class Finding(Value):
    """One finding; keys that do not apply are null."""

    code: FindingCode
    severity: Severity
    audience: Audience = Audience.APPLICANT
    document: str | None = None
    page: int | None = None
    project: str | None = None
    field: str | None = None
    evidence: str | None = None
    message: Words
    remedy: Words
