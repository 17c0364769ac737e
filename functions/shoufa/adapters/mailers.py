"""Where outgoing mail goes: a folder of objects (never sent), SES, or an SMTP server."""

import smtplib
import ssl
from contextlib import suppress
from email.parser import BytesHeaderParser
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from shoufa.domain.errors import MaybeSent, TryAgain
from shoufa.ports import ObjectStore

REFUSES = 400
"""Answers from here on are refusals (RFC 5321 §4.2.1)."""


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
        """Keep the client (sesv2), which must not repeat a call by itself: each would be a mail."""
        self._client = client

    def send(self, raw: bytes, sender: str, recipient: str) -> str:
        """Send; the id that SES answered with. MaybeSent where no answer came, TryAgain where it refused."""
        try:
            sent = self._client.send_email(
                FromEmailAddress=sender,
                Destination={"ToAddresses": [recipient]},
                Content={"Raw": {"Data": raw}},
            )
        except ClientError as err:
            if err.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:
                raise MaybeSent("SES failed while it had the mail") from err
            raise TryAgain("SES did not take the mail") from err
        except (ConnectTimeoutError, EndpointConnectionError) as err:
            raise TryAgain("SES was not reached") from err
        except BotoCoreError as err:
            raise MaybeSent("SES did not answer") from err
        return str(sent["MessageId"])


class SmtpMailer:
    """Sends through one SMTP server (RFC 5321), with STARTTLS where it is offered."""

    def __init__(self, host: str, port: int, user: str = "", password: str = "") -> None:
        """Keep where to connect and as whom."""
        self._host, self._port, self._user, self._password = host, port, user, password

    def send(self, raw: bytes, sender: str, recipient: str) -> str:
        """Send; its Message-ID.

        TryAgain where the server did not take it; MaybeSent where it had the text and its answer never came
        (RFC 5321 §4.2.5: only the answer to the end of the text tells who is responsible for the mail).
        """
        try:
            server = smtplib.SMTP(self._host, self._port, timeout=30)
        except (OSError, smtplib.SMTPException) as err:
            raise TryAgain(f"{self._host} was not reached") from err
        try:
            size = [f"size={len(raw)}"]
            self._address(server, sender, recipient, size)
            self._hand_over(server, raw)
        except (OSError, smtplib.SMTPException) as err:
            raise TryAgain(f"{self._host} did not take the mail") from err
        finally:
            server.close()
        return _message_id(raw)

    def _address(self, server: smtplib.SMTP, sender: str, recipient: str, size: list[str]) -> None:
        """All that comes before the text."""
        server.ehlo_or_helo_if_needed()
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        elif self._user:
            raise TryAgain(f"{self._host} offers no STARTTLS; the password is not sent in clear")
        if self._user:
            server.login(self._user, self._password)
        _accepted(server.mail(sender, size if server.has_extn("size") else ()))
        _accepted(server.rcpt(recipient))

    def _hand_over(self, server: smtplib.SMTP, raw: bytes) -> None:
        """The text, and the answer to it; what the server says to the farewell changes nothing."""
        try:
            answer = server.data(raw)
        except smtplib.SMTPDataError:  # it did not want to hear the text
            raise
        except (OSError, smtplib.SMTPException) as err:
            raise MaybeSent(f"{self._host} had the mail and did not answer") from err
        _accepted(answer)
        with suppress(OSError, smtplib.SMTPException):
            server.quit()


def _accepted(answer: tuple[int, bytes]) -> None:
    """Raise SMTPResponseException where a server's answer is a refusal."""
    code, said = answer
    if code >= REFUSES:
        raise smtplib.SMTPResponseException(code, said)
