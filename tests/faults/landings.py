"""What comes in at one moment of the scenario: mails, a clerk's decisions and files, a call's revision, an order.

Each maker is given the durable state, the moment and the stage's number, and says what lands.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from faults.office_at_work import Durable, Typed
from shoufa.domain.codes import EntryKind
from shoufa.domain.mail import Added, Envelope
from shoufa.domain.revision import Front, revision_key, revision_of, written
from shoufa.steps.files import MAIL_PREFIX, dump, envelope_key
from unit.judging.build import call
from unit.steps.world import World

Objects = list[tuple[str, bytes]]
Maker = Callable[[Durable, datetime, int], "Objects | Typed"]
APART = timedelta(hours=8)
"""Longer than whatever a fault delays: a document comes again after half an hour, up to five times."""
SHORTLY = timedelta(hours=2)
"""Longer than that for what brings no document."""


class Landing(NamedTuple):
    """What comes in at one moment: objects by key in order, or a command; and how long nothing else comes."""

    name: str
    at: datetime
    objects: tuple[tuple[str, bytes], ...]
    command: Typed | None
    apart: timedelta

    @property
    def until(self) -> datetime:
        """The moment of the next one."""
        return self.at + self.apart

    def land(self, durable: Durable) -> None:
        """Let it come in."""
        for key, data in self.objects:
            durable.store(key, data)
        if self.command:
            durable.typed = self.command


def landing(name: str, make: Maker, durable: Durable, number: int, apart: timedelta) -> Landing:
    """The landing of one stage."""
    at = durable.clock.now()
    made = make(durable, at, number)
    if isinstance(made, Typed):
        return Landing(name, at, (), made, apart)
    return Landing(name, at, tuple(made), None, apart)


def mail(files: dict[str, str] | None = None, **said: Any) -> Maker:
    """A mail that lands: first its sidecar, then its bytes. `{0}` in its words: the first receipt number."""

    def landed(durable: Durable, at: datetime, number: int) -> Objects:
        key = f"{MAIL_PREFIX}smtp/{number}.eml"
        words = {k: v.format(*numbers(durable)) if isinstance(v, str) else v for k, v in said.items()}
        virus, raw_only = words.pop("virus", ""), words.pop("raw", None)
        numbered = {"message_id": f"<{number}@hubei.example>", **words}
        raw = (
            raw_only.encode()
            if raw_only
            else World().written(files or {}, numbered.pop("date", at), **numbered)
        )
        return [(envelope_key(key), dump(Envelope(received_at=at, door="smtp", virus=virus))), (key, raw)]

    return landed


def came_back(template: str) -> Maker:
    """The last notice of a kind, returned as undeliverable."""

    def landed(durable: Durable, at: datetime, number: int) -> Objects:
        sent = [e for e in durable.ledger.all() if e.kind is EntryKind.SENT]
        ours = [
            str(e.data["notice"]) for e in sorted(sent, key=lambda e: e.at) if e.data["template"] == template
        ]
        returned = {"status": "5.1.1", "action": "failed", "notice": ours[-1]}
        return list(
            mail(sender="mailer-daemon@mail.example", subject="退信", returned=returned)(durable, at, number)
        )

    return landed


def decision(action: str, submission: int = -1, **said: Any) -> Maker:
    """A clerk's decision about a submission, by its place in the order of numbers."""

    def landed(durable: Durable, _: datetime, number: int) -> Objects:
        body = {"submission": numbers(durable)[submission], **_decided(durable, submission, said)}
        return _lay(number, action, body)

    return landed


def _decided(durable: Durable, submission: int, said: dict[str, Any]) -> dict[str, Any]:
    """`other`: by its place too; `verdict`: the one that holds."""
    found = dict(said)
    if "other" in found:
        found["other"] = numbers(durable)[found["other"]]
    if "verdict" in found:
        head = durable.ledger.head(numbers(durable)[submission])
        assert head is not None
        found["verdict"] = head.state["verdict"]
    return found


def for_the_office(action: str) -> Maker:
    """A decision about no submission."""
    return lambda _durable, _at, number: _lay(number, action, {})


def let_in() -> Maker:
    """A clerk lets the mail in that came last: it was quarantined."""
    return lambda _durable, _at, number: _lay(
        number, "release-mail", {"object": f"{MAIL_PREFIX}smtp/{number - 1}.eml"}
    )


def _lay(number: int, action: str, body: dict[str, Any]) -> Objects:
    whole = {"who": "clerk-1", "action": action, "why": "核对", **body}
    return [(f"inbox/decision/{number}.json", json.dumps(whole, ensure_ascii=False).encode())]


def added(files: dict[str, str], submission: int) -> Maker:
    """Files that came another way, as `shoufa add` stores them."""

    def landed(durable: Durable, at: datetime, number: int) -> Objects:
        raw = World().written(files, at, sender="added@shoufa.invalid", to=[], message_id=f"<{number}@x>")
        name = hashlib.sha256(raw).hexdigest()
        key, decided = f"{MAIL_PREFIX}add/{name}", f"inbox/decision/add-{name}.json"
        target = {"submission": numbers(durable)[submission]}
        said = {"who": "clerk-1", "action": "add", "mail": key, "received_at": at.isoformat(), **target}
        whose = Added(who="clerk-1", decision=decided, **target)
        envelope = Envelope(received_at=at, door="add", added=whose)
        return [(envelope_key(key), dump(envelope)), (decided, json.dumps(said).encode()), (key, raw)]

    return landed


def revised(**changes: Any) -> Maker:
    """A revision of the call."""

    def landed(_: Durable, at: datetime, __: int) -> Objects:
        made = call(**changes).model_dump(mode="json", exclude={"units": {"__all__": {"former"}}})
        front = Front(author="王某", source="通知", reason="更正", at=at)
        data = written(front, json.dumps(made, ensure_ascii=False, indent=1).encode())
        return [(revision_key(made["id"], revision_of(data)), data)]

    return landed


def erased(submission: int, mail_number: int) -> Maker:
    """A person's order, typed until it is done: erase one submission and one mail of none."""

    def landed(durable: Durable, at: datetime, _: int) -> Typed:
        what = {
            "submissions": [numbers(durable)[submission]],
            "mails": [f"{MAIL_PREFIX}smtp/{mail_number}.eml"],
        }
        return Typed(at, "faults.commands.erase", what)

    return landed


def nothing(_durable: Durable, _at: datetime, _number: int) -> Objects:
    """Only time goes on."""
    return []


def numbers(durable: Durable) -> list[str]:
    """All receipt numbers, oldest first."""
    opened = [e for e in durable.ledger.all() if e.kind is EntryKind.OPENED]
    return [e.submission for e in sorted(opened, key=lambda e: (e.at, e.submission))]
