"""Mails as Chinese clients write them; the same bytes on every run: fixed dates, boundaries and ids."""

import base64
import hashlib
import textwrap
from datetime import datetime
from email.utils import format_datetime
from typing import NamedTuple

_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf", "jpg": "image/jpeg", "zip": "application/x-zip-compressed",
}  # fmt: skip


class Mail(NamedTuple):
    """One mail; `received` is when the office's server took it, `more` are further headers."""

    sender: tuple[str, str]
    to: tuple[str, str]
    subject: str
    received: datetime
    body: str
    files: tuple[tuple[str, bytes], ...] = ()
    charset: str = "utf-8"
    more: tuple[tuple[str, str], ...] = ()


def to_bytes(mail: Mail) -> bytes:
    """The mail with CRLF (RFC 5322)."""
    seed = hashlib.sha256(f"{mail.sender}{mail.received}{mail.subject}".encode()).hexdigest()
    lines = [*_headers(mail, seed)]
    if not mail.files:
        lines += [*_text_part(mail), ""]
        return "\r\n".join(lines).encode("ascii")
    boundary = f"----=_Part_{seed[:16]}"
    lines += [f'Content-Type: multipart/mixed; boundary="{boundary}"', "", f"--{boundary}", *_text_part(mail)]
    for name, data in mail.files:
        lines += ["", f"--{boundary}", *_file_part(name, data, mail.charset)]
    return "\r\n".join([*lines, "", f"--{boundary}--", ""]).encode("ascii")


def _headers(mail: Mail, seed: str) -> list[str]:
    domain = mail.sender[1].partition("@")[2]
    stamp = format_datetime(mail.received)
    host = f"192.0.2.{int(seed[:2], 16)}"
    auth = f"mx.example.org; spf=pass smtp.mailfrom={domain}; dkim=pass header.d={domain}; dmarc=pass"
    return [
        f"Received: from mail.{domain} (mail.{domain} [{host}])\r\n\tby mx.example.org with ESMTPS; {stamp}",
        f"Authentication-Results: {auth}",
        f"Date: {stamp}", f"From: {_word(mail.sender[0], mail.charset)} <{mail.sender[1]}>",
        f"To: {_word(mail.to[0], mail.charset)} <{mail.to[1]}>",
        f"Subject: {_word(mail.subject, mail.charset)}", f"Message-ID: <{seed[:20]}@{domain}>",
        *(f"{name}: {value}" for name, value in mail.more), "MIME-Version: 1.0",
    ]  # fmt: skip


def _word(text: str, charset: str) -> str:
    """Encoded words (RFC 2047), folded, no character cut in two."""
    if text.isascii():
        return text
    pieces = textwrap.wrap(text, 14, drop_whitespace=False, break_on_hyphens=False)
    words = (base64.b64encode(p.encode(charset)).decode() for p in pieces)
    return "\r\n ".join(f"=?{charset.upper()}?B?{w}?=" for w in words)


def _text_part(mail: Mail) -> list[str]:
    return [
        f"Content-Type: text/plain; charset={mail.charset}", "Content-Transfer-Encoding: base64", "",
        *_base64(mail.body.encode(mail.charset)),
    ]  # fmt: skip


def _file_part(name: str, data: bytes, charset: str) -> list[str]:
    """An attachment; its name in encoded words within quotes: usual here, though RFC 2047 forbids it."""
    kind = _TYPES[name.rpartition(".")[2]]
    word = _word(name, charset)
    return [
        f'Content-Type: {kind};\r\n name="{word}"', "Content-Transfer-Encoding: base64",
        f'Content-Disposition: attachment;\r\n filename="{word}"', "", *_base64(data),
    ]  # fmt: skip


def _base64(data: bytes) -> list[str]:
    text = base64.b64encode(data).decode()
    return [text[i : i + 76] for i in range(0, len(text), 76)] or [""]
