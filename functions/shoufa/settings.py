"""The environment, read in this one file."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path

from shoufa.domain.allowance import PER_HOUR


@dataclass(frozen=True)
class Settings:
    """What a function is told by its environment. Empty strings where a function has no such thing."""

    bucket: str
    table: str
    mails_queue_url: str
    decisions_queue_url: str
    documents_queue_url: str
    submissions_queue_url: str
    notices_queue_url: str
    mail_out: str
    """outbox | smtp | ses | drafts (written under `drafts/`, not counted as sent, never sent by itself)."""
    sender_address: str
    authserv_id: str
    calls_dir: Path
    own_domains: frozenset[str]
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str
    ocr_workers: int
    mails_per_hour: int
    trusted_roots: str
    """A folder of certificates or one PEM bundle that electronic seals must lead to; "" = none is trusted."""
    office_mailbox: str
    digest_at: time | None
    """When the office gets its daily mail, in Asia/Shanghai; None = never."""
    reconcile_every: timedelta | None
    """How long after a pass over all objects the next begins; None = none is made."""
    retention: str
    """`listed`: what is over its time is shown · `automatic`: it is erased."""
    imap_mailboxes: str
    """Folders that mail is taken from (`domain/mail_folder.py`), separated by blanks; "" = none."""
    imap_passwords: str
    """JSON: each user's password, or authorisation code (授权码)."""
    imap_since: str
    """Mail that came before this day (`2023-07-01`) is left there; "" = before the day of the first look."""
    imap_max_bytes: int


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of the running function; the folder of definitions lies beside the code by default."""
    env = os.environ if environ is None else environ
    beside = Path(__file__).resolve().parents[2] / "schemas"
    return Settings(
        bucket=env.get("BUCKET", ""),
        table=env.get("TABLE", ""),
        mails_queue_url=env.get("MAILS_QUEUE_URL", ""),
        decisions_queue_url=env.get("DECISIONS_QUEUE_URL", ""),
        documents_queue_url=env.get("DOCUMENTS_QUEUE_URL", ""),
        submissions_queue_url=env.get("SUBMISSIONS_QUEUE_URL", ""),
        notices_queue_url=env.get("NOTICES_QUEUE_URL", ""),
        mail_out="drafts" if env.get("DRY_RUN", "") in {"1", "true"} else env.get("MAIL_OUT", "outbox"),
        sender_address=env.get("SENDER_ADDRESS") or "shoufa@example.org",
        authserv_id=env.get("AUTHSERV_ID", ""),
        calls_dir=Path(env.get("CALLS_DIR") or beside),
        own_domains=frozenset(d.strip().lower() for d in env.get("OWN_DOMAINS", "").split(",") if d.strip()),
        smtp_host=env.get("SMTP_HOST", ""),
        smtp_port=int(env.get("SMTP_PORT") or 25),
        smtp_user=env.get("SMTP_USER", ""),
        smtp_password=env.get("SMTP_PASSWORD", ""),
        ocr_workers=int(env.get("OCR_WORKERS") or 2),
        mails_per_hour=int(env.get("MAILS_PER_HOUR") or PER_HOUR),
        trusted_roots=env.get("TRUSTED_ROOTS", ""),
        office_mailbox=env.get("OFFICE_MAILBOX", ""),
        digest_at=_time(env.get("DIGEST_AT") or "08:30"),
        reconcile_every=_minutes(env.get("RECONCILE_MINUTES") or "10"),
        retention=env.get("RETENTION") or "listed",
        imap_mailboxes=env.get("IMAP_MAILBOXES", ""),
        imap_passwords=env.get("IMAP_PASSWORDS", ""),
        imap_since=env.get("IMAP_SINCE", ""),
        imap_max_bytes=int(env.get("IMAP_MAX_MB") or 60) * 2**20,
    )


def _time(text: str) -> time | None:
    """`08:30`, or None for `off`; ValueError for anything else."""
    return None if text == "off" else time.fromisoformat(text)


def _minutes(text: str) -> timedelta | None:
    """`10`, or None for `off`; ValueError for anything else."""
    return None if text == "off" else timedelta(minutes=int(text))
