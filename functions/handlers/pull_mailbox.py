"""On a schedule: new mail from the configured mailboxes (IMAP) into `inbox/mail/`."""

from functools import partial
from typing import Any

from shoufa import entry, wiring
from shoufa.steps.pull_mailbox import pull_mailbox


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 (Lambda's signature)
    """A scheduled event; by folder, how many mails were taken. Where none is configured, nothing."""
    folders = wiring.mailboxes()
    tasks = {folder.id: partial(pull_mailbox, folder, mailbox) for folder, mailbox in folders}
    return entry.run_tasks(tasks, wiring.house()) if tasks else {}
