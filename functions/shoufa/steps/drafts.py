"""The first week's setting: mails are written and shown, none is sent (MAIL_OUT=drafts, or DRY_RUN=1).

A draft is not counted as sent. When the setting is taken back, new notices go out; what was only drafted
stays a draft until a clerk releases it.
"""

from typing import Any

from shoufa.domain.codes import EntryKind
from shoufa.domain.ledger import Head
from shoufa.notices.compose import Outgoing
from shoufa.steps.commit import Wanted, append
from shoufa.steps.files import draft_key
from shoufa.steps.house import House


def stays_draft(house: House, head: Head, notice: str, *, released: bool) -> bool:
    """Whether a notice was only drafted so far, and nobody released it."""
    return not house.drafts and not released and notice in head.state.get("drafts", [])


def keep_draft(house: House, submission: str, outgoing: Outgoing, raw: bytes, about: dict[str, Any]) -> None:
    """Write a mail as `drafts/<notice id>.eml` and say so in the ledger, once."""
    house.objects.put(draft_key(outgoing.notice_id), raw)

    def entries(head: Head) -> Wanted | None:
        if outgoing.notice_id in head.state.get("drafts", []):
            return None
        data = {"draft": outgoing.notice_id, "template": outgoing.template.value, **about}
        return [(EntryKind.NOTED, data)], {"drafts": [*head.state.get("drafts", []), outgoing.notice_id]}

    append(house, submission, entries)
