"""The SMTP door on loopback (RFC 5321): 250 only when the mail is durable; strangers' mailboxes get 550.

Meant for a mail server on this machine that forwards the units' mailboxes here; it speaks no TLS and asks for
no password, so it listens on the loopback address only. Library: aiosmtpd (Apache-2.0).
"""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Callable
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from local.mail_room import MailRoom, mail_key
from shoufa.domain.errors import TryAgain
from shoufa.domain.mail import Envelope
from shoufa.domain.moments import stamp

if TYPE_CHECKING:
    from aiosmtpd.smtp import Envelope as SmtpEnvelope
    from aiosmtpd.smtp import Session

    from shoufa.ports import Clock

HOST = "127.0.0.1"
MAX_BYTES = 60 * 2**20
MAX_CONNECTIONS, MAX_TRANSFERS = 40, 3
"""Connections at once, and bodies held in memory at once; who comes beyond is asked to come back (421)."""
MAX_RECIPIENTS = 100
SECONDS = 300
"""A command, or a whole body, that takes longer ends the connection (RFC 5321 §4.5.3.2)."""
_NAME = re.compile(r"[^A-Za-z0-9.:\[\]-]+")
_ADDRESS = re.compile(r"[^\s<>\x00-\x1f]{1,254}@[^\s<>@\x00-\x1f]{1,253}")


class Door:
    """The handler that aiosmtpd asks at each command."""

    def __init__(
        self, room: MailRoom, clock: Clock, is_ours: Callable[[str], bool], tell: Callable[[str], None]
    ) -> None:
        """Keep the room, the clock, whose mailboxes are ours, and who is told."""
        self._room = room
        self._clock = clock
        self._is_ours = is_ours
        self._tell = tell

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's own name)
        self, server: Any, session: Session, envelope: SmtpEnvelope, address: str, options: list[str]
    ) -> str:
        """Accept a unit's mailbox only."""
        del server, session
        if not _ADDRESS.fullmatch(address) or not self._is_ours(address.lower()):
            return "550 5.1.1 not a mailbox of this office"
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 too many recipients"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: SmtpEnvelope) -> str:  # noqa: N802
        """Make the mail durable, then say 250; 452 where the disk did not take it."""
        del server
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(None, self._file, session, envelope)
        except TryAgain as err:
            self._tell(f"SMTP：未收下，对方会重发 / not taken, the sender will try again ({err})")
            return "452 4.3.1 cannot store the mail now, try again later"

    async def handle_exception(self, error: Exception) -> str:
        """Ask to come back: nothing was taken."""
        self._tell(f"SMTP：{type(error).__name__}")
        return "451 4.3.0 something is wrong here, try again later"

    def _file(self, session: Session, envelope: SmtpEnvelope) -> str:
        """Write the mail with its trace headers (RFC 5321 §4.4)."""
        now = self._clock.now()
        to = [address.lower() for address in dict.fromkeys(envelope.rcpt_tos)]
        peer = _NAME.sub("?", str(session.peer[0] if session.peer else ""))[:60]
        helo = _NAME.sub("?", session.host_name or "")[:120]
        head = f"Received: from {helo} ([{peer}])\r\n by shoufa with ESMTP;\r\n {format_datetime(now)}\r\n"
        head += "".join(f"Delivered-To: {address}\r\n" for address in to)
        raw = head.encode("utf-8", "replace") + (envelope.original_content or b"")
        name = f"{re.sub('[^0-9]', '', stamp(now).partition('+')[0])}-{uuid.uuid4().hex[:12]}"
        sender = (envelope.mail_from or "").strip("<>").encode("utf-8", "replace").decode()  # GBK comes here
        known = Envelope(received_at=now, door="smtp", mailbox=to[0], mail_from=sender)
        self._room.take(mail_key("smtp", name), raw, known)
        return f"250 2.0.0 filed as {name}"


class BoundedSmtp(SMTP):
    """A connection that counts: too many at once are sent away, and few bodies are in memory at once."""

    line_length_limit = 2**20
    """Broken clients write a body in one line; RFC 5321's 1,000 would refuse what others take."""

    def __init__(self, handler: Door, counts: Counts, **more: Any) -> None:
        """Keep the counts that all connections share."""
        super().__init__(handler, **more)
        self._counts = counts

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, or send away."""
        self._counts.connections += 1
        super().connection_made(transport)
        if self._counts.connections > MAX_CONNECTIONS and isinstance(transport, asyncio.Transport):
            transport.write(b"421 4.7.0 too many connections, come back later\r\n")
            transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        """Count down."""
        self._counts.connections -= 1
        super().connection_lost(error)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 (aiosmtpd's own name)
        """Take a body when one of the few places is free."""
        async with self._counts.transfers:
            await super().smtp_DATA(arg)


class Counts:
    """What all connections of one door share."""

    def __init__(self) -> None:
        """None yet."""
        self.connections = 0
        self.transfers = asyncio.Semaphore(MAX_TRANSFERS)


class SmtpDoor(Controller):
    """The door in a thread of its own: `start`, `stop`. OSError where the port is taken."""

    def __init__(self, door: Door, port: int) -> None:
        """Keep the handler; port 0 takes a free one."""
        super().__init__(door, hostname=HOST, port=port, ready_timeout=20)
        self._counts = Counts()

    def factory(self) -> SMTP:
        """Make the protocol of one connection."""
        words = {"ident": "Shoufa", "timeout": SECONDS, "enable_SMTPUTF8": True}
        return BoundedSmtp(self.handler, self._counts, data_size_limit=MAX_BYTES, loop=self.loop, **words)
