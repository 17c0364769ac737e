"""Whom a mail is addressed to, who sent it, and whether its sender was verified (contracts §3)."""

import re
from datetime import datetime

from shoufa.domain.call import Call, Unit
from shoufa.domain.fingerprint import DECORATION
from shoufa.domain.mail import Envelope, InboundMail
from shoufa.domain.office import FREEMAIL, Office, boxes
from shoufa.domain.submission import Case
from shoufa.judging.names import plain

_RESULT = re.compile(r"\s*(spf|dkim|dmarc)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMMENT = re.compile(r"\([^()]*\)")


def mailboxes(mail: InboundMail, envelope: Envelope) -> list[str]:
    """Addresses that the mail was for, topmost first: envelope, Delivered-To, X-Original-To, To, Cc."""
    named = [envelope.mailbox, *mail.delivered_to, *(a.email for a in (*mail.to, *mail.cc))]
    return list(dict.fromkeys(a.strip().lower() for a in named if a))


def addressed(
    mail: InboundMail, envelope: Envelope, office: Office, at: datetime
) -> list[tuple[Call, Unit, str]]:
    """The open calls and units that a mail is for, each once, with the mailbox.

    A mailbox that serves several open calls is decided by the words of the mail; where they do not say, the
    call that closes first is taken.
    """
    found: list[tuple[Call, Unit, str]] = []
    for mailbox in mailboxes(mail, envelope):
        options = office.open_units(mailbox, at)
        if not options:
            continue
        call, unit = max(options, key=lambda o: (_mentions(mail, o[0]), -_closing(o[0])))
        if not any(c.id == call.id and u.id == unit.id for c, u, _ in found):
            found.append((call, unit, mailbox))
    return found


def _mentions(mail: InboundMail, call: Call) -> int:
    text = plain(mail.subject + mail.body[:4000] + "".join(p.path for p in mail.parts[:50]))
    words = {
        plain(w)
        for w in (call.title, *call.aliases, call.subject_mark or "", *call.form_titles)
        if w
    }
    return sum(w in text for w in words)


def _closing(call: Call) -> float:
    return call.closes.timestamp() if call.closes else float("inf")


def addressed_units(call: Call, case: Case) -> set[str]:
    """Ids of the call's units to whose mailboxes the mails of a submission went."""
    named = {a for m in case.mails for a in mailboxes(m.mail, m.envelope)}
    return {u.id for u in call.units if boxes(u) & named}


def brings_something(mail: InboundMail) -> bool:
    """Whether a mail brings files, or links in place of files.

    A picture inside the text alone is decoration.
    """
    return any(not p.inline or p.size >= DECORATION for p in mail.parts) or bool(mail.links)


def original_sender(mail: InboundMail, office: Office) -> tuple[str, str]:
    """The applicant's address, and the colleague who forwarded the mail ("" if it came directly).

    A mail from the office's own domain that carries a forwarded message or documents is the original
    sender's.
    """
    own = mail.sender.domain in office.own_domains
    if own and (mail.forwarded or mail.parts):
        first = next((f.sender.email for f in mail.forwarded if f.sender.email), "")
        return first or mail.sender.email, mail.sender.email
    return mail.sender.email, ""


def unverified(mail: InboundMail, authserv_id: str) -> bool:
    """Whether SPF, DKIM and DMARC all say `fail` in the trusted Authentication-Results (RFC 8601).

    Trusted is the field of the named server, or the topmost one where none is named. none, temperror or
    absent is not failure. A result stands at the beginning of its part: what is reported beside it (the
    address that the sender gave, of which `dkim=pass@…` is a valid one) says nothing.
    """
    parts = (_results(f) for f in mail.headers.get("authentication-results", ()))
    trusted = next((p for p in parts if not authserv_id or _server(p) == authserv_id.lower()), None)
    if trusted is None:
        return False
    said: dict[str, set[str]] = {}
    for found in filter(None, map(_RESULT.match, trusted[1:])):
        said.setdefault(found[1].lower(), set()).add(found[2].lower())
    return all(said.get(method) == {"fail"} for method in ("spf", "dkim", "dmarc"))


def _results(field: str) -> list[str]:
    """The parts of an Authentication-Results field without quoted strings and comments: server, results."""
    bare = _QUOTED.sub('""', field)
    for _ in range(4):  # comments nest
        bare = _COMMENT.sub("", bare)
    return bare.split(";")


def _server(parts: list[str]) -> str:
    """The server's id: a version may stand behind it."""
    words = parts[0].split()
    return words[0].lower() if words else ""


def same_house(a: str, b: str) -> bool:
    """Whether two addresses are of one house.

    Equal, or of one domain that is no provider of private mailboxes.
    """
    if a == b:
        return bool(a)
    domain_a, domain_b = a.rpartition("@")[2], b.rpartition("@")[2]
    return bool(domain_a) and domain_a == domain_b and domain_a not in FREEMAIL
