"""A submission as judged: the rows of `submissions.jsonl` (contracts §4)."""

from datetime import date, datetime

from shoufa.domain.codes import Form, Kind, Status
from shoufa.domain.decision import Made
from shoufa.domain.facts import Facts, Seal
from shoufa.domain.finding import Finding
from shoufa.domain.mail import CloudLink, Envelope, InboundMail, Part
from shoufa.domain.value import Value


class Manifest(Value):
    """A mail as filed: what the reader got, what our own server knew, and the object's key and digest."""

    object: str
    digest: str
    fingerprint: str = ""
    mailbox: str = ""
    """The unit's mailbox it was addressed to."""
    mail: InboundMail
    envelope: Envelope
    seen_at: datetime | None = None
    """When step 1 first saw it: long after it was received where a mailbox was connected late."""
    unverified: bool = False
    via: str = ""
    """The colleague who forwarded it, "" if it came directly."""
    sender: str = ""
    """The address of the original sender, in lower case."""


class Piece(Value):
    """One part of one mail with the facts read of it (null while it is being read)."""

    part: Part
    facts: Facts | None
    mail: str
    received_at: datetime


class Case(Value):
    """Everything that judging looks at, gathered: the mails of one submission in order, with their pieces."""

    receipt: str
    call: str
    unit: str
    mails: tuple[Manifest, ...]
    revision: str = ""
    """The digest of the call's definition that it is judged by."""
    pieces: tuple[Piece, ...]
    decisions: tuple[Made, ...] = ()
    """What clerks decided about it, in order."""
    by_hand: bool = False
    """A clerk's added files opened it: no address is its own sender."""
    proposed: frozenset[str] = frozenset()
    """Digests of the mails that nothing but our number, quoted from elsewhere, brought here."""

    @property
    def opener(self) -> str:
        """The submission's own sender: who wrote its first mail, "" if nobody's mail opened it."""
        if self.by_hand:
            return ""
        own = (m for m in self.mails if m.envelope.added is None and m.digest not in self.proposed)
        return next((m.sender for m in own), "")

    def in_order(self) -> "Case":
        """The same with its mails by receipt and its pieces as their mails list them.

        What is judged depends on when mails were received, never on when they were worked on.
        """
        mails = sorted(self.mails, key=lambda m: (m.envelope.received_at, m.digest))
        place = {
            (m.digest, part.path): (at, number)
            for at, m in enumerate(mails)
            for number, part in enumerate(m.mail.parts)
        }
        last = (len(mails), 0)
        pieces = sorted(
            self.pieces, key=lambda p: (place.get((p.mail, p.part.path), last), p.part.path, p.part.sha256)
        )
        return self.model_copy(update={"mails": tuple(mails), "pieces": tuple(pieces)})

    def holding(self, mails: frozenset[str]) -> "Case":
        """The same with only these mails (digests) and their pieces."""
        kept = tuple(m for m in self.mails if m.digest in mails)
        pieces = tuple(p for p in self.pieces if p.mail in mails)
        return self.model_copy(update={"mails": kept, "pieces": pieces})

    @property
    def links(self) -> list[CloudLink]:
        """Files sent as links, of all mails."""
        return [link for m in self.mails for link in m.mail.links]


class DocumentRow(Value):
    """One file *and* page range. Rows of one document in several files share a `group`."""

    name: str
    path: str
    sha256: str
    kind: Kind
    form: Form | None
    pages: int
    page_range: tuple[int, int] | None = None
    group: str | None = None
    project: str | None = None
    seals: tuple[Seal, ...] = ()
    superseded: bool = False
    proposed: bool = False
    """It waits for a clerk to confirm its sender: filed, and counted for nothing."""


class ProjectRow(Value):
    """One project of a submission."""

    name: str
    applicant: str = ""
    track: str | None = None
    credit_code: str = ""
    contact: str = ""
    phone: str = ""
    listed: bool = False
    application: bool = False


class DecisionRow(Value):
    """A clerk's decision that a verdict was made with; `applied` is False where it fits nothing there."""

    object: str
    action: str
    who: str
    about: str = ""
    """The document's path, the project, the address."""
    said: str = ""
    applied: bool = True


class PaperRow(Value):
    """Paper copies and a disc that arrived, as a clerk registered them last."""

    copies: int
    disc: bool
    received: date | None = None


class Letter(Value):
    """What was read of the official letter (公文)."""

    number: str = ""
    date: str = ""
    issuer: str = ""
    title: str = ""
    contact: str = ""


class Verdict(Value):
    """What judging says of a submission; `mails` are object digests, in order."""

    receipt: str
    call: str
    unit: str
    tracks: tuple[str, ...] = ()
    status: Status
    late: bool = False
    cured_late: bool = False
    sender: str = ""
    letter: Letter | None = None
    recommender: str | None = None
    applicant: str | None = None
    received_at: datetime
    mails: tuple[str, ...] = ()
    documents: tuple[DocumentRow, ...] = ()
    projects: tuple[ProjectRow, ...] = ()
    findings: tuple[Finding, ...] = ()
    key: str = ""
    """What later mails of the same case are found by: the established recommender or applicant."""
    withdrawn: tuple[str, ...] = ()
    """Projects that a clerk took out."""
    decisions: tuple[DecisionRow, ...] = ()
    paper: PaperRow | None = None
    other_matter: bool = False
    """Nothing that was read is a paper of the call: what to say of it waits for a person."""
    reader: str = ""
    revision: str = ""
