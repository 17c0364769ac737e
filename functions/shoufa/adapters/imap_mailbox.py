"""A mailbox at its provider over IMAP4rev1 (RFC 3501) with TLS: read-only, by UID, in bounded answers.

The folder is opened by EXAMINE and mails are taken by BODY.PEEK[], so that nothing there changes, not even a
mark of having been read. After the login the ID command (RFC 2971) is sent: 163, 126 and yeah.net say
`Unsafe Login` to clients that do not name themselves.
"""

import base64
import imaplib
import re
import ssl
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, cast

from shoufa.domain.errors import MailboxClosed, TryAgain, Unreadable, UnreadableCode
from shoufa.domain.mail_folder import MailFolder
from shoufa.ports import About

if TYPE_CHECKING:
    from io import BufferedReader

SECONDS = 30.0
"""How long an answer may stand still."""
MAIL_SECONDS = 600.0
"""How long one mail may take."""
PIECE = 2**16
HEAD_BYTES = 64 * 2**10
"""As much as is taken of a head."""
SLACK = 2**20
"""An answer beside a mail's own bytes: a list of UIDs, a line."""
_ID = '("name" "Shoufa" "version" "1" "vendor" "Shoufa")'
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_UID, _SIZE = re.compile(rb"\bUID (\d+)"), re.compile(rb"\bRFC822\.SIZE (\d+)")
_DATE = re.compile(rb'\bINTERNALDATE "([ \d]\d)-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"')
_BODY = re.compile(rb"\bBODY\[(HEADER)?\]", re.IGNORECASE)


class _TooLarge(TryAgain):
    """An answer that announces more bytes than are taken."""


class _Client(imaplib.IMAP4_SSL):
    """A connection that takes no literal above `most` bytes, and none for longer than until `ends`."""

    most, ends = SLACK, 0.0

    def read(self, size: int) -> bytes:
        """The bytes of a literal, less where the connection ends. Raises _TooLarge, TimeoutError."""
        if size > self.most:
            raise _TooLarge(f"a literal of {size} bytes")
        taken, answers = bytearray(), cast("BufferedReader", self.file)
        while len(taken) < size and (piece := answers.read1(min(size - len(taken), PIECE))):
            taken += piece
            if time.monotonic() > self.ends:
                raise TimeoutError
        return bytes(taken)


class ImapMailbox:
    """`ports.Mailbox` over imaplib; certificates are checked against those that the machine trusts."""

    def __init__(self, folder: MailFolder, password: str, seconds: float = SECONDS) -> None:
        """Keep where to look and as whom; nothing is connected yet."""
        self._folder, self._password, self._seconds = folder, password, seconds
        self._client: _Client | None = None
        self._validity = 0

    def open(self) -> int:
        """Enter the folder anew; its UIDVALIDITY."""
        self.close()
        client = self._connected()
        try:
            self._log_in(client)
            self._validity = self._examined(client)
        except (OSError, imaplib.IMAP4.error) as err:
            _end(client)
            raise self._closed("连接中断，稍后自动重试", "the connection broke: tried again later") from err
        except MailboxClosed:
            _end(client)
            raise
        self._client = client
        return self._validity

    def uids(self, since: date, after: int) -> Sequence[int]:
        """The UIDs of a SEARCH; `n:*` names the last mail even where it is below n."""
        day = f"{since.day}-{_MONTHS[since.month - 1]}-{since.year}"
        try:
            said = self._asked("SEARCH", "UID", f"{after + 1}:*", "SINCE", day)
        except TryAgain as err:
            raise self._closed(
                "不能列出邮件，稍后自动重试；一直如此请联系邮箱服务商",
                "its mails cannot be listed: tried again later; if that goes on, ask the provider",
            ) from err
        words = b" ".join(part for part in said if isinstance(part, bytes)).split()
        return sorted({int(word) for word in words if int(word) > after})

    def about(self, uid: int) -> About:
        """Size and time, as the server has them."""
        said = self._asked("FETCH", str(uid), "(UID RFC822.SIZE INTERNALDATE)")
        for line in (part if isinstance(part, bytes) else part[0] for part in said if part):
            number, size, at = _UID.search(line), _SIZE.search(line), _DATE.search(line)
            if number and int(number[1]) == uid and size and at:
                return About(int(size[1]), _moment(at))
        raise TryAgain(f"{self._folder.id}: nothing was said of mail {uid}")

    def fetch(self, uid: int, *, head: bool = False) -> bytes:
        """The bytes of BODY.PEEK[], or the first 64 KB of BODY.PEEK[HEADER]."""
        most = SLACK if head else self._folder.max_bytes
        wanted = f"(UID BODY.PEEK[HEADER]<0.{HEAD_BYTES}>)" if head else "(UID BODY.PEEK[])"
        try:
            said = self._asked("FETCH", str(uid), wanted, most=most)
        except _TooLarge as err:
            raise Unreadable(UnreadableCode.TOO_LARGE, f"more than {most} bytes") from err
        for part in said:
            if isinstance(part, tuple) and _BODY.search(part[0]):
                return bytes(part[1])
        raise TryAgain(f"{self._folder.id}: mail {uid} was not given")

    def close(self) -> None:
        """Log out where that is still possible."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(OSError, imaplib.IMAP4.error):
                client.logout()
            _end(client)

    def _connected(self) -> _Client:
        """A connection whose server was verified."""
        context = ssl.create_default_context()
        try:
            return _Client(self._folder.host, self._folder.port, ssl_context=context, timeout=self._seconds)
        except ssl.SSLCertVerificationError as err:
            raise self._closed(
                "服务器证书不可信，未登录；自建服务器请用 SSL_CERT_FILE 指明根证书",
                "its certificate is not trusted, nothing was sent; name your own root in SSL_CERT_FILE",
            ) from err
        except (OSError, imaplib.IMAP4.error) as err:
            raise self._closed(
                "连接不上，请检查服务器名、端口（993）和网络",
                "not reached: check its name, the port (993) and the network",
            ) from err

    def _log_in(self, client: _Client) -> None:
        """LOGIN, then say who we are; a server that does not know ID may say BAD."""
        try:
            client.login(f'"{self._folder.user}"', self._password)
        except imaplib.IMAP4.abort:
            raise
        except (imaplib.IMAP4.error, UnicodeError) as err:
            raise self._closed(
                "登录被拒绝。163、126、QQ邮箱请在网页版设置中开启IMAP服务，并填写授权码（不是登录密码）",
                "the login was refused. 163, 126 and QQ want IMAP switched on in their web settings, and an "
                "authorisation code (授权码) in place of the password",
            ) from err
        with suppress(imaplib.IMAP4.error):
            client.xatom("ID", _ID)

    def _examined(self, client: _Client) -> int:
        """EXAMINE; the UIDVALIDITY that it answers with."""
        state, said = client.select(f'"{_utf7(self._folder.folder)}"', readonly=True)
        if state != "OK":
            raise self._refused(b" ".join(part for part in said if isinstance(part, bytes)))
        _, answer = client.response("UIDVALIDITY")
        word = answer[0] if answer else None
        if not isinstance(word, bytes) or not word.isdigit():
            raise self._closed("未给出UIDVALIDITY，不能收取", "it names no UIDVALIDITY: mail cannot be taken")
        return int(word)

    def _refused(self, said: bytes) -> MailboxClosed:
        if b"unsafe login" in said.lower():
            return self._closed(
                "网易提示 Unsafe Login：请在网页邮箱中开启IMAP服务并改用授权码；仍不行时按提示联系网易客服",
                "Unsafe Login: switch IMAP on in the web mailbox and use its authorisation code (授权码); "
                "if that does not help, ask NetEase as it says",
            )
        return self._closed(
            "没有这个文件夹，或不允许打开；请检查 IMAP_MAILBOXES 中的文件夹名",
            "no such folder, or it may not be opened: check the folder's name in IMAP_MAILBOXES",
        )

    def _asked(self, *command: str, most: int = SLACK) -> list[Any]:
        """One UID command and its answer; after a failure of the connection it is made anew."""
        client = self._again()
        try:
            client.most, client.ends = most, time.monotonic() + MAIL_SECONDS
            state, said = client.uid(*command)
        except _TooLarge:
            self._drop()
            raise
        except (imaplib.IMAP4.abort, OSError) as err:
            self._drop()
            raise TryAgain(f"{self._folder.host}: the connection broke ({type(err).__name__})") from err
        except imaplib.IMAP4.error as err:
            raise TryAgain(f"{self._folder.host}: {command[0]} was refused") from err
        if state != "OK":
            raise TryAgain(f"{self._folder.host}: {command[0]} was answered {state}")
        return said

    def _again(self) -> _Client:
        """The connection; a new one has to show the same folder."""
        if self._client is None:
            before = self._validity
            if self.open() != before:
                self.close()
                raise TryAgain(f"{self._folder.id}: UIDVALIDITY changed meanwhile")
        if self._client is None:
            raise TryAgain(f"{self._folder.id}: not open")
        return self._client

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            _end(client)

    def _closed(self, zh: str, en: str) -> MailboxClosed:
        host = self._folder.host
        return MailboxClosed(f"{host}（{self._folder.id}）：{zh} / {host} ({self._folder.id}): {en}")


def _moment(said: re.Match[bytes]) -> datetime:
    """An INTERNALDATE (RFC 3501 §2.3.3) as a moment. Raises TryAgain where there is no such day."""
    day, month, year, hour, minute, second, sign, hours, minutes = (part.decode() for part in said.groups())
    away = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
    try:
        clock = (int(hour), int(minute), min(int(second), 59))
        return datetime(int(year), _MONTHS.index(month.title()) + 1, int(day), *clock, tzinfo=timezone(away))
    except ValueError as err:
        raise TryAgain("an INTERNALDATE that is no time") from err


def _utf7(name: str) -> str:
    """A folder's name as IMAP writes it (RFC 3501 §5.1.3), with quotes and backslashes escaped."""
    pieces = re.split(r"([^\x20-\x7e]+)", name)  # every second one is to be written in base64
    written = "".join(_shifted(p) if n % 2 else p.replace("&", "&-") for n, p in enumerate(pieces))
    return re.sub(r'([\\"])', r"\\\1", written)


def _shifted(text: str) -> str:
    code = base64.b64encode(text.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
    return f"&{code}-"


def _end(client: _Client) -> None:
    """End a connection of which nobody knows where its answers stand."""
    with suppress(OSError):
        client.shutdown()
