"""What `shoufa up` is asked for, and the variables that its functions get of it."""

import os
from dataclasses import dataclass
from pathlib import Path

from local.data_folder import DataFolder, FolderRefused
from local.demo_office import write_demo_calls
from local.process import QUIET, ROOT
from shoufa import wiring
from shoufa.domain.errors import MailboxClosed

OFFICE = ("OFFICE_MAILBOX", "DIGEST_AT", "RECONCILE_MINUTES", "RETENTION")
"""Settings of the watch that are handed on."""
IMAP = ("IMAP_MAILBOXES", "IMAP_PASSWORDS", "IMAP_SINCE", "IMAP_MAX_MB")


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for. `relay` is `host:port` of the server that sends, "" to send nothing."""

    data: Path
    port: int = 2525
    real: bool = False
    relay: str = ""
    sender: str = ""
    calls: Path | None = None
    dry_run: bool = False


def environment(wanted: Wanted, folder: DataFolder) -> dict[str, str]:
    """The functions' variables. FolderRefused where mail would be sent, or taken, without what that needs."""
    env = {**QUIET, "MAIL_OUT": "outbox", "CALLS_DIR": str(wanted.calls or ROOT / "schemas")}
    if not wanted.real and wanted.calls is None:
        env["CALLS_DIR"] = str(write_demo_calls(ROOT / "schemas", folder.root / "trial-calls"))
    if wanted.sender:
        env["SENDER_ADDRESS"] = wanted.sender
    if wanted.relay:
        if not (wanted.real and wanted.sender):
            raise FolderRefused(
                "--relay 须与 --real-mail 和 --sender 同用 / --relay needs --real-mail and --sender"
            )
        host, _, port = wanted.relay.partition(":")
        env |= {"MAIL_OUT": "smtp", "SMTP_HOST": host, "SMTP_PORT": port or "25"}
    if wanted.dry_run:
        env["DRY_RUN"] = "1"
    if os.environ.get("IMAP_MAILBOXES"):
        _check_mailboxes(wanted)
    given = ("SMTP_USER", "SMTP_PASSWORD", "AUTHSERV_ID", "OWN_DOMAINS", "MAILS_PER_HOUR", *OFFICE, *IMAP)
    return env | {name: os.environ[name] for name in given if name in os.environ}


def _check_mailboxes(wanted: Wanted) -> None:
    """FolderRefused where mailboxes are named and real mail is not wanted, or what names them is wrong."""
    if not wanted.real:
        raise FolderRefused("IMAP_MAILBOXES 须与 --real-mail 同用 / IMAP_MAILBOXES needs --real-mail")
    try:
        wiring.mailboxes()
    except MailboxClosed as err:
        raise FolderRefused(str(err)) from err
