"""What the steps need of the outside world; each port's fake and adapter pass one contract test."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from shoufa.domain.facts import Facts
from shoufa.domain.ledger import Entry, Head
from shoufa.domain.mail import InboundMail, Part


class ObjectStore(Protocol):
    """Write-once objects by key."""

    def put(self, key: str, data: bytes) -> bool:
        """Write if absent; False if the key was there already (its bytes are left alone)."""

    def get(self, key: str) -> bytes | None:
        """The bytes, or None if there is no such object."""

    def exists(self, key: str) -> bool:
        """Whether the key is there."""

    def keys(self, prefix: str, after: str = "", limit: int = 0) -> Sequence[str]:
        """Keys that begin with `prefix`, sorted; never on a mail's way.

        Those behind the key `after` only; at most `limit` of them, where that is not 0.
        """

    def retain(self, key: str, until: datetime) -> None:
        """Protect the object against deletion until then (GOVERNANCE retention); extends, never shortens."""

    def erase(self, key: str) -> int:
        """Remove the object, every version of it, whatever protects it; how many there were.

        Only for what was ordered to be erased. Raises TryAgain where that is not permitted.
        """


class Ledger(Protocol):
    """Append-only chains with their heads. All writes are conditional."""

    def head(self, submission: str) -> Head | None:
        """The end of a chain, or None if there is none."""

    def append(self, changes: Sequence["Change"], claims: Mapping[str, str]) -> bool:
        """Append in one transaction: all heads as expected, all claims free (or ours), else nothing.

        `claims` maps unique names (fingerprint, receipt number, notice id) to their owner. False: somebody
        was first.
        """

    def entries(self, submission: str) -> Sequence[Entry]:
        """All entries of a chain, in order."""

    def claimed(self, name: str) -> str | None:
        """Who holds a claim, or None."""


class Change:
    """Entries to append to one chain; `expected` is the head they were made from."""

    def __init__(self, expected: Head, entries: Sequence[Entry], state: Mapping[str, Any]) -> None:
        """Keep the three; the new head is derived."""
        self.expected = expected
        self.entries = tuple(entries)
        last = self.entries[-1]
        self.head = Head(submission=expected.submission, seq=last.seq, hash=last.hash, state=dict(state))


class Index(Protocol):
    """Rebuildable look-ups beside the ledger: written after the commit, queried, never claimed."""

    def write(self, group: str, key: str, value: Mapping[str, str]) -> None:
        """Put one item into a group, replacing the one of the same key."""

    def drop(self, group: str, key: str) -> None:
        """Remove one item; nothing happens if it is not there."""

    def find(
        self, group: str, until: str | None = None, after: str = ""
    ) -> Sequence[tuple[str, Mapping[str, str]]]:
        """The items of a group by key, in order, behind the key `after` up to and including `until`."""


class Queues(Protocol):
    """Messages of ids to the next steps."""

    def send(self, queue: str, message: Mapping[str, Any], group: str = "") -> None:
        """Send one message: `mails` `decisions` `documents` `submissions` (FIFO, by group) or `notices`."""


class Mailer(Protocol):
    """Sends a ready-made message."""

    def send(self, raw: bytes, sender: str, recipient: str) -> str:
        """Send; the message id it went out under.

        Raises MaybeSent where that cannot be known, TryAgain where it surely did not go out.
        """


class About(NamedTuple):
    """What a mailbox says of a mail without giving it: size in bytes, and when it came (INTERNALDATE)."""

    size: int
    received_at: datetime


class Mailbox(Protocol):
    """One folder of a mailbox at its provider: looked at, never changed, nothing marked as read.

    `about` and `fetch` raise TryAgain where the answer fails. A lost connection is made again at the next
    call, which may raise MailboxClosed.
    """

    def open(self) -> int:
        """Enter the folder; its UIDVALIDITY. Raises MailboxClosed where it is not reached, or refuses."""

    def uids(self, since: date, after: int) -> Sequence[int]:
        """UIDs of the mails that came on that day or later, in order, those above `after` only.

        It may name earlier mails, too: servers count days in zones of their own. Raises MailboxClosed where
        they are not told.
        """

    def about(self, uid: int) -> About:
        """Size and time of one mail."""

    def fetch(self, uid: int, *, head: bool = False) -> bytes:
        """The whole mail, or the beginning of its head. Raises Unreadable("too-large") over the limit."""

    def close(self) -> None:
        """Leave; never fails."""


class Readers(Protocol):
    """Untrusted bytes to values, in workers that can be killed."""

    def read_mail(self, raw: bytes) -> tuple[InboundMail, dict[str, bytes]]:
        """The mail and its parts' bytes by digest; raises Unreadable."""

    def expand(
        self, data: bytes, path: str, container: str, rest: Sequence[bytes] = ()
    ) -> tuple[list[Part], dict[str, bytes]]:
        """All files inside an archive, nested ones included, and their bytes by digest; raises Unreadable.

        `rest`: the other volumes of an archive that was sent divided, in order.
        """

    def read_document(self, data: bytes, name: str) -> tuple[Facts, dict[str, bytes]]:
        """The facts of one file, and pictures of its seals; an unreadable one has its code in the facts.

        Of the n-th of `facts.places` the pictures `<n>` and `<n>.ring` (JPEG), as far as there are any.
        """


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """The present, with its zone."""
