"""The three kinds of error: the applicant's file, the world's fault, and (anything else) a bug."""

import difflib
from collections.abc import Sequence
from enum import StrEnum


class UnreadableCode(StrEnum):
    """Why a file could not be read; each is also the tail of a finding code `file.<code>`."""

    UNREADABLE = "unreadable"
    ENCRYPTED = "encrypted"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too-large"


class ShoufaError(Exception):
    """Base of our own errors."""


class Unreadable(ShoufaError):
    """The applicant's file is at fault: record it, tell the applicant, go on.

    `code` says which finding it becomes; `reason` is a short English phrase for the operator.
    """

    def __init__(self, code: UnreadableCode | str, reason: str = "") -> None:
        """Keep code and reason."""
        super().__init__(f"{code}: {reason}" if reason else str(code))
        self.code = UnreadableCode(code)
        self.reason = reason


class TryAgain(ShoufaError):
    """The world is at fault (throttling, a lost race, a worker that would not start): redeliver."""


class MaybeSent(TryAgain):
    """A mail went out or did not: the answer never came. Sending it again may repeat it."""


class Damaged(ShoufaError):
    """A stored object is not what was written: a disk lost part of it, or a hand changed it."""

    def __init__(self, key: str) -> None:
        """Say which, in both languages, and what to do."""
        super().__init__(
            f"存储的对象已损坏：{key}；请从备份恢复这个文件后再试，其他内容不受影响。"
            f"/ A stored object is damaged: {key}. Restore this file from a backup; nothing else is touched."
        )
        self.key = key


class MailboxClosed(ShoufaError):
    """A mailbox that mail is taken from cannot be opened: not reached, or refused.

    The message says what to do, in Chinese and English, and names no address and no password.
    """


class FieldError(ValueError):
    """A value of a definition that does not fit another one; `path` says where it stands."""

    def __init__(self, path: tuple[str | int, ...], zh: str, en: str) -> None:
        """Keep the path; the message has both languages."""
        super().__init__(f"{zh} / {en}")
        self.path = path


def no_such(zh: str, en: str, name: str, known: Sequence[str]) -> tuple[str, str]:
    """Words for a name that stands for nothing, with the one that was probably meant."""
    near = difflib.get_close_matches(name, known, 1)
    meant = (f"；是否为 {near[0]}？", f"; did you mean {near[0]}?") if near else ("", "")
    return (
        f"没有{zh} {name}{meant[0]}；已有：{'、'.join(known) or '无'}",
        f"there is no {en} {name}{meant[1]}; known: {', '.join(known) or 'none'}",
    )
