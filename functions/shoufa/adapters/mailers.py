"""Where outgoing mail goes: a folder of objects (never sent), SES, or an SMTP server."""

import smtplib
import ssl
from email.parser import BytesHeaderParser
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from shoufa.domain.errors import TryAgain
from shoufa.ports import ObjectStore


def _message_id(raw: bytes) -> str:
    return str(BytesHeaderParser().parsebytes(raw)["Message-ID"] or "")


class OutboxMailer:
    """Writes each mail as an object `outbox/<message id>.eml`; nothing leaves the house."""

    def __init__(self, objects: ObjectStore) -> None:
        """Keep the store."""
        self._objects = objects

    def send(self, raw: bytes, sender: str, recipient: str) -> str:  # noqa: ARG002 (the port's signature)
        """Write the mail; a repeat is the same object."""
        used = _message_id(raw)
        self._objects.put(f"outbox/{used.strip('<>').partition('@')[0]}.eml", raw)
        return used


class SesMailer:
    """Sends through SES v2, which writes its own Message-ID and Date."""

    def __init__(self, client: Any) -> None:
        """Keep the client (sesv2)."""
        self._client = client

    def send(self, raw: bytes, sender: str, recipient: str) -> str:
        """Send; the id that SES answered with. Raises TryAgain when it did not take the mail."""
        try:
            sent = self._client.send_email(
                FromEmailAddress=sender,
                Destination={"ToAddresses": [recipient]},
                Content={"Raw": {"Data": raw}},
            )
        except (ClientError, BotoCoreError) as err:
            raise TryAgain("SES did not take the mail") from err
        return str(sent["MessageId"])


class SmtpMailer:
    """Sends through one SMTP server (RFC 5321), with STARTTLS where it is offered."""

    def __init__(self, host: str, port: int, user: str = "", password: str = "") -> None:
        """Keep where to connect and as whom."""
        self._host, self._port, self._user, self._password = host, port, user, password

    def send(self, raw: bytes, sender: str, recipient: str) -> str:
        """Send; its Message-ID. Raises TryAgain when the server did not take it."""
        try:
            with smtplib.SMTP(self._host, self._port, timeout=30) as server:
                server.ehlo()
                if server.has_extn("starttls"):
                    server.starttls(context=ssl.create_default_context())
                elif self._user:
                    raise TryAgain(f"{self._host} offers no STARTTLS; the password is not sent in clear")
                if self._user:
                    server.login(self._user, self._password)
                server.sendmail(sender, [recipient], raw)
        except (OSError, smtplib.SMTPException) as err:
            raise TryAgain(f"{self._host} did not take the mail") from err
        return _message_id(raw)
