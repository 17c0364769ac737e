"""A mail as it was read: addresses, ids, verdicts of our own server, and its parts (RFC 5322, RFC 2045)."""

from datetime import datetime

from shoufa.domain.errors import UnreadableCode
from shoufa.domain.value import Value

ARCHIVES = frozenset({"zip", "7z", "rar", "tar", "gz", "bz2", "xz", "zst", "cab", "lha", "iso"})
"""Containers whose members are the documents."""
READ = frozenset(
    {
        *("jpg", "png", "tif", "bmp", "gif", "webp", "heic", "pdf", "ofd"),
        *("docx", "doc", "wps", "rtf", "odt", "word-xml", "mht", "html", "txt", "eml", "msg"),
        *("xlsx", "xls", "et", "ods", "excel-xml", "csv", "ole-encrypted"),
    }
)
"""Containers that step 2 knows how to read; of any other it is known at once that nothing opens it."""


class Address(Value):
    """A mailbox: display name (decoded) and addr-spec in lower case (RFC 5322 §3.4)."""

    name: str = ""
    email: str = ""

    @property
    def domain(self) -> str:
        """What stands after the last @, "" if nothing does."""
        return self.email.rpartition("@")[2]


class Part(Value):
    """One attachment, or one member of an archive inside it.

    `path` shows nesting (材料.zip/申报书/甲.docx) and is for people only; it is never used as a path. `container`
    is the type sniffed from the content. `code` is set where the part could not be taken out.
    """

    path: str
    name: str
    sha256: str
    size: int
    declared: str = ""
    container: str = "unknown"
    inline: bool = False
    parent: str = ""
    """sha256 of the archive or mail that holds it; "" for a part of the mail itself."""
    code: UnreadableCode | None = None
    reason: str = ""
    active: tuple[str, ...] = ()


class CloudLink(Value):
    """A file sent as a link (超大附件): never fetched. `days`: its likely life, null if unknown."""

    provider: str
    host: str
    name: str = ""
    days: int | None = None


class Forwarded(Value):
    """Sender and date of a message carried inside (attached, or quoted at the head of the body)."""

    sender: Address
    date: datetime | None = None
    subject: str = ""
    attached: bool = False


class Returned(Value):
    """What a mail that came back (bounce, 退信) shows of ours: from returned headers, or quoted in its text.

    `ids`: message ids, our tokens among them. `notice`: the value of X-Shoufa-Notice. `status`: an enhanced
    status code (RFC 3463) or a reply code of SMTP. `action`: of the delivery report (RFC 3464 §2.3.3). ""
    where it says none.
    """

    ids: tuple[str, ...] = ()
    notice: str = ""
    numbers: tuple[str, ...] = ()
    status: str = ""
    action: str = ""


class InboundMail(Value):
    """What the mail reader gets out of raw bytes. Header values are decoded.

    `headers` keeps those that rules ask for: lower-case names to all values in order (auto-submitted,
    list-id, precedence, return-path,
    x-auto-response-suppress, x-qq-auto-reply, authentication-results, received …).
    """

    message_id: str = ""
    subject: str = ""
    sender: Address = Address()
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    date: datetime | None = None
    received_at: datetime | None = None
    """Date of the topmost Received header, null if there is none that can be read."""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    headers: dict[str, tuple[str, ...]] = {}
    content_type: str = "text/plain"
    body: str = ""
    """Plain text of the body (from HTML where there is no plain part), quoted material included."""
    links: tuple[CloudLink, ...] = ()
    forwarded: tuple[Forwarded, ...] = ()
    parts: tuple[Part, ...] = ()
    """Attachments in order; members of archives are appended by step 1 behind their container."""
    report: str = ""
    """The report-type of a multipart/report (RFC 6522), "" otherwise."""
    returned: Returned | None = None
    """Set where it may be a bounce."""
    auto_body: bool = False
    defects: tuple[str, ...] = ()


class Added(Value):
    """Files that a clerk added: who, the decision's object, and what they join, or open."""

    who: str
    decision: str
    submission: str = ""
    call: str = ""
    unit: str = ""


class Envelope(Value):
    """The write-once sidecar beside a mail: what our own server knew when it took it (contracts §3)."""

    received_at: datetime
    door: str
    """smtp | ses | imap | process | demo | drop | add."""
    mailbox: str = ""
    """The mailbox it was taken from (IMAP) or addressed to (SMTP RCPT), "" if unknown."""
    mail_from: str | None = None
    """The envelope sender; null if unknown, "" for the null reverse-path (RFC 5321 §4.5.5)."""
    file: str = ""
    """The input file's name, for `process`."""
    virus: str = ""
    spam: str = ""
    added: Added | None = None
    """Set where the door is `add`."""
    withheld: str = ""
    """Set where the mailbox did not give the mail itself (IMAP): `too-large` `unfetched`.

    The object holds the mail's head alone, or less; it is quarantined for this reason.
    """
    size: int | None = None
    """Of a withheld mail: its bytes at its server, null if unknown."""
