"""An office in memory: every port a fake, mails written in a line, queues drained through the real steps."""

import email
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.header import decode_header, make_header
from typing import Any

from fakes import (
    FakeClock,
    FakeIndex,
    FakeLedger,
    FakeMailer,
    FakeObjects,
    FakeQueues,
    FakeReaders,
    Packed,
    Written,
    digest,
    part_of,
)
from shoufa.domain.call import Call
from shoufa.domain.codes import Disposition, EntryKind
from shoufa.domain.facts import Facts
from shoufa.domain.ledger import Entry, verify
from shoufa.domain.mail import Envelope, InboundMail
from shoufa.domain.office import Office
from shoufa.domain.submission import Verdict
from shoufa.steps.check_completeness import check_completeness
from shoufa.steps.files import dump, envelope_key, load_verdict
from shoufa.steps.house import House
from shoufa.steps.read_document import read_document
from shoufa.steps.receive_mail import receive_mail
from shoufa.steps.send_notice import send_notice
from shoufa.steps.watch_submissions import watch_submissions
from unit.judging.build import START, call, group

SETTLED = timedelta(minutes=11)
"""Longer than the quiet time of the call that tests use."""


def paper(facts: Facts) -> str:
    """The text of the bytes that the fake reader reads as these facts."""
    return facts.model_dump_json()


def packed(**members: str) -> str:
    """The text of an archive's bytes."""
    return Packed(members=members).model_dump_json()


class World:
    """One office with one call, and what happens to it."""

    def __init__(self, of: Call | None = None, **office: Any) -> None:
        made = of or call()
        self.clock = FakeClock(START)
        self.objects, self.ledger, self.index = FakeObjects(), FakeLedger(), FakeIndex()
        self.queues, self.readers, self.mailer = FakeQueues(self.clock), FakeReaders(), FakeMailer()
        settings = {"calls": {made.id: made}, "groups": {"provinces": group()}, **office}
        self.house = House(
            objects=self.objects,
            ledger=self.ledger,
            index=self.index,
            queues=self.queues,
            clock=self.clock,
            office=Office(**settings),
            readers=self.readers,
            mailer=self.mailer,
        )
        self._mails = 0

    def put(self, files: dict[str, str] | None = None, **said: Any) -> str:
        """Store a mail of these files under a new key; `at`, `after`, `door` and words of the mail may be given."""
        self._mails += 1
        if "after" in said:
            self.clock.move(said.pop("after"))
        at = said.pop("at", self.clock.now())
        key = f"inbox/mail/{self._mails}.eml"
        door = said.pop("door", "smtp")
        raw = self.written(files or {}, at, **said)
        self.objects.put(key, raw)
        envelope = Envelope(received_at=at, door=door, mail_from=said.get("mail_from"))
        self.objects.put(envelope_key(key), dump(envelope))
        return key

    def written(self, files: dict[str, str], at: datetime, **said: Any) -> bytes:
        said.pop("mail_from", None)
        blobs = {digest(text.encode()): text for text in files.values()}
        to = said.pop("to", ["a@unit.example"])
        mail = InboundMail.model_validate(
            {
                "message_id": f"<{self._mails}@hubei.example>",
                "subject": "报送材料",
                "sender": {"email": said.pop("sender", "zhang@hubei.example")},
                "to": [{"email": a} for a in to],
                "date": at,
                "body": "请查收。",
                "parts": [part_of(name, text.encode()).model_dump() for name, text in files.items()],
                **said,
            }
        )
        return Written(mail=mail, blobs=blobs).model_dump_json().encode()

    def receive(self, files: dict[str, str] | None = None, **said: Any) -> Disposition:
        """Store a mail and let step 1 have it; what it asks for waits in the queues."""
        return receive_mail(self.put(files, **said), self.house)

    def drain(self) -> None:
        """Let every message that waits have its step."""
        self.queues.drain({"documents": self._read, "submissions": self._check, "notices": self._send})

    def _read(self, message: dict[str, Any]) -> None:
        read_document(message["sha256"], message["name"], message["submissions"], message["mail"], self.house)

    def _check(self, message: dict[str, Any]) -> None:
        check_completeness(message["submission"], self.house)

    def _send(self, message: dict[str, Any]) -> None:
        send_notice(message, self.house)

    def settle(self) -> None:
        """Let the quiet time pass and what it sets off happen."""
        self.drain()
        self.clock.move(SETTLED)
        watch_submissions(self.house)
        self.drain()

    @property
    def numbers(self) -> list[str]:
        """Receipt numbers of all submissions, oldest first."""
        opened = [e for e in self.ledger.all() if e.kind is EntryKind.OPENED]
        return [e.submission for e in sorted(opened, key=lambda e: e.at)]

    def kinds(self, submission: str) -> list[str]:
        return [e.kind.value for e in self.ledger.entries(submission)]

    def noted(self) -> list[Entry]:
        """Entries of mails that belong to no submission."""
        return [e for e in self.ledger.all() if e.submission.startswith("MAIL#")]

    def state(self, submission: str) -> dict[str, Any]:
        head = self.ledger.head(submission)
        assert head is not None
        return head.state

    def verdict(self, submission: str) -> Verdict:
        made = load_verdict(self.objects, submission, self.state(submission)["verdict"])
        assert made is not None
        return made

    def subjects(self) -> list[tuple[str, str]]:
        """Recipient and subject of everything sent."""
        return [
            (to, str(make_header(decode_header(email.message_from_bytes(raw)["Subject"]))))
            for raw, _, to in self.mailer.sent
        ]

    def notices(self) -> list[str]:
        """The notice ids of everything sent, repeats included."""
        return [str(email.message_from_bytes(raw)["X-Shoufa-Notice"]) for raw, _, _ in self.mailer.sent]

    def templates(self) -> list[str]:
        """What was sent, as the ledger says it."""
        return [e.data["template"] for e in self.ledger.all() if e.kind is EntryKind.SENT]

    def proven(self) -> bool:
        """Whether the chains hold, and each entry lies as an object too."""
        entries = self.ledger.all()
        objects = [json.loads(self.objects.data[k]) for k in self.objects.keys("ledger/")]
        return not verify(entries) and sorted(o["hash"] for o in objects) == sorted(e.hash for e in entries)


def papers(facts: dict[str, Facts | None]) -> dict[str, str]:
    """A package's facts as files."""
    return {name: paper(f) for name, f in facts.items() if f is not None}


def recipients(world: World) -> Sequence[str]:
    return [to for to, _ in world.subjects()]
