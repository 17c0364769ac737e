"""A mail server of a few lines on this machine: as much of IMAP4rev1 (RFC 3501) over TLS as the adapter speaks.

It behaves as the real ones do where that matters: it refuses whoever does not name itself (as 163 does), names
the last mail for `n:*`, says things that nobody asked for, and changes what it is told to change, so that a
client which alters anything is seen.
"""

import re
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
USER, PASSWORD = "unit@unit.example", 'code with " and \\'


def certificate(folder: Path, name: str = "localhost") -> tuple[Path, Path]:
    """A self-signed certificate and its key, as PEM files."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return pem, secret


@dataclass
class ImapServer:
    """What the server holds, how it misbehaves, and what it was told.

    `wants_id`: EXAMINE says `Unsafe Login` without ID. `drops`: connections end at the body of these UIDs.
    `silent`: an answer without bytes. `refused`: NO. `sizes`: what RFC822.SIZE says instead of the truth.
    """

    mails: dict[int, tuple[datetime, bytes]] = field(default_factory=dict)
    folders: set[str] = field(default_factory=lambda: {"INBOX"})
    validity: int = 7
    wants_id: bool = False
    drops: set[int] = field(default_factory=set)
    silent: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    stalls: set[int] = field(default_factory=set)
    refuses: set[str] = field(default_factory=set)
    sizes: dict[int, int] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    port: int = 0

    def start(self, pem: Path, key: Path) -> None:
        """Listen on a free port of this machine."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem, key)
        self._context, self._listener = context, socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self) -> None:
        """Listen no more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                talk, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(talk,), daemon=True).start()

    def _talk(self, plain: socket.socket) -> None:
        with suppress(OSError), self._context.wrap_socket(plain, server_side=True) as talk:
            _Session(self, talk).run()


class _Session:
    """One connection."""

    def __init__(self, server: ImapServer, talk: ssl.SSLSocket) -> None:
        self.server, self.talk = server, talk
        self.named = False

    def run(self) -> None:
        self.send("* OK here")
        with self.talk.makefile("rb") as lines:
            while line := lines.readline():
                tag, _, command = line.decode().strip().partition(" ")
                self.server.said.append(command)
                verb, _, rest = command.partition(" ")
                answer = getattr(self, f"_{verb.lower()}", None)
                if answer is None:
                    self.send(f"{tag} BAD {verb} is not known")
                    continue
                done = answer(rest)
                if done is None:
                    return
                self.send(f"{tag} {done}")

    def send(self, line: str) -> None:
        self.talk.sendall(line.encode() + b"\r\n")

    def _capability(self, _: str) -> str:
        self.send("* CAPABILITY IMAP4rev1 ID")
        return "OK done"

    def _login(self, rest: str) -> str:
        quoted = PASSWORD.replace("\\", "\\\\").replace('"', '\\"')
        return "OK welcome" if rest == f'"{USER}" "{quoted}"' else "NO LOGIN Login error or password error"

    def _id(self, rest: str) -> str:
        self.named = '"name"' in rest
        self.send("* ID NIL")
        return "OK ID completed"

    def _examine(self, rest: str) -> str:
        if self.server.wants_id and not self.named:
            return "NO EXAMINE Unsafe Login. Please contact kefu@188.com for help"
        if rest.strip('"') not in self.server.folders:
            return "NO no such folder"
        self.send(f"* {len(self.server.mails)} EXISTS")
        self.send(f"* OK [UIDVALIDITY {self.server.validity}] UIDs valid")
        return "OK [READ-ONLY] EXAMINE completed"

    def _logout(self, _: str) -> str:
        self.send("* BYE")
        return "OK bye"

    def _uid(self, rest: str) -> str | None:
        verb, _, what = rest.partition(" ")
        if verb in self.server.refuses:
            return f"NO {verb} is not for you"
        if verb == "SEARCH":
            return self._search(what)
        number, _, items = what.partition(" ")
        return self._fetch(int(number), items) if verb == "FETCH" else "BAD not here"

    def _search(self, what: str) -> str:
        found = re.fullmatch(r"UID (\d+):\* SINCE (\d+)-(\w{3})-(\d{4})", what)
        assert found, what
        day = datetime(int(found[4]), MONTHS.index(found[3]) + 1, int(found[2])).date()
        uids = [u for u, (at, _) in sorted(self.server.mails.items()) if at.date() >= day]
        shown = [u for u in uids if u >= int(found[1])] or uids[-1:]
        self.send("* SEARCH" + "".join(f" {u}" for u in shown))
        return "OK SEARCH completed"

    def _fetch(self, uid: int, items: str) -> str | None:
        server = self.server
        if uid in server.refused:
            return "NO server busy"
        if uid not in server.mails:
            return "OK FETCH completed"
        at, raw = server.mails[uid]
        self.send(f"* {len(server.mails)} EXISTS")
        self.send('* 1 FETCH (UID 999 RFC822.SIZE 1 INTERNALDATE "01-Jan-2000 00:00:00 +0000")')
        if "BODY" not in items:
            day = f"{at.day:2d}-{MONTHS[at.month - 1]}-{at:%Y %H:%M:%S %z}"
            size = server.sizes.get(uid, len(raw))
            self.send(f'* 1 FETCH (INTERNALDATE "{day}" UID {uid} RFC822.SIZE {size})')
            return "OK FETCH completed"
        if "BODY.PEEK" not in items:
            return "BAD this would mark the mail as read"
        return self._body(uid, raw, items)

    def _body(self, uid: int, raw: bytes, items: str) -> str | None:
        server, head = self.server, "HEADER" in items
        if uid in server.silent and not head:
            return "OK FETCH completed"
        if head:
            part = re.search(r"<0\.(\d+)>", items)
            raw = (raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")[: int(part[1]) if part else None]
        name = "BODY[HEADER]<0>" if head else "BODY[]"
        self.talk.sendall(f"* 1 FETCH ({name} {{{len(raw)}}}\r\n".encode())
        if uid in server.drops and not head:
            self.talk.sendall(raw[: len(raw) // 2])
            return None
        if uid in server.stalls and not head:
            threading.Event().wait(5)
            return None
        self.talk.sendall(raw)
        self.send(f" UID {uid})")
        return "OK FETCH completed"
