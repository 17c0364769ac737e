"""The pull's handler with all that is real behind it: settings, IMAP over TLS, S3 and the table on moto."""

import json
import logging
from collections.abc import Iterator

import pytest

from handlers import pull_mailbox, step1_receive_mail
from shoufa import wiring
from shoufa.domain.errors import MailboxClosed
from shoufa.steps.files import load_envelope
from unit.adapters.imap_server import PASSWORD, USER, ImapServer, certificate
from unit.handlers.test_handlers import CONTEXT, cloud, event, failed, stored, take  # noqa: F401 (a fixture)
from unit.judging.build import START, complete
from unit.steps.world import World, papers


@pytest.fixture
def server(tmp_path_factory, monkeypatch) -> Iterator[ImapServer]:
    pems = certificate(tmp_path_factory.mktemp("certificate"))
    raw = World().written(papers(complete()), START, to=["list@elsewhere.example"])
    made = ImapServer({4: (START, raw)}, wants_id=True)
    made.start(*pems)
    monkeypatch.setenv("SSL_CERT_FILE", str(pems[0]))
    monkeypatch.setenv("IMAP_MAILBOXES", f"imaps://{USER}@localhost:{made.port}?mailbox=a@unit.example")
    monkeypatch.setenv("IMAP_PASSWORDS", json.dumps({USER: PASSWORD}))
    yield made
    made.stop()


def test_where_no_mailbox_is_named_nothing_happens(cloud):  # noqa: F811
    assert pull_mailbox.handler({}, CONTEXT) == {}


def test_a_mail_in_a_mailbox_is_received_as_one_to_that_mailbox(cloud, server):  # noqa: F811
    (done,) = pull_mailbox.handler({}, CONTEXT).values()
    assert done == 1
    house = wiring.house()
    (key,) = house.objects.keys("inbox/mail/")
    assert key.startswith("inbox/mail/imap/")
    assert key.endswith("/0000000007-0000000004")
    known = load_envelope(house.objects, key)
    assert known is not None
    assert (known.mailbox, known.received_at, known.door) == ("a@unit.example", START, "imap")
    assert failed(step1_receive_mail.handler(event(stored(key)), CONTEXT)) == []
    assert [m["template"] for m in take("notices")] == ["receipt"]
    assert list(pull_mailbox.handler({}, CONTEXT).values()) == [0]


def test_of_two_mailboxes_one_that_refuses_keeps_not_the_other(cloud, server, monkeypatch, caplog):  # noqa: F811
    monkeypatch.setattr(logging.Logger.manager, "loggerDict", {})  # loggers keep the level of who came first
    both = f"imaps://other@unit.example@localhost:{server.port} imaps://{USER}@localhost:{server.port}"
    monkeypatch.setenv("IMAP_MAILBOXES", both)
    monkeypatch.setenv("IMAP_PASSWORDS", json.dumps({USER: PASSWORD, "other@unit.example": "wrong"}))
    with pytest.raises(MailboxClosed, match="授权码"):
        pull_mailbox.handler({}, CONTEXT)
    assert len(wiring.house().objects.keys("inbox/mail/")) == 1
    said = [vars(record) for record in caplog.records]
    assert [(r["msg"], "授权码" in r["why"], "authorisation code" in r["why"]) for r in said] == [
        ("mailbox closed", True, True)
    ]
    assert not [word for word in ("unit.example", "wrong", PASSWORD) if word in str(said)]


@pytest.mark.parametrize(
    "said", ["", "{}", "[]", "not json", '{"somebody@unit.example": "x"}', f'{{"{USER}": ""}}']
)
def test_a_mailbox_without_its_password_is_told(cloud, server, monkeypatch, said):  # noqa: F811
    monkeypatch.setenv("IMAP_PASSWORDS", said)
    with pytest.raises(MailboxClosed, match="IMAP_PASSWORDS"):
        pull_mailbox.handler({}, CONTEXT)
    assert server.said == []


def test_settings_of_the_pull(cloud, server, monkeypatch):  # noqa: F811
    monkeypatch.setenv("IMAP_SINCE", "2023-09-01")
    monkeypatch.setenv("IMAP_MAX_MB", "1")
    ((folder, _),) = wiring.mailboxes()
    assert folder.since is not None
    assert (folder.since.isoformat(), folder.max_bytes) == ("2023-09-01", 2**20)
    assert list(pull_mailbox.handler({}, CONTEXT).values()) == [0]
