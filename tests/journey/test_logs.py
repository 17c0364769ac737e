"""What the functions log, and what the ledger says, holds nothing of a mail: no subject, address, name, file's name or word."""

import json
import logging
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.utils import getaddresses
from pathlib import Path

import pytest

from local.demo_office import write_demo_calls
from local.process import ROOT, Saved, find_mails, run_mails, stack
from shoufa.adapters.mailers import OutboxMailer
from shoufa.domain.errors import TryAgain

MAILS = ROOT / "tests" / "samples" / "mails"
CHOSEN = ("01-上海-压缩包.eml", "03-云泽-公文未盖章.eml", "04-自动回复.eml", "07-企业-直接报送.eml")


class Told:
    """What a run logged, its ledger's entries, and what must stand in neither."""

    def __init__(self, logged: str, entries: list[str], private: set[str]) -> None:
        self.logged, self.entries, self.private = logged, entries, private


def private_words(file: Path) -> Iterator[str]:
    """Subject, addresses, display names, file names and the words of the text of a mail."""
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    yield str(mail["subject"])
    for name, address in getaddresses([str(mail["from"]), str(mail["to"])]):
        yield from (name, address)
    for part in mail.walk():
        yield part.get_filename() or ""
        if part.get_content_type() == "text/plain":
            yield from re.findall(r"[\u4e00-\u9fff]{6,}", part.get_content())


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """A run with everything logged, one sending refused by a server that quotes the recipient, one bug."""
    tmp = tmp_path_factory.mktemp("logs")
    calls = write_demo_calls(ROOT / "schemas", tmp)
    mails: list[Saved] = [m for m in find_mails([MAILS]) if m.shown in CHOSEN]
    private = {w for m in mails for w in private_words(m.file) if len(w) >= 2}
    refused: list[str] = []

    def send(self: OutboxMailer, raw: bytes, sender: str, recipient: str) -> str:
        refused.append(recipient)
        if len(refused) == 1:
            raise TryAgain("451")
        if len(refused) == 2:
            raise ValueError(f"{recipient}: " + " ".join(sorted(private)))
        return kept(self, raw, sender, recipient)

    kept = OutboxMailer.send
    patch = pytest.MonkeyPatch()
    patch.setattr(OutboxMailer, "send", send)
    environment = {"CALLS_DIR": str(calls), "POWERTOOLS_LOG_LEVEL": "DEBUG", "LOG_LEVEL": "DEBUG"}
    out = tmp / "log"
    with out.open("w", encoding="utf-8") as file:
        patch.setattr("sys.stdout", file)
        patch.setattr(logging.Logger.manager, "loggerDict", {})  # loggers are kept with their stream and level
        with stack(mails[0].at, environment) as run:
            run_mails(run, mails, lambda _: None)
            entries = [
                run.house.objects.get(key).decode()  # type: ignore[union-attr]
                for key in run.house.objects.keys("ledger/")
            ]
        patch.undo()
    assert len(refused) > 2
    return Told(out.read_text("utf-8"), entries, private)


def test_nothing_of_a_mail_is_logged(told: Told) -> None:
    lines = [json.loads(line) for line in told.logged.splitlines() if line.startswith("{")]
    assert {"bug", "try again"} <= {line["message"] for line in lines}
    assert len(told.private) > 20
    assert [word for word in told.private if word in told.logged or ascii(word)[1:-1] in told.logged] == []


def test_nothing_of_a_mail_stands_in_the_ledger(told: Told) -> None:
    text = "\n".join(told.entries)
    assert len(told.entries) > 10
    assert [word for word in told.private if word in text] == []
