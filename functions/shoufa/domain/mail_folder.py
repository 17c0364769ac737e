"""A folder of a mailbox at its provider, from which mail is taken by IMAP, as the settings name it."""

import re
from datetime import date
from hashlib import sha256
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from shoufa.domain.errors import MailboxClosed
from shoufa.domain.value import Value

PORT = 993
MAX_BYTES = 60 * 2**20
"""A larger mail is not taken, by no door."""
_PLAIN = re.compile(r"[!#-\[\]-~]{1,320}")
"""A user's name in visible ASCII, without the quote and the backslash, which IMAP would have to escape."""
_ADDRESS = re.compile(r"[^\s<>@,;]+@[^\s<>@,;]+")


class MailFolder(Value):
    """Where to look: server, user, folder; whose mailbox it is; from which day on, and up to which size."""

    host: str
    port: int = PORT
    user: str
    folder: str = "INBOX"
    mailbox: str
    """The address that people write to, in lower case."""
    since: date | None = None
    """Mail that came before this day (Asia/Shanghai) is left; None: before the day of the first look."""
    max_bytes: int = MAX_BYTES

    @property
    def id(self) -> str:
        """16 hex digits of account and folder: what logs and keys call it, which name nobody."""
        return sha256(f"{self.host}\n{self.user}\n{self.folder}".encode()).hexdigest()[:16]


def mail_folders(urls: str, since: str = "", max_bytes: int = MAX_BYTES) -> tuple[MailFolder, ...]:
    """The folders that `imaps://user@host[:port][/folder][?mailbox=address]` name, separated by blanks.

    As in RFC 5092; the user may hold an @ as it is. `since`: a day, `2023-07-01`. Raises MailboxClosed where
    something cannot be understood, or a folder is named twice.
    """
    said = {"since": _day(since), "max_bytes": max_bytes}
    found = tuple(
        MailFolder.model_validate({**_read(n, url), **said}) for n, url in enumerate(urls.split(), 1)
    )
    if len({f.id for f in found}) < len(found):
        raise MailboxClosed(
            "IMAP_MAILBOXES：同一文件夹写了两次，请删去一个 / a folder stands there twice: remove one"
        )
    return found


def _day(text: str) -> date | None:
    """A day, None for nothing."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as err:
        raise MailboxClosed("IMAP_SINCE：请写成 2023-07-01 / write it as 2023-07-01") from err


def _read(number: int, url: str) -> dict[str, object]:
    """One URL; what is wrong is said without the URL, which may hold an address or a password."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORT
    except ValueError as err:
        raise _wrong(number) from err
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    user = unquote(user)
    mailbox = _mailbox(parts, user)
    if password:
        raise MailboxClosed(
            f"IMAP_MAILBOXES：第{number}个写有密码，请改写入 IMAP_PASSWORDS"
            f" / number {number} holds a password: it belongs in IMAP_PASSWORDS"
        )
    if parts.scheme != "imaps" or not parts.hostname or not _PLAIN.fullmatch(user) or not mailbox:
        raise _wrong(number)
    folder = unquote(parts.path.strip("/")) or "INBOX"
    if not folder.isprintable():
        raise _wrong(number)
    return {"host": parts.hostname, "port": port, "user": user, "folder": folder, "mailbox": mailbox}


def _mailbox(parts: SplitResult, user: str) -> str:
    """The address that people write to: as said, else the user's name where that is one."""
    said = parse_qs(parts.query).get("mailbox", [user])[0].strip().lower()
    return said if _ADDRESS.fullmatch(said) else ""


def _wrong(number: int) -> MailboxClosed:
    return MailboxClosed(
        f"IMAP_MAILBOXES：第{number}个看不懂，应为 imaps://用户名@服务器/文件夹；用户名不是邮箱地址时加 ?mailbox=地址"
        f" / number {number} cannot be understood: imaps://user@server/folder, and ?mailbox=address"
        " where the user is no address"
    )
