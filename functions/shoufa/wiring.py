"""Builds the adapters, each once per cold start, and hands the house to the steps.

Heavy readers stay in workers.
"""

import hashlib
import json
import time
from dataclasses import replace
from functools import cache
from typing import Any, TypedDict, Unpack

import boto3
from botocore.config import Config

from shoufa.adapters.clocks import SystemClock
from shoufa.adapters.dynamodb_ledger import DynamoIndex, DynamoLedger
from shoufa.adapters.imap_mailbox import ImapMailbox
from shoufa.adapters.mailers import OutboxMailer, SesMailer, SmtpMailer
from shoufa.adapters.s3_objects import S3Objects
from shoufa.adapters.sqs_queues import SqsQueues
from shoufa.domain.errors import MailboxClosed
from shoufa.domain.mail_folder import MailFolder, mail_folders
from shoufa.domain.office import Office
from shoufa.ports import Clock, Index, Ledger, Mailer, ObjectStore, Queues, Readers
from shoufa.settings import Settings, read_settings
from shoufa.steps.house import House

_USED: dict[str, Any] = {}
_KNOWN: dict[str, Any] = {}
"""What is known of revisions: the last look's time, what it found, the office and houses with it."""
LOOK_SECONDS = 60.0
"""How long a step that judges nothing may not know of a revision."""


class Ports(TypedDict, total=False):
    """What can be used instead of being built."""

    clock: Clock
    readers: Readers
    objects: ObjectStore
    ledger: Ledger
    index: Index
    queues: Queues
    mailer: Mailer


def use(**ports: Unpack[Ports]) -> None:
    """Work with these instead of building them (the local engine, tests)."""
    _USED.update(ports)
    _ports.cache_clear()
    _KNOWN.clear()


def reset() -> None:
    """Forget everything that was built."""
    _USED.clear()
    _KNOWN.clear()
    for built in (_ports, office, client):
        built.cache_clear()


def look_again() -> None:
    """Forget when revisions were looked for: a new one was accepted."""
    _KNOWN.pop("looked", None)


@cache
def client(service: Any, attempts: int | None = None) -> Any:
    """One client per service; a call is tried `attempts` times (None: as botocore does by itself)."""
    config = Config(retries={"total_max_attempts": attempts}) if attempts else None
    built: Any = boto3.client(service, config=config)
    return built


@cache
def office() -> Office:
    """The office as it came: calls and recommenders from the folder of definitions, its settings."""
    return load_office(read_settings())


def load_office(settings: Settings) -> Office:
    """The office that settings describe, from its folder of definitions. Raises CallError."""
    from shoufa.calls.load import load_calls, load_recommenders

    files = sorted((settings.calls_dir / "calls").glob("*.yaml"))
    return Office(
        calls=load_calls(settings.calls_dir / "calls"),
        groups=load_recommenders(settings.calls_dir / "recommenders"),
        sender_address=settings.sender_address,
        authserv_id=settings.authserv_id,
        own_domains=settings.own_domains,
        office_mailbox=settings.office_mailbox,
        digest_at=settings.digest_at,
        reconcile_every=settings.reconcile_every,
        erases_by_itself=settings.retention == "automatic",
        mails_per_hour=settings.mails_per_hour,
        revisions={f.stem: hashlib.sha256(f.read_bytes()).hexdigest()[:16] for f in files},
    )


def house(*, reads: bool = False, sends: bool = False, fresh: bool = False) -> House:
    """The ports of one function: with workers where it reads, with a mailer where it sends.

    Its office has the accepted revisions of calls in force: as of now where it must be `fresh`, else as of at
    most a minute ago.
    """
    ports = _ports(reads=reads, sends=sends)
    current = _current(ports, fresh=fresh)
    name = f"house {reads} {sends}"
    if name not in _KNOWN or _KNOWN[name].office is not current:
        _KNOWN[name] = replace(ports, office=current)
    made: House = _KNOWN[name]
    return made


def _current(ports: House, *, fresh: bool) -> Office:
    """The office with accepted revisions; one query, and nothing more while they are the same.

    A function without a table (step 2) has no use for them.
    """
    from shoufa.steps.revisions import accepted, office_with

    if not read_settings().table:
        return ports.office
    now = time.monotonic()
    if not fresh and now - _KNOWN.get("looked", float("-inf")) < LOOK_SECONDS:
        known: Office = _KNOWN["office"]
        return known
    found = accepted(ports.index)
    if "office" not in _KNOWN or _KNOWN["found"] != found:
        current = office_with(ports.office, found, ports.objects) if found else ports.office
        _KNOWN.update(found=found, office=current)
    _KNOWN["looked"] = now
    latest: Office = _KNOWN["office"]
    return latest


@cache
def _ports(*, reads: bool, sends: bool) -> House:
    """All adapters of one function, and the office as it came."""
    settings = read_settings()
    objects = _USED.get("objects") or S3Objects(client("s3"), settings.bucket)
    return House(
        objects=objects,
        ledger=_USED.get("ledger") or DynamoLedger(client("dynamodb"), settings.table),
        index=_USED.get("index") or DynamoIndex(client("dynamodb"), settings.table),
        queues=_USED.get("queues") or SqsQueues(client("sqs"), _urls(settings)),
        clock=_USED.get("clock") or SystemClock(),
        office=office(),
        readers=_readers(settings) if reads else None,
        mailer=_mailer(settings, objects) if sends else None,
        drafts=settings.mail_out == "drafts",
    )


def mailboxes() -> list[tuple[MailFolder, ImapMailbox]]:
    """The folders that mail is taken from, and how. Raises MailboxClosed where the settings do not fit."""
    settings = read_settings()
    folders = mail_folders(settings.imap_mailboxes, settings.imap_since, settings.imap_max_bytes)
    passwords = _passwords(settings.imap_passwords) if folders else {}
    if lost := [f.id for f in folders if not passwords.get(f.user)]:
        raise MailboxClosed(
            f'IMAP_PASSWORDS 中缺{len(lost)}个用户的密码或授权码：{{"用户名": "授权码"}}'
            f" / the passwords of {len(lost)} users are not in IMAP_PASSWORDS"
        )
    return [(folder, ImapMailbox(folder, passwords[folder.user])) for folder in folders]


def _passwords(text: str) -> dict[str, str]:
    """Passwords by user."""
    try:
        said = json.loads(text or "{}")
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise MailboxClosed(
            'IMAP_PASSWORDS：应为 {"用户名": "授权码"} / it has to be {"user": "password"}'
        ) from None
    return {str(user): str(password) for user, password in said.items()}


def _urls(settings: Settings) -> dict[str, str]:
    return {
        "mails": settings.mails_queue_url,
        "decisions": settings.decisions_queue_url,
        "documents": settings.documents_queue_url,
        "submissions": settings.submissions_queue_url,
        "notices": settings.notices_queue_url,
    }


def _readers(settings: Settings) -> Readers:
    if "readers" not in _USED:
        from shoufa.readers.pool import WorkerPool

        passed = {"SHOUFA_ROOTS": settings.trusted_roots}
        _USED["readers"] = WorkerPool(ocr=settings.ocr_workers, environ=passed)
    readers: Readers = _USED["readers"]
    return readers


def _mailer(settings: Settings, objects: ObjectStore) -> Mailer:
    if "mailer" in _USED:
        used: Mailer = _USED["mailer"]
        return used
    if settings.mail_out == "ses":
        return SesMailer(client("sesv2", attempts=1))  # botocore's own repeats would be further mails
    if settings.mail_out == "smtp":
        return SmtpMailer(settings.smtp_host, settings.smtp_port, settings.smtp_user, settings.smtp_password)
    return OutboxMailer(objects)
