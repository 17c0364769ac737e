"""Mails made to keep a reader busy for hours: half a megabyte of each is read in a moment, or the reader is quadratic."""

import contextlib
import signal
from collections.abc import Iterator

import pytest

from shoufa.domain.errors import Unreadable
from shoufa.readers.mail import read_mail

SIZE = 500_000
SECONDS = 10
"""A linear reader takes under one, a quadratic one minutes to days."""
HEAD = b"From: a@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
PLAIN, PAGE = b"Content-Type: text/plain\r\n\r\n", b"Content-Type: text/html\r\n\r\n"
UUENCODED = b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\n"


def much(of: bytes) -> bytes:
    return of * (SIZE // len(of))


MAILS = {
    "blanks": HEAD + PLAIN + much(b" ") + b"x",
    "blank-lines": HEAD + PLAIN + much(b" \n"),
    "files-without-end": HEAD + PLAIN + much(b"begin 644 x\r\n"),
    "uuencoded-without-end": HEAD + UUENCODED + much(b"begin 644 x\r\n"),
    "date": HEAD + b"Date: 2023-08-10" + much(b" ") + b"\r\n" + PLAIN,
    "blanks-in-a-subject": HEAD + b"Subject: a" + much(b" ") + b"b\r\n" + PLAIN,
    "words-without-end": HEAD + much(b"Received: " + b"=?u?B?YQ== " * 500 + b"\r\n") + PLAIN,
    "quoted-heads": HEAD + PLAIN + much(b"Date: 2023-1-1" + b" " * 900 + b"x\nFrom: a\n"),
    "boundaries": HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + much(b"--b x\r\n"),
    "addresses": HEAD + b"To: " + much(b"(") + b"\r\n" + PLAIN,
} | {
    f"page-{name}": HEAD + PAGE + much(piece)
    for name, piece in {
        "opened": b"<a ", "closed": b"</", "angles": b"<", "comments": b"<!--", "comments-cut": b"<!-- --", "blocks": b"<div>",
        "declarations": b"<![a", "instructions": b"<?", "quotes": b"<a b='", "quotes-closed": b"<a b=' > '", "titles": b"<title>",
        "scripts": b"<script></s", "values": b"a=", "references": b"&#1", "anchors": b"<a href=x>y</a>",
    }.items()
}  # fmt: skip


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    def ring(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("name", MAILS)
def test_it_is_read_in_a_moment(name: str) -> None:
    with contextlib.suppress(Unreadable):
        read_mail(MAILS[name])


def test_a_page_of_unfinished_tags_still_shows_its_text() -> None:
    raw = HEAD + PAGE + b"<p>first</p><a href='http://x/>second<p title=its>third</p> 1 < 2 <b>fourth"
    assert read_mail(raw)[0].body.split() == ["first", "second", "third", "1", "<", "2", "fourth"]
