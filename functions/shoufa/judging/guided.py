"""Which mail of no submission may be answered with guidance, for which call, and why (contracts §3, §5).

Mail about a call that takes nothing by e-mail is told so; other mail is answered only where the call that its
mailbox belongs to says so.
"""

from collections.abc import Iterable

from shoufa.domain.call import Call, Intake, Unit
from shoufa.domain.mail import Envelope, InboundMail
from shoufa.domain.office import Office
from shoufa.judging.addressing import mailboxes
from shoufa.judging.names import plain
from shoufa.judging.suppression import asks_for_silence

WRONG_CHANNEL, NO_CALL = "wrong-channel", "no-call"
SAID = 4_000
"""Characters of a body in which the mail says what it is about."""

Target = tuple[Call, Unit, str]
"""The call that guidance is given for, the unit that signs it, and the reason."""


def guided(mail: InboundMail, envelope: Envelope, office: Office) -> Target | None:
    """The guidance for a mail that belongs to no submission, None where it is not answered."""
    owners = _owners(mail, envelope, office)
    if not owners or asks_for_silence(mail) or mail.auto_body or _own(mail, office):
        return None
    own, unit = owners[0]
    texts = (mail.subject, mail.body[:SAID], *(p.path for p in mail.parts[:50]))
    about = other_channel(texts, office, envelope)
    if about is not None:
        mine = next((u for c, u in owners if c.id == about.id), unit)
        return about, mine, WRONG_CHANNEL
    if all(c.intake is not Intake.EMAIL for c, _ in owners):
        return own, unit, WRONG_CHANNEL
    asked = next(((c, u) for c, u in owners if c.answer_unmatched), None)
    return (*asked, NO_CALL) if asked else None


def _owners(mail: InboundMail, envelope: Envelope, office: Office) -> list[tuple[Call, Unit]]:
    """Calls and units whose mailbox the mail was for: those that are open, else all."""
    boxes = mailboxes(mail, envelope)
    open_ = [o for box in boxes for o in office.open_units(box, envelope.received_at)]
    every = [
        (c, u) for c in office.calls.values() for u in c.units if u.mailbox and u.mailbox.lower() in boxes
    ]
    return open_ or every


def _own(mail: InboundMail, office: Office) -> bool:
    """Whether the sender is one of the office's own mailboxes."""
    units = (u.mailbox for c in office.calls.values() for u in c.units if u.mailbox)
    return mail.sender.email in {u.lower() for u in units}


def other_channel(texts: Iterable[str], office: Office, envelope: Envelope) -> Call | None:
    """The call without an e-mail intake that these texts name, None where they name none, or one that has it.

    A call is named by its title, an alias, a form's title, or its number where that is no other call's.
    """
    said = plain("\n".join(texts))
    named = {c.id: hits for c in office.calls.values() if (hits := _named(said, c, office))}
    best = max(named.values(), default=0)
    found = [office.calls[i] for i, hits in named.items() if hits == best]
    if (
        len(found) != 1
        or found[0].intake is Intake.EMAIL
        or not office.is_open(found[0], envelope.received_at)
    ):
        return None
    return found[0]


def _named(said: str, call: Call, office: Office) -> int:
    """Characters of the longest name of the call that is said, 0 if none is."""
    words = [call.title, *call.aliases, *call.form_titles]
    number = call.notice.number
    if number and sum(c.notice.number == number for c in office.calls.values()) == 1:
        words.append(number)
    return max((len(w) for w in map(plain, words) if len(w) >= 4 and w in said), default=0)


def of_reference(mail: InboundMail, call: Call, office: Office, envelope: Envelope) -> bool:
    """Whether subject and file names speak of a notice that takes in nothing, and nothing of this call.

    Such a mail belongs to no open call, whatever it brings.
    """
    texts = (mail.subject, *(p.path for p in mail.parts[:50]))
    about = other_channel(texts, office, envelope)
    if about is None or about.intake is not Intake.REFERENCE:
        return False
    return not _named(plain("\n".join((*texts, mail.body[:SAID]))), call, office)
