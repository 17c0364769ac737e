"""SMTP as the adapter speaks it (adapters/mailers.py), against a server of a few lines on this machine."""

import socket
import threading

import pytest

from shoufa.adapters.mailers import SmtpMailer
from shoufa.domain.errors import MaybeSent, TryAgain

RAW = b"Message-ID: <n1@unit.example>\r\nSubject: x\r\n\r\nbody\r\n.\r\nend\r\n"


class Server(threading.Thread):
    """One conversation of RFC 5321; `refuse` is the command that is answered with 550.

    `DROP` hangs up when it has the text; `MAIL-DROP` when it hears the sender; `TEXT` is refused after the text.
    """

    def __init__(self, refuse: str = "") -> None:
        super().__init__(daemon=True)
        self._refuse = refuse
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.said: list[str] = []
        self.data = b""

    def run(self) -> None:
        talk, _ = self._listener.accept()
        with talk, talk.makefile("rb") as lines:
            talk.sendall(b"220 here\r\n")
            while line := lines.readline():
                command = line.decode().strip()
                self.said.append(command)
                if self._refuse == "MAIL-DROP" and command.upper().startswith("MAIL"):
                    return
                if self._refuse and command.upper().startswith(self._refuse):
                    talk.sendall(b"550 no\r\n")
                elif command.upper() == "DATA":
                    talk.sendall(b"354 go\r\n")
                    while (more := lines.readline()) != b".\r\n":
                        self.data += more
                    if self._refuse == "DROP":
                        return
                    talk.sendall(b"554 no\r\n" if self._refuse == "TEXT" else b"250 taken\r\n")
                elif command.upper() == "QUIT":
                    talk.sendall(b"221 bye\r\n")
                    return
                else:
                    talk.sendall(b"250 ok\r\n")


@pytest.fixture
def server(request):
    made = Server(getattr(request, "param", ""))
    made.start()
    yield made
    made.join(5)


def test_a_mail_is_handed_over_whole(server):
    used = SmtpMailer("127.0.0.1", server.port).send(RAW, "shoufa@unit.example", "z@x.example")
    assert used == "<n1@unit.example>"
    assert server.data == RAW.replace(b"\r\n.\r\n", b"\r\n..\r\n")
    assert any(s.lower().startswith("mail from:<shoufa@unit.example>") for s in server.said)
    assert any(s.lower().startswith("rcpt to:<z@x.example>") for s in server.said)


@pytest.mark.parametrize("server", ["MAIL", "RCPT", "DATA"], indirect=True)
def test_a_refusal_is_tried_again(server):
    with pytest.raises(TryAgain, match=r"127\.0\.0\.1"):
        SmtpMailer("127.0.0.1", server.port).send(RAW, "shoufa@unit.example", "z@x.example")
    assert server.data == b""


@pytest.mark.parametrize("server", ["DROP"], indirect=True)
def test_a_server_that_had_the_text_and_did_not_answer_may_have_sent_it(server):
    with pytest.raises(MaybeSent):
        SmtpMailer("127.0.0.1", server.port).send(RAW, "shoufa@unit.example", "z@x.example")
    assert server.data


@pytest.mark.parametrize("server", ["MAIL-DROP", "MAIL", "RCPT", "DATA", "TEXT"], indirect=True)
def test_what_surely_did_not_go_out_is_a_refusal(server):
    with pytest.raises(TryAgain) as refused:
        SmtpMailer("127.0.0.1", server.port).send(RAW, "shoufa@unit.example", "z@x.example")
    assert refused.type is TryAgain


@pytest.mark.parametrize("server", ["QUIT"], indirect=True)
def test_a_rude_farewell_changes_nothing(server):
    assert (
        SmtpMailer("127.0.0.1", server.port).send(RAW, "shoufa@unit.example", "z@x.example")
        == "<n1@unit.example>"
    )
